using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Host.Http.Types;

/// <summary>An Attribute over all the types that carry it (ETSI GS CIM 009 5.2.28).</summary>
internal sealed record AttributeUses(string Name, long Count, ImmutableArray<AttributeKind> Kinds, ImmutableArray<string> Types)
{
    /// <summary>By name, in the order in which types first show them.</summary>
    public static ImmutableArray<AttributeUses> Of(ImmutableArray<TypeUse> types) =>
    [
        .. types
            .SelectMany(type => type.Attributes, (type, attribute) => (type.Type, Attribute: attribute))
            .GroupBy(use => use.Attribute.Name, (name, uses) => Merge(name, [.. uses])),
    ];

    private static AttributeUses Merge(string name, ImmutableArray<(string Type, AttributeUse Attribute)> uses) => new(
        name,
        uses.Sum(use => use.Attribute.EntityCount),
        [.. uses.SelectMany(use => use.Attribute.Kinds).Distinct()],
        [.. uses.Select(use => use.Type).Distinct()]);
}
