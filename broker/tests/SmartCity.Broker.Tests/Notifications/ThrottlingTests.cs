using System.Text.Json.Nodes;
using Xunit;

namespace SmartCity.Broker.Tests.Notifications;

/// <summary>Throttling spaces notifications out and loses no change (ETSI GS CIM 009 5.2.12, 5.8.6).</summary>
public class ThrottlingTests
{
    private const string Id = "urn:ngsi-ld:Vehicle:1";

    [Fact]
    public async Task What_comes_too_soon_is_told_when_the_time_has_come()
    {
        var clock = new ManualClock();
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync(clock: clock);
        var id = await hub.SubscribeAsync(receiver.Uri + "/asked", "\"throttling\":2.5,\"watchedAttributes\":[\"speed\"]");
        // Comes after the other one: when it has heard of a change, the change has been considered for both.
        await hub.SubscribeAsync(receiver.Uri + "/all", "\"watchedAttributes\":[\"speed\"]");
        await hub.CreateAsync(Id, ("speed", "1"));
        Assert.Equal(2, await receiver.CountAsync(2));
        clock.Advance(TimeSpan.FromSeconds(1));
        await hub.UpdateAsync(Id, ("speed", "2"));
        Assert.Equal(3, await receiver.CountAsync(3));
        clock.Advance(TimeSpan.FromSeconds(1.4));
        await hub.UpdateAsync(Id, ("speed", "3"));
        Assert.Equal(4, await receiver.CountAsync(4));
        Assert.Equal([1], Speeds(receiver));
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(5, await receiver.CountAsync(5));
        Assert.Equal([1, 3], Speeds(receiver));
        // The time starts anew.
        await hub.UpdateAsync(Id, ("speed", "4"));
        Assert.Equal(6, await receiver.CountAsync(6));
        clock.Advance(TimeSpan.FromSeconds(2.4));
        Assert.Equal([1, 3], Speeds(receiver));
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(7, await receiver.CountAsync(7));
        Assert.Equal([1, 3, 4], Speeds(receiver));
        Assert.Equal(3, (await hub.StateAsync(id, state => state.TimesSent == 3)).TimesSent);
    }

