using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace SmartCity.Broker.Contexts;

/// <summary>
/// A bounded cache whose entries end when they cease to be fresh. Finding takes no lock; where an entry too many comes in, those
/// that were used longest ago go.
/// </summary>
/// <param name="entries">How many to keep at most.</param>
/// <param name="weight">How much they may weigh together.</param>
/// <param name="comparer">Compares keys.</param>
internal sealed class FreshCache<TKey, TValue>(int entries, long weight, IEqualityComparer<TKey> comparer)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new(comparer);
    private readonly Lock _changing = new();
    private int _count;
    private long _weight;
    private long _added;

    /// <summary>Everything that is still fresh, in no order.</summary>
    public IEnumerable<(TKey Key, TValue Value, DateTimeOffset FreshUntil)> Fresh(DateTimeOffset now)
    {
        foreach (var (key, entry) in _entries)
        {
            if (entry.FreshUntil > now) yield return (key, entry.Value, entry.FreshUntil);
        }
    }

    public bool TryGet(TKey key, DateTimeOffset now, [MaybeNullWhen(false)] out TValue value) => TryGet(key, now, out value, out _);

    public bool TryGet(TKey key, DateTimeOffset now, [MaybeNullWhen(false)] out TValue value, out DateTimeOffset freshUntil)
    {
        value = default;
        freshUntil = default;
        if (!_entries.TryGetValue(key, out var entry) || entry.FreshUntil <= now) return false;
        entry.UsedAt = now.UtcTicks;
        (value, freshUntil) = (entry.Value, entry.FreshUntil);
        return true;
    }

    /// <summary>Also what is no longer fresh.</summary>
    public bool TryGetStale(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var found = _entries.TryGetValue(key, out var entry);
        value = found ? entry!.Value : default;
        return found;
    }

    public void Set(TKey key, TValue value, long itsWeight, DateTimeOffset freshUntil, DateTimeOffset now)
    {
        lock (_changing)
        {
            var entry = new Entry(value, itsWeight, freshUntil, _added++) { UsedAt = now.UtcTicks };
            if (_entries.TryRemove(key, out var old)) Forget(old);
            _entries[key] = entry;
            _count++;
            _weight += itsWeight;
            if (_count > entries || _weight > weight) Evict(key);
        }
    }

    public void Remove(TKey key)
    {
        lock (_changing)
        {
            if (_entries.TryRemove(key, out var old)) Forget(old);
        }
    }

    public void RemoveWhere(Func<TValue, bool> condition)
    {
        lock (_changing)
        {
            foreach (var (key, entry) in _entries)
            {
                if (condition(entry.Value) && _entries.TryRemove(key, out _)) Forget(entry);
            }
        }
    }

    // A tenth at once, so that looking for the oldest is worth it. The newest stays, whatever it weighs.
    private void Evict(TKey newest)
    {
        foreach (var (key, entry) in _entries.OrderBy(entry => entry.Value.UsedAt).ThenBy(entry => entry.Value.Number))
        {
            if (_count <= entries * 9L / 10 && _weight <= weight / 10 * 9) return;
            if (comparer.Equals(key, newest)) continue;
            if (_entries.TryRemove(key, out _)) Forget(entry);
        }
    }

    private void Forget(Entry entry)
    {
        _count--;
        _weight -= entry.Weight;
    }

    private sealed record Entry(TValue Value, long Weight, DateTimeOffset FreshUntil, long Number)
    {
        public long UsedAt { get; set; }
    }
}
