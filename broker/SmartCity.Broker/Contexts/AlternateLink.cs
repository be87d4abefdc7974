using System.Net.Http.Headers;

namespace SmartCity.Broker.Contexts;

/// <summary>A Link header that points to the JSON-LD form of what was answered (JSON-LD 1.1 API, 6.3.1; RFC 8288).</summary>
internal static class AlternateLink
{
    public static Uri? Find(HttpResponseHeaders headers, Uri from)
    {
        if (!headers.TryGetValues("Link", out var values)) return null;
        foreach (var link in values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries)))
        {
            var end = link.IndexOf('>', StringComparison.Ordinal);
            if (!link.StartsWith('<') || end < 0) continue;
            var parameters = link[(end + 1)..].Replace("\"", "", StringComparison.Ordinal);
            var isAlternate = parameters.Contains("rel=alternate", StringComparison.OrdinalIgnoreCase)
                && parameters.Contains("type=application/ld+json", StringComparison.OrdinalIgnoreCase);
            if (isAlternate && Uri.TryCreate(from, link[1..end], out var uri)) return uri;
        }

        return null;
    }
}
