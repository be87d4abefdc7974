using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>How sources get their parts of batches (ETSI GS CIM 009 5.6.7.4 - 5.6.10.4, 5.6.20.4), and purges (5.6.21.4).</summary>
public class DistributedBatchTests : FederationTest
{
    private const string A = """{"a":{"type":"Property","value":1} }""";

    [BrokerTheory, Clause("5.6.7"), Clause("5.6.8"), Clause("5.6.9"), Clause("5.6.20"), Clause("4.20")]
    [InlineData("create", "createBatch", "create", "")]
    [InlineData("upsert", "upsertBatch", "upsert", "")]
    [InlineData("upsert?options=update", "upsertBatch", "upsert", "update")]
    [InlineData("update", "updateBatch", "update", "")]
    [InlineData("update?options=noOverwrite", "updateBatch", "update", "noOverwrite")]
    [InlineData("merge", "mergeBatch", "merge", "")]
    public async Task A_source_that_knows_batches_gets_one(string operation, string offered, string asked, string options)
    {
        await using var source = new ScriptedSource();
        string[] ids = [NewId(), NewId()];
        var created = SourceReply.Json($"""["{ids[0]}","{ids[1]}"]""") with { Status = HttpStatusCode.Created };
        source.Always(SourceReply.NoContent).Answer("POST", "entityOperations/create", created);
        await RegisterAsync(source.Url, "redirect", operations: offered + " createEntity updateEntity mergeEntity");
        var batch = string.Join(',', ids.Select(id => Entity(id, A)));
        Assert.Contains((await PostAsync("entityOperations/" + operation, $"[{batch}]")).Status, (HttpStatusCode[])[HttpStatusCode.NoContent, HttpStatusCode.Created]);
        var call = source.Only;
        Assert.Equal(("POST", "/ngsi-ld/v1/entityOperations/" + asked, options), (call.Method, call.Path, call.Parameter("options")));
        Assert.Equal(ids, call.Json.AsArray().Select(entity => (string)entity!["id"]!));
        foreach (var id in ids) Assert.Equal("", await HoldsAsync(null, id));
    }

