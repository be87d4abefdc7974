using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Queries;

/// <summary>What a store does with bounds, for one Entity: whether its indexes would have led to it.</summary>
internal static class BoundsCheck
{
    /// <summary>Fails where an Entity that matches is not within the query's bounds.</summary>
    public static void Holds(EntityQuery query, PackedEntity entity)
    {
        var bounds = QueryBounds.Of(query);
        Assert.True(bounds.Selectors.IsEmpty || bounds.Selectors.Any(selector => Selects(selector, entity)), "selectors");
        Assert.All(bounds.AllAttributes, name => Assert.True(Has(entity, name), name));
        Assert.True(bounds.AnyAttributes.IsEmpty || bounds.AnyAttributes.Any(name => Has(entity, name)), "any attribute");
        Assert.All(bounds.Values, bound => Assert.True(Fulfils(entity, bound), bound.ToString()));
        if (bounds.Geo is { } geo) Assert.True(IsThere(entity, geo), geo.ToString());
    }

    private static bool Selects(SelectorBounds selector, PackedEntity entity) =>
        (selector.Ids.IsEmpty || selector.Ids.Contains(entity.Id))
        && (selector.TypeGroups.IsEmpty || selector.TypeGroups.Any(group =>
            group.All(type => Names.TryFind(type, out var name) && entity.HasType(name))));

    private static bool Has(PackedEntity entity, string iri) => Names.TryFind(iri, out var name) && entity.Attributes.Contains(name);

    private static bool Fulfils(PackedEntity entity, ValueBound bound)
    {
        var keys = new List<IndexKey>();
        foreach (var attribute in entity.Attributes)
        {
            if (attribute.Name.Iri != bound.Attribute) continue;
            IndexKeys.AddTo(keys, attribute);
        }

        return bound switch
        {
            NumberBound numbers => keys.Exists(key => !key.IsText && numbers.Includes(key.Number)),
            TextBound texts => keys.Exists(key => key.IsText && texts.Texts.Any(text => IndexKeys.Hash(text) == key.TextHash)),
            _ => false,
        };
    }

    private static bool IsThere(PackedEntity entity, GeoBound bound)
    {
        foreach (var attribute in entity.Attributes)
        {
            if (attribute.Name.Iri != bound.Attribute || !IndexKeys.TryEnvelope(attribute, out var envelope)) continue;
            if (bound.Boxes.Any(box => box.Intersects(envelope))) return true;
        }

        return false;
    }
}
