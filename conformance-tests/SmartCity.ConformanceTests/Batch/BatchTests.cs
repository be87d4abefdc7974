using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Batch;

public class BatchTests : BrokerTest
{
    private readonly string _first;
    private readonly string _second;

    public BatchTests()
    {
        _first = NewId(":1");
        _second = NewId(":2");
        Remember("entities/" + _first);
        Remember("entities/" + _second);
    }

    private string Both(int value) => $"[{Of(_first, value)},{Of(_second, value)}]";

    private string Of(string id, int value) => Entity(id, $$$"""{"a":{"type":"Property","value":{{{value}}}}}""");

    private async Task<int?> ValueAsync(string id) => (int?)(await ReadAsync(id))["a"]!["value"];

    [BrokerFact, Clause("5.6.7"), Clause("6.14")]
    public async Task A_batch_creates_Entities()
    {
        (await PostAsync("entityOperations/create", Both(1))).Expect(HttpStatusCode.Created).ExpectJson($"""["{_first}","{_second}"]""");
        Assert.Equal(1, await ValueAsync(_second));
    }

    [BrokerFact, Clause("5.6.7"), Clause("5.5.11"), Clause("4.6.6")]
    public async Task One_bad_Entity_spoils_no_other_and_the_second_of_one_id_exists_already()
    {
        var answer = await PostAsync("entityOperations/create", $$"""[{{Of(_first, 1)}},{"id":"urn:x:bad","a":1},{{Of(_first, 2)}},{{Of(_second, 3)}}]""");
        answer.Expect(HttpStatusCode.MultiStatus);
        Assert.Equal("application/json", answer.MediaType);
        Assert.Equal($"""["{_first}","{_second}"]""", answer.Json["success"]!.ToJsonString());
        var errors = answer.Json["errors"]!.AsArray();
        Assert.Equal(["urn:x:bad", _first], errors.Select(error => (string?)error!["entityId"]));
        Assert.EndsWith("BadRequestData", (string?)errors[0]!["error"]!["type"], StringComparison.Ordinal);
        Assert.EndsWith("AlreadyExists", (string?)errors[1]!["error"]!["type"], StringComparison.Ordinal);
        Assert.Equal(1, await ValueAsync(_first));
    }

    [BrokerFact, Clause("5.6.8"), Clause("6.15"), Clause("5.5.11")]
    public async Task An_upsert_creates_and_replaces()
    {
        (await PostAsync("entityOperations/upsert", $"[{Of(_first, 1)}]")).Expect(HttpStatusCode.Created).ExpectJson($"""["{_first}"]""");
        (await PostAsync("entityOperations/upsert", Both(2))).Expect(HttpStatusCode.Created).ExpectJson($"""["{_second}"]""");
        var twice = $$"""[{{Entity(_first, """{"b":{"type":"Property","value":1}}""")}},{{Of(_first, 4)}}]""";
        (await PostAsync("entityOperations/upsert", twice)).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"a":{"type":"Property","value":4}}""", _first);
    }

    [BrokerFact, Clause("5.6.8")]
    public async Task An_upsert_updates_where_asked()
    {
        await CreateAsync(_first, """{"b":{"type":"Property","value":1}}""");
        (await PostAsync("entityOperations/upsert?options=update", $"[{Of(_first, 1)},{Of(_first, 2)}]")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"b":{"type":"Property","value":1},"a":{"type":"Property","value":2}}""", _first);
    }

    [BrokerFact, Clause("5.6.9"), Clause("6.16")]
    public async Task An_update_appends_and_overwrites()
    {
        await CreateAsync(_first, """{"b":{"type":"Property","value":1}}""");
        (await PostAsync("entityOperations/update", $"[{Of(_first, 1)}]")).Expect(HttpStatusCode.NoContent);
        await PostAsync("entityOperations/update?options=noOverwrite", $"[{Of(_first, 2)}]");
        Assert.Equal(1, await ValueAsync(_first));
        var answer = await PostAsync("entityOperations/update", Both(3));
        answer.Expect(HttpStatusCode.MultiStatus);
        Assert.Equal(_second, (string?)answer.Json["errors"]![0]!["entityId"]);
        Assert.Equal(3, await ValueAsync(_first));
    }

    [BrokerFact, Clause("5.6.20"), Clause("6.31")]
    public async Task A_merge_merges()
    {
        await CreateAsync(_first, """{"a":{"type":"Property","value":{"x":1,"y":2}},"b":{"type":"Property","value":1}}""");
        var fragment = Entity(_first, """{"a":{"type":"Property","value":{"x":3}},"b":"urn:ngsi-ld:null"}""");
        (await PostAsync("entityOperations/merge", $"[{fragment}]")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"a":{"type":"Property","value":{"x":3,"y":2}}}""", _first);
        (await PostAsync("entityOperations/merge", $"[{fragment},{Of(_second, 1)}]")).Expect(HttpStatusCode.MultiStatus);
    }

    [BrokerFact, Clause("5.6.10"), Clause("6.17"), Clause("5.5.11")]
    public async Task A_batch_deletes_Entities()
    {
        (await PostAsync("entityOperations/create", Both(1))).Expect(HttpStatusCode.Created);
        (await PostAsync("entityOperations/delete", $"""["{_first}"]""")).Expect(HttpStatusCode.NoContent);
        var answer = await PostAsync("entityOperations/delete", $"""["{_second}","{_second}"]""");
        answer.Expect(HttpStatusCode.MultiStatus);
        Assert.Equal($"""["{_second}"]""", answer.Json["success"]!.ToJsonString());
        Assert.EndsWith("ResourceNotFound", (string?)answer.Json["errors"]![0]!["error"]!["type"], StringComparison.Ordinal);
    }

    [BrokerTheory, Clause("5.6.7"), Clause("5.6.8"), Clause("5.6.9"), Clause("5.6.10")]
    [InlineData("create", "[]")]
    [InlineData("upsert", "[]")]
    [InlineData("update", "{}")]
    [InlineData("delete", "[]")]
    [InlineData("create", "[null]")]
    public async Task An_empty_batch_is_refused(string operation, string body) =>
        (await PostAsync("entityOperations/" + operation, body)).Expect(HttpStatusCode.BadRequest);
}
