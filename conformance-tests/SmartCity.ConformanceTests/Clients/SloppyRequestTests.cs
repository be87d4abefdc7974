using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Clients;

/// <summary>What programs in the field send, though the standard does not put it so.</summary>
public class SloppyRequestTests : BrokerTest
{
    private const string Relation = "http://www.w3.org/ns/json-ld#context";

    [BrokerTheory, Clause("6.3.5")]
    [InlineData("<{0}>; rel=\"{1}\"; type=\"application/ld+json\"")]
    [InlineData("<{0}>;rel=\"{1}\";type=\"application/ld+json\"")]
    [InlineData("<{0}>; rel=\"{1}\";type=\"application/ld+json")]
    [InlineData("<{0}>; rel=\"{1}")]
    [InlineData("<{0}>; rel={1}")]
    [InlineData("<{0}> ; type=\"application/ld+json\" ; rel=\"{1}\"")]
    [InlineData(" < {0} >;  rel = \"{1}\"")]
    [InlineData("<http://example.org/other>; rel=\"next\", <{0}>; rel=\"{1}\"; type=\"application/ld+json\"")]
    public async Task A_Link_header_is_read_however_it_is_written(string format)
    {
        await using var server = new Receiver();
        var url = server.Serve("/c.jsonld", $$$"""{"@context":{"sloppy":"https://example.org/{{{Type}}}/sloppy"}}""");
        await CreateAsync($$"""{"https://example.org/{{Type}}/sloppy":{"type":"Property","value":1} }""");
        var answer = await GetAsync($"entities/{Id}", ("Link", format.Replace("{0}", url, StringComparison.Ordinal).Replace("{1}", Relation, StringComparison.Ordinal)));
        Assert.NotNull(answer.Expect(HttpStatusCode.OK).Json["sloppy"]);
    }

    [BrokerFact, Clause("6.3.5")]
    public async Task Two_contexts_in_Link_headers_are_refused() =>
        (await GetAsync($"entities/{Id}", ("Link", $"<http://example.org/a>; rel=\"{Relation}\", <http://example.org/b>; rel=\"{Relation}\"")))
            .ExpectError(HttpStatusCode.BadRequest, "BadRequestData");

    [BrokerTheory, Clause("5.7.1"), Clause("6.5")]
    [InlineData("attrs=a,", "a")]
    [InlineData("attrs=,a,,b", "a b")]
    [InlineData("attrs=a, b", "a b")]
    [InlineData("attrs=a&options=keyValues,", "a")]
    [InlineData("attrs=a&options=", "a")]
    [InlineData("attrs=", "a b")]
    public async Task Empty_items_of_lists_mean_nothing(string query, string expected)
    {
        await CreateAsync("""{"a":{"type":"Property","value":1},"b":{"type":"Property","value":2}}""");
        Assert.Equal(expected, string.Join(' ', (await ReadAsync(query: "?" + query)).Select(member => member.Key).Order()));
    }

    [BrokerTheory, Clause("5.7.2"), Clause("4.9")]
    [InlineData("q=speed==%2050")]
    [InlineData("q=speed == 50")]
    [InlineData("q=speed==+50")]
    [InlineData("q=speed%3D%3D50")]
    [InlineData("q=speed>=%2050%20;%20name==%20%22x%22")]
    [InlineData("q=speed==10,50")]
    [InlineData("options=keyValues,count&q=name==%22x%22")]
    [InlineData("options=count,keyValues&attrs=speed,")]
    [InlineData("georel=near%3BmaxDistance%3D%3D2000&geometry=Point&coordinates=%5B10.0,50.0%5D")]
    public async Task Queries_are_found_however_they_are_spaced_and_encoded(string query)
    {
        var id = NewId(":1");
        await CreateAsync(id, """{"speed":{"type":"Property","value":50},"name":{"type":"Property","value":"x"},"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[10.0,50.0]}}}""");
        Assert.Equal("1", await FindAsync(query));
    }

    [BrokerFact, Clause("6.2"), Clause("5.7.1"), Clause("6.5")]
    public async Task Ids_are_found_encoded_and_plain()
    {
        var id = $"http://example.org/{Type}/a b?x=1&y=ü".Replace(" ", "%20", StringComparison.Ordinal);
        var location = (await PostAsync("entities", Entity(id, """{"a":{"type":"Property","value":1}}"""))).Expect(HttpStatusCode.Created).Location!;
        Assert.Equal(id, (string?)(await GetAsync(location)).Expect(HttpStatusCode.OK).Json["id"]);
        Assert.Equal(id, (string?)(await GetAsync("entities/" + Uri.EscapeDataString(id))).Expect(HttpStatusCode.OK).Json["id"]);
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        Assert.Equal(Id, (string?)(await GetAsync("entities/" + Uri.EscapeDataString(Id) + "/")).Expect(HttpStatusCode.OK).Json["id"]);
        (await PatchAsync($"entities/{Uri.EscapeDataString(Id)}/attrs/a/", """{"value":2}""")).Expect(HttpStatusCode.NoContent);
    }

    [BrokerFact, Clause("5.6.8"), Clause("6.15")]
    public async Task An_id_that_comes_twice_in_a_batch_is_written_twice_in_order()
    {
        var first = Entity(Id, """{"temperature":{"type":"Property","value":19},"humidity":{"type":"Property","value":50}}""");
        var second = Entity(Id, """{"temperature":{"type":"Property","value":20}}""");
        Remember("entities/" + Id);
        (await PostAsync("entityOperations/upsert/?options=update", $"[{first},{second}]")).Expect(HttpStatusCode.Created).ExpectJson($"[\"{Id}\"]");
        await ReadsAsync("""{"temperature":20,"humidity":50}""", query: "?options=keyValues");
        (await PostAsync("entityOperations/upsert/?options=update", $"[{second},{first}]")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"temperature":19,"humidity":50}""", query: "?options=keyValues");
    }

    [BrokerTheory, Clause("6.3.10"), Clause("6.3.13")]
    [InlineData("entities/?limit=0&count=true&type=")]
    [InlineData("entities?limit=0&options=count&type=")]
    public async Task Counting_without_a_page_works(string path)
    {
        await CreateAsync("{}");
        var answer = (await GetAsync(path + Type)).Expect(HttpStatusCode.OK).ExpectJson("[]");
        Assert.Equal("1", answer.Header("NGSILD-Results-Count"));
    }

    [BrokerFact, Clause("6.3.13"), Clause("6.10")]
    public async Task Subscriptions_are_counted_at_a_path_with_a_slash() =>
        Assert.NotEmpty((await GetAsync("subscriptions/?count=true&limit=100&offset=0", Accept("*/*"))).Expect(HttpStatusCode.OK).Header("NGSILD-Results-Count"));

    [BrokerFact, Clause("5.6.3"), Clause("6.6")]
    public async Task Attributes_are_appended_as_a_merge_patch()
    {
        await CreateAsync("{}");
        (await PostAsync($"entities/{Id}/attrs", """{"a":{"type":"Property","value":1}}""", "application/merge-patch+json")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"a":{"type":"Property","value":1}}""");
    }

    [BrokerTheory]
    [InlineData("/version")]
    [InlineData("/version/")]
    [InlineData("/ngsi-ld/ex/v1/version")]
    public async Task The_broker_tells_its_version_where_clients_look(string path)
    {
        var answer = (await GetAsync(path, Accept("*/*"))).Expect(HttpStatusCode.OK);
        Assert.Equal("application/json", answer.MediaType);
        Assert.NotEmpty(answer.Json.AsObject());
    }
}
