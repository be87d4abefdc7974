using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Ordering;

namespace SmartCity.Broker.EntityMaps;

/// <summary>EntityMaps of the Entities that this broker keeps itself.</summary>
public sealed class LocalEntityMaps(IEntityStore store, EntityMapTable table) : IEntityMapOperations
{
    private static readonly EntityQuery Everything = new();
    private static readonly ImmutableArray<string> Here = [MappedEntity.Here];

    public async ValueTask<Result<MadeEntityMap>> CreateAsync(
        Call call, EntityQuery query, EntityOrdering? ordering, TimeSpan? lifetime, CancellationToken cancellation)
    {
        var ranked = await RankAsync(call, query, ordering, cancellation);
        if (!ranked.TryGet(out var positions, out var error)) return error;
        return table.Add(call.Tenant, positions, forPaging: false, lifetime) is { } map ? new MadeEntityMap(map) : TooMany();
    }

    /// <summary>The EntityMap that is asked for, or else a new one of what the query finds.</summary>
    public async ValueTask<Result<UsedEntityMap>> UseAsync(
        Call call, EntityQuery query, EntityOrdering? ordering, EntityMapRequest request, CancellationToken cancellation)
    {
        if (request.Id is { } id && table.Find(call.Tenant, id) is { } known) return new UsedEntityMap(known, IsNew: false);
        return (await CreateAsync(call, query, ordering, request.Lifetime, cancellation)).Map(made => new UsedEntityMap(made.Map, IsNew: true));
    }

    public async ValueTask<Result<EntityMapContent>> RetrieveAsync(Call call, string id, CancellationToken cancellation)
    {
        if (!(await FindAsync(call, id, cancellation)).TryGet(out var map, out var error)) return error;
        var page = await store.QueryRankedAsync(call.Tenant, Everything, map.Positions, new(0, int.MaxValue, false), cancellation);
        var elsewhere = Enumerable.Range(0, map.Positions.Length).Select(map.RemoteAt).Where(remote => remote >= 0).Select(remote => map.Remote[remote]);
        return new EntityMapContent(map,
        [
            .. page.Entities.Select(entity => new MappedEntity(entity.Id, Here)),
            .. elsewhere,
        ]);
    }

    public async ValueTask<Result<EntityMap>> UpdateAsync(
        Call call, string id, DateTimeOffset? expiresAt, CancellationToken cancellation)
    {
        var found = await FindAsync(call, id, cancellation);
        if (found.IsSuccess && expiresAt is { } until) table.Prolong(found.Value, until);
        return found;
    }

    public async ValueTask<Result<EntityMap>> DeleteAsync(Call call, string id, CancellationToken cancellation)
    {
        var found = await FindAsync(call, id, cancellation);
        if (found.IsSuccess) table.Remove(found.Value);
        return found;
    }

    /// <summary>The EntityMap that the links of a page name; null where it is gone.</summary>
    internal EntityMap? Find(Call call, string id) => table.Find(call.Tenant, id);

    /// <summary>An EntityMap to page by. Where it would be too large to keep, it is forgotten at once.</summary>
    internal (EntityMap Map, bool IsKept) ForPaging(
        Call call, long[] positions, ImmutableArray<MappedEntity> remote = default, bool followsOwn = false)
    {
        if (remote.IsDefault) remote = [];
        var map = new EntityMap(EntityMapTable.NewId(), call.Tenant, positions, forPaging: true) { Remote = remote, FollowsOwn = followsOwn };
        return table.Add(map, null) is { } kept
            ? (kept, true)
            : (new EntityMap("", call.Tenant, positions, forPaging: true) { Remote = remote }, false);
    }

    /// <summary>An EntityMap that a client asks for. TooManyResults where it would be too large to keep.</summary>
    /// <param name="call">The request.</param>
    /// <param name="positions">Owned by the map from here on.</param>
    /// <param name="remote">Entities of which Context Sources have a part.</param>
    /// <param name="links">Their own EntityMaps.</param>
    /// <param name="lifetime">How long it is wanted; null for the default.</param>
    /// <param name="isVerified">Whether filters were applied to all of them.</param>
    internal Result<EntityMap> Keep(
        Call call, long[] positions, ImmutableArray<MappedEntity> remote, LinkedMaps? links, TimeSpan? lifetime, bool isVerified = true)
    {
        links?.Close();
        var map = new EntityMap(EntityMapTable.NewId(), call.Tenant, positions, forPaging: false) { Remote = remote, Links = links, IsVerified = isVerified };
        return table.Add(map, lifetime) is { } kept ? kept : TooMany();
    }

    /// <summary>An EntityMap of Entities of the history, current or not (ETSI GS CIM 009 5.14.5). TooManyResults where it would be too large to keep.</summary>
    internal Result<EntityMap> Keep(Call call, ImmutableArray<MappedEntity> entities, LinkedMaps? links, TimeSpan? lifetime)
    {
        if (entities.Length > Most) return TooMany();
        var positions = new long[entities.Length];
        for (var i = 0; i < positions.Length; i++) positions[i] = EntityMap.PositionOf(i);
        return Keep(call, positions, entities, links, lifetime);
    }

    /// <summary>What of an EntityMap a query is about: all of it, or the Entities that it names.</summary>
    internal async ValueTask<MapView> ViewAsync(Call call, EntityMap map, EntityQuery query, CancellationToken cancellation)
    {
        if (MapView.Named(query) is not { } ids) return MapView.OfAll(map);
        var named = new EntityQuery { Selectors = [new() { Ids = [.. ids] }] };
        HashSet<long> positions = [.. await store.RankAsync(call.Tenant, named, null, int.MaxValue, cancellation) ?? []];
        foreach (var id in ids)
        {
            if (map.RemoteOf(id) is var remote and >= 0) positions.Add(EntityMap.PositionOf(remote));
        }

        return MapView.Of(map, positions);
    }

    /// <summary>How many Entities an EntityMap holds at most.</summary>
    internal int Most => table.Settings.Entities;

    /// <summary>The Entities at positions, those of which are crossed out that are gone or match no more.</summary>
    internal async ValueTask<ImmutableArray<PackedEntity>> AtAsync(Call call, EntityQuery query, long[] positions, CancellationToken cancellation) =>
        (await store.QueryRankedAsync(call.Tenant, query, positions, new(0, int.MaxValue, false), cancellation)).Entities;

    /// <summary>TooManyResults where more Entities match than are ordered or held.</summary>
    internal async ValueTask<Result<long[]>> RankAsync(
        Call call, EntityQuery query, EntityOrdering? ordering, CancellationToken cancellation)
    {
        if (await store.MissingTenantAsync(call, cancellation) is { } missing) return missing;
        var positions = await store.RankAsync(call.Tenant, query, ordering, table.Settings.Entities, cancellation);
        return positions is null ? TooMany() : positions;
    }

    private NgsiLdError TooMany() => new(
        NgsiLdErrorKind.TooManyResults, $"more Entities match than are ordered or held in an EntityMap, which is {table.Settings.Entities} at most");

    private async ValueTask<Result<EntityMap>> FindAsync(Call call, string id, CancellationToken cancellation)
    {
        if (table.Find(call.Tenant, id) is { } map) return map;
        return await store.MissingTenantAsync(call, cancellation) ?? NgsiLdError.NotFound($"EntityMap {id} is not found");
    }
}
