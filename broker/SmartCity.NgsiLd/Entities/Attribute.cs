using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Entities;

/// <summary>The kinds of Attribute (ETSI GS CIM 009 4.5.2 - 4.5.24). The numbers are persisted: never change one.</summary>
public enum AttributeKind : byte
{
    /// <summary>Members without a value: part of a partial update, never of a stored Entity.</summary>
    Fragment = 0,
    Property = 1,
    GeoProperty = 2,
    Relationship = 3,
    LanguageProperty = 4,
    VocabProperty = 5,
    ListProperty = 6,
    ListRelationship = 7,
    JsonProperty = 8,
}

/// <summary>
/// One instance of an Attribute, in expanded form. Several instances of one name differ by <see cref="DatasetId"/>
/// (ETSI GS CIM 009 4.5.5).
/// </summary>
public abstract record Attribute
{
    /// <summary>The Attribute name as an IRI.</summary>
    public required string Name { get; init; }

    public abstract AttributeKind Kind { get; }

    /// <summary>Null for the default instance.</summary>
    public string? DatasetId { get; init; }

    public Timestamp? ObservedAt { get; init; }

    /// <summary>When a transient Attribute ends (ETSI GS CIM 009 4.22).</summary>
    public Timestamp? ExpiresAt { get; init; }

    /// <summary>Set by the broker when it writes; the default value in what a client sent.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set by the broker when it writes; the default value in what a client sent.</summary>
    public DateTimeOffset ModifiedAt { get; init; }

    /// <summary>The datatype IRI of the value (ETSI GS CIM 009 5.2.5, annex C.10); Relationships have none.</summary>
    public string? ValueType { get; init; }

    /// <summary>Properties of Properties and Relationships of Properties, in the order given, to any depth.</summary>
    public ImmutableArray<Attribute> SubAttributes { get; init; } = [];

    /// <summary>Takes at once what every kind has beside its name and value.</summary>
    internal InstanceMembers Members
    {
        init
        {
            DatasetId = value.DatasetId;
            ObservedAt = value.ObservedAt;
            ExpiresAt = value.ExpiresAt;
            CreatedAt = value.CreatedAt;
            ModifiedAt = value.ModifiedAt;
            ValueType = value.ValueType;
            SubAttributes = value.SubAttributes.IsDefault ? [] : value.SubAttributes;
        }
    }
}

/// <summary>ETSI GS CIM 009 4.5.2.</summary>
public sealed record Property : Attribute
{
    public override AttributeKind Kind => AttributeKind.Property;

    /// <summary>Any JSON value but null.</summary>
    public required JsonValue Value { get; init; }

    /// <summary>A UN/CEFACT common code.</summary>
    public string? UnitCode { get; init; }
}

/// <summary>ETSI GS CIM 009 4.7: a Property whose value is a GeoJSON geometry.</summary>
public sealed record GeoProperty : Attribute
{
    public override AttributeKind Kind => AttributeKind.GeoProperty;

    /// <summary>A GeoJSON geometry object that has been validated.</summary>
    public required JsonValue Value { get; init; }
}

/// <summary>ETSI GS CIM 009 4.5.3.</summary>
public sealed record Relationship : Attribute
{
    public override AttributeKind Kind => AttributeKind.Relationship;

    /// <summary>The URIs of the target Entities.</summary>
    public required ImmutableArray<string> Objects { get; init; }

    /// <summary>Whether the object was given as an array: a single target may have been.</summary>
    public bool IsArray { get; init; }

    /// <summary>Expanded types of the targets.</summary>
    public ImmutableArray<string> ObjectTypes { get; init; } = [];
}

/// <summary>ETSI GS CIM 009 4.5.18.</summary>
public sealed record LanguageProperty : Attribute
{
    public override AttributeKind Kind => AttributeKind.LanguageProperty;

    /// <summary>A JSON object: language tag to string, or to an array of strings.</summary>
    public required JsonValue LanguageMap { get; init; }
}

/// <summary>ETSI GS CIM 009 4.5.20.</summary>
public sealed record VocabProperty : Attribute
{
    public override AttributeKind Kind => AttributeKind.VocabProperty;

    /// <summary>Expanded IRIs.</summary>
    public required ImmutableArray<string> Vocab { get; init; }

    /// <summary>Whether the vocab was given as an array: a single IRI may have been.</summary>
    public bool IsArray { get; init; }
}

/// <summary>ETSI GS CIM 009 4.5.21.</summary>
public sealed record ListProperty : Attribute
{
    public override AttributeKind Kind => AttributeKind.ListProperty;

    /// <summary>A JSON array, order kept.</summary>
    public required JsonValue ValueList { get; init; }

    public string? UnitCode { get; init; }
}

/// <summary>ETSI GS CIM 009 4.5.22.</summary>
public sealed record ListRelationship : Attribute
{
    public override AttributeKind Kind => AttributeKind.ListRelationship;

    /// <summary>The URIs of the target Entities, order kept.</summary>
    public required ImmutableArray<string> Objects { get; init; }

    public ImmutableArray<string> ObjectTypes { get; init; } = [];
}

/// <summary>ETSI GS CIM 009 4.5.24: JSON that no @context touches.</summary>
public sealed record JsonProperty : Attribute
{
    public override AttributeKind Kind => AttributeKind.JsonProperty;

    public required JsonValue Json { get; init; }
}

/// <summary>
/// Members of an Attribute without its value, as a partial update or a merge may send them
/// (ETSI GS CIM 009 5.5.8, 5.5.12): the kind is that of the target.
/// </summary>
public sealed record AttributeFragment : Attribute
{
    public override AttributeKind Kind => AttributeKind.Fragment;

    /// <summary>The kind that was named, which has to be the target's; null where none was.</summary>
    public AttributeKind? TargetKind { get; init; }

    public string? UnitCode { get; init; }

    public ImmutableArray<string> ObjectTypes { get; init; } = [];
}
