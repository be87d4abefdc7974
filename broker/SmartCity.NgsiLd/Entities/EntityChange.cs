using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Entities;

/// <summary>What happened to one Attribute instance. The numbers are persisted: never change one.</summary>
public enum AttributeChangeKind : byte
{
    Created = 1,

    /// <summary>Some member, at any depth, has another value than before (ETSI GS CIM 009 5.8.6).</summary>
    Updated = 2,

    Deleted = 3,

    /// <summary>
    /// Written as it was already, member for member: modifiedAt tells, but neither history nor subscribers hear of it. An Entity
    /// of which all is rewritten comes from elsewhere, or goes there.
    /// </summary>
    Rewritten = 4,
}

/// <param name="Name">Expanded.</param>
/// <param name="DatasetId">Null for the default instance.</param>
/// <param name="Kind">What happened.</param>
public readonly record struct AttributeChange(string Name, string? DatasetId, AttributeChangeKind Kind);

/// <summary>An Attribute that an update did not touch, and why (ETSI GS CIM 009 5.2.19).</summary>
public readonly record struct NotUpdatedAttribute(string Name, string Reason)
{
    /// <summary>The registration whose source did not take it; null where this broker did not.</summary>
    public string? RegistrationId { get; init; }
}

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

    /// <summary>
    /// This change and the next one of the same Entity, as one: what was there before both, what is there after them, and for each
    /// Attribute what has become of it in the end.
    /// </summary>
    public EntityChange Then(EntityChange next)
    {
        // It never was: all there is to tell is that it is gone.
        if (Before is null && next.After is null) return next;
        var attributes = new OrderedDictionary<(string, string?), AttributeChange>();
        foreach (var change in Attributes) attributes[(change.Name, change.DatasetId)] = change;
        foreach (var change in next.Attributes)
        {
            var key = (change.Name, change.DatasetId);
            var earlier = attributes.TryGetValue(key, out var there) ? there.Kind : AttributeChangeKind.Rewritten;
            if (Together(earlier, change.Kind) is { } kind) attributes[key] = change with { Kind = kind };
            else attributes.Remove(key);
        }

        return next with { Before = Before, Attributes = [.. attributes.Values] };
    }

    /// <summary>Null for what came and went.</summary>
    private static AttributeChangeKind? Together(AttributeChangeKind first, AttributeChangeKind second) => (first, second) switch
    {
        (AttributeChangeKind.Created, AttributeChangeKind.Deleted) => null,
        (AttributeChangeKind.Created, _) => AttributeChangeKind.Created,
        (AttributeChangeKind.Deleted, AttributeChangeKind.Created) => AttributeChangeKind.Updated,
        (_, AttributeChangeKind.Rewritten) => first,
        _ => second,
    };
}
