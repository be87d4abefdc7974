namespace SmartCity.Broker.Tests.Http;

/// <summary>Retrieve and Query over HTTP (ETSI GS CIM 009 6.3, 6.4.3.2, 6.5.3.1).</summary>
internal static class ReadTable
{
    private const string One = "/ngsi-ld/v1/entities/urn:ngsi-ld:Vehicle:1";
    private const string All = "/ngsi-ld/v1/entities?type=Vehicle";
    private const string Context = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld";

    /// <summary>Each with a name of its own.</summary>
    public static (string Rule, Ask[] Asks)[] Rules =>
    [
        ("An Entity is shown as it was asked for", Representations),
        ("A query answers with a page or says what is wrong", Queries),
        ("A query may be a document", Documents),
        ("Types and Attributes are told", Discovery),
    ];

    private static Ask[] Representations =>
    [
        new($"GET {One}", 200) { Answer = City.Vehicle(1), Returns = ["Content-Type: application/json", $"Link: {City.Core}"] },
        new($"GET {One}/", 200) { Answer = City.Vehicle(1) },
        new("GET /ngsi-ld/v1/entities/urn%3Angsi-ld%3AVehicle%3A1", 200) { Answer = City.Vehicle(1) },
        new("GET /ngsi-ld/v1/entities/http%3A%2F%2Fexample.org%2Fshop%2F1?pick=id", 200) { Answer = """{"id":"http://example.org/shop/1"}""" },
        new($"GET {One}?options=keyValues", 200) { Answer = """{"id":"urn:ngsi-ld:Vehicle:1","type":"Vehicle","speed":10,"location":{"type":"Point","coordinates":[1,2]}}""" },
        new($"GET {One}?format=simplified&options=normalized&pick=speed", 200) { Answer = """{"speed":10}""" },
        new($"GET {One}?format=concise&omit=location", 200) { Answer = """{"id":"urn:ngsi-ld:Vehicle:1","type":"Vehicle","speed":10}""" },
        new($"GET {One}?options=,concise,&attrs=speed,", 200) { Answer = """{"id":"urn:ngsi-ld:Vehicle:1","type":"Vehicle","speed":10}""" },
        new($"GET {One}?attrs=nothing", 404) { Error = "ResourceNotFound" },
        new($"GET {One}?type=Bus", 404) { Error = "ResourceNotFound" },
        new($"GET {One}?type=Bus,Vehicle&pick=id", 200) { Answer = """{"id":"urn:ngsi-ld:Vehicle:1"}""" },
        new($"GET {One}?pick=speed&options=keyValues", 200) { Headers = ["Accept: application/ld+json"], Answer = $$"""{"speed":10,"@context":"{{Context}}"}""", Returns = ["Content-Type: application/ld+json", "Link: -"] },
        new($"GET {One}?pick=id,type,speed&options=keyValues", 200)
        {
            Headers = ["Accept: application/geo+json"],
            Answer = $$"""{"id":"urn:ngsi-ld:Vehicle:1","type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"type":"Vehicle","speed":10},"@context":"{{Context}}"}""",
            Returns = ["Content-Type: application/geo+json", "Link: -"],
        },
        new($"GET {One}?format=simplified&omit=speed", 200)
        {
            Headers = ["Accept: application/geo+json", "Prefer: body=json"],
            Answer = """{"id":"urn:ngsi-ld:Vehicle:1","type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"type":"Vehicle","location":{"type":"Point","coordinates":[1,2]}}}""",
            Returns = [$"Link: {City.Core}"],
        },
        new($"HEAD {One}", 200) { Answer = "", Returns = ["Content-Type: application/json", $"Link: {City.Core}"] },
        new("GET /ngsi-ld/v1/entities/urn:ngsi-ld:Vehicle:9", 404) { Error = "ResourceNotFound" },
        new("GET /ngsi-ld/v1/entities/nonsense", 400) { Error = "BadRequestData" },
        new("GET /ngsi-ld/v1/entities/%20", 400) { Error = "BadRequestData" },
    ];

