using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Paging;

/// <summary>In which order Entities come (ETSI GS CIM 009 4.23).</summary>
public class OrderingTests : BrokerTest
{
    private const string Words = """
        {"a":{"v":{"type":"Property","value":"Zebra"}},"b":{"v":{"type":"Property","value":"af"}},"c":{"v":{"type":"Property","value":"Ärger"}},
         "d":{"v":{"type":"Property","value":"Af"}},"e":{"v":{"type":"Property","value":"a2"}},"f":{"v":{"type":"Property","value":"a10"}}}
        """;

    private const string Mixed = """
        {"missing":{},"datetime":{"v":{"type":"Property","value":{"@type":"DateTime","@value":"2020-01-01T00:00:00Z"}}},
         "date":{"v":{"type":"Property","value":{"@type":"Date","@value":"2020-01-01"}}},
         "time":{"v":{"type":"Property","value":{"@type":"Time","@value":"10:00:00Z"}}},
         "true":{"v":{"type":"Property","value":true}},"false":{"v":{"type":"Property","value":false}},
         "array":{"v":{"type":"Property","value":[1,2]}},"object":{"v":{"type":"Property","value":{"x":1}}},
         "text":{"v":{"type":"Property","value":"10"}},"ten":{"v":{"type":"Property","value":10}},"nine":{"v":{"type":"Property","value":9.5}}}
        """;

    private const string Places = """
        {"far":{"spot":{"type":"GeoProperty","value":{"type":"Point","coordinates":[20,40]}}},
         "near":{"spot":{"type":"GeoProperty","value":{"type":"Point","coordinates":[8.1,40]}}},
         "none":{},"text":{"spot":{"type":"Property","value":"here"}},
         "middle":{"spot":{"type":"GeoProperty","value":{"type":"Point","coordinates":[9,42]}}}}
        """;

    [BrokerTheory, Clause("4.23"), Clause("5.7.2")]
    [InlineData("v", "nine ten text object array false true time date datetime missing")]
    [InlineData("v;asc", "nine ten text object array false true time date datetime missing")]
    public async Task Values_of_different_types_have_an_order(string orderBy, string expected)
    {
        await CreateAllAsync(Mixed);
        Assert.Equal(expected, await OrderAsync("orderBy=" + orderBy));
    }

    [BrokerFact, Clause("4.23")]
    public async Task Downwards_the_greatest_value_comes_first_and_what_is_missing_last()
    {
        await CreateAllAsync("""{"a":{"v":{"type":"Property","value":1}},"b":{"v":{"type":"Property","value":10}},"c":{},"d":{"v":{"type":"Property","value":2}}}""");
        Assert.Equal("b d a c", await OrderAsync("orderBy=v;desc"));
    }

    [BrokerFact, Clause("4.23")]
    public async Task A_second_term_decides_where_the_first_finds_two_equal()
    {
        await CreateAllAsync("""
            {"a":{"n":{"type":"Property","value":"x"},"age":{"type":"Property","value":1}},"b":{"n":{"type":"Property","value":"w"},"age":{"type":"Property","value":9}},
             "c":{"n":{"type":"Property","value":"x"},"age":{"type":"Property","value":5}}}
            """);
        Assert.Equal("b a c", await OrderAsync("orderBy=n,age"));
        Assert.Equal("b c a", await OrderAsync("orderBy=n,age;desc"));
    }

    [BrokerFact, Clause("4.23")]
    public async Task Paths_lead_into_values_sub_attributes_and_members()
    {
        await CreateAllAsync("""
            {"a":{"address":{"type":"Property","value":{"city":"Ulm"},"observedAt":"2020-01-01T00:00:00Z","w":{"type":"Property","value":2}}},
             "b":{"address":{"type":"Property","value":{"city":"Bonn"},"observedAt":"2022-01-01T00:00:00Z","w":{"type":"Property","value":3}}},
             "c":{"address":{"type":"Property","value":{"city":"Cork"},"observedAt":"2021-01-01T00:00:00Z","w":{"type":"Property","value":1}}}}
            """);
        Assert.Equal("b c a", await OrderAsync("orderBy=address[city]"));
        Assert.Equal("a c b", await OrderAsync("orderBy=address.observedAt"));
        Assert.Equal("b a c", await OrderAsync("orderBy=address.w;desc"));
    }

    [BrokerFact, Clause("4.23")]
    public async Task Members_of_the_Entity_order_too()
    {
        var sameId = NewId();
        foreach (var (end, members) in new[] { ("b", """{"scope":"/z"}"""), ("a", """{"scope":"/y"}"""), ("c", "{}") })
        {
            await CreateAsync(sameId + ":" + end, members);
        }

        Assert.Equal("a b c", await OrderAsync("orderBy=id"));
        Assert.Equal("c b a", await OrderAsync("orderBy=id;desc"));
        Assert.Equal("a b c", await OrderAsync("orderBy=scope"));
        Assert.Equal("b a c", await OrderAsync("orderBy=type,createdAt"));
        Assert.Equal("c a b", await OrderAsync("orderBy=createdAt;desc"));
    }

