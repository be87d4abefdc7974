namespace SmartCity.Broker.Embedded.Memory;

/// <summary>
/// Entities that expire, or whose Attributes do, by the time at which that happens first: what is due is found without looking
/// at the others. One writer; readers on any thread.
/// </summary>
internal sealed class ExpiryIndex
{
    private readonly SortedSet<(long Ticks, int Ordinal)> _byTime = [];
    private readonly Dictionary<int, long> _ticksOf = [];
    private long _first = long.MaxValue;

    /// <summary>When the first one is due: UTC ticks; <see cref="long.MaxValue"/> where none ever is.</summary>
    public long First => Volatile.Read(ref _first);

    /// <param name="ordinal">The Entity.</param>
    /// <param name="ticks">UTC ticks; <see cref="long.MaxValue"/> where it does not expire.</param>
    public void Set(int ordinal, long ticks)
    {
        // Most Entities are not transient, and most tenants have none that is.
        if (ticks == long.MaxValue && _ticksOf.Count == 0) return;
        lock (_byTime)
        {
            if (_ticksOf.Remove(ordinal, out var before)) _byTime.Remove((before, ordinal));
            if (ticks != long.MaxValue)
            {
                _ticksOf[ordinal] = ticks;
                _byTime.Add((ticks, ordinal));
            }

            Volatile.Write(ref _first, _byTime.Count == 0 ? long.MaxValue : _byTime.Min.Ticks);
        }
    }

    /// <summary>The ordinals of what is due, the longest due first.</summary>
    public List<int> DueAt(long nowTicks)
    {
        var due = new List<int>();
        if (First > nowTicks) return due;
        lock (_byTime)
        {
            foreach (var (ticks, ordinal) in _byTime)
            {
                if (ticks > nowTicks) break;
                due.Add(ordinal);
            }
        }

        return due;
    }
}
