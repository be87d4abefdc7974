using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Tests.Entities;

/// <summary>Equality to the last array element: records compare immutable arrays by reference.</summary>
internal static class EntityEquality
{
    public static bool Same(Entity left, Entity right) =>
        left.Types.SequenceEqual(right.Types)
        && left.Scopes.SequenceEqual(right.Scopes)
        && Same(left.Attributes, right.Attributes)
        && left with { Types = [], Scopes = [], Attributes = [] } == right with { Types = [], Scopes = [], Attributes = [] };

    private static bool Same(ImmutableArray<Attribute> left, ImmutableArray<Attribute> right) =>
        left.Length == right.Length && left.Zip(right).All(pair => Same(pair.First, pair.Second));

    private static bool Same(Attribute left, Attribute right) =>
        Same(left.SubAttributes, right.SubAttributes)
        && Arrays(left).SequenceEqual(Arrays(right))
        && WithoutArrays(left) == WithoutArrays(right);

    private static IEnumerable<string> Arrays(Attribute attribute) => attribute switch
    {
        Relationship r => [.. r.Objects, "|", .. r.ObjectTypes],
        ListRelationship r => [.. r.Objects, "|", .. r.ObjectTypes],
        VocabProperty v => v.Vocab,
        AttributeFragment f => f.ObjectTypes,
        _ => [],
    };

    private static Attribute WithoutArrays(Attribute attribute) => attribute switch
    {
        Relationship r => r with { Objects = [], ObjectTypes = [], SubAttributes = [] },
        ListRelationship r => r with { Objects = [], ObjectTypes = [], SubAttributes = [] },
        VocabProperty v => v with { Vocab = [], SubAttributes = [] },
        AttributeFragment f => f with { ObjectTypes = [], SubAttributes = [] },
        _ => attribute with { SubAttributes = [] },
    };
}
