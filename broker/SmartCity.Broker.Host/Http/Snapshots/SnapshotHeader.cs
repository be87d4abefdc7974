namespace SmartCity.Broker.Host.Http.Snapshots;

/// <summary>The Snapshot of a request (ETSI GS CIM 009 6.3.22, 5.5.15).</summary>
internal static class SnapshotHeader
{
    public const string Name = "NGSILD-Snapshot";

    /// <summary>Reads the header and gives it back in the response; null where there is none.</summary>
    public static string? Read(HttpContext http)
    {
        if (!http.Request.Headers.TryGetValue(Name, out var values)) return null;
        http.Response.Headers[Name] = values;
        return values.ToString().Trim();
    }
}
