using System.Buffers;

namespace SmartCity.Broker.Host.Http;

/// <summary>The tenant of a request (ETSI GS CIM 009 4.14, 6.3.14).</summary>
internal static class Tenants
{
    public const string Header = "NGSILD-Tenant";
    public const int MaxLength = 256;

    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:");

    /// <summary>Reads the header and gives it back in the response. Empty is the default tenant; null is no tenant at all.</summary>
    public static string? Read(HttpContext http)
    {
        if (!http.Request.Headers.TryGetValue(Header, out var values)) return "";
        var tenant = values.ToString();
        if (tenant.Length > MaxLength || tenant.AsSpan().ContainsAnyExcept(Allowed)) return null;
        http.Response.Headers[Header] = tenant;
        return tenant;
    }
}
