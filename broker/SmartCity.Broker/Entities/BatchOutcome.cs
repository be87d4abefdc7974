using System.Collections.Immutable;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Entities;

public enum BatchKind
{
    Create,
    UpsertReplace,
    UpsertUpdate,
    Update,
    UpdateNoOverwrite,
    Merge,
    Delete,
}

/// <summary>One element of a batch: an Entity that was read, or why it could not be; Delete needs only the id.</summary>
/// <param name="EntityId">As given; empty where the element names none.</param>
/// <param name="Entity">Null for Delete.</param>
/// <param name="Error">Why the element cannot be read; null where it could.</param>
public sealed record BatchItem(string EntityId, Entity? Entity, NgsiLdError? Error = null)
{
    /// <summary>
    /// Of an upsert that updates: what is to be done where the Entity exists, while nothing could be created, for the reason that
    /// <see cref="Error"/> gives. Null where the one is like the other.
    /// </summary>
    public Entity? Update { get; init; }
}

/// <summary>ETSI GS CIM 009 5.2.16.</summary>
/// <param name="Created">Ids of Entities that are new, in order.</param>
/// <param name="Updated">Ids of Entities that existed and were written or deleted, in order.</param>
/// <param name="Errors">What failed, in order: of an Entity that is in several places, part of it may have been written.</param>
public sealed record BatchOutcome(
    ImmutableArray<string> Created, ImmutableArray<string> Updated, ImmutableArray<BatchError> Errors);

/// <summary>ETSI GS CIM 009 5.2.17.</summary>
public sealed record BatchError(string EntityId, NgsiLdError Error)
{
    /// <summary>The registration whose source failed; null where it failed here.</summary>
    public string? RegistrationId { get; init; }
}
