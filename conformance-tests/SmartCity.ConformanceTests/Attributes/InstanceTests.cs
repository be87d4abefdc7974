using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Attributes;

/// <summary>What each operation makes of instances, types, scopes and times that are there already.</summary>
public class InstanceTests : BrokerTest
{
    private const string Two = """{"s":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:gps"}]}""";

    private Task<Answer> DoAsync(string operation, string body) => operation switch
    {
        "append" => PostAsync($"entities/{Id}/attrs", body),
        "append noOverwrite" => PostAsync($"entities/{Id}/attrs?options=noOverwrite", body),
        "update" => PatchAsync($"entities/{Id}/attrs", body),
        "merge" => PatchAsync($"entities/{Id}", body),
        "replace" => PutAsync($"entities/{Id}", Entity(Id, body)),
        "partial update" => PatchAsync($"entities/{Id}/attrs/s", body),
        "replace Attribute" => PutAsync($"entities/{Id}/attrs/s", body),
        "batch upsert" => PostAsync("entityOperations/upsert", $"[{Entity(Id, body)}]"),
        "batch upsert update" => PostAsync("entityOperations/upsert?options=update", $"[{Entity(Id, body)}]"),
        "batch update" => PostAsync("entityOperations/update", $"[{Entity(Id, body)}]"),
        _ => PostAsync("entityOperations/merge", $"[{Entity(Id, body)}]"),
    };

