using Xunit;

namespace SmartCity.Broker.Tests.Http;

/// <summary>What holds for every resource (ETSI GS CIM 009 6.3.2 - 6.3.6, 6.3.14).</summary>
public sealed class ProtocolTests(City city) : IClassFixture<City>
{
    private const string One = "/ngsi-ld/v1/entities/urn:ngsi-ld:Vehicle:1";

    public static TheoryData<Ask> Verbs =>
    [
        new("PUT /ngsi-ld/v1/entities", 405) { Body = "{}", Returns = ["Allow: GET, HEAD, POST, OPTIONS", "Content-Type: application/json"] },
        new($"POST {One}", 405) { Body = "{}" },
        new($"FROB {One}", 405),
        new("DELETE /health", 405) { Returns = ["Allow: GET, HEAD, OPTIONS"] },
        new("OPTIONS /ngsi-ld/v1/entities", 204) { Returns = ["Allow: GET, HEAD, POST, OPTIONS", "Accept-Patch: -"] },
        new($"OPTIONS {One}/", 204) { Returns = ["Allow: DELETE, PATCH, PUT, GET, HEAD, OPTIONS", "Accept-Patch: application/json, application/ld+json, application/merge-patch+json"] },
        new($"OPTIONS {One}/attrs", 204) { Returns = ["Allow: PATCH, POST, OPTIONS"] },
        new($"OPTIONS {One}/attrs/speed", 204) { Returns = ["Allow: DELETE, PUT, PATCH, OPTIONS"] },
        new("GET /", 404) { Error = "ResourceNotFound" },
        new("GET /ngsi-ld/v1/nothing", 404) { Error = "ResourceNotFound" },
        new("GET /ngsi-ld/v2/entities", 404) { Error = "ResourceNotFound" },
    ];

    public static TheoryData<Ask> Bodies =>
    [
        new("POST /ngsi-ld/v1/entities", 415) { Body = "{}", Headers = ["Content-Type: text/plain"], Answer = "" },
        new("POST /ngsi-ld/v1/entities", 415) { Body = "{}", Headers = ["Content-Type: "], Answer = "" },
        new("POST /ngsi-ld/v1/entities", 415) { Body = "{}", Headers = ["Content-Type: application/merge-patch+json"], Answer = "" },
        new("PATCH /ngsi-ld/v1/entities/urn:ngsi-ld:Vehicle:none", 404) { Body = """{"a":1}""", Headers = ["Content-Type: application/merge-patch+json"], Error = "ResourceNotFound" },
        new("POST /ngsi-ld/v1/entities", 400) { Body = "", Error = "InvalidRequest" },
        new("POST /ngsi-ld/v1/entities", 400) { Body = "{", Error = "InvalidRequest" },
        new("POST /ngsi-ld/v1/entities", 400) { Body = "[]", Error = "BadRequestData" },
        new("POST /ngsi-ld/v1/entities", 400) { Body = "{}", Error = "BadRequestData" },
        new("POST /ngsi-ld/v1/entities?unknown=1", 400) { Body = City.Vehicle(8), Error = "InvalidRequest" },
        new("POST /ngsi-ld/v1/entities", 400) { Body = """{"@context":"http://a/b","id":"urn:a:b","type":"T"}""", Error = "BadRequestData" },
        new("POST /ngsi-ld/v1/entities", 400) { Body = """{"id":"urn:a:b","type":"T"}""", Headers = ["Content-Type: application/ld+json"], Error = "BadRequestData" },
        new("POST /ngsi-ld/v1/entities", 400)
        {
            Body = """{"@context":[],"id":"urn:a:b","type":"T"}""",
            Headers = ["Content-Type: application/ld+json", "Link: <http://a/b>; rel=\"http://www.w3.org/ns/json-ld#context\""],
            Error = "BadRequestData",
        },
        new("POST /ngsi-ld/v1/entityOperations/create", 400) { Body = "[]", Error = "BadRequestData" },
        new("POST /ngsi-ld/v1/entityOperations/create", 400) { Body = "{}", Error = "BadRequestData" },
        new("POST /ngsi-ld/v1/entityOperations/delete", 400) { Body = "[1]", Error = "BadRequestData" },
    ];

