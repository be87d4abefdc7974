using Microsoft.Extensions.Primitives;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Host.Http;

/// <summary>
/// What a Prefer header asks (RFC 7240; ETSI GS CIM 009 6.3.6): preferences that are unknown, or cannot be understood, are
/// passed over, as RFC 7240 wants it.
/// </summary>
/// <param name="BodyIsJson">GeoJSON keeps its @context out of the body (<c>body=json</c>).</param>
/// <param name="Version">The version of the standard that the answer shall conform to (<c>ngsi-ld=1.5</c>); null for the newest one.</param>
internal readonly record struct Preferences(bool BodyIsJson, NgsiLdVersion? Version)
{
    public const string Header = "Prefer";

    public const string AppliedHeader = "Preference-Applied";

    public static Preferences Read(StringValues headers)
    {
        var found = default(Preferences);
        foreach (var header in headers)
        {
            var rest = header.AsSpan();
            foreach (var part in rest.Split(',')) found = found.With(rest[part]);
        }

        return found;
    }

    // The first of a name counts (RFC 7240 2).
    private Preferences With(ReadOnlySpan<char> preference)
    {
        var semicolon = preference.IndexOf(';');
        if (semicolon >= 0) preference = preference[..semicolon];
        var equals = preference.IndexOf('=');
        if (equals < 0) return this;
        var name = preference[..equals].Trim();
        var value = preference[(equals + 1)..].Trim().Trim('"').Trim();
        if (name.Equals("body", StringComparison.OrdinalIgnoreCase)) return this with { BodyIsJson = BodyIsJson || value.SequenceEqual("json") };
        if (!name.Equals("ngsi-ld", StringComparison.OrdinalIgnoreCase) || Version is not null) return this;
        return NgsiLdVersion.TryParse(value, out var version) ? this with { Version = version } : this;
    }
}