    private static Ask[] Queries =>
    [
        new($"GET {All}&options=keyValues&pick=speed", 200) { Answer = """[{"speed":10},{"speed":20},{"speed":30}]""", Returns = [$"Link: {City.Core}", "NGSILD-Results-Count: -"] },
        new("GET /ngsi-ld/v1/entities/?type=Vehicle&options=keyValues,count&pick=speed&limit=1", 200)
        {
            Answer = """[{"speed":10}]""",
            Returns =
            [
                "NGSILD-Results-Count: 3",
                $"Link: {City.Core}, </ngsi-ld/v1/entities/?type=Vehicle&options=keyValues,count&pick=speed&limit=1&offset=1&cursor=fp.1.95b04de1cf78ea6c.4.0>; rel=\"next\"; type=\"application/json\"",
            ],
        },
        new($"GET {All}&limit=1&offset=1&pick=speed", 200)
        {
            Headers = ["Accept: application/ld+json"],
            Returns = ["Link: </ngsi-ld/v1/entities?type=Vehicle&pick=speed&limit=1&offset=2&cursor=fp.2.95b04de1cf78ea6c.4.1>; rel=\"next\"; type=\"application/ld+json\", "
                + "</ngsi-ld/v1/entities?type=Vehicle&pick=speed&limit=1&offset=0&cursor=bp.0.95b04de1cf78ea6c.4.1>; rel=\"prev\"; type=\"application/ld+json\""],
        },
        new($"GET {All}&limit=2&offset=2&pick=id", 200)
        {
            Answer = """[{"id":"urn:ngsi-ld:Vehicle:3"}]""",
            Returns = [$"Link: {City.Core}, </ngsi-ld/v1/entities?type=Vehicle&pick=id&limit=2&offset=0&cursor=bp.0.95b04de1cf78ea6c.4.2>; rel=\"prev\"; type=\"application/json\""],
        },
        new($"GET {All}&limit=0&count=true", 200) { Answer = "[]", Returns = ["NGSILD-Results-Count: 3", $"Link: {City.Core}"] },
        new($"GET {All}&q=speed%3E10;speed<=20&pick=id", 200) { Answer = """[{"id":"urn:ngsi-ld:Vehicle:2"}]""" },
        new("GET /ngsi-ld/v1/entities?attrs=name&options=keyValues", 200) { Answer = """[{"id":"http://example.org/shop/1","type":"Shop","name":"Corner"}]""" },
        new($"GET {All}&idPattern=.+:[23]$&pick=id", 200) { Answer = """[{"id":"urn:ngsi-ld:Vehicle:2"},{"id":"urn:ngsi-ld:Vehicle:3"}]""" },
        new($"GET {All}&id=urn:ngsi-ld:Vehicle:3,,urn:ngsi-ld:Vehicle:1&pick=id", 200) { Answer = """[{"id":"urn:ngsi-ld:Vehicle:1"},{"id":"urn:ngsi-ld:Vehicle:3"}]""" },
        new($"GET {All}&georel=near;maxDistance==1000&geometry=Point&coordinates=%5B3,2%5D&pick=id", 200) { Answer = """[{"id":"urn:ngsi-ld:Vehicle:3"}]""" },
        new("GET /ngsi-ld/v1/entities?type=*&count=true&limit=0", 200) { Returns = ["NGSILD-Results-Count: 4"] },
        new("GET /ngsi-ld/v1/entities?local=true&count=true&limit=0", 200) { Returns = ["NGSILD-Results-Count: 4"] },
        new($"GET {All}&pick=id&limit=1", 200)
        {
            Headers = ["Accept: application/geo+json", "Prefer: body=json"],
            Answer = """{"type":"FeatureCollection","features":[{"id":"urn:ngsi-ld:Vehicle:1","type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{}}]}""",
        },
        new("GET /ngsi-ld/v1/entities", 400) { Error = "BadRequestData" },
        new("GET /ngsi-ld/v1/entities?id=urn:ngsi-ld:Vehicle:1", 400) { Error = "BadRequestData" },
        new("GET /ngsi-ld/v1/entities?type=*&local=false", 400) { Error = "BadRequestData" },
        new($"GET {All}&q=speed==", 400) { Error = "BadRequestData" },
        new($"GET {All}&q=(((", 400) { Error = "BadRequestData" },
        new($"GET {All}&idPattern=(", 400) { Error = "BadRequestData" },
        new($"GET {All}&id=notauri", 400) { Error = "BadRequestData" },
        new($"GET {All}&georel=near;maxDistance==1", 400) { Error = "BadRequestData" },
        new($"GET {All}&limit=0", 400) { Error = "BadRequestData" },
        new($"GET {All}&limit=-1", 400) { Error = "BadRequestData" },
        new($"GET {All}&limit=1001", 400) { Error = "BadRequestData" },
        new($"GET {All}&limit=99999999999", 400) { Error = "BadRequestData" },
        new($"GET {All}&offset=x", 400) { Error = "BadRequestData" },
        new($"GET {All}&count=maybe", 400) { Error = "BadRequestData" },
        new($"GET {All}&geometryProperty=location", 400) { Error = "BadRequestData" },
        new($"GET {All}&unknown=1", 400) { Error = "InvalidRequest" },
        new($"GET {All}&deleteAll=true", 400) { Error = "InvalidRequest" },
        new($"GET {All}&options=noOverwrite", 400) { Error = "InvalidRequest" },
        new($"GET {All}&options=keyValues,concise", 400) { Error = "InvalidRequest" },
        new($"GET {All}&format=pretty", 400) { Error = "InvalidRequest" },
        new($"GET {All}&type=Bus", 400) { Error = "InvalidRequest" },
        new($"GET {All}", 406) { Headers = ["Accept: text/html"] },
        new("GET /ngsi-ld/v1/types", 406) { Headers = ["Accept: application/geo+json"] },
    ];

