using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Entities;

/// <summary>What is wrong with data is wrong with it in whatever operation it comes.</summary>
public class ValidationTests : BrokerTest
{
    /// <summary>Ways to write an Attribute called a.</summary>
    private static readonly string[] Writers =
    [
        "create", "replace", "append", "update", "merge", "partial update", "replace Attribute",
        "batch create", "batch upsert", "batch upsert update", "batch update", "batch merge",
    ];

    /// <summary>Those in which an NGSI-LD Null deletes (ETSI GS CIM 009 5.5.4, 5.5.8, 5.5.12).</summary>
    private static readonly string[] Deleting = ["update", "merge", "batch merge"];

    private static readonly string[] Wrong =
    [
        """{"type":"Nonsense","value":1}""",
        """{"type":"Property","value":null}""",
        """{"type":"Property","object":"urn:x:1"}""",
        """{"type":"Property","value":1,"languageMap":{"en":"x"}}""",
        """{"type":"Property","value":1,"object":"urn:x:1"}""",
        """{"type":"Property","value":1,"observedAt":"yesterday"}""",
        """{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00"}""",
        """{"type":"Property","value":1,"observedAt":"2026-01-01"}""",
        """{"type":"Property","value":1,"observedAt":"2026-13-01T10:00:00Z"}""",
        """{"type":"Property","value":1,"unitCode":5}""",
        """{"type":"Property","value":1,"datasetId":"no URI"}""",
        """{"type":"Property","value":1,"expiresAt":"soon"}""",
        """{"type":"Property","value":1,"@context":{"b":"urn:x:b"}}""",
        """{"type":"Property","value":1,"sub":{"type":"Relationship","object":"no URI"}}""",
        """{"type":"Property","value":1,"sub sub":{"type":"Property","value":1}}""",
        """{"type":"Relationship","object":"no URI"}""",
        """{"type":"Relationship","object":5}""",
        """{"type":"Relationship","object":["urn:x:1","no URI"]}""",
        """{"type":"Relationship","value":"urn:x:1"}""",
        """{"type":"Relationship","object":"urn:x:1","unitCode":"CEL"}""",
        """{"type":"GeoProperty","value":5}""",
        """{"type":"GeoProperty","value":{"type":"Circle","coordinates":[1,2]}}""",
        """{"type":"GeoProperty","value":{"type":"Point","coordinates":["x"]}}""",
        """{"type":"GeoProperty","value":{"type":"Point","coordinates":[[1,2]]}}""",
        """{"type":"GeoProperty","value":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}}""",
        """{"type":"GeoProperty","value":{"type":"GeometryCollection","geometries":[]}}""",
        """{"type":"LanguageProperty","languageMap":"x"}""",
        """{"type":"LanguageProperty","languageMap":{"en":5}}""",
        """{"type":"LanguageProperty","languageMap":{"en":["x",5]}}""",
        """{"type":"LanguageProperty","languageMap":{"":"x"}}""",
        """{"type":"LanguageProperty","languageMap":{"en":"x"},"unitCode":"CEL"}""",
        """{"type":"LanguageProperty","value":"x"}""",
        """{"type":"VocabProperty","vocab":5}""",
        """{"type":"VocabProperty","value":"x"}""",
        """{"type":"ListProperty","valueList":5}""",
        """{"type":"ListProperty","value":[1]}""",
        """{"type":"ListRelationship","objectList":"urn:x:1"}""",
        """{"type":"ListRelationship","objectList":[{"object":"no URI"}]}""",
        """{"type":"ListRelationship","object":"urn:x:1"}""",
        """{"type":"JsonProperty","value":{}}""",
        """[{"type":"Property","value":1},{"type":"Property","value":2}]""",
        """[{"type":"Property","value":1,"datasetId":"urn:x:1"},{"type":"Property","value":2,"datasetId":"urn:x:1"}]""",
    ];

    private static readonly string[] Nulls =
    [
        "\"urn:ngsi-ld:null\"",
        """{"type":"Property","value":"urn:ngsi-ld:null"}""",
        """{"value":"urn:ngsi-ld:null"}""",
    ];

    public static TheoryData<string> WrongAttributes() => [.. Wrong];

    // A partial update deletes members of the Attribute, and the text leaves open what an upsert that updates does (5.6.8.4).
    public static TheoryData<string, string, bool> NullsByWriter()
    {
        var rows = new TheoryData<string, string, bool>();
        foreach (var writer in Writers.Except(["partial update", "replace Attribute", "batch upsert update"]))
        {
            foreach (var @null in Nulls) rows.Add(writer, @null, Deleting.Contains(writer));
        }

        return rows;
    }

