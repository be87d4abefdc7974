using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>Every read in every mode: what a source is asked, to the letter (ETSI GS CIM 009 4.3.6.1, 5.7.1 - 5.7.10).</summary>
public class ForwardedReadTests : FederationTest
{
    private const string A = """{"a":{"type":"Property","value":1} }""";

    private static readonly string[] Modes = ["inclusive", "exclusive", "redirect", "auxiliary"];

    /// <summary>
    /// The request to this broker, and that to a source of the Attributes a and b of one Entity; <c>@</c> is its id, and <c>$</c> its type.
    /// Null where there is none.
    /// </summary>
    private static readonly (string Asked, string? Forwarded)[] Reads =
    [
        ("entities/@", "entities/@?attrs=a,b"),
        ("entities/@?type=$", "entities/@?type=$&attrs=a,b"),
        ("entities/@?attrs=a,x", "entities/@?attrs=a"),
        ("entities/@?options=keyValues&lang=sl", "entities/@?attrs=a,b"),
        ("entities/@?type=$Other", null),
        ("entities/@?attrs=x", null),
        ("entities/@?local=true", null),
        ("entities/@other", null),
        ("entities?type=$", "entities?id=@&type=$&attrs=a,b"),
        ("entities?type=$&limit=1&count=true", "entities?id=@&type=$&attrs=a,b"),
        ("entities?type=$&attrs=b,x", "entities?id=@&type=$&attrs=b"),
        ("entities?type=$&id=@", "entities?id=@&type=$&attrs=a,b"),
        ("entities?type=$&idPattern=urn.*", "entities?id=@&type=$&attrs=a,b"),
        ("entities?type=$&q=a==1&splitEntities=true", "entities?id=@&type=$&attrs=a,b&splitEntities=true"),
        ("entities?type=$&q=a==1&splitEntities=false", "entities?id=@&type=$&attrs=a,b&q=a%3D%3D1&splitEntities=false"),
        ("entities?type=$&scopeQ=/Kranj&splitEntities=false", "entities?id=@&type=$&attrs=a,b&scopeQ=/Kranj&splitEntities=false"),
        ("entities?type=$Other", null),
        ("entities?type=$&id=@other", null),
        ("entities?type=$&attrs=x", null),
        ("entities?type=$&local=true", null),
        ("entities?type=$&csf=endpoint==%22urn:nowhere%22", null),
    ];

    public static TheoryData<string, string, string?> InEachMode()
    {
        var all = new TheoryData<string, string, string?>();
        foreach (var mode in Modes)
        {
            foreach (var (asked, forwarded) in Reads) all.Add(mode, asked, forwarded);
        }

        return all;
    }

