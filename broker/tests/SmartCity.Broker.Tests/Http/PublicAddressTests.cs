using Microsoft.AspNetCore.Http;
using SmartCity.Broker.Host.Http;
using Xunit;

namespace SmartCity.Broker.Tests.Http;

/// <summary>Where clients find the broker, behind a proxy or not.</summary>
public sealed class PublicAddressTests
{
    [Theory]
    [InlineData(null, "localhost:1026", "", "http://localhost:1026")]
    [InlineData(null, "hub", "X-Forwarded-Proto: https", "https://hub")]
    [InlineData(null, "10.0.0.7:1026", "X-Forwarded-Proto: https|X-Forwarded-Host: hub.example.org", "https://hub.example.org")]
    [InlineData(null, "hub", "X-Forwarded-Host: hub.example.org, inner", "http://hub.example.org")]
    [InlineData(null, "hub", "X-Forwarded-Host: hub.example.org:8443|X-Forwarded-Prefix: /city/", "http://hub.example.org:8443/city")]
    [InlineData(null, "hub", "X-Forwarded-Host: bad host", "http://hub")]
    [InlineData(null, "hub", "X-Forwarded-Host: x\">|X-Forwarded-Proto: http", "http://hub")]
    [InlineData(null, "hub", "X-Forwarded-Proto: javascript", "http://hub")]
    [InlineData(null, "hub", "X-Forwarded-Host: user@elsewhere", "http://hub")]
    [InlineData(null, "", "", "http://127.0.0.1:99")]
    [InlineData("https://public.example.org/x", "hub", "X-Forwarded-Host: other", "https://public.example.org/x")]
    public void It_is_the_setting_or_what_the_request_says(string? setting, string host, string headers, string expected)
    {
        var http = new DefaultHttpContext();
        http.Request.Scheme = "http";
        http.Request.Host = new HostString(host);
        http.Connection.LocalIpAddress = System.Net.IPAddress.Loopback;
        http.Connection.LocalPort = 99;
        foreach (var header in headers.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            http.Request.Headers[header[..colon]] = header[(colon + 1)..].Trim();
        }

        Assert.Equal(expected, new PublicAddress(setting).Of(http.Request));
    }
}
