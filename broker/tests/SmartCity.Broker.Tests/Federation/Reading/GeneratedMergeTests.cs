using FsCheck;
using FsCheck.Fluent;
using SmartCity.Broker.Federation.Reading;
using SmartCity.NgsiLd.Entities;
using Xunit;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Tests.Federation.Reading;

/// <summary>Parts over so few names and times that they often conflict.</summary>
public sealed class GeneratedMergeTests
{
    private const int Now = 10;

    // A value says its times, so that what is equally new and lives equally long is equal.
    private static readonly Gen<string> Instance =
        from name in Gen.Elements("a", "b", "c", "a@urn:d", "b@urn:d", "b@urn:e")
        from observed in Gen.Elements("", " o1", " o2", " o3")
        from modified in Gen.Choose(1, 4)
        from end in Gen.Frequency((5, Gen.Constant("")), (1, Gen.Elements(" !5", " !20", " !30")))
        select $"{name}=\"{observed.Trim()}m{modified}\"{observed} m{modified}{end}";

    private static readonly Gen<EntityPart> Part =
        from types in Gen.Elements("A", "B", "A,B")
        from scope in Gen.Elements("", " /x", " /y")
        from end in Gen.Frequency((5, Gen.Constant("")), (1, Gen.Elements(" !5", " !20", " !30")))
        from instances in Gen.ListOf(Instance)
            // An Entity has one instance of a name and a datasetId.
        let distinct = instances.DistinctBy(instance => instance.Split('=')[0])
        select PartText.Part($"{types}{scope}{end} c1 m2 : {string.Join(';', distinct)}");

    private static readonly Arbitrary<EntityPart[]> Parts = Arb.From(
        from count in Gen.Choose(1, 4)
        from parts in Gen.ListOf(Part, count)
        select parts.ToArray());

    [Fact]
    public void The_order_of_parts_decides_nothing_but_order() => Prop.ForAll(Parts, parts =>
        Assert.Equal(Shown(parts), Shown([.. parts.Reverse()]))).QuickCheckThrowOnFailure();

    [Fact]
    public void Parts_that_are_told_twice_change_nothing() => Prop.ForAll(Parts, parts =>
        Assert.Equal(Shown(parts), Shown([.. parts, .. parts]))).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_taken_is_the_newest_that_any_part_has() => Prop.ForAll(Parts, parts =>
    {
        var alive = parts.Where(part => IsAlive(part.Entity.ExpiresAt)).SelectMany(part => part.Entity.Attributes).Where(attribute => IsAlive(attribute.ExpiresAt));
        var newest = alive.GroupBy(attribute => (attribute.Name, attribute.DatasetId))
            .Select(instances => instances.MaxBy(instance => (instance.ObservedAt?.Value ?? DateTimeOffset.MinValue, instance.ModifiedAt))!)
            .Select(Time).Order(StringComparer.Ordinal);
        var merged = EntityMerger.Merge(parts, PartText.Ticks(Now)) is { } entity ? PackedEntity.Pack(entity).At(PartText.Ticks(Now))?.Unpack() : null;
        Assert.Equal(newest, (merged?.Attributes ?? []).Select(Time).Order(StringComparer.Ordinal));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_split_Entity_is_whole_again() => Prop.ForAll(Arb.From(Part), Arb.From(Gen.Choose(1, 3)), (whole, places) =>
    {
        if (!IsAlive(whole.Entity.ExpiresAt)) return;
        var parts = Enumerable.Range(0, places).Select(place => new EntityPart(whole.Entity with
        {
            Attributes = [.. whole.Entity.Attributes.Where((_, i) => i % places == place)],
        }));
        Assert.Equal(Shown([whole]), Shown([.. parts]));
    }).QuickCheckThrowOnFailure();

    private static bool IsAlive(Timestamp? end) => end is null || end.Value.Value.UtcTicks > PartText.Ticks(Now);

    private static string Time(Attribute attribute) => $"{attribute.Name}@{attribute.DatasetId} {attribute.ObservedAt} {attribute.ModifiedAt.UtcTicks}";

    private static string Shown(EntityPart[] parts)
    {
        if (EntityMerger.Merge(parts, PartText.Ticks(Now)) is not { } merged) return "";
        if (PackedEntity.Pack(merged).At(PartText.Ticks(Now)) is not { } packed) return "";
        var entity = packed.Unpack();
        return PartText.Write(entity with
        {
            Types = [.. entity.Types.Order(StringComparer.Ordinal)],
            Scopes = [.. entity.Scopes.Order(StringComparer.Ordinal)],
            Attributes = [.. entity.Attributes.OrderBy(attribute => (attribute.Name, attribute.DatasetId))],
        });
    }
}
