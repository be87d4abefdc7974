using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Embedded.Writing;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Sweeping;

/// <summary>
/// Removes Entities and Attributes that have expired (ETSI GS CIM 009 4.22), as ordinary changes. Nobody has seen them since
/// they expired.
/// </summary>
internal sealed class Sweeper(Tenants tenants, Writer writer, TimeProvider time)
{
    private const int BatchSize = 1000;

    public async Task SweepAsync()
    {
        foreach (var space in tenants.All)
        {
            foreach (var batch in space.Expiry.DueAt(time.GetUtcNow().UtcTicks).Chunk(BatchSize))
            {
                var touches = new CommitJob(space.Name, [.. batch.Select(space.At).OfType<PackedEntity>().Select(Touch)]);
                await writer.EnqueueAsync(touches, CancellationToken.None);
                await touches.Done;
            }
        }
    }

    // Whoever writes an Entity, the writer first removes what has expired of it: here nothing else is wanted.
    private static EntityWrite Touch(PackedEntity due)
    {
        var id = due.Id;
        return new(id, (current, now) => new EntityChange { EntityId = id, Before = current, After = current, At = now });
    }
}
