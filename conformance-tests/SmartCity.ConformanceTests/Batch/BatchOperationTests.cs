using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Batch;

/// <summary>What holds of every batch operation, and what sets each apart.</summary>
public class BatchOperationTests : BrokerTest
{
    private static readonly string[] Writers = ["create", "upsert", "upsert?options=update", "upsert?options=replace", "update", "update?options=noOverwrite", "merge"];

    private readonly string _first;
    private readonly string _second;

    public BatchOperationTests()
    {
        _first = NewId(":1");
        _second = NewId(":2");
        Remember("entities/" + _first);
        Remember("entities/" + _second);
    }

    public static TheoryData<string> Operations() => [.. Writers, "delete"];

    public static TheoryData<string> OfEntities() => [.. Writers];

    private string Of(string id, string members) => Entity(id, members);

    private Task<Answer> DoAsync(string operation, params string[] items) => PostAsync("entityOperations/" + operation, $"[{string.Join(',', items)}]");

    private static void Succeeded(Answer answer, params string[] ids)
    {
        answer.Expect(HttpStatusCode.MultiStatus);
        Assert.Equal("application/json", answer.MediaType);
        Assert.Equal(ids.Order(), answer.Json["success"]!.AsArray().Select(id => (string)id!).Order());
        Assert.NotEmpty(answer.Json["errors"]!.AsArray());
    }

    private static void Failed(Answer answer, params (string Id, string Error)[] expected)
    {
        var errors = answer.Expect(HttpStatusCode.MultiStatus).Json["errors"]!.AsArray();
        Assert.Equal(
            expected.Select(error => (error.Id, "https://uri.etsi.org/ngsi-ld/errors/" + error.Error)).Order(),
            errors.Select(error => ((string)error!["entityId"]!, (string)error["error"]!["type"]!)).Order());
        Assert.All(errors, error => Assert.False(string.IsNullOrEmpty((string?)error!["error"]!["title"])));
    }

