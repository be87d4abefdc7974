using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Federation.Writing;
using SmartCity.Broker.Tests.Entities.Decisions;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using Xunit;

namespace SmartCity.Broker.Tests.Federation.Writing;

/// <summary>What the parts of a write come to together (ETSI GS CIM 009 5.2.16 - 5.2.19, 6.3.17).</summary>
public sealed class WriteResultsTests
{
    // Each answer of a source is its name, its Attributes and how it went; that of the broker itself is "here".
    [Theory]
    [InlineData(SourceWriteKind.Create, "x a ok, here b ok", "done")]
    [InlineData(SourceWriteKind.Create, "x a Timeout", "SourceTimeout")]
    [InlineData(SourceWriteKind.Create, "x a Loop", "SourceLoop")]
    [InlineData(SourceWriteKind.Create, "x a NotFound", "ResourceNotFound")]
    [InlineData(SourceWriteKind.Create, "x a Refused", "SourceFailed")]
    [InlineData(SourceWriteKind.Create, "x a Invalid", "SourceFailed")]
    [InlineData(SourceWriteKind.Create, "x a AlreadyExists", "AlreadyExists")]
    [InlineData(SourceWriteKind.Create, "x a Timeout, here b ok", "failed x SourceTimeout")]
    [InlineData(SourceWriteKind.Create, "x a ok, here b AlreadyExists", "failed - AlreadyExists")]
    [InlineData(SourceWriteKind.Create, "x a AlreadyExists, here b AlreadyExists", "AlreadyExists")]
    [InlineData(SourceWriteKind.Create, "x a NotFound, y b Timeout", "SourceTimeout")]
    [InlineData(SourceWriteKind.Create, "x a ok:a, here b ok", "failed x SourceFailed")]
    [InlineData(SourceWriteKind.Delete, "x - NotFound, y - NotFound, here - NotFound", "ResourceNotFound")]
    [InlineData(SourceWriteKind.Delete, "x - NotFound, here - ok", "done")]
    [InlineData(SourceWriteKind.Delete, "x - ok, here - NotFound", "done")]
    [InlineData(SourceWriteKind.Delete, "x - Timeout, here - ok", "failed x SourceTimeout")]
    [InlineData(SourceWriteKind.Merge, "i a ok, here a,b NotFound", "failed - ResourceNotFound")]
    [InlineData(SourceWriteKind.Merge, "i a,b ok, here a,b NotFound", "done")]
    [InlineData(SourceWriteKind.Merge, "i a NotFound, here a,b ok", "done")]
    [InlineData(SourceWriteKind.Replace, "i a Refused, here a,b ok", "failed i SourceFailed")]
    [InlineData(SourceWriteKind.Append, "i a,b Timeout, here a,b ok", "not a i, b i")]
    [InlineData(SourceWriteKind.Append, "i a,b ok, here a,b NotFound", "done")]
    [InlineData(SourceWriteKind.Append, "i a ok, here a,b NotFound", "not a -, b -")]
    [InlineData(SourceWriteKind.Append, "i a,b ok:b, here a,b NotFound", "not b i, a -, b -")]
    [InlineData(SourceWriteKind.Append, "i a,b ok:b, here a,b ok", "not b i")]
    [InlineData(SourceWriteKind.Update, "i - Timeout, here - ok", "not type i")]
    [InlineData(SourceWriteKind.PartialUpdateAttribute, "r a NotFound, s a ok", "done")]
    [InlineData(SourceWriteKind.PartialUpdateAttribute, "r a Refused, s a ok", "not a r")]
    [InlineData(SourceWriteKind.PartialUpdateAttribute, "r a Timeout", "SourceTimeout")]
    [InlineData(SourceWriteKind.PartialUpdateAttribute, "r? a Timeout, s? a ok, here a NotFound", "not a r")]
    [InlineData(SourceWriteKind.PartialUpdateAttribute, "r? a NotFound, s? a ok, here a NotFound", "done")]
    [InlineData(SourceWriteKind.Merge, "r? a NotFound, here b ok", "done")]
    [InlineData(SourceWriteKind.Merge, "r a told:BadRequestData, here b ok", "failed r BadRequestData")]
    [InlineData(SourceWriteKind.Merge, "r a told:BadRequestData", "SourceFailed")]
    [InlineData(SourceWriteKind.Merge, "r a told:ResourceNotFound", "ResourceNotFound")]
    [InlineData(SourceWriteKind.Merge, "r a part:ResourceNotFound", "failed r ResourceNotFound")]
    [InlineData(SourceWriteKind.Update, "r a part:ResourceNotFound", "not a r")]
    [InlineData(SourceWriteKind.PartialUpdateAttribute, "r? a NotFound, here a NotFound", "ResourceNotFound")]
    [InlineData(SourceWriteKind.PartialUpdateAttribute, "r? a Timeout, here a NotFound", "SourceTimeout")]
    public void Parts_come_to_one_outcome(SourceWriteKind kind, string answers, string outcome)
    {
        var results = new WriteResults(new(kind, Told.Id) { Entity = kind == SourceWriteKind.Update ? Told.Fragment("""{"type":"X"}""") : null });
        foreach (var answer in answers.Split(", "))
        {
            var words = answer.Split(' ');
            var write = new SourceWrite(kind, Told.Id) { Entity = Of(words[1]) };
            if (words[0] == "here") results.Add(write, Own(words[2]));
            else results.Add(Part(words[0], write), Answer(words[2]));
        }

        Assert.Equal(outcome, Words(results.ToOutcome()));
    }

