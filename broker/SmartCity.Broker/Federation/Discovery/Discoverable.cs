using System.Collections.Immutable;
using SmartCity.Broker.Discovery;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Discovery;

/// <summary>What is discovered at sources: types, or Attributes.</summary>
/// <param name="Collection">Where sources have them.</param>
/// <param name="List">The operation that lists their names.</param>
/// <param name="ListDetails">The operation that lists what each of them has.</param>
/// <param name="Details">The operation that tells about one.</param>
internal sealed record Discoverable<T>(
    string Collection, ContextSourceOperations List, ContextSourceOperations ListDetails, ContextSourceOperations Details)
    where T : class
{
    /// <summary>Expanded.</summary>
    public required Func<T, string> NameOf { get; init; }

    /// <summary>Null where an answer is no list of them.</summary>
    public required Func<SourceDocument, ImmutableArray<T>?> ReadAll { get; init; }

    /// <summary>Null where an answer is none of them.</summary>
    public required Func<SourceDocument, ImmutableArray<T>?> ReadOne { get; init; }

    /// <summary>Whether a source is registered for the one of a name.</summary>
    public required Func<TellingSource, string, bool> IsOf { get; init; }

    /// <summary>What a source tells of one, without what it is not registered for; null where nothing is left.</summary>
    public required Func<TellingSource, T, T?> Cut { get; init; }

    /// <summary>Two of the same name as one.</summary>
    public required Func<T, T, T> Join { get; init; }
}

/// <summary>The two kinds (ETSI GS CIM 009 5.7.5 - 5.7.10).</summary>
internal static class Discoverable
{
    public static Discoverable<TypeUse> Types { get; } = new(
        "/ngsi-ld/v1/types",
        ContextSourceOperations.RetrieveEntityTypes,
        ContextSourceOperations.RetrieveEntityTypeDetails,
        ContextSourceOperations.RetrieveEntityTypeInfo)
    {
        NameOf = type => type.Type,
        ReadAll = DiscoveryAnswers.Types,
        ReadOne = DiscoveryAnswers.Type,
        IsOf = (source, name) => source.HasType(name),
        Cut = (source, type) => type with { Attributes = type.Attributes.RemoveAll(attribute => !source.HasAttribute(attribute.Name)) },
        Join = (known, told) => known with
        {
            EntityCount = known.EntityCount + told.EntityCount,
            Attributes = Join(known.Attributes, told.Attributes),
        },
    };

    public static Discoverable<CarriedAttribute> Attributes { get; } = new(
        "/ngsi-ld/v1/attributes",
        ContextSourceOperations.RetrieveAttrTypes,
        ContextSourceOperations.RetrieveAttrTypeDetails,
        ContextSourceOperations.RetrieveAttrTypeInfo)
    {
        NameOf = attribute => attribute.Use.Name,
        ReadAll = DiscoveryAnswers.Attributes,
        ReadOne = DiscoveryAnswers.Attribute,
        IsOf = (source, name) => source.HasAttribute(name),
        Cut = Cut,
        Join = (known, told) => new(Join(known.Use, told.Use), [.. known.Types.Union(told.Types).Order(StringComparer.Ordinal)]),
    };

    // Nothing is left where all that carry it are Entities that the source is not registered for.
    private static CarriedAttribute? Cut(TellingSource source, CarriedAttribute attribute)
    {
        var types = attribute.Types.RemoveAll(type => !source.HasType(type));
        return types.IsEmpty && !attribute.Types.IsEmpty ? null : attribute with { Types = types };
    }

    private static ImmutableArray<AttributeUse> Join(ImmutableArray<AttributeUse> known, ImmutableArray<AttributeUse> told)
    {
        var all = new SortedDictionary<string, AttributeUse>(known.ToDictionary(use => use.Name), StringComparer.Ordinal);
        foreach (var use in told) all[use.Name] = all.TryGetValue(use.Name, out var before) ? Join(before, use) : use;
        return [.. all.Values];
    }

    private static AttributeUse Join(AttributeUse known, AttributeUse told) => known with
    {
        Kinds = [.. known.Kinds.Union(told.Kinds).Order()],
        EntityCount = known.EntityCount + told.EntityCount,
    };
}
