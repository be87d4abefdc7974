using System.Collections.Immutable;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Federation;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Entities;

/// <summary>An Entity, and what there is to tell about the sources that have a part of it.</summary>
/// <param name="Entity">The Entity.</param>
/// <param name="Warnings">Empty where all went well.</param>
public readonly record struct RetrievedEntity(PackedEntity Entity, ImmutableArray<SourceWarning> Warnings)
{
    /// <summary>Null where the client did not ask for one.</summary>
    public UsedEntityMap? Map { get; init; }
}

/// <summary>Entities that were asked for by their ids.</summary>
/// <param name="Entities">Those that there are.</param>
/// <param name="Warnings">Empty where all went well.</param>
public readonly record struct FoundEntities(ImmutableArray<PackedEntity> Entities, ImmutableArray<SourceWarning> Warnings);
