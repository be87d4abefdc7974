using FsCheck;
using FsCheck.Fluent;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Federation.Writing;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Tests.Entities.Decisions;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Registrations;
using Xunit;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Tests.Federation.Writing;

/// <summary>What holds of the division of any write over any registrations.</summary>
public sealed class GeneratedDivisionTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(
        int.TryParse(Environment.GetEnvironmentVariable("SMARTCITY_GENERATED"), out var tests) ? tests : 500);

    private static readonly SourceWriteKind[] Kinds =
        [SourceWriteKind.Create, SourceWriteKind.Replace, SourceWriteKind.Merge, SourceWriteKind.Append, SourceWriteKind.Update, SourceWriteKind.ReplaceAttribute];

    private static readonly string[] Datasets = ["@none", "urn:d:1"];

    [Fact]
    public void Nothing_is_lost() => Check((request, matches, division) =>
    {
        var places = division.Parts.Select(part => part.Write).Append(division.Rest).OfType<SourceWrite>().SelectMany(Instances).ToHashSet();
        return Instances(request).All(places.Contains);
    });

    [Fact]
    public void Nothing_is_sent_that_the_source_has_not_registered() => Check((request, matches, division) => division.Parts.All(part =>
    {
        var registration = part.Source.Registration;
        var infos = registration.Information.Where(info => info.Entities.IsEmpty || info.Entities.Any(entity => Means(entity, request.EntityId))).ToList();
        return Instances(part.Write).All(one => infos.Any(info => info.Names(one.Name)) && HasDataset(registration, one))
            && (part.Write.Entity is not { } entity || infos.Any(info => info.Entities.IsEmpty)
                || entity.Types.All(type => infos.Any(info => info.Entities.Any(known => known.Types.Contains(type)))));
    }));

    [Fact]
    public void What_is_kept_elsewhere_is_at_one_kind_of_place() => Check((request, matches, division) =>
    {
        division = division with { Parts = [.. division.Parts.Where(part => part.IsCertain)] };
        var exclusive = Of(division, RegistrationMode.Exclusive);
        var redirect = Of(division, RegistrationMode.Redirect);
        var inclusive = Of(division, RegistrationMode.Inclusive);
        HashSet<Attribute> rest = division.Rest is { } left ? [.. Instances(left)] : [];
        return !exclusive.Overlaps(redirect) && !exclusive.Overlaps(rest) && !redirect.Overlaps(rest) && inclusive.IsSubsetOf(rest);
    });

    [Fact]
    public void Auxiliary_sources_are_never_written_to() => Check((request, matches, division) =>
        division.Parts.All(part => part.Source.Registration.Mode != RegistrationMode.Auxiliary));

    private static void Check(Func<SourceWrite, RegistrationMatches, WriteDivision, bool> holds) =>
        Prop.ForAll(Cases().ToArbitrary(), one => holds(one.Request, one.Matches, WriteDivision.Of(one.Request, one.Target, one.Matches)))
            .Check(Many);

    private static HashSet<Attribute> Of(WriteDivision division, RegistrationMode mode) =>
        [.. division.Parts.Where(part => part.Source.Registration.Mode == mode).SelectMany(part => Instances(part.Write))];

    private static IEnumerable<Attribute> Instances(SourceWrite write) => write.Entity?.Attributes ?? write.Instances;

    private static bool HasDataset(ContextSourceRegistration registration, Attribute one) =>
        registration.DatasetIds.IsEmpty || registration.DatasetIds.Contains(one.DatasetId ?? "@none");

    private static bool Means(EntityInfo entity, string id) => entity.Id is { } known ? known == id : entity.IdPattern?.Matches(id) != false;

    private static Gen<(SourceWrite Request, WriteTarget Target, RegistrationMatches Matches)> Cases() =>
        from request in Requests()
        from isHere in Gen.Elements(true, false)
        from lines in Registrations().ListOf()
        let here = isHere ? Told.Kept("{}") : null
        select (request, WriteTarget.Of(request, here), Sources.Of(string.Join('|', lines.Take(5))));

    private static Gen<SourceWrite> Requests() =>
        from kind in Gen.Elements(Kinds)
        from types in Gen.SubListOf("Room", "Car")
        from instances in Gen.SubListOf(
            from name in Enumerable.Range('a', 4) from dataset in new[] { null, "urn:d:1", "urn:d:2" } select ((char)name, dataset))
        select kind == SourceWriteKind.ReplaceAttribute
            ? new SourceWrite(kind, Told.Id)
            {
                AttributeName = Sources.Expanded("a"),
                Instances = [Instance('a', null), .. instances.Where(one => one is ('a', not null)).Select(one => Instance(one.Item1, one.dataset))],
            }
            : new SourceWrite(kind, Told.Id)
            {
                Entity = new()
                {
                    Id = Told.Id,
                    Types = [.. (kind == SourceWriteKind.Create && types.Count == 0 ? ["Room"] : types).Select(Sources.Expanded)],
                    Attributes = [.. instances.Select(one => Instance(one.Item1, one.dataset))],
                },
            };

    private static Attribute Instance(char name, string? dataset) =>
        new NgsiLd.Entities.Property { Name = Sources.Expanded(name.ToString()), DatasetId = dataset, Value = JsonValue.Of("1") };

    private static Gen<string> Registrations() =>
        from mode in Gen.Elements("exclusive", "redirect", "inclusive", "auxiliary")
        from number in Gen.Choose(1, 99)
        from type in Gen.Elements("*", "Room", "Car", "Room,Car", "Room+Car")
        from id in Gen.Elements("*", "~Room", "~Car", Told.Id, "urn:other")
        from names in Gen.SubListOf("a", "b", "c", "z")
        from datasets in Gen.SubListOf(Datasets)
        from loop in Gen.Elements("", "", "", "!")
        select $"{(mode is "exclusive" or "redirect" ? loop : "")}{mode}{number} {mode} {type} {id} {List(names)} createEntity {List(datasets)}";

    private static string List(IEnumerable<string> words) => string.Join(',', words) is { Length: > 0 } list ? list : "*";
}
