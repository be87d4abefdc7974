using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>
/// Whether two instances say the same: no member differs by value, at any depth (ETSI GS CIM 009 5.8.6). System times and the
/// order of members do not count; numbers compare as they are written.
/// </summary>
internal static class AttributeContent
{
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = NgsiLdNulls.AnyDepth };

    public static bool Same(Attribute a, Attribute b) =>
        a.Kind == b.Kind
        && a.DatasetId == b.DatasetId
        && a.ObservedAt?.Text == b.ObservedAt?.Text
        && a.ExpiresAt?.Text == b.ExpiresAt?.Text
        && a.ValueType == b.ValueType
        && SameValue(a, b)
        && SameSubAttributes(a.SubAttributes, b.SubAttributes);

    private static bool SameValue(Attribute a, Attribute b) => (a, b) switch
    {
        (Property x, Property y) => Same(x.Value, y.Value) && x.UnitCode == y.UnitCode,
        (GeoProperty x, GeoProperty y) => Same(x.Value, y.Value),
        (Relationship x, Relationship y) =>
            x.IsArray == y.IsArray && x.Objects.SequenceEqual(y.Objects) && x.ObjectTypes.SequenceEqual(y.ObjectTypes),
        (LanguageProperty x, LanguageProperty y) => Same(x.LanguageMap, y.LanguageMap),
        (VocabProperty x, VocabProperty y) => x.IsArray == y.IsArray && x.Vocab.SequenceEqual(y.Vocab),
        (ListProperty x, ListProperty y) => Same(x.ValueList, y.ValueList) && x.UnitCode == y.UnitCode,
        (ListRelationship x, ListRelationship y) =>
            x.Objects.SequenceEqual(y.Objects) && x.ObjectTypes.SequenceEqual(y.ObjectTypes),
        (NgsiLd.Entities.JsonProperty x, NgsiLd.Entities.JsonProperty y) => Same(x.Json, y.Json),
        _ => false,
    };

    private static bool Same(JsonValue a, JsonValue b)
    {
        if (a == b) return true;
        // Scalars with different text differ; only a string may spell the same characters in two ways.
        if (a.Span[0] != b.Span[0] || a.Span[0] is not ((byte)'{' or (byte)'[' or (byte)'"')) return false;
        using var left = JsonDocument.Parse(a.Utf8, AnyDepth);
        using var right = JsonDocument.Parse(b.Utf8, AnyDepth);
        return JsonElement.DeepEquals(left.RootElement, right.RootElement);
    }

    private static bool SameSubAttributes(ImmutableArray<Attribute> a, ImmutableArray<Attribute> b)
    {
        if (a.Length != b.Length) return false;
        if (a.IsEmpty) return true;
        var others = new InstanceIndex(b);
        foreach (var sub in a)
        {
            if (others.Find(sub.Name, sub.DatasetId) is not { } other || !Same(sub, other)) return false;
        }

        return true;
    }
}
