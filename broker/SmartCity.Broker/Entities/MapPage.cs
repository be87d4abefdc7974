using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Entities;

/// <summary>A page of an EntityMap, with the places of its neighbours.</summary>
internal static class MapPage
{
    /// <summary>Where a page starts: at its cursor, or where its offset says.</summary>
    public static RankedRequest Request(MapView view, EntityPaging paging)
    {
        var cursor = paging.Cursor as MapCursor;
        if (cursor?.MapId != view.Map.Id) cursor = null;
        var backwards = cursor?.Backwards == true;
        var start = cursor?.Index is { } index ? view.Inwards(index, backwards) : view.Map.IndexOf(paging.Page.Offset);
        return new(start, paging.Page.Limit, backwards);
    }

    /// <param name="view">The EntityMap, or what of it is meant.</param>
    /// <param name="page">What was found.</param>
    /// <param name="request">What was looked for.</param>
    /// <param name="count">Whether the total is wanted.</param>
    /// <param name="isKept">Whether the map will be there for another page.</param>
    public static EntityAnswer Of(MapView view, RankedPage page, RankedRequest request, bool count, bool isKept)
    {
        var map = view.Map;
        var (start, backwards) = (request.Start, request.Backwards);
        // A page that writers have emptied is where it was.
        var first = page.First >= 0 ? page.First : backwards ? start + 1 : start;
        var last = page.Last >= 0 ? page.Last : first - 1;
        var hasPrevious = backwards ? page.HasMore : map.HasAnyBefore(first);
        var hasNext = backwards || page.HasMore;
        return new(page.Entities, hasNext, count ? map.Count() : null)
        {
            Next = hasNext && isKept ? new MapCursor(map.Id, view.Outwards(last + 1), false) : null,
            Previous = hasPrevious && isKept ? new MapCursor(map.Id, view.Outwards(first - 1), true) : null,
        };
    }
}
