namespace SmartCity.NgsiLd.Temporal;

/// <summary>How an instant relates to those of a temporal query (ETSI GS CIM 009 4.11).</summary>
public enum TimeRelation
{
    /// <summary>Earlier than timeAt.</summary>
    Before,

    /// <summary>At timeAt or later.</summary>
    After,

    /// <summary>At timeAt or later, and earlier than endTimeAt.</summary>
    Between,
}

/// <summary>Which time of an instance is meant (ETSI GS CIM 009 4.8).</summary>
public enum TimeProperty
{
    ObservedAt,
    CreatedAt,
    ModifiedAt,
    DeletedAt,
}

/// <summary>A temporal query (ETSI GS CIM 009 4.11, 5.2.21): which instances of Attributes are meant.</summary>
public sealed record TemporalQuery
{
    /// <summary>Everything, ordered by observedAt.</summary>
    public static TemporalQuery All { get; } = new();

    /// <summary>Null where no instance is left out because of its time.</summary>
    public TimeRelation? Relation { get; init; }

    /// <summary>Meaningless without a <see cref="Relation"/>.</summary>
    public DateTimeOffset TimeAt { get; init; }

    /// <summary>Only where the relation is <see cref="TimeRelation.Between"/>.</summary>
    public DateTimeOffset EndTimeAt { get; init; }

    public TimeProperty Property { get; init; }

    /// <summary>Only the last n instances of each Attribute within the interval; null for all of them.</summary>
    public int? LastN { get; init; }

    /// <summary>UTC ticks, inclusive.</summary>
    public long From => Relation is TimeRelation.After or TimeRelation.Between ? TimeAt.UtcTicks : long.MinValue;

    /// <summary>UTC ticks, exclusive.</summary>
    public long To => Relation switch
    {
        TimeRelation.Before => TimeAt.UtcTicks,
        TimeRelation.Between => EndTimeAt.UtcTicks,
        _ => long.MaxValue,
    };
}
