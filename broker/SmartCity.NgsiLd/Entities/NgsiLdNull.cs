namespace SmartCity.NgsiLd.Entities;

/// <summary>
/// The stand-in for null (ETSI GS CIM 009 4.5.0): in updates and merges it deletes, in notifications it marks what was deleted.
/// A Fragment carries it where it was given: an Attribute (also <c>"name": "urn:ngsi-ld:null"</c>, which reads as a Property) has
/// the null value of its kind, string members and lists of types or scopes are <see cref="Uri"/>, times are <see cref="Time"/>.
/// </summary>
public static class NgsiLdNull
{
    public const string Uri = "urn:ngsi-ld:null";

    /// <summary>An observedAt or expiresAt that is to be removed.</summary>
    public static Timestamp Time => new(default, Uri);

    /// <summary>The JSON string, with its quotes.</summary>
    public static ReadOnlySpan<byte> Json => "\"urn:ngsi-ld:null\""u8;

    /// <summary>The languageMap that stands for null.</summary>
    public static ReadOnlySpan<byte> LanguageMap => "{\"@none\":\"urn:ngsi-ld:null\"}"u8;

    /// <summary>Whether the Attribute's value is the NGSI-LD Null of its kind.</summary>
    public static bool Is(Attribute attribute) => attribute switch
    {
        Property p => p.Value.Span.SequenceEqual(Json),
        GeoProperty g => g.Value.Span.SequenceEqual(Json),
        JsonProperty j => j.Json.Span.SequenceEqual(Json),
        Relationship r => r.Objects is [Uri],
        ListRelationship r => r.Objects is [Uri],
        VocabProperty v => v.Vocab is [Uri],
        LanguageProperty l => l.LanguageMap.Span.SequenceEqual(LanguageMap) || l.LanguageMap.Span.SequenceEqual(Json),
        ListProperty l => l.ValueList.Span.SequenceEqual("[\"urn:ngsi-ld:null\"]"u8) || l.ValueList.Span.SequenceEqual(Json),
        _ => false,
    };
}
