namespace SmartCity.Broker.Host.Http;

/// <summary>The Snapshot of a request (ETSI GS CIM 009 6.3.22, 5.5.15). There is none yet that it could be.</summary>
internal static class Snapshots
{
    public const string Header = "NGSILD-Snapshot";

    /// <summary>Reads the header and gives it back in the response; null where there is none.</summary>
    public static string? Read(HttpContext http)
    {
        if (!http.Request.Headers.TryGetValue(Header, out var values)) return null;
        http.Response.Headers[Header] = values;
        return values.ToString();
    }
}
