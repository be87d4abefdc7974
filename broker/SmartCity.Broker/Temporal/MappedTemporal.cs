using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;

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
    public async ValueTask<Result<MadeEntityMap>> CreateAsync(
        Call call, TemporalRequest request, TimeSpan? lifetime, CancellationToken cancellation)
    {
        var links = new LinkedMaps(lifetime);
        var found = await temporal.MapAsync(call, request with { Map = new(null, links) }, maps.Most, cancellation);
        return found.Then(all => maps.Keep(call, all.Entities, links, lifetime).Map(map => new MadeEntityMap(map) { Warnings = all.Warnings }));
    }

    /// <summary>The evolution of one Entity (5.7.3.4): an EntityMap says who has a part of it, and a new one is made where it is gone.</summary>
    public async ValueTask<Result<EvolutionPage>> RetrieveAsync(
        Call call, string id, TemporalRequest request, EntityMapRequest wanted, CancellationToken cancellation)
    {
        var known = Known(call, wanted);
        var links = known is null ? new LinkedMaps(wanted.Lifetime) : known.Links;
        var retrieved = await temporal.RetrieveAsync(call, id, request with { Map = new(known, links) }, cancellation);
        if (!retrieved.TryGet(out var found, out var error)) return error;
        if (known is not null) return found with { Map = new(known, IsNew: false) };
        return maps.Keep(call, [new(id, found.Places)], links, wanted.Lifetime).Map(made => found with { Map = new(made, IsNew: true) });
    }

    /// <summary>
    /// The page of an EntityMap, a new one where it is gone. Entities that match no more leave it, and others fill the page (5.5.9.3).
    /// </summary>
    public async ValueTask<Result<EvolutionPage>> QueryAsync(
        Call call, TemporalRequest request, PageRequest page, EntityMapRequest wanted, CancellationToken cancellation)
    {
        var known = Known(call, wanted);
        MadeEntityMap? made = null;
        if (known is null && !(await CreateAsync(call, request, wanted.Lifetime, cancellation)).TryGet(out made, out var error)) return error;
        var map = (known ?? made!.Map)!;
        var view = known is null ? MapView.OfAll(map) : await maps.ViewAsync(call, map, request.Query, cancellation);
        var found = new EvolutionPage([], false, null, null) { Warnings = made?.Warnings ?? [] };
        var next = view.Map.IndexOf(page.Offset);
        while (true)
        {
            var chosen = Chosen(view.Map, ref next, page.Limit - found.Evolutions.Length);
            if (chosen.Count == 0) break;
            string[] ids = [.. chosen.Select(index => map.Remote[view.Map.RemoteAt(index)].Id)];
            var narrowed = request with
            {
                Query = request.Query with { Selectors = request.Query.Selectors.Among(ids) },
                Map = new(map, map.Links),
            };
            var asked = await temporal.QueryAsync(call, narrowed, new(0, chosen.Count, false), cancellation);
            if (!asked.TryGet(out var answer, out error)) return error;
            found = answer with { Evolutions = found.Evolutions.AddRange(answer.Evolutions), Warnings = [.. found.Warnings.Union(answer.Warnings)] };
            // A part of the time range, or of the sources, says nothing of the rest.
            if (answer.Range is not null || !answer.Warnings.IsEmpty) break;
            CrossOut(view.Map, chosen, answer);
        }

        view.CrossOut(request.Query);
        return found with
        {
            HasMore = view.Map.HasAnyFrom(next),
            Total = page.Count ? view.Map.Count() : null,
            Map = new(map, IsNew: known is null),
        };
    }

    private EntityMap? Known(Call call, EntityMapRequest wanted) => wanted.Id is { } id ? maps.Find(call, id) : null;

    /// <summary>The next places of Entities that are not crossed out.</summary>
    private static List<int> Chosen(EntityMap map, ref int next, int count)
    {
        var chosen = new List<int>();
        for (; next < map.Positions.Length && chosen.Count < count; next++)
        {
            if (map.RemoteAt(next) >= 0) chosen.Add(next);
        }

        return chosen;
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
