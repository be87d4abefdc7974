using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Batch;

public class BatchDetailTests : BrokerTest
{
    private string Of(string id, int value) => Entity(id, $$$"""{"a":{"type":"Property","value":{{{value}}}}}""");

    [BrokerFact, Clause("5.6.7"), Clause("5.6.10"), Clause("6.14"), Clause("6.17")]
    public async Task One_bad_Entity_among_ten_thousand_spoils_no_other()
    {
        const int Count = 10_000;
        var ids = Enumerable.Range(0, Count).Select(i => NewId($":{i}")).ToArray();
        var entities = ids.Select((id, i) => i == 4711 ? Entity(id, """{"a":{"type":"Property"}}""") : Of(id, i));
        var answer = (await PostAsync("entityOperations/create", $"[{string.Join(',', entities)}]")).Expect(HttpStatusCode.MultiStatus);
        try
        {
            Assert.Equal(Count - 1, answer.Json["success"]!.AsArray().Count);
            var error = Assert.Single(answer.Json["errors"]!.AsArray())!;
            Assert.Equal(ids[4711], (string?)error["entityId"]);
            Assert.EndsWith("BadRequestData", (string?)error["error"]!["type"], StringComparison.Ordinal);
            Assert.NotEqual("", (string?)error["error"]!["detail"]);
            var counted = (await GetAsync($"entities?type={Type}&limit=0&count=true")).Expect(HttpStatusCode.OK);
            Assert.Equal($"{Count - 1}", counted.Header("NGSILD-Results-Count"));
            Assert.Equal(9999, (int?)(await ReadAsync(ids[^1]))["a"]!["value"]);
        }
        finally
        {
            var deleted = await PostAsync("entityOperations/delete", $"[\"{string.Join("\",\"", ids)}\"]");
            deleted.Expect(HttpStatusCode.MultiStatus);
            Assert.Equal(ids[4711], (string?)Assert.Single(deleted.Json["errors"]!.AsArray())!["entityId"]);
        }
    }

    [BrokerTheory, Clause("5.6.7"), Clause("5.6.8"), Clause("5.6.9"), Clause("5.6.10"), Clause("5.6.20")]
    [InlineData("create")]
    [InlineData("upsert")]
    [InlineData("update")]
    [InlineData("merge")]
    [InlineData("delete")]
    public async Task A_batch_is_an_array_that_holds_something(string operation)
    {
        foreach (var body in (string[])["[]", "{}", "1", "\"x\"", "[null]"])
        {
            (await PostAsync("entityOperations/" + operation, body)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        }

        (await PostAsync("entityOperations/" + operation, "[")).ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
    }

    [BrokerTheory, Clause("5.6.8"), Clause("5.6.9"), Clause("5.6.20"), Clause("6.15"), Clause("6.16"), Clause("6.31")]
    [InlineData("upsert", """{"a":{"type":"Property"}}""")]
    [InlineData("upsert?options=update", """{"a":null}""")]
    [InlineData("update", """{"a":{"type":"Property"}}""")]
    [InlineData("update", """{"a":"urn:ngsi-ld:null"}""")]
    [InlineData("merge", """{"a":{"type":"Relationship"}}""")]
    public async Task A_bad_Entity_is_named_beside_those_that_are_good(string operation, string bad)
    {
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        var other = NewId();
        await CreateAsync(other, """{"a":{"type":"Property","value":1}}""");
        var answer = await PostAsync("entityOperations/" + operation, $"[{Entity(Id, bad)},{Of(other, 2)}]");
        answer.Expect(HttpStatusCode.MultiStatus);
        Assert.Equal("application/json", answer.MediaType);
        answer.Json["success"]!.AsArray().Single(id => (string?)id == other);
        var error = Assert.Single(answer.Json["errors"]!.AsArray())!;
        Assert.Equal(Id, (string?)error["entityId"]);
        Assert.EndsWith("BadRequestData", (string?)error["error"]!["type"], StringComparison.Ordinal);
        await ReadsAsync("""{"a":{"type":"Property","value":1}}""");
        await ReadsAsync("""{"a":{"type":"Property","value":2}}""", other);
    }

    [BrokerFact, Clause("5.6.20"), Clause("6.31")]
    public async Task A_merge_takes_a_language_a_time_and_simplified_values()
    {
        await CreateAsync("""
            {"l":{"type":"LanguageProperty","languageMap":{"en":"x"}},"r":{"type":"Relationship","object":"urn:x:1"},
             "o":{"type":"Property","value":1,"observedAt":"2020-01-01T00:00:00Z"}}
            """);
        var fragment = Entity(Id, """{"l":"y","r":"urn:x:2","o":2}""");
        (await PostAsync("entityOperations/merge?format=simplified&lang=de&observedAt=2026-01-01T00:00:00Z", $"[{fragment}]"))
            .Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""
            {"l":{"type":"LanguageProperty","languageMap":{"en":"x","de":"y"}},"r":{"type":"Relationship","object":"urn:x:2"},
             "o":{"type":"Property","value":2,"observedAt":"2026-01-01T00:00:00Z"}}
            """);
        (await PostAsync("entityOperations/create?lang=de", $"[{fragment}]")).ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
    }

    [BrokerFact, Clause("5.6.20"), Clause("5.5.11")]
    public async Task Merges_of_one_Entity_come_in_their_order()
    {
        await CreateAsync("""{"a":{"type":"Property","value":{"x":1}}}""");
        var first = Entity(Id, """{"a":{"type":"Property","value":{"y":2}}}""");
        var second = Entity(Id, """{"a":{"type":"Property","value":{"x":"urn:ngsi-ld:null","y":3}}}""");
        (await PostAsync("entityOperations/merge", $"[{first},{second}]")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"a":{"type":"Property","value":{"y":3}}}""");
    }

    [BrokerFact, Clause("5.6.8"), Clause("5.6.2"), Clause("5.5.4")]
    public async Task An_upsert_that_updates_deletes_by_NGSI_LD_Null_and_creates_nothing_of_it()
    {
        await CreateAsync("""{"a":{"type":"Property","value":1},"b":{"type":"Property","value":1}}""");
        var other = NewId();
        var body = $"[{Entity(Id, """{"a":"urn:ngsi-ld:null","b":{"type":"Property","value":2}}""")},{Entity(other, """{"a":"urn:ngsi-ld:null"}""")}]";
        var answer = (await PostAsync("entityOperations/upsert?options=update", body)).Expect(HttpStatusCode.MultiStatus);
        Assert.Equal($"[\"{Id}\"]", answer.Json["success"]!.ToJsonString());
        Assert.Equal(other, (string?)Assert.Single(answer.Json["errors"]!.AsArray())!["entityId"]);
        await ReadsAsync("""{"b":{"type":"Property","value":2}}""");
        (await GetAsync($"entities/{other}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await PostAsync("entityOperations/upsert", $"[{Entity(Id, """{"b":"urn:ngsi-ld:null"}""")}]")).Expect(HttpStatusCode.MultiStatus);
    }

    [BrokerFact, Clause("5.6.9"), Clause("4.16"), Clause("4.18")]
    public async Task An_update_adds_types_and_keeps_what_must_not_be_overwritten()
    {
        await CreateAsync("""{"a":{"type":"Property","value":1},"scope":"/x"}""");
        var fragment = Entity(Id, """{"type":"Second","a":{"type":"Property","value":2},"b":{"type":"Property","value":2},"scope":"/y"}""");
        await PostAsync("entityOperations/update?options=noOverwrite", $"[{fragment}]");
        await ReadsAsync("""{"a":{"type":"Property","value":1},"b":{"type":"Property","value":2},"scope":["/x","/y"]}""");
        Assert.Equal($"[\"{Type}\",\"Second\"]", (await GetAsync($"entities/{Id}")).Json["type"]!.ToJsonString());
    }

    [BrokerFact, Clause("5.6.8"), Clause("4.16")]
    public async Task An_upsert_that_replaces_sets_the_types()
    {
        await CreateAsync("""{"a":{"type":"Property","value":1},"scope":"/x"}""");
        (await PostAsync("entityOperations/upsert", $"[{Entity(Id, """{"type":"Second"}""")}]")).Expect(HttpStatusCode.NoContent);
        (await GetAsync($"entities/{Id}")).ExpectJson($$"""{"id":"{{Id}}","type":"Second"}""");
    }

    [BrokerFact, Clause("5.6.7"), Clause("6.3.5")]
    public async Task Each_Entity_brings_its_own_context_where_the_batch_is_JSON_LD()
    {
        var other = NewId();
        Remember("entities/" + Id);
        Remember("entities/" + other);
        var first = Entity(Id, """{"@context":{"speed":"https://example.org/speed"},"speed":{"type":"Property","value":1}}""");
        var second = Entity(other, """{"@context":{"speed":"https://example.com/v"},"speed":{"type":"Property","value":1}}""");
        (await PostAsync("entityOperations/create", $"[{first},{second}]", LdJson)).Expect(HttpStatusCode.Created);
        Assert.NotNull((await ReadAsync())["https://example.org/speed"]);
        Assert.NotNull((await ReadAsync(other))["https://example.com/v"]);
        (await PostAsync("entityOperations/upsert", $"[{Of(Id, 1)}]", LdJson)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await PostAsync("entityOperations/upsert", $"[{first}]", "application/json")).Expect(HttpStatusCode.MultiStatus);
    }
}
