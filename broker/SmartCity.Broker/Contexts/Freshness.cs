using System.Net.Http.Headers;

namespace SmartCity.Broker.Contexts;

/// <summary>
/// How long a fetched @context stays usable (ETSI GS CIM 009 6.3.16): s-maxage, then max-age, then Expires, and otherwise a
/// guess as RFC 7234 4.2.2 suggests.
/// </summary>
internal static class Freshness
{
    private static readonly TimeSpan WithoutAnyHint = TimeSpan.FromHours(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    public static DateTimeOffset Until(HttpResponseMessage response, DateTimeOffset now)
    {
        var cache = response.Headers.CacheControl;
        if (cache is { NoStore: true } or { NoCache: true }) return now;
        var age = response.Headers.Age ?? TimeSpan.Zero;
        var lifetime = cache?.SharedMaxAge ?? cache?.MaxAge;
        if (lifetime is { } told) return now + Bounded(told - age);
        var expires = response.Content.Headers.Expires;
        if (expires is { } until) return now + Bounded(until - (response.Headers.Date ?? now));
        // "Expires: 0" is no date, and means that it has expired (RFC 7234 5.3).
        return response.Content.Headers.NonValidated.Contains("Expires") ? now : now + Guess(response.Content.Headers, now);
    }

    // A tenth of the time since it was changed last.
    private static TimeSpan Guess(HttpContentHeaders headers, DateTimeOffset now)
    {
        if (headers.LastModified is not { } modified || modified > now) return WithoutAnyHint;
        var tenth = (now - modified) / 10;
        return tenth < TimeSpan.FromMinutes(1) ? TimeSpan.FromMinutes(1) : tenth > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : tenth;
    }

    private static TimeSpan Bounded(TimeSpan lifetime) =>
        lifetime < TimeSpan.Zero ? TimeSpan.Zero : lifetime > Longest ? Longest : lifetime;
}
