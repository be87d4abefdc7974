using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Federation.Writing;
using SmartCity.Broker.Tests.Entities.Decisions;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using Xunit;

namespace SmartCity.Broker.Tests.Federation.Writing;

/// <summary>What the parts of a batch come to together (ETSI GS CIM 009 5.2.16, 5.2.17).</summary>
public sealed class BatchResultsTests
{
    // A place is its name ("here" for the broker; with a question mark where it may have nothing to do with the Entities) and Entities with their Attributes and how they went.
    [Theory]
    [InlineData("x 1.a+created; here 2.a+created", "created 1 2")]
    [InlineData("x 1.a+created; here 1.b+updated", "updated 1")]
    [InlineData("x 1.a+updated; here 1.b+created 2.a+created", "created 2 updated 1")]
    [InlineData("x 1.a+Timeout 2.a+Timeout; here 1.b+created", "created 1 errors x:1:SourceTimeout x:2:SourceTimeout")]
    [InlineData("x 1.a+AlreadyExists; here 1.b+created", "created 1 errors x:1:AlreadyExists")]
    [InlineData("x 1.a+updated; here 1.a+ResourceNotFound", "updated 1")]
    [InlineData("x 1.a+updated; here 1.b+ResourceNotFound", "updated 1 errors -:1:ResourceNotFound")]
    [InlineData("x 1.a+ResourceNotFound; here 1.a,b+updated", "updated 1")]
    [InlineData("x? 1.a+Timeout 2.a+Timeout; here 1.a+updated", "updated 1 errors x:1:SourceTimeout x:2:SourceTimeout")]
    [InlineData("x? 1.a+AlreadyExists; here 1.a+updated", "updated 1 errors x:1:AlreadyExists")]
    [InlineData("x? 1.a+ResourceNotFound; here 1.b+updated", "updated 1")]
    [InlineData("x 1.-+ResourceNotFound; here 1.-+updated 2.-+ResourceNotFound", "updated 1 errors -:2:ResourceNotFound")]
    [InlineData("x 1.-+ResourceNotFound; here 1.-+ResourceNotFound", "errors x:1:ResourceNotFound")]
    [InlineData("x? 1.-+ResourceNotFound; here 1.-+ResourceNotFound 2.-+ResourceNotFound", "errors x:1:ResourceNotFound -:2:ResourceNotFound")]
    [InlineData("x 1.-+Conflict; here 1.-+ResourceNotFound", "errors x:1:Conflict -:1:ResourceNotFound")]
    [InlineData("x 1.-+updated 1.-+ResourceNotFound; here 1.-+updated", "updated 1 errors x:1:ResourceNotFound")]
    public void Parts_come_to_one_outcome(string places, string outcome)
    {
        ImmutableArray<BatchItem> items = [new("urn:1", null), new("urn:2", null)];
        var results = new BatchResults(items);
        foreach (var place in places.Split("; "))
        {
            var words = place.Split(' ');
            var parts = words[1..].Select(word => (Id: $"urn:{word[0]}", Names: word[2..word.IndexOf('+')], Went: word[(word.IndexOf('+') + 1)..])).ToList();
            var went = new BatchOutcome(
                [.. parts.Where(part => part.Went == "created").Select(part => part.Id)],
                [.. parts.Where(part => part.Went == "updated").Select(part => part.Id)],
                [.. parts.Where(part => Enum.TryParse<NgsiLdErrorKind>(part.Went, out _))
                    .Select(part => new BatchError(part.Id, new(Enum.Parse<NgsiLdErrorKind>(part.Went), "")))]);
            if (words[0] == "here")
            {
                results.Add([.. parts.Select(part => new BatchItem(part.Id, Of(part.Names)))], went);
                continue;
            }

            var source = Sources.Of($"{words[0].TrimEnd('?')} redirect * * *").Sources[0].Source;
            var share = new BatchShare(
                source,
                new(IsBatch: true, default),
                [.. parts.Select(part => new WritePart(source, new(SourceWriteKind.Append, part.Id) { Entity = Of(part.Names) }) { IsCertain = words[0][^1] != '?' })]);
            results.Add(share, parts[0].Went == "Timeout" ? new(SourceOutcome.Timeout, null, "") : new(SourceOutcome.Success, went));
        }

        var (created, updated, errors) = results.ToOutcome().Value;
        var told = (created.IsEmpty ? "" : $" created {string.Join(' ', created.Select(id => id[4..]))}")
            + (updated.IsEmpty ? "" : $" updated {string.Join(' ', updated.Select(id => id[4..]))}")
            + (errors.IsEmpty ? "" : $" errors {string.Join(' ', errors.Select(one => $"{one.RegistrationId ?? "-"}:{one.EntityId[4..]}:{one.Error.Kind}"))}");
        Assert.Equal(outcome, told.Trim());
    }

    [Fact]
    public void A_store_that_fails_is_the_answer_only_where_nothing_else_was_done()
    {
        var failed = NgsiLdError.Internal("the disk is full");
        var alone = new BatchResults([new("urn:1", null)]);
        alone.Add([new("urn:1", Of("a"))], failed);
        Assert.Equal(failed, alone.ToOutcome().Error);

        var together = new BatchResults([new("urn:1", null), new("urn:2", null)]);
        together.Add([new("urn:1", Of("a"))], failed);
        var source = Sources.Of("x redirect * * *").Sources[0].Source;
        together.Add(new BatchShare(source, new(IsBatch: true, default), []), new(SourceOutcome.Success, new(["urn:2"], [], [])));
        var outcome = together.ToOutcome().Value;
        Assert.Equal(("urn:2", "urn:1"), (outcome.Created.Single(), outcome.Errors.Single().EntityId));
    }

    private static Entity Of(string names) => new()
    {
        Id = Told.Id,
        Types = [],
        Attributes = names == "-" ? [] : [.. names.Split(',').Select(name => new Property { Name = Sources.Expanded(name), Value = JsonValue.Of("1") })],
    };
}
