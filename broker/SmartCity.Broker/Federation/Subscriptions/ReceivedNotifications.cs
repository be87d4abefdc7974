using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Federation.Reading;
using SmartCity.Broker.Notifications;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Subscriptions;

/// <summary>
/// Passes on what sources tell of Entities to those who have subscribed here (ETSI GS CIM 009 5.8.6): cut to what the registration covers, completed
/// and filtered where Entities may be split, in the Subscription's own name and representation.
/// </summary>
/// <remarks>
/// What is taken is kept in the inbox until it has had its outcome, so that a crash loses nothing that a source was told to be taken. After a
/// restart it is judged anew, and sent again under the same id.
/// </remarks>
public sealed class ReceivedNotifications : IAsyncDisposable
{
    private readonly SubscriptionForwarding _forwarding;
    private readonly ChangeDispatcher _dispatcher;
    private readonly IEntityOperations _entities;
    private readonly IContextSourceClient _client;
    private readonly INotificationInbox _inbox;
    private readonly NotificationReader _reader;
    private readonly RecentlyTold _recent;
    private readonly TimeProvider _clock;
    private readonly Action<Exception> _onFault;
    private readonly CancellationTokenSource _stopping = new();

    // By key, while what was kept before the start is being passed on.
    private readonly ConcurrentDictionary<string, Task> _left = new(StringComparer.Ordinal);

    /// <param name="forwarding">Knows whose notifications they are.</param>
    /// <param name="dispatcher">Sends them.</param>
    /// <param name="entities">Has the other parts of Entities, of this broker and of all sources.</param>
    /// <param name="client">Knows in which terms a source was told the Subscription.</param>
    /// <param name="inbox">Keeps them.</param>
    /// <param name="contexts">Resolves contexts of notifications.</param>
    /// <param name="limits">How many Entities, and how deep they nest.</param>
    /// <param name="clock">Tells what has expired.</param>
    /// <param name="onFault">Hears of bugs and outages; what was kept before the start and meets one is left for the next start.</param>
    public ReceivedNotifications(
        SubscriptionForwarding forwarding, ChangeDispatcher dispatcher, IEntityOperations entities, IContextSourceClient client,
        INotificationInbox inbox, IContextResolver contexts, Limits limits, TimeProvider clock, Action<Exception> onFault)
    {
        _forwarding = forwarding;
        _dispatcher = dispatcher;
        _entities = entities;
        _client = client;
        _inbox = inbox;
        _reader = new(contexts, limits, clock);
        _recent = new(clock);
        _clock = clock;
        _onFault = onFault;
    }

