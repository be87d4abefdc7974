using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Entities;

/// <summary>
/// An NGSI-LD Entity, or a Fragment of one (ETSI GS CIM 009 5.2.4, 5.4): immutable, all names expanded. A Fragment may lack
/// id and types. This is the form in which operations decide; <see cref="PackedEntity"/> is the form that is kept and read.
/// </summary>
public sealed record Entity
{
    /// <summary>A URI; empty in a Fragment that names none.</summary>
    public required string Id { get; init; }

    /// <summary>Expanded Entity types, in the order given; empty in a Fragment that names none.</summary>
    public required ImmutableArray<string> Types { get; init; }

    /// <summary>ETSI GS CIM 009 4.18; empty where there is none.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>Whether the scope was given as an array: a single scope may have been.</summary>
    public bool ScopeIsArray { get; init; }

    /// <summary>Instances of one name stand side by side, in the order in which names were first given.</summary>
    public ImmutableArray<Attribute> Attributes { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ModifiedAt { get; init; }

    /// <summary>When a transient Entity ends (ETSI GS CIM 009 4.22).</summary>
    public Timestamp? ExpiresAt { get; init; }

    /// <summary>
    /// The Entity as it is to be seen at a time: without the Attributes that have expired, null where it has expired itself
    /// (ETSI GS CIM 009 4.22). The very same where nothing has.
    /// </summary>
    /// <param name="nowTicks">UTC ticks.</param>
    public Entity? At(long nowTicks)
    {
        if (ExpiresAt is { } end && end.Value.UtcTicks <= nowTicks) return null;
        return Transience.AllLast(Attributes, nowTicks) ? this : this with { Attributes = Transience.Left(Attributes, nowTicks) };
    }
}
