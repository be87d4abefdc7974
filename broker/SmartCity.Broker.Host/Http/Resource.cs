namespace SmartCity.Broker.Host.Http;

/// <summary>A path and its verbs.</summary>
internal sealed class Resource
{
    private readonly List<Route> _routes = [];

    /// <summary>The value of an <c>Allow</c> header (RFC 9110 10.2.1).</summary>
    public string Allow { get; private set; } = "OPTIONS";

    /// <summary>The value of an <c>Accept-Patch</c> header (RFC 5789 3.1); null where there is no PATCH.</summary>
    public string? AcceptPatch { get; private set; }

    /// <summary>Whether the first variable of the path is an id, which has to be a URI (ETSI GS CIM 009 5.6.2.4, 5.7.1.4, 5.8.3.4).</summary>
    public bool StartsWithId { get; private set; }

    public void Add(Route route)
    {
        // Attributes have names; the id of an @context that does not exist is unknown, whatever it looks like (5.13.4.4).
        var name = route.Pattern.Split('{', '}').ElementAtOrDefault(1);
        StartsWithId = name is not (null or "attrId" or "contextId") && name.EndsWith("Id", StringComparison.Ordinal);
        if (Find(route.Method) is not null) throw new ArgumentException($"{route.Method} {route.Pattern} is mapped twice");
        _routes.Add(route);
        Allow = route.Method == "GET" ? $"GET, HEAD, {Allow}" : $"{route.Method}, {Allow}";
        if (route.Method == "PATCH") AcceptPatch = "application/json, application/ld+json, application/merge-patch+json";
    }

    /// <summary>Null where the verb is not allowed.</summary>
    public Route? Find(string method)
    {
        if (method == "HEAD") method = "GET";
        foreach (var route in _routes)
        {
            if (route.Method == method) return route;
        }

        return null;
    }
}