    /// <summary>Passes on what was kept before the last stop; what comes from the same source meanwhile waits.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        foreach (var route in (await _inbox.LoadAsync(cancellation).ConfigureAwait(false)).GroupBy(kept => kept.Key))
        {
            _left[route.Key] = Task.Run(() => PassOnAsync(route.Key, [.. route]), CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_left.Values).ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Takes a notification. Once it returns, what is in it is kept, and on its way.</summary>
    /// <param name="key">By which the source knows the route.</param>
    /// <param name="body">UTF-8 JSON; it is not needed any more when this returns.</param>
    /// <param name="link">The Link headers; null for none.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Whether all of it was taken: false where the subscriber has too much to be told already.
    /// ResourceNotFound where no source should know the key; BadRequestData where it is no notification.</returns>
    public async ValueTask<Result<bool>> TakeAsync(string key, ReadOnlyMemory<byte> body, string? link, CancellationToken cancellation)
    {
        if (_left.TryGetValue(key, out var left)) await left.WaitAsync(cancellation).ConfigureAwait(false);
        var judged = await JudgeAsync(key, body, link, cancellation).ConfigureAwait(false);
        if (!judged.TryGet(out var told, out var error)) return error;
        if (told.Changes.Count == 0) return true;
        // Nobody waits for the disk in vain.
        if (told.Subscriber.IsFull) return false;
        told.Changes.RemoveAll(change => _recent.IsRepeat(told.Subscriber, change, key));
        if (told.Changes.Count == 0) return true;
        var isTold = false;
        try
        {
            var identity = IdentityOf(key, told.Id);
            var number = await _inbox.KeepAsync(new(0, key, identity, link, body), cancellation).ConfigureAwait(false);
            return isTold = TryTell(told, identity, number) || Refuse(number);
        }
        finally
        {
            if (!isTold) _recent.Forget(told.Subscriber, told.Changes);
        }
    }

    private bool TryTell(Judged told, long identity, long number) =>
        told.Subscriber.TryTell(identity, told.Changes, _clock.GetUtcNow(), () => _inbox.Release(number));

    private bool Refuse(long number)
    {
        _inbox.Release(number);
        return false;
    }

    /// <summary>In the order in which they came, at the pace of the subscriber.</summary>
    private async Task PassOnAsync(string key, List<KeptNotification> route)
    {
        try
        {
            foreach (var kept in route)
            {
                var judged = await JudgeAsync(key, kept.Body, kept.Link, _stopping.Token).ConfigureAwait(false);
                if (!judged.TryGet(out var told, out _) || told.Changes.Count == 0)
                {
                    _inbox.Release(kept.Number);
                    continue;
                }

                while (!TryTell(told, kept.Identity, kept.Number) && !told.Subscriber.IsGone)
                {
                    await told.Subscriber.RoomAsync(_stopping.Token).ConfigureAwait(false);
                }

                if (told.Subscriber.IsGone) _inbox.Release(kept.Number);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The broker stops: what is left is passed on after the next start.
        }
#pragma warning disable CA1031 // A bug, or the disk: what comes anew must not wait for it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _onFault(e);
        }
        finally
        {
            _left.TryRemove(key, out _);
        }
    }

    /// <summary>What a notification tells whom.</summary>
    private async ValueTask<Result<Judged>> JudgeAsync(string key, ReadOnlyMemory<byte> body, string? link, CancellationToken cancellation)
    {
        if (_forwarding.Find(key) is not { Wanted: { } wanted } pair) return NgsiLdError.NotFound("there is no such subscription");
        Subscriber? subscriber;
        lock (_dispatcher.Subscribers.Gate)
        {
            subscriber = _dispatcher.Subscribers.Find(pair.Tenant, pair.SubscriptionId);
        }

        if (subscriber is null) return NgsiLdError.NotFound("there is no such subscription");
        var call = subscriber.Watch.CallOf(pair.Tenant);
        var named = await _client.ContextAsync(call, wanted.Source, cancellation).ConfigureAwait(false);
        var read = await _reader.ReadAsync(body, link, named.Value ?? call.Context, cancellation).ConfigureAwait(false);
        if (!read.TryGet(out var notification, out var error)) return error;
        var now = _clock.GetUtcNow();
        var changes = new List<EntityChange>();
        if (!subscriber.MaySendAt(now)) return new Judged(subscriber, notification.Id, changes);
        var covered = notification.Entities.Select(one => Covered(wanted, one)).OfType<ReceivedEntity>().ToList();
        if (subscriber.Watch.Subscription.TimeInterval is not null) covered.RemoveAll(one => subscriber.Period.Has(one.Entity.Id));
        var elsewhere = call with { Teller = wanted.Source.Registration.Id };
        var whole = wanted.IsSplit ? await CompleteAsync(elsewhere, covered, cancellation).ConfigureAwait(false) : covered;
        foreach (var one in whole)
        {
            if (Change(one, now) is not { } change || !subscriber.Watch.Selects((change.After ?? change.Before)!)) continue;
            if (!wanted.IsSplit || await _dispatcher.HoldsAsync(subscriber, change, cancellation).ConfigureAwait(false)) changes.Add(change);
        }

        return new Judged(subscriber, notification.Id, changes);
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
            Before = received.Before is { } before && registration.Covered(wanted.Parts, before) is { IsDefault: false } known
                ? before with { Attributes = known }
                : null,
            Deleted = received.Deleted.RemoveAll(change =>
                !registration.CoversDataset(change.DatasetId)
                || !wanted.Parts.Any(part => part.Covers(entity.Id, entity.Types) && part.Names(change.Name))),
        };
    }

    /// <summary>
    /// The Entities with what this broker and all sources have of them but the one that has told: it is not asked again (5.8.6), since what it has told
    /// is the news, whatever it would say by now.
    /// </summary>
    private async ValueTask<List<ReceivedEntity>> CompleteAsync(Call call, List<ReceivedEntity> received, CancellationToken cancellation)
    {
        if (received.Count == 0) return received;
        var found = await _entities.FindManyAsync(call, [.. received.Select(one => one.Entity.Id).Distinct()], cancellation).ConfigureAwait(false);
        var known = new Dictionary<string, Entity>(StringComparer.Ordinal);
        if (found.IsSuccess)
        {
            foreach (var entity in found.Value.Entities) known[entity.Id] = entity.Unpack();
        }

        var ticks = _clock.GetUtcNow().UtcTicks;
        return [.. received.Select(one => known.TryGetValue(one.Entity.Id, out var elsewhere) ? Complete(one, elsewhere, ticks) : one)];
    }

    // Who has deleted an Entity has had a part of it.
    private static ReceivedEntity Complete(ReceivedEntity told, Entity elsewhere, long ticks)
    {
        if (told.DeletedAt is not null) return new(elsewhere, [], null);
        var whole = EntityMerger.Merge([new(told.Entity), new(elsewhere)], ticks) ?? elsewhere;
        // Another place may still have what this one has deleted.
        var deleted = told.Deleted.RemoveAll(change =>
            whole.Attributes.Any(left => left.Name == change.Name && left.DatasetId == change.DatasetId));
        return told with { Entity = whole, Deleted = deleted };
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
            Before = received.Before is { } before ? PackedEntity.Pack(before) : null,
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
    private static long IdentityOf(string key, string id)
    {
        var hash = id.Length > 0 ? SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{id}")) : RandomNumberGenerator.GetBytes(8);
        return (BinaryPrimitives.ReadInt64BigEndian(hash) & long.MaxValue) | (1L << 62);
    }
    /// <param name="Subscriber">Who is told.</param>
    /// <param name="Id">The notification's; empty where it has none.</param>
    /// <param name="Changes">Empty where there is nothing to tell.</param>
    private sealed record Judged(Subscriber Subscriber, string Id, List<EntityChange> Changes);
}
