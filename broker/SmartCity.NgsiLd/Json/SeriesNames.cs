using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>What the member with the values of each kind is called in the simplified temporal form (ETSI GS CIM 009 4.5.9).</summary>
internal static class SeriesNames
{
    /// <summary>Null where the name is none; of a GeoProperty the name is that of a Property.</summary>
    public static AttributeKind? KindOf(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("values"u8)) return AttributeKind.Property;
        if (name.SequenceEqual("objects"u8)) return AttributeKind.Relationship;
        if (name.SequenceEqual("languageMaps"u8)) return AttributeKind.LanguageProperty;
        if (name.SequenceEqual("vocabs"u8)) return AttributeKind.VocabProperty;
        if (name.SequenceEqual("valueLists"u8)) return AttributeKind.ListProperty;
        if (name.SequenceEqual("objectLists"u8)) return AttributeKind.ListRelationship;
        return name.SequenceEqual("jsons"u8) ? AttributeKind.JsonProperty : null;
    }

    /// <summary>The start of an Attribute, up to its first pair.</summary>
    public static ReadOnlySpan<byte> Start(AttributeKind kind) => kind switch
    {
        AttributeKind.GeoProperty => "{\"type\":\"GeoProperty\",\"values\":["u8,
        AttributeKind.Relationship => "{\"type\":\"Relationship\",\"objects\":["u8,
        AttributeKind.LanguageProperty => "{\"type\":\"LanguageProperty\",\"languageMaps\":["u8,
        AttributeKind.VocabProperty => "{\"type\":\"VocabProperty\",\"vocabs\":["u8,
        AttributeKind.ListProperty => "{\"type\":\"ListProperty\",\"valueLists\":["u8,
        AttributeKind.ListRelationship => "{\"type\":\"ListRelationship\",\"objectLists\":["u8,
        AttributeKind.JsonProperty => "{\"type\":\"JsonProperty\",\"jsons\":["u8,
        _ => "{\"type\":\"Property\",\"values\":["u8,
    };
}