    [Fact]
    public async Task All_that_has_happened_meanwhile_is_in_one_notification()
    {
        var clock = new ManualClock();
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync(clock: clock);
        await hub.SubscribeAsync(
            receiver.Uri + "/asked", "\"throttling\":10,\"notificationTrigger\":[\"entityUpdated\",\"entityDeleted\"]", "\"showChanges\":true,");
        await hub.SubscribeAsync(receiver.Uri + "/all", "\"notificationTrigger\":[\"entityUpdated\",\"entityDeleted\"]");
        await hub.CreateAsync(Id, ("speed", "1"), ("brand", "1"));
        Assert.Equal(2, await receiver.CountAsync(2));
        await hub.UpdateAsync(Id, ("speed", "2"));
        await hub.UpdateAsync(Id, ("speed", "3"));
        await hub.DeleteAsync(Id, "brand");
        clock.Advance(TimeSpan.FromSeconds(1));
        await hub.CreateAsync("urn:ngsi-ld:Vehicle:2", ("speed", "9"));
        Assert.Equal(6, await receiver.CountAsync(6));
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(7, await receiver.CountAsync(7));
        var data = receiver.All.Last(got => got.Path == "/asked").Json["data"]!;
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse("""
                    [{"id":"urn:ngsi-ld:Vehicle:1","type":"Vehicle","speed":{"type":"Property","value":3,"previousValue":1},
                      "brand":{"type":"Property","value":"urn:ngsi-ld:null","previousValue":1}},
                     {"id":"urn:ngsi-ld:Vehicle:2","type":"Vehicle","speed":{"type":"Property","value":9}}]
                    """),
                data),
            data.ToJsonString());
    }

    [Fact]
    public async Task A_batch_is_told_whole_before_throttling_begins()
    {
        var clock = new ManualClock();
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync(clock: clock);
        await hub.SubscribeAsync(receiver.Uri, "\"throttling\":10,\"watchedAttributes\":[\"speed\"]");
        await hub.UpsertAsync(Enumerable.Range(0, 200).Select(i => ($"urn:x:{i}", "1")));
        Assert.True(await receiver.NextAsync());
        Assert.Equal(200, receiver.All.Single().Json["data"]!.AsArray().Count);
    }

    [Fact]
    public async Task What_is_held_survives_a_restart()
    {
        var clock = new ManualClock();
        await using var receiver = await Receiver.StartAsync();
        var store = new MemoryStore(clock);
        await using (var hub = await Hub.StartAsync(store, clock))
        {
            var id = await hub.SubscribeAsync(receiver.Uri, "\"throttling\":10,\"watchedAttributes\":[\"speed\"]");
            await hub.CreateAsync(Id, ("speed", "1"));
            await hub.StateAsync(id, state => state.TimesSent == 1);
            await hub.UpdateAsync(Id, ("speed", "2"));
            await Task.Delay(100);
        }

        await using var again = await Hub.StartAsync(store, clock);
        await Task.Delay(100);
        Assert.Single(receiver.All);
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(2, await receiver.CountAsync(2));
        Assert.Equal(2, (int)receiver.All.Last().Data["speed"]!["value"]!);
    }

    [Theory]
    [InlineData("""{"isActive":false}""")]
    [InlineData("""{"expiresAt":"2026-05-01T00:00:05Z"}""")]
    public async Task What_is_held_is_not_told_by_a_subscription_that_has_ended(string fragment)
    {
        var clock = new ManualClock();
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync(clock: clock);
        var id = await hub.SubscribeAsync(receiver.Uri + "/asked", "\"throttling\":10,\"watchedAttributes\":[\"speed\"]");
        await hub.SubscribeAsync(receiver.Uri + "/all", "\"watchedAttributes\":[\"speed\"]");
        await hub.CreateAsync(Id, ("speed", "1"));
        await hub.UpdateAsync(Id, ("speed", "2"));
        Assert.Equal(3, await receiver.CountAsync(3));
        Assert.Null((await hub.Subscriptions.UpdateAsync(Hub.Call, id, System.Text.Encoding.UTF8.GetBytes(fragment), default)).Error);
        clock.Advance(TimeSpan.FromSeconds(11));
        await Task.Delay(100);
        Assert.Equal([1], Speeds(receiver));
    }

    [Theory]
    [InlineData("""{"throttling":5}""", 5)]
    [InlineData("""{"throttling":null}""", 0)]
    [InlineData("""{"throttling":20}""", 20)]
    public async Task What_is_held_waits_as_long_as_an_update_says(string fragment, int seconds)
    {
        var clock = new ManualClock();
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync(clock: clock);
        var id = await hub.SubscribeAsync(receiver.Uri + "/asked", "\"throttling\":10,\"watchedAttributes\":[\"speed\"]");
        await hub.CreateAsync(Id, ("speed", "1"));
        await hub.StateAsync(id, state => state.TimesSent == 1);
        await hub.UpdateAsync(Id, ("speed", "2"));
        await Task.Delay(100);
        Assert.Null((await hub.Subscriptions.UpdateAsync(Hub.Call, id, System.Text.Encoding.UTF8.GetBytes(fragment), default)).Error);
        if (seconds > 0)
        {
            clock.Advance(TimeSpan.FromSeconds(seconds - 0.5));
            await Task.Delay(100);
            Assert.Equal([1], Speeds(receiver));
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await receiver.CountAsync(2));
        Assert.Equal([1, 2], Speeds(receiver));
    }

    [Fact]
    public async Task More_Entities_than_may_be_held_wait_in_the_log()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync(settings: new() { PeriodicEntities = 10 });
        await hub.SubscribeAsync(receiver.Uri, "\"throttling\":0.2,\"watchedAttributes\":[\"speed\"]");
        for (var i = 0; i < 35; i++) await hub.CreateAsync($"urn:x:{i}", ("speed", "1"));
        for (var waited = 0; waited < 1000 && Told() < 35; waited++) await Task.Delay(10);
        Assert.Equal(35, Told());
        Assert.All(receiver.All, got => Assert.InRange(got.Json["data"]!.AsArray().Count, 1, 10));
        Assert.Empty(hub.Faults);

        int Told() => receiver.All.SelectMany(got => got.Json["data"]!.AsArray()).Select(entity => (string)entity!["id"]!).Distinct().Count();
    }

    private static IEnumerable<int> Speeds(Receiver receiver) =>
        receiver.All.Where(got => got.Path == "/asked").Select(got => (int)got.Data["speed"]!["value"]!);
}
