using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Entities;

/// <summary>Attributes that end at a time. Brokers clean up now and then: until then what has ended may linger, for a while.</summary>
public class TransienceTests : BrokerTest
{
    [BrokerFact, Clause("4.22"), Clause("6.3.11"), Clause("4.8")]
    public async Task The_end_of_an_Attribute_is_a_system_Attribute()
    {
        var end = In(3600);
        await CreateAsync($$$"""{"a":{"type":"Property","value":1,"expiresAt":"{{{end}}}","b":{"type":"Property","value":2,"expiresAt":"{{{end}}}"} } }""");
        await ReadsAsync("""{"a":{"type":"Property","value":1,"b":{"type":"Property","value":2}}}""");
        var shown = await ReadAsync(query: "?options=sysAttrs");
        Assert.Equal(end, (string?)shown["a"]!["expiresAt"]);
        Assert.Equal(end, (string?)shown["a"]!["b"]!["expiresAt"]);
        (await PostAsync("entities", Entity(NewId(), """{"a":{"type":"Property","value":1,"expiresAt":"soon"}}""")))
            .ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("4.22"), Clause("5.7.1"), Clause("5.7.2"), Clause("5.7.10")]
    public async Task An_Attribute_goes_when_its_time_has_come()
    {
        var (name, soon) = ("a" + Type, In());
        await CreateAsync($$$"""
            {"{{{name}}}":[{"type":"Property","value":1,"expiresAt":"{{{soon}}}"},{"type":"Property","value":2,"datasetId":"urn:d:1","expiresAt":"{{{soon}}}"}],
             "b":{"type":"Relationship","object":"urn:x:1","c":{"type":"Property","value":3,"expiresAt":"{{{soon}}}"} } }
            """);
        Assert.NotEmpty(await FindAsync($"q={name}==1"));
        (await GetAsync($"attributes/{name}")).Expect(HttpStatusCode.OK);

        await EventuallyAsync("the Attribute is still there", async () => (await ReadAsync())[name] is null);
        await ReadsAsync("""{"b":{"type":"Relationship","object":"urn:x:1"}}""");
        Assert.Empty(await FindAsync($"q={name}"));
        Assert.Empty(await FindAsync($"attrs={name}"));
        Assert.NotEmpty(await FindAsync("q=b"));
        (await GetAsync($"entities/{Id}?attrs={name}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync($"attributes/{name}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await PatchAsync($"entities/{Id}/attrs/{name}", """{"value":2}""")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("4.22"), Clause("5.5.8"), Clause("5.5.12")]
    public async Task The_end_is_put_off_or_taken_back()
    {
        var soon = In();
        await CreateAsync($$$"""
            {"a":{"type":"Property","value":1,"expiresAt":"{{{soon}}}"},"b":{"type":"Property","value":1,"expiresAt":"{{{soon}}}"},
             "c":{"type":"Property","value":1,"expiresAt":"{{{soon}}}"} }
            """);
        (await PatchAsync($"entities/{Id}/attrs/a", $$"""{"expiresAt":"{{In(3600)}}"}""")).Expect(HttpStatusCode.NoContent);
        (await PatchAsync($"entities/{Id}", """{"b":{"expiresAt":"urn:ngsi-ld:null"}}""")).Expect(HttpStatusCode.NoContent);
        await EventuallyAsync("the Attribute is still there", async () => (await ReadAsync())["c"] is null);
        await ReadsAsync("""{"a":{"type":"Property","value":1},"b":{"type":"Property","value":1}}""");
    }

    [BrokerFact, Clause("4.22"), Clause("5.8.6")]
    public async Task Subscribers_are_told_that_an_Attribute_has_gone()
    {
        await using var receiver = new Receiver();
        var subscription = $$$"""
            {"type":"Subscription","entities":[{"type":"{{{Type}}}"}],"notificationTrigger":["attributeDeleted"],
             "notification":{"endpoint":{"uri":"{{{receiver.Url}}}/n","accept":"application/json"} } }
            """;
        (await PostAsync("subscriptions", subscription)).Expect(HttpStatusCode.Created);
        await CreateAsync($$$"""{"a":{"type":"Property","value":1,"expiresAt":"{{{In()}}}"},"b":{"type":"Property","value":1}}""");

        var entity = (await receiver.NextAsync(45)).Data[0]!;
        Assert.Equal(Id, (string?)entity["id"]);
        Assert.Equal("urn:ngsi-ld:null", (string?)(entity["a"] is System.Text.Json.Nodes.JsonObject a ? a["value"] : entity["a"]));
        Assert.Equal(1, (int?)entity["b"]!["value"]);
    }
}
