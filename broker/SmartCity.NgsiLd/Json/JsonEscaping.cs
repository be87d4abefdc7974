using System.Buffers;

namespace SmartCity.NgsiLd.Json;

/// <summary>
/// UTF-8 text as the inside of a JSON string, escaping only what RFC 8259 section 7 demands: quote, backslash, controls.
/// </summary>
internal static class JsonEscaping
{
    /// <summary>The most bytes that one byte of text may become.</summary>
    public const int MaxExpansion = 6;

    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(control => (byte)control), (byte)'"', (byte)'\\']);

    /// <summary>Where the first byte to be escaped stands, or -1.</summary>
    public static int FirstEscaped(ReadOnlySpan<byte> text) => text.IndexOfAny(Escaped);

    /// <summary>Writes the text, escaped and without quotes.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="target">Has room for <see cref="MaxExpansion"/> times the text.</param>
    /// <returns>Bytes written.</returns>
    public static int Escape(ReadOnlySpan<byte> text, Span<byte> target)
    {
        var written = 0;
        while (true)
        {
            var clean = FirstEscaped(text);
            if (clean < 0)
            {
                text.CopyTo(target[written..]);
                return written + text.Length;
            }

            text[..clean].CopyTo(target[written..]);
            written += clean;
            written += EscapeOne(text[clean], target[written..]);
            text = text[(clean + 1)..];
        }
    }

    private static int EscapeOne(byte value, Span<byte> target)
    {
        target[0] = (byte)'\\';
        var letter = value switch
        {
            (byte)'"' or (byte)'\\' => value,
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            _ => (byte)'u',
        };
        target[1] = letter;
        if (letter != 'u') return 2;
        "00"u8.CopyTo(target[2..]);
        target[4] = (byte)(value >> 4 == 0 ? '0' : '1');
        target[5] = "0123456789abcdef"u8[value & 0xF];
        return 6;
    }
}