    [BrokerTheory, Clause("4.5.5"), Clause("5.6.2"), Clause("5.6.3"), Clause("5.6.4"), Clause("5.6.17"), Clause("5.6.19")]
    [InlineData("append", """{"s":{"type":"Property","value":9,"datasetId":"urn:x:cam"}}""", """[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:gps"},{"type":"Property","value":9,"datasetId":"urn:x:cam"}]""")]
    [InlineData("append", """{"s":{"type":"Property","value":9,"datasetId":"urn:x:gps"}}""", """[{"type":"Property","value":1},{"type":"Property","value":9,"datasetId":"urn:x:gps"}]""")]
    [InlineData("append", """{"s":{"type":"Property","value":9}}""", """[{"type":"Property","value":9},{"type":"Property","value":2,"datasetId":"urn:x:gps"}]""")]
    [InlineData("append", """{"s":{"type":"Property","value":9,"datasetId":"@none"}}""", """[{"type":"Property","value":9},{"type":"Property","value":2,"datasetId":"urn:x:gps"}]""")]
    [InlineData("append noOverwrite", """{"s":{"type":"Property","value":9,"datasetId":"urn:x:cam"}}""", """[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:gps"},{"type":"Property","value":9,"datasetId":"urn:x:cam"}]""")]
    [InlineData("append noOverwrite", """{"s":{"type":"Property","value":9,"datasetId":"urn:x:gps"}}""", """[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:gps"}]""")]
    [InlineData("update", """{"s":{"type":"Property","value":9,"datasetId":"urn:x:cam"}}""", """[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:gps"},{"type":"Property","value":9,"datasetId":"urn:x:cam"}]""")]
    [InlineData("update", """{"s":{"type":"Property","value":9,"unitCode":"CEL"}}""", """[{"type":"Property","value":9,"unitCode":"CEL"},{"type":"Property","value":2,"datasetId":"urn:x:gps"}]""")]
    [InlineData("update", """{"s":{"type":"Property","value":"urn:ngsi-ld:null","datasetId":"urn:x:gps"}}""", """{"type":"Property","value":1}""")]
    [InlineData("update", """{"s":{"type":"Property","value":"urn:ngsi-ld:null"}}""", """{"type":"Property","value":2,"datasetId":"urn:x:gps"}""")]
    [InlineData("update", """{"s":"urn:ngsi-ld:null"}""", """{"type":"Property","value":2,"datasetId":"urn:x:gps"}""")]
    [InlineData("update", """{"s":[{"type":"Property","value":8},{"type":"Property","value":9,"datasetId":"urn:x:gps"}]}""", """[{"type":"Property","value":8},{"type":"Property","value":9,"datasetId":"urn:x:gps"}]""")]
    [InlineData("merge", """{"s":{"type":"Property","value":9,"datasetId":"urn:x:cam"}}""", """[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:gps"},{"type":"Property","value":9,"datasetId":"urn:x:cam"}]""")]
    [InlineData("merge", """{"s":{"type":"Property","unitCode":"CEL","datasetId":"urn:x:gps"}}""", """[{"type":"Property","value":1},{"type":"Property","value":2,"unitCode":"CEL","datasetId":"urn:x:gps"}]""")]
    [InlineData("merge", """{"s":{"type":"Property","value":"urn:ngsi-ld:null","datasetId":"urn:x:gps"}}""", """{"type":"Property","value":1}""")]
    [InlineData("partial update", """{"value":9}""", """[{"type":"Property","value":9},{"type":"Property","value":2,"datasetId":"urn:x:gps"}]""")]
    [InlineData("partial update", """{"value":9,"datasetId":"urn:x:gps"}""", """[{"type":"Property","value":1},{"type":"Property","value":9,"datasetId":"urn:x:gps"}]""")]
    [InlineData("replace Attribute", """{"type":"Property","value":9,"datasetId":"urn:x:gps"}""", """[{"type":"Property","value":1},{"type":"Property","value":9,"datasetId":"urn:x:gps"}]""")]
    [InlineData("replace", """{"s":{"type":"Property","value":9,"datasetId":"urn:x:cam"}}""", """{"type":"Property","value":9,"datasetId":"urn:x:cam"}""")]
    [InlineData("batch upsert", """{"s":{"type":"Property","value":9,"datasetId":"urn:x:cam"}}""", """{"type":"Property","value":9,"datasetId":"urn:x:cam"}""")]
    [InlineData("batch upsert update", """{"s":{"type":"Property","value":9,"datasetId":"urn:x:gps"}}""", """[{"type":"Property","value":1},{"type":"Property","value":9,"datasetId":"urn:x:gps"}]""")]
    [InlineData("batch update", """{"s":{"type":"Property","value":9}}""", """[{"type":"Property","value":9},{"type":"Property","value":2,"datasetId":"urn:x:gps"}]""")]
    [InlineData("batch merge", """{"s":{"type":"Property","unitCode":"CEL"}}""", """[{"type":"Property","value":1,"unitCode":"CEL"},{"type":"Property","value":2,"datasetId":"urn:x:gps"}]""")]
    public async Task Only_the_instance_of_the_same_datasetId_is_touched(string operation, string body, string after)
    {
        await CreateAsync(Two);
        Assert.Equal(
            operation == "append noOverwrite" && after.EndsWith("2,\"datasetId\":\"urn:x:gps\"}]", StringComparison.Ordinal) ? HttpStatusCode.MultiStatus : HttpStatusCode.NoContent,
            (await DoAsync(operation, body)).Status);
        var read = (await ReadAsync())["s"]!;
        // The order of instances means nothing.
        Assert.Equal(Instances(JsonNode.Parse(after)!), Instances(read));

        static IEnumerable<string> Instances(JsonNode attribute) =>
            attribute is JsonArray several ? several.Select(one => Sorted(one!)).Order() : [Sorted(attribute)];
        static string Sorted(JsonNode instance) =>
            string.Join(',', instance.AsObject().Select(member => $"{member.Key}:{member.Value?.ToJsonString()}").Order());
    }

    [BrokerTheory, Clause("4.18"), Clause("5.6.2"), Clause("5.6.3"), Clause("5.6.17"), Clause("5.6.18"), Clause("5.6.8")]
    [InlineData("append", "/a", "/a")]
    [InlineData("append noOverwrite", "/a", """["/x","/y","/a"]""")]
    [InlineData("append noOverwrite", "/x", """["/x","/y"]""")]
    [InlineData("update", "/a", "/a")]
    [InlineData("merge", "/a", "/a")]
    [InlineData("replace", "/a", "/a")]
    [InlineData("batch upsert", "/a", "/a")]
    [InlineData("batch update", "/a", "/a")]
    [InlineData("batch merge", "/a", "/a")]
    public async Task Scopes_are_replaced_or_added_to(string operation, string scope, string after)
    {
        await CreateAsync("""{"scope":["/x","/y"]}""");
        (await DoAsync(operation, $$"""{"scope":"{{scope}}"}""")).Expect(HttpStatusCode.NoContent);
        var expected = after.StartsWith('[') ? after : $"\"{after}\"";
        await ReadsAsync($$"""{"scope":{{expected}}}""");
    }

