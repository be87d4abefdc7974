namespace SmartCity.Broker.Tests.Http;

/// <summary>What holds for every resource (ETSI GS CIM 009 6.3.2 - 6.3.6, 6.3.14).</summary>
internal static class ProtocolTable
{
    private const string One = "/ngsi-ld/v1/entities/urn:ngsi-ld:Vehicle:1";

    /// <summary>Each with a name of its own.</summary>
    public static (string Rule, Ask[] Asks)[] Rules =>
    [
        ("A resource tells its verbs", Verbs),
        ("A body that cannot be taken is refused", Bodies),
        ("What cannot be answered is refused", Answers),
        ("A tenant is named and known", Tenants),
        ("There is no Snapshot", Snapshots),
        ("A web page may call", Browsers),
        ("An operator gets an answer", Operators),
    ];

    private static Ask[] Verbs =>
    [
        new("PUT /ngsi-ld/v1/entities", 405) { Body = "{}", Returns = ["Allow: DELETE, GET, HEAD, POST, OPTIONS", "Content-Type: application/json"] },
        new($"POST {One}", 405) { Body = "{}" },
        new($"FROB {One}", 405),
        new("DELETE /health", 405) { Returns = ["Allow: GET, HEAD, OPTIONS"] },
        new("OPTIONS /ngsi-ld/v1/entities", 204) { Returns = ["Allow: DELETE, GET, HEAD, POST, OPTIONS", "Accept-Patch: -"] },
        new($"OPTIONS {One}/", 204) { Returns = ["Allow: DELETE, PATCH, PUT, GET, HEAD, OPTIONS", "Accept-Patch: application/json, application/ld+json, application/merge-patch+json"] },
        new($"OPTIONS {One}/attrs", 204) { Returns = ["Allow: PATCH, POST, OPTIONS"] },
        new($"OPTIONS {One}/attrs/speed", 204) { Returns = ["Allow: DELETE, PUT, PATCH, OPTIONS"] },
        new("GET /", 404) { Error = "ResourceNotFound" },
        new("GET /ngsi-ld/v1/nothing", 404) { Error = "ResourceNotFound" },
        new("GET /ngsi-ld/v2/entities", 404) { Error = "ResourceNotFound" },
    ];

    private static Ask[] Bodies =>
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

    private static Ask[] Answers =>
    [
        new("POST /ngsi-ld/v1/entities", 406)
        {
            Body = City.Vehicle(9),
            Headers = ["Accept: application/geo+json"],
            Answer = """{"type":"about:blank","title":"Not Acceptable","status":406,"detail":"the Accept header admits none of the available representations","available":["application/json","application/ld+json"]}""",
        },
        new($"PATCH {One}", 406) { Body = "{}", Headers = ["Accept: application/geo+json"] },
        new($"DELETE {One}", 406) { Headers = ["Accept: Application/Geo+Json"] },
        new("POST /ngsi-ld/v1/entityOperations/upsert", 406) { Body = "[]", Headers = ["Accept: application/geo+json"] },
        new("POST /ngsi-ld/v1/entityOperations/query", 200) { Body = """{"type":"Query","entities":[{"type":"Vehicle"}]}""", Headers = ["Accept: application/geo+json"], Returns = ["Content-Type: application/geo+json"] },
        new("GET /ngsi-ld/v1/info/sourceIdentity", 406) { Headers = ["Accept: application/geo+json"] },
        new("GET /ngsi-ld/v1/info/sourceIdentity?local=true", 400) { Error = "InvalidRequest" },
        new("GET /ngsi-ld/v1/info/sourceIdentity", 404) { Headers = ["NGSILD-Tenant: nowhere"], Error = "NonexistentTenant" },
    ];

    private static Ask[] Snapshots =>
    [
        new($"GET {One}", 404) { Headers = ["NGSILD-Snapshot: urn:ngsi-ld:Snapshot:1"], Error = "ResourceNotFound", Returns = ["NGSILD-Snapshot: urn:ngsi-ld:Snapshot:1"] },
        new("GET /ngsi-ld/v1/entities?type=Vehicle", 404) { Headers = ["NGSILD-Snapshot: urn:ngsi-ld:Snapshot:1"], Error = "ResourceNotFound" },
        new($"DELETE {One}", 404) { Headers = ["NGSILD-Snapshot: urn:ngsi-ld:Snapshot:1"], Error = "ResourceNotFound" },
        new("POST /ngsi-ld/v1/entities", 404) { Body = City.Vehicle(9), Headers = ["NGSILD-Snapshot: urn:ngsi-ld:Snapshot:1"], Error = "ResourceNotFound" },
        new($"GET {One}", 200) { Returns = ["NGSILD-Snapshot: -"] },
    ];

    private static Ask[] Tenants =>
    [
        new($"GET {One}", 404) { Headers = ["NGSILD-Tenant: nowhere"], Error = "NonexistentTenant", Returns = ["NGSILD-Tenant: nowhere"] },
        new("GET /ngsi-ld/v1/types", 404) { Headers = ["NGSILD-Tenant: nowhere"], Error = "NonexistentTenant" },
        new("GET /ngsi-ld/v1/entities?type=T", 404) { Headers = ["NGSILD-Tenant: nowhere"], Error = "NonexistentTenant" },
        new($"DELETE {One}", 404) { Headers = ["NGSILD-Tenant: nowhere"], Error = "NonexistentTenant" },
        new($"GET {One}", 400) { Headers = ["NGSILD-Tenant: no/where"], Error = "BadRequestData", Returns = ["NGSILD-Tenant: -"] },
        new($"GET {One}", 400) { Headers = ["NGSILD-Tenant: a b"], Error = "BadRequestData" },
        new($"GET {One}", 200) { Headers = ["NGSILD-Tenant: "] },
    ];

    private static Ask[] Browsers =>
    [
        new($"GET {One}", 200) { Headers = ["Origin: http://a.example"], Returns = ["Access-Control-Allow-Origin: *"] },
        new($"GET {One}", 200) { Returns = ["Access-Control-Allow-Origin: -"] },
        new($"OPTIONS {One}", 204)
        {
            Headers = ["Origin: http://a.example", "Access-Control-Request-Method: PATCH", "Access-Control-Request-Headers: content-type, ngsild-tenant"],
            Returns = ["Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: content-type, ngsild-tenant", "Access-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"],
        },
    ];

    private static Ask[] Operators =>
    [
        new("GET /health", 200) { Answer = """{"status":"up"}""" },
        new("GET /ready", 200) { Answer = """{"status":"ready"}""" },
        new("GET /version", 200),
        new("GET /ngsi-ld/ex/v1/version", 200),
    ];
}
