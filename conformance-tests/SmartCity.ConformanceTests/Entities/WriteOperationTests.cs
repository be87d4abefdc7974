using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Entities;

/// <summary>Operations on one Entity, as tables: what there was, what is asked, what is there then.</summary>
public class WriteOperationTests : BrokerTest
{
    private const string Before = """
        {"a":[{"type":"Property","value":1,"s":{"type":"Property","value":2}},{"type":"Property","value":3,"datasetId":"urn:d:1"}],
         "l":{"type":"LanguageProperty","languageMap":{"en":"x","fr":["y"]}},"r":{"type":"Relationship","object":"urn:x:1"},
         "scope":["/x","/y"]}
        """;

    private const string L = "\"l\":{\"type\":\"LanguageProperty\",\"languageMap\":{\"en\":\"x\",\"fr\":[\"y\"]}}";
    private const string R = "\"r\":{\"type\":\"Relationship\",\"object\":\"urn:x:1\"}";
    private const string A = "\"a\":[{\"type\":\"Property\",\"value\":1,\"s\":{\"type\":\"Property\",\"value\":2}},{\"type\":\"Property\",\"value\":3,\"datasetId\":\"urn:d:1\"}]";
    private const string Scope = "\"scope\":[\"/x\",\"/y\"]";

    private static string Path(string operation) => operation[(operation.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    private Task<Answer> RunAsync(string operation, string? body)
    {
        var method = operation[..operation.IndexOf(' ', StringComparison.Ordinal)];
        return SendAsync(new HttpMethod(method), $"entities/{Id}{Path(operation)}", body, "application/json");
    }

    [BrokerTheory, Clause("5.6.2"), Clause("5.5.8"), Clause("6.6")]
    [InlineData("""{"a":{"type":"Property","value":9}}""", "\"a\":[{\"type\":\"Property\",\"value\":9},{\"type\":\"Property\",\"value\":3,\"datasetId\":\"urn:d:1\"}]," + L + "," + R + "," + Scope)]
    [InlineData("""{"a":{"type":"Property","value":9,"datasetId":"urn:d:2"}}""", "\"a\":[{\"type\":\"Property\",\"value\":1,\"s\":{\"type\":\"Property\",\"value\":2}},{\"type\":\"Property\",\"value\":3,\"datasetId\":\"urn:d:1\"},{\"type\":\"Property\",\"value\":9,\"datasetId\":\"urn:d:2\"}]," + L + "," + R + "," + Scope)]
    [InlineData("""{"a":{"type":"Property","value":"urn:ngsi-ld:null","datasetId":"urn:d:1"}}""", "\"a\":{\"type\":\"Property\",\"value\":1,\"s\":{\"type\":\"Property\",\"value\":2}}," + L + "," + R + "," + Scope)]
    [InlineData("""{"r":{"type":"Relationship","object":"urn:ngsi-ld:null"},"l":{"languageMap":{"@none":"urn:ngsi-ld:null"}}}""", A + "," + Scope)]
    [InlineData("""{"r":"urn:ngsi-ld:null","none":"urn:ngsi-ld:null"}""", A + "," + L + "," + Scope)]
    [InlineData("""{"scope":"/z"}""", A + "," + L + "," + R + ",\"scope\":\"/z\"")]
    [InlineData("""{"scope":"urn:ngsi-ld:null"}""", A + "," + L + "," + R)]
    public async Task Update_Attributes(string fragment, string after)
    {
        await CreateAsync(Before);
        (await RunAsync("PATCH /attrs", fragment)).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("{" + after + "}");
    }

    [BrokerFact, Clause("5.6.2")]
    public async Task An_update_gives_no_scope_where_there_is_none()
    {
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        (await RunAsync("PATCH /attrs", """{"scope":"/z"}""")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"a":{"type":"Property","value":1}}""");
        (await RunAsync("POST /attrs", """{"scope":"/z"}""")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"a":{"type":"Property","value":1},"scope":"/z"}""");
    }

    [BrokerTheory, Clause("5.6.3"), Clause("4.5.5"), Clause("6.6")]
    [InlineData("", """{"a":{"type":"Property","value":9,"datasetId":"urn:d:1"},"scope":"/z"}""", "\"a\":[{\"type\":\"Property\",\"value\":1,\"s\":{\"type\":\"Property\",\"value\":2}},{\"type\":\"Property\",\"value\":9,\"datasetId\":\"urn:d:1\"}]," + L + "," + R + ",\"scope\":\"/z\"")]
    [InlineData("", """{"r":{"type":"Property","value":9}}""", A + "," + L + ",\"r\":{\"type\":\"Property\",\"value\":9}," + Scope)]
    [InlineData("?options=noOverwrite", """{"scope":["/y","/z"]}""", A + "," + L + "," + R + ",\"scope\":[\"/x\",\"/y\",\"/z\"]")]
    [InlineData("?options=noOverwrite", """{"c":{"type":"Property","value":9}}""", A + "," + L + "," + R + "," + Scope + ",\"c\":{\"type\":\"Property\",\"value\":9}")]
    public async Task Append_Attributes(string query, string fragment, string after)
    {
        await CreateAsync(Before);
        (await RunAsync("POST /attrs" + query, fragment)).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("{" + after + "}");
    }

    [BrokerTheory, Clause("5.6.17"), Clause("5.5.12"), Clause("6.5")]
    [InlineData("""{"a":{"value":9}}""", "\"a\":[{\"type\":\"Property\",\"value\":9,\"s\":{\"type\":\"Property\",\"value\":2}},{\"type\":\"Property\",\"value\":3,\"datasetId\":\"urn:d:1\"}]," + L + "," + R + "," + Scope)]
    [InlineData("""{"a":{"type":"Property","s":{"unitCode":"KMH"}}}""", "\"a\":[{\"type\":\"Property\",\"value\":1,\"s\":{\"type\":\"Property\",\"value\":2,\"unitCode\":\"KMH\"}},{\"type\":\"Property\",\"value\":3,\"datasetId\":\"urn:d:1\"}]," + L + "," + R + "," + Scope)]
    [InlineData("""{"a":{"type":"Property","s":"urn:ngsi-ld:null"}}""", "\"a\":[{\"type\":\"Property\",\"value\":1},{\"type\":\"Property\",\"value\":3,\"datasetId\":\"urn:d:1\"}]," + L + "," + R + "," + Scope)]
    [InlineData("""{"a":{"value":"urn:ngsi-ld:null","datasetId":"urn:d:1"}}""", "\"a\":{\"type\":\"Property\",\"value\":1,\"s\":{\"type\":\"Property\",\"value\":2}}," + L + "," + R + "," + Scope)]
    [InlineData("""{"l":{"languageMap":{"en":"urn:ngsi-ld:null","de":"z"}}}""", A + ",\"l\":{\"type\":\"LanguageProperty\",\"languageMap\":{\"fr\":[\"y\"],\"de\":\"z\"}}," + R + "," + Scope)]
    [InlineData("""{"l":{"languageMap":{"@none":"urn:ngsi-ld:null"}}}""", A + "," + R + "," + Scope)]
    [InlineData("""{"r":{"object":["urn:x:2","urn:x:3"]},"scope":"/z"}""", A + "," + L + ",\"r\":{\"type\":\"Relationship\",\"object\":[\"urn:x:2\",\"urn:x:3\"]},\"scope\":\"/z\"")]
    [InlineData("""{"c":{"type":"Property","value":{"x":1,"y":"urn:ngsi-ld:null"}},"d":"urn:ngsi-ld:null"}""", A + "," + L + "," + R + "," + Scope + ",\"c\":{\"type\":\"Property\",\"value\":{\"x\":1}}")]
    public async Task Merge_an_Entity(string fragment, string after)
    {
        await CreateAsync(Before);
        (await RunAsync("PATCH ", fragment)).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("{" + after + "}");
    }

    [BrokerTheory, Clause("5.6.17"), Clause("6.5"), Clause("4.15"), Clause("4.6.5")]
    [InlineData("?lang=de", """{"l":"z"}""", "\"l\":{\"type\":\"LanguageProperty\",\"languageMap\":{\"en\":\"x\",\"fr\":[\"y\"],\"de\":\"z\"}}")]
    [InlineData("?lang=en", """{"l":["z"]}""", "\"l\":{\"type\":\"LanguageProperty\",\"languageMap\":{\"en\":[\"z\"],\"fr\":[\"y\"]}}")]
    [InlineData("?options=keyValues&lang=en", """{"l":"z"}""", "\"l\":{\"type\":\"LanguageProperty\",\"languageMap\":{\"en\":\"z\",\"fr\":[\"y\"]}}")]
    public async Task A_text_is_merged_into_the_language_that_is_asked_for(string query, string fragment, string after)
    {
        await CreateAsync("{" + L + "}");
        (await RunAsync("PATCH " + query, fragment)).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("{" + after + "}");
    }

    [BrokerFact, Clause("5.6.17"), Clause("6.5")]
    public async Task A_common_observedAt_is_for_what_was_observed_and_says_nothing_else()
    {
        const string At = "\"observedAt\":\"2026-01-01T00:00:00Z\"";
        await CreateAsync("""
            {"a":{"type":"Property","value":1,"observedAt":"2020-01-01T00:00:00Z"},"b":{"type":"Property","value":1},
             "c":{"type":"Property","value":1,"observedAt":"2020-01-01T00:00:00Z"},"d":{"type":"Property","value":1,"observedAt":"2020-01-01T00:00:00Z"}}
            """);
        (await RunAsync("PATCH ?observedAt=2026-01-01T00:00:00Z", """
            {"a":{"value":2},"b":{"value":2},"c":{"value":2,"observedAt":"2025-01-01T00:00:00Z"},"e":{"value":2}}
            """)).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("{\"a\":{\"type\":\"Property\",\"value\":2," + At + """
            },"b":{"type":"Property","value":2},"c":{"type":"Property","value":2,"observedAt":"2025-01-01T00:00:00Z"},
             "d":{"type":"Property","value":1,"observedAt":"2020-01-01T00:00:00Z"},"e":{"type":"Property","value":2}}
            """);
        (await RunAsync("PATCH ?observedAt=now", "{}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerTheory, Clause("5.6.17"), Clause("6.5")]
    [InlineData("""{"r":5}""")]
    [InlineData("""{"r":{"languageMap":{"en":"x"}}}""")]
    [InlineData("""{"l":5}""")]
    public async Task A_simplified_merge_changes_no_kind(string fragment)
    {
        await CreateAsync(Before);
        (await RunAsync("PATCH ?format=simplified", fragment)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerTheory, Clause("5.6.2"), Clause("5.6.3"), Clause("5.6.4"), Clause("5.6.5"), Clause("5.6.6"), Clause("5.6.17"), Clause("5.6.18"), Clause("5.6.19"), Clause("4.17")]
    [InlineData("PUT ", """{"type":"{type}","a":1}""")]
    [InlineData("PATCH ", """{"a":{"value":2}}""")]
    [InlineData("POST /attrs", """{"b":{"type":"Property","value":2}}""")]
    [InlineData("PATCH /attrs", """{"b":{"type":"Property","value":2}}""")]
    [InlineData("PATCH /attrs/a", """{"value":2}""")]
    [InlineData("PUT /attrs/a", """{"value":2}""")]
    [InlineData("DELETE /attrs/a", null)]
    [InlineData("DELETE ", null)]
    public async Task The_type_parameter_guards(string operation, string? body)
    {
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        body = body?.Replace("{type}", Type, StringComparison.Ordinal);
        (await RunAsync($"{operation}?type=Other", body)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await RunAsync($"{operation}?type=({Type};Other)", body)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await RunAsync($"{operation}?type=((", body)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        await ReadsAsync("""{"a":{"type":"Property","value":1}}""");
        (await RunAsync($"{operation}?type=Other,{Type}", body)).Expect(HttpStatusCode.NoContent);
    }

    [BrokerTheory, Clause("5.6.2"), Clause("5.6.3"), Clause("5.6.17"), Clause("4.16")]
    [InlineData("PATCH ")]
    [InlineData("PATCH /attrs")]
    [InlineData("POST /attrs")]
    [InlineData("POST /attrs?options=noOverwrite")]
    public async Task Types_are_added(string operation)
    {
        await CreateAsync("{}");
        (await RunAsync(operation, $$"""{"type":["Second","{{Type}}"]}""")).Expect(HttpStatusCode.NoContent);
        (await RunAsync(operation, """{"type":"Third"}""")).Expect(HttpStatusCode.NoContent);
        Assert.Equal($"[\"{Type}\",\"Second\",\"Third\"]", (await GetAsync($"entities/{Id}")).Json["type"]!.ToJsonString());
        Assert.NotEmpty(await FindAsync("q=&id=" + Id));
    }

    [BrokerTheory, Clause("5.6.2"), Clause("5.6.3"), Clause("5.6.17"), Clause("5.6.18"), Clause("5.4")]
    [InlineData("PUT ")]
    [InlineData("PATCH ")]
    [InlineData("PATCH /attrs")]
    [InlineData("POST /attrs")]
    public async Task The_id_of_a_body_is_that_of_the_address(string operation)
    {
        await CreateAsync("{}");
        (await RunAsync(operation, Entity(NewId(), """{"a":{"type":"Property","value":1}}"""))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await RunAsync(operation, Entity(Id, """{"a":{"type":"Property","value":1}}"""))).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"a":{"type":"Property","value":1}}""");
    }

    [BrokerTheory, Clause("5.5.4"), Clause("5.5.8"), Clause("5.5.12")]
    [InlineData("PUT ", """{"type":"T","a":"urn:ngsi-ld:null"}""")]
    [InlineData("POST /attrs", """{"a":"urn:ngsi-ld:null"}""")]
    [InlineData("POST /attrs", """{"a":{"type":"Property","value":{"x":"urn:ngsi-ld:null"}}}""")]
    [InlineData("POST /attrs", """{"scope":"urn:ngsi-ld:null"}""")]
    [InlineData("POST /attrs", """{"expiresAt":"urn:ngsi-ld:null"}""")]
    [InlineData("PATCH /attrs", """{"a":{"type":"Property","value":{"x":"urn:ngsi-ld:null"}}}""")]
    [InlineData("PATCH /attrs", """{"a":{"type":"Property","value":1,"datasetId":"urn:ngsi-ld:null"}}""")]
    [InlineData("PATCH /attrs/a", """{"value":{"x":"urn:ngsi-ld:null"}}""")]
    [InlineData("PATCH /attrs/a", """{"datasetId":"urn:ngsi-ld:null"}""")]
    [InlineData("PUT /attrs/a", """{"value":"urn:ngsi-ld:null"}""")]
    [InlineData("PUT /attrs/a", """{"value":1,"observedAt":"urn:ngsi-ld:null"}""")]
    [InlineData("PATCH ", """{"a":{"datasetId":"urn:ngsi-ld:null"}}""")]
    public async Task NGSI_LD_Null_stands_where_it_deletes_and_nowhere_else(string operation, string body)
    {
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        (await RunAsync(operation, body)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        await ReadsAsync("""{"a":{"type":"Property","value":1}}""");
    }

    [BrokerTheory, Clause("5.6.4"), Clause("5.6.5"), Clause("5.6.19"), Clause("4.6.2")]
    [InlineData("PATCH /attrs/a%20b", """{"value":1}""")]
    [InlineData("PUT /attrs/a%20b", """{"value":1}""")]
    [InlineData("DELETE /attrs/a%20b", null)]
    [InlineData("PATCH /attrs/type", """{"value":1}""")]
    [InlineData("PUT /attrs/id", """{"value":1}""")]
    [InlineData("DELETE /attrs/type", null)]
    [InlineData("PATCH /attrs/%3Cscript%3E", """{"value":1}""")]
    public async Task What_is_no_name_of_an_Attribute_is_refused(string operation, string? body)
    {
        await CreateAsync("{}");
        (await RunAsync(operation, body)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerTheory, Clause("5.6.5"), Clause("6.7"), Clause("4.5.5")]
    [InlineData("?datasetId=@none", "\"a\":{\"type\":\"Property\",\"value\":3,\"datasetId\":\"urn:d:1\"}")]
    [InlineData("?datasetId=urn:d:1&deleteAll=false", "\"a\":{\"type\":\"Property\",\"value\":1}")]
    [InlineData("?datasetId=urn:d:1&deleteAll=true", "")]
    public async Task Instances_are_deleted_one_by_one_or_all(string query, string after)
    {
        await CreateAsync("""{"a":[{"type":"Property","value":1},{"type":"Property","value":3,"datasetId":"urn:d:1"}]}""");
        (await RunAsync("DELETE /attrs/a" + query, null)).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("{" + after + "}");
        (await RunAsync("DELETE /attrs/a?deleteAll=maybe", null)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await RunAsync("DELETE /attrs/a?datasetId=nonsense", null)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.6.4"), Clause("5.6.19"), Clause("4.5.5")]
    public async Task Several_instances_of_an_Attribute_are_written_at_once()
    {
        await CreateAsync("""{"a":[{"type":"Property","value":1,"unitCode":"KMH"},{"type":"Property","value":3,"datasetId":"urn:d:1"}]}""");
        (await RunAsync("PATCH /attrs/a", """[{"value":5},{"value":6,"datasetId":"urn:d:1"}]""")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"a":[{"type":"Property","value":5,"unitCode":"KMH"},{"type":"Property","value":6,"datasetId":"urn:d:1"}]}""");
        (await RunAsync("PUT /attrs/a", """[{"value":7},{"value":8,"datasetId":"urn:d:1"}]""")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"a":[{"type":"Property","value":7},{"type":"Property","value":8,"datasetId":"urn:d:1"}]}""");
        (await RunAsync("PUT /attrs/a", """{"value":8,"datasetId":"urn:d:2"}""")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerTheory, Clause("4.5.2"), Clause("4.5.3"), Clause("4.7"), Clause("4.5.18"), Clause("4.5.20"), Clause("4.5.21"), Clause("4.5.22"), Clause("4.5.24")]
    [InlineData("""{"type":"Property","value":5,"valueType":"Speed"}""")]
    [InlineData("""{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]},"valueType":"Place"}""")]
    [InlineData("""{"type":"LanguageProperty","languageMap":{"en":"x"},"valueType":"langString"}""")]
    [InlineData("""{"type":"VocabProperty","vocab":"x","valueType":"T"}""")]
    [InlineData("""{"type":"ListProperty","valueList":[1],"unitCode":"KMH","valueType":"T"}""")]
    [InlineData("""{"type":"JsonProperty","json":{"id":1},"valueType":"T"}""")]
    [InlineData("""{"type":"Relationship","object":["urn:x:1"],"objectType":["A","B"]}""")]
    [InlineData("""{"type":"ListRelationship","objectList":[{"object":"urn:x:1"}],"objectType":"A"}""")]
    [InlineData("""{"type":"Property","value":5,"ngsildproof":{"type":"Property","entityIdSealed":"urn:x:1","entityTypeSealed":"Store","value":{"type":"DataIntegrityProof","proofValue":"z3"}}}""")]
    public async Task Every_kind_of_Attribute_comes_back_with_its_members_from_every_form(string attribute)
    {
        await CreateAsync($$"""{"a":{{attribute}}}""");
        await ReadsAsync($$"""{"a":{{attribute}}}""");
        // What is read in concise form is the same when it is written again.
        var concise = (await ReadAsync(query: "?format=concise")).ToJsonString();
        var other = NewId();
        await CreateAsync(other, concise);
        await ReadsAsync($$"""{"a":{{attribute}}}""", other);
    }

    [BrokerTheory, Clause("4.5.2"), Clause("4.5.3"), Clause("4.5.18"), Clause("4.5.20"), Clause("4.5.22"), Clause("4.5.24")]
    [InlineData("""{"type":"Property","value":5,"object":"urn:x:1"}""")]
    [InlineData("""{"type":"Property","value":5,"languageMap":{}}""")]
    [InlineData("""{"type":"Relationship","object":"urn:x:1","unitCode":"KMH"}""")]
    [InlineData("""{"type":"Relationship","object":"urn:x:1","valueType":"T"}""")]
    [InlineData("""{"type":"Relationship","object":"urn:x:1","value":1}""")]
    [InlineData("""{"type":"LanguageProperty","languageMap":{"en":"x"},"unitCode":"KMH"}""")]
    [InlineData("""{"type":"LanguageProperty","languageMap":{"en":"x"},"valueType":"T"}""")]
    [InlineData("""{"type":"VocabProperty","vocab":"x","unitCode":"KMH"}""")]
    [InlineData("""{"type":"JsonProperty","json":{},"value":1}""")]
    [InlineData("""{"type":"ListRelationship","objectList":["urn:x:1"],"object":"urn:x:1"}""")]
    public async Task What_a_kind_of_Attribute_must_not_hold_is_refused(string attribute) =>
        (await PostAsync("entities", Entity(Id, $$"""{"a":{{attribute}}}"""))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
}
