using System.Collections.Immutable;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.NgsiLd.Snapshots;

/// <summary>
/// What a client says of a Snapshot, and how it stands (ETSI GS CIM 009 5.2.41): immutable, all names expanded. The Entities in
/// it are not part of it.
/// </summary>
public sealed record Snapshot
{
    public const int LowestPriority = 1;
    public const int HighestPriority = 10;
    public const int DefaultPriority = 5;

    /// <summary>A URI; empty where the client left the choice to the broker.</summary>
    public required string Id { get; init; }

    public ImmutableArray<SnapshotQuery> Queries { get; init; } = [];

    public ImmutableArray<SnapshotQuery> TemporalQueries { get; init; } = [];

    /// <summary>Null where the client leaves it to the broker.</summary>
    public SnapshotLifetime? Lifetime { get; init; }

    /// <summary>From 1 to 10, the highest.</summary>
    public int Priority { get; init; } = DefaultPriority;

    /// <summary>Whom to notify of its status; null for nobody.</summary>
    public string? Endpoint { get; init; }

    /// <summary>What is said beside each notification.</summary>
    public ImmutableArray<KeyValue> ReceiverInfo { get; init; } = [];

    public SnapshotStatus Status { get; init; }

    /// <summary>One for each query, in order, once all are executed.</summary>
    public ImmutableArray<ExecutionResult> Details { get; init; } = [];

    /// <summary>One for each temporal query, in order, once all are executed.</summary>
    public ImmutableArray<ExecutionResult> TemporalDetails { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ModifiedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset LastUsedAt { get; init; }
}
