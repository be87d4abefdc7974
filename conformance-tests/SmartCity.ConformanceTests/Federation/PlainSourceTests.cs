using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>Sources that offer Query Entities by GET alone (ETSI GS CIM 009 4.20, retrieveOps).</summary>
public class PlainSourceTests : FederationTest
{
    private const int Count = 300;

    private static int Number(string id) => int.Parse(id.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);

    private string Thing(int n) => $"{Id}:a-long-name-of-a-thing:{n:d3}";

    private string Told(int n) => Entity(Thing(n), $$"""{"n":{"type":"Property","value":{{n}}} }""");

    [BrokerTheory, Clause("5.7.2"), Clause("6.23"), Clause("4.20"), InlineData(true), InlineData(false)]
    public async Task More_ids_than_a_URL_takes_are_asked_for_in_several(bool areRegistered)
    {
        var ids = Enumerable.Range(0, Count).Select(Thing).ToArray();
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities", call => SourceReply.Json(
            $"[{string.Join(',', call.Parameter("id").Split(',').Skip(Offset(call)).Select(id => Told(Number(id))))}]"));
        var each = new JsonArray([.. ids.Select(id => new JsonObject { ["id"] = id, ["type"] = Type })]);
        await RegisterAsync(source.Url, entities: areRegistered ? each.ToJsonString() : null, operations: "retrieveOps");
        var selector = new JsonObject { ["type"] = Type };
        if (!areRegistered) selector["id"] = new JsonArray([.. ids]);
        var query = new JsonObject { ["type"] = "Query", ["entities"] = new JsonArray(selector) };
        var answer = (await PostAsync("entityOperations/query?limit=1000", query.ToJsonString())).Expect(HttpStatusCode.OK);
        Assert.Empty(answer.Header("NGSILD-Warning"));
        Assert.Equal(ids.Order(), answer.Json.AsArray().Select(entity => (string)entity!["id"]!).Order());
        Assert.All(source.Calls, call => Assert.InRange(call.Raw.Length, 1, 4096));
        Assert.InRange(source.Calls.Count, 2, Count / 4);
    }

    private static int Offset(SourceCall call) =>
        int.TryParse(call.Parameter("offset"), System.Globalization.CultureInfo.InvariantCulture, out var offset) ? offset : 0;
}
