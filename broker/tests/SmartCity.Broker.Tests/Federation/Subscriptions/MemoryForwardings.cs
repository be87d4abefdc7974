using System.Collections.Concurrent;
using System.Collections.Immutable;
using SmartCity.Broker.Federation.Subscriptions;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Tests.Federation.Subscriptions;

/// <summary>What survives in it is what a store would have kept.</summary>
internal sealed class MemoryForwardings : IForwardingStore
{
    private readonly ConcurrentDictionary<string, StoredForwarding> _kept = new();

    public int Count => _kept.Count;

    /// <summary>Of how many copies the source has confirmed that it has them.</summary>
    public int Made => _kept.Values.Count(stored => Forwarding.Read(stored).Value.IsMade);

    public ValueTask<ImmutableArray<StoredForwarding>> LoadAsync(CancellationToken cancellation) => new([.. _kept.Values]);

    public ValueTask SaveAsync(StoredForwarding forwarding, CancellationToken cancellation)
    {
        _kept[forwarding.Key] = forwarding;
        return default;
    }

    public ValueTask DeleteAsync(string key, CancellationToken cancellation)
    {
        _kept.TryRemove(key, out _);
        return default;
    }
}
