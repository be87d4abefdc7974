using System.Text.Json.Nodes;
using SmartCity.NgsiLd.Subscriptions;
using Xunit;

namespace SmartCity.Broker.Tests.Notifications;

public class ChangeDispatcherTests
{
    private const string Id = "urn:ngsi-ld:Vehicle:1";

    [Fact]
    public async Task A_change_of_a_watched_Attribute_arrives_as_a_notification()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync();
        await hub.CreateAsync(Id, ("speed", "1"), ("brand", "\"a\""));
        var id = await hub.SubscribeAsync(receiver.Uri + "/path", "\"watchedAttributes\":[\"speed\"]", endpoint: """
            "receiverInfo":[{"key":"Authorization","value":"Bearer x"}],
            """);
        await hub.UpdateAsync(Id, ("speed", "2"));

        Assert.Equal(1, await receiver.CountAsync(1));
        var got = Assert.Single(receiver.All);
        Assert.Equal("/path", got.Path);
        Assert.Equal("application/json", got.Headers["Content-Type"]);
        Assert.Equal("Bearer x", got.Headers["Authorization"]);
        Assert.Contains("rel=\"http://www.w3.org/ns/json-ld#context\"", got.Headers["Link"], StringComparison.Ordinal);
        Assert.False(got.Headers.ContainsKey("NGSILD-Tenant"));
        Assert.Equal("Notification", (string?)got.Json["type"]);
        Assert.Equal(id, (string?)got.Json["subscriptionId"]);
        Assert.StartsWith("urn:ngsi-ld:Notification:", (string?)got.Json["id"], StringComparison.Ordinal);
        Assert.NotNull((string?)got.Json["notifiedAt"]);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"id":"urn:ngsi-ld:Vehicle:1","type":"Vehicle","speed":{"type":"Property","value":2},"brand":{"type":"Property","value":"a"}}
                """),
            got.Data), got.Body);

        var state = await hub.StateAsync(id, s => s.TimesSent == 1);
        Assert.Equal(1, state.TimesSent);
        Assert.Equal(0, state.TimesFailed);
        Assert.NotNull(state.LastSuccess);
        Assert.Null(state.LastFailure);
        Assert.Equal(state.LastNotification, state.LastSuccess);
    }

    public static TheoryData<string, string, bool> Selections => new()
    {
        { "\"watchedAttributes\":[\"speed\"]", "speed", true },
        { "\"watchedAttributes\":[\"brand\"]", "speed", false },
        { "\"isActive\":true", "speed", true },
        { "\"isActive\":false", "speed", false },
        { "\"q\":\"speed>1\"", "speed", true },
        { "\"q\":\"speed>2\"", "speed", false },
        { "\"q\":\"kind==\\\"Car\\\"\",\"expandValues\":\"kind\"", "speed", true },
        { "\"q\":\"kind==\\\"Car\\\"\"", "speed", false },
        { "\"q\":\"speed>1\",\"watchedAttributes\":[\"brand\"]", "speed", false },
        { "\"notificationTrigger\":[\"attributeUpdated\"]", "speed", true },
        { "\"notificationTrigger\":[\"entityUpdated\"]", "speed", true },
        { "\"notificationTrigger\":[\"attributeCreated\"]", "speed", false },
        { "\"notificationTrigger\":[\"attributeCreated\"]", "colour", true },
        { "\"notificationTrigger\":[\"entityCreated\",\"entityDeleted\",\"attributeDeleted\"]", "speed", false },
        { "\"datasetId\":[\"@none\"]", "speed", true },
        { "\"datasetId\":[\"urn:d:1\"]", "speed", false },
        { "\"scopeQ\":\"/Madrid\"", "speed", false },
        { "\"expiresAt\":\"2099-01-01T00:00:00Z\"", "speed", true },
    };

    [Theory]
    [MemberData(nameof(Selections))]
    public async Task Only_what_a_subscription_asks_for_is_told(string members, string attribute, bool told)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync();
        await hub.CreateAsync(
            Id, ("speed", "1"), ("brand", "\"a\""), ("kind", "\"https://uri.etsi.org/ngsi-ld/default-context/Car\""));
        await hub.SubscribeAsync(receiver.Uri + "/asked", members);
        await hub.SubscribeAsync(receiver.Uri + "/all", "\"description\":\"everything\"");
        await hub.UpdateAsync(Id, (attribute, "2"));

        Assert.Equal(told ? 2 : 1, await receiver.CountAsync(told ? 2 : 1));
        await Task.Delay(50);
        Assert.Equal(told ? 1 : 0, receiver.All.Count(got => got.Path == "/asked"));
    }

    [Fact]
    public async Task A_value_that_stays_is_not_told()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync();
        await hub.CreateAsync(Id, ("speed", "1"));
        await hub.SubscribeAsync(receiver.Uri, "\"q\":\"speed\"");
        await hub.UpdateAsync(Id, ("speed", "1"));
        await hub.UpdateAsync(Id, ("speed", "2"));

        Assert.True(await receiver.NextAsync());
        Assert.Equal(2, (int)Assert.Single(receiver.All).Data["speed"]!["value"]!);
    }

    [Theory]
    [InlineData("\"pick\":[\"id\",\"speed\"],", """{"id":"urn:ngsi-ld:Vehicle:1","speed":{"type":"Property","value":2}}""")]
    [InlineData("\"omit\":[\"brand\"],", """{"id":"urn:ngsi-ld:Vehicle:1","type":"Vehicle","speed":{"type":"Property","value":2}}""")]
    [InlineData("\"attributes\":[\"brand\"],\"format\":\"concise\",", """{"id":"urn:ngsi-ld:Vehicle:1","type":"Vehicle","brand":"a"}""")]
    [InlineData("\"format\":\"keyValues\",", """{"id":"urn:ngsi-ld:Vehicle:1","type":"Vehicle","speed":2,"brand":"a"}""")]
    [InlineData("\"attributes\":[\"speed\"],\"showChanges\":true,", """{"id":"urn:ngsi-ld:Vehicle:1","type":"Vehicle","speed":{"type":"Property","value":2,"previousValue":1}}""")]
    public async Task The_Entity_is_shown_as_asked_for(string parameters, string data)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync();
        await hub.CreateAsync(Id, ("speed", "1"), ("brand", "\"a\""));
        await hub.SubscribeAsync(receiver.Uri, "\"watchedAttributes\":[\"speed\"]", parameters);
        await hub.UpdateAsync(Id, ("speed", "2"));

        Assert.True(await receiver.NextAsync());
        var got = Assert.Single(receiver.All);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(data), got.Data), got.Body);
    }

    [Fact]
    public async Task System_times_are_shown_where_asked_for()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync();
        await hub.SubscribeAsync(receiver.Uri, "\"watchedAttributes\":[\"speed\"]", "\"sysAttrs\":true,");
        await hub.CreateAsync(Id, ("speed", "1"));

        Assert.True(await receiver.NextAsync());
        Assert.NotNull(receiver.All.Single().Data["createdAt"]);
        Assert.NotNull(receiver.All.Single().Data["speed"]!["modifiedAt"]);
    }

    [Theory]
    [InlineData("application/ld+json", "", true, false)]
    [InlineData("application/geo+json", "", false, false)]
    [InlineData("application/geo+json", "\"receiverInfo\":[{\"key\":\"Prefer\",\"value\":\"body=json\"}],", false, true)]
    public async Task The_context_is_where_the_media_type_wants_it(string accept, string info, bool atRoot, bool inHeader)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync();
        await hub.SubscribeAsync(receiver.Uri, "\"watchedAttributes\":[\"speed\"]", endpoint: $"\"accept\":\"{accept}\",{info}");
        await hub.CreateAsync(Id, ("speed", "1"));

        Assert.True(await receiver.NextAsync());
        var got = Assert.Single(receiver.All);
        Assert.Equal(accept, got.Headers["Content-Type"]);
        Assert.Equal(inHeader, got.Headers.ContainsKey("Link"));
        Assert.Equal(atRoot, got.Json["@context"] is not null);
        if (accept != "application/geo+json") return;
        Assert.Equal("FeatureCollection", (string?)got.Json["data"]!["type"]);
        Assert.Equal(!inHeader, got.Json["data"]!["@context"] is not null);
        Assert.Equal(1, (int)got.Json["data"]!["features"]![0]!["properties"]!["speed"]!["value"]!);
    }

    [Fact]
    public async Task A_Link_of_the_subscriber_takes_the_place_of_the_brokers()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync();
        await hub.SubscribeAsync(receiver.Uri, "\"watchedAttributes\":[\"speed\"]", endpoint: "\"receiverInfo\":[{\"key\":\"link\",\"value\":\"<x>\"}],");
        await hub.CreateAsync(Id, ("speed", "1"));
        Assert.True(await receiver.NextAsync());
        Assert.Equal("<x>", Assert.Single(receiver.All).Headers["Link"]);
    }

    [Theory]
    [InlineData("entityDeleted", true)]
    [InlineData("attributeDeleted", true)]
    [InlineData("attributeUpdated", false)]
    public async Task A_deleted_Entity_is_told_with_the_time_of_its_deletion(string trigger, bool told)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync();
        await hub.CreateAsync(Id, ("speed", "1"));
        await hub.SubscribeAsync(receiver.Uri + "/asked", $"\"notificationTrigger\":[\"{trigger}\"],\"q\":\"speed>5\"");
        await hub.SubscribeAsync(receiver.Uri + "/all", "\"notificationTrigger\":[\"entityDeleted\"]");
        await hub.DeleteAsync(Id);

        Assert.Equal(told ? 2 : 1, await receiver.CountAsync(told ? 2 : 1));
        var got = receiver.All.First(got => got.Path == "/all");
        Assert.NotNull((string?)got.Data["deletedAt"]);
        Assert.Null(got.Data["speed"]);
    }

    [Fact]
    public async Task A_deleted_Attribute_is_told_as_null()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync();
        await hub.CreateAsync(Id, ("speed", "1"), ("brand", "\"a\""));
        await hub.SubscribeAsync(receiver.Uri, "\"notificationTrigger\":[\"attributeDeleted\"],\"watchedAttributes\":[\"speed\"]");
        await hub.DeleteAsync(Id, "brand");
        await hub.DeleteAsync(Id, "speed");

        Assert.True(await receiver.NextAsync());
        Assert.Equal("urn:ngsi-ld:null", (string?)Assert.Single(receiver.All).Data["speed"]);
    }

    [Fact]
    public async Task Nothing_is_told_after_deletion_of_the_subscription()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync();
        await hub.CreateAsync(Id, ("speed", "1"));
        var id = await hub.SubscribeAsync(receiver.Uri + "/gone", "\"watchedAttributes\":[\"speed\"]");
        await hub.SubscribeAsync(receiver.Uri + "/all", "\"watchedAttributes\":[\"speed\"]");
        Assert.Null((await hub.Subscriptions.DeleteAsync(Hub.Call, id, default)).Error);
        await hub.UpdateAsync(Id, ("speed", "2"));

        Assert.True(await receiver.NextAsync());
        Assert.Equal("/all", Assert.Single(receiver.All).Path);
        Assert.Equal(NgsiLd.NgsiLdErrorKind.ResourceNotFound, (await hub.Subscriptions.RetrieveAsync(Hub.Call, id, default)).Error!.Kind);
    }

    [Fact]
    public async Task An_update_holds_for_what_comes_after_it()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync();
        await hub.CreateAsync(Id, ("speed", "1"), ("brand", "\"a\""));
        var id = await hub.SubscribeAsync(receiver.Uri, "\"watchedAttributes\":[\"speed\"]");
        await hub.UpdateAsync(Id, ("speed", "2"));
        Assert.True(await receiver.NextAsync());
        var fragment = """{"watchedAttributes":["brand"],"notification":{"format":"simplified"}}"""u8.ToArray();
        Assert.Null((await hub.Subscriptions.UpdateAsync(Hub.Call, id, fragment, default)).Error);
        await hub.UpdateAsync(Id, ("speed", "3"));
        await hub.UpdateAsync(Id, ("brand", "\"b\""));

        Assert.True(await receiver.NextAsync());
        Assert.Equal(2, receiver.All.Count);
        Assert.Equal("b", (string?)receiver.All.Last().Data["brand"]);
    }

    [Fact]
    public async Task An_expired_subscription_is_silent_until_it_is_prolonged()
    {
        var clock = new ManualClock();
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync(clock: clock);
        var id = await hub.SubscribeAsync(
            receiver.Uri + "/asked", "\"expiresAt\":\"2026-05-01T00:01:00Z\",\"watchedAttributes\":[\"speed\"]");
        var other = await hub.SubscribeAsync(receiver.Uri + "/all", "\"watchedAttributes\":[\"speed\"]");
        await hub.CreateAsync(Id, ("speed", "1"));
        // Outcomes are in before the clock moves: it would end what is under way.
        await hub.StateAsync(id, state => state.TimesSent == 1);
        await hub.StateAsync(other, state => state.TimesSent == 1);
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(SubscriptionStatus.Expired, (await hub.StateAsync(id)).Status);
        await hub.UpdateAsync(Id, ("speed", "2"));
        Assert.Equal(3, await receiver.CountAsync(3));
        var fragment = """{"expiresAt":"2026-05-02T00:00:00Z"}"""u8.ToArray();
        Assert.Null((await hub.Subscriptions.UpdateAsync(Hub.Call, id, fragment, default)).Error);
        await hub.UpdateAsync(Id, ("speed", "3"));
        Assert.Equal(5, await receiver.CountAsync(5));
        Assert.Equal([1, 3], Speeds(receiver));
    }

    [Fact]
    public async Task A_time_interval_tells_all_that_matches_each_time_it_has_passed()
    {
        var clock = new ManualClock();
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync(clock: clock);
        var id = await hub.SubscribeAsync(receiver.Uri, "\"timeInterval\":10,\"q\":\"speed>1\"");
        await hub.CreateAsync(Id, ("speed", "1"));
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.False(await receiver.NextAsync(500));
        await hub.UpdateAsync(Id, ("speed", "2"));
        await hub.CreateAsync("urn:ngsi-ld:Vehicle:2", ("speed", "3"));
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await receiver.NextAsync());
        Assert.Equal(2, receiver.All.Single().Json["data"]!.AsArray().Count);
        await hub.StateAsync(id, state => state.TimesSent == 1);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await receiver.NextAsync());
    }

    [Fact]
    public async Task More_than_a_notification_may_hold_comes_in_several()
    {
        var clock = new ManualClock();
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync(clock: clock, settings: new() { PeriodicEntities = 4 });
        for (var i = 0; i < 10; i++) await hub.CreateAsync($"urn:x:{i}", ("speed", "1"));
        var id = await hub.SubscribeAsync(receiver.Uri, "\"timeInterval\":10");
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(3, (await hub.StateAsync(id, state => state.TimesSent == 3)).TimesSent);
        Assert.Equal([4, 4, 2], receiver.All.Select(got => got.Json["data"]!.AsArray().Count));
        Assert.Equal(10, receiver.All.SelectMany(got => got.Json["data"]!.AsArray()).Select(entity => (string)entity!["id"]!).Distinct().Count());
        Assert.Equal(3, receiver.All.Select(got => (string)got.Json["id"]!).Distinct().Count());
    }

    [Fact]
    public async Task Notifications_of_one_Entity_keep_their_order()
    {
        await using var receiver = await Receiver.StartAsync(async got =>
        {
            await Task.Delay(Random.Shared.Next(3));
            return 200;
        });
        await using var hub = await Hub.StartAsync();
        await hub.SubscribeAsync(receiver.Uri, "\"watchedAttributes\":[\"speed\"]");
        for (var entity = 0; entity < 20; entity++) await hub.CreateAsync($"urn:ngsi-ld:Vehicle:{entity}", ("speed", "0"));
        for (var speed = 1; speed <= 20; speed++)
        {
            for (var entity = 0; entity < 20; entity++) await hub.UpdateAsync($"urn:ngsi-ld:Vehicle:{entity}", ("speed", $"{speed}"));
        }

        Assert.Equal(420, await receiver.CountAsync(420));
        foreach (var entity in receiver.All.GroupBy(got => (string?)got.Data["id"]))
        {
            Assert.Equal(Enumerable.Range(0, 21), entity.Select(got => (int)got.Data["speed"]!["value"]!));
        }
    }

    private static IEnumerable<int> Speeds(Receiver receiver) =>
        receiver.All.Where(got => got.Path == "/asked").Select(got => (int)got.Data["speed"]!["value"]!);
}
