using System.Collections.Immutable;
using SmartCity.Broker.Entities.Decisions;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Entities;

/// <summary>
/// Purge Entities (ETSI GS CIM 009 5.6.21): slice by slice, each a commit of its own, so that other writers come between; what
/// comes into being meanwhile is left alone.
/// </summary>
internal sealed class Purge(IEntityStore store, LocalEntityMaps maps)
{
    /// <summary>Entities of one commit.</summary>
    private const int Slice = 500;

    public async ValueTask<Result<PurgeOutcome>> RunAsync(
        Call call, EntityQuery query, PurgeExtent extent, EntityMapRequest? request, CancellationToken cancellation)
    {
        UsedEntityMap? used = null;
        if (request is not null)
        {
            var asked = await maps.UseAsync(call, query, null, request, cancellation);
            if (!asked.TryGet(out used, out var error)) return error;
        }

        var matcher = new EntityMatcher(query);
        var slices = used is null ? AllAsync(call, query, cancellation) : MappedAsync(call, query, used.Map, cancellation);
        var (purged, ids) = (0L, ImmutableArray.CreateBuilder<string>());
        await foreach (var slice in slices)
        {
            ImmutableArray<EntityWrite> writes = [.. slice.Select(entity => Write(entity.Id, matcher, extent))];
            foreach (var result in await store.CommitAsync(call.Tenant, writes, cancellation))
            {
                if (!result.TryGet(out var change, out var failure)) return failure;
                if (change.IsEmpty) continue;
                purged++;
                if (ids.Count < PurgeOutcome.MostIds) ids.Add(change.EntityId);
            }
        }

        return new PurgeOutcome(purged, used) { Ids = ids.DrainToImmutable() };
    }

    private static EntityWrite Write(string id, EntityMatcher matcher, PurgeExtent extent) =>
        new(id, new EntityPurge(id, matcher, extent).Decide);

    private async IAsyncEnumerable<ImmutableArray<PackedEntity>> AllAsync(
        Call call, EntityQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new PageRequest(0, Slice, false);
        while (true)
        {
            var page = await store.QueryAsync(call.Tenant, query, request, cancellation);
            if (page.Entities.IsEmpty) yield break;
            yield return page.Entities;
            if (!page.HasMore) yield break;
            request = request with { At = new(page.Bound, page.Last, false) };
        }
    }

    private async IAsyncEnumerable<ImmutableArray<PackedEntity>> MappedAsync(
        Call call, EntityQuery query, EntityMap map, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var view = await maps.ViewAsync(call, map, query, cancellation);
        RankedPage page;
        for (var start = 0; ; start = page.Last + 1)
        {
            page = await store.QueryRankedAsync(call.Tenant, query, view.Map.Positions, new(start, Slice, false), cancellation);
            if (!page.Entities.IsEmpty) yield return page.Entities;
            if (!page.HasMore) break;
        }

        // What Context Sources have a part of has no position here.
        foreach (var ids in view.Map.SharedAt(MappedEntity.Here).Chunk(Slice)) yield return await store.FindManyAsync(call.Tenant, ids, cancellation);
    }
}

/// <param name="Count">Entities that were deleted or changed.</param>
/// <param name="Map">Null where the client did not ask for one.</param>
public sealed record PurgeOutcome(long Count, UsedEntityMap? Map)
{
    /// <summary>How many of the Entities are named.</summary>
    public const int MostIds = 10_000;

    /// <summary>Those that were deleted or changed here, and those that sources were told to purge by their ids.</summary>
    public ImmutableArray<string> Ids { get; init; } = [];

    /// <summary>What sources failed to purge.</summary>
    public ImmutableArray<BatchError> Failures { get; init; } = [];
}
