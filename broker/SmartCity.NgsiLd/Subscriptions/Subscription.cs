using System.Collections.Immutable;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.NgsiLd.Subscriptions;

/// <summary>
/// What a subscriber wants to be told, and how (ETSI GS CIM 009 5.2.12): immutable, all names expanded, queries as trees.
/// How far it has got is kept apart from it.
/// </summary>
public sealed record Subscription
{
    /// <summary>A URI; empty where the client left the choice to the broker.</summary>
    public required string Id { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Any of them selects; empty where every Entity with a watched Attribute is meant.</summary>
    public ImmutableArray<EntitySelector> Entities { get; init; } = [];

    /// <summary>Expanded names; empty where every Attribute is watched.</summary>
    public ImmutableArray<string> WatchedAttributes { get; init; } = [];

    public NotificationTriggers Triggers { get; init; } = NotificationTriggers.Default;

    public QExpression? Q { get; init; }

    public SubscribedGeoQuery? GeoQ { get; init; }

    public ScopeQuery? ScopeQ { get; init; }

    /// <summary>Context source filter (ETSI GS CIM 009 4.9).</summary>
    public QExpression? Csf { get; init; }

    /// <summary>Of subscriptions to registrations only (ETSI GS CIM 009 5.2.12).</summary>
    public GivenTemporalQuery? TemporalQ { get; init; }

    /// <summary>Language filter, as given (ETSI GS CIM 009 4.15).</summary>
    public string? Lang { get; init; }

    /// <summary>Instances that count and are shown, <c>@none</c> for the default one; empty for all.</summary>
    public ImmutableArray<string> DatasetIds { get; init; } = [];

    /// <summary>Seconds between periodic notifications, greater than 0; null where changes notify.</summary>
    public double? TimeInterval { get; init; }

    /// <summary>Seconds that pass between two notifications at least, greater than 0; null for no bound.</summary>
    public double? Throttling { get; init; }

    public Timestamp? ExpiresAt { get; init; }

    /// <summary>False while the client has paused it.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>URI of the @context of the notifications; null until the broker has assigned one.</summary>
    public string? JsonldContext { get; init; }

    /// <summary>Attributes whose values in q are expanded, as given; <see cref="Q"/> has them expanded (ETSI GS CIM 009 4.9).</summary>
    public string? ExpandValues { get; init; }

    /// <summary>As given. It changes nothing: stored JSON is never expanded (ETSI GS CIM 009 4.9).</summary>
    public string? JsonKeys { get; init; }

    public bool? LocalOnly { get; init; }

    /// <summary>Whether it pertains to Entities stored here alone: all types imply it (ETSI GS CIM 009 5.2.12, 5.2.33).</summary>
    public bool IsLocal => LocalOnly == true || Entities.Any(selector => selector.Type is TypeAny);

    public bool? SplitEntities { get; init; }

    /// <summary>The version of the standard that notifications conform to; null for the newest one (ETSI GS CIM 009 4.3.6.8).</summary>
    public NgsiLdVersion? Conformance { get; init; }

    public required NotificationParameters Notification { get; init; }

    /// <summary>Set by the broker.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set by the broker.</summary>
    public DateTimeOffset ModifiedAt { get; init; }

    /// <summary>Where its creator found this broker, such as <c>http://localhost:1026</c>; null where that is not known. Set by the broker.</summary>
    public string? Address { get; init; }

    /// <summary>The brokers that it has passed on its way here (6.3.18), where it is the copy of one of theirs. Set by the broker.</summary>
    public ImmutableArray<string> Via { get; init; } = [];

    /// <summary>ETSI GS CIM 009 5.2.12, 5.8.1.4: notifications are sent while it is active.</summary>
    public SubscriptionStatus StatusAt(DateTimeOffset now) =>
        ExpiresAt is { } end && end.Value <= now ? SubscriptionStatus.Expired
        : IsActive ? SubscriptionStatus.Active
        : SubscriptionStatus.Paused;

    /// <summary>The Attributes of <see cref="ExpandValues"/>.</summary>
    /// <param name="context">Expands them.</param>
    public ImmutableArray<string> ExpandedNames(Context context) =>
        ExpandValues is { } list ? [.. NamesIn(list).Select(context.Expand)] : [];

    internal static string[] NamesIn(string list) => list.Split(',', StringSplitOptions.TrimEntries);

    /// <summary>The Entities that the subscription is about, and what must hold of them (ETSI GS CIM 009 5.8.6).</summary>
    public EntityQuery ToQuery() => new()
    {
        Selectors = Entities,
        Q = Q,
        Geo = GeoQ?.Query,
        Scope = ScopeQ,
        DatasetIds = DatasetIds,
    };
}

/// <summary>ETSI GS CIM 009 5.2.12.</summary>
public enum SubscriptionStatus
{
    Active,
    Paused,
    Expired,
}

/// <summary>Kinds of change that notify (ETSI GS CIM 009 5.2.12).</summary>
[Flags]
public enum NotificationTriggers
{
    None = 0,
    EntityCreated = 1,
    EntityDeleted = 2,
    AttributeCreated = 4,
    AttributeUpdated = 8,
    AttributeDeleted = 16,
    EntityUpdated = AttributeCreated | AttributeUpdated | AttributeDeleted,
    Default = AttributeCreated | AttributeUpdated,
}

/// <summary>A geo-query with the members it was given as (ETSI GS CIM 009 5.2.13).</summary>
/// <param name="Query">What is matched.</param>
/// <param name="Georel">As given.</param>
/// <param name="Geometry">The GeoJSON type.</param>
/// <param name="Coordinates">A JSON array.</param>
public sealed record SubscribedGeoQuery(GeoQuery Query, string Georel, string Geometry, JsonValue Coordinates);
