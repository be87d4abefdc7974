using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>
/// Each batch of two Entities, of one of which a source has <c>b</c>, in each mode, with each answer of the source, whether it knows batches or not: what
/// it is sent, and what the client is told (ETSI GS CIM 009 5.6.7 - 5.6.10, 5.6.20, 6.3.17, 6.14 - 6.17, 6.31).
/// </summary>
public class BatchOutcomeTests : FederationTest
{
    private const string Batches = "createBatch upsertBatch updateBatch mergeBatch deleteBatch";
    private const string Both = """{"a":{"type":"Property","value":10},"b":{"type":"Property","value":20} }""";
    private const string B = """{"b":{"type":"Property","value":20} }""";

    /// <summary>The resource, and the request to a source that knows no batches.</summary>
    private static readonly Dictionary<string, (string Path, string Single)> Operations = new()
    {
        ["create"] = ("create", "POST entities"),
        ["upsert"] = ("upsert", "POST entities"),
        ["upsert, update"] = ("upsert?options=update", "POST entities"),
        ["update"] = ("update", "PATCH entities/$id/attrs"),
        ["update, noOverwrite"] = ("update?options=noOverwrite", "POST entities/$id/attrs"),
        ["merge"] = ("merge", "PATCH entities/$id"),
        ["delete"] = ("delete", "DELETE entities/$id"),
    };

    public static TheoryData<string, string, string, string> Cells()
    {
        var cells = new TheoryData<string, string, string, string>();
        foreach (var name in Operations.Keys)
        {
            foreach (var mode in (string[])["inclusive", "exclusive", "redirect"])
            {
                foreach (var behaviour in SourceBehaviours.All)
                {
                    cells.Add(name, mode, behaviour, Batches);
                    cells.Add(name, mode, behaviour, Everything);
                }
            }
        }

        return cells;
    }

    [BrokerTheory, MemberData(nameof(Cells))]
    [Clause("5.6.7"), Clause("5.6.8"), Clause("5.6.9"), Clause("5.6.10"), Clause("5.6.20"), Clause("4.20"), Clause("5.2.16"), Clause("5.2.17"), Clause("6.3.17")]
    public async Task Each_Entity_is_told_of_and_the_other_is_done(string name, string mode, string behaviour, string offered)
    {
        await using var source = new ScriptedSource();
        var isProxied = mode != "inclusive";
        var creates = name is "create" or "upsert" or "upsert, update";
        var other = NewId();
        foreach (var id in (string[])[Id, other])
        {
            Remember($"entities/{id}?local=true");
            if (name != "create") (await PostAsync("entities?local=true", Entity(id, """{"a":{"type":"Property","value":1} }"""))).Expect(HttpStatusCode.Created);
        }

        var management = behaviour == SourceBehaviours.Late ? $$"""{"management":{"timeout":{{SourceBehaviours.Timeout}}} }""" : "{}";
        var registration = (await RegisterAsync(source.Play(behaviour, Id), mode, One(Id), "b", offered, management)).Split('/')[^1];
        var body = name == "delete" ? $"""["{Id}","{other}"]""" : $"[{Entity(Id, Both)},{Entity(other, Both)}]";
        var answer = await PostAsync("entityOperations/" + Operations[name].Path, body);

        // Of equals, one need not have what the other has; and what is deleted need not be everywhere. That there is no batch says something else.
        var mayLack = behaviour == SourceBehaviours.Missing && offered == Everything && !creates && (!isProxied || name == "delete");
        if (behaviour == SourceBehaviours.Success || mayLack) answer.Expect(name == "create" ? HttpStatusCode.Created : HttpStatusCode.NoContent);
        else Tells(answer, other, registration);
        var value = name == "update, noOverwrite" ? 1 : 10;
        var (here, all) = name == "delete" ? ("", "") : ($"a={value}", $"a={value} b=20");
        Assert.Equal((isProxied ? here : all, all), (await HoldsAsync(null, Id), await HoldsAsync(null, other)));
        if (behaviour is not (SourceBehaviours.Dead or SourceBehaviours.Late)) Asked(source, name, offered);
    }

    private void Tells(Answer answer, string other, string registration)
    {
        var result = answer.Expect(HttpStatusCode.MultiStatus).Json;
        Assert.Equal([other, Id], result["success"]!.AsArray().Select(id => (string)id!).OrderBy(id => id != other));
        var error = Assert.Single(result["errors"]!.AsArray())!;
        Assert.Equal((Id, registration), ((string?)error["entityId"], (string?)error["registrationId"]));
        Assert.NotNull(error["error"]!["type"]);
        Assert.NotNull(error["error"]!["title"]);
    }

    [BrokerTheory, Clause("5.6.7"), Clause("6.4"), InlineData("createBatch"), InlineData("createEntity")]
    public async Task What_is_in_conflict_with_a_creation_exists_already(string offered)
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.Of(HttpStatusCode.Conflict));
        await RegisterAsync(source.Url, "redirect", One(Id), null, offered);
        var error = Assert.Single((await PostAsync("entityOperations/create", $"[{Entity(Id, B)}]")).Expect(HttpStatusCode.MultiStatus).Json["errors"]!.AsArray())!;
        Assert.EndsWith("/AlreadyExists", (string?)error["error"]!["type"], StringComparison.Ordinal);
    }

    [BrokerTheory, Clause("5.6.10"), Clause("5.2.17"), InlineData("deleteBatch"), InlineData("deleteEntity")]
    public async Task What_is_nowhere_is_told_of_once(string offered)
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.NotFound);
        await RegisterAsync(source.Url, "redirect", null, null, offered);
        var result = (await PostAsync("entityOperations/delete", $"""["{Id}"]""")).Expect(HttpStatusCode.MultiStatus).Json;
        Assert.Equal(Id, (string?)Assert.Single(result["errors"]!.AsArray())!["entityId"]);
        Assert.Empty(result["success"]!.AsArray());
    }

    private void Asked(ScriptedSource source, string name, string offered)
    {
        var (path, single) = Operations[name];
        var calls = source.Calls.Where(call => call.ToString().Contains(Id, StringComparison.Ordinal)).ToList();
        var call = calls[0];
        Assert.StartsWith("1.1 ", call.Header("Via"), StringComparison.Ordinal);
        if (offered == Everything)
        {
            Assert.Equal(single.Replace("$id", Id, StringComparison.Ordinal), $"{call.Method} {call.Path["/ngsi-ld/v1/".Length..]}");
            if (name == "delete") Assert.Equal("", call.Body);
            else Assert.Equal("b", Names(call.Json));
            return;
        }

        Assert.Single(calls);
        Assert.Equal(("POST", "/ngsi-ld/v1/entityOperations/" + path.Split('?')[0]), (call.Method, call.Path));
        Assert.Equal(path.Contains('=', StringComparison.Ordinal) ? path.Split('=')[1] : "", call.Parameter("options"));
        if (name == "delete") call.ExpectJson($"""["{Id}"]""");
        else call.ExpectJson($"[{Entity(Id, B)}]");
    }

    private static string Names(JsonNode entity) =>
        string.Join(' ', entity.AsObject().Select(member => member.Key).Where(name => name is not ("id" or "type" or "@context")));
}
