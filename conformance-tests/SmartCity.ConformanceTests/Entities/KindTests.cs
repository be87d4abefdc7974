using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Entities;

/// <summary>Every kind of Attribute in every representation, out and in, and through every operation that writes one.</summary>
public class KindTests : BrokerTest
{
    /// <summary>Normalized, concise and simplified.</summary>
    public static TheoryData<string, string, string> Forms() => new()
    {
        { """{"type":"Property","value":1.5}""", "1.5", "1.5" },
        { """{"type":"Property","value":"x"}""", "\"x\"", "\"x\"" },
        { """{"type":"Property","value":[1,"two",{"three":3}]}""", """[1,"two",{"three":3}]""", """[1,"two",{"three":3}]""" },
        { """{"type":"Property","value":{"x":{"y":[true]}}}""", """{"x":{"y":[true]}}""", """{"x":{"y":[true]}}""" },
        {
            """{"type":"Property","value":{"@type":"DateTime","@value":"2026-01-01T00:00:00Z"}}""",
            // @type may stand for type: only with value around it is it no kind.
            """{"value":{"@type":"DateTime","@value":"2026-01-01T00:00:00Z"}}""", """{"@type":"DateTime","@value":"2026-01-01T00:00:00Z"}"""
        },
        { """{"type":"Property","value":1,"unitCode":"CEL"}""", """{"value":1,"unitCode":"CEL"}""", "1" },
        { """{"type":"Property","value":1,"observedAt":"2026-01-01T00:00:00.123Z"}""", """{"value":1,"observedAt":"2026-01-01T00:00:00.123Z"}""", "1" },
        { """{"type":"Property","value":1,"datasetId":"urn:x:1"}""", """{"value":1,"datasetId":"urn:x:1"}""", "1" },
        {
            """{"type":"Property","value":1,"p":{"type":"Property","value":2,"r":{"type":"Relationship","object":"urn:x:1"}}}""",
            """{"value":1,"p":{"value":2,"r":{"object":"urn:x:1"}}}""", "1"
        },
        { """{"type":"Relationship","object":"urn:x:1"}""", """{"object":"urn:x:1"}""", "\"urn:x:1\"" },
        { """{"type":"Relationship","object":["urn:x:1","urn:x:2"]}""", """{"object":["urn:x:1","urn:x:2"]}""", """["urn:x:1","urn:x:2"]""" },
        { """{"type":"Relationship","object":"urn:x:1","objectType":"Device"}""", """{"object":"urn:x:1","objectType":"Device"}""", "\"urn:x:1\"" },
        {
            """{"type":"Relationship","object":"urn:x:1","observedAt":"2026-01-01T00:00:00Z","p":{"type":"Property","value":1}}""",
            """{"object":"urn:x:1","observedAt":"2026-01-01T00:00:00Z","p":1}""", "\"urn:x:1\""
        },
        {
            """{"type":"GeoProperty","value":{"type":"Point","coordinates":[13.3986,52.5547]}}""",
            """{"type":"Point","coordinates":[13.3986,52.5547]}""", """{"type":"Point","coordinates":[13.3986,52.5547]}"""
        },
        {
            """{"type":"GeoProperty","value":{"type":"LineString","coordinates":[[1,2],[3,4]]}}""",
            """{"type":"LineString","coordinates":[[1,2],[3,4]]}""", """{"type":"LineString","coordinates":[[1,2],[3,4]]}"""
        },
        {
            """{"type":"GeoProperty","value":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]},"p":{"type":"Property","value":1}}""",
            """{"value":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]},"p":1}""", """{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"""
        },
        {
            """{"type":"GeoProperty","value":{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}}""",
            """{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}""", """{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}"""
        },
        {
            """{"type":"GeoProperty","value":{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]]}}""",
            """{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]]}""", """{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]]}"""
        },
        {
            """{"type":"GeoProperty","value":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}}""",
            """{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}""", """{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}"""
        },
        {
            """{"type":"LanguageProperty","languageMap":{"en":"Square","nl":["Plein","Markt"],"@none":"Agora"}}""",
            """{"languageMap":{"en":"Square","nl":["Plein","Markt"],"@none":"Agora"}}""", """{"languageMap":{"en":"Square","nl":["Plein","Markt"],"@none":"Agora"}}"""
        },
        {
            """{"type":"LanguageProperty","languageMap":{"en":"Square"},"observedAt":"2026-01-01T00:00:00Z","p":{"type":"Property","value":1}}""",
            """{"languageMap":{"en":"Square"},"observedAt":"2026-01-01T00:00:00Z","p":1}""", """{"languageMap":{"en":"Square"}}"""
        },
        { """{"type":"VocabProperty","vocab":"Open"}""", """{"vocab":"Open"}""", """{"vocab":"Open"}""" },
        { """{"type":"VocabProperty","vocab":["Open","Free"]}""", """{"vocab":["Open","Free"]}""", """{"vocab":["Open","Free"]}""" },
        { """{"type":"ListProperty","valueList":[3,"x",{"y":1}]}""", """{"valueList":[3,"x",{"y":1}]}""", """[3,"x",{"y":1}]""" },
        { """{"type":"ListProperty","valueList":[]}""", """{"valueList":[]}""", "[]" },
        {
            """{"type":"ListRelationship","objectList":[{"object":"urn:x:2"},{"object":"urn:x:1"}]}""",
            """{"objectList":["urn:x:2","urn:x:1"]}""", """["urn:x:2","urn:x:1"]"""
        },
        {
            """{"type":"JsonProperty","json":{"id":1,"type":"x","@context":{},"n":[null]}}""",
            """{"json":{"id":1,"type":"x","@context":{},"n":[null]}}""", """{"json":{"id":1,"type":"x","@context":{},"n":[null]}}"""
        },
        { """{"type":"JsonProperty","json":[{"a":1},{"a":2}]}""", """{"json":[{"a":1},{"a":2}]}""", """{"json":[{"a":1},{"a":2}]}""" },
        {
            """[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:1"}]""",
            """[{"value":1},{"value":2,"datasetId":"urn:x:1"}]""", """{"dataset":{"@none":1,"urn:x:1":2}}"""
        },
        {
            """[{"type":"Relationship","object":"urn:x:1","datasetId":"urn:x:1"},{"type":"Relationship","object":"urn:x:2","datasetId":"urn:x:2"}]""",
            """[{"object":"urn:x:1","datasetId":"urn:x:1"},{"object":"urn:x:2","datasetId":"urn:x:2"}]""", """{"dataset":{"urn:x:1":"urn:x:1","urn:x:2":"urn:x:2"}}"""
        },
        {
            """[{"type":"ListProperty","valueList":[1]},{"type":"ListProperty","valueList":[2],"datasetId":"urn:x:1"}]""",
            """[{"valueList":[1]},{"valueList":[2],"datasetId":"urn:x:1"}]""", """{"dataset":{"@none":[1],"urn:x:1":[2]}}"""
        },
        {
            """[{"type":"ListRelationship","objectList":[{"object":"urn:x:1"}]},{"type":"ListRelationship","objectList":[{"object":"urn:x:2"}],"datasetId":"urn:x:1"}]""",
            """[{"objectList":["urn:x:1"]},{"objectList":["urn:x:2"],"datasetId":"urn:x:1"}]""", """{"dataset":{"@none":["urn:x:1"],"urn:x:1":["urn:x:2"]}}"""
        },
    };

