using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>What is put together of the answers of scripted sources, and what is asked of them for it (ETSI GS CIM 009 5.7.1, 5.7.2).</summary>
public class DistributedReadingTests : FederationTest
{
    private const string Header = "NGSILD-EntityMap";

    private static string Value(string name, int value, string members = "") =>
        $$"""{"{{name}}":{"type":"Property","value":{{value}}{{(members.Length == 0 ? "" : "," + members)}}} }""";

    private async Task HoldHereAsync(string members) =>
        (await PostAsync("entities?local=true", Entity(Id, members))).Expect(HttpStatusCode.Created);

    [BrokerTheory, Clause("6.3.17"), Clause("5.7.1")]
    [InlineData("exclusive", HttpStatusCode.NotFound, HttpStatusCode.NotFound)]
    [InlineData("redirect", HttpStatusCode.NotFound, HttpStatusCode.NotFound)]
    [InlineData("exclusive", HttpStatusCode.Forbidden, HttpStatusCode.BadGateway)]
    [InlineData("redirect", HttpStatusCode.InternalServerError, HttpStatusCode.BadGateway)]
    [InlineData("exclusive", HttpStatusCode.LoopDetected, HttpStatusCode.LoopDetected)]
    [InlineData("redirect", null, HttpStatusCode.GatewayTimeout)]
    [InlineData("inclusive", HttpStatusCode.Forbidden, HttpStatusCode.NotFound)]
    [InlineData("auxiliary", HttpStatusCode.InternalServerError, HttpStatusCode.NotFound)]
    public async Task An_Entity_that_is_at_one_source_alone_is_as_that_source_says(string mode, HttpStatusCode? theirs, HttpStatusCode ours)
    {
        await using var source = new ScriptedSource();
        source.Always(theirs is { } status ? SourceReply.Of(status) : SourceReply.NotFound with { Delay = TimeSpan.FromMinutes(1) });
        var timeout = theirs is null ? """{"management":{"timeout":300} }""" : "{}";
        await RegisterAsync(source.Url, mode, One(Id), "a", "retrieveOps", timeout);
        (await GetAsync($"entities/{Id}")).ExpectError(ours, ours == HttpStatusCode.NotFound ? "ResourceNotFound" : "InternalError");
        // What is here is given all the same.
        await HoldHereAsync(Value("b", 2));
        Assert.Equal("b=2", await SeesAsync(Id));
    }

