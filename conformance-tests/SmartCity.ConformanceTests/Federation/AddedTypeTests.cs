using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>
/// A write that names one more type adds it to those that the Entity has (ETSI GS CIM 009 5.5.8, 5.6.11.4): what a source has by the others is the
/// source's all the same (4.3.6.3), and it is told of no type that it has not registered (4.3.6.1).
/// </summary>
public class AddedTypeTests : FederationTest
{
    private const string Operations = "redirectionOps upsertBatch updateBatch mergeBatch upsertTemporal appendAttrsTemporal";

    /// <summary>Method, path, and whether what is written is one Entity, a batch, or without an id and a type of its own.</summary>
    private static readonly Dictionary<string, (string Method, string Path, string Form)> Writes = new()
    {
        ["merge"] = ("PATCH", "entities/$id", "fragment"),
        ["append"] = ("POST", "entities/$id/attrs", "fragment"),
        ["update"] = ("PATCH", "entities/$id/attrs", "fragment"),
        ["batch upsert"] = ("POST", "entityOperations/upsert?options=update", "batch"),
        ["batch update"] = ("POST", "entityOperations/update", "batch"),
        ["batch merge"] = ("POST", "entityOperations/merge", "batch"),
        ["upsert of an evolution"] = ("POST", "temporal/entities", "evolution"),
        ["append to an evolution"] = ("POST", "temporal/entities/$id/attrs", "fragment of an evolution"),
    };

    public static TheoryData<string, string> Cells()
    {
        var cells = new TheoryData<string, string>();
        foreach (var name in Writes.Keys)
        {
            foreach (var mode in (string[])["exclusive", "redirect", "inclusive"]) cells.Add(name, mode);
        }

        return cells;
    }

    [BrokerTheory, MemberData(nameof(Cells)), Clause("4.3.6.3"), Clause("4.3.6.1"), Clause("5.5.8"), Clause("5.6.2"), Clause("5.6.3")]
    [Clause("5.6.8"), Clause("5.6.9"), Clause("5.6.11"), Clause("5.6.12"), Clause("5.6.17"), Clause("5.6.20")]
    public async Task What_a_source_has_by_another_type_is_still_its_own(string name, string mode)
    {
        var (method, path, form) = Writes[name];
        var isHistory = form.EndsWith("evolution", StringComparison.Ordinal);
        await using var source = new ScriptedSource();
        source.Always(SourceReply.NoContent);
        await HasAsync(isHistory);
        await RegisterAsync(source.Url, mode, One(Id), "b", Operations);

        (await SendAsync(new HttpMethod(method), path.Replace("$id", Id, StringComparison.Ordinal), Body(form), "application/json")).Expect(HttpStatusCode.NoContent);

        var sent = Assert.Single(source.Calls, call => call.Method != "GET").Json;
        var part = (sent is JsonArray batch ? Assert.Single(batch)! : sent).AsObject();
        Assert.True(part.ContainsKey("b") && !part.ContainsKey("a"), part.ToJsonString());
        if (part["type"] is { } type) Assert.Equal(Type, (string?)(type is JsonArray types ? Assert.Single(types) : type));
        else Assert.StartsWith("fragment", form, StringComparison.Ordinal);

        var kept = (await GetAsync($"{(isHistory ? "temporal/entities" : "entities")}/{Id}?local=true")).Expect(HttpStatusCode.OK).Json.AsObject();
        Assert.Equal((true, mode == "inclusive"), (kept.ContainsKey("a"), kept.ContainsKey("b")));
        Assert.Equal([Type, Type + "More"], kept["type"]!.AsArray().Select(type => (string)type!).Order(StringComparer.Ordinal));
    }

    private async Task HasAsync(bool isHistory)
    {
        if (!isHistory)
        {
            await CreateAsync("""{"a":{"type":"Property","value":1} }""");
            return;
        }

        Remember($"temporal/entities/{Id}?local=true");
        (await PostAsync("temporal/entities?local=true", Entity(Id, $$"""{"a":[{{Instance(1)}}] }"""))).Expect(HttpStatusCode.Created);
    }

    private string Body(string form)
    {
        var isHistory = form.EndsWith("evolution", StringComparison.Ordinal);
        var members = isHistory
            ? $$"""{"a":[{{Instance(10)}}],"b":[{{Instance(20)}}] }"""
            : """{"a":{"type":"Property","value":10},"b":{"type":"Property","value":20} }""";
        var body = JsonNode.Parse(members)!.AsObject();
        body.Insert(0, "type", Type + "More");
        if (form is "batch" or "evolution") body.Insert(0, "id", Id);
        return form == "batch" ? new JsonArray(body).ToJsonString() : body.ToJsonString();
    }

    private static string Instance(int value) => $$"""{"type":"Property","value":{{value}},"observedAt":"2026-01-01T1{{value % 9}}:00:00Z"}""";
}
