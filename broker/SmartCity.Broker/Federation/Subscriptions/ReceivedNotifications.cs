using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Federation.Reading;
using SmartCity.Broker.Notifications;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Subscriptions;

/// <summary>
/// Passes on what sources tell of Entities to those who have subscribed here (ETSI GS CIM 009 5.8.6): cut to what the registration covers, completed
/// and filtered where Entities may be split, in the Subscription's own name and representation.
/// </summary>
/// <param name="forwarding">Knows whose notifications they are.</param>
/// <param name="dispatcher">Sends them.</param>
/// <param name="entities">Has the other parts of Entities, of this broker and of all sources.</param>
/// <param name="client">Knows in which terms a source was told the Subscription.</param>
/// <param name="contexts">Resolves contexts of notifications.</param>
/// <param name="limits">How many Entities, and how deep they nest.</param>
/// <param name="clock">Tells what has expired.</param>
public sealed class ReceivedNotifications(
    SubscriptionForwarding forwarding, ChangeDispatcher dispatcher, IEntityOperations entities, IContextSourceClient client,
    IContextResolver contexts, Limits limits, TimeProvider clock)
{
    private readonly NotificationReader _reader = new(contexts, limits, clock);

    /// <summary>Takes a notification. Once it returns, what is in it is on its way.</summary>
    /// <param name="key">By which the source knows the route.</param>
    /// <param name="body">UTF-8 JSON; it is not needed any more when this returns.</param>
    /// <param name="link">The Link headers; null for none.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Whether all of it was taken: false where the subscriber has too much to be told already.
    /// ResourceNotFound where no source should know the key; BadRequestData where it is no notification.</returns>
    public async ValueTask<Result<bool>> TakeAsync(string key, ReadOnlyMemory<byte> body, string? link, CancellationToken cancellation)
    {
        if (forwarding.Find(key) is not { Wanted: { } wanted } pair) return NgsiLdError.NotFound("there is no such subscription");
        Subscriber? subscriber;
        lock (dispatcher.Subscribers.Gate)
        {
            subscriber = dispatcher.Subscribers.Find(pair.Tenant, pair.SubscriptionId);
        }

        if (subscriber is null) return NgsiLdError.NotFound("there is no such subscription");
        var call = subscriber.Watch.CallOf(pair.Tenant);
        var named = await client.ContextAsync(call, wanted.Source, cancellation).ConfigureAwait(false);
        var read = await _reader.ReadAsync(body, link, named.Value ?? call.Context, cancellation).ConfigureAwait(false);
        if (!read.TryGet(out var notification, out var error)) return error;
        var now = clock.GetUtcNow();
        if (!subscriber.MaySendAt(now)) return true;
        var covered = notification.Entities.Select(one => Covered(wanted, one)).OfType<ReceivedEntity>().ToList();
        var whole = wanted.IsSplit ? await CompleteAsync(call, covered, cancellation).ConfigureAwait(false) : covered;
        var changes = new List<EntityChange>(whole.Count);
        foreach (var one in whole)
        {
            if (Change(one, now) is not { } change || !subscriber.Watch.Selects((change.After ?? change.Before)!)) continue;
            if (!wanted.IsSplit || await dispatcher.HoldsAsync(subscriber, change, cancellation).ConfigureAwait(false)) changes.Add(change);
        }

        return changes.Count == 0 || subscriber.TryTell(NumberOf(key, notification.Id), changes, now);
    }

    /// <summary>What the registration covers of it; null where that is nothing.</summary>
    private static ReceivedEntity? Covered(WantedCopy wanted, ReceivedEntity received)
    {
        var registration = wanted.Source.Registration;
        var attributes = registration.Covered(wanted.Parts, received.Entity);
        if (attributes.IsDefault) return null;
        var entity = received.Entity;
        return received with
        {
            Entity = entity with { Attributes = attributes },
            Deleted = received.Deleted.RemoveAll(change =>
                !registration.CoversDataset(change.DatasetId)
                || !wanted.Parts.Any(part => part.Covers(entity.Id, entity.Types) && part.Names(change.Name))),
        };
    }

    /// <summary>
    /// The Entities with what this broker and all sources have of them. The source that has told is asked again with the others: so
    /// the parts are of one time. Where it does not answer, or not yet, what it has told is taken.
    /// </summary>
    private async ValueTask<List<ReceivedEntity>> CompleteAsync(Call call, List<ReceivedEntity> received, CancellationToken cancellation)
    {
        if (received.Count == 0) return received;
        var found = await entities.FindManyAsync(call, [.. received.Select(one => one.Entity.Id).Distinct()], cancellation).ConfigureAwait(false);
        var known = new Dictionary<string, Entity>(StringComparer.Ordinal);
        if (found.IsSuccess)
        {
            foreach (var entity in found.Value.Entities) known[entity.Id] = entity.Unpack();
        }

        var ticks = clock.GetUtcNow().UtcTicks;
        return [.. received.Select(one => known.TryGetValue(one.Entity.Id, out var elsewhere) ? Complete(one, elsewhere, ticks) : one)];
    }

    // Who has deleted an Entity has had a part of it.
    private static ReceivedEntity Complete(ReceivedEntity told, Entity elsewhere, long ticks)
    {
        if (told.DeletedAt is not null) return new(elsewhere, [], null);
        var whole = EntityMerger.Merge([new(elsewhere), new(told.Entity)], ticks) ?? elsewhere;
        // Another place may still have what this one has deleted.
        return new(whole, told.Deleted.RemoveAll(change =>
            whole.Attributes.Any(left => left.Name == change.Name && left.DatasetId == change.DatasetId)), null);
    }

    private static EntityChange? Change(ReceivedEntity received, DateTimeOffset now)
    {
        var entity = received.Entity;
        if (received.DeletedAt is { } end)
        {
            return new() { EntityId = entity.Id, Before = PackedEntity.Pack(entity), After = null, At = end };
        }

        if (entity.At(now.UtcTicks) is not { } left) return null;
        return new()
        {
            EntityId = entity.Id,
            Before = null,
            After = PackedEntity.Pack(left),
            At = now,
            Attributes =
            [
                .. left.Attributes.Select(attribute => new AttributeChange(attribute.Name, attribute.DatasetId, AttributeChangeKind.Updated)),
                .. received.Deleted,
            ],
        };
    }

    // One that the source sends again is told under the same id again.
    private static long NumberOf(string key, string id)
    {
        var hash = id.Length > 0 ? SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{id}")) : RandomNumberGenerator.GetBytes(8);
        return (BinaryPrimitives.ReadInt64BigEndian(hash) & long.MaxValue) | (1L << 62);
    }
}
