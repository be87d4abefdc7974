using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Clients;

/// <summary>The ways of programs that stand between devices and a broker, and of a command line tool.</summary>
public class DeviceAgentTests : BrokerTest
{

    private (string, string)[] Headers =>
    [
        ("NGSILD-Tenant", Tenant), ("NGSILD-Path", "/"), ("fiware-service", Tenant), ("fiware-servicepath", "/"), Accept("application/json"),
    ];

    [BrokerFact, Clause("5.6.8"), Clause("6.15"), Clause("6.3.5"), Clause("6.3.14")]
    public async Task A_measure_creates_its_device_and_the_next_one_updates_it()
    {
        var first = Device("""
            {"controlledAsset":{"type":"Relationship","object":"urn:ngsi-ld:Building:001","observedAt":"2026-11-20T13:29:27.858Z"},
             "temperature":{"type":"Property","value":21.5,"unitCode":"CEL"},
             "location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[41.38,2.17]}}}
            """);
        Remember("entities/" + Id, Tenant);
        var created = (await PostAsync("entityOperations/upsert/?options=update", $"[{first}]", LdJson, Headers)).Expect(HttpStatusCode.Created);
        created.ExpectJson($"[\"{Id}\"]");
        Assert.Equal(Tenant, created.Header("NGSILD-Tenant"));
        var next = Device("""{"temperature":{"type":"Property","value":19,"unitCode":"CEL"}}""");
        (await PostAsync("entityOperations/upsert/?options=update", $"[{next}]", LdJson, Headers)).Expect(HttpStatusCode.NoContent);
        var read = (await GetAsync($"entities/{Id}?options=keyValues", Headers)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(19, (int?)read["temperature"]);
        Assert.Equal("urn:ngsi-ld:Building:001", (string?)read["controlledAsset"]);
    }

    [BrokerFact, Clause("5.6.8"), Clause("6.15")]
    public async Task The_status_of_a_command_comes_back_as_Attributes()
    {
        Remember("entities/" + Id, Tenant);
        var device = Device("{}");
        (await PostAsync("entityOperations/upsert/", $"[{device}]", LdJson, Headers)).Expect(HttpStatusCode.Created);
        var status = Device("""{"ring_status":{"type":"Property","value":"OK"},"ring_info":{"type":"Property","value":" ring OK"}}""");
        (await PostAsync("entityOperations/upsert/?options=update", $"[{status}]", LdJson, Headers)).Expect(HttpStatusCode.NoContent);
        var read = (await GetAsync($"entities/{Id}?attrs=ring_status,ring_info&options=keyValues", Headers)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(("OK", " ring OK"), ((string?)read["ring_status"], (string?)read["ring_info"]));
    }

    [BrokerFact, Clause("6.3.5"), Clause("6.15")]
    public async Task JSON_LD_without_a_context_is_refused_with_the_reason()
    {
        var answer = await PostAsync("entityOperations/upsert", $"[{Entity(Id, "{}")}]", LdJson);
        answer.ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        Assert.Contains("@context", (string?)answer.Json["detail"], StringComparison.Ordinal);
    }

    [BrokerTheory, Clause("5.7.1"), Clause("5.7.2"), Clause("5.7.5"), Clause("6.3.4")]
    [InlineData("entities/{0}", 404)]
    [InlineData("entities?limit=100&offset=0&options=count&type={0}", 200)]
    [InlineData("types", 200)]
    [InlineData("subscriptions/?count=true&limit=100&offset=0", 200)]
    public async Task A_tool_that_accepts_anything_gets_JSON(string path, int status)
    {
        var answer = (await GetAsync(path.Replace("{0}", Id, StringComparison.Ordinal), Accept("*/*"))).Expect((HttpStatusCode)status);
        Assert.Equal("application/json", answer.MediaType);
        if (path.Contains("count", StringComparison.Ordinal)) Assert.NotEmpty(answer.Header("NGSILD-Results-Count"));
    }

    private string Device(string members)
    {
        var entity = JsonNode.Parse(Entity(Id, members))!.AsObject();
        entity["@context"] = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.6.jsonld";
        return entity.ToJsonString();
    }
}
