using System.Buffers;

namespace SmartCity.NgsiLd.Contexts;

/// <summary>What an identifier may look like (RFC 3986, RFC 3987), as far as telling IRIs from names needs.</summary>
public static class Iri
{
    // Neither URIs nor IRIs may hold these; letting them in would let markup and header text in.
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, 0x21).Select(c => (char)c), '<', '>', '"', '{', '}', '|', '\\', '^', '`',
         .. Enumerable.Range(0x7F, 0x21).Select(c => (char)c)]);

    private static readonly SearchValues<char> SchemeCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    /// <summary>A scheme, a colon, something behind it, and no character that an IRI cannot hold.</summary>
    public static bool IsAbsolute(ReadOnlySpan<char> text) =>
        text.IndexOf(':') < text.Length - 1 && MayStart(text);

    /// <summary>The same, but nothing need stand behind the colon: <c>urn:</c> as a prefix.</summary>
    internal static bool MayStart(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        return colon > 0
            && char.IsAsciiLetter(text[0])
            && !text[..colon].ContainsAnyExcept(SchemeCharacters)
            && !text.ContainsAny(Forbidden);
    }

    /// <summary>A JSON-LD keyword, or what JSON-LD keeps for later ones: an at sign and letters.</summary>
    internal static bool IsKeyword(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != '@') return false;
        foreach (var c in text[1..])
        {
            if (!char.IsAsciiLetter(c)) return false;
        }

        return true;
    }
}
