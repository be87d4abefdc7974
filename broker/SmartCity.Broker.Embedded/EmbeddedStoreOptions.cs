namespace SmartCity.Broker.Embedded;

/// <summary>
/// Where the embedded store lives and how much it may take. Each number, time and truth is a setting of the same name under
/// <c>Store</c>.
/// </summary>
public sealed record EmbeddedStoreOptions
{
    /// <summary>The folder of the database; made where it does not exist. One process at a time.</summary>
    public required string Directory { get; init; }

    /// <summary>How often expired Entities and Attributes are removed; they are invisible from the moment they expire. Default 10 s.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the change log is looked at for folding. Default 1 s.</summary>
    public TimeSpan FoldInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the progress of subscriptions is kept, if there is any. Default 100 ms.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How much unfolded log is let grow before it is folded into blocks and history, at least; a restart replays it. Beyond
    /// this the log may grow to half of the size of all blocks. Default 32 MiB.
    /// </summary>
    public long FoldBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Unfolded log is folded once no write has come for this long, however small. Default 30 s.</summary>
    public TimeSpan FoldIdle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Size of the database file in bytes beyond which writes fail, 0 for no limit but the disk's. Folding, which leads to less,
    /// may go beyond it for a while. Default 0.
    /// </summary>
    public long MaxDatabaseBytes { get; init; }

    /// <summary>Writes waiting to be committed at most, in calls; more wait outside. Default 8192.</summary>
    public int QueuedWrites { get; init; } = 8192;

    /// <summary>Bytes of one group commit after which it takes no further call. Default 16 MiB.</summary>
    public int GroupBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Changes kept in memory for readers of the change log; older ones come from the file. Default 16384.</summary>
    public int TailChanges { get; init; } = 16 * 1024;

    /// <summary>
    /// Told what goes wrong in the background (folding, write-back, sweeping), each time that it does; the store tries again.
    /// Default: nobody.
    /// </summary>
    public Action<Exception>? BackgroundFailed { get; init; }

    /// <summary>Whether every past state of an Attribute is kept for temporal queries. Default true.</summary>
    public bool History { get; init; } = true;

    /// <summary>Which of it is recorded, and for how long it is kept. Settings under <c>History</c>.</summary>
    public HistoryOptions Recording { get; init; } = new();

    /// <summary>Attributes of a tenant whose values are indexed at the same time, at most. Default 64.</summary>
    public int ValueIndexes { get; init; } = 64;
}