    [BrokerFact, Clause("4.18"), Clause("5.6.2"), Clause("5.6.3"), Clause("5.6.5")]
    public async Task An_update_adds_no_scope_where_there_is_none_and_null_removes_it()
    {
        await CreateAsync("{}");
        (await DoAsync("update", """{"scope":"/a"}""")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("{}");
        (await DoAsync("append", """{"scope":"/a"}""")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"scope":"/a"}""");
        (await DeleteAsync($"entities/{Id}/attrs/scope")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("{}");
        (await DeleteAsync($"entities/{Id}/attrs/scope")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerTheory, Clause("4.16"), Clause("5.6.2"), Clause("5.6.3"), Clause("5.6.17"), Clause("5.6.18"), Clause("5.6.8"), Clause("5.6.9"), Clause("5.6.20")]
    [InlineData("append", true)]
    [InlineData("append noOverwrite", true)]
    [InlineData("update", true)]
    [InlineData("merge", true)]
    [InlineData("batch upsert update", true)]
    [InlineData("batch update", true)]
    [InlineData("batch merge", true)]
    [InlineData("replace", false)]
    [InlineData("batch upsert", false)]
    public async Task Types_are_added_and_only_replacements_take_some_away(string operation, bool adds)
    {
        await CreateAsync("{}");
        (await DoAsync(operation, """{"type":["Other"]}""")).Expect(HttpStatusCode.NoContent);
        var types = (await GetAsync($"entities/{Id}")).Json["type"]!;
        Assert.Equal(
            (adds ? new[] { "Other", Type } : ["Other"]).Order(StringComparer.Ordinal),
            (types is JsonArray several ? several.Select(type => (string)type!) : [(string)types!]).Order(StringComparer.Ordinal));
    }

    [BrokerTheory, Clause("4.8"), Clause("5.6.2"), Clause("5.6.3"), Clause("5.6.4"), Clause("5.6.17"), Clause("5.6.18"), Clause("5.6.19"), Clause("6.3.11")]
    [InlineData("append", """{"s":{"type":"Property","value":9}}""")]
    [InlineData("update", """{"s":{"type":"Property","value":9}}""")]
    [InlineData("merge", """{"s":{"type":"Property","value":9}}""")]
    [InlineData("partial update", """{"value":9}""")]
    [InlineData("replace Attribute", """{"type":"Property","value":9}""")]
    [InlineData("batch upsert update", """{"s":{"type":"Property","value":9}}""")]
    [InlineData("batch update", """{"s":{"type":"Property","value":9}}""")]
    [InlineData("batch merge", """{"s":{"type":"Property","value":9}}""")]
    public async Task What_is_written_over_was_created_when_it_was(string operation, string body)
    {
        await CreateAsync("""{"s":{"type":"Property","value":1},"t":{"type":"Property","value":1}}""");
        var before = await ReadAsync(query: "?options=sysAttrs");
        await Task.Delay(5);
        (await DoAsync(operation, body)).Expect(HttpStatusCode.NoContent);
        var after = await ReadAsync(query: "?options=sysAttrs");
        Assert.Equal((string?)before["createdAt"], (string?)after["createdAt"]);
        Assert.Equal((string?)before["s"]!["createdAt"], (string?)after["s"]!["createdAt"]);
        Assert.True(JsonNode.DeepEquals(before["t"], after["t"]));
        Assert.True(string.CompareOrdinal((string?)before["modifiedAt"], (string?)after["modifiedAt"]) < 0);
        Assert.True(string.CompareOrdinal((string?)before["s"]!["modifiedAt"], (string?)after["s"]!["modifiedAt"]) < 0);
    }

    [BrokerTheory, Clause("5.6.3"), Clause("6.6"), Clause("5.2.18"), Clause("5.2.19"), Clause("6.3.6")]
    [InlineData("""{"s":{"type":"Property","value":9}}""", "", "s")]
    [InlineData("""{"s":{"type":"Property","value":9},"t":{"type":"Property","value":9}}""", "t", "s")]
    [InlineData("""{"s":{"type":"Property","value":9,"datasetId":"urn:x:gps"},"t":{"type":"Property","value":9}}""", "t", "s")]
    public async Task What_was_not_overwritten_is_told_by_full_names(string body, string updated, string notUpdated)
    {
        await CreateAsync(Two);
        var answer = (await DoAsync("append noOverwrite", body)).Expect(HttpStatusCode.MultiStatus);
        Assert.Equal("application/json", answer.MediaType);
        Assert.Equal(Full(updated), answer.Json["updated"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(Full(notUpdated), answer.Json["notUpdated"]!.AsArray().Select(details => (string)details!["attributeName"]!));
        Assert.All(answer.Json["notUpdated"]!.AsArray(), details => Assert.False(string.IsNullOrEmpty((string?)details!["reason"])));

        static IEnumerable<string> Full(string names) =>
            names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => "https://uri.etsi.org/ngsi-ld/default-context/" + name);
    }

    [BrokerTheory, Clause("5.6.4"), Clause("5.5.8"), Clause("4.5.2")]
    [InlineData("""{"type":"Property","value":1,"unitCode":"CEL","p":{"type":"Property","value":1}}""", """{"p":{"type":"Property","value":2}}""", """{"type":"Property","value":1,"unitCode":"CEL","p":{"type":"Property","value":2}}""")]
    [InlineData("""{"type":"Property","value":{"x":1,"y":2}}""", """{"value":{"x":3}}""", """{"type":"Property","value":{"x":3}}""")]
    [InlineData("""{"type":"Property","value":1,"p":{"type":"Property","value":1}}""", """{"p":"urn:ngsi-ld:null"}""", """{"type":"Property","value":1}""")]
    [InlineData("""{"type":"Relationship","object":"urn:x:1","p":{"type":"Property","value":1}}""", """{"object":"urn:x:2"}""", """{"type":"Relationship","object":"urn:x:2","p":{"type":"Property","value":1}}""")]
    [InlineData("""{"type":"LanguageProperty","languageMap":{"en":"a","de":"b"}}""", """{"languageMap":{"en":"c"}}""", """{"type":"LanguageProperty","languageMap":{"en":"c"}}""")]
    [InlineData("""{"type":"VocabProperty","vocab":"a"}""", """{"vocab":"b"}""", """{"type":"VocabProperty","vocab":"b"}""")]
    [InlineData("""{"type":"ListProperty","valueList":[1,2]}""", """{"valueList":[3]}""", """{"type":"ListProperty","valueList":[3]}""")]
    [InlineData("""{"type":"ListRelationship","objectList":[{"object":"urn:x:1"}]}""", """{"objectList":["urn:x:2"]}""", """{"type":"ListRelationship","objectList":[{"object":"urn:x:2"}]}""")]
    [InlineData("""{"type":"JsonProperty","json":{"x":1,"y":2}}""", """{"json":{"x":3}}""", """{"type":"JsonProperty","json":{"x":3}}""")]
    [InlineData("""{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]},"p":{"type":"Property","value":1}}""", """{"value":{"type":"Point","coordinates":[3,4]}}""", """{"type":"GeoProperty","value":{"type":"Point","coordinates":[3,4]},"p":{"type":"Property","value":1}}""")]
    public async Task A_partial_update_replaces_members_of_every_kind(string before, string fragment, string after)
    {
        await CreateAsync($$"""{"s":{{before}}}""");
        (await DoAsync("partial update", fragment)).Expect(HttpStatusCode.NoContent);
        await ReadsAsync($$"""{"s":{{after}}}""");
    }

    [BrokerTheory, Clause("5.6.4")]
    [InlineData("""{"type":"Relationship","object":"urn:x:1"}""")]
    [InlineData("""{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}}""")]
    [InlineData("""{"type":"LanguageProperty","languageMap":{"en":"x"}}""")]
    [InlineData("""{"object":"urn:x:1"}""")]
    [InlineData("""{"languageMap":{"en":"x"}}""")]
    public async Task A_partial_update_does_not_change_the_kind(string fragment)
    {
        await CreateAsync("""{"s":{"type":"Property","value":1}}""");
        (await DoAsync("partial update", fragment)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        await ReadsAsync("""{"s":{"type":"Property","value":1}}""");
    }

    [BrokerTheory, Clause("5.6.17"), Clause("5.5.12"), Clause("6.5")]
    [InlineData("""{"type":"Property","value":1}""", "2", "", """{"type":"Property","value":2}""")]
    [InlineData("""{"type":"Property","value":{"x":1,"y":2}}""", """{"x":3}""", "", """{"type":"Property","value":{"x":3,"y":2}}""")]
    [InlineData("""{"type":"Property","value":1,"unitCode":"CEL"}""", "2", "", """{"type":"Property","value":2,"unitCode":"CEL"}""")]
    [InlineData("""{"type":"Property","value":1,"observedAt":"2026-01-01T00:00:00Z"}""", "2", "&observedAt=2026-02-01T00:00:00Z", """{"type":"Property","value":2,"observedAt":"2026-02-01T00:00:00Z"}""")]
    [InlineData("""{"type":"Property","value":1}""", "2", "&observedAt=2026-02-01T00:00:00Z", """{"type":"Property","value":2}""")]
    [InlineData("""{"type":"Relationship","object":"urn:x:1"}""", "\"urn:x:2\"", "", """{"type":"Relationship","object":"urn:x:2"}""")]
    [InlineData("""{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}}""", """{"type":"Point","coordinates":[3,4]}""", "", """{"type":"GeoProperty","value":{"type":"Point","coordinates":[3,4]}}""")]
    [InlineData("""{"type":"LanguageProperty","languageMap":{"en":"a","nl":"b"}}""", "\"c\"", "&lang=nl", """{"type":"LanguageProperty","languageMap":{"en":"a","nl":"c"}}""")]
    [InlineData("""{"type":"LanguageProperty","languageMap":{"en":"a"}}""", """["c","d"]""", "&lang=nl", """{"type":"LanguageProperty","languageMap":{"en":"a","nl":["c","d"]}}""")]
    [InlineData("""{"type":"LanguageProperty","languageMap":{"en":"a"}}""", """{"languageMap":{"fr":"c"}}""", "", """{"type":"LanguageProperty","languageMap":{"en":"a","fr":"c"}}""")]
    [InlineData("""{"type":"VocabProperty","vocab":"a"}""", """{"vocab":"b"}""", "", """{"type":"VocabProperty","vocab":"b"}""")]
    [InlineData("""{"type":"ListProperty","valueList":[1]}""", "[2,3]", "", """{"type":"ListProperty","valueList":[2,3]}""")]
    [InlineData("""{"type":"ListRelationship","objectList":[{"object":"urn:x:1"}]}""", """["urn:x:2"]""", "", """{"type":"ListRelationship","objectList":[{"object":"urn:x:2"}]}""")]
    [InlineData("""{"type":"JsonProperty","json":{"x":1}}""", """{"json":{"x":2}}""", "", """{"type":"JsonProperty","json":{"x":2}}""")]
    public async Task Simplified_values_are_merged_into_the_kind_that_they_meet(string before, string value, string parameters, string after)
    {
        foreach (var format in (string[])["format=simplified", "format=keyValues", "options=keyValues"])
        {
            (await PostAsync("entityOperations/upsert", $"[{Entity(Id, $$"""{"s":{{before}}}""")}]")).Expect(
                format == "format=simplified" ? HttpStatusCode.Created : HttpStatusCode.NoContent);
            Remember("entities/" + Id);
            (await PatchAsync($"entities/{Id}?{format}{parameters}", $$"""{"s":{{value}}}""")).Expect(HttpStatusCode.NoContent);
            await ReadsAsync($$"""{"s":{{after}}}""");
        }
    }

    [BrokerFact, Clause("5.6.17"), Clause("6.5")]
    public async Task The_parameters_of_a_merge_make_sense()
    {
        await CreateAsync(Two);
        (await PatchAsync($"entities/{Id}?observedAt=yesterday", Two)).Expect(HttpStatusCode.BadRequest);
        (await PatchAsync($"entities/{Id}?format=nonsense", Two)).Expect(HttpStatusCode.BadRequest);
        (await PatchAsync($"entities/{Id}?options=noOverwrite", Two)).ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
    }
}
