using System.Text;
using System.Text.Json;

namespace SmartCity.NgsiLd.Json;

/// <summary>
/// Which Property values a reader of the concise form would take for something else (ETSI GS CIM 009 4.5.2.3, 4.7.3).
/// </summary>
internal static class ConciseForm
{
    private const int LongestTerm = 32;

    /// <summary>Whether the value can stand alone, without <c>{"value": ...}</c> around it.</summary>
    public static bool IsUnmistakable(ReadOnlySpan<byte> value)
    {
        if (value[0] is not ((byte)'{' or (byte)'[')) return true;
        var reader = new Utf8JsonReader(value);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject) return HasOwnMembersOnly(ref reader);
        // Objects that look like instances make an array look like several of them.
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject) reader.Skip();
            else if (!HasOwnMembersOnly(ref reader)) return false;
        }

        return true;
    }

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

    private static bool HasOwnMembersOnly(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsOfTheStandard(ref reader)) return false;
            reader.Skip();
        }

        return true;
    }

    /// <summary>Whether a name is a member of Attributes, or could be one written as an IRI or with escapes.</summary>
    private static bool IsOfTheStandard(ref Utf8JsonReader reader)
    {
        var name = reader.ValueSpan;
        if (reader.ValueIsEscaped || name.IndexOfAny((byte)':', (byte)'@') >= 0) return true;
        if (name.Length > LongestTerm) return false;
        Span<char> term = stackalloc char[LongestTerm];
        return Members.OfTerm(term[..Encoding.UTF8.GetChars(name, term)]) is not (Member.Attribute or Member.Id);
    }
}
