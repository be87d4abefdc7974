using System.Buffers;

namespace SmartCity.Broker;

/// <summary>
/// Ids, names and values as parts of a URL (RFC 3986 3.3, 3.4), percent-encoded where they have to be and nowhere else: whoever reads logs,
/// or compares URLs as texts, finds a URN as it is.
/// </summary>
public static class UrlText
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:@!$&'()*+,;=");

    /// <summary>A part of a path. What has anything in it that could end the part is encoded as a whole.</summary>
    public static string Segment(string text) => text.AsSpan().ContainsAnyExcept(Plain) ? Uri.EscapeDataString(text) : text;

    /// <summary>The value of a parameter, or an element of one that is a list: commas are encoded, and colons and slashes are not.</summary>
    public static string Value(string text) =>
        Uri.EscapeDataString(text).Replace("%3A", ":", StringComparison.Ordinal).Replace("%2F", "/", StringComparison.Ordinal)
            .Replace("%40", "@", StringComparison.Ordinal);
}
