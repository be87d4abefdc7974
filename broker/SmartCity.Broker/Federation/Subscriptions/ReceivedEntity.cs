using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Subscriptions;

/// <summary>What a source tells of an Entity.</summary>
/// <param name="Entity">What is left of it; of a deleted one its id and types.</param>
/// <param name="Deleted">Attributes that are gone.</param>
/// <param name="DeletedAt">Null where the Entity is still there.</param>
internal sealed record ReceivedEntity(Entity Entity, ImmutableArray<AttributeChange> Deleted, DateTimeOffset? DeletedAt)
{
    /// <summary>The Attributes of which a value before the change is told, with that value; null for none.</summary>
    public Entity? Before { get; init; }
}

/// <param name="Id">The source's; empty where it gave none.</param>
/// <param name="Entities">Its data.</param>
internal sealed record ReceivedNotification(string Id, ImmutableArray<ReceivedEntity> Entities);
