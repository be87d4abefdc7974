using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>Queries over three brokers that answer as one (ETSI GS CIM 009 5.7.2, 4.3.6.7, 5.5.9).</summary>
public class DistributedQueryTests : FederationTest
{
    private static string Value(string name, int value) => $$"""{"{{name}}":{"type":"Property","value":{{value}}} }""";

    private async Task RegisterBothAsync(string operations = "federationOps", string members = "{}")
    {
        await RegisterAsync(Second, "inclusive", null, null, operations, members);
        await RegisterAsync(Third, "inclusive", null, null, operations, members);
    }

    /// <summary>Entities with <c>n</c> from 0, dealt out to the three brokers in turn.</summary>
    private async Task<IReadOnlyList<string>> DealAsync(int count)
    {
        var ids = Enumerable.Range(0, count).Select(n => NewId($":{n:d3}")).ToList();
        for (var n = 0; n < count; n++) await CreateAtAsync(n % 3 == 0 ? Target.Url! : n % 3 == 1 ? Second : Third, ids[n], Value("n", n));
        await RegisterBothAsync();
        return ids;
    }

    /// <summary>The ends of the ids that an answer holds, in its order.</summary>
    private static IEnumerable<string> Ends(JsonNode answer) =>
        answer.AsArray().Select(entity => ((string)entity!["id"]!).Split(':')[^1]);

    [PeerTheory(3), Clause("5.7.2"), Clause("5.5.9"), Clause("4.3.6.7"), InlineData(1), InlineData(4), InlineData(7), InlineData(100)]
    public async Task Pages_hold_each_Entity_of_all_brokers_once(int limit)
    {
        const int Count = 20;
        await DealAsync(Count);
        var seen = new List<string>();
        var path = $"entities?type={Type}&limit={limit}&count=true";
        for (var pages = 0; pages < Count + 1 && path is not null; pages++)
        {
            var answer = (await GetAsync(path)).Expect(HttpStatusCode.OK);
            Assert.Equal(Count.ToString(CultureInfo.InvariantCulture), answer.Header("NGSILD-Results-Count"));
            var page = Ends(answer.Json).ToList();
            Assert.InRange(page.Count, 1, limit);
            seen.AddRange(page);
            path = Next(answer);
        }

        Assert.Equal(Enumerable.Range(0, Count).Select(n => $"{n:d3}"), seen.Order(StringComparer.Ordinal));
    }

    [PeerFact(3), Clause("5.7.2"), Clause("5.5.13"), Clause("6.3.18")]
    public async Task A_local_query_is_about_one_broker()
    {
        await DealAsync(9);
        Assert.Equal(9, (await GetAsync($"entities?type={Type}")).Json.AsArray().Count);
        Assert.Equal(["000", "003", "006"], Ends((await GetAsync($"entities?type={Type}&local=true")).Json).Order());
    }

    [PeerTheory(3), Clause("5.7.2"), Clause("4.3.6.7"), Clause("4.9")]
    [InlineData("q=a==1", "x")]
    [InlineData("q=b==2", "x y")]
    [InlineData("q=a==1;b==2;c==3", "x")]
    [InlineData("q=b", "x y")]
    [InlineData("q=a==2|c==3", "x z")]
    [InlineData("q=a==1;b==2&splitEntities=true", "x")]
    [InlineData("attrs=c", "x z")]
    public async Task Conditions_hold_of_Entities_that_are_split_over_brokers(string query, string found)
    {
        var x = NewId(":x");
        await RegisterBothAsync();
        await CreateAsync(x, Value("a", 1));
        await CreateAtAsync(Second, x, Value("b", 2));
        await CreateAtAsync(Third, x, Value("c", 3));
        await CreateAtAsync(Second, NewId(":y"), Value("b", 2));
        await CreateAtAsync(Third, NewId(":z"), Value("c", 3));
        Assert.Equal(found, await FindAsync(query));
    }

    [PeerFact(3), Clause("5.7.2"), Clause("4.3.6.7")]
    public async Task Where_no_Entity_is_split_each_source_filters_itself()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities", SourceReply.Json("[]")).Answer("POST", "entityOperations/query", SourceReply.Json("[]"));
        await RegisterAsync(source.Url);
        await GetAsync($"entities?type={Type}&q=a==1&scopeQ=/x&splitEntities=false");
        Assert.Equal(("a==1", "/x"), Filters(source.Calls[^1]));
        await GetAsync($"entities?type={Type}&q=a==1&scopeQ=/x&splitEntities=true");
        Assert.Equal(("", ""), Filters(source.Calls[^1]));

