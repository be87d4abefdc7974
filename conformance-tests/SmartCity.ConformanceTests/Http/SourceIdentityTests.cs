using System.Globalization;
using System.Net;
using System.Xml;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Http;

public class SourceIdentityTests : BrokerTest
{
    private const string Path = "info/sourceIdentity";

    [BrokerFact, Clause("5.15.1"), Clause("5.2.40"), Clause("6.33")]
    public async Task A_broker_says_who_it_is()
    {
        var identity = (await GetAsync(Path)).Expect(HttpStatusCode.OK).Json;
        Assert.True(Uri.IsWellFormedUriString((string?)identity["id"], UriKind.Absolute));
        Assert.Equal("ContextSourceIdentity", (string?)identity["type"]);
        Assert.Matches("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", (string?)identity["contextSourceAlias"]);
        Assert.True(XmlConvert.ToTimeSpan((string)identity["contextSourceUptime"]!) >= TimeSpan.Zero);
        var now = DateTimeOffset.Parse((string)identity["contextSourceTimeAt"]!, CultureInfo.InvariantCulture);
        Assert.InRange(now, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    [BrokerFact, Clause("5.15.1"), Clause("6.33"), Clause("4.14")]
    public async Task Each_tenant_has_an_alias_of_its_own()
    {
        await CreateAsync(Id, """{"a":{"type":"Property","value":1}}""", Tenant);
        var own = (await GetAsync(Path, TenantHeader(Tenant))).Expect(HttpStatusCode.OK);
        Assert.Equal(Tenant, own.Header("NGSILD-Tenant"));
        Assert.NotEqual((string?)(await GetAsync(Path)).Json["contextSourceAlias"], (string?)own.Json["contextSourceAlias"]);
        (await GetAsync(Path, TenantHeader(Tenant + "x"))).ExpectError(HttpStatusCode.NotFound, "NonexistentTenant");
    }

    [BrokerFact, Clause("6.33"), Clause("6.3.4"), Clause("6.3.6")]
    public async Task It_comes_as_JSON_or_as_JSON_LD()
    {
        var json = (await GetAsync(Path)).Expect(HttpStatusCode.OK);
        Assert.Equal("application/json", json.MediaType);
        Assert.Contains("json-ld#context", json.Header("Link"), StringComparison.Ordinal);
        var linked = (await GetAsync(Path, Accept(LdJson))).Expect(HttpStatusCode.OK);
        Assert.Equal(LdJson, linked.MediaType);
        Assert.NotNull(linked.Json["@context"]);
        (await GetAsync(Path, Accept(GeoJson))).Expect(HttpStatusCode.NotAcceptable);
    }
}
