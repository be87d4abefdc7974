using SmartCity.Broker.Federation;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;
using Xunit;
using static SmartCity.Broker.Tests.Federation.Asking;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>What goes over the wire to a source (ETSI GS CIM 009 4.3.6.4 - 4.3.6.6, 6.3.18, 6.3.19).</summary>
public sealed class SourceRequestTests
{
    private const string Lamp = $$"""{"id":"{{Id}}","type":"Lamp"}""";

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/ngsi-ld/v1")]
    [InlineData("/ngsi-ld/v1/")]
    [InlineData("?key=secret#part")]
    public async Task The_endpoint_may_end_where_it_likes(string end)
    {
        var sent = await SentAsync((client, root) => client.RetrieveAsync(Source(root + end)));

        Assert.Equal("GET /ngsi-ld/v1/entities/urn:ngsi-ld:Lamp:1?options=sysAttrs", sent.Line);
        Assert.Equal("application/json", sent["Accept"]);
        Assert.Equal("1.1 hub", sent["Via"]);
        Assert.Null(sent["Link"]);
        Assert.Null(sent["NGSILD-Tenant"]);
    }

    [Fact]
    public async Task A_path_before_the_api_stays()
    {
        var sent = await SentAsync((client, root) => client.RetrieveAsync(Source(root + "/broker/")));

        Assert.StartsWith("GET /broker/ngsi-ld/v1/entities/", sent.Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Via_names_all_that_the_request_has_passed_and_the_tenant_of_this_broker()
    {
        var call = Plain with { Tenant = "town", Via = ["a", "b"] };
        var sent = await SentAsync((client, root) => client.RetrieveAsync(Source(root, "", r => r with { Tenant = "theirs" }), call));

        Assert.Equal("1.1 a, 1.1 b, 1.1 hub~town", sent["Via"]);
        Assert.Equal("theirs", sent["NGSILD-Tenant"]);
    }

    public static TheoryData<string, string, string?> Headers => new()
    {
        { "Authorization=Bearer x", "Authorization", "Bearer x" },
        { "X-Key=urn:ngsi-ld:request", "X-Key", "mine" },
        { "X-None=urn:ngsi-ld:request", "X-None", null },
        { "X-Bad=urn:ngsi-ld:request", "X-Bad", null },
        { "NGSILD-Tenant=other", "NGSILD-Tenant", null },
        { "Via=1.1 x", "Via", "1.1 hub" },
        { "Link=<http://x>", "Link", null },
        { "Content-Length=5", "Content-Length", null },
        { "Transfer-Encoding=chunked", "Transfer-Encoding", null },
        { "Proxy-Authorization=x", "Proxy-Authorization", null },
        { "Accept-Encoding=gzip", "Accept-Encoding", null },
        { "NGSILD-EntityMap=x", "NGSILD-EntityMap", null },
        { "a b=x", "a b", null },
        { "X-Umlaut=ä", "X-Umlaut", null },
        { "accept=application/ld+json", "Accept", "application/ld+json" },
        { "Accept=text/html", "Accept", "application/json" },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task What_a_registration_tells_goes_into_headers_unless_they_are_the_brokers_own(string info, string header, string? value)
    {
        var call = Plain with { Header = name => name == "X-Key" ? "mine" : name == "X-Bad" ? "a\r\nX: y" : null };
        var sent = await SentAsync((client, root) => client.RetrieveAsync(Source(root, info), call));

        Assert.Equal(value, sent[header]);
        Assert.Equal($"127.0.0.1:{new Uri(sent["x-root"] ?? $"http://{sent["Host"]}").Port}", sent["Host"]);
    }

    [Fact]
    public async Task The_context_is_that_of_the_registration_before_that_of_the_request()
    {
        var call = Plain with { Context = Town };
        var selection = new SourceSelection(["http://town.example/helligkeit"], [], null);
        var own = await SentAsync((client, root) => client.RetrieveAsync(call, Source(root), Id, selection, default));
        var theirs = await SentAsync((client, root) => client.RetrieveAsync(call, Source(root, $"jsonldContext={CityUri}"), Id, selection, default));
        var core = await SentAsync((client, root) => client.RetrieveAsync(
            call, Source(root, $"jsonldContext={CoreContext.Uri}"), Id, selection, default));

        Assert.Equal("GET /ngsi-ld/v1/entities/urn:ngsi-ld:Lamp:1?attrs=brightness", own.Line);
        Assert.Equal($"<{TownUri}>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"", own["Link"]);
        Assert.Equal("GET /ngsi-ld/v1/entities/urn:ngsi-ld:Lamp:1?attrs=hell", theirs.Line);
        Assert.StartsWith($"<{CityUri}>", theirs["Link"], StringComparison.Ordinal);
        Assert.EndsWith("?attrs=http://town.example/helligkeit", core.Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_that_cannot_be_had_is_no_reason_to_ask()
    {
        await using var source = new RawSource(RawSource.Response(Lamp));
        using var client = Client();
        var answer = await client.RetrieveAsync(Source(source.Root, "jsonldContext=http://nowhere.example/x"));

        Assert.Equal(SourceOutcome.Refused, answer.Outcome);
        Assert.Contains("jsonldContext", answer.Detail, StringComparison.Ordinal);
        Assert.Empty(source.Requests);
    }

    public static TheoryData<EntityQuery, SourceSelection, SourcePaging, string> Queries => new()
    {
        { Query("Lamp"), new([], [], null), new(0, 0), "type=Lamp" },
        { Query("Lamp"), SourceSelection.All, new(0, 20), "type=Lamp&options=sysAttrs&limit=20" },
        { Query("Lamp,Tree"), new([Name("a"), Name("b")], ["@none", "urn:x:1"], null), new(40, 20), "type=Lamp,Tree&attrs=a,b&datasetId=@none,urn:x:1&limit=20&offset=40" },
        { Query("Lamp") with { Q = QParser.Parse("a>5;b==\"x y\"", Context.Core).Value }, SourceSelection.All, new(0, 1), "type=Lamp&q=a%3E5%3Bb%3D%3D%22x%20y%22&options=sysAttrs&limit=1" },
        { new() { Selectors = [new() { Ids = ["urn:a:1"] }, new() { Ids = ["urn:a:2", "urn:a:1"] }] }, SourceSelection.All, new(0, 9), "id=urn:a:1,urn:a:2&options=sysAttrs&limit=9" },
        { new() { Selectors = [.. Query("Lamp").Selectors, .. Query("Tree").Selectors] }, SourceSelection.All, new(0, 9), "type=Lamp,Tree&options=sysAttrs&limit=9" },
        { Query("Lamp") with { AttributeNames = [Name("a"), Name("b")] }, new([Name("b"), Name("c")], [], null), new(0, 9), "type=Lamp&attrs=b&limit=9" },
        { Query("Lamp") with { AttributeNames = [Name("a")] }, new([Name("c")], [], null), new(0, 9), "type=Lamp&attrs=a&pick=id,type,scope,c&limit=9" },
        {
            Query("Lamp") with { SplitEntities = false }, SourceSelection.All with { Map = new(null, IsWanted: true, TimeSpan.FromMinutes(2)) }, new(0, 9),
            "type=Lamp&splitEntities=false&options=sysAttrs&limit=9&entityMap=true&entityMapLifetime=PT2M"
        },
        {
            Query("Lamp") with
            {
                Geo = GeoQueryParser.Parse("near;maxDistance==50", "Point", "[7,51]", null, Context.Core).Value,
                Scope = ScopeQueryParser.Parse("/a/#").Value,
            },
            SourceSelection.All, new(0, 9),
            "type=Lamp&georel=near%3BmaxDistance%3D%3D50&geometry=Point&coordinates=%5B7,51%5D&scopeQ=/a/%23&options=sysAttrs&limit=9"
        },
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task A_query_is_written_as_parameters(EntityQuery query, SourceSelection selection, SourcePaging paging, string parameters)
    {
        var sent = await SentAsync((client, root) => client.QueryAsync(Plain, Source(root), query, selection, paging, default), "[]");

        Assert.Equal($"GET /ngsi-ld/v1/entities?{parameters}", sent.Line);
    }

    [Fact]
    public async Task What_is_too_long_or_too_manifold_for_parameters_is_sent_as_a_body_where_the_source_takes_one()
    {
        var manifold = new EntityQuery { Selectors = [new() { Ids = ["urn:a:1"] }, .. Query("Lamp").Selectors], AttributeNames = [Name("a")] };
        var many = new EntityQuery { Selectors = [new() { Ids = [.. Enumerable.Range(0, 500).Select(n => $"urn:a:{n}")] }] };
        var body = await SentAsync((client, root) => client.QueryAsync(Plain, Source(root), manifold, SourceSelection.All, new(0, 5), default), "[]");
        var longer = await SentAsync((client, root) => client.QueryAsync(Plain, Source(root), many, SourceSelection.All, new(0, 5), default), "[]");
        using var client = Client();
        var onlyGet = Source("http://127.0.0.1:9", "", r => r with { Operations = ContextSourceOperations.RetrieveOps });

        Assert.Equal("POST /ngsi-ld/v1/entityOperations/query?options=sysAttrs&limit=5", body.Line);
        Assert.Equal("application/json", body["Content-Type"]);
        Assert.Equal("""{"type":"Query","entities":[{"id":"urn:a:1"},{"type":"Lamp"}],"attrs":["a"]}""", body.Body);
        Assert.StartsWith("POST", longer.Line, StringComparison.Ordinal);
        Assert.Equal(SourceOutcome.Refused, (await client.QueryAsync(Plain, onlyGet, manifold, SourceSelection.All, new(0, 5), default)).Outcome);
    }

    [Fact]
    public async Task A_source_that_answers_for_itself_is_told_so()
    {
        var only = RegistrationManagement.None with { LocalOnly = true };
        var retrieve = await SentAsync((client, root) => client.RetrieveAsync(Source(root, "", r => r.Managed(only))));
        var write = await SentAsync((client, root) => client.WriteAsync(
            Plain, Source(root, "", r => r.Managed(only)), new(SourceWriteKind.Delete, Id), default));
        var other = await SentAsync((client, root) => client.SendAsync(
            Plain, Source(root, "", r => r.Managed(only)), new(HttpMethod.Get, "/ngsi-ld/v1/types", "?details=true"), default));

        Assert.EndsWith("?options=sysAttrs&local=true", retrieve.Line, StringComparison.Ordinal);
        Assert.EndsWith("?local=true", write.Line, StringComparison.Ordinal);
        Assert.Equal("GET /ngsi-ld/v1/types?details=true&local=true", other.Line);
    }

    [Fact]
    public async Task The_map_of_an_earlier_page_is_named()
    {
        var selection = SourceSelection.All with { Map = new("/ngsi-ld/v1/entityMaps/7") };
        var query = await SentAsync((client, root) => client.QueryAsync(Plain, Source(root), Query("Lamp"), selection, new(20, 20), default), "[]");
        var retrieve = await SentAsync((client, root) => client.RetrieveAsync(Plain, Source(root), Id, selection, default));
        var other = await SentAsync((client, root) => client.SendAsync(
            Plain, Source(root), new(HttpMethod.Get, "/ngsi-ld/v1/temporal/entities") { Map = selection.Map }, default), "[]");

        foreach (var sent in (SentRequest[])[query, retrieve, other])
        {
            Assert.Equal("/ngsi-ld/v1/entityMaps/7", sent["NGSILD-EntityMap"]);
            Assert.DoesNotContain("entityMap", sent.Line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_map_is_asked_for_by_parameters_or_by_a_body()
    {
        const string Map = """{"id":"urn:m:1","type":"EntityMap","entityMap":{}}""";
        var selection = SourceSelection.All with { Map = new(null, IsWanted: true, TimeSpan.FromMinutes(2)) };
        var manifold = new EntityQuery { Selectors = [new() { Ids = ["urn:a:1"] }, .. Query("Lamp").Selectors] };
        var get = await SentAsync((client, root) => client.MapAsync(Plain, Source(root), Query("Lamp"), selection, default), Map);
        var post = await SentAsync((client, root) => client.MapAsync(Plain, Source(root), manifold, selection, default), Map);
        var query = await SentAsync((client, root) => client.QueryAsync(Plain, Source(root), manifold, selection, new(0, 5), default), "[]");

        Assert.Equal("GET /ngsi-ld/v1/entityMaps?type=Lamp&entityMap=true&entityMapLifetime=PT2M", get.Line);
        Assert.Equal("POST /ngsi-ld/v1/entityMaps", post.Line);
        const string Body = """{"type":"Query","entities":[{"id":"urn:a:1"},{"type":"Lamp"}],"entityMap":true,"entityMapLifetime":"PT2M"}""";
        Assert.Equal(Body, post.Body);
        Assert.Equal("POST /ngsi-ld/v1/entityOperations/query?options=sysAttrs&limit=5", query.Line);
        Assert.Equal(Body, query.Body);
    }

    private static async Task<SentRequest> SentAsync<T>(Func<ContextSourceClient, string, ValueTask<T>> ask, string body = Lamp)
    {
        await using var source = new RawSource(RawSource.Response(body));
        using var client = Client();
        await ask(client, source.Root);
        return Assert.Single(source.Requests);
    }
}
