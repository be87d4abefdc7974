using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>
/// JSON Merge Patch (RFC 7396, section 2) with NGSI-LD Null in the role of null (ETSI GS CIM 009 5.5.12). What is not
/// touched is copied byte by byte.
/// </summary>
internal static class JsonMergePatch
{
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = NgsiLdNulls.AnyDepth };

    public static JsonValue Apply(JsonValue target, JsonValue patch)
    {
        if (!IsObject(patch)) return patch;
        if (!IsObject(target)) return WithoutNulls(patch);

        using var before = JsonDocument.Parse(target.Utf8, AnyDepth);
        using var change = JsonDocument.Parse(patch.Utf8, AnyDepth);
        var output = new ArrayBufferWriter<byte>(target.Span.Length + patch.Span.Length);
        Merge(before.RootElement, change.RootElement, output);
        return new(output.WrittenMemory.ToArray());
    }

    /// <summary>The patch applied to nothing.</summary>
    public static JsonValue WithoutNulls(JsonValue patch)
    {
        if (!IsObject(patch)) return patch;

        using var change = JsonDocument.Parse(patch.Utf8, AnyDepth);
        var output = new ArrayBufferWriter<byte>(patch.Span.Length);
        Merge(target: null, change.RootElement, output);
        return new(output.WrittenMemory.ToArray());
    }

    private static bool IsObject(JsonValue value) => value.Span[0] == (byte)'{';

    private static void Merge(JsonElement? target, JsonElement patch, ArrayBufferWriter<byte> output)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            output.Write(JsonMarshal.GetRawUtf8Value(patch));
            return;
        }

        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in patch.EnumerateObject()) members[member.Name] = member.Value;

        output.Write("{"u8);
        var first = true;
        if (target is { ValueKind: JsonValueKind.Object } before)
        {
            foreach (var member in before.EnumerateObject())
            {
                var given = members.Remove(member.Name, out var change);
                if (given && IsNull(change)) continue;
                WriteName(member, ref first, output);
                if (given) Merge(member.Value, change, output);
                else output.Write(JsonMarshal.GetRawUtf8Value(member.Value));
            }
        }

        foreach (var member in patch.EnumerateObject())
        {
            if (!members.Remove(member.Name, out var added) || IsNull(added)) continue;
            WriteName(member, ref first, output);
            Merge(target: null, added, output);
        }

        output.Write("}"u8);
    }

    private static bool IsNull(JsonElement value) => value.ValueKind == JsonValueKind.String && value.ValueEquals(NgsiLdNull.Uri);

    private static void WriteName(System.Text.Json.JsonProperty member, ref bool first, ArrayBufferWriter<byte> output)
    {
        output.Write(first ? "\""u8 : ",\""u8);
        output.Write(JsonMarshal.GetRawUtf8PropertyName(member));
        output.Write("\":"u8);
        first = false;
    }
}
