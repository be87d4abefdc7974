using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.EntityMaps;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>One distributed query while it is answered: what it asks of whom, and how Entities are put together and checked for it.</summary>
internal sealed class QueryInProgress
{
    private readonly Call _call;
    private readonly ForwardingPlan _plan;
    private readonly EntityAssembly _assembly;
    private readonly EntityFilter _filter;
    private readonly EntityMatcher? _ownMatcher;
    private readonly IEntityOperations _own;
    private readonly LocalEntityMaps _maps;
    private readonly IContextSourceClient _client;
    private readonly CancellationToken _cancellation;
    private readonly bool _isFiltered;

    public QueryInProgress(
        Call call, EntityQuery query, bool split, ForwardingPlan plan, SourceRound round, IEntityOperations own, IEntityOperations all,
        LocalEntityMaps maps, IContextSourceClient client, LinkedMaps? links, long nowTicks, CancellationToken cancellation)
    {
        Links = links;
        (_call, _plan, _own, _maps, _client, _cancellation) = (call, plan, own, maps, client, cancellation);
        Round = round;
        _assembly = new(plan, nowTicks);
        // What is not split was checked where it is; no source may add to it what was not asked for.
        _filter = new(split ? query : new() { Selectors = query.Selectors }, all, call);
        _ownMatcher = split ? null : new(query);
        _isFiltered = split && (query.Q is not null || query.Geo is not null || query.Scope is not null || !query.AttributeNames.IsEmpty);
        // An Entity that is linked may be elsewhere.
        Own = _filter.FollowsLinks ? query with { Q = null } : query;
    }

    public SourceRound Round { get; }

    /// <summary>EntityMaps of sources; null where there are none to use.</summary>
    public LinkedMaps? Links { get; }

    /// <summary>Finds what is kept here and may be meant.</summary>
    public EntityQuery Own { get; }

    /// <summary>Whether what <see cref="Own"/> finds here, and no source has a part of, is meant and whole.</summary>
    public bool OwnIsSure => !_filter.FollowsLinks && !_plan.HasProxies;

    /// <summary>Whether candidates may turn out not to be meant: where nobody could apply the filters before they are put together.</summary>
    public bool IsFiltered => _isFiltered || _filter.FollowsLinks;

    public CandidateGathering Gathering(FederationSettings settings) => new(_call, _plan, _assembly, _client, Round, Links, settings);

    /// <summary>
    /// Decides whether a single source is asked for times: where this broker has Entities of the kind, the newer Attribute counts (4.5.5.3).
    /// </summary>
    public async ValueTask CompareWithOwnAsync()
    {
        if (_plan.Sources is not [{ Mode: RegistrationMode.Inclusive, WithTimes: false } only]) return;
        ImmutableArray<EntitySelector> selectors = [.. only.Queries.SelectMany(query => query.Selectors)];
        var here = await _own.QueryAsync(_call, new() { Selectors = selectors }, new(new(0, 1, false)), _cancellation);
        only.WithTimes = here.IsSuccess && !here.Value.Entities.IsEmpty;
    }

    /// <summary>Asks for what sources and this broker have of Entities.</summary>
    public async ValueTask FetchAsync(IReadOnlyList<Candidate> candidates)
    {
        await CompareWithOwnAsync();
        await new CandidateFetching(_call, _plan, _assembly, _client, Round, Links).RunAsync(candidates);
        await FindOwnAsync(candidates);
    }

    /// <summary>Adds what is kept here.</summary>
    public async ValueTask FindOwnAsync(IReadOnlyList<Candidate> candidates)
    {
        var found = await _own.FindManyAsync(_call, [.. candidates.Select(candidate => candidate.Id)], _cancellation);
        if (!found.IsSuccess || found.Value.Entities.IsEmpty) return;
        var byId = found.Value.Entities.ToDictionary(entity => entity.Id, StringComparer.Ordinal);
        foreach (var candidate in candidates)
        {
            if (byId.TryGetValue(candidate.Id, out var own) && _ownMatcher?.Matches(own) != false) candidate.Own = own;
        }
    }

