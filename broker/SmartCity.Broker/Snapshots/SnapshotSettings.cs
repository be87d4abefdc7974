namespace SmartCity.Broker.Snapshots;

/// <summary>
/// How many Snapshots there may be, how much they may hold, and for how long (ETSI GS CIM 009 4.3.7). Each is a setting of the same
/// name under <c>Snapshots</c>.
/// </summary>
public sealed record SnapshotSettings
{
    public static SnapshotSettings Default { get; } = new();

    /// <summary>Snapshots of one tenant at the same time; for one more, one of lower priority makes way. Default 100.</summary>
    public int PerTenant { get; init; } = 100;

    /// <summary>Queries of one Snapshot, temporal ones among them. Default 100.</summary>
    public int Queries { get; init; } = 100;

    /// <summary>Entities that one Snapshot is filled with; the query that finds more has failed. Default 100 000.</summary>
    public int Entities { get; init; } = 100_000;

    /// <summary>
    /// Entities that all Snapshots of a tenant are filled with, together. Where a Snapshot finds no room, those of lower priority make way;
    /// where they are not enough, its queries have failed. Default 1 000 000.
    /// </summary>
    public long TenantEntities { get; init; } = 1_000_000;

    /// <summary>
    /// Attribute instances of temporal evolutions that one Snapshot is filled with; the query that finds more has failed. Default
    /// 10 000 000.
    /// </summary>
    public long Instances { get; init; } = 10_000_000;

    /// <summary>Bytes of what a client says of a Snapshot, as it is kept. Default 256 KiB.</summary>
    public int DocumentBytes { get; init; } = 256 * 1024;

    /// <summary>Snapshots that are filled or copied at the same time; others wait. Default 2.</summary>
    public int AtOnce { get; init; } = 2;

    /// <summary>How long filling or copying one may take, once it has begun; one that takes longer has failed. Default 1 h.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Days that a Snapshot exists where the client does not say how long. Default 7.</summary>
    public int Days { get; init; } = 7;

    /// <summary>Days that a Snapshot may exist, from its last change on. Default 365.</summary>
    public int LongestDays { get; init; } = 365;

    /// <summary>
    /// How often Snapshots that have expired are removed, and uses are noted down; they are invisible from the moment they expire.
    /// Default 10 s.
    /// </summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(10);
}