    [BrokerTheory, Clause("5.5.4"), Clause("4.5.1"), Clause("4.5.2"), Clause("4.5.3"), Clause("4.6.3"), Clause("5.2.5"), Clause("5.2.6"), Clause("5.2.7"), Clause("5.2.32"), Clause("5.2.35"), Clause("5.2.36"), Clause("5.2.37"), Clause("5.2.38"), Clause("4.7.1"), MemberData(nameof(WrongAttributes))]
    public async Task A_wrong_Attribute_is_refused_by_whatever_writes_it(string attribute)
    {
        await CreateAsync("""{"a":{"type":"Property","value":0}}""");
        foreach (var writer in Writers)
        {
            var answer = await WriteAsync(writer, attribute);
            Assert.True(IsRefused(answer, "BadRequestData"), $"{writer}: {(int)answer.Status} {answer.Body}");
        }

        await ReadsAsync("""{"a":{"type":"Property","value":0}}""");
    }

    [BrokerTheory, Clause("5.5.4"), Clause("4.5.0"), Clause("5.6.2"), Clause("5.6.17"), Clause("5.6.20"), MemberData(nameof(NullsByWriter))]
    public async Task An_NGSI_LD_Null_deletes_in_updates_and_is_refused_elsewhere(string writer, string attribute, bool deletes)
    {
        await CreateAsync("""{"a":{"type":"Property","value":0},"b":{"type":"Property","value":1}}""");
        var answer = await WriteAsync(writer, attribute);
        if (deletes) answer.Expect(HttpStatusCode.NoContent);
        else Assert.True(IsRefused(answer, "BadRequestData"), $"{(int)answer.Status} {answer.Body}");
        Assert.Equal(deletes, (await ReadAsync())["a"] is null);
    }

