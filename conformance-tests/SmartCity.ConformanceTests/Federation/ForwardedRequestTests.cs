using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>What sources are asked, and in which words (ETSI GS CIM 009 4.3.6.1, 4.3.6.5, 4.3.6.6, 6.3.19).</summary>
public class ForwardedRequestTests : FederationTest
{
    private const string Both = """{"a":{"type":"Property","value":10},"b":{"type":"Property","value":20} }""";

    private const string B = """{"b":{"type":"Property","value":20} }""";

    private static string Info(params (string Key, string Value)[] pairs) => new JsonObject
    {
        ["contextSourceInfo"] = new JsonArray([.. pairs.Select(pair => new JsonObject { ["key"] = pair.Key, ["value"] = pair.Value })]),
    }.ToJsonString();

    [BrokerFact, Clause("4.3.6"), Clause("5.6.17"), Clause("5.6.2"), Clause("5.6.3"), Clause("5.6.19"), Clause("5.6.4"), Clause("5.6.5"), Clause("5.6.6")]
    public async Task A_write_is_forwarded_as_it_is_but_for_what_is_not_registered()
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.NoContent);
        await RegisterAsync(source.Url, "inclusive", One(Id), "b", Everything);
        (await PostAsync("entities?local=true", Entity(Id, Both))).Expect(HttpStatusCode.Created);
        foreach (var (method, path, body, told) in (IEnumerable<(HttpMethod, string, string, string)>)
        [
            (HttpMethod.Patch, $"entities/{Id}", Both, B),
            (HttpMethod.Patch, $"entities/{Id}/attrs", Both, B),
            (HttpMethod.Post, $"entities/{Id}/attrs", Both, B),
            (HttpMethod.Patch, $"entities/{Id}/attrs/b", """{"value":21}""", ""),
            (HttpMethod.Put, $"entities/{Id}/attrs/b", """{"type":"Property","value":20}""", ""),
            (HttpMethod.Delete, $"entities/{Id}/attrs/b", "", ""),
            (HttpMethod.Delete, $"entities/{Id}", "", ""),
        ])
        {
            await SendAsync(method, path, body.Length == 0 ? null : body, "application/json");
            var call = source.Calls[^1];
            Assert.Equal((method.Method, "/ngsi-ld/v1/" + path), (call.Method, call.Path));
            Assert.NotEqual("", call.Header("Via"));
            if (told.Length > 0) Assert.Equal("b=20", Simplified(call.Json));
            if (body.Length == 0) Assert.Equal("", call.Body);
            else Assert.StartsWith("application/", call.Header("Content-Type"), StringComparison.Ordinal);
        }

        await SendAsync(HttpMethod.Patch, $"entities/{Id}/attrs", """{"a":{"type":"Property","value":1} }""", "application/json");
        Assert.Equal("DELETE", source.Calls[^1].Method);
    }

    /// <summary>Values of normalized or concise Attributes, <c>name=value</c>.</summary>
    private static string Simplified(JsonNode entity) => string.Join(' ', entity.AsObject()
        .Where(member => member.Key is not ("id" or "type" or "@context"))
        .Select(member => $"{member.Key}={(member.Value is JsonObject attribute ? attribute["value"] : member.Value)?.ToJsonString()}"));

    [BrokerFact, Clause("4.3.6"), Clause("5.7.2")]
    public async Task A_query_is_reduced_to_what_is_registered()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities", SourceReply.Json("[]")).Answer("POST", "entityOperations/query", SourceReply.Json("[]"));
        await RegisterAsync(source.Url, "inclusive", One(Id), "b");
        await GetAsync($"entities?type={Type},{Type}Other&pick=id,a,b&limit=7");
        var call = source.Only;
        Assert.DoesNotContain("Other", call.Parameter("type") + call.Body, StringComparison.Ordinal);
        Assert.Contains(Id, call.Parameter("id") + call.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("a", (call.Parameter("pick") + "," + call.Parameter("attrs")).Split(','));
    }

    [BrokerFact, Clause("4.3.6.5"), Clause("6.3.19")]
    public async Task What_the_registration_says_goes_into_headers()
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, B));
        await RegisterAsync(source.Url, "inclusive", null, null, null, Info(
            ("X-Own", "told"), ("Authorization", "urn:ngsi-ld:request"), ("X-Absent", "urn:ngsi-ld:request"), ("Content-Length", "9999"), ("Host", "elsewhere")));
        Assert.Equal("b=20", await SeesAsync(Id, "", ("Authorization", "Bearer abc"), ("X-Not-Named", "secret")));
        var call = source.Only;
        Assert.Equal(("told", "Bearer abc", "", ""), (call.Header("X-Own"), call.Header("Authorization"), call.Header("X-Absent"), call.Header("X-Not-Named")));
        Assert.StartsWith("localhost", call.Header("Host").Replace(Target.ReceiverHost, "localhost", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [BrokerTheory, Clause("4.14"), Clause("5.5.10"), Clause("6.3.14"), InlineData("their-tenant"), InlineData("")]
    public async Task A_source_is_asked_in_its_own_tenant(string theirs)
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, B));
        await RegisterAsync(source.Url, "inclusive", null, null, null, theirs.Length == 0 ? "{}" : $$"""{"tenant":"{{theirs}}"}""", Tenant);
        var read = (await GetAsync($"entities/{Id}", TenantHeader(Tenant))).Expect(HttpStatusCode.OK);
        Assert.Equal(Tenant, read.Header("NGSILD-Tenant"));
        Assert.Equal(theirs, source.Only.Header("NGSILD-Tenant"));
        (await GetAsync($"entities/{Id}")).Expect(HttpStatusCode.NotFound);
        Assert.Single(source.Calls);
    }

    [PeerFact, Clause("4.14"), Clause("4.3.6"), Clause("5.6.17")]
    public async Task Another_tenant_of_another_broker_is_read_and_written()
    {
        await RegisterAsync(Second, "redirect", One(Id), null, Everything, $$"""{"tenant":"{{Tenant}}"}""");
        await CreateAtAsync(Second, Id, B, Tenant);
        Assert.Equal("b=20", await SeesAsync(Id));
        (await PatchAsync($"entities/{Id}", """{"b":{"type":"Property","value":21} }""")).Expect(HttpStatusCode.NoContent);
        Assert.Equal(("b=21", ""), (await HoldsAsync(Second, Id, Tenant), await HoldsAsync(Second, Id)));
    }

    [BrokerFact, Clause("4.3.6.6"), Clause("5.5.7"), Clause("5.5.5")]
    public async Task A_source_is_spoken_to_in_the_terms_of_its_own_context()
    {
        await using var contexts = new Receiver();
        await using var source = new ScriptedSource();
        var uri = $"https://example.org/{Type}";
        var ours = contexts.Serve("/ours.jsonld", $$"""{"@context":{"Parking":"{{uri}}","free":"{{uri}}/free"} }""");
        var theirs = contexts.Serve("/theirs.jsonld", $$"""{"@context":{"Parkirisce":"{{uri}}","prosto":"{{uri}}/free"} }""");
        const string Held = """{"id":"$id","type":"Parkirisce","prosto":{"type":"Property","value":7} }""";
        source.Holds(Id, Held.Replace("$id", Id, StringComparison.Ordinal));
        source.Answer("PATCH", $"entities/{Id}", SourceReply.NoContent);
        await RegisterAsync(source.Url, "redirect", $$"""[{"type":"{{uri}}","id":"{{Id}}"}]""", null, Everything, Info(("jsonldContext", theirs)));

        var read = (await GetAsync($"entities?type=Parking&pick=id,free&format=keyValues", Link(ours))).Expect(HttpStatusCode.OK);
        Assert.Equal("free=7", Values(read.Json[0]!));
        var asked = source.Calls[^1];
        Assert.Contains("Parkirisce", asked.Parameter("type") + asked.Body, StringComparison.Ordinal);
        Assert.Contains(theirs, asked.Header("Link"), StringComparison.Ordinal);

        var patched = await PatchAsync($"entities/{Id}", """{"free":{"type":"Property","value":6} }""", "application/json", Link(ours));
        patched.Expect(HttpStatusCode.NoContent);
        asked = source.Asked("PATCH")[0];
        Assert.Equal(6, (int?)asked.Json["prosto"]!["value"]);
        Assert.StartsWith("application/json", asked.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Contains(theirs, asked.Header("Link"), StringComparison.Ordinal);
        Assert.Null(asked.Json["@context"]);
    }

    [PeerFact, Clause("4.3.6.6"), Clause("5.5.7")]
    public async Task Two_brokers_with_different_terms_understand_each_other()
    {
        await using var contexts = new Receiver();
        var uri = $"https://example.org/{Type}";
        var ours = contexts.Serve("/ours.jsonld", $$"""{"@context":{"Parking":"{{uri}}","free":"{{uri}}/free"} }""");
        var theirs = contexts.Serve("/theirs.jsonld", $$"""{"@context":{"Parkirisce":"{{uri}}","prosto":"{{uri}}/free"} }""");
        await RegisterAsync(Second, "redirect", $"[{OwnEntities(uri)}]", null, Everything, Info(("jsonldContext", theirs)));
        var made = await PostAsync("entities", $$"""{"id":"{{Id}}","type":"Parking","free":{"type":"Property","value":7} }""", "application/json", Link(ours));
        made.Expect(HttpStatusCode.Created);
        Remember(At(Second, $"entities/{Id}"));
        var there = (await GetAsync(At(Second, $"entities/{Id}?format=keyValues"), Link(theirs))).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("prosto=7", Values(there));
        Assert.Equal("free=7", await SeesAsync(Id, "", Link(ours)));
        Assert.Equal("free=7", Values((await GetAsync("entities?type=Parking&q=free==7&format=keyValues", Link(ours))).Expect(HttpStatusCode.OK).Json[0]!));
    }

    [BrokerFact, Clause("5.5.13"), Clause("5.2.34"), Clause("6.3.18")]
    public async Task A_registration_may_ask_for_what_is_local_there()
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, B)).Answer("PATCH", $"entities/{Id}", SourceReply.NoContent);
        await RegisterAsync(source.Url, "inclusive", null, null, Everything, """{"management":{"localOnly":true} }""");
        await GetAsync($"entities/{Id}");
        await GetAsync($"entities?type={Type}");
        await PatchAsync($"entities/{Id}", B);
        Assert.All(source.Calls, call => Assert.Equal("true", call.Parameter("local")));
        Assert.True(source.Calls.Count == 3, string.Join('\n', source.Calls));
    }

    [BrokerFact, Clause("6.3.17"), Clause("5.2.34")]
    public async Task An_answer_that_is_kept_is_given_again_with_a_warning()
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, B));
        await RegisterAsync(source.Url, "inclusive", null, null, null, """{"management":{"cacheDuration":"PT1M"} }""");
        Assert.Equal("", (await GetAsync($"entities/{Id}")).Expect(HttpStatusCode.OK).Header("NGSILD-Warning"));
        var again = (await GetAsync($"entities/{Id}")).Expect(HttpStatusCode.OK);
        Assert.StartsWith("110", again.Header("NGSILD-Warning"), StringComparison.Ordinal);
        Assert.Single(source.Calls);
    }

    [BrokerFact, Clause("5.2.9"), Clause("5.2.34")]
    public async Task How_a_source_stands_is_counted()
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, B));
        var registration = await RegisterAsync(source.Url, operations: "retrieveEntity");
        await GetAsync($"entities/{Id}");
        source.Always(SourceReply.Of(HttpStatusCode.InternalServerError)).Answer("GET", $"entities/{Id}", SourceReply.Of(HttpStatusCode.InternalServerError));
        await GetAsync($"entities/{Id}");
        var read = (await GetAsync(registration)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal((2, 1, "failed"), ((int?)read["timesSent"], (int?)read["timesFailed"], (string?)read["status"]));
        Assert.NotNull(read["lastSuccess"]);
        Assert.NotNull(read["lastFailure"]);
    }
}