    public static TheoryData<string> Normalized() => [.. Forms().Select(row => (string)row[0])];

    [BrokerTheory, MemberData(nameof(Forms))]
    [Clause("4.5.2"), Clause("4.5.3"), Clause("4.5.4"), Clause("4.5.5"), Clause("4.5.18"), Clause("4.5.20"), Clause("4.5.21"), Clause("4.5.22"), Clause("4.5.24"), Clause("4.7.1"), Clause("4.7.3"), Clause("5.2.5"), Clause("5.2.6"), Clause("5.2.7"), Clause("5.2.32"), Clause("5.2.35"), Clause("5.2.36"), Clause("5.2.37"), Clause("5.2.38"), Clause("6.3.7")]
    public async Task It_is_shown_in_every_form_whichever_it_came_in(string normalized, string concise, string simplified)
    {
        foreach (var written in (string[])[normalized, concise])
        {
            var id = NewId();
            await CreateAsync(id, Of(written));
            await ReadsAsync(Of(normalized), id);
            await ReadsAsync(Of(normalized), id, "?format=normalized");
            await ReadsAsync(Of(normalized), id, "?options=normalized");
            foreach (var query in (string[])["?format=simplified", "?format=keyValues", "?options=simplified", "?options=keyValues", "?format=simplified&options=concise"])
            {
                await ReadsAsync(Of(simplified), id, query);
            }

            foreach (var query in (string[])["?format=concise", "?options=concise", "?format=concise&options=keyValues"])
            {
                Same(Of(concise), await ReadAsync(id, query));
            }
        }
    }

