using System.Buffers;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>Whether a text may be an Entity's id: an absolute URI (ETSI GS CIM 009 4.6.1, RFC 3986).</summary>
internal static class EntityIds
{
    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    private static readonly SearchValues<char> Never =
        SearchValues.Create([.. Enumerable.Range(0, 33).Select(code => (char)code), .. "<>\"{}|\\^`\u007f"]);

    public static bool IsUri(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        return colon > 0
            && colon < text.Length - 1
            && char.IsAsciiLetter(text[0])
            && !text[..colon].ContainsAnyExcept(SchemeCharacters)
            && !text.ContainsAny(Never);
    }
}
