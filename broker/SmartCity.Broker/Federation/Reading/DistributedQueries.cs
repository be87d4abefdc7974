using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>
/// Query Entities over this broker and all registered sources (ETSI GS CIM 009 5.7.2). What is found is fixed in an EntityMap
/// (4.3.6.7): first what is kept here, in its order, then what sources add, in the order of their registrations and answers. The map is
/// kept where there are further pages.
/// </summary>
/// <param name="own">This broker's own Entities.</param>
/// <param name="all">Those of sources, too: what q links to.</param>
/// <param name="maps">EntityMaps.</param>
/// <param name="registry">Which sources there are.</param>
/// <param name="client">Asks them.</param>
/// <param name="settings">How long, and how many.</param>
/// <param name="clock">Tells what has expired.</param>
internal sealed class DistributedQueries(
    IEntityOperations own, IEntityOperations all, LocalEntityMaps maps, IContextRegistry registry, IContextSourceClient client,
    FederationSettings settings, TimeProvider clock)
{
    /// <summary>Entities here that are looked at to tell how many there are, where the store alone cannot.</summary>
    private const int MostVerified = 5000;

    public async ValueTask<Result<EntityAnswer>> RunAsync(Call call, EntityQuery query, EntityPaging paging, CancellationToken cancellation)
    {
        var plan = Plan(call, query, paging.Shown, out var split);
        if (plan is null) return await own.QueryAsync(call, query, paging, cancellation);
        using var round = new SourceRound(settings, clock, cancellation);
        var progress = Begin(call, query, split, plan, round, cancellation);

        if (Known(call, paging) is { } known)
        {
            if (known.Remote.IsEmpty) return await own.QueryAsync(call, query, paging, cancellation);
            var answer = await PageAsync(known, new(known, progress), paging, isKept: true);
            return answer with { Map = paging.Map is null ? null : new(known, IsNew: false), Warnings = round.Warnings };
        }

        if (!(await FindAsync(progress)).TryGet(out var found, out var error)) return error;
        if (found.IsOwnAlone)
        {
            var local = await own.QueryAsync(call, query, paging, cancellation);
            return local.IsSuccess || local.Error.Kind != NgsiLdErrorKind.NonexistentTenant || plan.Sources.IsEmpty
                ? local.Map(answer => answer with { Warnings = round.Warnings })
                : new EntityAnswer([], false, paging.Page.Count ? 0 : null) { Warnings = round.Warnings };
        }

        return await FirstAsync(call, paging, progress, found);
    }

    /// <summary>An EntityMap for a client (5.14.4); null where there is nothing of sources in it.</summary>
    public async ValueTask<Result<EntityMap?>> MapAsync(Call call, EntityQuery query, TimeSpan? lifetime, CancellationToken cancellation)
    {
        var plan = Plan(call, query, ShownAttributes.All, out var split);
        if (plan is null) return (EntityMap?)null;
        using var round = new SourceRound(settings, clock, cancellation);
        var progress = Begin(call, query, split, plan, round, cancellation);
        if (!(await FindAsync(progress)).TryGet(out var found, out var error)) return error;
        if (found.IsOwnAlone) return (EntityMap?)null;
        return maps.Keep(call, found.Positions, found.Remote, lifetime).Map(map => (EntityMap?)map);
    }

    /// <summary>Entities by their ids, as far as sources and this broker have them.</summary>
    public async ValueTask<Result<FoundEntities>> FindManyAsync(Call call, IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        var query = new EntityQuery { Selectors = [new() { Ids = [.. ids] }], SplitEntities = true };
        var plan = Plan(call, query, ShownAttributes.All, out var split);
        if (plan is null) return await own.FindManyAsync(call, ids, cancellation);
        using var round = new SourceRound(settings, clock, cancellation);
        var progress = Begin(call, query, split, plan, round, cancellation);
        ImmutableArray<string> everywhere = [.. plan.Sources.Select(source => source.Registration.Id)];
        var candidates = ids.Distinct().Select(id => new Candidate(id) { Registrations = everywhere }).ToArray();
        await progress.FetchAsync(candidates);
        var assembled = await progress.AssembleAsync(candidates);
        return new FoundEntities([.. assembled.OfType<PackedEntity>()], round.Warnings);
    }

    /// <summary>Null where no source is to be asked.</summary>
    private ForwardingPlan? Plan(Call call, EntityQuery query, ShownAttributes shown, out bool split)
    {
        split = query.SplitEntities ?? settings.SplitEntities;
        var matches = registry.Match(call, new RegistrationQuery
        {
            Selectors = query.Selectors,
            AttributeNames = shown.Names.IsEmpty ? query.AttributeNames : [.. shown.Names.Union(QueriedNames.Of(query))],
            DatasetIds = query.DatasetIds.IsEmpty ? shown.DatasetIds : query.DatasetIds,
            Geo = query.Geo,
            Scope = query.Scope,
            Csf = query.Csf,
        });
        if (matches.IsEmpty) return null;
        var plan = ForwardingPlan.ForQuery(query, shown, split, matches);
        return plan.Sources.IsEmpty && !plan.HasProxies ? null : plan;
    }

    private QueryInProgress Begin(
        Call call, EntityQuery query, bool split, ForwardingPlan plan, SourceRound round, CancellationToken cancellation) =>
        new(call, query, split, plan, round, own, all, maps, client, clock.GetUtcNow().UtcTicks, cancellation);

    /// <summary>The EntityMap that the client or the link of a page names; null where there is none.</summary>
    private EntityMap? Known(Call call, EntityPaging paging) =>
        paging.Map is { } asked ? asked.Id is { } id ? maps.Find(call, id) : null
        : paging.Cursor is MapCursor cursor ? maps.Find(call, cursor.MapId)
        : null;

    /// <summary>What there is of a query, here and at sources.</summary>
    private async ValueTask<Result<Found>> FindAsync(QueryInProgress progress)
    {
        var gathering = progress.Gathering(settings.Candidates);
        if (!(await gathering.RunAsync()).TryGet(out var candidates, out var error)) return error;
        if (candidates.Count == 0 && progress.OwnIsSure) return Found.OwnAlone;
        await progress.FindOwnAsync(candidates);
        if (!(await progress.RankAsync(progress.Own)).TryGet(out var ranked, out error)) return error;
        var places = await progress.PlacesAsync(ranked, candidates);
        var assembled = gathering.IsWhole ? await progress.AssembleAsync(candidates) : null;
        return Arrange(ranked, candidates, places, assembled);
    }

    private static Found Arrange(long[] ranked, List<Candidate> candidates, Dictionary<string, int> places, PackedEntity?[]? assembled)
    {
        var positions = new List<long>(ranked.Length + candidates.Count);
        positions.AddRange(ranked);
        var remote = ImmutableArray.CreateBuilder<RemoteEntity>(candidates.Count);
        var known = new List<(int, PackedEntity)>();
        var lists = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        for (var i = 0; i < candidates.Count; i++)
        {
            var candidate = candidates[i];
            var isHere = places.TryGetValue(candidate.Id, out var place);
            if (assembled is not null && assembled[i] is null)
            {
                if (isHere) positions[place] = RankedRequest.CrossedOut;
                continue;
            }

            if (!isHere)
            {
                place = positions.Count;
                positions.Add(0);
            }

            positions[place] = EntityMap.PositionOf(remote.Count);
            remote.Add(new(candidate.Id, Shared(lists, candidate)));
            if (assembled?[i] is { } entity) known.Add((place, entity));
        }

        return new([.. positions], remote.ToImmutable(), known);
    }

    // Many Entities are at the same sources.
    private static ImmutableArray<string> Shared(Dictionary<string, ImmutableArray<string>> lists, Candidate candidate)
    {
        ImmutableArray<string> registrations = candidate.Own is null ? candidate.Registrations : [RemoteEntity.Here, .. candidate.Registrations];
        var key = string.Join(' ', registrations);
        if (!lists.TryGetValue(key, out var shared)) lists.Add(key, shared = registrations);
        return shared;
    }

    private async ValueTask<Result<EntityAnswer>> FirstAsync(Call call, EntityPaging paging, QueryInProgress progress, Found found)
    {
        var page = paging.Page;
        var isOnlyPage = page.Limit == 0 || (page.Offset == 0 && found.Positions.Count(position => position != RankedRequest.CrossedOut) <= page.Limit);
        EntityMap map;
        var isKept = true;
        if (paging.Map is { } asked)
        {
            if (!maps.Keep(call, found.Positions, found.Remote, asked.Lifetime).TryGet(out map!, out var error)) return error;
        }
        else if (isOnlyPage)
        {
            (map, isKept) = (new EntityMap("", call.Tenant, found.Positions, forPaging: true) { Remote = found.Remote }, false);
        }
        else
        {
            (map, isKept) = maps.ForPaging(call, found.Positions, found.Remote);
        }

        var walk = new MapWalk(map, progress);
        foreach (var (index, entity) in found.Known) walk.Know(index, entity);
        var mustCount = page.Count || page.Offset > 0;
        if (mustCount && !progress.OwnIsSure && map.Count() <= MostVerified) await walk.VerifyAsync();
        var answer = await PageAsync(map, walk, paging, isKept);
        return answer with { Map = paging.Map is null ? null : new(map, IsNew: true), Warnings = progress.Round.Warnings };
    }

    private static async ValueTask<EntityAnswer> PageAsync(EntityMap map, MapWalk walk, EntityPaging paging, bool isKept)
    {
        var cursor = paging.Cursor as MapCursor;
        if (cursor?.MapId != map.Id) cursor = null;
        var request = new RankedRequest(cursor?.Index ?? map.IndexOf(paging.Page.Offset), paging.Page.Limit, cursor?.Backwards == true);
        var page = await walk.PageAsync(request);
        return MapPage.Of(map, page, request, paging.Page.Count, isKept);
    }

    /// <param name="Positions">Of a map.</param>
    /// <param name="Remote">Of a map.</param>
    /// <param name="Known">What is assembled already and meant, by its place.</param>
    private sealed record Found(long[] Positions, ImmutableArray<RemoteEntity> Remote, List<(int, PackedEntity)> Known)
    {
        /// <summary>Sources have nothing: what this broker finds itself is the answer.</summary>
        public static Found OwnAlone { get; } = new([], [], []);

        public bool IsOwnAlone => ReferenceEquals(this, OwnAlone);
    }
}
