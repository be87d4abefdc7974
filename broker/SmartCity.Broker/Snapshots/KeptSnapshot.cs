using SmartCity.NgsiLd.Snapshots;

namespace SmartCity.Broker.Snapshots;

/// <summary>A Snapshot of this broker while it lives.</summary>
/// <param name="space">Where its content is.</param>
/// <param name="tenant">Whose it is.</param>
/// <param name="snapshot">How it stands.</param>
/// <param name="origin">How it is prepared.</param>
internal sealed class KeptSnapshot(string space, string tenant, Snapshot snapshot, SnapshotOrigin origin)
{
    private volatile Snapshot _snapshot = snapshot;
    private long _lastUsed = snapshot.LastUsedAt.UtcTicks;

    public string Space => space;

    public string Tenant => tenant;

    /// <summary>How it stands, but for when it was last used.</summary>
    public Snapshot Stored
    {
        get => _snapshot;
        set => _snapshot = value;
    }

    public SnapshotOrigin Origin { get; set; } = origin;

    /// <summary>Entities that it was filled with, or is about to be; changes that are tried in it do not count.</summary>
    public long Entities { get; set; }

    /// <summary>How it stands.</summary>
    public Snapshot Now => _snapshot with { LastUsedAt = new(Interlocked.Read(ref _lastUsed), TimeSpan.Zero) };

    /// <summary>Whether it was used since that was last noted down.</summary>
    public bool HasUnsavedUse => Interlocked.Read(ref _lastUsed) != _snapshot.LastUsedAt.UtcTicks;

    /// <summary>Deleted: nobody finds it any more, and its content goes.</summary>
    public bool IsGone { get; set; }

    /// <summary>Stops what fills it.</summary>
    public CancellationTokenSource Stopping { get; } = new();

    /// <summary>What fills it, copies it or removes its content; completed where nothing does.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    /// <summary>The notification that was made last, and by its nature those before it.</summary>
    public Task Notified { get; set; } = Task.CompletedTask;

    public void Use(DateTimeOffset now) => Interlocked.Exchange(ref _lastUsed, now.UtcTicks);

    public bool IsExpiredAt(DateTimeOffset now) => _snapshot.ExpiresAt <= now;
}
