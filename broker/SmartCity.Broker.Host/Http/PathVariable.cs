namespace SmartCity.Broker.Host.Http;

/// <summary>Ids and names as path segments (RFC 3986 3.3).</summary>
internal static class PathVariable
{
    public static string Decode(ReadOnlySpan<char> segment) =>
        segment.Contains('%') ? Uri.UnescapeDataString(segment) : segment.ToString();

    public static string Encode(string id) => UrlText.Segment(id);
}
