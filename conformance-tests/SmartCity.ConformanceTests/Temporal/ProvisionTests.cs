using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Temporal;

public class ProvisionTests : TemporalTest
{
    [BrokerFact, Clause("5.6.11"), Clause("6.18"), Clause("5.2.20"), Clause("4.5.7")]
    public async Task An_evolution_is_created_with_all_its_instances()
    {
        var answer = await PostAsync("temporal/entities", Entity(Id, SixSpeeds));
        answer.Expect(HttpStatusCode.Created);
        Assert.Equal($"/ngsi-ld/v1/temporal/entities/{Id}", answer.Location);
        Assert.Empty(answer.Body);
        Assert.Equal("10 20 30 40 50 60", await ValuesAsync("speed", ""));
    }

    [BrokerFact, Clause("5.6.11"), Clause("6.18")]
    public async Task Upserting_an_evolution_again_adds_instances_and_types()
    {
        await EvolveAsync(SixSpeeds);
        var more = $$$"""
            {"type":["{{{Type}}}","{{{Type}}}B"],"speed":[{"type":"Property","value":5,"observedAt":"2026-01-01T09:00:00Z"}],
             "brand":{"type":"Property","value":"Fiat","observedAt":"2026-01-01T09:00:00Z"}}
            """;
        var answer = await PostAsync("temporal/entities", Entity(Id, more));
        answer.Expect(HttpStatusCode.NoContent);
        Assert.Equal("5 10 20 30 40 50 60", await ValuesAsync("speed", ""));
        Assert.Equal("\"Fiat\"", await ValuesAsync("brand", ""));
        var types = (await GetAsync($"temporal/entities/{Id}")).Json["type"]!.AsArray().Select(type => (string)type!);
        Assert.Equal([Type, Type + "B"], types.Order());
    }

    [BrokerFact, Clause("5.6.11"), Clause("4.5.7"), Clause("4.5.8")]
    public async Task Every_kind_of_Attribute_evolves_and_is_read_as_it_was_given()
    {
        const string Members = """
            {"p":[{"type":"Property","value":{"a":[1,2.50]},"observedAt":"2026-01-01T10:00:00Z","unitCode":"CEL",
                   "accuracy":{"type":"Property","value":0.5}}],
             "g":[{"type":"GeoProperty","value":{"type":"Point","coordinates":[8,40]},"observedAt":"2026-01-01T10:00:00Z"}],
             "r":[{"type":"Relationship","object":"urn:x:1","observedAt":"2026-01-01T10:00:00Z"},
                  {"type":"Relationship","object":["urn:x:1","urn:x:2"],"observedAt":"2026-01-01T10:10:00Z"}],
             "l":[{"type":"LanguageProperty","languageMap":{"en":"yes","fr":"oui"},"observedAt":"2026-01-01T10:00:00Z"}],
             "v":[{"type":"VocabProperty","vocab":"non-commercial","observedAt":"2026-01-01T10:00:00Z"}],
             "lp":[{"type":"ListProperty","valueList":[1,"two",3],"observedAt":"2026-01-01T10:00:00Z"}],
             "lr":[{"type":"ListRelationship","objectList":[{"object":"urn:x:1"},{"object":"urn:x:2"}],"observedAt":"2026-01-01T10:00:00Z"}],
             "j":[{"type":"JsonProperty","json":{"k":null},"observedAt":"2026-01-01T10:00:00Z"}],
             "scope":[{"type":"Property","value":"/a/b","observedAt":"2026-01-01T10:00:00Z"},
                      {"type":"Property","value":["/a","/c"],"observedAt":"2026-01-01T10:10:00Z"}]}
            """;
        await EvolveAsync(Members);
        await EvolvedAsync(Members);
    }

    [BrokerFact, Clause("5.6.11"), Clause("4.5.7")]
    public async Task Single_instances_and_concise_ones_are_taken_too()
    {
        await EvolveAsync("""
            {"a":{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z"},
             "b":[{"value":2,"observedAt":"2026-01-01T10:00:00Z"},{"value":3,"observedAt":"2026-01-01T10:10:00Z"}],
             "c":[{"object":"urn:x:1","observedAt":"2026-01-01T10:00:00Z"}]}
            """);
        await EvolvedAsync("""
            {"a":[{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z"}],
             "b":[{"type":"Property","value":2,"observedAt":"2026-01-01T10:00:00Z"},{"type":"Property","value":3,"observedAt":"2026-01-01T10:10:00Z"}],
             "c":[{"type":"Relationship","object":"urn:x:1","observedAt":"2026-01-01T10:00:00Z"}]}
            """);
    }

