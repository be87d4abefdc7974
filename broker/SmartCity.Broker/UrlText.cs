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

    /// <summary>The value of a parameter: colons, slashes and commas stay what they are.</summary>
    public static string Value(string text) => Element(text).Replace("%2C", ",", StringComparison.Ordinal);

    /// <summary>An element of a value that is a list, in which commas mean something.</summary>
    public static string Element(string text) =>
        Uri.EscapeDataString(text).Replace("%3A", ":", StringComparison.Ordinal).Replace("%2F", "/", StringComparison.Ordinal)
            .Replace("%40", "@", StringComparison.Ordinal);
}
