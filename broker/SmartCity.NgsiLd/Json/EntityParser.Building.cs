using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Json;

/// <summary>One record per kind.</summary>
internal ref partial struct EntityParser
{
    private bool TakeValue(AttributeKind kind, Slice slice, in InstanceMembers common, out Attribute attribute)
    {
        var built = kind switch
        {
            AttributeKind.Property => BuildProperty(slice, common),
            AttributeKind.GeoProperty => BuildGeoProperty(slice, common),
            AttributeKind.Relationship => BuildRelationship(slice, common),
            AttributeKind.LanguageProperty => BuildLanguageProperty(slice, common),
            AttributeKind.VocabProperty => BuildVocabProperty(slice, common),
            AttributeKind.ListProperty => BuildListProperty(slice, common),
            AttributeKind.ListRelationship => BuildListRelationship(slice, common),
            _ => BuildJsonProperty(slice, common),
        };
        attribute = built!;
        return built is not null;
    }

    private Attribute? BuildProperty(Slice slice, in InstanceMembers common) =>
        !TakeJson(slice, out var value) ? null : new Property
        {
            Name = common.Name,
            Value = value,
            UnitCode = common.UnitCode,
            ValueType = common.ValueType,
            DatasetId = common.DatasetId,
            ObservedAt = common.ObservedAt,
            ExpiresAt = common.ExpiresAt,
            SubAttributes = common.SubAttributes,
        };

    private Attribute? BuildGeoProperty(Slice slice, in InstanceMembers common) =>
        !TakeGeometry(slice, out var value) ? null : new GeoProperty
        {
            Name = common.Name,
            Value = value,
            DatasetId = common.DatasetId,
            ObservedAt = common.ObservedAt,
            ExpiresAt = common.ExpiresAt,
            SubAttributes = common.SubAttributes,
        };

    private Attribute? BuildRelationship(Slice slice, in InstanceMembers common) =>
        !TakeUris(slice, out var objects, out var isArray) ? null : new Relationship
        {
            Name = common.Name,
            Objects = objects,
            IsArray = isArray,
            ObjectTypes = common.ObjectTypes,
            DatasetId = common.DatasetId,
            ObservedAt = common.ObservedAt,
            ExpiresAt = common.ExpiresAt,
            SubAttributes = common.SubAttributes,
        };

    private Attribute? BuildLanguageProperty(Slice slice, in InstanceMembers common) =>
        !TakeLanguageMap(slice, out var map) ? null : new LanguageProperty
        {
            Name = common.Name,
            LanguageMap = map,
            DatasetId = common.DatasetId,
            ObservedAt = common.ObservedAt,
            ExpiresAt = common.ExpiresAt,
            SubAttributes = common.SubAttributes,
        };

    private Attribute? BuildVocabProperty(Slice slice, in InstanceMembers common) =>
        !TakeVocab(slice, out var vocab, out var isArray) ? null : new VocabProperty
        {
            Name = common.Name,
            Vocab = vocab,
            IsArray = isArray,
            DatasetId = common.DatasetId,
            ObservedAt = common.ObservedAt,
            ExpiresAt = common.ExpiresAt,
            SubAttributes = common.SubAttributes,
        };

    private Attribute? BuildListProperty(Slice slice, in InstanceMembers common) =>
        !TakeValueList(slice, out var list) ? null : new ListProperty
        {
            Name = common.Name,
            ValueList = list,
            UnitCode = common.UnitCode,
            ValueType = common.ValueType,
            DatasetId = common.DatasetId,
            ObservedAt = common.ObservedAt,
            ExpiresAt = common.ExpiresAt,
            SubAttributes = common.SubAttributes,
        };

    private Attribute? BuildListRelationship(Slice slice, in InstanceMembers common) =>
        !TakeObjectList(slice, out var objects) ? null : new ListRelationship
        {
            Name = common.Name,
            Objects = objects,
            ObjectTypes = common.ObjectTypes,
            DatasetId = common.DatasetId,
            ObservedAt = common.ObservedAt,
            ExpiresAt = common.ExpiresAt,
            SubAttributes = common.SubAttributes,
        };

    private Attribute? BuildJsonProperty(Slice slice, in InstanceMembers common) =>
        !TakeRawJson(slice, out var json) ? null : new JsonProperty
        {
            Name = common.Name,
            Json = json,
            DatasetId = common.DatasetId,
            ObservedAt = common.ObservedAt,
            ExpiresAt = common.ExpiresAt,
            SubAttributes = common.SubAttributes,
        };
}