    [BrokerTheory, Clause("4.5.0"), Clause("5.6.2"), Clause("5.6.17"), Clause("4.5.18"), Clause("4.5.21"), Clause("4.5.22")]
    [InlineData("""{"type":"Relationship","object":"urn:x:1"}""", """{"type":"Relationship","object":"urn:ngsi-ld:null"}""")]
    [InlineData("""{"type":"LanguageProperty","languageMap":{"en":"x"}}""", """{"type":"LanguageProperty","languageMap":{"@none":"urn:ngsi-ld:null"}}""")]
    [InlineData("""{"type":"VocabProperty","vocab":"x"}""", """{"type":"VocabProperty","vocab":"urn:ngsi-ld:null"}""")]
    [InlineData("""{"type":"ListProperty","valueList":[1]}""", """{"type":"ListProperty","valueList":["urn:ngsi-ld:null"]}""")]
    [InlineData("""{"type":"ListRelationship","objectList":[{"object":"urn:x:1"}]}""", """{"type":"ListRelationship","objectList":["urn:ngsi-ld:null"]}""")]
    [InlineData("""{"type":"JsonProperty","json":{"x":1}}""", """{"type":"JsonProperty","json":"urn:ngsi-ld:null"}""")]
    [InlineData("""{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}}""", """{"type":"GeoProperty","value":"urn:ngsi-ld:null"}""")]
    public async Task Every_kind_has_its_Null(string attribute, string @null)
    {
        foreach (var writer in Deleting)
        {
            await CreateAsync($$"""{"a":{{attribute}}}""");
            var answer = await WriteAsync(writer, @null);
            Assert.True(answer.Status == HttpStatusCode.NoContent, $"{writer}: {(int)answer.Status} {answer.Body}");
            await ReadsAsync("{}");
            (await DeleteAsync($"entities/{Id}")).Expect(HttpStatusCode.NoContent);
        }

        var created = await WriteAsync("create", @null);
        created.ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerTheory, Clause("5.5.4"), Clause("4.6.2"), Clause("4.5.1"), Clause("4.18"), Clause("5.6.1"), Clause("5.2.4"), Clause("5.6.18")]
    [InlineData("""{"type":""}""")]
    [InlineData("""{"type":[]}""")]
    [InlineData("""{"type":5}""")]
    [InlineData("""{"type":["T",5]}""")]
    [InlineData("""{"type":"no type"}""")]
    [InlineData("""{"scope":"1/x"}""")]
    [InlineData("""{"scope":"/a//b"}""")]
    [InlineData("""{"scope":["/a",5]}""")]
    [InlineData("""{"scope":"urn:ngsi-ld:null"}""")]
    [InlineData("""{"expiresAt":"soon"}""")]
    [InlineData("""{"a b":{"type":"Property","value":1}}""")]
    [InlineData("""{"1a":{"type":"Property","value":1}}""")]
    [InlineData("""{"a-b":{"type":"Property","value":1}}""")]
    [InlineData("""{"":{"type":"Property","value":1}}""")]
    [InlineData("""{"datasetId":{"type":"Property","value":1}}""")]
    [InlineData("""{"observedAt":"2026-01-01T10:00:00Z"}""")]
    [InlineData("""{"unitCode":"CEL"}""")]
    [InlineData("""{"instanceId":{"type":"Property","value":1}}""")]
    [InlineData("""{"location":{"type":"Property","value":1}}""")]
    [InlineData("""{"a":null}""")]
    [InlineData("""{"a":{"type":"Property","value":{"b":{"c":"urn:ngsi-ld:null"}}}}""")]
    public async Task What_is_wrong_with_an_Entity_is_refused_in_creation_replacement_and_batch(string members)
    {
        await CreateAsync("""{"a":{"type":"Property","value":0}}""");
        var other = NewId();
        (await PostAsync("entities", Entity(other, members))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await PutAsync($"entities/{Id}", Entity(Id, members))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        Assert.True(IsRefused(await PostAsync("entityOperations/create", $"[{Entity(other, members)}]"), "BadRequestData"));
        Assert.True(IsRefused(await PostAsync("entityOperations/upsert", $"[{Entity(Id, members)}]"), "BadRequestData"));
        await ReadsAsync("""{"a":{"type":"Property","value":0}}""");
    }

    [BrokerTheory, Clause("4.6.2"), Clause("4.5.1")]
    [InlineData("größe")]
    [InlineData("温度")]
    [InlineData("a_1")]
    [InlineData("A")]
    [InlineData("ex:a_1")]
    public async Task Names_of_letters_digits_and_underscores_are_kept(string name)
    {
        await CreateAsync($$$"""{"{{{name}}}":{"type":"Property","value":1}}""");
        await ReadsAsync($$$"""{"{{{name}}}":{"type":"Property","value":1}}""");
        (await DeleteAsync($"entities/{Id}/attrs/{Encode(name)}")).Expect(HttpStatusCode.NoContent);
    }

    [BrokerFact, Clause("4.4"), Clause("4.5.1")]
    public async Task At_signs_may_stand_before_id_and_type()
    {
        (await PostAsync("entities", $$$"""{"@id":"{{{Id}}}","@type":"{{{Type}}}","a":{"type":"Property","value":1}}""")).Expect(HttpStatusCode.Created);
        (await GetAsync($"entities/{Id}")).ExpectJson(Entity(Id, """{"a":{"type":"Property","value":1}}"""));
    }

    private async Task<Answer> WriteAsync(string writer, string attribute)
    {
        var other = NewId();
        var fragment = $$"""{"a":{{attribute}}}""";
        Task<Answer> BatchAsync(string operation, string id) => PostAsync("entityOperations/" + operation, $"[{Entity(id, fragment)}]");
        return await (writer switch
        {
            "create" => PostAsync("entities", Entity(other, fragment)),
            "replace" => PutAsync($"entities/{Id}", Entity(Id, fragment)),
            "append" => PostAsync($"entities/{Id}/attrs", fragment),
            "update" => PatchAsync($"entities/{Id}/attrs", fragment),
            "merge" => PatchAsync($"entities/{Id}", fragment),
            "partial update" => PatchAsync($"entities/{Id}/attrs/a", attribute),
            "replace Attribute" => PutAsync($"entities/{Id}/attrs/a", attribute),
            "batch create" => BatchAsync("create", other),
            "batch upsert" => BatchAsync("upsert", Id),
            "batch upsert update" => BatchAsync("upsert?options=update", Id),
            "batch update" => BatchAsync("update", Id),
            _ => BatchAsync("merge", Id),
        });
    }

    // A batch says so of the one Entity that it has.
    private static bool IsRefused(Answer answer, string error)
    {
        if (answer.Status == HttpStatusCode.BadRequest) return ((string)answer.Json["type"]!).EndsWith(error, StringComparison.Ordinal);
        return answer.Status == HttpStatusCode.MultiStatus && answer.Json["errors"] is JsonArray { Count: 1 } errors
            && ((string)errors[0]!["error"]!["type"]!).EndsWith(error, StringComparison.Ordinal);
    }
}