    /// <summary>What of each candidate there is and is meant; null for nothing.</summary>
    public async ValueTask<PackedEntity?[]> AssembleAsync(IReadOnlyList<Candidate> candidates)
    {
        var assembled = new PackedEntity?[candidates.Count];
        for (var i = 0; i < assembled.Length; i++) assembled[i] = _assembly.Assemble(candidates[i].Own, candidates[i].Parts);
        await _filter.ApplyAsync(assembled, _cancellation);
        return assembled;
    }

    /// <summary>
    /// What is at positions of this broker's store and is meant, in order; the positions of all else are crossed out.
    /// </summary>
    public async ValueTask<ImmutableArray<PackedEntity>> AtAsync(long[] positions)
    {
        var found = await _maps.AtAsync(_call, Own, positions, _cancellation);
        if (OwnIsSure) return found;
        var left = found.Select(_assembly.Own).ToArray();
        await _filter.ApplyAsync(left, _cancellation);
        for (var (i, next) = (0, 0); i < positions.Length; i++)
        {
            if (positions[i] >= 0 && (next >= left.Length || left[next++] is null)) positions[i] = Storage.RankedRequest.CrossedOut;
        }

        return [.. left.OfType<PackedEntity>()];
    }

    /// <summary>The positions of all that is kept here and may be meant; none where nothing ever was. TooManyResults where there are too many.</summary>
    public async ValueTask<Result<long[]>> RankAsync(EntityQuery query)
    {
        var ranked = await _maps.RankAsync(_call, query, null, _cancellation);
        return ranked.Error is { Kind: NgsiLdErrorKind.NonexistentTenant } ? Array.Empty<long>() : ranked;
    }

    /// <summary>Pages that begin with what <see cref="Own"/> finds; null where one of these is not meant once it is whole.</summary>
    /// <param name="candidates">What sources have told of.</param>
    /// <param name="assembled">What each of them is; null for nothing that is meant.</param>
    /// <param name="positions">Of those that are found here.</param>
    /// <param name="bound">The position from which on Entities are newer than the first page.</param>
    public OwnFirst? OwnFirst(
        List<Candidate> candidates, PackedEntity?[] assembled, Dictionary<string, long> positions, long bound)
    {
        var placed = new Dictionary<string, PackedEntity>(StringComparer.Ordinal);
        var added = ImmutableArray.CreateBuilder<(MappedEntity, PackedEntity)>();
        var lists = new RegistrationLists();
        for (var i = 0; i < assembled.Length; i++)
        {
            var isHere = positions.TryGetValue(candidates[i].Id, out var position) && position < bound;
            if (assembled[i] is not { } entity)
            {
                if (isHere) return null;
            }
            else if (isHere)
            {
                placed.Add(candidates[i].Id, entity);
            }
            else
            {
                added.Add((lists.Remote(candidates[i]), entity));
            }
        }

        return new(_own, _maps, placed, added.ToImmutable());
    }

    /// <summary>The positions of those candidates that <see cref="Own"/> finds.</summary>
    public async ValueTask<Dictionary<string, long>> PositionsAsync(IEnumerable<Candidate> candidates)
    {
        var places = new Dictionary<string, long>(StringComparer.Ordinal);
        var matcher = new EntityMatcher(Own);
        ImmutableArray<string> ids =
            [.. candidates.Where(candidate => candidate.Own is { } own && matcher.Matches(own)).Select(candidate => candidate.Id)];
        if (ids.IsEmpty) return places;
        if (!(await RankAsync(new() { Selectors = [new() { Ids = ids }] })).TryGet(out var positions, out _)) return places;
        var entities = await _maps.AtAsync(_call, new(), positions, _cancellation);
        var next = 0;
        foreach (var position in positions)
        {
            if (position < 0 || next >= entities.Length) continue;
            places[entities[next++].Id] = position;
        }

        return places;
    }
}
