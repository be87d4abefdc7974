using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Entities;

/// <summary>Deleting by a query (ETSI GS CIM 009 5.6.21).</summary>
public class PurgeTests : BrokerTest
{
    private const string Cars = """
        {"a":{"speed":{"type":"Property","value":10},"colour":[{"type":"Property","value":"red"},{"type":"Property","value":"blue","datasetId":"urn:d:1"}],"scope":"/x/u"},
         "b":{"speed":{"type":"Property","value":50},"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[8,40]}}},
         "c":{"speed":{"type":"Property","value":90},"colour":{"type":"Property","value":"blue"},"scope":"/y"},"d":{}}
        """;

    [BrokerTheory, Clause("5.6.21"), Clause("6.4")]
    [InlineData("", "")]
    [InlineData("&q=speed>20", "a d")]
    [InlineData("&q=nothing", "a b c d")]
    [InlineData("&scopeQ=/x/%23", "b c d")]
    [InlineData("&georel=near;maxDistance==1000&geometry=Point&coordinates=[8,40]", "a c d")]
    [InlineData("&idPattern=.*:[ab]$", "c d")]
    [InlineData("&local=true&q=speed<20", "b c d")]
    [InlineData("&csf=name==%22x%22&q=speed<20", "b c d")]
    [InlineData("&q=speed>1000", "a b c d")]
    public async Task What_a_query_finds_is_deleted(string query, string left)
    {
        await CreateAllAsync(Cars);
        var answer = (await DeleteAsync($"entities?type={Type}{query}")).Expect(HttpStatusCode.NoContent);
        Assert.Empty(answer.Body);
        Assert.Equal(left, await FindAsync("options=keyValues"));
    }

    [BrokerFact, Clause("5.6.21")]
    public async Task Ids_select_too()
    {
        await CreateAllAsync(Cars);
        var all = (await GetAsync($"entities?type={Type}&pick=id")).Json.AsArray().Select(entity => (string)entity!["id"]!).ToList();
        (await DeleteAsync($"entities?type={Type}&id={all[0]},{all[3]}")).Expect(HttpStatusCode.NoContent);
        (await DeleteAsync($"entities?local=true&id={all[1]}")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("c", await FindAsync("pick=id"));
    }

    [BrokerFact, Clause("5.6.21"), Clause("6.4")]
    public async Task Attributes_are_dropped_with_all_their_instances()
    {
        await CreateAllAsync(Cars);
        (await DeleteAsync($"entities?type={Type}&q=speed<60&drop=colour,location,scope")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("a b c d", await FindAsync("pick=id"));
        Assert.Equal("c", await FindAsync("attrs=colour,location"));
        Assert.Equal("c", await FindAsync("scopeQ=/%23"));
        Assert.Equal("a b c", await FindAsync("q=speed"));
    }

    [BrokerFact, Clause("5.6.21"), Clause("6.4")]
    public async Task All_Attributes_go_but_those_that_are_kept()
    {
        await CreateAllAsync(Cars);
        (await DeleteAsync($"entities?type={Type}&keep=colour")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("a b c d", await FindAsync("pick=id"));
        Assert.Equal("a c", await FindAsync("q=colour"));
        Assert.Equal("", await FindAsync("attrs=speed,location"));
        Assert.Equal("a c", await FindAsync("scopeQ=/%23"));
    }

    [BrokerFact, Clause("5.6.21"), Clause("5.5.7")]
    public async Task Names_are_those_of_the_context()
    {
        await CreateAllAsync("""{"a":{"https://example.org/other":{"type":"Property","value":1},"other":{"type":"Property","value":2}}}""");
        (await DeleteAsync($"entities?type={Type}&drop=https://example.org/other")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("a", await FindAsync("q=other==2"));
        Assert.Equal("", await FindAsync("attrs=https://example.org/other"));
    }

    [BrokerFact, Clause("5.6.21"), Clause("6.4")]
    public async Task An_EntityMap_says_which_and_the_answer_names_it()
    {
        await CreateAllAsync(Cars);
        var map = (await GetAsync($"entityMaps?type={Type}&q=speed>20")).Expect(HttpStatusCode.Created).Header("NGSILD-EntityMap");
        await CreateAsync(NewId(":e"), """{"speed":{"type":"Property","value":100}}""");
        var answer = (await DeleteAsync($"entities?type={Type}", ("NGSILD-EntityMap", map))).Expect(HttpStatusCode.NoContent);
        Assert.Equal(map, answer.Header("NGSILD-EntityMap"));
        Assert.Equal("a d e", await FindAsync("pick=id"));
    }

    [BrokerTheory, Clause("5.6.21"), Clause("6.4")]
    [InlineData("?id=urn:x:1")]
    [InlineData("?idPattern=^urn:nobody:has:this$")]
    [InlineData("?keep=a&id=urn:x:1")]
    [InlineData("?type=$&id=nothing")]
    [InlineData("?type=$&q=((")]
    [InlineData("?type=$&q=owner{name}==1")]
    [InlineData("?type=$&csf=((")]
    [InlineData("?type=$&georel=near")]
    [InlineData("?type=$&drop=owner{name}")]
    [InlineData("?type=$&keep=owner{name}")]
    [InlineData("?type=$&drop=id")]
    [InlineData("?type=$&drop=a&keep=b")]
    [InlineData("?type=*&local=false&id=urn:x:1")]
    public async Task What_is_too_wide_or_wrong_purges_nothing(string query)
    {
        await CreateAllAsync(Cars);
        (await DeleteAsync("entities" + query.Replace("$", Type, StringComparison.Ordinal))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        Assert.Equal("a b c d", await FindAsync("pick=id"));
    }

    [BrokerFact, Clause("5.6.21"), Clause("5.8.6")]
    public async Task Subscribers_hear_of_what_a_purge_deletes()
    {
        await using var receiver = new Receiver();
        await CreateAllAsync(Cars);
        (await PostAsync("subscriptions", $$$"""
            {"type":"Subscription","entities":[{"type":"{{{Type}}}"}],"notificationTrigger":["entityDeleted","attributeDeleted"],
             "notification":{"endpoint":{"uri":"{{{receiver.Url}}}"} } }
            """)).Expect(HttpStatusCode.Created);
        (await DeleteAsync($"entities?type={Type}&q=speed==10&drop=speed")).Expect(HttpStatusCode.NoContent);
        (await DeleteAsync($"entities?type={Type}&q=speed==90")).Expect(HttpStatusCode.NoContent);
        await receiver.NextAsync();
        await receiver.NextAsync();
    }
}
