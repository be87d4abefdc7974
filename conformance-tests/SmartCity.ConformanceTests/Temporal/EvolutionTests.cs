using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Temporal;

/// <summary>What was done to current Entities is seen in their evolution.</summary>
public class EvolutionTests : TemporalTest
{
    private async Task CreateAsync(string members, bool remember)
    {
        await CreateAsync(members);
        if (remember) Remember($"/ngsi-ld/v1/temporal/entities/{Id}");
    }

    [BrokerFact, Clause("4.5.6"), Clause("4.5.7")]
    public async Task Each_change_of_an_Attribute_is_an_instance()
    {
        await CreateAsync("""{"speed":{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z"},"owner":{"type":"Relationship","object":"urn:x:1"}}""", remember: true);
        (await PatchAsync($"entities/{Id}/attrs/speed", """{"type":"Property","value":2,"observedAt":"2026-01-01T10:10:00Z"}""")).Expect(HttpStatusCode.NoContent);
        (await PostAsync($"entities/{Id}/attrs", """{"speed":{"type":"Property","value":3,"observedAt":"2026-01-01T10:20:00Z"}}""")).Expect(HttpStatusCode.NoContent);
        (await PatchAsync($"entities/{Id}", """{"speed":{"value":4,"observedAt":"2026-01-01T10:30:00Z"}}""")).Expect(HttpStatusCode.NoContent);
        (await PutAsync($"entities/{Id}", Entity(Id, """{"speed":{"type":"Property","value":5,"observedAt":"2026-01-01T10:40:00Z"},"owner":{"type":"Relationship","object":"urn:x:2"}}"""))).Expect(HttpStatusCode.NoContent);
        (await PostAsync("entityOperations/upsert", $"[{Entity(Id, """{"speed":{"type":"Property","value":6,"observedAt":"2026-01-01T10:50:00Z"},"owner":{"type":"Relationship","object":"urn:x:2"}}""")}]")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("1 2 3 4 5 6", await ValuesAsync("speed", Between));
        var owners = (await GetAsync($"temporal/entities/{Id}?attrs=owner")).Json["owner"]!.AsArray();
        Assert.Equal(["urn:x:1", "urn:x:2"], owners.Select(owner => (string)owner!["object"]!));
    }

    [BrokerFact, Clause("4.5.7"), Clause("4.5.8"), Clause("4.8")]
    public async Task Deleted_Attributes_leave_an_instance_that_tells_when()
    {
        await CreateAsync("""{"p":{"type":"Property","value":1},"r":{"type":"Relationship","object":"urn:x:1"},"q":{"type":"Property","value":1}}""", remember: true);
        (await DeleteAsync($"entities/{Id}/attrs/p")).Expect(HttpStatusCode.NoContent);
        (await PatchAsync($"entities/{Id}", """{"r":"urn:ngsi-ld:null"}""")).Expect(HttpStatusCode.NoContent);
        var evolution = (await GetAsync($"temporal/entities/{Id}?options=sysAttrs")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("urn:ngsi-ld:null", (string?)evolution["p"]![1]!["value"]);
        Assert.NotNull(evolution["p"]![1]!["deletedAt"]);
        Assert.Equal("urn:ngsi-ld:null", (string?)evolution["r"]![1]!["object"]);
        Assert.NotNull(evolution["r"]![1]!["deletedAt"]);
        Assert.Null(evolution["p"]![0]!["deletedAt"]);
        Assert.Null(evolution["deletedAt"]);
        var deleted = await EvolutionAsync("timeproperty=deletedAt&timerel=after&timeAt=2026-01-01T00:00:00Z");
        Assert.Equal(["p", "r"], deleted.Select(member => member.Key).Order());
    }

    [BrokerFact, Clause("4.5.6"), Clause("6.3.11"), Clause("4.8")]
    public async Task An_evolution_outlives_its_Entity_and_goes_on_with_the_next_of_that_id()
    {
        await CreateAsync("""{"p":{"type":"Property","value":1}}""", remember: true);
        (await DeleteAsync($"entities/{Id}")).Expect(HttpStatusCode.NoContent);
        var evolution = (await GetAsync($"temporal/entities/{Id}?options=sysAttrs")).Expect(HttpStatusCode.OK).Json;
        Assert.NotNull(evolution["deletedAt"]);
        await CreateAsync("""{"p":{"type":"Property","value":2}}""", remember: false);
        Assert.Equal("1 \"urn:ngsi-ld:null\" 2", await ValuesAsync("p", "timeproperty=modifiedAt"));
        Assert.Null((await GetAsync($"temporal/entities/{Id}?options=sysAttrs")).Json["deletedAt"]);
    }

    [BrokerFact, Clause("4.5.6"), Clause("4.18"), Clause("5.7.4")]
    public async Task The_scope_evolves_and_tells_when_as_if_it_were_observed()
    {
        await CreateAsync("""{"p":{"type":"Property","value":1},"scope":"/a/b"}""", remember: true);
        (await PatchAsync($"entities/{Id}", """{"scope":["/a/c","/d"]}""")).Expect(HttpStatusCode.NoContent);
        var scopes = (await GetAsync($"temporal/entities/{Id}?options=sysAttrs")).Json["scope"]!.AsArray();
        Assert.Equal(2, scopes.Count);
        Assert.Equal("/a/b", (string?)scopes[0]!["value"]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""["/a/c","/d"]"""), scopes[1]!["value"]));
        Assert.All(scopes, scope => Assert.Equal((string?)scope!["modifiedAt"], (string?)scope["observedAt"]));
        const string Since = "timerel=after&timeAt=2026-01-01T00:00:00Z&timeproperty=modifiedAt";
        Assert.Equal(Id.Split(':')[^1], await FindEvolutionsAsync(Since + "&scopeQ=/d"));
        Assert.Equal("", await FindEvolutionsAsync(Since + "&scopeQ=/e"));
        Assert.Equal("", await FindEvolutionsAsync($"timerel=after&timeAt={(string)scopes[1]!["modifiedAt"]!}&timeproperty=modifiedAt&scopeQ=/a/b"));
    }

    [BrokerFact, Clause("4.5.9"), Clause("4.8"), Clause("4.11")]
    public async Task Values_stand_beside_the_time_that_is_asked_for()
    {
        await CreateAsync("""{"p":{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z"}}""", remember: true);
        var instance = (await GetAsync($"temporal/entities/{Id}?options=sysAttrs")).Json["p"]![0]!;
        foreach (var property in new[] { "observedAt", "createdAt", "modifiedAt" })
        {
            var pair = (await GetAsync($"temporal/entities/{Id}?format=temporalValues&timeproperty={property}")).Json["p"]!["values"]![0]!;
            Assert.Equal((1, (string)instance[property]!), ((int)pair[0]!, (string)pair[1]!));
        }
    }

    [BrokerFact, Clause("5.6.11"), Clause("4.5.6")]
    public async Task Late_values_join_what_current_ones_left_and_change_no_Entity()
    {
        await CreateAsync("""{"speed":{"type":"Property","value":5,"observedAt":"2026-01-01T10:40:00Z"}}""", remember: true);
        (await PostAsync("temporal/entities", Entity(Id, """{"speed":[{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z"}],"old":[{"type":"Property","value":0,"observedAt":"2026-01-01T10:00:00Z"}]}"""))).Expect(HttpStatusCode.NoContent);
        Assert.Equal("1 5", await ValuesAsync("speed", ""));
        await ReadsAsync("""{"speed":{"type":"Property","value":5,"observedAt":"2026-01-01T10:40:00Z"}}""");
        (await DeleteAsync($"temporal/entities/{Id}")).Expect(HttpStatusCode.NoContent);
        (await GetAsync($"entities/{Id}")).Expect(HttpStatusCode.OK);
    }
}
