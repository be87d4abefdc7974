using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>
/// How each kind of Attribute begins, and what its members are called (ETSI GS CIM 009 5.2.5 - 5.2.7, 5.2.32 - 5.2.38).
/// </summary>
internal static class AttributeMembers
{
    /// <summary>The start of a normalized instance, up to its value.</summary>
    public static ReadOnlySpan<byte> Normalized(AttributeKind kind) => kind switch
    {
        AttributeKind.Property => "{\"type\":\"Property\",\"value\":"u8,
        AttributeKind.GeoProperty => "{\"type\":\"GeoProperty\",\"value\":"u8,
        AttributeKind.Relationship => "{\"type\":\"Relationship\",\"object\":"u8,
        AttributeKind.LanguageProperty => "{\"type\":\"LanguageProperty\",\"languageMap\":"u8,
        AttributeKind.VocabProperty => "{\"type\":\"VocabProperty\",\"vocab\":"u8,
        AttributeKind.ListProperty => "{\"type\":\"ListProperty\",\"valueList\":"u8,
        AttributeKind.ListRelationship => "{\"type\":\"ListRelationship\",\"objectList\":"u8,
        AttributeKind.JsonProperty => "{\"type\":\"JsonProperty\",\"json\":"u8,
        _ => throw Unwritable(kind),
    };

    /// <summary>The start of a concise instance, up to its value.</summary>
    public static ReadOnlySpan<byte> Concise(AttributeKind kind) => kind switch
    {
        AttributeKind.Property or AttributeKind.GeoProperty => "{\"value\":"u8,
        AttributeKind.Relationship => "{\"object\":"u8,
        AttributeKind.LanguageProperty => "{\"languageMap\":"u8,
        AttributeKind.VocabProperty => "{\"vocab\":"u8,
        AttributeKind.ListProperty => "{\"valueList\":"u8,
        AttributeKind.ListRelationship => "{\"objectList\":"u8,
        AttributeKind.JsonProperty => "{\"json\":"u8,
        _ => throw Unwritable(kind),
    };

    /// <summary>The member with the value before a change.</summary>
    public static ReadOnlySpan<byte> Previous(AttributeKind kind) => kind switch
    {
        AttributeKind.Property or AttributeKind.GeoProperty => "\"previousValue\":"u8,
        AttributeKind.Relationship => "\"previousObject\":"u8,
        AttributeKind.LanguageProperty => "\"previousLanguageMap\":"u8,
        AttributeKind.VocabProperty => "\"previousVocab\":"u8,
        AttributeKind.ListProperty => "\"previousValueList\":"u8,
        AttributeKind.ListRelationship => "\"previousObjectList\":"u8,
        AttributeKind.JsonProperty => "\"previousJson\":"u8,
        _ => throw Unwritable(kind),
    };

    /// <summary>The value of a deleted instance (ETSI GS CIM 009 4.5.0).</summary>
    public static ReadOnlySpan<byte> Null(AttributeKind kind) => kind switch
    {
        AttributeKind.LanguageProperty => NgsiLdNull.LanguageMap,
        AttributeKind.ListProperty or AttributeKind.ListRelationship => "[\"urn:ngsi-ld:null\"]"u8,
        _ => NgsiLdNull.Json,
    };

    private static InvalidOperationException Unwritable(AttributeKind kind) =>
        new($"An Attribute of kind {kind} has no value to write.");
}
