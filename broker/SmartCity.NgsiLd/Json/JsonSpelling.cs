using System.Text;
using System.Text.Json;

namespace SmartCity.NgsiLd.Json;

/// <summary>The spelling of JSON that has been walked and found sound: escapes and whitespace.</summary>
internal static class JsonSpelling
{
    /// <summary>The text of a string, given what stands between its quotes.</summary>
    public static string Unescape(ReadOnlySpan<byte> raw)
    {
        if (!raw.Contains((byte)'\\')) return Encoding.UTF8.GetString(raw);
        byte[] quoted = [(byte)'"', .. raw, (byte)'"'];
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        return reader.GetString()!;
    }

    /// <summary>The same value without insignificant whitespace: the memory itself where it holds none.</summary>
    public static ReadOnlyMemory<byte> Compact(ReadOnlyMemory<byte> json)
    {
        var source = json.Span;
        var first = FirstSpace(source);
        if (first < 0) return json;
        var target = new byte[source.Length - 1];
        source[..first].CopyTo(target);
        var length = first;
        var inString = false;
        for (var i = first; i < source.Length; i++)
        {
            var value = source[i];
            if (!inString && IsSpace(value)) continue;
            target[length++] = value;
            if (value == '"') inString = !inString;
            else if (value == '\\') target[length++] = source[++i];
        }

        return target.AsMemory(0, length);
    }

    private static int FirstSpace(ReadOnlySpan<byte> json)
    {
        if (!json.ContainsAny(" \t\r\n"u8)) return -1;
        var inString = false;
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] == '"') inString = !inString;
            else if (json[i] == '\\') i++;
            else if (!inString && IsSpace(json[i])) return i;
        }

        return -1;
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
