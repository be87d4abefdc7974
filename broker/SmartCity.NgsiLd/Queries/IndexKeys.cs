using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Geometries;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Queries;

/// <summary>One value of an Attribute as an index keeps it: a number, or the hash of a string or URI.</summary>
/// <param name="IsText">Whether it is a text; otherwise a number.</param>
/// <param name="Number">0 for a text.</param>
/// <param name="TextHash">0 for a number. Texts that are equal have the same; the reverse is for the matcher to verify.</param>
public readonly record struct IndexKey(bool IsText, double Number, ulong TextHash);

/// <summary>
/// The values of an Attribute instance that <see cref="ValueBound"/> and <see cref="GeoBound"/> speak of, read in place.
/// </summary>
public static class IndexKeys
{
    /// <summary>
    /// Adds the numbers and texts of the instance's own value: of a Property its number or string (or those of its
    /// <c>@value</c>), or those of its array; a Relationship's objects; a VocabProperty's IRIs; all strings of a language map.
    /// Booleans, other objects and deeper arrays have no keys.
    /// </summary>
    public static void AddTo(List<IndexKey> keys, in PackedAttribute attribute)
    {
        switch (attribute.Kind)
        {
            case AttributeKind.LanguageProperty:
                foreach (var member in new JsonMembers(attribute.Value)) AddValue(keys, member.Value);
                break;
            case AttributeKind.ListRelationship:
                foreach (var item in new JsonItems(attribute.Value)) AddScalar(keys, StoredValue.Object(item));
                break;
            default:
                AddValue(keys, StoredValue.Lexical(attribute.Value));
                break;
        }
    }

    /// <summary>The number where the instance is a Property of one number, which needs no list; otherwise false.</summary>
    public static bool TryNumber(in PackedAttribute attribute, out double number)
    {
        number = 0;
        return attribute.Kind == AttributeKind.Property && JsonText.TryNumber(attribute.Value, out number);
    }

    /// <summary>The envelope where the instance is a GeoProperty; otherwise false.</summary>
    public static bool TryEnvelope(in PackedAttribute attribute, out GeoBox envelope)
    {
        envelope = default;
        return attribute.Kind == AttributeKind.GeoProperty && GeoJson.TryEnvelope(attribute.Value, out envelope);
    }

    /// <summary>
    /// What <see cref="IndexKey.TextHash"/> is for a text of a <see cref="TextBound"/>. It may differ from version to version.
    /// </summary>
    public static ulong Hash(string text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var hash = Hash(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
        ArrayPool<byte>.Shared.Return(bytes);
        return hash;
    }

    private static ulong Hash(ReadOnlySpan<byte> utf8)
    {
        const ulong Odd = 0x9E37_79B9_7F4A_7C15;
        var hash = (ulong)utf8.Length * Odd;
        for (; utf8.Length >= 8; utf8 = utf8[8..])
            hash = (BitOperations.RotateLeft(hash, 29) ^ MemoryMarshal.Read<ulong>(utf8)) * Odd;
        foreach (var b in utf8) hash = (BitOperations.RotateLeft(hash, 29) ^ b) * Odd;
        return hash ^ (hash >> 32);
    }

    private static void AddValue(List<IndexKey> keys, ReadOnlySpan<byte> json)
    {
        if (!JsonText.IsArray(json)) AddScalar(keys, json);
        else foreach (var item in new JsonItems(json)) AddScalar(keys, StoredValue.Lexical(item));
    }

    private static void AddScalar(List<IndexKey> keys, ReadOnlySpan<byte> json)
    {
        if (JsonText.TryNumber(json, out var number))
        {
            keys.Add(new(false, number, 0));
        }
        else if (JsonText.IsString(json))
        {
            using var text = new UnescapedText(json);
            keys.Add(new(true, 0, Hash(text.Span)));
        }
    }
}
