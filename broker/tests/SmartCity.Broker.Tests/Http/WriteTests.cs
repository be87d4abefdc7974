using Xunit;

namespace SmartCity.Broker.Tests.Http;

/// <summary>Writes over HTTP, step by step (ETSI GS CIM 009 6.4 - 6.7, 6.14 - 6.17, 6.31).</summary>
public sealed class WriteTests
{
    private const string Entities = "/ngsi-ld/v1/entities";
    private const string Bus = Entities + "/urn:ngsi-ld:Bus:1";
    private const string Batch = "/ngsi-ld/v1/entityOperations";

    [Fact]
    public Task An_entity_lives_from_creation_to_deletion() => RunAsync(
        new($"POST {Entities}/", 201) { Body = """{"id":"urn:ngsi-ld:Bus:1","type":"Bus","line":{"type":"Property","value":5}}""", Returns = [$"Location: {Bus}", "Link: -", "Content-Length: 0"], Answer = "" },
        new($"POST {Entities}", 409) { Body = """{"id":"urn:ngsi-ld:Bus:1","type":"Bus"}""", Error = "AlreadyExists" },
        new($"PATCH {Bus}", 204) { Body = """{"line":{"type":"Property","value":6},"seats":{"type":"Property","value":40}}""", Returns = ["Content-Length: -"] },
        new($"GET {Bus}?options=keyValues", 200) { Answer = """{"id":"urn:ngsi-ld:Bus:1","type":"Bus","line":6,"seats":40}""" },
        new($"PATCH {Bus}?options=keyValues", 204) { Body = """{"line":7}""" },
        new($"GET {Bus}?options=keyValues&pick=line", 200) { Answer = """{"line":7}""" },
        new($"PATCH {Bus}", 204) { Body = """{"seats":"urn:ngsi-ld:null"}""", Headers = ["Content-Type: application/merge-patch+json"] },
        new($"PUT {Bus}", 204) { Body = """{"id":"urn:ngsi-ld:Bus:1","type":"Bus","line":{"type":"Property","value":8}}""" },
        new($"PUT {Bus}?options=keyValues", 204) { Body = """{"id":"urn:ngsi-ld:Bus:1","type":"Bus","line":9}""" },
        new($"GET {Bus}?options=keyValues", 200) { Answer = """{"id":"urn:ngsi-ld:Bus:1","type":"Bus","line":9}""" },
        new($"PATCH {Bus}?type=Tram", 404) { Body = "{}", Error = "ResourceNotFound" },
        new($"DELETE {Bus}?type=Tram", 404) { Error = "ResourceNotFound" },
        new($"DELETE {Bus}?unknown=1", 400) { Error = "InvalidRequest" },
        new($"DELETE {Bus}/", 204) { Answer = "" },
        new($"DELETE {Bus}", 404) { Error = "ResourceNotFound" },
        new($"PUT {Bus}", 404) { Body = """{"id":"urn:ngsi-ld:Bus:1","type":"Bus"}""", Error = "ResourceNotFound" });

    [Fact]
    public Task An_id_that_a_path_cannot_hold_is_encoded_in_the_location() => RunAsync(
        new($"POST {Entities}", 201) { Body = """{"id":"http://a.example/b?c#d","type":"T"}""", Returns = [$"Location: {Entities}/http%3A%2F%2Fa.example%2Fb%3Fc%23d"] },
        new($"GET {Entities}/http%3A%2F%2Fa.example%2Fb%3Fc%23d?pick=id", 200) { Answer = """{"id":"http://a.example/b?c#d"}""" });

