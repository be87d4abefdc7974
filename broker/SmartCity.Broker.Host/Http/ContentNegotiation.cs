using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace SmartCity.Broker.Host.Http;

/// <summary>Which representation the client gets, and which one it sends (ETSI GS CIM 009 6.3.4, RFC 9110 12.5.1).</summary>
internal static class ContentNegotiation
{
    private static readonly MediaType[] OfAnything = [MediaType.Json, MediaType.LdJson];
    private static readonly MediaType[] OfEntities = [.. OfAnything, MediaType.GeoJson];
    private static readonly MediaType[] OfEvolutions = [.. OfAnything, MediaType.Csv];

    public static StatusReply NoGeoJson { get; } = StatusReply.NotAcceptable("application/json", "application/ld+json");

    /// <param name="accept">The Accept headers.</param>
    /// <param name="geoJson">Whether application/geo+json is to be had: Entities only.</param>
    public static Bound<MediaType> Accepted(StringValues accept, bool geoJson) => Accepted(accept, geoJson ? OfEntities : OfAnything);

    /// <summary>For temporal evolutions, which are to be had as text/csv, too.</summary>
    public static Bound<MediaType> AcceptedOfEvolutions(StringValues accept) => Accepted(accept, OfEvolutions);

    private static Bound<MediaType> Accepted(StringValues accept, MediaType[] available)
    {
        if (accept.Count == 0) return MediaType.Json;
        if (accept.Count == 1 && accept[0] is "application/json" or "*/*" or "") return MediaType.Json;

        Span<Preference> best = stackalloc Preference[available.Length];
        foreach (var header in accept) Weigh(header, available, best);

        var chosen = -1;
        for (var i = 0; i < best.Length; i++)
        {
            if (best[i].Weight > 0 && (chosen < 0 || best[i].Weight > best[chosen].Weight)) chosen = i;
        }

        return chosen >= 0 ? available[chosen] : StatusReply.NotAcceptable([.. available.Select(type => type.Text())]);
    }

    /// <summary>Whether nothing but GeoJSON is accepted, which only Retrieve and Query Entities can give.</summary>
    public static bool IsGeoJson(StringValues accept) => accept.Count == 1 && Is(accept[0], "application/geo+json");

    /// <summary>415 without a body for anything else (ETSI GS CIM 009 6.3.4).</summary>
    /// <param name="contentType">The Content-Type header.</param>
    /// <param name="patch">Whether application/merge-patch+json stands for application/json.</param>
    public static Bound<MediaType> Sent(string? contentType, bool patch)
    {
        var type = contentType.AsSpan();
        var semicolon = type.IndexOf(';');
        if (semicolon >= 0) type = type[..semicolon];
        type = type.Trim();
        if (Is(type, "application/json") || (patch && Is(type, "application/merge-patch+json"))) return MediaType.Json;
        if (Is(type, "application/ld+json")) return MediaType.LdJson;
        return EmptyReply.Of(StatusCodes.Status415UnsupportedMediaType);
    }

    // Per type the most specific range counts, whatever the order of ranges.
    private static void Weigh(ReadOnlySpan<char> header, MediaType[] available, Span<Preference> best)
    {
        foreach (var part in header.Split(','))
        {
            var range = header[part];
            var semicolon = range.IndexOf(';');
            var weight = semicolon < 0 ? 1 : Weight(range[semicolon..]);
            var type = (semicolon < 0 ? range : range[..semicolon]).Trim();
            for (var i = 0; i < best.Length; i++)
            {
                var text = available[i].Text();
                var isOfKind = type.EndsWith("/*") && text.AsSpan().StartsWith(type[..^1], StringComparison.OrdinalIgnoreCase);
                var specificity = Is(type, text) ? 3 : isOfKind ? 2 : Is(type, "*/*") ? 1 : 0;
                if (specificity > best[i].Specificity) best[i] = new(specificity, weight);
            }
        }
    }

    private static double Weight(ReadOnlySpan<char> parameters)
    {
        foreach (var part in parameters.Split(';'))
        {
            var parameter = parameters[part].Trim();
            if (!parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase)) continue;
            return double.TryParse(parameter[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight)
                ? Math.Min(weight, 1)
                : 1;
        }

        return 1;
    }

    private static bool Is(ReadOnlySpan<char> text, string type) => text.Equals(type, StringComparison.OrdinalIgnoreCase);

    private readonly record struct Preference(int Specificity, double Weight);
}