    [BrokerFact, Clause("5.6.11"), Clause("4.5.9")]
    public async Task The_simplified_temporal_form_is_taken_as_well()
    {
        await EvolveAsync("""
            {"speed":{"type":"Property","values":[[10,"2026-01-01T10:00:00Z"],[20,"2026-01-01T10:10:00Z"]]},
             "says":{"type":"LanguageProperty","languageMaps":[[{"languageMap":{"en":"yes"}},"2026-01-01T10:00:00Z"]]},
             "spouse":{"type":"Relationship","objects":[["urn:x:1","2026-01-01T10:00:00Z"]]}}
            """);
        await EvolvedAsync("""
            {"speed":[{"type":"Property","value":10,"observedAt":"2026-01-01T10:00:00Z"},{"type":"Property","value":20,"observedAt":"2026-01-01T10:10:00Z"}],
             "says":[{"type":"LanguageProperty","languageMap":{"en":"yes"},"observedAt":"2026-01-01T10:00:00Z"}],
             "spouse":[{"type":"Relationship","object":"urn:x:1","observedAt":"2026-01-01T10:00:00Z"}]}
            """);
    }

    [BrokerTheory, Clause("5.6.11"), Clause("6.18")]
    [InlineData("""{"type":"T","speed":[]}""", "no id")]
    [InlineData("""{"id":"urn:x:1","speed":5}""", "no type")]
    [InlineData("""{"id":"no uri","type":"T"}""", "no URI")]
    [InlineData("""[]""", "no object")]
    [InlineData("""{"id":"urn:x:1","type":"T","speed":[{"type":"Property","observedAt":"2026-01-01T10:00:00Z"}]}""", "no value")]
    [InlineData("""{"id":"urn:x:1","type":"T","speed":[{"type":"Property","value":1,"observedAt":"yesterday"}]}""", "no DateTime")]
    [InlineData("""{"id":"urn:x:1","type":"T","speed":[{"type":"Property","value":null}]}""", "null")]
    [InlineData("""{"id":"urn:x:1","type":"T","speed":[{"type":"Property","value":"urn:ngsi-ld:null"}]}""", "NGSI-LD Null without deletedAt")]
    [InlineData("""{"id":"urn:x:1","type":"T","speed":[{"type":"Property","value":1},2]}""", "an element that is no instance")]
    [InlineData("""{"id":"urn:x:1","type":"T","scope":[{"type":"Property","value":5}]}""", "a scope that is none")]
    [InlineData("""{"id":"urn:x:1","type":"T","speed":{"type":"Property","values":[[1,"noon"]]}}""", "a pair without a time")]
    public async Task Wrong_evolutions_are_refused(string body, string _) =>
        (await PostAsync("temporal/entities", body)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");

    [BrokerFact, Clause("5.6.11")]
    public async Task What_is_no_JSON_is_an_invalid_request() =>
        (await PostAsync("temporal/entities", "{")).ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");

    [BrokerFact, Clause("5.6.12"), Clause("6.20")]
    public async Task Instances_are_added_late_and_out_of_order()
    {
        await EvolveAsync(SixSpeeds);
        var added = await PostAsync($"temporal/entities/{Id}/attrs", """
            {"speed":[{"type":"Property","value":25,"observedAt":"2026-01-01T10:15:00Z"},{"type":"Property","value":15,"observedAt":"2026-01-01T10:05:00Z"}],
             "load":{"type":"Property","value":3,"observedAt":"2026-01-01T10:00:00Z"}}
            """);
        added.Expect(HttpStatusCode.NoContent);
        Assert.Equal("10 15 20 25 30 40 50 60", await ValuesAsync("speed", ""));
        Assert.Equal("3", await ValuesAsync("load", ""));
    }

    [BrokerFact, Clause("5.6.12"), Clause("6.20")]
    public async Task Adding_to_what_is_not_there_fails()
    {
        const string Body = """{"speed":[{"type":"Property","value":25,"observedAt":"2026-01-01T10:15:00Z"}]}""";
        (await PostAsync($"temporal/entities/{Id}/attrs", Body)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await PostAsync("temporal/entities/nouri/attrs", Body)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        await EvolveAsync(SixSpeeds);
        (await PostAsync($"temporal/entities/{Id}/attrs", """{"speed":[{"type":"Property"}]}""")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.6.13"), Clause("6.21")]
    public async Task An_Attribute_is_deleted_by_dataset_or_as_a_whole()
    {
        const string Members = """
            {"speed":[{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z"},
                      {"type":"Property","value":2,"observedAt":"2026-01-01T10:00:00Z","datasetId":"urn:d:1"},
                      {"type":"Property","value":3,"observedAt":"2026-01-01T10:00:00Z","datasetId":"urn:d:2"}],
             "load":[{"type":"Property","value":4,"observedAt":"2026-01-01T10:00:00Z"}]}
            """;
        await EvolveAsync(Members);
        (await DeleteAsync($"temporal/entities/{Id}/attrs/speed?datasetId=urn:d:1")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("1 3", await ValuesAsync("speed", ""));
        (await DeleteAsync($"temporal/entities/{Id}/attrs/speed")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("3", await ValuesAsync("speed", ""));
        (await DeleteAsync($"temporal/entities/{Id}/attrs/speed?deleteAll=true")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("", await ValuesAsync("speed", ""));
        Assert.Equal("4", await ValuesAsync("load", ""));
    }

    [BrokerFact, Clause("5.6.13"), Clause("6.21")]
    public async Task Deleting_an_Attribute_that_is_not_there_fails()
    {
        (await DeleteAsync($"temporal/entities/{Id}/attrs/speed")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        await EvolveAsync(SixSpeeds);
        (await DeleteAsync($"temporal/entities/{Id}/attrs/load")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await DeleteAsync($"temporal/entities/{Id}/attrs/speed?datasetId=nouri")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await DeleteAsync($"temporal/entities/{Id}/attrs/sp%3Ced")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await DeleteAsync("temporal/entities/nouri/attrs/speed")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.6.14"), Clause("6.22")]
    public async Task One_instance_is_replaced()
    {
        await EvolveAsync(SixSpeeds);
        var instance = await InstanceIdAsync("speed", 2);
        var patched = await PatchAsync($"temporal/entities/{Id}/attrs/speed/{instance}", """
            {"speed":[{"type":"Property","value":33,"observedAt":"2026-01-01T10:21:00Z"}]}
            """);
        patched.Expect(HttpStatusCode.NoContent);
        Assert.Equal("10 20 33 40 50 60", await ValuesAsync("speed", ""));
        Assert.Equal(instance, await InstanceIdAsync("speed", 2));
        var times = (await GetAsync($"temporal/entities/{Id}?options=sysAttrs")).Json["speed"]![2]!;
        Assert.Equal((string)(await GetAsync($"temporal/entities/{Id}?options=sysAttrs")).Json["speed"]![1]!["createdAt"]!, (string)times["createdAt"]!);
        Assert.True(string.CompareOrdinal((string)times["modifiedAt"]!, (string)times["createdAt"]!) > 0);
    }

    [BrokerFact, Clause("5.6.14"), Clause("6.22")]
    public async Task Replacing_an_instance_wrongly_fails()
    {
        const string Body = """{"speed":[{"type":"Property","value":33,"observedAt":"2026-01-01T10:21:00Z"}]}""";
        const string Unknown = "urn:ngsi-ld:instance:nobody";
        (await PatchAsync($"temporal/entities/{Id}/attrs/speed/{Unknown}", Body)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        await EvolveAsync(SixSpeeds);
        var instance = await InstanceIdAsync("speed", 0);
        (string Path, string Body, HttpStatusCode Status, string Type)[] table =
        [
            ($"speed/{Unknown}", Body, HttpStatusCode.NotFound, "ResourceNotFound"),
            ($"load/{instance}", Body.Replace("speed", "load", StringComparison.Ordinal), HttpStatusCode.NotFound, "ResourceNotFound"),
            ("speed/nouri", Body, HttpStatusCode.BadRequest, "BadRequestData"),
            ($"speed/{instance}", """{"load":[{"type":"Property","value":33}]}""", HttpStatusCode.BadRequest, "BadRequestData"),
            ($"speed/{instance}", """{"speed":[{"type":"Property","value":1},{"type":"Property","value":2}]}""", HttpStatusCode.BadRequest, "BadRequestData"),
            ($"speed/{instance}", "{}", HttpStatusCode.BadRequest, "BadRequestData"),
        ];
        foreach (var (path, body, status, type) in table) (await PatchAsync($"temporal/entities/{Id}/attrs/{path}", body)).ExpectError(status, type);
    }

    [BrokerFact, Clause("5.6.15"), Clause("6.22")]
    public async Task One_instance_is_deleted()
    {
        await EvolveAsync(SixSpeeds);
        var instance = await InstanceIdAsync("speed", 1);
        (await DeleteAsync($"temporal/entities/{Id}/attrs/speed/{instance}")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("10 30 40 50 60", await ValuesAsync("speed", ""));
        (await DeleteAsync($"temporal/entities/{Id}/attrs/speed/{instance}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await DeleteAsync($"temporal/entities/{Id}/attrs/speed/nouri")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.6.16"), Clause("6.19")]
    public async Task An_evolution_is_deleted_as_a_whole()
    {
        await EvolveAsync(SixSpeeds);
        (await DeleteAsync($"temporal/entities/{Id}")).Expect(HttpStatusCode.NoContent);
        (await GetAsync($"temporal/entities/{Id}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await DeleteAsync($"temporal/entities/{Id}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await DeleteAsync("temporal/entities/nouri")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        await EvolveAsync("""{"speed":[{"type":"Property","value":7,"observedAt":"2026-01-01T10:00:00Z"}]}""");
        Assert.Equal("7", await ValuesAsync("speed", ""));
    }

    [BrokerFact, Clause("5.6.11"), Clause("4.14")]
    public async Task An_evolution_belongs_to_its_tenant()
    {
        var created = await PostAsync("temporal/entities", Entity(Id, SixSpeeds), "application/json", ("NGSILD-Tenant", Tenant));
        created.Expect(HttpStatusCode.Created);
        Assert.Equal(Tenant, created.Header("NGSILD-Tenant"));
        (await GetAsync($"temporal/entities/{Id}", ("NGSILD-Tenant", Tenant))).Expect(HttpStatusCode.OK);
        (await GetAsync($"temporal/entities/{Id}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync($"temporal/entities/{Id}", ("NGSILD-Tenant", Tenant + "none"))).ExpectError(HttpStatusCode.NotFound, "NonexistentTenant");
    }
}
