using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Queries;

/// <summary>Which Entities are selected by types, ids and scopes.</summary>
public class SelectionTests : BrokerTest
{
    [BrokerTheory, Clause("4.17"), Clause("4.16"), Clause("5.7.2")]
    [InlineData("$A", "a c d")]
    [InlineData("$A,$B", "a b c d")]
    [InlineData("$A|$B", "a b c d")]
    [InlineData("($A;$B)", "c d")]
    [InlineData("($A;$B;$C)", "d")]
    [InlineData("($A;$C)|$B", "b c d")]
    [InlineData("($A;$C),($B;$C)", "d")]
    [InlineData("$C,($A;$B)", "c d e")]
    [InlineData("https://uri.etsi.org/ngsi-ld/default-context/$B", "b c d")]
    [InlineData("https://uri.etsi.org/ngsi-ld/default-context/$A|$C", "a c d e")]
    [InlineData("Nobody$A", "")]
    public async Task Types(string selection, string found)
    {
        await CreateAllAsync(Fill("""{"a":{"type":"$A"},"b":{"type":"$B"},"c":{"type":["$A","$B"]},"d":{"type":["$C","$B","$A"]},"e":{"type":"$C"}}"""));
        var answer = (await GetAsync("entities?type=" + Encode(Fill(selection)))).Expect(HttpStatusCode.OK);
        Assert.Equal(found, Names(answer));
        answer = await PostAsync("entityOperations/query", Fill($$"""{"type":"Query","entities":[{"type":"{{selection}}"}]}"""));
        Assert.Equal(found, Names(answer.Expect(HttpStatusCode.OK)));

        string Fill(string text) => text.Replace("$", Type, StringComparison.Ordinal);
    }

