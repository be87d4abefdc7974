namespace SmartCity.Broker.Host.Http;

/// <summary>
/// Where clients find the broker: URLs of what it serves begin with it. It is a setting, or else what a request says: the
/// X-Forwarded headers of a proxy, or Host. Whoever makes these up harms only the answers to his own requests.
/// </summary>
internal sealed class PublicAddress(string? setting)
{
    /// <summary>Such as <c>http://localhost:1026</c>, without a slash at the end.</summary>
    public string Of(HttpRequest request)
    {
        if (setting is not null) return setting;
        var scheme = First(request, "X-Forwarded-Proto") ?? request.Scheme;
        var host = First(request, "X-Forwarded-Host") ?? request.Host.Value ?? "";
        var forwarded = $"{scheme}://{host}{First(request, "X-Forwarded-Prefix")?.TrimEnd('/')}";
        if (IsRoot(forwarded)) return forwarded;
        var connection = request.HttpContext.Connection;
        var called = $"{request.Scheme}://{request.Host.Value}";
        return IsRoot(called) ? called : $"http://{new HostString(connection.LocalIpAddress?.ToString() ?? "localhost", connection.LocalPort)}";
    }

    /// <summary>Whether it is an http or https URL that a path can follow.</summary>
    public static bool IsRoot(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && uri is { Host.Length: > 0, Query: "", Fragment: "", UserInfo: "" }
        && !text.AsSpan().ContainsAny(" \"<>\\^`{|}")
        && !text.EndsWith('/');

    // Each proxy adds to the right; the first one is the one that the client called.
    private static string? First(HttpRequest request, string header)
    {
        var value = request.Headers[header].ToString().Split(',')[0].Trim();
        return value.Length > 0 ? value : null;
    }
}