    [BrokerTheory, Clause("5.7.1"), Clause("4.3.6")]
    [InlineData("attrs=a", "a")]
    [InlineData("attrs=b,x", "b")]
    [InlineData("pick=id,b,x", "b")]
    [InlineData("", "a b")]
    [InlineData("attrs=x", null)]
    [InlineData("pick=x", null)]
    public async Task The_source_of_lazy_Attributes_is_asked_for_those_that_are_wanted(string query, string? asked)
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, """{"a":{"type":"Property","value":1},"b":{"type":"Property","value":2} }"""));
        await RegisterAsync(source.Url, "exclusive", One(Id), "a b", "retrieveOps updateOps");
        await HoldHereAsync(Value("x", 3));
        (await GetAsync($"entities/{Id}?{query}")).Expect(HttpStatusCode.OK);
        if (asked is null) Assert.Empty(source.Calls);
        else Assert.Equal(asked.Split(' '), source.Only.Parameter("attrs").Split(',').Order());
    }

    [BrokerFact, Clause("4.5.5"), Clause("4.22"), Clause("5.7.1")]
    public async Task Lives_of_parts_that_differ_become_lives_of_their_Attributes()
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, """{"expiresAt":"2100-01-01T00:00:00Z","b":{"type":"Property","value":2} }"""));
        await RegisterAsync(source.Url);
        await HoldHereAsync(Value("a", 1));
        var members = await ReadAsync(null, "?options=sysAttrs");
        Assert.Null(members["expiresAt"]);
        Assert.Null(members["a"]!["expiresAt"]);
        Assert.Equal("2100-01-01T00:00:00Z", (string?)members["b"]!["expiresAt"]);
    }

    [BrokerFact, Clause("4.5.5"), Clause("5.7.1"), Clause("5.12")]
    public async Task Only_instances_that_are_registered_are_taken()
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, """{"a":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:d:1"},{"type":"Property","value":3,"datasetId":"urn:d:2"}]}"""));
        await RegisterAsync(source.Url, "inclusive", null, null, null, """{"datasetId":["urn:d:1"]}""");
        var instance = (await ReadAsync())["a"]!;
        Assert.Equal(("urn:d:1", 2), ((string?)instance["datasetId"], (int)instance["value"]!));
        Assert.Equal("urn:d:1", source.Only.Parameter("datasetId"));
    }

    [BrokerTheory, Clause("4.3.6.7"), Clause("5.7.2"), InlineData(true, ""), InlineData(false, "a=7")]
    public async Task What_sources_have_filtered_is_not_filtered_again(bool split, string seen)
    {
        await using var source = new ScriptedSource();
        // As a source would that has more of the Entity than it tells.
        source.Answer("GET", "entities", SourceReply.Json($"[{Entity(Id, Value("a", 7))}]"));
        await RegisterAsync(source.Url);
        var found = (await GetAsync($"entities?type={Type}&q=hidden==1&format=keyValues&splitEntities={(split ? "true" : "false")}")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(seen, found.AsArray() is [{ } entity] ? Values(entity) : "");
    }

    [BrokerFact, Clause("5.7.2"), Clause("5.5.9"), Clause("6.3.10")]
    public async Task All_pages_of_a_source_are_asked_for()
    {
        const int Count = 130;
        await using var source = new ScriptedSource();
        var entities = Enumerable.Range(0, Count).Select(n => Entity(NewId($":{n:d3}"), Value("n", n))).ToArray();
        source.Answer("GET", "entities", call =>
        {
            var (offset, limit) = (Number(call, "offset", 0), Number(call, "limit", 20));
            var page = SourceReply.Json($"[{string.Join(',', entities.Skip(offset).Take(limit))}]");
            return offset + limit < Count ? page.With("Link", $"</ngsi-ld/v1/entities?offset={offset + limit}>; rel=\"next\"; type=\"application/json\"") : page;
        });
        await RegisterAsync(source.Url, "inclusive", null, null, "queryEntity");
        var answer = (await GetAsync($"entities?type={Type}&q=n>=100&limit=50&count=true&format=keyValues")).Expect(HttpStatusCode.OK);
        Assert.Equal(Enumerable.Range(100, 30), answer.Json.AsArray().Select(entity => (int)entity!["n"]!));
        Assert.Equal("30", answer.Header("NGSILD-Results-Count"));
        Assert.True(source.Calls.Count > 1);

        static int Number(SourceCall call, string name, int otherwise) =>
            int.TryParse(call.Parameter(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
    }

    [BrokerFact, Clause("5.14.4"), Clause("5.14.1"), Clause("4.5.25"), Clause("5.2.39"), Clause("6.34")]
    public async Task An_EntityMap_says_which_registrations_have_which_Entities()
    {
        var (here, there, both) = (NewId(":here"), NewId(":there"), NewId(":both"));
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities", SourceReply.Json($"[{Entity(there, Value("a", 1))},{Entity(both, Value("a", 1))}]"));
        var registration = (await RegisterAsync(source.Url)).Split('/')[^1];
        foreach (var id in (string[])[here, both]) (await PostAsync("entities?local=true", Entity(id, Value("b", 2)))).Expect(HttpStatusCode.Created);
        var made = (await GetAsync($"entityMaps?type={Type}")).Expect(HttpStatusCode.Created);
        var map = made.Json["entityMap"]!.AsObject();
        Assert.Equal(3, map.Count);
        Assert.Equal("@none", Places(map, here));
        Assert.Equal(Uri.UnescapeDataString(registration), Places(map, there));
        Assert.Equal($"@none {Uri.UnescapeDataString(registration)}", Places(map, both));
        (await GetAsync(made.Header(Header))).Expect(HttpStatusCode.OK).ExpectJson(made.Body);

        static string Places(JsonObject map, string id) =>
            string.Join(' ', map[id]!.AsArray().Select(place => (string)place!).Order(StringComparer.Ordinal));
    }

    [BrokerFact, Clause("5.5.14"), Clause("5.7.1"), Clause("6.5"), Clause("4.3.6.7")]
    public async Task Where_an_EntityMap_is_given_no_other_source_is_asked()
    {
        await using var having = new ScriptedSource();
        await using var lacking = new ScriptedSource();
        having.Holds(Id, Entity(Id, Value("a", 1)));
        var registration = Uri.UnescapeDataString((await RegisterAsync(having.Url)).Split('/')[^1]);
        await RegisterAsync(lacking.Url);
        var first = (await GetAsync($"entities/{Id}?entityMap=true")).Expect(HttpStatusCode.OK);
        var map = first.Header(Header);
        Assert.Equal($$"""["{{registration}}"]""", (await GetAsync(map)).Json["entityMap"]![Id]!.ToJsonString());
        Assert.Single(lacking.Asked("GET", "entities/" + Id));

        var again = (await GetAsync($"entities/{Id}", (Header, map))).Expect(HttpStatusCode.OK);
        Assert.Equal(map, again.Header(Header));
        Assert.Equal(2, having.Asked("GET", "entities/" + Id).Count);
        Assert.Single(lacking.Asked("GET", "entities/" + Id));

        // One that is gone has a new one in its place.
        await DeleteAsync(map);
        Assert.NotEqual(map, (await GetAsync($"entities/{Id}", (Header, map))).Expect(HttpStatusCode.OK).Header(Header));
        Assert.Equal(2, lacking.Asked("GET", "entities/" + Id).Count);
    }

    [BrokerFact, Clause("5.5.9"), Clause("4.3.6.7"), Clause("5.7.2")]
    public async Task A_page_asks_for_its_own_Entities_and_checks_them_again()
    {
        var ids = Enumerable.Range(0, 6).Select(n => NewId($":{n}")).ToArray();
        var values = ids.ToDictionary(id => id, _ => 1);
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities", Page).Answer("POST", "entityOperations/query", Page);
        await RegisterAsync(source.Url);
        var first = (await GetAsync($"entities?type={Type}&q=n==1&limit=2")).Expect(HttpStatusCode.OK);
        Assert.Equal(2, first.Json.AsArray().Count);
        // It matches no more, while another one comes into being.
        values[ids[3]] = 2;
        values[NewId(":new")] = 1;
        var second = (await GetAsync(Next(first)!)).Expect(HttpStatusCode.OK);
        Assert.Equal([ids[2], ids[4]], second.Json.AsArray().Select(entity => (string)entity!["id"]!));
        var last = (await GetAsync(Next(second)!)).Expect(HttpStatusCode.OK);
        Assert.Equal([ids[5]], last.Json.AsArray().Select(entity => (string)entity!["id"]!));
        Assert.Null(Next(last));

        SourceReply Page(SourceCall call)
        {
            var wanted = call.Parameter("id") is { Length: > 0 } some ? some.Split(',') : [.. values.Keys];
            return SourceReply.Json($"[{string.Join(',', wanted.Select(id => Entity(id, Value("n", values[id]))))}]");
        }
    }

    [BrokerTheory, Clause("4.3.6.3"), Clause("5.7.2"), InlineData("exclusive", "a"), InlineData("redirect", "a"), InlineData("redirect", null)]
    public async Task What_is_registered_to_be_elsewhere_is_taken_from_nowhere_else(string mode, string? attributes)
    {
        await using var right = new ScriptedSource();
        await using var wrong = new ScriptedSource();
        right.Holds(Id, Entity(Id, Value("a", 1)));
        wrong.Holds(Id, Entity(Id, """{"a":{"type":"Property","value":666,"observedAt":"2030-01-01T00:00:00Z"},"b":{"type":"Property","value":2} }"""));
        await RegisterAsync(wrong.Url);
        await RegisterAsync(right.Url, mode, One(Id), attributes);
        var seen = attributes is null ? "a=1" : "a=1 b=2";
        Assert.Equal(seen, await SeesAsync(Id));
        Assert.Equal(seen, Values((await GetAsync($"entities?type={Type}&format=keyValues")).Expect(HttpStatusCode.OK).Json[0]!));
    }

    /// <summary>The path of the next page; null at the end.</summary>
    private static string? Next(Answer answer) => answer.Header("Link").Split(", <").Select(link => link.TrimStart('<'))
        .FirstOrDefault(link => link.Contains("rel=\"next\"", StringComparison.Ordinal))?.Split('>')[0];
}
