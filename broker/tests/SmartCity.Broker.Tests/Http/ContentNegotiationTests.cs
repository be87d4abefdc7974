using SmartCity.Broker.Host.Http;
using Xunit;

namespace SmartCity.Broker.Tests.Http;

/// <summary>ETSI GS CIM 009 6.3.4.</summary>
public sealed class ContentNegotiationTests
{
    [Theory]
    [InlineData(null, "Json")]
    [InlineData("", "Json")]
    [InlineData("*/*", "Json")]
    [InlineData("application/*", "Json")]
    [InlineData("application/json", "Json")]
    [InlineData("APPLICATION/JSON", "Json")]
    [InlineData("application/json;charset=utf-8", "Json")]
    [InlineData("application/ld+json", "LdJson")]
    [InlineData("application/geo+json", "GeoJson")]
    [InlineData("application/ld+json, application/json", "Json")]
    [InlineData("application/geo+json,application/ld+json", "LdJson")]
    [InlineData("application/json;q=0.5, application/ld+json", "LdJson")]
    [InlineData("application/json;q=0.5, application/ld+json;q=0.4, */*;q=0.1", "Json")]
    [InlineData("application/json;q=0, */*", "LdJson")]
    [InlineData("application/json;q=0, application/ld+json;q=0, */*", "GeoJson")]
    [InlineData("*/*;q=0.1, application/geo+json", "GeoJson")]
    [InlineData("text/html, application/xhtml+xml, */*;q=0.8", "Json")]
    [InlineData("application/ld+json ; q=0.9 , application/json ; q=0.8", "LdJson")]
    [InlineData("application/json;q=abc", "Json")]
    [InlineData("text/plain", null)]
    [InlineData("application/json;q=0", null)]
    [InlineData(",;,", null)]
    public void The_best_type_that_the_client_admits_is_chosen(string? accept, string? expected)
    {
        var chosen = ContentNegotiation.Accepted(accept, geoJson: true).TryGet(out var type, out _) ? type.ToString() : null;
        Assert.Equal(expected, chosen);
    }

    [Theory]
    [InlineData("application/geo+json", null)]
    [InlineData("application/geo+json, application/json;q=0.1", "Json")]
    [InlineData("*/*", "Json")]
    public void GeoJson_is_for_entities_alone(string accept, string? expected)
    {
        var chosen = ContentNegotiation.Accepted(accept, geoJson: false).TryGet(out var type, out _) ? type.ToString() : null;
        Assert.Equal(expected, chosen);
    }

    [Theory]
    [InlineData("application/json", false, "Json")]
    [InlineData("application/json; charset=utf-8", false, "Json")]
    [InlineData("Application/LD+JSON", false, "LdJson")]
    [InlineData("application/merge-patch+json", true, "Json")]
    [InlineData("application/merge-patch+json", false, null)]
    [InlineData("text/plain", true, null)]
    [InlineData("", true, null)]
    [InlineData(null, true, null)]
    public void Only_json_is_taken(string? contentType, bool patch, string? expected)
    {
        var sent = ContentNegotiation.Sent(contentType, patch).TryGet(out var type, out _) ? type.ToString() : null;
        Assert.Equal(expected, sent);
    }
}
