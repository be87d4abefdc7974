using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Linking;

/// <summary>Linked Entities in notifications (ETSI GS CIM 009 5.2.14, 5.8.6).</summary>
public class LinkedNotificationTests : BrokerTest
{
    private string Subscription(string endpoint, string notification, string members) => $$"""
        {"id":"{{NewId(":s")}}","type":"Subscription","entities":[{"type":"{{Type}}"}],"watchedAttributes":["speed"]{{members}},
         "notification":{ {{notification}}"endpoint":{"uri":"{{endpoint}}"} } }
        """;

    private async Task<string> SubscribeAsync(string endpoint, string notification, string members = "") =>
        (await PostAsync("subscriptions", Subscription(endpoint, notification, members))).Expect(HttpStatusCode.Created).Location!;

    private async Task<(string Driver, string Company)> CarAsync()
    {
        var (driver, company) = (NewId(":driver"), NewId(":company"));
        await CreateAsync(company, $$"""{"type":"{{Type}}Company","name":{"type":"Property","value":"Corp"} }""");
        await CreateAsync(driver, $$"""
            {"type":"{{Type}}Driver","name":{"type":"Property","value":"Bob"},"worksFor":{"type":"Relationship","object":"{{company}}"} }
            """);
        await CreateAsync($$"""{"speed":{"type":"Property","value":1},"driver":{"type":"Relationship","object":"{{driver}}"} }""");
        return (driver, company);
    }

    private async Task DriveAsync(int speed) =>
        (await PatchAsync($"entities/{Id}/attrs", $$"""{"speed":{"type":"Property","value":{{speed}}} }""")).Expect(HttpStatusCode.NoContent);

    private static void Equal(string expected, JsonNode? found) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), found), $"expected {expected}\ntold     {found?.ToJsonString()}");

    [BrokerFact, Clause("5.2.14"), Clause("5.8.6"), Clause("4.5.23"), Clause("5.8.1")]
    public async Task Linked_Entities_are_told_inline()
    {
        await using var receiver = new Receiver();
        var (driver, company) = await CarAsync();
        await SubscribeAsync(receiver.Url, "\"join\":\"inline\",\"joinLevel\":2,\"format\":\"keyValues\",");
        await DriveAsync(2);
        Equal($$"""
            [{"id":"{{Id}}","type":"{{Type}}","speed":2,"driver":{"id":"{{driver}}","type":"{{Type}}Driver","name":"Bob",
              "worksFor":{"id":"{{company}}","type":"{{Type}}Company","name":"Corp"} } }]
            """, (await receiver.NextAsync()).Data);
    }

    [BrokerFact, Clause("5.8.6"), Clause("4.5.23"), Clause("4.21")]
    public async Task Linked_Entities_are_told_flattened()
    {
        await using var receiver = new Receiver();
        var (driver, _) = await CarAsync();
        await SubscribeAsync(receiver.Url, "\"join\":\"flat\",\"pick\":[\"id\",\"speed\",\"driver{id,name}\"],\"format\":\"concise\",");
        await DriveAsync(2);
        Equal($$"""[{"id":"{{Id}}","speed":2,"driver":{"object":"{{driver}}"} },{"id":"{{driver}}","name":"Bob"}]""", (await receiver.NextAsync()).Data);
    }

    [BrokerFact, Clause("4.9"), Clause("5.8.6")]
    public async Task q_asks_for_what_linked_Entities_are_when_the_linking_one_changes()
    {
        await using var receiver = new Receiver();
        var (driver, _) = await CarAsync();
        await SubscribeAsync(receiver.Url, "\"join\":\"inline\",\"pick\":[\"speed\"],", ",\"q\":\"driver{name}==\\\"Alice\\\"\"");
        await DriveAsync(2);
        await receiver.NothingAsync();
        (await PatchAsync($"entities/{driver}/attrs", """{"name":{"type":"Property","value":"Alice"}}""")).Expect(HttpStatusCode.NoContent);
        await receiver.NothingAsync();
        await DriveAsync(3);
        Equal("""[{"speed":{"type":"Property","value":3}}]""", (await receiver.NextAsync()).Data);
    }

    [BrokerFact, Clause("5.8.3"), Clause("5.8.2"), Clause("5.8.6")]
    public async Task What_is_joined_is_read_back_and_changed()
    {
        await using var receiver = new Receiver();
        var (driver, _) = await CarAsync();
        var location = await SubscribeAsync(receiver.Url, "\"join\":\"flat\",\"joinLevel\":2,");
        var read = (await GetAsync(location)).Expect(HttpStatusCode.OK).Json["notification"]!;
        Assert.Equal(("flat", 2), ((string?)read["join"], (int?)read["joinLevel"]));
        (await PatchAsync(location, """{"notification":{"join":"inline","joinLevel":1}}""")).Expect(HttpStatusCode.NoContent);
        await DriveAsync(2);
        var told = (await receiver.NextAsync()).Data;
        Assert.Single(told);
        Assert.Equal(driver, (string?)told[0]!["driver"]!["entity"]!["id"]);
        (await PatchAsync(location, """{"notification":{"join":"@none"}}""")).Expect(HttpStatusCode.NoContent);
        await DriveAsync(3);
        Assert.Null((await receiver.NextAsync()).Data[0]!["driver"]!["entity"]);
    }

    [BrokerTheory, Clause("5.8.1"), Clause("5.8.2"), Clause("4.9"), Clause("4.21")]
    [InlineData("\"join\":\"sideways\",", "")]
    [InlineData("\"join\":\"inline\",\"joinLevel\":0,", "")]
    [InlineData("\"join\":\"inline\",\"joinLevel\":1.5,", "")]
    [InlineData("", ",\"q\":\"driver{name}==\\\"Bob\\\"\"")]
    [InlineData("\"join\":\"flat\",", ",\"q\":\"driver{worksFor{name}}\"")]
    [InlineData("\"pick\":[\"driver{name}\"],", "")]
    [InlineData("\"join\":\"inline\",\"omit\":[\"driver{worksFor{name}}\"],", "")]
    public async Task What_reaches_further_than_links_are_followed_is_refused(string notification, string members) =>
        (await PostAsync("subscriptions", Subscription("http://localhost:9/", notification, members))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
}