    [BrokerTheory, MemberData(nameof(InEachMode)), Clause("5.7.1"), Clause("5.7.2"), Clause("4.3.6"), Clause("5.12"), Clause("6.4"), Clause("6.5")]
    public async Task A_source_is_asked_for_what_is_wanted_and_registered(string mode, string asked, string? forwarded)
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, A));
        await RegisterAsync(source.Url, mode, One(Id), "a b", "retrieveOps");
        await GetAsync(Named(asked));
        if (forwarded is null) Assert.Empty(source.Calls);
        else Assert.Equal("/ngsi-ld/v1/" + Named(forwarded), source.Only.Raw);
    }

    [BrokerTheory, Clause("4.5.5"), Clause("4.3.6"), Clause("5.7.1"), Clause("5.7.2"), Clause("6.3.11")]
    [InlineData("entities/@", "inclusive", true, "entities/@?options=sysAttrs")]
    [InlineData("entities?type=$", "inclusive", true, "entities?id=@&type=$&options=sysAttrs")]
    [InlineData("entities/@", "inclusive", false, "entities/@")]
    [InlineData("entities?type=$", "auxiliary", true, "entities?id=@&type=$")]
    [InlineData("entities/@?options=sysAttrs", "redirect", false, "entities/@?options=sysAttrs")]
    [InlineData("entities?type=$&options=sysAttrs", "inclusive", false, "entities?id=@&type=$&options=sysAttrs")]
    [InlineData("entities?type=$&q=modifiedAt>2026-01-01T00:00:00Z", "inclusive", false, "entities?id=@&type=$&options=sysAttrs")]
    [InlineData("entities?type=$&pick=id,modifiedAt", "inclusive", false, "entities?id=@&type=$&options=sysAttrs")]
    public async Task When_something_was_modified_is_asked_where_it_matters(string asked, string mode, bool isHere, string forwarded)
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, A));
        if (isHere) await CreateAsync("""{"b":{"type":"Property","value":2} }""");
        await RegisterAsync(source.Url, mode, One(Id), operations: "retrieveOps");
        (await GetAsync(Named(asked))).Expect(HttpStatusCode.OK);
        Assert.Equal("/ngsi-ld/v1/" + Named(forwarded), source.Only.Raw);
    }

    private string Named(string text) => text.Replace("@", Id, StringComparison.Ordinal).Replace("$", Type, StringComparison.Ordinal);

    [BrokerTheory, Clause("5.7.2"), Clause("6.23"), Clause("4.20")]
    [InlineData("federationOps", "POST")]
    [InlineData("queryBatch", "POST")]
    [InlineData("queryEntity queryBatch", "POST")]
    [InlineData("queryEntity", "GET")]
    [InlineData("retrieveEntity", null)]
    public async Task A_batch_query_is_forwarded_as_the_source_offers_it(string operations, string? method)
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, A));
        await RegisterAsync(source.Url, operations: operations);
        var answer = await PostAsync("entityOperations/query", $$"""{"type":"Query","entities":[{"type":"{{Type}}"}]}""");
        Assert.Equal(method is null ? 0 : 1, answer.Expect(HttpStatusCode.OK).Json.AsArray().Count);
        if (method is null) Assert.Empty(source.Calls);
        else Assert.Equal(method, source.Only.Method);
        if (method == "POST") Assert.Equal(Type, (string?)source.Only.Json["entities"]![0]!["type"]);
    }

    [BrokerTheory, Clause("5.7.2"), Clause("4.20"), InlineData("queryBatch", "POST"), InlineData("queryEntity queryBatch", "GET")]
    public async Task A_query_is_forwarded_as_the_source_offers_it(string operations, string method)
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, A));
        await RegisterAsync(source.Url, operations: operations);
        Assert.Single((await GetAsync($"entities?type={Type}")).Expect(HttpStatusCode.OK).Json.AsArray());
        Assert.Equal(method, source.Only.Method);
    }

    [BrokerFact, Clause("4.3.6"), Clause("6.3.18"), Clause("6.3.14"), Clause("6.3.5")]
    public async Task A_read_carries_the_path_that_it_has_come_and_what_it_needs_to_be_understood()
    {
        await using var contexts = new Receiver();
        await using var source = new ScriptedSource();
        var uri = contexts.Serve("/terms.jsonld", $$"""{"@context":{"{{Type}}":"https://example.org/{{Type}}"} }""");
        source.Answer("GET", "entities", SourceReply.Json("[]"));
        await RegisterAsync(source.Url, entities: $"[{OwnEntities("https://example.org/" + Type)}]");
        await GetAsync($"entities?type={Type}", Link(uri), ("Via", "1.1 somebody"), Accept(GeoJson));
        var call = source.Only;
        Assert.Equal((Type, "application/json", ""), (call.Parameter("type"), call.Header("Accept"), call.Header("NGSILD-Tenant")));
        Assert.StartsWith($"<{uri}>;", call.Header("Link"), StringComparison.Ordinal);
        Assert.Contains("rel=\"http://www.w3.org/ns/json-ld#context\"", call.Header("Link"), StringComparison.Ordinal);
        var via = call.Header("Via").Split(", ");
        Assert.Equal((2, "1.1 somebody"), (via.Length, via[0]));
        Assert.Matches("^1\\.1 [!-~]+$", via[1]);
    }

    [BrokerTheory, Clause("5.7.5"), Clause("5.7.6"), Clause("5.7.7"), Clause("5.7.8"), Clause("5.7.9"), Clause("5.7.10"), Clause("5.7.11"), Clause("4.20")]
    [InlineData("types", "retrieveEntityTypes")]
    [InlineData("types?details=true", "retrieveEntityTypeDetails")]
    [InlineData("types/$", "retrieveEntityTypeInfo")]
    [InlineData("attributes", "retrieveAttrTypes")]
    [InlineData("attributes?details=true", "retrieveAttrTypeDetails")]
    [InlineData("attributes/a$", "retrieveAttrTypeInfo")]
    public async Task What_there_is_is_asked_of_sources_that_offer_just_that(string path, string operation)
    {
        await using var offering = new ScriptedSource();
        await using var other = new ScriptedSource();
        await RegisterAsync(offering.Url, operations: operation);
        await RegisterAsync(other.Url, operations: "retrieveOps " + (operation == "retrieveEntityTypes" ? "retrieveAttrTypes" : "retrieveEntityTypes"));
        await GetAsync(Named(path));
        Assert.Contains("/ngsi-ld/v1/" + Named(path), offering.Heard.Select(call => call.Raw));
        Assert.DoesNotContain("/ngsi-ld/v1/" + Named(path), other.Heard.Select(call => call.Raw));
    }
}
