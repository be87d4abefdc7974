using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>
/// Each write into the history, in each mode, with each answer of a source that has <c>b</c> of it: what the source is sent, and what the client
/// is told (ETSI GS CIM 009 5.6.11 - 5.6.16, 6.3.17).
/// </summary>
public class HistoryWriteTests : FederationTest
{
    private const string Operations =
        "upsertTemporal appendAttrsTemporal deleteAttrsTemporal updateAttrInstanceTemporal deleteAttrInstanceTemporal deleteTemporal";

    private const string Instance = "urn:ngsi-ld:instance:somewhere";
    private const string A = """{"a":[{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z"}] }""";
    private const string B = """{"b":[{"type":"Property","value":2,"observedAt":"2026-01-01T10:00:00Z"}] }""";
    private const string Both = """
        {"a":[{"type":"Property","value":10,"observedAt":"2026-01-01T11:00:00Z"}],"b":[{"type":"Property","value":2,"observedAt":"2026-01-01T10:00:00Z"}] }
        """;

    private static readonly Dictionary<string, (string Method, string Path, string? Alone, bool IsOfEntity)> Writes = new()
    {
        ["upsert"] = ("POST", "temporal/entities", B, true),
        ["append"] = ("POST", "temporal/entities/$id/attrs", B, false),
        ["delete attribute"] = ("DELETE", "temporal/entities/$id/attrs/b", null, false),
        ["replace instance"] = ("PATCH", $"temporal/entities/$id/attrs/b/{Instance}", B, false),
        ["delete instance"] = ("DELETE", $"temporal/entities/$id/attrs/b/{Instance}", null, false),
        ["delete"] = ("DELETE", "temporal/entities/$id", null, true),
    };

    public static TheoryData<string, string, string, string> Alone()
    {
        var cells = new TheoryData<string, string, string, string>();
        foreach (var name in Writes.Keys)
        {
            foreach (var behaviour in SourceBehaviours.All)
            {
                cells.Add(name, "exclusive", behaviour, "observationInterval");
                cells.Add(name, "redirect", behaviour, "managementInterval");
                if (name != "upsert") cells.Add(name, "inclusive", behaviour, "observationInterval");
            }

            // Who offers just this need not say of which time.
            cells.Add(name, "redirect", SourceBehaviours.Success, "");
        }

        return cells;
    }

    public static TheoryData<string, string, string> InPart()
    {
        var cells = new TheoryData<string, string, string>();
        foreach (var behaviour in SourceBehaviours.All)
        {
            foreach (var name in (string[])["upsert", "append"])
            {
                foreach (var mode in (string[])["inclusive", "exclusive", "redirect"]) cells.Add(name, mode, behaviour);
            }

            cells.Add("delete attribute", "inclusive", behaviour);
            cells.Add("delete", "inclusive", behaviour);
        }

        return cells;
    }

