using System.Collections.Immutable;
using System.Numerics;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Embedded.Writing;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Sweeping;

/// <summary>
/// Deletes Entities that have expired (ETSI GS CIM 009 4.22), as ordinary changes. Nobody has seen them since they expired.
/// </summary>
internal sealed class Sweeper(Tenants tenants, Writer writer, TimeProvider time)
{
    private const int BatchSize = 1000;

    public async Task SweepAsync()
    {
        foreach (var space in tenants.All)
        {
            if (space.Transient.Count == 0) continue;
            foreach (var batch in Expired(space, time.GetUtcNow().UtcTicks).Chunk(BatchSize))
            {
                var deletions = new CommitJob(space.Name, [.. batch.Select(Deletion)], seesExpired: true);
                await writer.EnqueueAsync(deletions, CancellationToken.None);
                await deletions.Done;
            }
        }
    }

    private static List<PackedEntity> Expired(EntitySpace space, long now)
    {
        var expired = new List<PackedEntity>();
        Span<ulong> words = stackalloc ulong[Chunks.Words];
        for (var chunk = 0; chunk << Chunks.Shift < space.End; chunk++)
        {
            if (space.Chunk(chunk) is not { } entities) continue;
            words.Clear();
            space.Transient.UnionInto(chunk, words);
            for (var i = 0; i < words.Length; i++)
            {
                for (var word = words[i]; word != 0; word &= word - 1)
                {
                    var entity = Volatile.Read(ref entities[i * 64 + BitOperations.TrailingZeroCount(word)]);
                    if (entity?.ExpiresAtTicks <= now) expired.Add(entity);
                }
            }
        }

        return expired;
    }

    /// <summary>Decided again by the writer: somebody may have prolonged or replaced the Entity meanwhile.</summary>
    private static EntityWrite Deletion(PackedEntity expired)
    {
        var id = expired.Id;
        return new(id, (current, now) => Decide(id, current, now));
    }

    private static Result<EntityChange> Decide(string id, PackedEntity? current, DateTimeOffset now)
    {
        var isExpired = current is not null && current.ExpiresAtTicks <= now.UtcTicks;
        return new EntityChange
        {
            EntityId = id,
            Before = current,
            After = isExpired ? null : current,
            At = now,
            Attributes = isExpired ? AllDeleted(current!) : [],
        };
    }

    private static ImmutableArray<AttributeChange> AllDeleted(PackedEntity entity)
    {
        var changes = ImmutableArray.CreateBuilder<AttributeChange>();
        foreach (var attribute in entity.Attributes)
        {
            var datasetId = attribute.DatasetId.IsEmpty ? null : System.Text.Encoding.UTF8.GetString(attribute.DatasetId);
            changes.Add(new(attribute.Name.Iri, datasetId, AttributeChangeKind.Deleted));
        }

        return changes.ToImmutable();
    }
}
