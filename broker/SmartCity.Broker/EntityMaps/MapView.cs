using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.EntityMaps;

/// <summary>
/// Those Entities of an EntityMap that a request names by their ids, in the order of the map. A request that uses an EntityMap may name
/// others than the one that made it (ETSI GS CIM 009 5.5.14): the rest stays in the map.
/// </summary>
internal sealed class MapView
{
    private readonly EntityMap _whole;
    private readonly int[]? _indexes;

    private MapView(EntityMap whole, int[]? indexes)
    {
        (_whole, _indexes) = (whole, indexes);
        Map = indexes is null
            ? whole
            : new EntityMap(whole.Id, whole.Tenant, [.. indexes.Select(index => whole.Positions[index])], whole.ForPaging)
            {
                Remote = whole.Remote,
                Links = whole.Links,
                IsVerified = whole.IsVerified,
            };
    }

    /// <summary>The part, as a map of its own.</summary>
    public EntityMap Map { get; }

    public static MapView OfAll(EntityMap map) => new(map, null);

    /// <param name="map">The EntityMap.</param>
    /// <param name="positions">Of the Entities, as the map has them.</param>
    public static MapView Of(EntityMap map, HashSet<long> positions)
    {
        var indexes = new List<int>(positions.Count);
        for (var i = 0; i < map.Positions.Length; i++)
        {
            if (positions.Contains(map.Positions[i])) indexes.Add(i);
        }

        return new(map, [.. indexes]);
    }

    /// <summary>The ids that a query names; null where it finds Entities otherwise, too.</summary>
    public static HashSet<string>? Named(EntityQuery query) =>
        query.Selectors.IsEmpty || query.Selectors.Any(selector => selector.Ids.IsEmpty)
            ? null
            : query.Selectors.SelectMany(selector => selector.Ids).ToHashSet(StringComparer.Ordinal);

    /// <summary>Where in the part a place of the map is, or else the next one in the direction of a page.</summary>
    public int Inwards(int index, bool backwards)
    {
        if (_indexes is null) return index;
        var found = Array.BinarySearch(_indexes, index);
        return found >= 0 ? found : backwards ? ~found - 1 : ~found;
    }

    /// <summary>Where in the map a place of the part is.</summary>
    public int Outwards(int index) => _indexes is null ? index : index < 0 ? -1 : index < _indexes.Length ? _indexes[index] : _whole.Positions.Length;

    /// <summary>Takes out of the map what has turned out to match no more.</summary>
    public void CrossOut(EntityQuery query)
    {
        // Of several selectors, another one might still mean it.
        if (_indexes is null || query.Selectors.Length > 1) return;
        for (var i = 0; i < _indexes.Length; i++)
        {
            if (Map.IsCrossedOut(i)) _whole.CrossOut(_indexes[i]);
        }
    }
}
