using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Entities;

/// <summary>
/// Pages of a query's answer (ETSI GS CIM 009 5.5.9). Whoever follows the links meets each Entity that is there all the time
/// exactly once: in the order of creation because a cursor is a place in it, otherwise because the answer is fixed in an
/// EntityMap with the first page.
/// </summary>
internal sealed class PagedQuery(IEntityStore store, LocalEntityMaps maps)
{
    public async ValueTask<Result<EntityAnswer>> RunAsync(
        Call call, EntityQuery query, EntityPaging paging, CancellationToken cancellation)
    {
        if (paging.Map is { } request)
        {
            var used = await maps.UseAsync(call, query, paging.Ordering, request, cancellation);
            if (!used.TryGet(out var asked, out var error)) return error;
            var view = asked.IsNew ? MapView.OfAll(asked.Map) : await maps.ViewAsync(call, asked.Map, query, cancellation);
            return await PageAsync(call, query, paging, view, isKept: true, cancellation) with { Map = asked };
        }

        if (paging.Cursor is MapCursor cursor && maps.Find(call, cursor.MapId) is { } known)
        {
            return await PageAsync(call, query, paging, MapView.OfAll(known), isKept: true, cancellation);
        }

        return paging.Ordering is null
            ? await ByCreationAsync(call, query, paging, cancellation)
            : await OrderedAsync(call, query, paging, cancellation);
    }

    private async ValueTask<EntityAnswer> ByCreationAsync(
        Call call, EntityQuery query, EntityPaging paging, CancellationToken cancellation)
    {
        var at = (paging.Cursor as PositionCursor)?.At;
        var page = await store.QueryAsync(call.Tenant, query, paging.Page with { At = at }, cancellation);
        var backwards = at?.Backwards == true;
        // A page that writers have emptied is where it was.
        var first = page.First >= 0 ? page.First : at is { } place ? place.Position + (backwards ? 0 : 1) : -1;
        var last = page.Last >= 0 ? page.Last : first - 1;
        var hasPrevious = backwards ? page.HasMore : first >= 0 && (at is not null || paging.Page.Offset > 0);
        var hasNext = backwards || page.HasMore;
        return new(page.Entities, hasNext, page.Total)
        {
            Next = hasNext ? new PositionCursor(new(page.Bound, last, false)) : null,
            Previous = hasPrevious ? new PositionCursor(new(page.Bound, first, true)) : null,
        };
    }

    private async ValueTask<Result<EntityAnswer>> OrderedAsync(
        Call call, EntityQuery query, EntityPaging paging, CancellationToken cancellation)
    {
        var ranked = await maps.RankAsync(call, query, paging.Ordering, cancellation);
        if (!ranked.TryGet(out var positions, out var error)) return error;
        // Only what has other pages is worth keeping.
        var isOnlyPage = paging.Page.Limit == 0 || (paging.Page.Offset == 0 && positions.Length <= paging.Page.Limit);
        var (map, isKept) = isOnlyPage
            ? (new EntityMap("", call.Tenant, positions, forPaging: true), false)
            : maps.ForPaging(call, positions);
        return await PageAsync(call, query, paging, MapView.OfAll(map), isKept, cancellation);
    }

    private async ValueTask<EntityAnswer> PageAsync(
        Call call, EntityQuery query, EntityPaging paging, MapView view, bool isKept, CancellationToken cancellation)
    {
        var request = MapPage.Request(view, paging);
        var page = await store.QueryRankedAsync(call.Tenant, query, view.Map.Positions, request, cancellation);
        view.CrossOut(query);
        return MapPage.Of(view, page, request, paging.Page.Count, isKept);
    }
}
