using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Queries;

public class QueryTests : BrokerTest
{
    private async Task FourCarsAsync()
    {
        await CreateAsync(NewId(":a"), """
            {"speed":{"type":"Property","value":10,"observedAt":"2026-01-01T10:00:00Z","unitCode":"KMH"},"brand":{"type":"Property","value":"Mercedes"},
             "location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[10.0,50.0]}},"scope":"/Madrid/Gardens/North"}
            """);
        await CreateAsync(NewId(":b"), """
            {"speed":{"type":"Property","value":50.5,"accuracy":{"type":"Property","value":0.9}},"brand":{"type":"Property","value":"Tesla"},
             "location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[10.1,50.0]}},"scope":["/Madrid/Centre","/CompanyA"]}
            """);
        await CreateAsync(NewId(":c"), """
            {"speed":{"type":"Property","value":90},"colour":{"type":"LanguageProperty","languageMap":{"en":"red","de":"rot"}},
             "address":{"type":"Property","value":{"city":"Berlin","at":{"floor":3}}},"parked":{"type":"Relationship","object":"urn:x:P1"},
             "location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[20.0,50.0]}},"scope":"/Lisbon"}
            """);
        await CreateAsync(NewId(":d"), """
            {"brand":{"type":"Property","value":["Fiat","Tesla"]},"free":{"type":"Property","value":true},
             "since":{"type":"Property","value":{"@type":"DateTime","@value":"2026-01-02T00:00:00Z"}}}
            """);
    }

    [BrokerFact, Clause("5.7.2")]
    public async Task The_deprecated_attrs_selects_and_picks()
    {
        await FourCarsAsync();
        Assert.Equal("a b c", await FindAsync("attrs=speed"));
        Assert.Equal("a b c d", await FindAsync("attrs=speed,free"));
    }

    [BrokerFact, Clause("5.5.9"), Clause("4.12"), Clause("6.3.10"), Clause("4.13"), Clause("6.3.13")]
    public async Task Pages_follow_each_other()
    {
        for (var i = 0; i < 5; i++) await CreateAsync(NewId(":" + i), "{}");
        var seen = new List<string>();
        var answer = (await GetAsync($"entities?type={Type}&limit=2&count=true")).Expect(HttpStatusCode.OK);
        Assert.Equal("5", answer.Header("NGSILD-Results-Count"));
        Assert.Null(PageLink(answer, "prev"));
        while (true)
        {
            seen.AddRange(answer.Json.AsArray().Select(entity => (string)entity!["id"]!));
            if (PageLink(answer, "next") is not { } next) break;
            Assert.Equal(2, answer.Json.AsArray().Count);
            answer = (await GetAsync(new Uri(new Uri(Target.Url + "/ngsi-ld/v1/entities"), next).ToString())).Expect(HttpStatusCode.OK);
            Assert.NotNull(PageLink(answer, "prev"));
        }

        Assert.Equal(5, seen.Distinct().Count());
        Assert.Equal(5, seen.Count);
        var none = (await GetAsync($"entities?type={Type}&limit=0&count=true")).Expect(HttpStatusCode.OK).ExpectJson("[]");
        Assert.Equal("5", none.Header("NGSILD-Results-Count"));
        (await GetAsync($"entities?type={Type}&limit=0")).Expect(HttpStatusCode.BadRequest);
        (await GetAsync($"entities?type={Type}&limit=-1")).Expect(HttpStatusCode.BadRequest);
        (await GetAsync($"entities?type={Type}&offset=x")).Expect(HttpStatusCode.BadRequest);
    }

    [BrokerFact, Clause("5.5.9"), Clause("6.3.10"), Clause("6.3.13"), Clause("6.23")]
    public async Task Pages_of_a_posted_query_and_past_the_end()
    {
        for (var i = 0; i < 3; i++) await CreateAsync(NewId(":" + i), "{}");
        var query = $$"""{"type":"Query","entities":[{"type":"{{Type}}"}]}""";
        var answer = (await PostAsync("entityOperations/query?limit=2&offset=1&count=true", query)).Expect(HttpStatusCode.OK);
        Assert.Equal("3", answer.Header("NGSILD-Results-Count"));
        Assert.Equal(2, answer.Json.AsArray().Count);
        (await PostAsync("entityOperations/query?limit=0", query)).Expect(HttpStatusCode.BadRequest);
        (await PostAsync("entityOperations/query?limit=0&count=true", query)).Expect(HttpStatusCode.OK).ExpectJson("[]");
        // Whether nothing or the last one stands past the end is left open (6.3.10), but no more than that does.
        Assert.True((await GetAsync($"entities?type={Type}&offset=100")).Expect(HttpStatusCode.OK).Json.AsArray().Count <= 1);
        Assert.Equal("", (await GetAsync($"entities?type={Type}")).Header("NGSILD-Results-Count"));
    }

