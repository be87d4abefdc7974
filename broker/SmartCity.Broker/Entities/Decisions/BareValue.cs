using System.Text.Json;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>
/// In a merge, what a bare value means depends on the kind that it meets (ETSI GS CIM 009 5.6.17.4): a string may be the
/// object of a Relationship or one language of a languageMap.
/// </summary>
internal static class BareValue
{
    /// <summary>The patch as an instance of the target's kind, where the parameters ask for that; otherwise as it is.</summary>
    public static Result<Attribute> For(Attribute target, Attribute patch, MergeOptions options)
    {
        if (patch.Kind == target.Kind || patch is AttributeFragment) return patch;
        if (target is LanguageProperty && options.Language is { } language && Value(patch) is { } text && IsTextual(text))
        {
            return Like(patch, new LanguageProperty { Name = patch.Name, LanguageMap = OneLanguage(language, text) });
        }

        if (!options.Simplified) return patch;
        return (target, Value(patch)) switch
        {
            (Property, { } value) => Like(patch, new Property { Name = patch.Name, Value = value }),
            (Relationship, { } value) when Uris(value) is { } objects => Like(patch, new Relationship
            {
                Name = patch.Name,
                Objects = [.. objects],
                IsArray = IsArray(value),
            }),
            (ListProperty, { } value) when IsArray(value) => Like(patch, new ListProperty { Name = patch.Name, ValueList = value }),
            (ListRelationship, { } value) when IsArray(value) && Uris(value) is { } objects => Like(patch, new ListRelationship
            {
                Name = patch.Name,
                Objects = [.. objects],
            }),
            _ => AttributePatch.OtherKind(target, patch.Kind),
        };
    }

    private static JsonValue? Value(Attribute patch) => patch switch
    {
        Property p => p.Value,
        GeoProperty g => g.Value,
        _ => null,
    };

    private static Attribute Like(Attribute patch, Attribute value) => value with
    {
        DatasetId = patch.DatasetId,
        ObservedAt = patch.ObservedAt,
        ExpiresAt = patch.ExpiresAt,
        ValueType = patch.ValueType,
        SubAttributes = patch.SubAttributes,
    };

    private static bool IsArray(JsonValue value) => value.Span[0] == (byte)'[';

    private static bool IsTextual(JsonValue value) => value.Span[0] == (byte)'"' || Uris(value) is not null;

    private static JsonValue OneLanguage(string language, JsonValue text) =>
        new((byte[])[.. "{"u8, .. JsonSerializer.SerializeToUtf8Bytes(language), .. ":"u8, .. text.Span, .. "}"u8]);

    // Null where the value is neither a string nor an array of strings.
    private static List<string>? Uris(JsonValue value)
    {
        var reader = new Utf8JsonReader(value.Span, new JsonReaderOptions { MaxDepth = NgsiLdNulls.AnyDepth });
        var strings = new List<string>();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String) strings.Add(reader.GetString()!);
            else if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.EndArray) || reader.CurrentDepth > 0) return null;
        }

        return strings.Count > 0 ? strings : null;
    }
}
