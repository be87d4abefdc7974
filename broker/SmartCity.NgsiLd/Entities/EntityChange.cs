using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Entities;

/// <summary>What happened to one Attribute instance. The numbers are persisted: never change one.</summary>
public enum AttributeChangeKind : byte
{
    Created = 1,

    /// <summary>Some member, at any depth, has another value than before (ETSI GS CIM 009 5.8.6).</summary>
    Updated = 2,

    Deleted = 3,

    /// <summary>Written as it was already, member for member: modifiedAt tells, but neither history nor subscribers hear of it.</summary>
    Rewritten = 4,
}

/// <param name="Name">Expanded.</param>
/// <param name="DatasetId">Null for the default instance.</param>
/// <param name="Kind">What happened.</param>
public readonly record struct AttributeChange(string Name, string? DatasetId, AttributeChangeKind Kind);

/// <summary>An Attribute that an update did not touch, and why (ETSI GS CIM 009 5.2.19).</summary>
public readonly record struct NotUpdatedAttribute(string Name, string Reason);

/// <summary>
/// The one account of a write: made once by the operation that decided it, it feeds the store, the history, the change log,
/// the notifications and the answer to the client.
/// </summary>
public sealed record EntityChange
{
    public required string EntityId { get; init; }

    /// <summary>Null where the Entity is new.</summary>
    public required PackedEntity? Before { get; init; }

    /// <summary>Null where the Entity is deleted.</summary>
    public required PackedEntity? After { get; init; }

    /// <summary>When the broker made it; the modifiedAt (or deletedAt) of all that changed.</summary>
    public required DateTimeOffset At { get; init; }

    public ImmutableArray<AttributeChange> Attributes { get; init; } = [];

    public ImmutableArray<NotUpdatedAttribute> NotUpdated { get; init; } = [];

    /// <summary>Nothing to store and nobody to tell.</summary>
    public bool IsEmpty => ReferenceEquals(Before, After);

    public bool IsCreation => Before is null && After is not null;

    public bool IsDeletion => Before is not null && After is null;
}