    [BrokerTheory, Clause("6.3.10"), Clause("5.5.9")]
    [InlineData("application/json")]
    [InlineData("application/ld+json")]
    [InlineData("application/geo+json")]
    public async Task Links_to_pages_name_the_type_of_what_they_lead_to(string type)
    {
        for (var i = 0; i < 3; i++) await CreateAsync(NewId(":" + i), "{}");
        var answer = (await GetAsync($"entities?type={Type}&limit=1&offset=1&pick=id", Accept(type))).Expect(HttpStatusCode.OK);
        foreach (var relation in (string[])["next", "prev"])
        {
            var page = PageLink(answer, relation);
            Assert.NotNull(page);
            var link = answer.Header("Link").Split(", <").Single(one => one.Contains($"rel=\"{relation}\"", StringComparison.Ordinal));
            Assert.Contains($"type=\"{type}\"", link, StringComparison.Ordinal);
            var next = (await GetAsync(new Uri(new Uri(Target.Url + "/ngsi-ld/v1/entities"), page).ToString(), Accept(type))).Expect(HttpStatusCode.OK);
            Assert.Equal(type, next.MediaType);
        }
    }

    [BrokerTheory, Clause("6.23"), Clause("5.2.23"), Clause("5.7.2")]
    [InlineData("""{"entities":[{"type":"T"}]}""")]
    [InlineData("""{"type":"Other","entities":[{"type":"T"}]}""")]
    [InlineData("""{"type":"Query"}""")]
    [InlineData("""{"type":"Query","entities":[]}""")]
    [InlineData("""{"type":"Query","entities":{"type":"T"}}""")]
    [InlineData("""{"type":"Query","entities":[{"type":"T","id":"no URI"}]}""")]
    [InlineData("""{"type":"Query","entities":[{"type":"T","idPattern":"(("}]}""")]
    [InlineData("""{"type":"Query","entities":[{"type":"(T"}]}""")]
    [InlineData("""{"type":"Query","entities":[{"type":"T"}],"q":5}""")]
    [InlineData("""{"type":"Query","entities":[{"type":"T"}],"pick":"a{"}""")]
    [InlineData("""{"type":"Query","entities":[{"type":"T"}],"geoQ":{"georel":"within"}}""")]
    [InlineData("""{"type":"Query","entities":[{"type":"T"}],"scopeQ":"/A//B"}""")]
    [InlineData("""{"type":"Query","entities":[{"type":"T"}],"datasetId":["no URI"]}""")]
    [InlineData("""[1]""")]
    public async Task What_is_no_query_is_refused(string body) =>
        (await PostAsync("entityOperations/query", body)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");

    [BrokerFact, Clause("6.23"), Clause("5.2.23"), Clause("5.2.33"), Clause("5.7.2")]
    public async Task A_posted_query_selects_by_several_selectors()
    {
        string a = NewId(":a"), b = NewId(":b"), c = NewId(":c");
        await CreateAsync(a, "{}");
        await CreateAsync(b, "{}");
        await CreateAsync(c, $$"""{"type":"{{Type}}C"}""");
        await FindsAsync($$"""[{"type":"{{Type}}","id":"{{a}}"}]""", "a");
        await FindsAsync($$"""[{"type":"{{Type}}","id":["{{a}}","{{b}}"]}]""", "a b");
        await FindsAsync($$"""[{"type":"{{Type}}","idPattern":".*:b$"}]""", "b");
        await FindsAsync($$"""[{"type":"{{Type}}","idPattern":".*:b$"},{"type":"{{Type}}C"}]""", "b c");
        await FindsAsync($$"""[{"type":"*","idPattern":"^urn:ngsi-ld:{{Type}}:.*$"}]""", "a b c");

        async Task FindsAsync(string entities, string found)
        {
            var answer = (await PostAsync("entityOperations/query", $$"""{"type":"Query","entities":{{entities}}}""")).Expect(HttpStatusCode.OK);
            Assert.Equal(found, string.Join(" ", answer.Json.AsArray().Select(entity => ((string)entity!["id"]!).Split(':')[^1]).Order()));
        }
    }

    private static string? PageLink(Answer answer, string relation)
    {
        foreach (var link in answer.Header("Link").Split(", <"))
        {
            if (link.Contains($"rel=\"{relation}\"", StringComparison.Ordinal)) return link.TrimStart('<').Split('>')[0];
        }

        return null;
    }

    [BrokerFact, Clause("6.23"), Clause("5.7.2")]
    public async Task A_query_may_be_posted()
    {
        await FourCarsAsync();
        var answer = await PostAsync("entityOperations/query?limit=10&count=true", $$$"""
            {"type":"Query","entities":[{"type":"{{{Type}}}"}],"q":"speed>20","pick":["id","speed"],
             "geoQ":{"georel":"near;maxDistance==20000","geometry":"Point","coordinates":[10.0,50.0]}}
            """);
        answer.Expect(HttpStatusCode.OK);
        Assert.Equal("1", answer.Header("NGSILD-Results-Count"));
        Assert.Equal(["id", "speed"], answer.Json[0]!.AsObject().Select(member => member.Key).Order());
        (await PostAsync("entityOperations/query", """{"type":"Query"}""")).Expect(HttpStatusCode.BadRequest);
        (await PostAsync("entityOperations/query", """{"entities":[{"type":"T"}]}""")).Expect(HttpStatusCode.BadRequest);
    }
}
