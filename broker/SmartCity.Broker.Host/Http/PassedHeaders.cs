namespace SmartCity.Broker.Host.Http;

/// <summary>
/// Which headers of a request its Context Sources may be told, where their registrations ask for them (ETSI GS CIM 009 4.3.6.5,
/// <c>urn:ngsi-ld:request</c>): whoever registers a source could have clients' credentials sent to it.
/// </summary>
/// <param name="names">Separated by commas; null for all.</param>
internal sealed class PassedHeaders(string? names)
{
    private readonly HashSet<string>? _names = names is null
        ? null
        : new(names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), StringComparer.OrdinalIgnoreCase);

    /// <summary>For as long as the request is being answered.</summary>
    public Func<string, string?> Of(HttpContext http)
    {
        var all = All(http);
        return _names is null ? all : name => IsPassed(name) ? all(name) : null;
    }

    /// <summary>All headers, for what stays in this broker.</summary>
    public static Func<string, string?> All(HttpContext http) =>
        name => http.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>For what is asked in the background, when the server has taken the request's headers back.</summary>
    public Func<string, string?> Kept(HttpContext http)
    {
        var kept = http.Request.Headers.Where(one => IsPassed(one.Key))
            .ToDictionary(one => one.Key, one => one.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return kept.GetValueOrDefault;
    }

    private bool IsPassed(string name) => _names is null || _names.Contains(name);
}
