using System.Collections.Immutable;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Temporal;

/// <summary>
/// EntityMaps of temporal queries (ETSI GS CIM 009 5.14.5, 5.7.4.4): the Entities that a query has found, fixed and in its order, so
/// that pages do not move while the history grows.
/// </summary>
/// <param name="temporal">Finds and reads.</param>
/// <param name="maps">Keeps the EntityMaps.</param>
public sealed class MappedTemporal(ITemporalOperations temporal, LocalEntityMaps maps)
{
    /// <summary>ETSI GS CIM 009 5.14.5. TooManyResults where more Entities match than an EntityMap holds.</summary>
    public async ValueTask<Result<EntityMap>> CreateAsync(
        Call call, TemporalRequest request, TimeSpan? lifetime, CancellationToken cancellation)
    {
        var found = await temporal.MapAsync(call, request, maps.Most, cancellation);
        return found.Then(entities => maps.Keep(call, entities, lifetime));
    }

    /// <summary>
    /// The page of an EntityMap, a new one where it is gone. Entities that match no more leave it; the page is shorter then.
    /// </summary>
    public async ValueTask<Result<EvolutionPage>> QueryAsync(
        Call call, TemporalRequest request, PageRequest page, EntityMapRequest wanted, CancellationToken cancellation)
    {
        var known = wanted.Id is { } id ? maps.Find(call, id) : null;
        EntityMap? made = null;
        if (known is null && !(await CreateAsync(call, request, wanted.Lifetime, cancellation)).TryGet(out made, out var error)) return error;
        var map = (known ?? made)!;
        var chosen = Chosen(map, page, out var hasMore);
        var found = new EvolutionPage([], false, null, null);
        if (chosen.Count > 0)
        {
            var narrowed = request with { Query = Among(request.Query, [.. chosen.Select(index => map.Remote[map.RemoteAt(index)].Id)]) };
            var answer = await temporal.QueryAsync(call, narrowed, new(0, chosen.Count, false), cancellation);
            if (!answer.TryGet(out found, out error)) return error;
            // A part of the time range says nothing of the rest.
            if (found.Range is null && found.Warnings.IsEmpty) CrossOut(map, chosen, found);
        }

        return found with { HasMore = hasMore, Total = page.Count ? map.Count() : null, Map = new(map, IsNew: known is null) };
    }

    private static List<int> Chosen(EntityMap map, PageRequest page, out bool hasMore)
    {
        var chosen = new List<int>();
        hasMore = false;
        for (var index = map.IndexOf(page.Offset); index < map.Positions.Length; index++)
        {
            if (map.RemoteAt(index) < 0) continue;
            hasMore = chosen.Count == page.Limit;
            if (hasMore) break;
            chosen.Add(index);
        }

        return chosen;
    }

    private static EntityQuery Among(EntityQuery query, ImmutableArray<string> ids)
    {
        var selectors = query.Selectors.IsEmpty ? [new EntitySelector()] : query.Selectors;
        return query with
        {
            Selectors =
            [
                .. selectors
                    .Select(selector => selector with { Ids = selector.Ids.IsEmpty ? ids : [.. selector.Ids.Intersect(ids)] })
                    .Where(selector => !selector.Ids.IsEmpty),
            ],
        };
    }

    private static void CrossOut(EntityMap map, List<int> chosen, EvolutionPage found)
    {
        var left = found.Evolutions.Select(evolution => evolution.Head.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var index in chosen)
        {
            if (!left.Contains(map.Remote[map.RemoteAt(index)].Id)) map.CrossOut(index);
        }
    }
}
