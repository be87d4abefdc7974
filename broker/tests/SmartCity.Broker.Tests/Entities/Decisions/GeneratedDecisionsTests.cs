using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Entities.Decisions;
using SmartCity.NgsiLd.Entities;
using Xunit;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;
using Property = SmartCity.NgsiLd.Entities.Property;

namespace SmartCity.Broker.Tests.Entities.Decisions;

/// <summary>What holds for any Entity and any Fragment.</summary>
public class GeneratedDecisionsTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(
        int.TryParse(Environment.GetEnvironmentVariable("SMARTCITY_GENERATED"), out var tests) ? tests : 300);

    [Fact]
    public void Appending_and_deleting_what_was_not_there_gives_the_original_back() =>
        Prop.ForAll(Entities().Two().ToArbitrary(), pair =>
        {
            var before = Kept(pair.Item1);
            var added = pair.Item2.Attributes.Where(attribute => !pair.Item1.Attributes.Any(old => Is(old, attribute))).ToImmutableArray();
            var appended = new AttributesAppend(Told.Id, default, pair.Item2 with { Id = "", Types = [], Attributes = added }, true)
                .Decide(before, Told.Today).Value.After!;
            foreach (var attribute in added)
            {
                appended = new AttributeDeletion(Told.Id, default, attribute.Name, attribute.DatasetId, false)
                    .Decide(appended, Told.Today).Value.After!;
            }

            return SameContent(before, appended);
        }).Check(Many);

    [Fact]
    public void A_merge_of_what_is_there_changes_no_value() =>
        Prop.ForAll(Entities().ToArbitrary(), entity =>
        {
            var before = Kept(entity);
            var change = new EntityMerge(Told.Id, default, entity, MergeOptions.None).Decide(before, Told.Today).Value;
            return SameContent(before, change.After!) && change.Attributes.All(made => made.Kind == AttributeChangeKind.Rewritten);
        }).Check(Many);

    [Fact]
    public void A_merge_over_less_gives_at_least_the_Fragment_and_is_done_once() =>
        Prop.ForAll(Entities().Two().ToArbitrary(), pair =>
        {
            var merge = new EntityMerge(Told.Id, default, pair.Item2, MergeOptions.None);
            var once = merge.Decide(Kept(pair.Item1), Told.Today).Value.After!;
            var names = once.Unpack().Attributes;
            return SameContent(once, merge.Decide(once, Told.Today).Value.After!)
                && pair.Item2.Attributes.All(attribute => names.Any(known => Is(known, attribute)));
        }).Check(Many);

    [Fact]
    public void The_account_of_a_change_is_the_difference() =>
        Prop.ForAll(Entities().Two().ToArbitrary(), pair =>
        {
            var before = Kept(pair.Item1);
            var change = new EntityReplacement(Told.Id, default, pair.Item2).Decide(before, Told.Today).Value;
            var old = before.Unpack().Attributes;
            var now = change.After!.Unpack().Attributes;
            return change.Attributes.Length == old.Concat(now).Select(a => (a.Name, a.DatasetId)).Distinct().Count()
                && change.Attributes.All(made =>
                {
                    var was = old.SingleOrDefault(a => a.Name == made.Name && a.DatasetId == made.DatasetId);
                    var became = now.SingleOrDefault(a => a.Name == made.Name && a.DatasetId == made.DatasetId);
                    return made.Kind switch
                    {
                        AttributeChangeKind.Created => was is null && became is not null,
                        AttributeChangeKind.Deleted => was is not null && became is null,
                        AttributeChangeKind.Updated => !AttributeContent.Same(was!, became!),
                        _ => AttributeContent.Same(was!, became!),
                    };
                });
        }).Check(Many);

    private static bool Is(Attribute a, Attribute b) => a.Name == b.Name && a.DatasetId == b.DatasetId;

    private static PackedEntity Kept(Entity entity) => new EntityCreation(entity).Decide(null, Told.Yesterday).Value.After!;

    private static bool SameContent(PackedEntity a, PackedEntity b)
    {
        var left = a.Unpack().Attributes;
        var right = b.Unpack().Attributes;
        return left.Length == right.Length
            && left.All(attribute => right.Any(other => other.Name == attribute.Name && AttributeContent.Same(attribute, other)));
    }

    private static Gen<Entity> Entities() =>
        from attributes in Attributes(depth: 2).ListOf().Resize(8)
        select new Entity
        {
            Id = Told.Id,
            Types = [Told.Vocabulary + "Room"],
            Attributes = [.. attributes.DistinctBy(a => (a.Name, a.DatasetId)).GroupBy(a => a.Name).SelectMany(instances => instances)],
        };

    private static Gen<Attribute> Attributes(int depth) =>
        from name in Gen.Elements("a", "b", "c", "d")
        from datasetId in Gen.Frequency((3, Gen.Constant<string?>(null)), (1, Gen.Elements<string?>("urn:x:1", "urn:x:2")))
        from value in Gen.Elements("1", "2.0", "\"x\"", "true", "[1,{\"a\":2}]", "{\"a\":1,\"b\":{\"c\":[]}}", "{\"b\":{}}")
        from unit in Gen.Elements<string?>(null, "CEL")
        from kind in Gen.Choose(0, 3)
        from subs in depth == 0 ? Gen.Constant(new List<Attribute>()) : Attributes(depth - 1).ListOf(2).Select(subs => subs.ToList())
        select Make(kind, Told.Vocabulary + name, datasetId, value, unit, subs);

    private static Attribute Make(int kind, string name, string? datasetId, string value, string? unit, List<Attribute> subs)
    {
        Attribute attribute = kind switch
        {
            0 => new Relationship { Name = name, Objects = ["urn:x:" + value.Length] },
            1 => new LanguageProperty { Name = name, LanguageMap = JsonValue.Of($$"""{"en":"{{value.Length}}"}""") },
            _ => new Property { Name = name, Value = JsonValue.Of(value), UnitCode = unit },
        };
        return attribute with { DatasetId = datasetId, SubAttributes = [.. subs.DistinctBy(sub => (sub.Name, sub.DatasetId))] };
    }
}