    [BrokerTheory, MemberData(nameof(Alone))]
    [Clause("6.3.17"), Clause("4.3.6"), Clause("5.6.11"), Clause("5.6.12"), Clause("5.6.13"), Clause("5.6.14"), Clause("5.6.15"), Clause("5.6.16")]
    public async Task What_only_a_source_has_is_written_as_the_source_says(string name, string mode, string behaviour, string interval)
    {
        await using var source = new ScriptedSource();
        var registration = await RegisterAsync(source, mode, behaviour, interval);
        var answer = await WriteAsync(name, Writes[name].Alone);
        Assert.Contains(answer.Status, SourceBehaviours.Alone(behaviour, creates: false, HttpStatusCode.NoContent));
        if (answer.Status == HttpStatusCode.MultiStatus) Tells(answer, name, registration);
        (await GetAsync($"temporal/entities/{Id}?local=true")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        if (behaviour is not (SourceBehaviours.Dead or SourceBehaviours.Late)) Asked(source, name);
    }

    [BrokerTheory, MemberData(nameof(InPart))]
    [Clause("6.3.17"), Clause("4.3.6"), Clause("5.2.16"), Clause("5.2.18"), Clause("5.6.11"), Clause("5.6.12"), Clause("5.6.13"), Clause("5.6.16")]
    public async Task What_is_done_here_is_done_whatever_the_source_says(string name, string mode, string behaviour)
    {
        await using var source = new ScriptedSource();
        var isProxied = mode != "inclusive";
        await HasAsync(isProxied ? A : """{"a":[{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z"}],"b":[{"type":"Property","value":3,"observedAt":"2026-01-01T10:00:00Z"}] }""");
        var registration = await RegisterAsync(source, mode, behaviour, "observationInterval");
        var answer = await WriteAsync(name, Writes[name].Alone is null ? null : Both);
        var isFailure = SourceBehaviours.IsFailure(behaviour) && !(behaviour == SourceBehaviours.Missing && !isProxied && name != "upsert");
        answer.Expect(isFailure ? HttpStatusCode.MultiStatus : HttpStatusCode.NoContent);
        if (isFailure) Tells(answer, name, registration);
        if (behaviour is not (SourceBehaviours.Dead or SourceBehaviours.Late)) Asked(source, name);
        var left = await GetAsync($"temporal/entities/{Id}?local=true");
        if (name == "delete") left.Expect(HttpStatusCode.NotFound);
        else Assert.Equal((name == "delete attribute" ? 1 : 2, name == "delete attribute" || isProxied), (Count(left, "a"), Count(left, "b") == 0));
    }

    [BrokerTheory, Clause("5.6.11"), Clause("5.6.12"), Clause("4.20"), InlineData("upsert", "exclusive"), InlineData("upsert", "redirect"), InlineData("append", "redirect")]
    public async Task What_a_source_does_not_offer_is_a_conflict_and_the_rest_is_done(string name, string mode)
    {
        await using var source = new ScriptedSource();
        await HasAsync(A);
        var registration = await RegisterAsync(source, mode, SourceBehaviours.Success, "observationInterval", "queryTemporal");
        (await WriteAsync(name, B)).ExpectError(HttpStatusCode.Conflict, "Conflict");
        var answer = (await WriteAsync(name, Both)).Expect(HttpStatusCode.MultiStatus);
        Tells(answer, name, registration);
        Assert.Equal(2, Count(await GetAsync($"temporal/entities/{Id}?local=true"), "a"));
        Assert.Empty(source.Calls);
    }

    [BrokerTheory, Clause("6.3.17"), Clause("6.3.18"), InlineData("upsert"), InlineData("append"), InlineData("delete attribute"), InlineData("delete")]
    public async Task A_source_that_the_request_has_passed_is_a_loop(string name)
    {
        await using var source = new ScriptedSource();
        var alias = "alias" + Guid.NewGuid().ToString("N");
        await RegisterAsync(source.Url, "redirect", One(Id), "b", Operations, $$$"""{"contextSourceAlias":"{{{alias}}}","observationInterval":{"startAt":"2020-01-01T00:00:00Z"} }""");
        (await WriteAsync(name, Writes[name].Alone, ("Via", $"1.1 {alias}"))).Expect(HttpStatusCode.LoopDetected);
        Assert.Empty(source.Calls);
    }

    [BrokerFact, Clause("5.6.11"), Clause("4.3.6")]
    public async Task A_source_is_sent_no_other_types()
    {
        await using var source = new ScriptedSource();
        await RegisterAsync(source, "redirect", SourceBehaviours.Success, "observationInterval");
        var evolution = JsonNode.Parse(Entity(Id, B))!;
        evolution["type"] = new JsonArray(Type, Type + "Other");
        (await PostAsync("temporal/entities", evolution.ToJsonString())).Expect(HttpStatusCode.NoContent);
        var sent = source.Only.Json["type"]!;
        Assert.Equal(Type, (string?)(sent is JsonArray types ? Assert.Single(types) : sent));
    }

    private async Task HasAsync(string members)
    {
        Remember($"temporal/entities/{Id}?local=true");
        (await PostAsync("temporal/entities?local=true", Entity(Id, members))).Expect(HttpStatusCode.Created);
    }

    private async Task<string> RegisterAsync(ScriptedSource source, string mode, string behaviour, string interval, string operations = Operations)
    {
        var members = new JsonObject();
        if (interval.Length > 0) members[interval] = new JsonObject { ["startAt"] = "2020-01-01T00:00:00Z" };
        if (behaviour == SourceBehaviours.Late) members["management"] = new JsonObject { ["timeout"] = SourceBehaviours.Timeout };
        return (await RegisterAsync(source.Play(behaviour, Id), mode, One(Id), "b", operations, members.ToJsonString())).Split('/')[^1];
    }

    private Task<Answer> WriteAsync(string name, string? body, params (string, string)[] headers)
    {
        var (method, path, _, _) = Writes[name];
        if (name == "upsert") body = Entity(Id, body!);
        return SendAsync(new(method), path.Replace("$id", Id, StringComparison.Ordinal), body, body is null ? null : "application/json", headers);
    }

    private void Asked(ScriptedSource source, string name)
    {
        var (method, path, alone, _) = Writes[name];
        var call = Assert.Single(source.Calls, call => call.ToString().Contains(Id, StringComparison.Ordinal));
        Assert.Equal((method, "/ngsi-ld/v1/" + path.Replace("$id", Id, StringComparison.Ordinal)), (call.Method, call.Path));
        Assert.Empty(call.Query);
        if (alone is null) Assert.Equal("", call.Body);
        else call.ExpectJson(name == "upsert" ? Entity(Id, B) : B);
    }

    private void Tells(Answer answer, string name, string registration)
    {
        if (Writes[name].IsOfEntity)
        {
            var error = Assert.Single(answer.Json["errors"]!.AsArray())!;
            Assert.Equal((Id, registration), ((string?)error["entityId"], (string?)error["registrationId"]));
            Assert.Equal([Id], answer.Json["success"]!.AsArray().Select(id => (string?)id));
            return;
        }

        var left = Assert.Single(answer.Json["notUpdated"]!.AsArray())!;
        Assert.EndsWith("b", (string?)left["attributeName"], StringComparison.Ordinal);
        Assert.Equal(registration, (string?)left["registrationId"]);
        Assert.IsType<JsonArray>(answer.Json["updated"]);
    }

    private static int Count(Answer evolution, string name) => (evolution.Expect(HttpStatusCode.OK).Json[name] as JsonArray)?.Count ?? 0;
}
