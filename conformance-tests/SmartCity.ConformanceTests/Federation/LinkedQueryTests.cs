using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>Queries that ask what linked Entities are, where only those are at a source (ETSI GS CIM 009 5.7.2, 4.5.23).</summary>
public class LinkedQueryTests : FederationTest
{
    private const int Cars = 5;

    private string Owner(string name) => $"{Id}:owner:{name}";

    /// <summary>Cars here, each of Ana but the second; their owners at a source that has no cars.</summary>
    private async Task GarageAsync(ScriptedSource source)
    {
        foreach (var name in (string[])["Ana", "Bor"])
        {
            var owner = JsonNode.Parse(Entity(Owner(name), $$"""{"name":{"type":"Property","value":"{{name}}"} }"""))!;
            owner["type"] = Type + "Owner";
            source.Answer("GET", "entities/" + Owner(name), SourceReply.Json(owner.ToJsonString()));
        }

        source.Answer("GET", "entities", call => Told(call.Parameter("id").Split(',')));
        await RegisterAsync(source.Url, entities: $"[{OwnEntities(Type + "Owner")}]", operations: "retrieveOps");
        for (var n = 0; n < Cars; n++)
        {
            await CreateAsync(
                $"{Id}:{n}",
                $$"""{"ownedBy":{"type":"Relationship","object":"{{Owner(n == 1 ? "Bor" : "Ana")}}","objectType":"{{Type}}Owner"} }""");
        }
    }

    private SourceReply Told(string[] ids) => SourceReply.Json(new JsonArray(
        [.. ids.Where(id => id == Owner("Ana") || id == Owner("Bor")).Select(id => JsonNode.Parse(
            $$"""{"id":"{{id}}","type":"{{Type}}Owner","name":{"type":"Property","value":"{{id.Split(':')[^1]}}"} }"""))]).ToJsonString());

    private static string Numbers(JsonNode found) => string.Join(' ', found.AsArray().Select(entity => ((string)entity!["id"]!).Split(':')[^1]));

    [BrokerTheory, Clause("5.7.2"), Clause("4.9"), Clause("4.5.23"), Clause("4.3.6.7")]
    [InlineData("ownedBy{name}==\"Ana\"", "0 2 3 4")]
    [InlineData("ownedBy{name}==\"Bor\"", "1")]
    [InlineData("ownedBy{name}==\"Cene\"", "")]
    [InlineData("ownedBy{name}", "0 1 2 3 4")]
    public async Task q_asks_what_is_linked_at_a_source_that_has_nothing_else(string q, string found)
    {
        await using var source = new ScriptedSource();
        await GarageAsync(source);
        foreach (var join in (string[])["inline", "flat"])
        {
            var answer = (await GetAsync($"entities?type={Type}&join={join}&count=true&q={Uri.EscapeDataString(q)}")).Expect(HttpStatusCode.OK);
            var cars = answer.Json.AsArray().Where(entity => (string?)entity!["type"] == Type).ToArray();
            Assert.Equal(found, string.Join(' ', cars.Select(entity => ((string)entity!["id"]!).Split(':')[^1])));
            Assert.Equal($"{found.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length}", answer.Header("NGSILD-Results-Count"));
        }

        var body = new JsonObject
        {
            ["type"] = "Query",
            ["entities"] = new JsonArray(new JsonObject { ["type"] = Type }),
            ["q"] = q,
            ["join"] = "inline",
        };
        Assert.Equal(found, Numbers((await PostAsync("entityOperations/query", body.ToJsonString())).Expect(HttpStatusCode.OK).Json));
    }

    [BrokerFact, Clause("5.7.2"), Clause("5.5.9")]
    public async Task What_is_linked_at_a_source_counts_on_each_page()
    {
        await using var source = new ScriptedSource();
        await GarageAsync(source);
        var query = $"entities?type={Type}&join=inline&q={Uri.EscapeDataString("ownedBy{name}==\"Ana\"")}";
        var pages = new List<string>();
        for (var offset = 0; offset < 4; offset += 2)
        {
            var page = (await GetAsync($"{query}&limit=2&offset={offset}")).Expect(HttpStatusCode.OK);
            pages.Add(Numbers(page.Json));
            Assert.Equal(offset == 0, page.Header("Link").Contains("rel=\"next\"", StringComparison.Ordinal));
        }

        Assert.Equal(["0 2", "3 4"], pages);
        var mapped = (await GetAsync(query + "&entityMap=true")).Expect(HttpStatusCode.Created);
        Assert.Equal("0 2 3 4", Numbers(mapped.Json));
        var again = await GetAsync(query, ("NGSILD-EntityMap", mapped.Header("NGSILD-EntityMap")));
        Assert.Equal("0 2 3 4", Numbers(again.Expect(HttpStatusCode.OK).Json));
    }

    [BrokerFact, Clause("5.7.2"), Clause("6.3.17")]
    public async Task A_local_query_follows_links_here_alone()
    {
        await using var source = new ScriptedSource();
        await GarageAsync(source);
        var q = Uri.EscapeDataString("ownedBy{name}==\"Ana\"");
        Assert.Empty((await GetAsync($"entities?type={Type}&join=inline&local=true&q={q}")).Expect(HttpStatusCode.OK).Json.AsArray());
        Assert.Empty(source.Calls);
    }
}
