using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>
/// Each write of one Entity, in each mode, with each answer of a source that has <c>b</c> of it, and with or without a part of it here: what the
/// source is sent, and what the client is told (ETSI GS CIM 009 5.6, 6.3.17, 6.4 - 6.7).
/// </summary>
public class WriteOutcomeTests : FederationTest
{
    private const string Both = """{"a":{"type":"Property","value":10},"b":{"type":"Property","value":20} }""";
    private const string B = """{"b":{"type":"Property","value":20} }""";

    /// <summary>Method, path, body of a write of all that is registered, of more than that, and what is told of partial success.</summary>
    private static readonly Dictionary<string, (string Method, string Path, string? Alone, string? More, bool IsOfEntity)> Writes = new()
    {
        ["create"] = ("POST", "entities", B, Both, true),
        ["replace"] = ("PUT", "entities/$id", B, Both, true),
        ["merge"] = ("PATCH", "entities/$id", B, Both, true),
        ["delete"] = ("DELETE", "entities/$id", null, null, true),
        ["append"] = ("POST", "entities/$id/attrs", B, Both, false),
        ["update"] = ("PATCH", "entities/$id/attrs", B, Both, false),
        ["partial update"] = ("PATCH", "entities/$id/attrs/b", """{"value":20}""", null, false),
        ["replace attribute"] = ("PUT", "entities/$id/attrs/b", """{"type":"Property","value":20}""", null, false),
        ["delete attribute"] = ("DELETE", "entities/$id/attrs/b", null, null, false),
    };

    public static TheoryData<string, string, string> Cells(bool isPartHere)
    {
        var cells = new TheoryData<string, string, string>();
        foreach (var (name, write) in Writes)
        {
            foreach (var mode in (string[])["inclusive", "exclusive", "redirect"])
            {
                // What the source alone may have is not here.
                if (isPartHere && mode != "inclusive" && write.More is null && name != "delete") continue;
                // What is to be created is done here, too.
                if (!isPartHere && mode == "inclusive" && name == "create") continue;
                foreach (var behaviour in SourceBehaviours.All) cells.Add(name, mode, behaviour);
            }
        }

        return cells;
    }

    [BrokerTheory, MemberData(nameof(Cells), false)]
    [Clause("6.3.17"), Clause("4.3.6"), Clause("5.6.1"), Clause("5.6.2"), Clause("5.6.3"), Clause("5.6.4"), Clause("5.6.5"), Clause("5.6.6")]
    [Clause("5.6.17"), Clause("5.6.18"), Clause("5.6.19")]
    public async Task What_only_a_source_has_is_written_as_the_source_says(string name, string mode, string behaviour)
    {
        await using var source = new ScriptedSource();
        var registration = await RegisterAsync(source, mode, behaviour);
        var answer = await WriteAsync(name, Writes[name].Alone);
        var success = name == "create" ? HttpStatusCode.Created : HttpStatusCode.NoContent;
        Assert.Contains(answer.Status, SourceBehaviours.Alone(behaviour, name == "create", success));
        if (answer.Status == HttpStatusCode.MultiStatus) Tells(answer, name, registration);
        else if ((int)answer.Status >= 400) Assert.False(string.IsNullOrEmpty((string?)answer.Json["detail"]), "nothing is said of what went wrong");
        Assert.Equal("", await HoldsAsync(null, Id));
        if (behaviour is not (SourceBehaviours.Dead or SourceBehaviours.Late)) Asked(source, name);
    }

