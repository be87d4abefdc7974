using System.Collections.Immutable;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Subscriptions;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.NgsiLd.Snapshots;

/// <summary>
/// A query whose result becomes part of a Snapshot (ETSI GS CIM 009 5.2.23): all names expanded, sub-languages as trees.
/// </summary>
public sealed record SnapshotQuery
{
    public ImmutableArray<EntitySelector> Entities { get; init; } = [];

    public QExpression? Q { get; init; }

    public SubscribedGeoQuery? GeoQ { get; init; }

    public ScopeQuery? ScopeQ { get; init; }

    /// <summary>Expanded: an Entity has one of them, and is kept with them alone; empty for all.</summary>
    public ImmutableArray<string> Attributes { get; init; } = [];

    public Projection? Pick { get; init; }

    public Projection? Omit { get; init; }

    /// <summary>Instances that count and are kept, <c>@none</c> for the default one; empty for all.</summary>
    public ImmutableArray<string> DatasetIds { get; init; } = [];

    /// <summary>Context source filter.</summary>
    public QExpression? Csf { get; init; }

    /// <summary>As given. Entities are kept in all languages: which one is shown is asked when the Snapshot is read.</summary>
    public string? Lang { get; init; }

    /// <summary>Attributes whose values in q are expanded, as given; <see cref="Q"/> has them expanded (ETSI GS CIM 009 4.9).</summary>
    public string? ExpandValues { get; init; }

    /// <summary>As given. It changes nothing: stored JSON is never expanded.</summary>
    public string? JsonKeys { get; init; }

    public bool? SplitEntities { get; init; }

    /// <summary>
    /// Members of a Query that say how an answer looks, as JSON. A Snapshot is no answer: they change nothing, and are given back.
    /// </summary>
    public ImmutableArray<(string Name, string Json)> OfAnswers { get; init; } = [];

    /// <summary>Linked Entities that are kept as well (ETSI GS CIM 009 4.5.23).</summary>
    public Join Join { get; init; } = Join.None;

    /// <summary>Null for current Entities.</summary>
    public GivenTemporalQuery? Time { get; init; }

    /// <summary>Only this broker's own Entities: the type <c>*</c> implies it (ETSI GS CIM 009 5.7.2.4).</summary>
    public bool IsLocal => Entities.Any(selector => selector.Type is TypeAny);

    /// <summary>Which Entities, and whom to ask for them.</summary>
    public EntityQuery ToQuery() => new()
    {
        Selectors = Entities,
        AttributeNames = Attributes,
        Q = Q,
        Geo = GeoQ?.Query,
        Scope = ScopeQ,
        DatasetIds = DatasetIds,
        Csf = Csf,
        SplitEntities = SplitEntities,
    };

    /// <summary>What is kept of each of them; id and type always are.</summary>
    public Extent Extent => new(
        Pick is { } pick ? new([new("id", null), new("type", null), .. pick.Members])
            : Attributes.IsEmpty ? null : new([.. Kept, .. Attributes.Select(name => new ProjectedMember(name, null))]),
        Omit);

    private static ImmutableArray<ProjectedMember> Kept { get; } = [new("id", null), new("type", null), new("scope", null)];
}