    [BrokerTheory, MemberData(nameof(Forms))]
    [Clause("4.5.16"), Clause("4.5.17"), Clause("6.3.15")]
    public async Task It_is_a_property_of_a_Feature(string normalized, string concise, string simplified)
    {
        await CreateAsync(Of(normalized));
        foreach (var (query, form) in ((string, string)[])[("", normalized), ("?options=concise", concise), ("?options=keyValues", simplified)])
        {
            var feature = (await GetAsync($"entities/{Id}{query}", Accept(GeoJson))).Expect(HttpStatusCode.OK).Json;
            Assert.Equal("Feature", (string?)feature["type"]);
            Same(form, feature["properties"]!["a"]);
        }
    }

    [BrokerTheory, MemberData(nameof(Normalized))]
    [Clause("5.6.1"), Clause("5.6.2"), Clause("5.6.3"), Clause("5.6.7"), Clause("5.6.8"), Clause("5.6.9"), Clause("5.6.17"), Clause("5.6.18"), Clause("5.6.20")]
    public async Task It_comes_through_every_operation_that_writes(string attribute)
    {
        const string Other = """{"b":{"type":"Property","value":1}}""";
        await CreateAsync(Other);
        (await PostAsync($"entities/{Id}/attrs", Of(attribute))).Expect(HttpStatusCode.NoContent);
        Same(attribute, (await ReadAsync())["a"]);
        (await PatchAsync($"entities/{Id}/attrs", Of(attribute))).Expect(HttpStatusCode.NoContent);
        Same(attribute, (await ReadAsync())["a"]);
        (await PatchAsync($"entities/{Id}", Of(attribute))).Expect(HttpStatusCode.NoContent);
        Same(attribute, (await ReadAsync())["a"]);
        (await PutAsync($"entities/{Id}/attrs/a", attribute)).Expect(HttpStatusCode.NoContent);
        Same(attribute, (await ReadAsync())["a"]);
        (await PatchAsync($"entities/{Id}/attrs/a", attribute)).Expect(HttpStatusCode.NoContent);
        Same(attribute, (await ReadAsync())["a"]);
        foreach (var operation in (string[])["upsert?options=update", "update", "merge", "upsert"])
        {
            (await PutAsync($"entities/{Id}", Entity(Id, Other))).Expect(HttpStatusCode.NoContent);
            (await PostAsync("entityOperations/" + operation, $"[{Entity(Id, Of(attribute))}]")).Expect(HttpStatusCode.NoContent);
            Same(attribute, (await ReadAsync())["a"]);
        }
    }

    private static string Of(string attribute) => $$"""{"a":{{attribute}}}""";

    private static void Same(string expected, JsonNode? read) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), read), $"expected {expected}\nread     {read?.ToJsonString()}");
}