        static (string, string) Filters(SourceCall call) => call.Method == "GET"
            ? (call.Parameter("q"), call.Parameter("scopeQ"))
            : ((string?)call.Json["q"] ?? "", (string?)call.Json["scopeQ"] ?? "");
    }

    [PeerFact(3), Clause("5.7.2"), Clause("4.10")]
    public async Task A_place_may_be_known_by_one_broker_and_the_rest_by_another()
    {
        await RegisterBothAsync();
        var (near, far) = (NewId(":near"), NewId(":far"));
        await CreateAtAsync(Second, near, """{"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[14.5,46.05]} } }""");
        await CreateAtAsync(Third, near, Value("spots", 7));
        await CreateAtAsync(Second, far, """{"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[16,46.05]} } }""");
        await CreateAsync(far, Value("spots", 7));
        const string Near = "georel=near;maxDistance==2000&geometry=Point&coordinates=%5B14.5,46.05%5D";
        Assert.Equal("near", await FindAsync(Near + "&q=spots==7"));
        Assert.Equal("near", await FindAsync(Near));
        Assert.Equal("far near", await FindAsync("q=spots==7"));
    }

    [PeerFact(3), Clause("5.7.2"), Clause("4.19")]
    public async Task Scopes_of_all_brokers_are_searched()
    {
        await RegisterBothAsync();
        await CreateAtAsync(Second, NewId(":x"), """{"scope":"/Kranj/Center"}""");
        await CreateAtAsync(Third, NewId(":y"), """{"scope":["/Koper","/Piran"]}""");
        await CreateAsync(NewId(":z"), """{"scope":"/Kranj"}""");
        Assert.Equal("x z", await FindAsync("scopeQ=/Kranj/%23"));
        Assert.Equal("y", await FindAsync("scopeQ=/Piran"));
    }

    [PeerFact(3), Clause("5.7.2"), Clause("4.21")]
    public async Task Members_are_picked_and_omitted_of_what_was_put_together()
    {
        await RegisterBothAsync();
        await CreateAsync(Id, Value("a", 1));
        await CreateAtAsync(Second, Id, Value("b", 2));
        await CreateAtAsync(Third, Id, Value("c", 3));
        foreach (var (query, seen) in (IEnumerable<(string, string)>)[("pick=id,b,c", "b=2 c=3"), ("omit=b", "a=1 c=3"), ("pick=id,a", "a=1")])
        {
            Assert.Equal(seen, Values((await GetAsync($"entities?type={Type}&format=keyValues&{query}")).Expect(HttpStatusCode.OK).Json[0]!));
            Assert.Equal(seen, await SeesAsync(Id, "&" + query));
        }
    }

    [PeerFact(3), Clause("5.7.2"), Clause("5.7.1"), Clause("4.5.23")]
    public async Task Linked_Entities_are_found_at_other_brokers()
    {
        var (car, owner, city) = (NewId(":car"), NewId(":owner"), NewId(":city"));
        await RegisterBothAsync();
        await CreateAsync(car, $$"""{"ownedBy":{"type":"Relationship","object":"{{owner}}","objectType":"{{Type}}"} }""");
        await CreateAtAsync(Second, owner, $$"""{"name":{"type":"Property","value":"Ana"},"livesIn":{"type":"Relationship","object":"{{city}}","objectType":"{{Type}}"} }""");
        await CreateAtAsync(Third, city, """{"name":{"type":"Property","value":"Koper"} }""");
        var inline = (await GetAsync($"entities/{car}?join=inline&joinLevel=2")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("Ana", (string?)inline["ownedBy"]!["entity"]!["name"]!["value"]);
        Assert.Equal("Koper", (string?)inline["ownedBy"]!["entity"]!["livesIn"]!["entity"]!["name"]!["value"]);
        var flat = (await GetAsync($"entities?id={car}&type={Type}&join=flat&joinLevel=2")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(["car", "city", "owner"], Ends(flat).Order());
    }

    [PeerFact(3), Clause("5.7.2"), Clause("6.23")]
    public async Task A_query_by_POST_is_distributed_alike()
    {
        await DealAsync(9);
        var answer = await PostAsync("entityOperations/query?limit=100", $$"""{"type":"Query","entities":[{"type":"{{Type}}"}],"q":"n>=3"}""");
        Assert.Equal(["003", "004", "005", "006", "007", "008"], Ends(answer.Expect(HttpStatusCode.OK).Json).Order());
    }

    [PeerFact(3), Clause("5.7.2"), Clause("4.23")]
    public async Task An_order_is_for_local_queries_alone()
    {
        await DealAsync(6);
        (await GetAsync($"entities?type={Type}&orderBy=n")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        Assert.Equal(["003", "000"], Ends((await GetAsync($"entities?type={Type}&orderBy=n;desc&local=true")).Expect(HttpStatusCode.OK).Json));
    }

    [PeerFact(3), Clause("5.7.2"), Clause("4.3.6.7"), Clause("5.14.4")]
    public async Task Pages_of_an_entity_map_are_stable_while_Entities_come_and_go()
    {
        var ids = await DealAsync(12);
        var first = (await GetAsync($"entities?type={Type}&limit=4&entityMap=true")).Expect(HttpStatusCode.Created);
        var map = first.Header("NGSILD-EntityMap");
        Assert.NotEqual("", map);
        var seen = Ends(first.Json).ToList();
        await CreateAtAsync(Second, NewId(":new"), Value("n", 100));
        var path = Next(first);
        while (path is not null)
        {
            var page = (await GetAsync(path, ("NGSILD-EntityMap", map))).Expect(HttpStatusCode.OK);
            seen.AddRange(Ends(page.Json));
            path = Next(page);
        }

        Assert.Equal(ids.Select(id => id.Split(':')[^1]), seen.Order(StringComparer.Ordinal));
    }

    [PeerFact, Clause("5.7.2"), Clause("4.16")]
    public async Task Entities_of_several_types_keep_all_of_them()
    {
        await RegisterAsync(Second);
        await CreateAtAsync(Second, Id, $$"""{"type":["{{Type}}","{{Type}}B"],"b":{"type":"Property","value":1} }""");
        var entity = Assert.Single((await GetAsync($"entities?type={Type}")).Expect(HttpStatusCode.OK).Json.AsArray())!;
        Assert.Equal([Type, Type + "B"], entity["type"]!.AsArray().Select(type => (string)type!).Order());
    }

    /// <summary>The path of the next page; null at the end.</summary>
    private static string? Next(Answer answer)
    {
        foreach (var link in answer.Header("Link").Split(", <"))
        {
            if (!link.Contains("rel=\"next\"", StringComparison.Ordinal)) continue;
            var target = link.Trim('<').Split('>')[0];
            return target.StartsWith("http", StringComparison.Ordinal) ? new Uri(target).PathAndQuery : target;
        }

        return null;
    }
}
