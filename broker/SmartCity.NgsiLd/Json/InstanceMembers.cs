using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>All of an Attribute instance but its value.</summary>
internal readonly record struct InstanceMembers
{
    public required string Name { get; init; }

    public string? DatasetId { get; init; }

    public Timestamp? ObservedAt { get; init; }

    public Timestamp? ExpiresAt { get; init; }

    public string? UnitCode { get; init; }

    public string? ValueType { get; init; }

    public ImmutableArray<string> ObjectTypes { get; init; }

    public ImmutableArray<Entities.Attribute> SubAttributes { get; init; }

    public AttributeFragment ToFragment(AttributeKind? targetKind) => new()
    {
        Name = Name,
        DatasetId = DatasetId,
        ObservedAt = ObservedAt,
        ExpiresAt = ExpiresAt,
        UnitCode = UnitCode,
        ValueType = ValueType,
        ObjectTypes = ObjectTypes,
        SubAttributes = SubAttributes,
        TargetKind = targetKind,
    };
}
