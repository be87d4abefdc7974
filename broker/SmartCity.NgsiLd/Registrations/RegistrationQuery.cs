using System.Collections.Immutable;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.NgsiLd.Registrations;

/// <summary>What a request is about, as registrations are matched by it (ETSI GS CIM 009 5.12).</summary>
public sealed record RegistrationQuery
{
    /// <summary>Any of them; empty for every Entity. One without a type matches by its id alone.</summary>
    public ImmutableArray<EntitySelector> Selectors { get; init; } = [];

    /// <summary>Expanded; any of them; empty for every Attribute.</summary>
    public ImmutableArray<string> AttributeNames { get; init; } = [];

    /// <summary>
    /// Whether the GeoProperty of <see cref="Geo"/> is the only Attribute that is asked for (ETSI GS CIM 009 5.10.2.4). A source has it that names it, or
    /// names none, or is registered with a place of that name: that is where its Entities are, whichever of their Attributes it has.
    /// </summary>
    public bool NeedsPlace { get; init; }

    /// <summary><c>@none</c> for default instances; empty for all.</summary>
    public ImmutableArray<string> DatasetIds { get; init; } = [];

    /// <summary>A source that may have what lies there matches; null for anywhere.</summary>
    public GeoQuery? Geo { get; init; }

    /// <summary>Null for any. A source that names no scope may have all.</summary>
    public ScopeQuery? Scope { get; init; }

    /// <summary>Null where current state is asked for, and then no registration of temporal evolutions matches.</summary>
    public RegistrationTime? Time { get; init; }

    /// <summary>Context source filter over the further members of a registration (csf); null for none.</summary>
    public QExpression? Csf { get; init; }
}

/// <summary>The time that a temporal query is about (ETSI GS CIM 009 5.10.2.4).</summary>
/// <param name="IsManagement">Whether it is about createdAt, modifiedAt or deletedAt, and not about observedAt.</param>
/// <param name="From">Null for from ever.</param>
/// <param name="To">Null for open.</param>
public readonly record struct RegistrationTime(bool IsManagement, DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>What a temporal query is about; one that gives no time is about all of it.</summary>
    public static RegistrationTime Of(TemporalQuery query) => new(
        query.Property != TimeProperty.ObservedAt,
        query.Relation is TimeRelation.After or TimeRelation.Between ? query.TimeAt : null,
        query.Relation switch
        {
            TimeRelation.Before => query.TimeAt,
            TimeRelation.Between => query.EndTimeAt,
            _ => null,
        });
}