    [BrokerTheory, Clause("4.17"), Clause("5.7.2")]
    [InlineData("(A")]
    [InlineData("A)")]
    [InlineData("(A;)")]
    [InlineData("A B")]
    public async Task What_is_no_selection_of_types_is_refused(string selection)
    {
        (await GetAsync("entities?type=" + Encode(selection))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await GetAsync($"entities/{Id}?type=" + Encode(selection))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerTheory, Clause("5.7.2"), Clause("6.4")]
    [InlineData(".*:b$", "b")]
    [InlineData("^urn:ngsi-ld:$:.*", "a b room1 room22")]
    [InlineData("^.*:room[0-9]+$", "room1 room22")]
    [InlineData("^.*:room[0-9]{2}$", "room22")]
    [InlineData("^.*:(a|room1)$", "a room1")]
    [InlineData("^.*:room[[:digit:]]$", "room1")]
    [InlineData("^.*:room.?$", "room1")]
    [InlineData("^nothing$", "")]
    public async Task Patterns_of_ids(string pattern, string found)
    {
        await CreateAllAsync("""{"a":{},"b":{},"room1":{},"room22":{}}""");
        Assert.Equal(found, await FindAsync("idPattern=" + Encode(pattern.Replace(":$:", $":{Type}:", StringComparison.Ordinal))));
    }

    [BrokerFact, Clause("5.7.2"), Clause("6.4")]
    public async Task Ids()
    {
        string a = NewId(":a"), b = NewId(":b");
        await CreateAsync(a, "{}");
        await CreateAsync(b, "{}");
        Assert.Equal("a", await FindAsync("id=" + a));
        Assert.Equal("a b", await FindAsync($"id={a},{NewId()},{b}"));
        Assert.Equal("", await FindAsync($"id={NewId()}"));
        Assert.Equal("a", Names(await GetAsync($"entities?local=true&id={a}")));
        (await GetAsync($"entities?id={a}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerTheory, Clause("5.7.2")]
    [InlineData("id=noURI")]
    [InlineData("id=urn:x:1,no%20URI")]
    [InlineData("idPattern=((")]
    [InlineData("idPattern=%5B")]
    public async Task What_is_no_id_and_no_pattern_is_refused(string query) =>
        (await GetAsync($"entities?type={Type}&{query}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");

    [BrokerTheory, Clause("4.19"), Clause("4.18"), Clause("5.7.2")]
    [InlineData("/Lisbon", "c")]
    [InlineData("/Madrid", "")]
    [InlineData("/Madrid/#", "a b")]
    [InlineData("/Madrid/Gardens/#", "a")]
    [InlineData("/+", "b c")]
    [InlineData("/Madrid/+", "b")]
    [InlineData("/Madrid/+/North", "a")]
    [InlineData("/+/+/North", "a")]
    [InlineData("/+/Gardens/#", "a")]
    [InlineData("/#", "a b c")]
    [InlineData("/Lisbon,/CompanyA", "b c")]
    [InlineData("/Lisbon|/CompanyA", "b c")]
    [InlineData("(/Madrid/Centre;/CompanyA)", "b")]
    [InlineData("(/Madrid/Centre;/CompanyA)|/Lisbon", "b c")]
    [InlineData("(/Madrid/Centre;/Lisbon),/Madrid/Gardens/North", "a")]
    [InlineData("(/Madrid/#;/CompanyA)", "b")]
    [InlineData("/Madri", "")]
    public async Task Scopes(string query, string found)
    {
        await CreateAllAsync("""
            {"a":{"scope":"/Madrid/Gardens/North"},"b":{"scope":["/Madrid/Centre","/CompanyA"]},"c":{"scope":"/Lisbon"},"d":{}}
            """);
        Assert.Equal(found, await FindAsync("scopeQ=" + Encode(query)));
        var answer = await PostAsync("entityOperations/query", $$"""{"type":"Query","entities":[{"type":"{{Type}}"}],"scopeQ":"{{query}}"}""");
        Assert.Equal(found, Names(answer.Expect(HttpStatusCode.OK)));
    }

    [BrokerTheory, Clause("4.19"), Clause("5.7.2")]
    [InlineData("(/A")]
    [InlineData("/A)")]
    [InlineData("/A;")]
    [InlineData("/#/A")]
    [InlineData("/A//B")]
    [InlineData("/A b")]
    public async Task What_is_no_query_of_scopes_is_refused(string query) =>
        (await GetAsync($"entities?type={Type}&scopeQ={Encode(query)}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");

    [BrokerFact, Clause("4.18"), Clause("5.7.2")]
    public async Task A_scope_without_a_slash_in_front_is_the_same_scope()
    {
        await CreateAllAsync("""{"a":{"scope":"Madrid/Centre"}}""");
        Assert.Equal("a", await FindAsync("scopeQ=/Madrid/Centre"));
        Assert.Equal("a", await FindAsync("scopeQ=" + Encode("/Madrid/#")));
    }

    [BrokerFact, Clause("5.7.2")]
    public async Task Conditions_are_met_all_at_once()
    {
        await CreateAllAsync("""
            {"a":{"n":{"type":"Property","value":1},"scope":"/A","location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}}},
             "b":{"n":{"type":"Property","value":1},"scope":"/A"},
             "c":{"n":{"type":"Property","value":2},"scope":"/A","location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}}},
             "d":{"n":{"type":"Property","value":1},"scope":"/B","location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}}}}
            """);
        const string Place = "georel=equals&geometry=Point&coordinates=[1,2]";
        Assert.Equal("a", await FindAsync("q=n==1&scopeQ=/A&" + Place));
        Assert.Equal("a d", await FindAsync("q=n==1&" + Place));
        Assert.Equal("c", await FindAsync("q=n==2&scopeQ=/A&idPattern=.*&attrs=n,m&" + Place));
        Assert.Equal("", await FindAsync("q=n==2&scopeQ=/B&" + Place));
    }

    [BrokerFact, Clause("5.7.2"), Clause("5.5.13"), Clause("6.4")]
    public async Task A_query_has_to_ask_for_something_unless_it_is_local()
    {
        // By a place alone all sources of a tenant are asked, those of other tests included.
        var name = "n" + Type;
        await CreateAsync(Id, $$$"""{"{{{name}}}":{"type":"Property","value":1},"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1.25,2.25]} } }""", Tenant);
        foreach (var enough in (string[])["type=" + Type, "attrs=" + name, "q=" + name, "georel=equals&geometry=Point&coordinates=[1.25,2.25]", "local=true&limit=1"])
        {
            (await GetAsync("entities?" + enough, TenantHeader(Tenant))).Expect(HttpStatusCode.OK);
        }

        foreach (var tooLittle in (string[])["", "local=false", "id=" + Id, "idPattern=.*", "scopeQ=/A", "q=createdAt>2020-01-01T00:00:00Z", "pick=" + name])
        {
            (await GetAsync("entities?" + tooLittle, TenantHeader(Tenant))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        }
    }

    [BrokerTheory, Clause("5.7.2"), Clause("6.4")]
    [InlineData("csf=a==")]
    [InlineData("csf=(a")]
    [InlineData("splitEntities=perhaps")]
    [InlineData("local=perhaps")]
    [InlineData("count=perhaps")]
    [InlineData("limit=-1")]
    [InlineData("limit=x")]
    [InlineData("offset=-1")]
    public async Task A_parameter_that_makes_no_sense_is_refused(string query) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync($"entities?type={Type}&{query}")).Status);

    [BrokerFact, Clause("5.7.2"), Clause("6.4")]
    public async Task All_types_are_those_that_are_here()
    {
        await CreateAsync("{}");
        var pattern = Encode($"^urn:ngsi-ld:{Type}:.*$");
        Assert.Single((await GetAsync($"entities?type=*&idPattern={pattern}")).Expect(HttpStatusCode.OK).Json.AsArray());
        Assert.Single((await GetAsync($"entities?type=*&local=true&idPattern={pattern}")).Expect(HttpStatusCode.OK).Json.AsArray());
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync($"entities?type=*&local=false&idPattern={pattern}")).Status);
    }

    private static string Names(Answer answer) =>
        string.Join(" ", answer.Json.AsArray().Select(entity => ((string)entity!["id"]!).Split(':')[^1]).Order(StringComparer.Ordinal));
}
