using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Ordering;

namespace SmartCity.Broker.Tests.Notifications;

/// <summary>
/// The ports over plain collections: what survives in it is what a store would have kept, so that a new dispatcher over the same
/// one is a restart.
/// </summary>
internal sealed class MemoryStore(TimeProvider clock) : IEntityStore, ISubscriptionStore, IChangeLog
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string, string), PackedEntity> _entities = [];
    private readonly Dictionary<(string, string), StoredSubscription> _subscriptions = [];
    private readonly SortedList<long, LoggedChange> _log = [];
    private TaskCompletionSource _appended = NewSignal();

    public long Head { get; private set; }

    public long Released { get; private set; }

    public ImmutableArray<StoredSubscription> Subscriptions
    {
        get
        {
            lock (_lock) return [.. _subscriptions.Values];
        }
    }

    public ValueTask<PackedEntity?> FindAsync(string tenant, string id, CancellationToken cancellation)
    {
        lock (_lock) return new(_entities.GetValueOrDefault((tenant, id)));
    }

    public ValueTask<ImmutableArray<PackedEntity>> FindManyAsync(string tenant, IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        lock (_lock) return new([.. ids.Select(id => _entities.GetValueOrDefault((tenant, id))).OfType<PackedEntity>()]);
    }

    public ValueTask<EntityPage> QueryAsync(string tenant, EntityQuery query, PageRequest page, CancellationToken cancellation)
    {
        var matcher = new EntityMatcher(query, id => _entities.GetValueOrDefault((tenant, id)));
        lock (_lock)
        {
            var all = _entities.Where(e => e.Key.Item1 == tenant && matcher.Matches(e.Value)).Select(e => e.Value).ToList();
            return new(new EntityPage([.. all.Skip(page.Offset).Take(page.Limit)], all.Count > page.Offset + page.Limit, all.Count));
        }
    }

    public ValueTask<long[]?> RankAsync(
        string tenant, EntityQuery query, EntityOrdering? ordering, int most, CancellationToken cancellation) =>
        throw new NotSupportedException("Notifications do not order.");

    public ValueTask<RankedPage> QueryRankedAsync(
        string tenant, EntityQuery query, long[] positions, RankedRequest request, CancellationToken cancellation) =>
        throw new NotSupportedException("Notifications do not order.");

    public ValueTask<ImmutableArray<Result<EntityChange>>> CommitAsync(
        string tenant, ImmutableArray<EntityWrite> writes, CancellationToken cancellation)
    {
        var results = ImmutableArray.CreateBuilder<Result<EntityChange>>();
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            foreach (var write in writes) results.Add(Commit(tenant, write, now));
            // The new one first: whoever is woken must not find the old one, done already, and spin on it.
            Interlocked.Exchange(ref _appended, NewSignal()).TrySetResult();
        }

        return new(results.DrainToImmutable());
    }

    public ValueTask<bool> TenantExistsAsync(string tenant, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return new(tenant.Length == 0
                || _entities.Keys.Any(key => key.Item1 == tenant) || _subscriptions.Keys.Any(key => key.Item1 == tenant));
        }
    }

    public ValueTask<NamesInUse> NamesInUseAsync(string tenant, CancellationToken cancellation) => new(NamesInUse.None);

    public ValueTask<ImmutableArray<StoredSubscription>> LoadAsync(CancellationToken cancellation) => new(Subscriptions);

    public ValueTask SaveAsync(StoredSubscription subscription, CancellationToken cancellation)
    {
        lock (_lock) _subscriptions[(subscription.Tenant, subscription.Id)] = subscription;
        return default;
    }

    public ValueTask DeleteAsync(string tenant, string id, CancellationToken cancellation)
    {
        lock (_lock) _subscriptions.Remove((tenant, id));
        return default;
    }

    public void Record(ImmutableArray<SubscriptionProgress> progress)
    {
        lock (_lock)
        {
            foreach (var one in progress)
            {
                if (_subscriptions.TryGetValue((one.Tenant, one.Id), out var kept))
                {
                    _subscriptions[(one.Tenant, one.Id)] = kept with { Progress = one };
                }
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask<int> ReadAsync(long after, Memory<LoggedChange> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            Task appended;
            lock (_lock)
            {
                var found = _log.Values.SkipWhile(change => change.Number <= after).Take(buffer.Length).ToArray();
                found.CopyTo(buffer);
                if (found.Length > 0) return found.Length;
                appended = _appended.Task;
            }

            await appended.WaitAsync(cancellation);
        }
    }

    public void Release(long upTo)
    {
        lock (_lock)
        {
            while (_log.Count > 0 && _log.Keys[0] <= upTo) _log.RemoveAt(0);
            Released = Math.Max(Released, upTo);
        }
    }

    private Result<EntityChange> Commit(string tenant, EntityWrite write, DateTimeOffset now)
    {
        var decided = write.Decide(_entities.GetValueOrDefault((tenant, write.EntityId)), now);
        if (!decided.TryGet(out var change, out _) || change.IsEmpty) return decided;
        if (change.After is { } after) _entities[(tenant, write.EntityId)] = after;
        else _entities.Remove((tenant, write.EntityId));
        _log[++Head] = new(Head, tenant, change);
        return decided;
    }
}
