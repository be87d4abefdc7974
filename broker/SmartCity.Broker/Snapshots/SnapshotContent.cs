using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Snapshots;

/// <summary>
/// Puts Entities and evolutions into a Snapshot's space as they are elsewhere, times and all, and takes them out again. Neither is
/// history, and nobody is notified.
/// </summary>
internal sealed class SnapshotContent(IEntityStore entities, ITemporalStore temporal)
{
    /// <summary>Entities of one commit.</summary>
    private const int Slice = 500;

    /// <summary>Evolutions that are written at the same time, so that they share waits for the disk.</summary>
    private const int AtOnce = 256;

    private static readonly EntityQuery Everything = new();

    /// <summary>Null where all went well.</summary>
    /// <param name="space">Where to; no Entity of these is there yet.</param>
    /// <param name="some">What.</param>
    /// <param name="cancellation">Stops between two commits.</param>
    public async ValueTask<NgsiLdError?> AddAsync(string space, IEnumerable<PackedEntity> some, CancellationToken cancellation)
    {
        foreach (var slice in some.Chunk(Slice))
        {
            cancellation.ThrowIfCancellationRequested();
            ImmutableArray<EntityWrite> writes = [.. slice.Select(Arrival)];
            foreach (var result in await entities.CommitAsync(space, writes, cancellation).ConfigureAwait(false))
            {
                if (!result.TryGet(out _, out var error)) return error;
            }
        }

        return null;
    }

    /// <summary>The same for evolutions, or parts of them.</summary>
    public async ValueTask<NgsiLdError?> AddAsync(string space, IReadOnlyList<TemporalUpsert> parts, CancellationToken cancellation)
    {
        foreach (var slice in parts.Chunk(AtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            var writes = slice.Select(part => temporal.CommitAsync(space, part, cancellation).AsTask());
            foreach (var result in await Task.WhenAll(writes).ConfigureAwait(false))
            {
                if (!result.TryGet(out _, out var error)) return error;
            }
        }

        return null;
    }

    /// <summary>Every Entity of a space.</summary>
    public async ValueTask<List<PackedEntity>> EntitiesAsync(string space, CancellationToken cancellation)
    {
        var all = new List<PackedEntity>();
        var page = new PageRequest(0, 10 * Slice, false);
        while (true)
        {
            var found = await entities.QueryAsync(space, Everything, page, cancellation).ConfigureAwait(false);
            all.AddRange(found.Entities);
            if (!found.HasMore) return all;
            page = page with { At = new(found.Bound, found.Last, false) };
        }
    }

    /// <summary>Removes everything. What is there already may be less than was there once: it may have been stopped before.</summary>
    public async ValueTask<NgsiLdError?> ClearAsync(string space, CancellationToken cancellation)
    {
        while (true)
        {
            var page = await entities.QueryAsync(space, Everything, new(0, Slice, false), cancellation).ConfigureAwait(false);
            if (page.Entities.IsEmpty) break;
            ImmutableArray<EntityWrite> writes = [.. page.Entities.Select(Departure)];
            foreach (var result in await entities.CommitAsync(space, writes, cancellation).ConfigureAwait(false))
            {
                if (!result.TryGet(out _, out var error)) return error;
            }
        }

        var ids = new List<string>();
        await foreach (var head in temporal.ListAsync(space, new(), cancellation).ConfigureAwait(false)) ids.Add(head.Id);
        foreach (var slice in ids.Chunk(AtOnce))
        {
            var deletions = slice.Select(id => temporal.CommitAsync(space, new TemporalDeletion(id), cancellation).AsTask());
            foreach (var result in await Task.WhenAll(deletions).ConfigureAwait(false))
            {
                if (!result.TryGet(out _, out var error) && error.Kind != NgsiLdErrorKind.ResourceNotFound) return error;
            }
        }

        return null;
    }

    private static EntityWrite Arrival(PackedEntity entity)
    {
        var id = entity.Id;
        return new(id, (before, now) => new EntityChange { EntityId = id, Before = before, After = entity, At = now, Attributes = Rewritten(entity) });
    }

    private static EntityWrite Departure(PackedEntity entity)
    {
        var id = entity.Id;
        return new(id, (before, now) => new EntityChange
        {
            EntityId = id,
            Before = before,
            After = null,
            At = now,
            Attributes = before is null ? [] : Rewritten(before),
        });
    }

    private static ImmutableArray<AttributeChange> Rewritten(PackedEntity entity)
    {
        var changes = ImmutableArray.CreateBuilder<AttributeChange>();
        foreach (var attribute in entity.Attributes)
        {
            var datasetId = attribute.DatasetId.IsEmpty ? null : System.Text.Encoding.UTF8.GetString(attribute.DatasetId);
            changes.Add(new(attribute.Name.Iri, datasetId, AttributeChangeKind.Rewritten));
        }

        return changes.DrainToImmutable();
    }
}
