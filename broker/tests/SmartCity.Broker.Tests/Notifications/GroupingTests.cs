using SmartCity.Broker.Notifications;
using Xunit;

namespace SmartCity.Broker.Tests.Notifications;

/// <summary>What one request changes is told in one notification (ETSI GS CIM 009 5.8.6).</summary>
public class GroupingTests
{
    private const string Watched = "\"watchedAttributes\":[\"speed\"]";

    [Theory]
    [InlineData(1, 1000, 1)]
    [InlineData(3, 1000, 1)]
    [InlineData(300, 1000, 1)]
    [InlineData(300, 100, 3)]
    [InlineData(301, 100, 4)]
    [InlineData(5, 1, 5)]
    public async Task A_batch_is_told_in_as_few_notifications_as_the_bound_allows(int entities, int most, int notifications)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync(settings: new() { Entities = most });
        var id = await hub.SubscribeAsync(receiver.Uri, Watched);
        await hub.UpsertAsync(Enumerable.Range(0, entities).Select(i => ($"urn:x:{i}", $"{i}")));

        Assert.Equal(notifications, (await hub.StateAsync(id, state => state.TimesSent == notifications)).TimesSent);
        var told = receiver.All.Select(got => got.Json["data"]!.AsArray()).ToList();
        Assert.All(told, data => Assert.InRange(data.Count, 1, most));
        Assert.Equal(
            Enumerable.Range(0, entities).Select(i => $"urn:x:{i}").Order(StringComparer.Ordinal),
            told.SelectMany(data => data.Select(entity => (string)entity!["id"]!)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_notification_is_bounded_in_bytes_as_well()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync(settings: new() { Bytes = 1000 });
        await hub.SubscribeAsync(receiver.Uri, Watched);
        await hub.UpsertAsync(Enumerable.Range(0, 10).Select(i => ($"urn:x:{i}", $"\"{new string('x', 600)}\"")));
        Assert.Equal(5, await receiver.CountAsync(5));
        Assert.All(receiver.All, got => Assert.Equal(2, got.Json["data"]!.AsArray().Count));
    }

    [Fact]
    public async Task An_Entity_that_comes_twice_in_a_batch_is_told_twice_and_in_order()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync();
        await hub.SubscribeAsync(receiver.Uri, Watched);
        await hub.UpsertAsync([("urn:x:1", "1"), ("urn:x:2", "1"), ("urn:x:1", "2"), ("urn:x:3", "1"), ("urn:x:1", "3")]);
        Assert.Equal(3, await receiver.CountAsync(3));
        Assert.Equal([1, 2, 3], receiver.All.Select(got => (int)got.Data["speed"]!["value"]!));
        Assert.Equal([2, 2, 1], receiver.All.Select(got => got.Json["data"]!.AsArray().Count));
    }

    [Fact]
    public async Task Only_the_Entities_that_match_are_in_it()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync();
        await hub.SubscribeAsync(receiver.Uri, "\"q\":\"speed>5\"");
        await hub.UpsertAsync(Enumerable.Range(0, 10).Select(i => ($"urn:x:{i}", $"{i}")));
        Assert.True(await receiver.NextAsync());
        Assert.Equal([6, 7, 8, 9], receiver.All.Single().Json["data"]!.AsArray().Select(entity => (int)entity!["speed"]!["value"]!));
    }

    [Fact]
    public async Task Batches_one_after_another_keep_the_order_of_each_Entity()
    {
        await using var receiver = await Receiver.StartAsync(async _ =>
        {
            await Task.Delay(Random.Shared.Next(4));
            return 200;
        });
        await using var hub = await Hub.StartAsync(settings: new() { Entities = 4, Waiting = 20 });
        var id = await hub.SubscribeAsync(receiver.Uri, Watched);
        for (var round = 1; round <= 30; round++)
        {
            var value = $"{round}";
            await hub.UpsertAsync(Enumerable.Range(0, 1 + (round * 7 % 13)).Select(i => ($"urn:x:{i}", value)));
        }

        var expected = Enumerable.Range(1, 30).Sum(round => 1 + (round * 7 % 13));
        for (var waited = 0; waited < 2000 && Told().Count() < expected; waited++) await Task.Delay(10);
        Assert.Equal(expected, Told().Count());
        foreach (var entity in Told().GroupBy(told => told.Id))
        {
            var values = entity.Select(told => told.Speed).ToList();
            Assert.Equal(values.Order(), values);
        }

        Assert.Empty(hub.Faults);
        Assert.Equal(0, (await hub.StateAsync(id)).TimesFailed);

        IEnumerable<(string Id, int Speed)> Told() => receiver.All
            .SelectMany(got => got.Json["data"]!.AsArray())
            .Select(entity => ((string)entity!["id"]!, (int)entity["speed"]!["value"]!));
    }

    [Fact]
    public async Task A_restart_in_the_midst_of_a_batch_tells_all_of_it()
    {
        var open = false;
        await using var receiver = await Receiver.StartAsync(async _ =>
        {
            if (!Volatile.Read(ref open)) await Task.Delay(Timeout.Infinite);
            return 200;
        });
        var store = new MemoryStore(TimeProvider.System);
        var settings = NotificationSettings.Default with { Entities = 10, StopGrace = TimeSpan.FromMilliseconds(100) };
        await using (var hub = await Hub.StartAsync(store, settings: settings))
        {
            await hub.SubscribeAsync(receiver.Uri, Watched);
            await hub.UpsertAsync(Enumerable.Range(0, 55).Select(i => ($"urn:x:{i}", "1")));
            await Task.Delay(200);
        }

        Volatile.Write(ref open, true);
        await using var again = await Hub.StartAsync(store, settings: settings);
        Assert.Equal(6, await receiver.CountAsync(6));
        Assert.Equal(55, receiver.All.SelectMany(got => got.Json["data"]!.AsArray()).Select(entity => (string)entity!["id"]!).Distinct().Count());
    }
}