    [Fact]
    public Task Attributes_are_appended_updated_replaced_and_deleted() => RunAsync(
        new($"POST {Entities}", 201) { Body = """{"id":"urn:ngsi-ld:Bus:1","type":"Bus","line":{"type":"Property","value":5}}""" },
        new($"POST {Bus}/attrs/", 204) { Body = """{"seats":{"type":"Property","value":40}}""" },
        new($"POST {Bus}/attrs?options=noOverwrite", 207)
        {
            Body = """{"seats":{"type":"Property","value":41},"doors":{"type":"Property","value":3}}""",
            Returns = ["Content-Type: application/json", "Link: -"],
        },
        new($"PATCH {Bus}/attrs", 204) { Body = """{"doors":{"type":"Property","value":4}}""" },
        new($"PATCH {Bus}/attrs", 204) { Body = """{"doors":{"type":"Property","value":5},"wings":{"type":"Property","value":2}}""" },
        new($"PATCH {Bus}/attrs/seats", 204) { Body = """{"value":42,"unitCode":"C62"}""" },
        new($"PUT {Bus}/attrs/line", 204) { Body = """{"type":"Property","value":6}""" },
        new($"GET {Bus}?options=keyValues", 200) { Answer = """{"id":"urn:ngsi-ld:Bus:1","type":"Bus","line":6,"seats":42,"doors":5,"wings":2}""" },
        new($"PATCH {Bus}/attrs/tail", 404) { Body = """{"value":1}""", Error = "ResourceNotFound" },
        new($"DELETE {Bus}/attrs/doors", 204),
        new($"DELETE {Bus}/attrs/wings?type=Bus", 204),
        new($"DELETE {Bus}/attrs/doors", 404) { Error = "ResourceNotFound" },
        new($"DELETE {Bus}/attrs/seats?datasetId=nonsense", 400) { Error = "BadRequestData" },
        new($"DELETE {Bus}/attrs/seats?deleteAll=true", 204),
        new($"DELETE {Bus}/attrs/https%3A%2F%2Furi.etsi.org%2Fngsi-ld%2Fdefault-context%2Fline", 204),
        new($"GET {Bus}", 200) { Answer = """{"id":"urn:ngsi-ld:Bus:1","type":"Bus"}""" });

    [Fact]
    public Task Batches_answer_for_each_element() => RunAsync(
        new($"POST {Batch}/create", 201) { Body = """[{"id":"urn:a:1","type":"T"},{"id":"urn:a:2","type":"T"}]""", Answer = """["urn:a:1","urn:a:2"]""" },
        new($"POST {Batch}/create", 207) { Body = """[{"id":"urn:a:1","type":"T"},{"id":"urn:a:3","type":"T"},{"type":"T"}]""", Returns = ["Content-Type: application/json"] },
        new($"POST {Batch}/upsert/?options=update", 204) { Body = """[{"id":"urn:a:1","type":"T","a":{"type":"Property","value":1}},{"id":"urn:a:1","type":"T","b":{"type":"Property","value":2}}]""" },
        new($"GET {Entities}/urn:a:1?options=keyValues", 200) { Answer = """{"id":"urn:a:1","type":"T","a":1,"b":2}""" },
        new($"POST {Batch}/upsert", 201) { Body = """[{"id":"urn:a:1","type":"T","a":{"type":"Property","value":3}},{"id":"urn:a:4","type":"T"}]""", Answer = """["urn:a:4"]""" },
        new($"GET {Entities}/urn:a:1?options=keyValues", 200) { Answer = """{"id":"urn:a:1","type":"T","a":3}""" },
        new($"POST {Batch}/update", 207) { Body = """[{"id":"urn:a:9","type":"T","a":{"type":"Property","value":1}}]""" },
        new($"POST {Batch}/update?options=noOverwrite", 204) { Body = """[{"id":"urn:a:1","type":"T","c":{"type":"Property","value":1}}]""" },
        new($"POST {Batch}/merge", 204) { Body = """[{"id":"urn:a:1","c":{"type":"Property","value":2}}]""" },
        new($"POST {Batch}/delete", 207) { Body = """["urn:a:1","urn:a:1","nonsense"]""" },
        new($"POST {Batch}/delete", 204) { Body = """["urn:a:2"]""", Answer = "" },
        new($"POST {Batch}/upsert?options=noOverwrite", 400) { Body = "[{}]", Error = "InvalidRequest" });

    private static async Task RunAsync(params Ask[] steps)
    {
        await using var host = await HttpHost.StartAsync();
        foreach (var step in steps) await step.CheckAsync(host);
    }
}
