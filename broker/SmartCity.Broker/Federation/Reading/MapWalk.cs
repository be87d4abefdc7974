using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>
/// Pages of an EntityMap: what it names is fetched, assembled and checked again; what is gone or matches no more is crossed out
/// (ETSI GS CIM 009 5.5.9.3).
/// </summary>
/// <param name="map">The EntityMap.</param>
/// <param name="query">Finds what it names.</param>
internal sealed class MapWalk(EntityMap map, QueryInProgress query)
{
    /// <summary>Entities that are looked at together, at least and at most.</summary>
    private const int Least = 50, Most = 500;

    /// <summary>Entities that are kept from looking at all of them for looking at some.</summary>
    private const int MostKnown = 5000;

    /// <summary>Entities, by their places, that need not be looked at again.</summary>
    private readonly Dictionary<int, PackedEntity> _known = [];

    /// <summary>Puts down what an Entity is, and that it matches.</summary>
    public void Know(int index, PackedEntity entity) => _known[index] = entity;

    /// <summary>Looks at all that there is, so that what is left is what matches, for as long as there is time.</summary>
    /// <param name="ofSourcesAlone">Whether what is kept here need not be looked at.</param>
    public async ValueTask VerifyAsync(bool ofSourcesAlone)
    {
        for (var next = 0; Take(ref next, 1, Most) is { Count: > 0 } places && !query.Round.IsOver;)
        {
            if (ofSourcesAlone) places.RemoveAll(place => map.RemoteAt(place) < 0);
            if (places.Count == 0) continue;
            await ResolveAsync(places);
            if (_known.Count > MostKnown) places.ForEach(place => _known.Remove(place));
        }
    }

    public async ValueTask<RankedPage> PageAsync(RankedRequest request)
    {
        var step = request.Backwards ? -1 : 1;
        var found = new List<(int Index, PackedEntity Entity)>();
        var next = request.Start;
        while (found.Count <= request.Limit)
        {
            var places = Take(ref next, step, Math.Clamp(request.Limit + 1 - found.Count, Least, Most));
            if (places.Count == 0) break;
            var entities = await ResolveAsync(places);
            for (var i = 0; i < entities.Length; i++)
            {
                if (entities[i] is { } entity) found.Add((places[i], entity));
            }

            if (query.Round.IsOver && next >= 0 && next < map.Positions.Length) return Page(found, request, hasMore: true);
        }

        return Page(found, request, found.Count > request.Limit);
    }

    private static RankedPage Page(List<(int Index, PackedEntity Entity)> found, RankedRequest request, bool hasMore)
    {
        if (found.Count > request.Limit) found.RemoveRange(request.Limit, found.Count - request.Limit);
        if (request.Backwards) found.Reverse();
        return found.Count == 0
            ? new([], hasMore, -1, -1)
            : new([.. found.Select(one => one.Entity)], hasMore, found[0].Index, found[^1].Index);
    }

    /// <summary>The next places that are not crossed out.</summary>
    private List<int> Take(ref int next, int step, int count)
    {
        var places = new List<int>(Math.Min(count, map.Positions.Length));
        for (; next >= 0 && next < map.Positions.Length && places.Count < count; next += step)
        {
            if (!map.IsCrossedOut(next)) places.Add(next);
        }

        return places;
    }

    private async ValueTask<PackedEntity?[]> ResolveAsync(List<int> places)
    {
        var entities = new PackedEntity?[places.Count];
        var unsure = new HashSet<int>();
        await ResolveOwnAsync(places, entities);
        await ResolveRemoteAsync(places, entities, unsure);
        for (var i = 0; i < entities.Length; i++)
        {
            if (_known.TryGetValue(places[i], out var known)) entities[i] = known;
            else if (entities[i] is { } entity) _known[places[i]] = entity;
            else if (!unsure.Contains(i)) map.CrossOut(places[i]);
        }

        return entities;
    }

    private async ValueTask ResolveOwnAsync(List<int> places, PackedEntity?[] entities)
    {
        var own = Enumerable.Range(0, places.Count).Where(i => !_known.ContainsKey(places[i]) && map.RemoteAt(places[i]) < 0).ToArray();
        if (own.Length == 0) return;
        var positions = Array.ConvertAll(own, i => Volatile.Read(ref map.Positions[places[i]]));
        var found = await query.AtAsync(positions);
        for (var (i, next) = (0, 0); i < own.Length && next < found.Length; i++)
        {
            if (positions[i] >= 0) entities[own[i]] = found[next++];
        }
    }

    private async ValueTask ResolveRemoteAsync(List<int> places, PackedEntity?[] entities, HashSet<int> unsure)
    {
        var remote = Enumerable.Range(0, places.Count).Where(i => !_known.ContainsKey(places[i]) && map.RemoteAt(places[i]) >= 0).ToArray();
        if (remote.Length == 0) return;
        var candidates = Array.ConvertAll(remote, i =>
        {
            var entity = map.Remote[map.RemoteAt(places[i])];
            return new Candidate(entity.Id) { Registrations = entity.Registrations };
        });
        await query.FetchAsync(candidates);
        var assembled = await query.AssembleAsync(candidates);
        for (var i = 0; i < remote.Length; i++)
        {
            entities[remote[i]] = assembled[i];
            if (candidates[i].IsUncertain) unsure.Add(remote[i]);
        }
    }
}
