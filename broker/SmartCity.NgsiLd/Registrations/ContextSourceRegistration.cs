using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.NgsiLd.Registrations;

/// <summary>
/// What another Context Source holds, and how it is asked (ETSI GS CIM 009 5.2.9): immutable, all names expanded. How its
/// source stands is kept apart from it.
/// </summary>
public sealed record ContextSourceRegistration
{
    /// <summary>A URI; empty where the client left the choice to the broker.</summary>
    public required string Id { get; init; }

    /// <summary>Where the source's NGSI-LD interface is, as given: what comes before <c>/ngsi-ld/v1</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Never empty: any of them says what the source may have.</summary>
    public required ImmutableArray<RegistrationInfo> Information { get; init; }

    public RegistrationMode Mode { get; init; }

    /// <summary>Whether the mode was given: the default one may have been.</summary>
    public bool ModeIsGiven { get; init; }

    /// <summary>As given, names and groups; empty for the default, federationOps.</summary>
    public ImmutableArray<string> OperationNames { get; init; } = [];

    /// <summary>What <see cref="OperationNames"/> comes to.</summary>
    public ContextSourceOperations Operations { get; init; } = ContextSourceOperations.FederationOps;

    /// <summary>What to tell the source with each request (4.3.6.5, 4.3.6.6).</summary>
    public ImmutableArray<KeyValue> ContextSourceInfo { get; init; } = [];

    /// <summary>By which requests name the source in Via; null where it is not known.</summary>
    public string? ContextSourceAlias { get; init; }

    /// <summary>The source's tenant; empty for its default one.</summary>
    public string Tenant { get; init; } = "";

    /// <summary><c>@none</c> for default instances; empty for all.</summary>
    public ImmutableArray<string> DatasetIds { get; init; } = [];

    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>Whether the scope was given as an array: a single scope may have been.</summary>
    public bool ScopeIsArray { get; init; }

    /// <summary>GeoJSON geometries (4.7); null where the source does not say.</summary>
    public JsonValue? Location { get; init; }

    public JsonValue? ObservationSpace { get; init; }

    public JsonValue? OperationSpace { get; init; }

    /// <summary>Of the source's temporal evolutions by observedAt; null where it offers none.</summary>
    public TimeInterval? ObservationInterval { get; init; }

    /// <summary>Of the source's temporal evolutions by createdAt, modifiedAt and deletedAt; null where it offers none.</summary>
    public TimeInterval? ManagementInterval { get; init; }

    public Timestamp? ExpiresAt { get; init; }

    /// <summary>An ISO 8601 duration, as given.</summary>
    public string? RefreshRate { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public RegistrationManagement Management { get; init; } = RegistrationManagement.None;

    /// <summary>Further Properties and Relationships of the source, which a context source filter (csf) selects by.</summary>
    public ImmutableArray<Entities.Attribute> Properties { get; init; } = [];

    /// <summary>Set by the broker.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set by the broker.</summary>
    public DateTimeOffset ModifiedAt { get; init; }

    /// <summary>Whether the source offers the history of Entities, and not their current state (5.2.9).</summary>
    public bool IsTemporal => ObservationInterval is not null || ManagementInterval is not null;

    /// <summary>The value of a key of <see cref="ContextSourceInfo"/>; null where it has none.</summary>
    public string? Info(string key)
    {
        foreach (var info in ContextSourceInfo)
        {
            if (string.Equals(info.Key, key, StringComparison.OrdinalIgnoreCase)) return info.Value;
        }

        return null;
    }
}

/// <summary>ETSI GS CIM 009 4.3.6.2, 4.3.6.3. The numbers are persisted nowhere.</summary>
public enum RegistrationMode
{
    /// <summary>The source is an equal of this broker and of the others.</summary>
    Inclusive,

    /// <summary>The named Attributes of one Entity are at this source alone.</summary>
    Exclusive,

    /// <summary>What is registered is not kept here, but at this source and at others that are registered so.</summary>
    Redirect,

    /// <summary>What is found nowhere else may be had from this source.</summary>
    Auxiliary,
}

/// <summary>What a source may have (ETSI GS CIM 009 5.2.10): all of what is given holds of it.</summary>
/// <param name="Entities">Any of them; empty for every Entity.</param>
/// <param name="PropertyNames">Expanded.</param>
/// <param name="RelationshipNames">Expanded; where both are empty, every Attribute is meant.</param>
public sealed record RegistrationInfo(
    ImmutableArray<EntityInfo> Entities, ImmutableArray<string> PropertyNames, ImmutableArray<string> RelationshipNames)
{
    public bool HasAttributeNames => !PropertyNames.IsEmpty || !RelationshipNames.IsEmpty;

    /// <summary>Whether an Attribute is among those that the source may have.</summary>
    public bool Names(string attribute) =>
        !HasAttributeNames || PropertyNames.Contains(attribute) || RelationshipNames.Contains(attribute);
}

/// <summary>ETSI GS CIM 009 5.2.8.</summary>
/// <param name="Types">Expanded; the Entities have all of them. Never empty.</param>
/// <param name="Id">Null for every one.</param>
/// <param name="IdPattern">Null for every one; passed over where there is an id.</param>
public sealed record EntityInfo(ImmutableArray<string> Types, string? Id, IdPattern? IdPattern);

/// <summary>ETSI GS CIM 009 5.2.11.</summary>
/// <param name="StartAt">The first instant.</param>
/// <param name="EndAt">The last one; null where it goes on.</param>
public sealed record TimeInterval(Timestamp StartAt, Timestamp? EndAt);

/// <summary>How the source wants to be asked (ETSI GS CIM 009 5.2.34).</summary>
public sealed record RegistrationManagement
{
    public static RegistrationManagement None { get; } = new();

    /// <summary>Whether the source answers from what it holds itself; null where the registration does not say.</summary>
    public bool? LocalOnly { get; init; }

    /// <summary>How long an answer may be used again, as given: an ISO 8601 duration; null where the registration does not say.</summary>
    public string? CacheDuration { get; init; }

    /// <summary>What <see cref="CacheDuration"/> comes to; zero where there is none.</summary>
    public TimeSpan CacheFor { get; init; }

    /// <summary>Milliseconds after which a request has failed, greater than 0; null for the broker's own bound.</summary>
    public double? Timeout { get; init; }

    /// <summary>Milliseconds after a failure in which the source is not asked, greater than 0; null for the broker's own.</summary>
    public double? Cooldown { get; init; }
}
