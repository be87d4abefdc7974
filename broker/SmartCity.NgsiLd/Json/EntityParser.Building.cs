using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Json;

/// <summary>The value of an instance, and all else that is known of it.</summary>
internal ref partial struct EntityParser
{
    private bool TakeValue(AttributeKind kind, Slice slice, in InstanceMembers common, out Attribute attribute)
    {
        var built = kind switch
        {
            AttributeKind.Property => TakeJson(slice, out var value) ? common.With(kind, value) : null,
            AttributeKind.GeoProperty => TakeGeometry(slice, out var value) ? common.With(kind, value) : null,
            AttributeKind.LanguageProperty => TakeLanguageMap(slice, out var map) ? common.With(kind, map) : null,
            AttributeKind.ListProperty => TakeValueList(slice, out var list) ? common.With(kind, list) : null,
            AttributeKind.JsonProperty => TakeRawJson(slice, out var json) ? common.With(kind, json) : null,
            AttributeKind.Relationship => TakeUris(slice, out var uris, out var isArray) ? common.With(kind, uris, isArray) : null,
            AttributeKind.VocabProperty => TakeVocab(slice, out var iris, out var isArray) ? common.With(kind, iris, isArray) : null,
            _ => TakeObjectList(slice, out var objects) ? common.With(kind, objects, isArray: true) : null,
        };
        attribute = built!;
        return built is not null;
    }
}
