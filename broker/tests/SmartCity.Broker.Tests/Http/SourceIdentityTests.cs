using System.Text.Json.Nodes;
using System.Xml;
using Xunit;

namespace SmartCity.Broker.Tests.Http;

// ETSI GS CIM 009 5.15.1, 5.2.40, 6.33
public class SourceIdentityTests
{
    [Fact]
    public async Task A_broker_says_who_it_is()
    {
        await using var host = await HttpHost.StartAsync(new() { Alias = "old-town" });
        await new Ask("POST /ngsi-ld/v1/entities", 201) { Body = City.Vehicle(1), Headers = ["NGSILD-Tenant: a:b"] }.CheckAsync(host);
        var identity = await AskAsync(host);
        Assert.Equal("urn:ngsi-ld:ContextSource:old-town", (string?)identity["id"]);
        Assert.Equal("ContextSourceIdentity", (string?)identity["type"]);
        Assert.Equal("old-town", (string?)identity["contextSourceAlias"]);
        Assert.InRange(XmlConvert.ToTimeSpan((string)identity["contextSourceUptime"]!), TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Assert.InRange(DateTimeOffset.Parse((string)identity["contextSourceTimeAt"]!, null), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal("old-town~a%3Ab", (string?)(await AskAsync(host, ("NGSILD-Tenant", "a:b")))["contextSourceAlias"]);
        Assert.NotNull((await AskAsync(host, ("Accept", "application/ld+json")))["@context"]);
    }

    [Fact]
    public void An_alias_that_nobody_gave_is_that_of_the_folder()
    {
        var alias = SourceIdentity.AliasFor("host", "/data");
        Assert.Equal(alias, SourceIdentity.AliasFor("host", "/data"));
        Assert.NotEqual(alias, SourceIdentity.AliasFor("host", "/data2"));
        Assert.NotEqual(alias, SourceIdentity.AliasFor("host2", "/data"));
        Assert.True(SourceIdentity.IsAlias(alias));
    }

    private static async Task<JsonNode> AskAsync(HttpHost host, params (string, string)[] headers)
    {
        var answer = await host.SendAsync("GET", "/ngsi-ld/v1/info/sourceIdentity", null, headers);
        Assert.Equal(200, (int)answer.Status);
        return JsonNode.Parse(answer.Body)!;
    }
}
