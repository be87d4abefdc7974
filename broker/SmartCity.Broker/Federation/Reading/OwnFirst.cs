using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.EntityMaps;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>
/// Pages that begin with what is kept here, read and paged as if it were alone, however much that is, and go on with what sources add,
/// which alone is fixed in an EntityMap (ETSI GS CIM 009 5.5.9.3).
/// </summary>
/// <param name="own">This broker's own Entities.</param>
/// <param name="maps">EntityMaps.</param>
/// <param name="placed">Entities that are found here and have parts elsewhere, assembled, by their ids.</param>
/// <param name="added">Those that are not found here, assembled, in order.</param>
internal sealed class OwnFirst(
    IEntityOperations own, LocalEntityMaps maps, Dictionary<string, PackedEntity> placed,
    ImmutableArray<(MappedEntity Remote, PackedEntity Entity)> added)
{
    /// <param name="call">The request.</param>
    /// <param name="query">Finds what is here.</param>
    /// <param name="paging">Which page.</param>
    /// <param name="end">How many of those that are added are before the end of the page; null where the page's offset and limit say it.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async ValueTask<Result<EntityAnswer>> RunAsync(
        Call call, EntityQuery query, EntityPaging paging, int? end, CancellationToken cancellation)
    {
        if (end is { } before) paging = await UpToAsync(call, query, paging, before, cancellation);
        // How many are found here tells where among the others a page behind them starts.
        var counts = paging.Page.Count || paging.Page.Offset > 0;
        var here = await own.QueryAsync(call, query, paging with { Page = paging.Page with { Count = counts } }, cancellation);
        if (here.Error is { Kind: NgsiLdErrorKind.NonexistentTenant }) here = new EntityAnswer([], false, 0);
        if (!here.TryGet(out var found, out var error)) return error;
        var answer = found with
        {
            Entities = [.. found.Entities.Select(entity => placed.Count > 0 && placed.TryGetValue(entity.Id, out var whole) ? whole : entity)],
            Total = paging.Page.Count ? found.Total + added.Length : null,
        };
        return found.HasMore || paging.Page.Limit == 0 ? answer : GoOn(call, paging, answer, found.Total ?? 0);
    }

    // A page that is gone back to begins at the first Entity where there are not enough before its end.
    private async ValueTask<EntityPaging> UpToAsync(Call call, EntityQuery query, EntityPaging paging, int before, CancellationToken cancellation)
    {
        var here = await own.QueryAsync(call, query, new(new(0, 0, true)), cancellation);
        var end = (here.IsSuccess ? here.Value.Total ?? 0 : 0) + before;
        var offset = Math.Max(0, end - paging.Page.Limit);
        return paging with { Page = paging.Page with { Offset = (int)offset, Limit = (int)(end - offset) } };
    }

    /// <summary>Fills the last page of what is here with what sources add.</summary>
    private EntityAnswer GoOn(Call call, EntityPaging paging, EntityAnswer answer, long ownCount)
    {
        var skipped = paging.Cursor is null ? (int)Math.Clamp(paging.Page.Offset - ownCount, 0, added.Length) : 0;
        var end = Math.Min(added.Length, skipped + paging.Page.Limit - answer.Entities.Length);
        answer = answer with { Entities = answer.Entities.AddRange(added[skipped..end].Select(one => one.Entity)), HasMore = end < added.Length };
        if (end == added.Length && skipped == 0) return answer;
        var positions = Enumerable.Range(0, added.Length).Select(EntityMap.PositionOf).ToArray();
        var (map, isKept) = maps.ForPaging(call, positions, [.. added.Select(one => one.Remote)], followsOwn: true);
        return isKept
            ? answer with
            {
                Next = answer.HasMore ? new MapCursor(map.Id, end, false) : null,
                Previous = skipped > 0 ? new MapCursor(map.Id, skipped - 1, true) : answer.Previous,
            }
            : answer;
    }
}