    [BrokerTheory, MemberData(nameof(Cells), true)]
    [Clause("6.3.17"), Clause("4.3.6"), Clause("5.2.16"), Clause("5.2.17"), Clause("5.2.18"), Clause("5.2.19"), Clause("5.6.1"), Clause("5.6.2"), Clause("5.6.3")]
    [Clause("5.6.4"), Clause("5.6.5"), Clause("5.6.6"), Clause("5.6.17"), Clause("5.6.18"), Clause("5.6.19")]
    public async Task What_is_done_here_is_done_whatever_the_source_says(string name, string mode, string behaviour)
    {
        await using var source = new ScriptedSource();
        var isProxied = mode != "inclusive";
        if (name != "create") (await PostAsync("entities?local=true", Entity(Id, isProxied ? """{"a":{"type":"Property","value":1} }""" : """{"a":{"type":"Property","value":1},"b":{"type":"Property","value":2} }"""))).Expect(HttpStatusCode.Created);
        Remember($"entities/{Id}?local=true");
        var registration = await RegisterAsync(source, mode, behaviour);
        var answer = await WriteAsync(name, Writes[name].More ?? Writes[name].Alone);

        // Of equals, one need not have what the other has; of what is written to one alone, that it is not there is a failure.
        var isFailure = SourceBehaviours.IsFailure(behaviour) && !(behaviour == SourceBehaviours.Missing && name != "create" && (!isProxied || name == "delete"));
        answer.Expect(isFailure ? HttpStatusCode.MultiStatus : name == "create" ? HttpStatusCode.Created : HttpStatusCode.NoContent);
        if (isFailure) Tells(answer, name, registration);
        if (name == "create") Assert.Equal($"/ngsi-ld/v1/entities/{Id}", answer.Location);
        Assert.Equal(Held(name, isProxied), await HoldsAsync(null, Id));
        if (behaviour is not (SourceBehaviours.Dead or SourceBehaviours.Late)) Asked(source, name);
    }

    private static string Held(string name, bool isProxied) => name switch
    {
        "delete" => "",
        "delete attribute" => "a=1",
        "partial update" or "replace attribute" => "a=1 b=20",
        _ => isProxied ? "a=10" : "a=10 b=20",
    };

    private Task<Answer> WriteAsync(string name, string? body)
    {
        var (method, path, _, _, _) = Writes[name];
        if (name is "create" or "replace") body = Entity(Id, body!);
        return SendAsync(new(method), path.Replace("$id", Id, StringComparison.Ordinal), body, body is null ? null : "application/json");
    }

    private async Task<string> RegisterAsync(ScriptedSource source, string mode, string behaviour)
    {
        var management = behaviour == SourceBehaviours.Late ? $$"""{"management":{"timeout":{{SourceBehaviours.Timeout}}} }""" : "{}";
        return (await RegisterAsync(source.Play(behaviour, Id), mode, One(Id), "b", Everything, management)).Split('/')[^1];
    }

    private void Asked(ScriptedSource source, string name)
    {
        var (method, path, _, more, _) = Writes[name];
        var call = Assert.Single(source.Calls, call => call.ToString().Contains(Id, StringComparison.Ordinal));
        Assert.Equal((method, "/ngsi-ld/v1/" + path.Replace("$id", Id, StringComparison.Ordinal)), (call.Method, call.Path));
        Assert.Empty(call.Query);
        Assert.StartsWith("1.1 ", call.Header("Via"), StringComparison.Ordinal);
        if (method == "DELETE")
        {
            Assert.Equal("", call.Body);
            return;
        }

        Assert.Equal("application/json", call.Header("Content-Type").Split(';')[0]);
        if (more is null) Assert.Equal(20, (int)call.Json["value"]!);
        else if (name is "create" or "replace") call.ExpectJson(Entity(Id, B));
        else call.ExpectJson(B);
    }

    private void Tells(Answer answer, string name, string registration)
    {
        if (Writes[name].IsOfEntity)
        {
            var error = Assert.Single(answer.Json["errors"]!.AsArray())!;
            Assert.Equal((Id, registration), ((string?)error["entityId"], (string?)error["registrationId"]));
            Assert.NotNull(error["error"]!["type"]);
            Assert.NotNull(error["error"]!["title"]);
            Assert.Equal([Id], answer.Json["success"]!.AsArray().Select(id => (string?)id));
            return;
        }

        var left = Assert.Single(answer.Json["notUpdated"]!.AsArray())!;
        Assert.EndsWith("b", (string?)left["attributeName"], StringComparison.Ordinal);
        Assert.Equal(registration, (string?)left["registrationId"]);
        Assert.False(string.IsNullOrEmpty((string?)left["reason"]), "there is no reason");
        Assert.IsType<JsonArray>(answer.Json["updated"]);
    }
}
