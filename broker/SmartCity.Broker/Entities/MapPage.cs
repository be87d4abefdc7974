using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Entities;

/// <summary>A page of an EntityMap, with the places of its neighbours.</summary>
internal static class MapPage
{
    /// <param name="map">The EntityMap.</param>
    /// <param name="page">What was found.</param>
    /// <param name="request">What was looked for.</param>
    /// <param name="count">Whether the total is wanted.</param>
    /// <param name="isKept">Whether the map will be there for another page.</param>
    public static EntityAnswer Of(EntityMap map, RankedPage page, RankedRequest request, bool count, bool isKept)
    {
        var (start, backwards) = (request.Start, request.Backwards);
        // A page that writers have emptied is where it was.
        var first = page.First >= 0 ? page.First : backwards ? start + 1 : start;
        var last = page.Last >= 0 ? page.Last : first - 1;
        var hasPrevious = backwards ? page.HasMore : map.HasAnyBefore(first);
        var hasNext = backwards || page.HasMore;
        return new(page.Entities, hasNext, count ? map.Count() : null)
        {
            Next = hasNext && isKept ? new MapCursor(map.Id, last + 1, false) : null,
            Previous = hasPrevious && isKept ? new MapCursor(map.Id, first - 1, true) : null,
        };
    }
}