    [BrokerTheory, Clause("4.23")]
    [InlineData("", "f e b d c a")]
    [InlineData("&collation=und", "f e b d c a")]
    [InlineData("&collation=und-x-icu", "f e b d c a")]
    [InlineData("&collation=und-u-ks-identic", "f e b d c a")]
    [InlineData("&collation=de", "f e b d c a")]
    [InlineData("&collation=de-u-co-phonebk", "f e c b d a")]
    [InlineData("&collation=sv", "f e b d a c")]
    [InlineData("&collation=und-u-kn", "e f b d c a")]
    public async Task Texts_are_ordered_by_a_collation(string collation, string expected)
    {
        await CreateAllAsync(Words);
        Assert.Equal(expected, await OrderAsync("orderBy=v" + collation));
    }

    [BrokerFact, Clause("4.23")]
    public async Task Distances_are_measured_from_a_geometry()
    {
        await CreateAllAsync(Places);
        Assert.Equal("near middle far text none", await OrderAsync($"orderBy=spot;dist-asc&orderFrom={Encode("[8,40]")}"));
        Assert.Equal("far middle near text none", await OrderAsync($"orderBy=spot;dist-desc&orderFrom={Encode("[8,40]")}"));
        var line = Encode("[[20,41],[21,42],[22,45]]");
        Assert.Equal("far middle near text none", await OrderAsync($"orderBy=spot;dist-asc&orderFrom={line}&orderGeometry=LineString"));
    }

    [BrokerFact, Clause("4.23"), Clause("5.2.43"), Clause("6.23")]
    public async Task A_query_document_orders_as_parameters_do()
    {
        await CreateAllAsync(Words);
        Assert.Equal("f e c b d a", await PostOrderAsync("""{"orderBy":["v"],"collation":"de-u-co-phonebk"}"""));
        Assert.Equal("a c d b e f", await PostOrderAsync("""{"orderBy":["v;desc","id"]}"""));
        await CreateAllAsync(Places);
        Assert.StartsWith("near middle far ", await PostOrderAsync("""{"orderBy":["spot;dist-asc"],"coordinates":[8,40],"geometry":"Point"}"""), StringComparison.Ordinal);
    }

    [BrokerTheory, Clause("5.7.2"), Clause("4.23")]
    [InlineData("orderBy=v")]
    [InlineData("orderBy=v&local=false")]
    [InlineData("local=true&orderBy=v;up")]
    [InlineData("local=true&orderBy=v,")]
    [InlineData("local=true&orderBy=,")]
    [InlineData("local=true&orderBy=owner{name}")]
    [InlineData("local=true&orderBy=location;dist-asc")]
    [InlineData("local=true&orderBy=location;dist-asc&orderFrom=8,40")]
    [InlineData("local=true&orderBy=location;dist-asc&orderFrom=[8]")]
    [InlineData("local=true&orderBy=location;dist-asc&orderFrom=[8,40]&orderGeometry=LineString")]
    [InlineData("local=true&orderBy=location;dist-asc&orderFrom=[8,40]&orderGeometry=Nothing")]
    [InlineData("local=true&orderBy=v&collation=no_such")]
    [InlineData("local=true&orderBy=v&collation=xx-u-co-nothing")]
    public async Task What_cannot_be_ordered_is_refused(string query) =>
        (await GetAsync($"entities?type={Type}&{query}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");

    [BrokerFact, Clause("5.7.2"), Clause("4.23")]
    public async Task A_document_that_cannot_be_ordered_is_refused()
    {
        foreach (var ordering in (string[])["""{"orderBy":"a;up"}""", """{"orderBy":[1]}""", """{"orderBy":["location;dist-asc"]}""", "[]", """{"by":["a"]}"""])
        {
            var body = $$"""{"type":"Query","entities":[{"type":"{{Type}}"}],"ordering":{{ordering}}}""";
            (await PostAsync("entityOperations/query?local=true", body)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        }

        var notLocal = $$$"""{"type":"Query","entities":[{"type":"{{{Type}}}"}],"ordering":{"orderBy":["a"]}}""";
        (await PostAsync("entityOperations/query", notLocal)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    private async Task<string> OrderAsync(string query)
    {
        var answer = (await GetAsync($"entities?type={Type}&local=true&limit=100&{query}")).Expect(HttpStatusCode.OK);
        return string.Join(" ", answer.Json.AsArray().Select(entity => ((string)entity!["id"]!).Split(':')[^1]));
    }

    private async Task<string> PostOrderAsync(string ordering)
    {
        var body = $$"""{"type":"Query","entities":[{"type":"{{Type}}"}],"ordering":{{ordering}}}""";
        var answer = (await PostAsync("entityOperations/query?local=true&limit=100", body)).Expect(HttpStatusCode.OK);
        return string.Join(" ", answer.Json.AsArray().Select(entity => ((string)entity!["id"]!).Split(':')[^1]));
    }
}
