using System.Collections.Immutable;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Federation.Discovery;

/// <summary>Types of several places as those of one (ETSI GS CIM 009 5.7.11).</summary>
internal sealed class MergedTypes(ImmutableArray<TypeUse> here)
{
    private readonly SortedDictionary<string, TypeUse> _types = new(here.ToDictionary(type => type.Type), StringComparer.Ordinal);

    public ImmutableArray<TypeUse> All => [.. _types.Values];

    public void Add(TellingSource source, ImmutableArray<TypeUse> types)
    {
        foreach (var told in types)
        {
            if (!source.HasType(told.Type)) continue;
            var type = told with { Attributes = told.Attributes.RemoveAll(attribute => !source.HasAttribute(attribute.Name)) };
            var isKnown = _types.TryGetValue(type.Type, out var known);
            _types[type.Type] = !isKnown ? type : known! with
            {
                EntityCount = known.EntityCount + type.EntityCount,
                Attributes = Merge(known.Attributes, type.Attributes),
            };
        }
    }

    private static ImmutableArray<AttributeUse> Merge(ImmutableArray<AttributeUse> known, ImmutableArray<AttributeUse> told)
    {
        var all = new SortedDictionary<string, AttributeUse>(known.ToDictionary(use => use.Name), StringComparer.Ordinal);
        foreach (var use in told) all[use.Name] = all.TryGetValue(use.Name, out var before) ? Sum(before, use) : use;
        return [.. all.Values];
    }

    public static AttributeUse Sum(AttributeUse known, AttributeUse told) => known with
    {
        Kinds = [.. known.Kinds.Union(told.Kinds).Order()],
        EntityCount = known.EntityCount + told.EntityCount,
    };
}
