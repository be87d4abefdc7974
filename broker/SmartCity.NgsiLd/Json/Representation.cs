using System.Collections.Immutable;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.NgsiLd.Json;

/// <summary>ETSI GS CIM 009 6.3.7.</summary>
public enum EntityFormat
{
    Normalized,
    Concise,
    Simplified,
}

/// <summary>How an Entity is shown: everything that a reader may ask about form and extent.</summary>
public sealed record Representation
{
    public static Representation Default { get; } = new();

    public EntityFormat Format { get; init; }

    /// <summary>GeoJSON Features (ETSI GS CIM 009 4.5.16).</summary>
    public bool GeoJson { get; init; }

    /// <summary>Expanded name of the GeoProperty that becomes the GeoJSON geometry; null for location.</summary>
    public string? GeometryProperty { get; init; }

    /// <summary>createdAt, modifiedAt and expiresAt are shown (ETSI GS CIM 009 6.3.11).</summary>
    public bool SysAttrs { get; init; }

    /// <summary>Members to keep; null for all (ETSI GS CIM 009 4.21).</summary>
    public Projection? Pick { get; init; }

    /// <summary>Members to leave out; null for none (ETSI GS CIM 009 4.21).</summary>
    public Projection? Omit { get; init; }

    /// <summary>Instances to keep, <c>@none</c> for the default one; empty for all.</summary>
    public ImmutableArray<string> DatasetIds { get; init; } = [];

    /// <summary>The language preference list as given; null for none (ETSI GS CIM 009 4.15).</summary>
    public string? Lang { get; init; }

    /// <summary>
    /// The version of the standard to which the form conforms; null for the newest one. Older versions are shown less
    /// (ETSI GS CIM 009 4.3.6.8).
    /// </summary>
    public NgsiLdVersion? Version { get; init; }

    /// <summary>Each Entity carries the @context (application/ld+json).</summary>
    public bool IncludeContext { get; init; }

    /// <summary>What of Linked Entity retrieval is asked for.</summary>
    public Join Join { get; init; } = Join.None;

    /// <summary>What pick and omit leave.</summary>
    public Extent Extent => new(Pick, Omit);
}