    public static TheoryData<Ask> Tenants =>
    [
        new($"GET {One}", 404) { Headers = ["NGSILD-Tenant: nowhere"], Error = "NonexistentTenant", Returns = ["NGSILD-Tenant: nowhere"] },
        new("GET /ngsi-ld/v1/types", 404) { Headers = ["NGSILD-Tenant: nowhere"], Error = "NonexistentTenant" },
        new("GET /ngsi-ld/v1/entities?type=T", 404) { Headers = ["NGSILD-Tenant: nowhere"], Error = "NonexistentTenant" },
        new($"DELETE {One}", 404) { Headers = ["NGSILD-Tenant: nowhere"], Error = "NonexistentTenant" },
        new($"GET {One}", 400) { Headers = ["NGSILD-Tenant: no/where"], Error = "BadRequestData", Returns = ["NGSILD-Tenant: -"] },
        new($"GET {One}", 400) { Headers = ["NGSILD-Tenant: a b"], Error = "BadRequestData" },
        new($"GET {One}", 200) { Headers = ["NGSILD-Tenant: "] },
    ];

    public static TheoryData<Ask> Browsers =>
    [
        new($"GET {One}", 200) { Headers = ["Origin: http://a.example"], Returns = ["Access-Control-Allow-Origin: *"] },
        new($"GET {One}", 200) { Returns = ["Access-Control-Allow-Origin: -"] },
        new($"OPTIONS {One}", 204)
        {
            Headers = ["Origin: http://a.example", "Access-Control-Request-Method: PATCH", "Access-Control-Request-Headers: content-type, ngsild-tenant"],
            Returns = ["Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: content-type, ngsild-tenant", "Access-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"],
        },
    ];

    public static TheoryData<Ask> Operators =>
    [
        new("GET /health", 200) { Answer = """{"status":"up"}""" },
        new("GET /ready", 200) { Answer = """{"status":"ready"}""" },
        new("GET /version", 200),
        new("GET /ngsi-ld/ex/v1/version", 200),
    ];

    [Theory]
    [MemberData(nameof(Verbs))]
    public Task A_resource_tells_its_verbs(Ask ask) => ask.CheckAsync(city.Host);

    [Theory]
    [MemberData(nameof(Bodies))]
    public Task A_body_that_cannot_be_taken_is_refused(Ask ask) => ask.CheckAsync(city.Host);

    [Theory]
    [MemberData(nameof(Tenants))]
    public Task A_tenant_is_named_and_known(Ask ask) => ask.CheckAsync(city.Host);

    [Theory]
    [MemberData(nameof(Browsers))]
    public Task A_web_page_may_call(Ask ask) => ask.CheckAsync(city.Host);

    [Theory]
    [MemberData(nameof(Operators))]
    public Task An_operator_gets_an_answer(Ask ask) => ask.CheckAsync(city.Host);

    [Fact]
    public async Task A_tenant_comes_into_being_with_its_first_entity()
    {
        string[] tenant = ["NGSILD-Tenant: openiot"];
        await new Ask("POST /ngsi-ld/v1/entities", 201) { Body = City.Vehicle(7), Headers = tenant, Returns = ["NGSILD-Tenant: openiot"] }.CheckAsync(city.Host);
        await new Ask("GET /ngsi-ld/v1/entities/urn:ngsi-ld:Vehicle:7", 200) { Headers = tenant, Returns = ["NGSILD-Tenant: openiot"] }.CheckAsync(city.Host);
        await new Ask("GET /ngsi-ld/v1/entities/urn:ngsi-ld:Vehicle:7", 404).CheckAsync(city.Host);
    }
}
