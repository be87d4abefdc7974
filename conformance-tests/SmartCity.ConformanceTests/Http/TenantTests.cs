using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Http;

public class TenantTests : BrokerTest
{

    [BrokerFact, Clause("4.14"), Clause("5.5.10"), Clause("6.3.14")]
    public async Task Tenants_do_not_see_each_other()
    {
        await CreateAsync(Id, """{"a":{"type":"Property","value":1}}""", Tenant);
        (await GetAsync($"entities/{Id}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        var read = (await GetAsync($"entities/{Id}", TenantHeader(Tenant))).Expect(HttpStatusCode.OK);
        Assert.Equal(Tenant, read.Header("NGSILD-Tenant"));
        await CreateAsync(Id, """{"a":{"type":"Property","value":2}}""");
        Assert.Equal(1, (int?)(await GetAsync($"entities/{Id}", TenantHeader(Tenant))).Json["a"]!["value"]);
        Assert.Single((await GetAsync($"entities?type={Type}", TenantHeader(Tenant))).Json.AsArray());
    }

    [BrokerFact, Clause("5.5.10"), Clause("6.3.14"), Clause("6.3.2")]
    public async Task An_unknown_tenant_is_an_error_unless_something_is_created()
    {
        (await GetAsync($"entities?type={Type}", TenantHeader(Tenant))).ExpectError(HttpStatusCode.NotFound, "NonexistentTenant");
        (await GetAsync($"entities/{Id}", TenantHeader(Tenant))).ExpectError(HttpStatusCode.NotFound, "NonexistentTenant");
        (await PatchAsync($"entities/{Id}", """{"a":1}""", "application/json", TenantHeader(Tenant))).ExpectError(HttpStatusCode.NotFound, "NonexistentTenant");
        await CreateAsync(Id, "{}", Tenant);
        (await GetAsync($"entities?type={Type}", TenantHeader(Tenant))).Expect(HttpStatusCode.OK);
    }
}
