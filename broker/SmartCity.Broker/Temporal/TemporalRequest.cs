using System.Collections.Immutable;
using SmartCity.Broker.EntityMaps;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Ordering;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Temporal;

/// <summary>What a temporal retrieval or query asks for (ETSI GS CIM 009 5.7.3.3, 5.7.4.3).</summary>
public sealed record TemporalRequest
{
    /// <summary>Which Entities; of a retrieval, none of it.</summary>
    public EntityQuery Query { get; init; } = new();

    public TemporalQuery Time { get; init; } = TemporalQuery.All;

    /// <summary>Null where instances are asked for.</summary>
    public Aggregation? Aggregation { get; init; }

    /// <summary>
    /// Attributes that attrs or pick name, expanded: an Entity has an instance of one of them, and each is eligible for an
    /// aggregation. Empty for all.
    /// </summary>
    public ImmutableArray<string> Attributes { get; init; } = [];

    /// <summary>Which members are shown.</summary>
    public required TemporalRepresentation Shown { get; init; }

    /// <summary>By id alone (ETSI GS CIM 009 5.7.4.4); null for the order in which Entities came into the history.</summary>
    public EntityOrdering? Ordering { get; init; }

    /// <summary>Null where neither the client nor anybody else asks for an EntityMap.</summary>
    internal MapInUse? Map { get; init; }
}

/// <summary>An EntityMap while a request uses it, or makes it (ETSI GS CIM 009 5.5.14).</summary>
/// <param name="Known">Says who has parts of which Entities; null for one that is being made.</param>
/// <param name="Links">The EntityMaps of Context Sources; null where they are not asked for any.</param>
internal sealed record MapInUse(EntityMap? Known, LinkedMaps? Links);
