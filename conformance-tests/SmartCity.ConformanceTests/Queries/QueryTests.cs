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

    [BrokerFact, Clause("5.7.2"), Clause("4.9")]
    public async Task q_selects_by_values()
    {
        await FourCarsAsync();
        (string Q, string Found)[] table =
        [
            ("speed", "a b c"),
            ("speed==10", "a"),
            ("speed!=10", "b c"),
            ("speed>50", "b c"),
            ("speed>=50.5", "b c"),
            ("speed<50.5", "a"),
            ("speed<=10", "a"),
            ("speed==10..60", "a b"),
            ("speed!=10..60", "c"),
            ("speed==10,90", "a c"),
            ("brand==\"Tesla\"", "b d"),
            ("brand==\"Tesla\",\"Mercedes\"", "a b d"),
            ("brand~=.*es.*", "a b"),
            ("brand!~=.*es.*", ""),
            ("free==true", "d"),
            ("free==false", ""),
            ("speed>20;brand==\"Tesla\"", "b"),
            ("speed>80|brand==\"Mercedes\"", "a c"),
            ("(speed>80|brand==\"Tesla\");speed", "b c"),
            ("speed.observedAt>2026-01-01T00:00:00Z", "a"),
            ("speed.unitCode==\"KMH\"", "a"),
            ("speed.accuracy>0.5", "b"),
            ("address[city]==\"Berlin\"", "c"),
            ("address[at.floor]==3", "c"),
            ("colour[de]==\"rot\"", "c"),
            ("colour[*]==\"red\"", "c"),
            ("parked==urn:x:P1", "c"),
            ("speed==\"10\"", ""),
            ("nothing", ""),
        ];
        foreach (var (q, found) in table) Assert.Equal((q, found), (q, await FindAsync("q=" + Uri.EscapeDataString(q))));
    }

    [BrokerTheory, Clause("4.9"), Clause("5.7.2")]
    [InlineData("speed=")]
    [InlineData("speed>>1")]
    [InlineData("(speed")]
    [InlineData(";")]
    public async Task A_malformed_q_is_refused(string q) =>
        (await GetAsync($"entities?type={Type}&q={Uri.EscapeDataString(q)}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");

    [BrokerFact, Clause("4.10"), Clause("5.7.2")]
    public async Task Places_select_by_geometry()
    {
        await FourCarsAsync();
        const string Box = "[[[9.9,49.9],[10.2,49.9],[10.2,50.1],[9.9,50.1],[9.9,49.9]]]";
        (string Query, string Found)[] table =
        [
            ("georel=near;maxDistance==2000&geometry=Point&coordinates=[10.0,50.0]", "a"),
            ("georel=near;maxDistance==20000&geometry=Point&coordinates=[10.0,50.0]", "a b"),
            ("georel=near;minDistance==20000&geometry=Point&coordinates=[10.0,50.0]", "c"),
            ("georel=within&geometry=Polygon&coordinates=" + Box, "a b"),
            ("georel=intersects&geometry=Polygon&coordinates=" + Box, "a b"),
            ("georel=disjoint&geometry=Polygon&coordinates=" + Box, "c"),
            ("georel=equals&geometry=Point&coordinates=[20.0,50.0]", "c"),
            ("georel=within&geometry=Polygon&geoproperty=observationSpace&coordinates=" + Box, ""),
        ];
        foreach (var (query, found) in table) Assert.Equal((query, found), (query, await FindAsync(query)));
        (await GetAsync($"entities?type={Type}&georel=near&geometry=Point&coordinates=[1,2]")).Expect(HttpStatusCode.BadRequest);
        (await GetAsync($"entities?type={Type}&georel=within&geometry=Polygon")).Expect(HttpStatusCode.BadRequest);
    }

    [BrokerFact, Clause("4.19")]
    public async Task Scopes_select()
    {
        await FourCarsAsync();
        (string Query, string Found)[] table =
        [
            ("/Lisbon", "c"),
            ("/Madrid", ""),
            ("/Madrid/#", "a b"),
            ("/Madrid/+", "b"),
            ("/Madrid/+/North", "a"),
            ("/Lisbon,/CompanyA", "b c"),
            ("/Madrid/Centre;/CompanyA", "b"),
            ("/#", "a b c"),
        ];
        foreach (var (query, found) in table) Assert.Equal((query, found), (query, await FindAsync("scopeQ=" + Uri.EscapeDataString(query))));
    }

    [BrokerFact, Clause("4.17"), Clause("5.7.2"), Clause("4.16")]
    public async Task Types_select()
    {
        string first = Type + "A", second = Type + "B";
        await CreateAsync(NewId(":a"), $$"""{"type":"{{first}}"}""");
        await CreateAsync(NewId(":b"), $$"""{"type":"{{second}}"}""");
        await CreateAsync(NewId(":c"), $$"""{"type":["{{first}}","{{second}}"]}""");
        Assert.Equal("a c", await OfTypeAsync(first));
        Assert.Equal("a b c", await OfTypeAsync($"{first},{second}"));
        Assert.Equal("a b c", await OfTypeAsync($"{first}|{second}"));
        Assert.Equal("c", await OfTypeAsync($"({first};{second})"));
        Assert.Equal("b c", await OfTypeAsync($"https://uri.etsi.org/ngsi-ld/default-context/{second}"));
        Assert.Equal("", await OfTypeAsync("Nobody" + Type));

        async Task<string> OfTypeAsync(string type)
        {
            var found = (await GetAsync("entities?type=" + Uri.EscapeDataString(type))).Expect(HttpStatusCode.OK).Json.AsArray();
            return string.Join(" ", found.Select(entity => ((string)entity!["id"]!).Split(':')[^1]).Order());
        }
    }

    [BrokerFact, Clause("5.7.2"), Clause("6.4")]
    public async Task Ids_and_patterns_select()
    {
        var id = NewId(":a");
        await CreateAsync(id, "{}");
        await CreateAsync(NewId(":b"), "{}");
        Assert.Equal("a", await FindAsync("id=" + id));
        Assert.Equal("a", await FindAsync($"id={id},{NewId()}"));
        Assert.Equal("b", await FindAsync("idPattern=" + Uri.EscapeDataString(".*:b$")));
        Assert.Equal("a b", await FindAsync("idPattern=" + Uri.EscapeDataString($"^urn:ngsi-ld:{Type}:.*")));
        (await GetAsync($"entities?type={Type}&idPattern=" + Uri.EscapeDataString("(("))).Expect(HttpStatusCode.BadRequest);
        (await GetAsync($"entities?type={Type}&id=noURI")).Expect(HttpStatusCode.BadRequest);
    }

    [BrokerFact, Clause("5.7.2")]
    public async Task The_deprecated_attrs_selects_and_picks()
    {
        await FourCarsAsync();
        Assert.Equal("a b c", await FindAsync("attrs=speed"));
        Assert.Equal("a b c d", await FindAsync("attrs=speed,free"));
    }

    [BrokerFact, Clause("5.7.2"), Clause("5.5.13")]
    public async Task A_query_has_to_ask_for_something_unless_it_is_local()
    {
        (await GetAsync("entities")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await GetAsync("entities?local=true&limit=1")).Expect(HttpStatusCode.OK);
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
