using System.Collections.Immutable;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Storage;

/// <summary>An evolution without its instances.</summary>
public sealed record TemporalHead
{
    /// <summary>A URI.</summary>
    public required string Id { get; init; }

    /// <summary>Expanded: every type that the Entity ever had (ETSI GS CIM 009 5.6.11).</summary>
    public required ImmutableArray<string> Types { get; init; }

    /// <summary>Series of one Attribute stand side by side, in the order in which names came into the history.</summary>
    public required ImmutableArray<TemporalSeries> Series { get; init; }

    /// <summary>When the evolution began to be recorded.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When an instance was last recorded, replaced or deleted.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>When the Entity was deleted; null while it is there, or if it never was.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    public TemporalTimes Times => new(CreatedAt, ModifiedAt, DeletedAt);
}

/// <summary>The broker's own times of an evolution.</summary>
/// <param name="CreatedAt">See <see cref="TemporalHead.CreatedAt"/>.</param>
/// <param name="ModifiedAt">See <see cref="TemporalHead.ModifiedAt"/>.</param>
/// <param name="DeletedAt">See <see cref="TemporalHead.DeletedAt"/>.</param>
public readonly record struct TemporalTimes(DateTimeOffset CreatedAt, DateTimeOffset ModifiedAt, DateTimeOffset? DeletedAt);

/// <summary>The evolution of one Attribute instance.</summary>
/// <param name="EntityId">A URI.</param>
/// <param name="Attribute">Expanded; <see cref="TemporalEntity.Scope"/> for the scope.</param>
/// <param name="DatasetId">Null for the default instance.</param>
public readonly record struct TemporalSeries(string EntityId, string Attribute, string? DatasetId);

/// <summary>Which Entities of the history are meant: all of what is given holds.</summary>
public sealed record TemporalSelection
{
    /// <summary>Any of them selects; empty for every Entity. Types are those of the evolution.</summary>
    public ImmutableArray<EntitySelector> Selectors { get; init; } = [];

    /// <summary>Expanded names: only their series count for <see cref="Range"/>; empty for all. </summary>
    public ImmutableArray<string> AttributeNames { get; init; } = [];

    /// <summary>Only Entities with an instance in it; null for all (ETSI GS CIM 009 5.7.4.4).</summary>
    public InstanceRange? Range { get; init; }
}
