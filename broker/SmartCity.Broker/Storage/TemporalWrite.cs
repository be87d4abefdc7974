using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Storage;

/// <summary>A write straight into the history (ETSI GS CIM 009 5.6.11 - 5.6.16).</summary>
/// <param name="EntityId">A URI.</param>
public abstract record TemporalWrite(string EntityId);

/// <summary>
/// Adds instances to an evolution, and types that it lacks; makes the evolution where there is none (ETSI GS CIM 009 5.6.11).
/// Instances may be late and out of order; equal ones are kept as often as they are given.
/// </summary>
public sealed record TemporalUpsert(TemporalEntity Entity) : TemporalWrite(Entity.Id)
{
    /// <summary>
    /// The times of the evolution in another history that this is a copy of; instances then keep the createdAt and modifiedAt that they have. Null
    /// where it is none: times are those of the write.
    /// </summary>
    public TemporalTimes? Times { get; init; }
}

/// <summary>The same where there is an evolution; its types may be empty (ETSI GS CIM 009 5.6.12).</summary>
public sealed record TemporalAppend(TemporalEntity Entity) : TemporalWrite(Entity.Id);

/// <summary>Forgets an Attribute (ETSI GS CIM 009 5.6.13).</summary>
/// <param name="EntityId">A URI.</param>
/// <param name="Attribute">Expanded.</param>
/// <param name="DatasetId">Which of its series; null for the default one.</param>
/// <param name="All">All of its series, whatever the datasetId.</param>
public sealed record TemporalAttributeDeletion(string EntityId, string Attribute, string? DatasetId, bool All) : TemporalWrite(EntityId);

/// <summary>
/// Puts another instance in the place of one (ETSI GS CIM 009 5.6.14): id and createdAt stay.
/// </summary>
/// <param name="EntityId">A URI.</param>
/// <param name="Attribute">Expanded; the new instance has the same.</param>
/// <param name="Id">Of which instance.</param>
/// <param name="Instance">Of another datasetId, it moves there.</param>
public sealed record TemporalReplacement(string EntityId, string Attribute, InstanceId Id, AttributeInstance Instance)
    : TemporalWrite(EntityId);

/// <summary>Forgets one instance (ETSI GS CIM 009 5.6.15).</summary>
/// <param name="EntityId">A URI.</param>
/// <param name="Attribute">Expanded.</param>
/// <param name="Id">Of which instance.</param>
public sealed record TemporalInstanceDeletion(string EntityId, string Attribute, InstanceId Id) : TemporalWrite(EntityId);

/// <summary>Forgets an evolution (ETSI GS CIM 009 5.6.16). The current Entity, if there is one, stays as it is.</summary>
public sealed record TemporalDeletion(string EntityId) : TemporalWrite(EntityId);

public enum TemporalOutcome
{
    /// <summary>There is an evolution that was not there before.</summary>
    Created,

    /// <summary>The evolution has changed, or is gone.</summary>
    Changed,
}
