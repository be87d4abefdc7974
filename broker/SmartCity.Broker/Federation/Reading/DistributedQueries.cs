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
        var known = Known(call, paging);
        var links = known is not null ? known.Links : paging.Map is null ? null : new LinkedMaps(paging.Map.Lifetime);
        using var round = new SourceRound(settings, clock, cancellation);
        round.WarnOf(plan.Loops);
        var progress = Begin(call, query, split, plan, round, links, cancellation);

        if (known is not null)
        {
            if (known.Remote.IsEmpty && progress.OwnIsSure) return await own.QueryAsync(call, query, paging, cancellation);
            var answer = await KnownAsync(call, query, paging, progress, known, cancellation);
            if (known.FollowsOwn && answer.Total is { } total)
            {
                var before = await own.QueryAsync(call, query, new(new(0, 0, true)), cancellation);
                answer = answer with { Total = total + (before.IsSuccess ? before.Value.Total : 0) };
            }

            return answer with { Map = paging.Map is null ? null : new(known, IsNew: false), Warnings = round.Warnings };
        }

        if (!(await GatherAsync(progress)).TryGet(out var gathered, out var error)) return error;
        if (paging.Map is null && await OwnFirstAsync(progress, gathered, paging) is { } ownFirst)
        {
            // A cursor that has led here says no more than the offset beside it, and where the page ends.
            int? end = null;
            if (paging.Cursor is MapCursor cursor)
            {
                end = cursor is { Backwards: true, Index: { } last } ? last + 1 : null;
                paging = paging with { Cursor = null };
            }

            return (await ownFirst.RunAsync(call, query, paging, end, cancellation)).Map(answer => answer with { Warnings = round.Warnings });
        }

        return (await ArrangeAsync(progress, gathered)).TryGet(out var found, out error) ? await FirstAsync(call, paging, progress, found) : error;
    }

    /// <summary>An EntityMap for a client (5.14.4); null where there is nothing of sources in it.</summary>
    public async ValueTask<Result<MadeEntityMap?>> MapAsync(Call call, EntityQuery query, TimeSpan? lifetime, CancellationToken cancellation)
    {
        var plan = Plan(call, query, ShownAttributes.All, out var split, ForwardingPlan.Queries | ContextSourceOperations.CreateEntityMapQueryEntity);
        if (plan is null) return (MadeEntityMap?)null;
        var links = new LinkedMaps(lifetime);
        using var round = new SourceRound(settings, clock, cancellation);
        round.WarnOf(plan.Loops);
        var progress = Begin(call, query, split, plan, round, links, cancellation);
        if (!(await GatherAsync(progress, asMaps: true)).TryGet(out var gathered, out var error)) return error;
        if (gathered.Candidates.Count == 0 && progress.OwnIsSure && links.IsEmpty && round.Warnings.IsEmpty) return (MadeEntityMap?)null;
        if (!(await ArrangeAsync(progress, gathered)).TryGet(out var found, out error)) return error;
        var kept = maps.Keep(call, found.Positions, found.Remote, links, lifetime, gathered.Assembled is not null || !progress.IsFiltered);
        return kept.Map(map => (MadeEntityMap?)new MadeEntityMap(map) { Warnings = round.Warnings });
    }

    /// <summary>Entities by their ids, as far as sources and this broker have them.</summary>
    public async ValueTask<Result<FoundEntities>> FindManyAsync(Call call, IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        var query = new EntityQuery { Selectors = [new() { Ids = [.. ids] }], SplitEntities = true };
        var plan = Plan(call, query, ShownAttributes.All, out var split);
        if (plan is null) return await own.FindManyAsync(call, ids, cancellation);
        using var round = new SourceRound(settings, clock, cancellation);
        var progress = Begin(call, query, split, plan, round, links: null, cancellation);
        ImmutableArray<string> asked = [.. plan.Sources.Select(source => source.Registration.Id).Where(id => id != call.Teller)];
        var candidates = ids.Distinct().Select(id => new Candidate(id) { Registrations = asked }).ToArray();
        await progress.FetchAsync(candidates);
        var assembled = await progress.AssembleAsync(candidates);
        return new FoundEntities([.. assembled.OfType<PackedEntity>()], round.Warnings);
    }

    /// <summary>Null where no source can matter.</summary>
    private ForwardingPlan? Plan(
        Call call, EntityQuery query, ShownAttributes shown, out bool split, ContextSourceOperations operations = ForwardingPlan.Queries)
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
        // What q asks of linked Entities sources may have, even where none has any of the kind that is queried.
        var followsLinks = split && query.Q is { } q && LinkDepth.Of(q) > 0;
        if (matches.IsEmpty && !followsLinks) return null;
        var plan = ForwardingPlan.ForQuery(query, shown, split, matches, operations);
        return plan.Sources.IsEmpty && !plan.HasProxies && !followsLinks ? null : plan;
    }

    private QueryInProgress Begin(
        Call call, EntityQuery query, bool split, ForwardingPlan plan, SourceRound round, LinkedMaps? links, CancellationToken cancellation) =>
        new(call, query, split, plan, round, own, all, maps, client, links, clock.GetUtcNow().UtcTicks, cancellation);

    /// <summary>A page of an EntityMap that there is already, or of what of it the query names.</summary>
    private async ValueTask<EntityAnswer> KnownAsync(
        Call call, EntityQuery query, EntityPaging paging, QueryInProgress progress, EntityMap known, CancellationToken cancellation)
    {
        var view = paging.Map is null ? MapView.OfAll(known) : await maps.ViewAsync(call, known, query, cancellation);
        var walk = new MapWalk(view.Map, progress);
        if (MustCount(paging) && !view.Map.IsVerified && view.Map.Count() <= MostVerified)
        {
            await walk.VerifyAsync(ofSourcesAlone: false);
            if (ReferenceEquals(view.Map, known)) known.IsVerified = progress.Round is { IsOver: false, Warnings.IsEmpty: true };
        }

        var answer = await PageAsync(view, walk, paging, isKept: true);
        view.CrossOut(query);
        return answer;
    }

    /// <summary>Whether it matters how many there are, before the page or in all.</summary>
    private static bool MustCount(EntityPaging paging) => paging.Page.Count || paging.Page.Offset > 0;

    /// <summary>The EntityMap that the client or the link of a page names; null where there is none, or where it does not say which page.</summary>
    private EntityMap? Known(Call call, EntityPaging paging)
    {
        if (paging.Map is { } asked) return asked.Id is { } id ? maps.Find(call, id) : null;
        if (paging.Cursor is not MapCursor cursor || maps.Find(call, cursor.MapId) is not { } map) return null;
        // A page that begins with what comes before the map is where its offset says.
        var isBefore = cursor.Index is not { } index || (cursor.Backwards && index + 1 < paging.Page.Limit);
        return map.FollowsOwn && isBefore ? null : map;
    }

    /// <summary>What there is of a query at sources, and here of the same Entities.</summary>
    private async ValueTask<Result<Gathered>> GatherAsync(QueryInProgress progress, bool asMaps = false)
    {
        await progress.CompareWithOwnAsync();
        var gathering = progress.Gathering(settings);
        if (!(await gathering.RunAsync(asMaps)).TryGet(out var candidates, out var error)) return error;
        progress.Links?.Close();
        await progress.FindOwnAsync(candidates);
        return new Gathered(candidates, gathering.IsWhole ? await progress.AssembleAsync(candidates) : null);
    }

    /// <summary>The cheap way to page; null where what is found here and is not meant once it is whole would be in between.</summary>
    private static async ValueTask<OwnFirst?> OwnFirstAsync(QueryInProgress progress, Gathered gathered, EntityPaging paging)
    {
        if (gathered.Assembled is not { } assembled || !progress.OwnIsSure) return null;
        var positions = await progress.PositionsAsync(gathered.Candidates);
        var bound = (paging.Cursor as PositionCursor)?.At.Bound ?? long.MaxValue;
        return progress.OwnFirst(gathered.Candidates, assembled, positions, bound);
    }

    /// <summary>All that is found, here and at sources, in one order.</summary>
    private static async ValueTask<Result<Found>> ArrangeAsync(QueryInProgress progress, Gathered gathered)
    {
        if (!(await progress.RankAsync(progress.Own)).TryGet(out var ranked, out var error)) return error;
        var places = await progress.PositionsAsync(gathered.Candidates);
        return Arrange(ranked, gathered.Candidates, places, gathered.Assembled);
    }

    private static Found Arrange(long[] ranked, List<Candidate> candidates, Dictionary<string, long> own, PackedEntity?[]? assembled)
    {
        var positions = new List<long>(ranked.Length + candidates.Count);
        positions.AddRange(ranked);
        var remote = ImmutableArray.CreateBuilder<MappedEntity>(candidates.Count);
        var known = new List<(int, PackedEntity)>();
        var lists = new RegistrationLists();
        for (var i = 0; i < candidates.Count; i++)
        {
            var candidate = candidates[i];
            var place = own.TryGetValue(candidate.Id, out var at) ? Array.BinarySearch(ranked, at) : -1;
            var isHere = place >= 0;
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
            remote.Add(lists.Remote(candidate));
            if (assembled?[i] is { } entity) known.Add((place, entity));
        }

        return new([.. positions], remote.ToImmutable(), known, assembled is not null);
    }

    private async ValueTask<Result<EntityAnswer>> FirstAsync(Call call, EntityPaging paging, QueryInProgress progress, Found found)
    {
        var page = paging.Page;
        var isOnlyPage = page.Limit == 0 || (page.Offset == 0 && found.Positions.Count(position => position != RankedRequest.CrossedOut) <= page.Limit);
        EntityMap map;
        var isKept = true;
        if (paging.Map is { } asked)
        {
            var isVerified = found.IsWhole || !progress.IsFiltered;
            if (!maps.Keep(call, found.Positions, found.Remote, progress.Links, asked.Lifetime, isVerified).TryGet(out map!, out var error)) return error;
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
        if (MustCount(paging))
        {
            var isOwnVerified = !progress.OwnIsSure && map.Count() <= MostVerified;
            var areSourcesVerified = progress.IsFiltered && !found.IsWhole;
            if (isOwnVerified || areSourcesVerified) await walk.VerifyAsync(ofSourcesAlone: !isOwnVerified);
            if (areSourcesVerified) map.IsVerified = progress.Round is { IsOver: false, Warnings.IsEmpty: true };
        }

        var answer = await PageAsync(MapView.OfAll(map), walk, paging, isKept);
        return answer with { Map = paging.Map is null ? null : new(map, IsNew: true), Warnings = progress.Round.Warnings };
    }

    private static async ValueTask<EntityAnswer> PageAsync(MapView view, MapWalk walk, EntityPaging paging, bool isKept)
    {
        var request = MapPage.Request(view, paging);
        var page = await walk.PageAsync(request);
        return MapPage.Of(view, page, request, paging.Page.Count, isKept);
    }

    /// <param name="Positions">Of a map.</param>
    /// <param name="Remote">Of a map.</param>
    /// <param name="Known">What is assembled already and meant, by its place.</param>
    /// <param name="IsWhole">Whether what of sources is in it is meant.</param>
    private sealed record Found(long[] Positions, ImmutableArray<MappedEntity> Remote, List<(int, PackedEntity)> Known, bool IsWhole);

    /// <param name="Candidates">What sources have told of.</param>
    /// <param name="Assembled">What each of them is; null where they were too many to keep.</param>
    private sealed record Gathered(List<Candidate> Candidates, PackedEntity?[]? Assembled);
}
