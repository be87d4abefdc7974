using SmartCity.NgsiLd.Json;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>ETSI GS CIM 009 6.3.7, 6.3.12.</summary>
public enum TemporalFormat
{
    /// <summary>Instances, normalized (4.5.7, 4.5.8).</summary>
    Normalized,

    /// <summary>Instances, concise.</summary>
    Concise,

    /// <summary>Pairs of value and time (4.5.9).</summary>
    TemporalValues,

    /// <summary>Values of periods (4.5.19).</summary>
    AggregatedValues,
}

/// <summary>How the temporal evolution of an Entity is shown.</summary>
public sealed record TemporalRepresentation
{
    public TemporalFormat Format { get; init; }

    /// <summary>Which time stands beside a value in <see cref="TemporalFormat.TemporalValues"/>.</summary>
    public TimeProperty Property { get; init; }

    /// <summary>createdAt, modifiedAt, expiresAt and deletedAt, which members, which language, and whether with the @context.</summary>
    public Representation Entity { get; init; } = Representation.Default;

    /// <summary>Whether pick and omit leave an Attribute (its expanded name) or the scope.</summary>
    public bool Shows(string attribute) => Entity.Extent.Shows(attribute == TemporalEntity.Scope ? "scope" : attribute);
}