    private static Ask[] Documents =>
    [
        new("POST /ngsi-ld/v1/entityOperations/query?options=keyValues&limit=1&offset=1&count=true", 200)
        {
            Body = """{"type":"Query","entities":[{"type":"Vehicle"}],"pick":["speed"]}""",
            Answer = """[{"speed":20}]""",
            Returns = ["NGSILD-Results-Count: 3"],
        },
        new("POST /ngsi-ld/v1/entityOperations/query/", 200)
        {
            Body = """{"type":"Query","entities":[{"type":"Shop"},{"type":"Vehicle","id":["urn:ngsi-ld:Vehicle:3"]}],"pick":["id"]}""",
            Answer = """[{"id":"urn:ngsi-ld:Vehicle:3"},{"id":"http://example.org/shop/1"}]""",
        },
        new("POST /ngsi-ld/v1/entityOperations/query", 200)
        {
            Body = """{"type":"Query","geoQ":{"georel":"near;maxDistance==1000","geometry":"Point","coordinates":[3,2]},"pick":["id"]}""",
            Answer = """[{"id":"urn:ngsi-ld:Vehicle:3"}]""",
        },
        new("POST /ngsi-ld/v1/entityOperations/query", 200) { Body = """{"type":"Query","q":"speed==20","attrs":["speed"]}""" },
        new("POST /ngsi-ld/v1/entityOperations/query", 400) { Body = """{"type":"Query"}""", Error = "BadRequestData" },
        new("POST /ngsi-ld/v1/entityOperations/query", 400) { Body = """{"q":"speed"}""", Error = "BadRequestData" },
        new("POST /ngsi-ld/v1/entityOperations/query", 400) { Body = """{"type":"Query","entities":[]}""", Error = "BadRequestData" },
        new("POST /ngsi-ld/v1/entityOperations/query", 400) { Body = """{"type":"Query","entities":[{"id":"urn:x:1"}]}""", Error = "BadRequestData" },
        new("POST /ngsi-ld/v1/entityOperations/query", 400) { Body = """{"type":"Query","q":7}""", Error = "BadRequestData" },
        new("POST /ngsi-ld/v1/entityOperations/query", 400) { Body = """{"type":"Query","q":"a","temporalQ":{}}""", Error = "BadRequestData" },
        new("POST /ngsi-ld/v1/entityOperations/query", 400) { Body = "{", Error = "InvalidRequest" },
        new("POST /ngsi-ld/v1/entityOperations/query", 400) { Body = "[]", Error = "BadRequestData" },
    ];

    private static Ask[] Discovery =>
    [
        new("GET /ngsi-ld/v1/types", 200) { Answer = """{"id":"urn:ngsi-ld:EntityTypeList:all","type":"EntityTypeList","typeList":["Shop","Vehicle"]}""", Returns = [$"Link: {City.Core}"] },
        new("GET /ngsi-ld/v1/types/Shop", 200) { Answer = """{"id":"https://uri.etsi.org/ngsi-ld/default-context/Shop","type":"EntityTypeInfo","typeName":"Shop","entityCount":1,"attributeDetails":[{"id":"https://uri.etsi.org/ngsi-ld/default-context/name","type":"Attribute","attributeName":"name","attributeTypes":["Property"]}]}""" },
        new("GET /ngsi-ld/v1/types?details=true", 200),
        new("GET /ngsi-ld/v1/types/Nothing", 404) { Error = "ResourceNotFound" },
        new("GET /ngsi-ld/v1/types?details=perhaps", 400) { Error = "BadRequestData" },
        new("GET /ngsi-ld/v1/attributes/", 200) { Answer = """{"id":"urn:ngsi-ld:AttributeList:all","type":"AttributeList","attributeList":["name","speed","location"]}""" },
        new("GET /ngsi-ld/v1/attributes/speed", 200) { Answer = """{"id":"https://uri.etsi.org/ngsi-ld/default-context/speed","type":"Attribute","attributeName":"speed","typeNames":["Vehicle"],"attributeCount":3,"attributeTypes":["Property"]}""" },
        new("GET /ngsi-ld/v1/attributes/nothing", 404) { Error = "ResourceNotFound" },
    ];
}
