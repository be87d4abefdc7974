namespace SmartCity.Broker.Contexts;

/// <summary>
/// A stored @context that others are compiled from, and how often it was found there (ETSI GS CIM 009 5.13.3.5). Requests count
/// without a lock: of those that come at the very same time, some may be missed.
/// </summary>
/// <param name="key">Its URL, or its local id where the broker serves it.</param>
internal sealed class ContextSource(string key)
{
    private long _hits;
    private long _lastUsage;

    public string Key { get; } = key;

    public long Hits => Volatile.Read(ref _hits);

    /// <summary>Null where it was never used.</summary>
    public DateTimeOffset? LastUsage => Volatile.Read(ref _lastUsage) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>It was found where it is stored.</summary>
    public void Hit(DateTimeOffset now)
    {
        _hits++;
        _lastUsage = now.UtcTicks;
    }

    /// <summary>It had to be fetched.</summary>
    public void Missed(DateTimeOffset now) => _lastUsage = now.UtcTicks;
}
