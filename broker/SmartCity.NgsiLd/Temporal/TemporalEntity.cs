using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>
/// The temporal evolution of an Entity as a client gives it, or a Fragment of one (ETSI GS CIM 009 5.2.20, 4.5.6): expanded, with
/// as many instances of an Attribute as there are points in time.
/// </summary>
public sealed record TemporalEntity
{
    /// <summary>The name under which the scope's evolution stands among the instances: a Property of strings (ETSI GS CIM 009 4.5.6).</summary>
    public const string Scope = "https://uri.etsi.org/ngsi-ld/scope";

    /// <summary>A URI; empty in a Fragment that names none.</summary>
    public required string Id { get; init; }

    /// <summary>Expanded; empty in a Fragment that names none.</summary>
    public required ImmutableArray<string> Types { get; init; }

    /// <summary>In the order given.</summary>
    public ImmutableArray<AttributeInstance> Instances { get; init; } = [];
}

/// <summary>An Attribute at a point in time (ETSI GS CIM 009 4.5.7, 4.5.8).</summary>
/// <param name="Attribute">Its value is the NGSI-LD Null of its kind where it was deleted.</param>
/// <param name="DeletedAt">When the Attribute was deleted; null where it was not.</param>
public readonly record struct AttributeInstance(Attribute Attribute, Timestamp? DeletedAt = null)
{
    /// <summary>As another source has it; null in what a client gives.</summary>
    public string? InstanceId { get; init; }
}