    [BrokerTheory, Clause("5.6.7"), Clause("5.6.8"), Clause("5.6.9"), Clause("5.6.20"), Clause("4.20")]
    [InlineData("create", "createEntity", "POST entities")]
    [InlineData("upsert", "createEntity", "POST entities")]
    [InlineData("upsert", "replaceEntity", "PUT entities/1")]
    [InlineData("upsert?options=update", "updateEntity", "PATCH entities/1/attrs")]
    [InlineData("update", "updateEntity", "PATCH entities/1/attrs")]
    [InlineData("update?options=noOverwrite", "appendAttrs", "POST entities/1/attrs")]
    [InlineData("merge", "mergeEntity", "PATCH entities/1")]
    public async Task A_source_that_knows_no_batches_is_asked_for_each_Entity(string operation, string offered, string asked)
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.NoContent).Answer("POST", "entities", SourceReply.Created($"entities/{Id}"));
        await RegisterAsync(source.Url, "redirect", operations: offered);
        var answer = await PostAsync("entityOperations/" + operation, $"[{Entity(Id, A)},{Entity(NewId(), A)}]");
        answer.Expect(offered == "createEntity" ? HttpStatusCode.Created : HttpStatusCode.NoContent);
        Assert.Equal(2, source.Calls.Count);
        Assert.Contains(asked, source.Calls.Select(call => $"{call.Method} {call.Path["/ngsi-ld/v1/".Length..]}".Replace(Id, "1", StringComparison.Ordinal)));
        if (operation.EndsWith("noOverwrite", StringComparison.Ordinal)) Assert.All(source.Calls, call => Assert.Equal("noOverwrite", call.Parameter("options")));
    }

    [BrokerTheory, Clause("5.6.8")]
    [InlineData("upsert", "createEntity replaceEntity updateEntity", "PUT")]
    [InlineData("upsert?options=update", "createEntity replaceEntity updateEntity", "PATCH")]
    [InlineData("upsert", "createEntity updateEntity", "")]
    [InlineData("upsert?options=update", "createEntity replaceEntity", "")]
    public async Task An_upsert_without_batches_changes_what_it_cannot_create(string operation, string offered, string then)
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.NoContent).Answer("POST", "entities", SourceReply.Error(HttpStatusCode.Conflict, "AlreadyExists"));
        await RegisterAsync(source.Url, "redirect", operations: offered);
        var answer = await PostAsync("entityOperations/" + operation, $"[{Entity(Id, A)}]");
        Assert.Equal(then.Length == 0 ? ["POST"] : ["POST", then], source.Calls.Select(call => call.Method));
        if (then.Length > 0)
        {
            answer.Expect(HttpStatusCode.NoContent);
            return;
        }

        var error = Assert.Single(answer.Expect(HttpStatusCode.MultiStatus).Json["errors"]!.AsArray())!;
        Assert.EndsWith("OperationNotSupported", (string?)error["error"]!["type"], StringComparison.Ordinal);
    }

    [BrokerTheory, Clause("5.6.10"), InlineData("deleteBatch"), InlineData("deleteEntity")]
    public async Task Deletions_are_passed_on(string offered)
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.NoContent);
        await CreateAsync(A);
        await RegisterAsync(source.Url, "inclusive", operations: offered);
        (await PostAsync("entityOperations/delete", $"""["{Id}"]""")).Expect(HttpStatusCode.NoContent);
        var call = source.Only;
        if (offered == "deleteBatch") call.ExpectJson($"""["{Id}"]""");
        else Assert.Equal(("DELETE", $"/ngsi-ld/v1/entities/{Id}"), (call.Method, call.Path));
        Assert.Equal("", await HoldsAsync(null, Id));
    }

    [BrokerFact, Clause("5.6.7"), Clause("5.2.16"), Clause("5.2.17")]
    public async Task What_a_source_says_of_each_Entity_is_passed_on()
    {
        var other = NewId();
        await using var source = new ScriptedSource();
        source.Answer("POST", "entityOperations/create", new SourceReply
        {
            Status = HttpStatusCode.MultiStatus,
            Body = $$$"""
                {"success":["{{{Id}}}"],"errors":[{"entityId":"{{{other}}}","error":
                {"type":"https://uri.etsi.org/ngsi-ld/errors/AlreadyExists","title":"it is there","detail":"since long","status":409} }]}
                """,
        });
        var registration = (await RegisterAsync(source.Url, "redirect", operations: "createBatch")).Split('/')[^1];
        var answer = await PostAsync("entityOperations/create", $"[{Entity(Id, A)},{Entity(other, A)}]");
        var result = answer.Expect(HttpStatusCode.MultiStatus).Json;
        Assert.Equal(Id, (string?)Assert.Single(result["success"]!.AsArray()));
        var error = Assert.Single(result["errors"]!.AsArray())!;
        Assert.Equal((other, registration), ((string?)error["entityId"], (string?)error["registrationId"]));
        Assert.EndsWith("AlreadyExists", (string?)error["error"]!["type"], StringComparison.Ordinal);
    }

    [BrokerFact, Clause("5.5.11"), Clause("5.6.8")]
    public async Task What_occurs_twice_in_a_batch_arrives_in_its_order()
    {
        await using var source = new ScriptedSource();
        source.Answer("PATCH", $"entities/{Id}/attrs", SourceReply.NoContent with { Delay = TimeSpan.FromMilliseconds(50) });
        await RegisterAsync(source.Url, "redirect", operations: "updateEntity");
        var batch = string.Join(',', Enumerable.Range(0, 4).Select(i => Entity(Id, $$"""{"a":{"type":"Property","value":{{i}}} }""")));
        (await PostAsync("entityOperations/upsert?options=update", $"[{batch}]")).Expect(HttpStatusCode.NoContent);
        Assert.Equal([0, 1, 2, 3], source.Calls.Select(call => (int)call.Json["a"]!["value"]!));
    }

    [BrokerFact, Clause("5.6.21"), Clause("6.4")]
    public async Task A_purge_is_passed_on_with_what_the_source_registered()
    {
        await using var source = new ScriptedSource();
        source.Answer("DELETE", "entities", SourceReply.NoContent);
        await CreateAsync(A);
        await RegisterAsync(source.Url, "inclusive", $$"""[{"type":"{{Type}}","idPattern":"Station{{Type}}"}]""", "a b", "purgeEntity");
        (await DeleteAsync($"entities?type={Type},{Type}Other&drop=a,c")).Expect(HttpStatusCode.NoContent);
        var call = source.Only;
        Assert.Equal((Type, "Station" + Type, "a"), (call.Parameter("type"), call.Parameter("idPattern"), call.Parameter("drop")));
        Assert.Equal("", Values((await HeldAsync(null, Id))!));
    }

    [BrokerTheory, Clause("5.6.21"), Clause("6.4"), InlineData(true), InlineData(false)]
    public async Task A_purge_that_a_source_does_not_offer_is_a_conflict_or_done_in_part(bool isHere)
    {
        await using var source = new ScriptedSource();
        if (isHere) await CreateAsync(A);
        var registration = (await RegisterAsync(source.Url, "redirect", attributes: "b", operations: "retrieveOps")).Split('/')[^1];
        var answer = await DeleteAsync($"entities?type={Type}");
        if (isHere)
        {
            var error = Assert.Single(answer.Expect(HttpStatusCode.MultiStatus).Json["errors"]!.AsArray())!;
            Assert.Equal(registration, (string?)error["registrationId"]);
            Assert.Equal("", await HoldsAsync(null, Id));
        }
        else
        {
            answer.ExpectError(HttpStatusCode.Conflict, "Conflict");
        }

        Assert.DoesNotContain(source.Calls, call => call.Method == "DELETE");
    }
}