    [BrokerTheory, MemberData(nameof(Operations))]
    [Clause("5.6.7"), Clause("5.6.8"), Clause("5.6.9"), Clause("5.6.10"), Clause("5.6.20"), Clause("5.5.4")]
    public async Task What_is_no_list_of_anything_is_refused(string operation)
    {
        foreach (var body in (string[])["[]", "{}", "[null]", "\"urn:x:1\"", "5", "null"])
        {
            (await PostAsync("entityOperations/" + operation, body)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        }
    }

    [BrokerTheory, MemberData(nameof(OfEntities))]
    [Clause("5.6.7"), Clause("5.6.8"), Clause("5.6.9"), Clause("5.6.20"), Clause("5.2.16"), Clause("5.2.17"), Clause("5.5.4")]
    public async Task One_bad_Entity_spoils_no_other(string operation)
    {
        if (operation != "create") await CreateAsync(_first, "{}");
        var answer = await DoAsync(operation,
            Of(NewId(), """{"b":{"type":"Relationship","object":"no URI"}}"""),
            Of(_first, """{"a":{"type":"Property","value":1}}"""),
            $$"""{"id":"no URI","type":"{{Type}}"}""");
        Succeeded(answer, _first);
        Assert.All(answer.Json["errors"]!.AsArray(), error => Assert.EndsWith("BadRequestData", (string?)error!["error"]!["type"], StringComparison.Ordinal));
        Assert.Equal(2, answer.Json["errors"]!.AsArray().Count);
        await ReadsAsync("""{"a":{"type":"Property","value":1}}""", _first);
    }

    [BrokerTheory, MemberData(nameof(OfEntities))]
    [Clause("6.14"), Clause("6.15"), Clause("6.16"), Clause("6.31"), Clause("6.3.5")]
    public async Task Every_Entity_brings_its_own_context(string operation)
    {
        if (operation != "create")
        {
            await CreateAsync(_first, "{}");
            await CreateAsync(_second, "{}");
        }

        var answer = await PostAsync("entityOperations/" + operation, $$"""
            [{{Of(_first, """{"x":{"type":"Property","value":1},"@context":{"x":"https://example.org/one"}}""")}},
             {{Of(_second, """{"x":{"type":"Property","value":2},"@context":[{"x":"https://example.org/two"}]}""")}}]
            """, LdJson);
        Assert.Contains(answer.Status, (HttpStatusCode[])[HttpStatusCode.Created, HttpStatusCode.NoContent]);
        await ReadsAsync("""{"https://example.org/one":{"type":"Property","value":1}}""", _first);
        await ReadsAsync("""{"https://example.org/two":{"type":"Property","value":2}}""", _second);
    }

    [BrokerFact, Clause("5.6.7"), Clause("5.5.11"), Clause("4.6.6"), Clause("6.14")]
    public async Task Creating_takes_the_first_of_one_id_and_none_that_is_there()
    {
        await CreateAsync(_first, """{"a":{"type":"Property","value":0}}""");
        var answer = await DoAsync("create",
            Of(_first, """{"a":{"type":"Property","value":1}}"""),
            Of(_second, """{"a":{"type":"Property","value":1}}"""), Of(_second, """{"a":{"type":"Property","value":2}}"""));
        Succeeded(answer, _second);
        Failed(answer, (_first, "AlreadyExists"), (_second, "AlreadyExists"));
        await ReadsAsync("""{"a":{"type":"Property","value":0}}""", _first);
        await ReadsAsync("""{"a":{"type":"Property","value":1}}""", _second);
        Succeeded(await DoAsync("create", Of(_first, "{}")));
    }

    [BrokerTheory, Clause("5.6.8"), Clause("5.5.11"), Clause("4.6.6"), Clause("6.15")]
    [InlineData("upsert", """{"b":{"type":"Property","value":2}}""")]
    [InlineData("upsert?options=replace", """{"b":{"type":"Property","value":2}}""")]
    [InlineData("upsert?options=update", """{"old":{"type":"Property","value":0},"a":{"type":"Property","value":1},"b":{"type":"Property","value":2}}""")]
    public async Task Upserting_replaces_or_updates_in_the_order_of_the_list(string operation, string after)
    {
        await CreateAsync(_first, """{"old":{"type":"Property","value":0},"scope":"/x"}""");
        var before = await ReadAsync(_first, "?options=sysAttrs");
        var answer = await DoAsync(operation,
            Of(_first, """{"a":{"type":"Property","value":1},"scope":"/y"}"""), Of(_first, """{"b":{"type":"Property","value":2}}"""));
        answer.Expect(HttpStatusCode.NoContent);
        var read = await ReadAsync(_first);
        read.Remove("scope");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(after), read), read.ToJsonString());
        Assert.Equal((string?)before["createdAt"], (string?)(await ReadAsync(_first, "?options=sysAttrs"))["createdAt"]);
    }

    [BrokerTheory, Clause("5.6.8"), Clause("6.15"), Clause("5.5.11")]
    [InlineData("upsert")]
    [InlineData("upsert?options=update")]
    public async Task Upserting_tells_the_ids_of_those_that_it_creates(string operation)
    {
        (await DoAsync(operation, Of(_first, "{}"))).Expect(HttpStatusCode.Created).ExpectJson($"""["{_first}"]""");
        (await DoAsync(operation, Of(_first, "{}"), Of(_second, "{}"), Of(_second, "{}"))).Expect(HttpStatusCode.Created).ExpectJson($"""["{_second}"]""");
        Assert.Empty((await DoAsync(operation, Of(_first, "{}"), Of(_second, "{}"))).Expect(HttpStatusCode.NoContent).Body);
        Succeeded(await DoAsync(operation, Of(_first, "{}"), "{}"), _first);
    }

    [BrokerFact, Clause("5.6.8"), Clause("4.16")]
    public async Task Upserting_sets_the_types_or_adds_to_them()
    {
        await CreateAsync(_first, "{}");
        (await DoAsync("upsert?options=update", Of(_first, """{"type":"Other"}"""))).Expect(HttpStatusCode.NoContent);
        Assert.Equal($"""["{Type}","Other"]""", (await GetAsync("entities/" + _first)).Json["type"]!.ToJsonString());
        (await DoAsync("upsert", Of(_first, "{}"))).Expect(HttpStatusCode.NoContent);
        Assert.Equal(Type, (string?)(await GetAsync("entities/" + _first)).Json["type"]);
    }

    [BrokerFact, Clause("5.6.9"), Clause("6.16"), Clause("5.5.11")]
    public async Task Updating_appends_and_overwrites_unless_denied()
    {
        await CreateAsync(_first, """{"a":{"type":"Property","value":0},"b":{"type":"Property","value":0}}""");
        (await DoAsync("update", Of(_first, """{"a":{"type":"Property","value":1}}"""), Of(_first, """{"a":{"type":"Property","value":2},"c":{"type":"Property","value":2}}""")))
            .Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"a":{"type":"Property","value":2},"b":{"type":"Property","value":0},"c":{"type":"Property","value":2}}""", _first);
        await DoAsync("update?options=noOverwrite", Of(_first, """{"a":{"type":"Property","value":3},"d":{"type":"Property","value":3}}"""));
        await ReadsAsync("""{"a":{"type":"Property","value":2},"b":{"type":"Property","value":0},"c":{"type":"Property","value":2},"d":{"type":"Property","value":3}}""", _first);
        var answer = await DoAsync("update", Of(_second, "{}"), Of(_first, """{"a":{"type":"Property","value":4}}"""));
        Succeeded(answer, _first);
        Failed(answer, (_second, "ResourceNotFound"));
    }

    [BrokerFact, Clause("5.6.20"), Clause("6.31"), Clause("5.5.12"), Clause("5.5.11")]
    public async Task Merging_merges_in_the_order_of_the_list()
    {
        await CreateAsync(_first, """{"a":{"type":"Property","value":{"x":1,"y":1},"unitCode":"CEL"},"b":{"type":"Property","value":1}}""");
        (await DoAsync("merge", Of(_first, """{"a":{"type":"Property","value":{"x":2}},"b":"urn:ngsi-ld:null"}"""), Of(_first, """{"a":{"type":"Property","value":{"x":3,"z":3}}}""")))
            .Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"a":{"type":"Property","value":{"x":3,"y":1,"z":3},"unitCode":"CEL"}}""", _first);
        var answer = await DoAsync("merge", Of(_second, "{}"), Of(_first, """{"a":{"type":"Property","value":5}}"""));
        Succeeded(answer, _first);
        Failed(answer, (_second, "ResourceNotFound"));
    }

    [BrokerFact, Clause("5.6.10"), Clause("6.17"), Clause("5.5.11")]
    public async Task Deleting_deletes_what_is_there_once()
    {
        await CreateAsync(_first, "{}");
        await CreateAsync(_second, "{}");
        (await DoAsync("delete", $"\"{_first}\"")).Expect(HttpStatusCode.NoContent);
        (await GetAsync("entities/" + _first)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        var answer = await DoAsync("delete", $"\"{_first}\"", $"\"{_second}\"", $"\"{_second}\"");
        Succeeded(answer, _second);
        Failed(answer, (_first, "ResourceNotFound"), (_second, "ResourceNotFound"));
        Succeeded(await DoAsync("delete", $"\"{_first}\""));
        foreach (var wrong in (string[])["\"no URI\"", "5", "{}"])
        {
            Assert.Contains((await DoAsync("delete", wrong)).Status, (HttpStatusCode[])[HttpStatusCode.BadRequest, HttpStatusCode.MultiStatus]);
        }
    }

    [BrokerTheory, Clause("6.3.20"), Clause("6.15"), Clause("6.16")]
    [InlineData("create?options=update")]
    [InlineData("upsert?options=noOverwrite")]
    [InlineData("update?options=replace")]
    [InlineData("merge?options=noOverwrite")]
    [InlineData("upsert?options=nonsense")]
    [InlineData("delete?options=update")]
    public async Task An_option_of_another_operation_is_an_invalid_request(string operation) =>
        (await DoAsync(operation, operation.StartsWith("delete", StringComparison.Ordinal) ? $"\"{_first}\"" : Of(_first, "{}")))
            .ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
}