    [Fact]
    public void What_was_written_is_told_whoever_wrote_it()
    {
        var results = new WriteResults(new(SourceWriteKind.Append, Told.Id));
        results.Add(Part("x", new(SourceWriteKind.Append, Told.Id) { Entity = Of("a,b") }), Answer("ok:b"));
        Assert.Equal(["a"], results.ToOutcome().Value.Updated.Select(name => name[^1..]));
    }

    [Fact]
    public void What_is_refused_without_asking_counts_as_failed()
    {
        var plan = WritePlan.Of(
            new(SourceWriteKind.Create, Told.Id) { Entity = Told.Entity("""{"a":1}""") }, new(Told.Id) { Types = [Sources.Expanded("Room")] }, Sources.Of("r redirect Room * * retrieveEntity"));
        var results = new WriteResults(new(SourceWriteKind.Create, Told.Id));
        results.Add(plan.Refused.Single());
        Assert.Equal(NgsiLdErrorKind.Conflict, results.ToOutcome().Error!.Kind);
    }

    [Fact]
    public void Where_all_fail_for_different_reasons_each_is_told()
    {
        var results = new WriteResults(new(SourceWriteKind.Create, Told.Id));
        foreach (var name in new[] { "r", "s" })
        {
            results.Add(Part(name, new(SourceWriteKind.Create, Told.Id) { Entity = Of("a") }), new(SourceOutcome.Refused, null, $"{name} says no"));
        }

        var error = results.ToOutcome().Error!;
        Assert.Contains("r says no", error.Detail, StringComparison.Ordinal);
        Assert.Contains("s says no", error.Detail, StringComparison.Ordinal);
    }

    // A name with a question mark is of a source that may have nothing to do with the Entity.
    private static WritePart Part(string name, SourceWrite write) =>
        new(Sources.Of($"{name.TrimEnd('?')} redirect * * *").Sources[0].Source, write) { IsCertain = name[^1] != '?' };

    private static Entity Of(string names) => new()
    {
        Id = Told.Id,
        Types = [],
        Attributes = names == "-" ? [] : [.. names.Split(',').Select(name => new Property { Name = Sources.Expanded(name), Value = JsonValue.Of("1") })],
    };

    private static SourceAnswer<SourceWritten> Answer(string word)
    {
        if (word == "AlreadyExists") return new(SourceOutcome.Refused, null, "409") { Error = NgsiLdErrorKind.AlreadyExists, Status = 409 };
        if (Enum.TryParse<SourceOutcome>(word, out _)) return new(Enum.Parse<SourceOutcome>(word), null, word);
        if (word.StartsWith("told", StringComparison.Ordinal) || word.StartsWith("part", StringComparison.Ordinal))
        {
            var error = new NgsiLdError(Enum.Parse<NgsiLdErrorKind>(word[5..]), "behind it");
            return new(SourceOutcome.Success, new(Created: false, []) { Errors = [new(Told.Id, error)], IsNothing = word[0] == 't' });
        }

        ImmutableArray<NotUpdatedAttribute> left = word == "ok" ? [] : [new(Sources.Expanded(word[3..]), "it does not want to")];
        return new(SourceOutcome.Success, new(Created: false, left));
    }

    private static Result<WriteOutcome> Own(string word) => word switch
    {
        "ok" => new WriteOutcome(null),
        "AlreadyExists" => NgsiLdError.AlreadyExists("it is here"),
        _ => NgsiLdError.NotFound("it is not here"),
    };

    private static string Words(Result<WriteOutcome> result)
    {
        if (!result.TryGet(out var outcome, out var error)) return $"{error.Kind}";
        if (!outcome.Failures.IsEmpty)
        {
            return $"failed {string.Join(", ", outcome.Failures.Select(failure => $"{failure.RegistrationId ?? "-"} {failure.Error.Kind}"))}";
        }

        return outcome.NotUpdated.IsEmpty
            ? "done"
            : $"not {string.Join(", ", outcome.NotUpdated.Select(attribute => $"{attribute.Name[(attribute.Name.LastIndexOf('/') + 1)..]} {attribute.RegistrationId ?? "-"}"))}";
    }
}
