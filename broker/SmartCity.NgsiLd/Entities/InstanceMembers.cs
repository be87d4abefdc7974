using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Entities;

/// <summary>All of an Attribute instance but its value: what every kind takes in the same way.</summary>
internal readonly record struct InstanceMembers
{
    public required string Name { get; init; }

    public string? DatasetId { get; init; }

    public Timestamp? ObservedAt { get; init; }

    public Timestamp? ExpiresAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ModifiedAt { get; init; }

    public string? ValueType { get; init; }

    /// <summary>Of Properties and ListProperties.</summary>
    public string? UnitCode { get; init; }

    /// <summary>Of Relationships and ListRelationships; the default where there are none.</summary>
    public ImmutableArray<string> ObjectTypes { get; init; }

    public ImmutableArray<Attribute> SubAttributes { get; init; }

    private ImmutableArray<string> Types => ObjectTypes.IsDefault ? [] : ObjectTypes;

    /// <summary>An instance of a kind whose value is JSON.</summary>
    public Attribute With(AttributeKind kind, JsonValue value) => kind switch
    {
        AttributeKind.Property => new Property { Name = Name, Members = this, Value = value, UnitCode = UnitCode },
        AttributeKind.GeoProperty => new GeoProperty { Name = Name, Members = this, Value = value },
        AttributeKind.LanguageProperty => new LanguageProperty { Name = Name, Members = this, LanguageMap = value },
        AttributeKind.ListProperty => new ListProperty { Name = Name, Members = this, ValueList = value, UnitCode = UnitCode },
        AttributeKind.JsonProperty => new JsonProperty { Name = Name, Members = this, Json = value },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>An instance of a kind whose value is one IRI or several.</summary>
    public Attribute With(AttributeKind kind, ImmutableArray<string> iris, bool isArray) => kind switch
    {
        AttributeKind.Relationship =>
            new Relationship { Name = Name, Members = this, Objects = iris, IsArray = isArray, ObjectTypes = Types },
        AttributeKind.VocabProperty => new VocabProperty { Name = Name, Members = this, Vocab = iris, IsArray = isArray },
        AttributeKind.ListRelationship =>
            new ListRelationship { Name = Name, Members = this, Objects = iris, ObjectTypes = Types },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>What is given without a value.</summary>
    public AttributeFragment ToFragment(AttributeKind? targetKind) =>
        new() { Name = Name, Members = this, TargetKind = targetKind, UnitCode = UnitCode, ObjectTypes = Types };
}
