using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace SmartCity.NgsiLd.Queries.Text;

/// <summary>
/// Looks into stored values where they lie. They are known to be valid and compact JSON, so finding an end is a matter of
/// quotes and brackets.
/// </summary>
internal static class JsonText
{
    private const long MostDigits = 1_000_000_000_000_000;

    private static ReadOnlySpan<double> PowersOfTen =>
        [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    public static bool IsString(ReadOnlySpan<byte> json) => json.Length >= 2 && json[0] == '"';

    public static bool IsNumber(ReadOnlySpan<byte> json) =>
        json.Length > 0 && json[0] is (byte)'-' or (>= (byte)'0' and <= (byte)'9');

    public static bool IsArray(ReadOnlySpan<byte> json) => json.Length >= 2 && json[0] == '[';

    public static bool IsObject(ReadOnlySpan<byte> json) => json.Length >= 2 && json[0] == '{';

    /// <summary>False where it is no number.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> json, out double number)
    {
        number = 0;
        if (!IsNumber(json)) return false;
        if (json.Length > 16) return Utf8Parser.TryParse(json, out number, out _);
        var negative = json[0] == '-';
        var digits = 0L;
        var decimals = 0;
        for (var i = negative ? 1 : 0; i < json.Length; i++)
        {
            var digit = (uint)(json[i] - '0');
            if (digit <= 9) digits = (digits * 10) + digit;
            else if (json[i] == '.') decimals = json.Length - i - 1;
            else return Utf8Parser.TryParse(json, out number, out _);
        }

        // Up to 15 digits and a power of ten up to 15 are exact in a double, so their quotient is the nearest one: most values
        // need nothing slower.
        if (digits >= MostDigits) return Utf8Parser.TryParse(json, out number, out _);
        number = decimals == 0 ? digits : digits / PowersOfTen[decimals];
        if (negative) number = -number;
        return true;
    }

    /// <summary>The inside of a string as it stands; false where escapes stand in it.</summary>
    public static bool TryPlain(ReadOnlySpan<byte> json, out ReadOnlySpan<byte> text)
    {
        text = json[1..^1];
        return text.IndexOf((byte)'\\') < 0;
    }

    /// <summary>Whether a JSON string says the text, given as unescaped UTF-8.</summary>
    public static bool StringEquals(ReadOnlySpan<byte> json, ReadOnlySpan<byte> text)
    {
        if (!IsString(json)) return false;
        if (TryPlain(json, out var plain)) return plain.SequenceEqual(text);
        using var unescaped = new UnescapedText(json);
        return unescaped.Span.SequenceEqual(text);
    }

    /// <summary>Where the value that starts at a place ends.</summary>
    public static int End(ReadOnlySpan<byte> json, int start)
    {
        var i = start;
        switch (json[i])
        {
            case (byte)'"':
                return StringEnd(json, i);
            case (byte)'{' or (byte)'[':
                for (var depth = 0; ; i++)
                {
                    i += json[i..].IndexOfAny("\"{}[]"u8);
                    if (json[i] == '"') i = StringEnd(json, i) - 1;
                    else if (json[i] is (byte)'{' or (byte)'[') depth++;
                    else if (--depth == 0) return i + 1;
                }

            default:
                var length = json[i..].IndexOfAny(",]}"u8);
                return length < 0 ? json.Length : i + length;
        }
    }

    /// <summary>The member of an object; false where there is none.</summary>
    public static bool TryMember(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        foreach (var member in new JsonMembers(json))
        {
            if (!StringEquals(member.Name, name)) continue;
            value = member.Value;
            return true;
        }

        value = default;
        return false;
    }

    private static int StringEnd(ReadOnlySpan<byte> json, int quote)
    {
        var i = quote + 1;
        while (true)
        {
            i += json[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[i] == '"') return i + 1;
            i += 2;
        }
    }
}

/// <summary>A JSON string's text without its escapes, in a pooled buffer.</summary>
internal ref struct UnescapedText
{
    private readonly byte[]? _rented;

    public UnescapedText(ReadOnlySpan<byte> json)
    {
        if (JsonText.TryPlain(json, out var plain))
        {
            Span = plain;
            return;
        }

        _rented = ArrayPool<byte>.Shared.Rent(json.Length);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        Span = _rented.AsSpan(0, Copy(ref reader, _rented, json));
    }

    public ReadOnlySpan<byte> Span { get; }

    public readonly void Dispose()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
    }

    private static int Copy(ref Utf8JsonReader reader, byte[] buffer, ReadOnlySpan<byte> json)
    {
        try
        {
            return reader.CopyString(buffer);
        }
        catch (InvalidOperationException)
        {
            // An escaped lone surrogate is valid JSON without a meaning in UTF-8: it equals nothing but its own spelling.
            json[1..^1].CopyTo(buffer);
            return json.Length - 2;
        }
    }
}

/// <summary>The items of a JSON array, in place.</summary>
internal ref struct JsonItems(ReadOnlySpan<byte> array)
{
    private readonly ReadOnlySpan<byte> _array = array;
    private int _next = 1;

    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly JsonItems GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_next >= _array.Length - 1) return false;
        var end = JsonText.End(_array, _next);
        Current = _array[_next..end];
        _next = end + 1;
        return true;
    }
}

/// <summary>The members of a JSON object, in place; nothing where it is no object.</summary>
internal ref struct JsonMembers(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _object = JsonText.IsObject(json) ? json : default;
    private int _next = 1;

    public JsonMember Current { get; private set; }

    public readonly JsonMembers GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_next >= _object.Length - 1) return false;
        var colon = JsonText.End(_object, _next);
        var end = JsonText.End(_object, colon + 1);
        Current = new() { Name = _object[_next..colon], Value = _object[(colon + 1)..end] };
        _next = end + 1;
        return true;
    }
}

internal readonly ref struct JsonMember
{
    /// <summary>A JSON string with its quotes.</summary>
    public ReadOnlySpan<byte> Name { get; init; }

    public ReadOnlySpan<byte> Value { get; init; }
}
