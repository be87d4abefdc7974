using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Queries;

/// <summary>Which Entities are meant, without any store's opinion on how to find them (ETSI GS CIM 009 5.7.2).</summary>
public sealed record EntityQuery
{
    /// <summary>Any of them selects; empty means every Entity.</summary>
    public ImmutableArray<EntitySelector> Selectors { get; init; } = [];

    /// <summary>Expanded names, of which an Entity has at least one (the deprecated <c>attrs</c>); empty for no such filter.</summary>
    public ImmutableArray<string> AttributeNames { get; init; } = [];

    public QExpression? Q { get; init; }

    public GeoQuery? Geo { get; init; }

    public ScopeQuery? Scope { get; init; }

    /// <summary>Instances that count, <c>@none</c> for the default one; empty for all.</summary>
    public ImmutableArray<string> DatasetIds { get; init; } = [];

    /// <summary>Which Context Sources may be asked (csf, ETSI GS CIM 009 5.7.2.3); null for all. It says nothing of Entities.</summary>
    public QExpression? Csf { get; init; }

    /// <summary>
    /// Whether parts of one Entity may be at several sources, so that filters hold of the whole only (4.3.6.7); null where the client
    /// does not say.
    /// </summary>
    public bool? SplitEntities { get; init; }

    /// <summary>
    /// Whether it was asked as a batch query (6.23), which Context Sources offer apart from the other one (queryBatch, 4.20). It says nothing
    /// of Entities.
    /// </summary>
    public bool IsBatch { get; init; }
}

/// <summary>ETSI GS CIM 009 5.2.33: all of what is given holds.</summary>
public sealed record EntitySelector
{
    public ImmutableArray<string> Ids { get; init; } = [];

    public TypeSelection? Type { get; init; }

    public IdPattern? IdPattern { get; init; }
}
