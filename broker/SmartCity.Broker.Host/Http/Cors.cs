namespace SmartCity.Broker.Host.Http;

/// <summary>Which web pages may call the broker (Fetch standard, CORS protocol): the origins named, or any with <c>*</c>.</summary>
internal sealed class Cors(string origins)
{
    private const string Exposed = "Link, Location, NGSILD-Results-Count, NGSILD-Tenant, NGSILD-Warning, NGSILD-EntityMap";
    private readonly string[] _origins = origins.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Nothing for requests that no web page makes.</summary>
    public void Apply(HttpContext http)
    {
        var origin = http.Request.Headers.Origin;
        if (origin.Count == 0 || _origins.Length == 0) return;
        var headers = http.Response.Headers;
        if (_origins is ["*"])
        {
            headers.AccessControlAllowOrigin = "*";
        }
        else
        {
            headers.Vary = "Origin";
            if (!_origins.Contains(origin.ToString(), StringComparer.OrdinalIgnoreCase)) return;
            headers.AccessControlAllowOrigin = origin;
        }

        headers.AccessControlExposeHeaders = Exposed;
        if (http.Request.Method != "OPTIONS" || http.Request.Headers.AccessControlRequestMethod.Count == 0) return;
        headers.AccessControlAllowMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
        headers.AccessControlAllowHeaders = http.Request.Headers.AccessControlRequestHeaders;
        headers.AccessControlMaxAge = "600";
    }
}
