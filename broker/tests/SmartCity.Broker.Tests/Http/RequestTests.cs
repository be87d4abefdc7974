using Xunit;

namespace SmartCity.Broker.Tests.Http;

/// <summary>Tables of requests to one city: each row is a test.</summary>
public sealed class RequestTests(City city) : IClassFixture<City>
{
    public static TheoryData<Ask> Rows
    {
        get
        {
            var rows = new TheoryData<Ask>();
            foreach (var (rule, asks) in (IEnumerable<(string, Ask[])>)[.. ProtocolTable.Rules, .. ReadTable.Rules])
            {
                foreach (var ask in asks) rows.Add(ask with { Rule = rule });
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public Task A_request_has_its_answer(Ask ask) => ask.CheckAsync(city.Host);

    [Fact]
    public async Task Every_resource_refuses_other_verbs_and_names_its_own()
    {
        foreach (var resource in city.Host.Routes.Routes.GroupBy(route => route.Pattern))
        {
            var target = resource.Key.Replace("{", "urn:x:", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
            foreach (var verb in (string[])["GET", "POST", "PUT", "PATCH", "DELETE"])
            {
                if (resource.Any(route => route.Method == verb)) continue;
                var answer = await city.Host.SendAsync(verb, target);
                Assert.True(405 == (int)answer.Status, $"{verb} {target} answers {answer.Status}");
                Assert.All(resource, route => Assert.Contains(route.Method, answer["Allow"]!.Split(", ")));
                Assert.Equal("application/json", answer["Content-Type"]);
            }
        }
    }

    [Fact]
    public async Task A_tenant_comes_into_being_with_its_first_entity()
    {
        string[] tenant = ["NGSILD-Tenant: openiot"];
        await new Ask("POST /ngsi-ld/v1/entities", 201) { Body = City.Vehicle(7), Headers = tenant, Returns = ["NGSILD-Tenant: openiot"] }.CheckAsync(city.Host);
        await new Ask("GET /ngsi-ld/v1/entities/urn:ngsi-ld:Vehicle:7", 200) { Headers = tenant, Returns = ["NGSILD-Tenant: openiot"] }.CheckAsync(city.Host);
        await new Ask("GET /ngsi-ld/v1/entities/urn:ngsi-ld:Vehicle:7", 404).CheckAsync(city.Host);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_413_without_a_body()
    {
        await using var host = await HttpHost.StartAsync(new() { Limits = Limits.Default with { BodyBytes = 200 } });
        var small = """{"id":"urn:a:1","type":"T"}""";
        await new Ask("POST /ngsi-ld/v1/entities", 201) { Body = small.PadRight(200) }.CheckAsync(host);
        await new Ask("POST /ngsi-ld/v1/entities", 413) { Body = small.PadRight(201), Answer = "" }.CheckAsync(host);
    }
}
