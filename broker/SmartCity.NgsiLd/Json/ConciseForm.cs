using System.Text.Json;

namespace SmartCity.NgsiLd.Json;

/// <summary>Which Property values a reader of the concise form would take for something else (ETSI GS CIM 009 4.5.2.3, 4.7.3).</summary>
internal static class ConciseForm
{
    /// <summary>Whether the value can stand alone, without <c>{"value": ...}</c> around it.</summary>
    public static bool IsUnmistakable(ReadOnlySpan<byte> value) => value[0] switch
    {
        (byte)'{' => !HasMemberOfAttributes(value),
        // An array of objects looks like several instances of the Attribute.
        (byte)'[' => !HoldsObject(value),
        _ => true,
    };

    /// <summary>Whether an object has the members of a GeoJSON geometry.</summary>
    public static bool LooksLikeGeometry(ReadOnlySpan<byte> value)
    {
        if (value[0] != '{') return false;
        bool hasType = false, hasCoordinates = false;
        var reader = new Utf8JsonReader(value);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            hasType |= reader.ValueTextEquals("type"u8);
            hasCoordinates |= reader.ValueTextEquals("coordinates"u8);
            reader.Skip();
        }

        return hasType && hasCoordinates;
    }

    private static bool HasMemberOfAttributes(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8) || reader.ValueTextEquals("value"u8)
                || reader.ValueTextEquals("object"u8) || reader.ValueTextEquals("languageMap"u8)
                || reader.ValueTextEquals("vocab"u8) || reader.ValueTextEquals("json"u8)
                || reader.ValueTextEquals("valueList"u8) || reader.ValueTextEquals("objectList"u8))
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static bool HoldsObject(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject) return true;
            reader.Skip();
        }

        return false;
    }
}
