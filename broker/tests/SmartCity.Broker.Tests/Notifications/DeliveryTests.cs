using System.Diagnostics;
using SmartCity.Broker.Notifications;
using Xunit;

namespace SmartCity.Broker.Tests.Notifications;

public class DeliveryTests
{
    private const string Watched = "\"watchedAttributes\":[\"speed\"]";

    private static readonly NotificationSettings Quick = NotificationSettings.Default with
    {
        Timeout = TimeSpan.FromSeconds(20),
        StopGrace = TimeSpan.FromMilliseconds(200),
        FirstRest = TimeSpan.FromMilliseconds(10),
        LongestRest = TimeSpan.FromMilliseconds(50),
        RecordEvery = TimeSpan.FromMilliseconds(20),
    };

    [Theory]
    [InlineData(204)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(302)]
    public async Task An_endpoint_that_refuses_is_told_once_and_counted(int status)
    {
        await using var receiver = await Receiver.StartAsync(_ => Task.FromResult(status));
        await using var hub = await Hub.StartAsync(settings: Quick);
        var id = await hub.SubscribeAsync(receiver.Uri, Watched);
        await hub.CreateAsync("urn:x:1", ("speed", "1"));

        var state = await hub.StateAsync(id, s => s.TimesSent == 1);
        Assert.Equal((1, 1), (state.TimesSent, state.TimesFailed));
        Assert.NotNull(state.LastFailure);
        Assert.Null(state.LastSuccess);
        Assert.Single(receiver.All);
    }

    [Theory]
    [InlineData(204, 0)]
    [InlineData(201, 0)]
    [InlineData(302, 1)]
    public async Task Any_success_counts_where_the_operator_says_so(int status, int failures)
    {
        await using var receiver = await Receiver.StartAsync(_ => Task.FromResult(status));
        await using var hub = await Hub.StartAsync(settings: Quick with { AnySuccess = true });
        var id = await hub.SubscribeAsync(receiver.Uri, Watched);
        await hub.CreateAsync("urn:x:1", ("speed", "1"));
        Assert.Equal(failures, (await hub.StateAsync(id, s => s.TimesSent == 1)).TimesFailed);
    }

    [Fact]
    public async Task An_endpoint_that_is_not_there_is_tried_again_and_counted()
    {
        await using var hub = await Hub.StartAsync(settings: Quick);
        var id = await hub.SubscribeAsync($"http://127.0.0.1:{FreePort.Next()}/", Watched);
        await hub.CreateAsync("urn:x:1", ("speed", "1"));

        var state = await hub.StateAsync(id, s => s.TimesSent == 1);
        Assert.Equal((1, 1), (state.TimesSent, state.TimesFailed));
    }

    [Fact]
    public async Task An_endpoint_that_comes_back_gets_what_waited()
    {
        var port = FreePort.Next();
        await using var hub = await Hub.StartAsync(settings: Quick with { Attempts = 1000 });
        var id = await hub.SubscribeAsync($"http://127.0.0.1:{port}/", Watched);
        for (var i = 0; i < 100; i++) await hub.CreateAsync($"urn:x:{i}", ("speed", "1"));
        await Task.Delay(200);
        await using var receiver = await Receiver.StartAsync(port: port);

        Assert.Equal(100, await receiver.CountAsync(100));
        var state = await hub.StateAsync(id, s => s.TimesSent == 100);
        Assert.Equal((100, 0), (state.TimesSent, state.TimesFailed));
    }

    [Fact]
    public async Task A_timeout_ends_an_attempt()
    {
        await using var receiver = await Receiver.StartAsync(async _ =>
        {
            await Task.Delay(60_000);
            return 200;
        });
        await using var hub = await Hub.StartAsync(settings: Quick);
        var id = await hub.SubscribeAsync(receiver.Uri, Watched, endpoint: "\"timeout\":100,");
        var watch = Stopwatch.StartNew();
        await hub.CreateAsync("urn:x:1", ("speed", "1"));

        var state = await hub.StateAsync(id, s => s.TimesSent == 1);
        Assert.Equal((1, 1), (state.TimesSent, state.TimesFailed));
        Assert.InRange(watch.ElapsedMilliseconds, 90, 30_000);
    }

    [Fact]
    public async Task After_a_failure_the_cooldown_leaves_out_what_comes_too_soon()
    {
        var clock = new ManualClock();
        var status = 500;
        await using var receiver = await Receiver.StartAsync(_ => Task.FromResult(status));
        await using var beside = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync(clock: clock, settings: Quick);
        var id = await hub.SubscribeAsync(receiver.Uri, Watched, endpoint: "\"cooldown\":5000,");
        await hub.SubscribeAsync(beside.Uri, Watched);
        await hub.CreateAsync("urn:x:1", ("speed", "1"));
        await hub.StateAsync(id, s => s.TimesSent == 1);
        status = 200;
        clock.Advance(TimeSpan.FromSeconds(4));
        await hub.UpdateAsync("urn:x:1", ("speed", "2"));
        // Comes after the other one: when it has heard of the change, that has had its turn.
        Assert.Equal(2, await beside.CountAsync(2));
        await Task.Delay(100);
        clock.Advance(TimeSpan.FromSeconds(2));
        await hub.UpdateAsync("urn:x:1", ("speed", "3"));

        var state = await hub.StateAsync(id, s => s.TimesSent == 2);
        Assert.Equal((2, 1), (state.TimesSent, state.TimesFailed));
        Assert.Equal([1, 3], receiver.All.Select(got => (int)got.Data["speed"]!["value"]!));
    }

    [Fact]
    public async Task A_slow_endpoint_delays_neither_a_write_nor_another_endpoint()
    {
        var release = new TaskCompletionSource();
        await using var slow = await Receiver.StartAsync(async _ =>
        {
            await release.Task;
            return 200;
        });
        await using var quick = await Receiver.StartAsync();
        var settings = Quick with { Waiting = 64, Timeout = TimeSpan.FromSeconds(60) };
        await using var hub = await Hub.StartAsync(settings: settings);
        var slowId = await hub.SubscribeAsync(slow.Uri, Watched);
        await hub.SubscribeAsync(quick.Uri, Watched);
        for (var i = 0; i < 500; i++) await hub.CreateAsync($"urn:x:{i}", ("speed", "1"));

        Assert.Equal(500, await quick.CountAsync(500));
        Assert.Empty(slow.All);
        // It has far more to come than its queue holds: the rest is read again from the log.
        release.SetResult();
        Assert.Equal(500, await slow.CountAsync(500));
        var state = await hub.StateAsync(slowId, s => s.TimesSent == 500);
        Assert.Equal((500, 0), (state.TimesSent, state.TimesFailed));
        Assert.Equal(500, slow.All.Select(got => (string?)got.Data["id"]).Distinct().Count());
        Assert.Empty(hub.Faults);
    }

    [Fact]
    public async Task One_who_has_caught_up_hears_of_what_comes_next()
    {
        await using var receiver = await Receiver.StartAsync(async _ =>
        {
            await Task.Delay(1);
            return 200;
        });
        await using var hub = await Hub.StartAsync(settings: Quick with { Waiting = 8, InFlight = 2 });
        await hub.SubscribeAsync(receiver.Uri, Watched);
        for (var round = 1; round <= 5; round++)
        {
            for (var i = 0; i < 100; i++) await hub.CreateAsync($"urn:x:{round}:{i}", ("speed", "1"));
            Assert.Equal(round * 100, await receiver.CountAsync(round * 100));
        }

        await Task.Delay(100);
        Assert.Equal(500, receiver.All.Count);
        Assert.Empty(hub.Faults);
    }

    [Fact]
    public async Task After_a_restart_nothing_is_lost_and_what_was_told_is_not_told_again()
    {
        var open = true;
        await using var receiver = await Receiver.StartAsync(async _ =>
        {
            if (!Volatile.Read(ref open)) await Task.Delay(Timeout.Infinite);
            return 200;
        });
        var store = new MemoryStore(TimeProvider.System);
        string id;
        await using (var hub = await Hub.StartAsync(store, settings: Quick))
        {
            id = await hub.SubscribeAsync(receiver.Uri, Watched);
            for (var i = 0; i < 100; i++) await hub.CreateAsync($"urn:x:{i}", ("speed", "1"));
            Assert.Equal(100, await receiver.CountAsync(100));
            await hub.StateAsync(id, s => s.TimesSent == 100);
            Volatile.Write(ref open, false);
            for (var i = 100; i < 200; i++) await hub.CreateAsync($"urn:x:{i}", ("speed", "1"));
            await Task.Delay(100);
        }

        Volatile.Write(ref open, true);
        await using (var hub = await Hub.StartAsync(store, settings: Quick))
        {
            Assert.Equal(200, await receiver.CountAsync(200));
            var state = await hub.StateAsync(id, s => s.TimesSent >= 200);
            Assert.Equal(200, receiver.All.Select(got => (string?)got.Data["id"]).Distinct().Count());
            Assert.Equal((200, 0), (state.TimesSent, state.TimesFailed));
            await hub.StopAsync();
        }

        Assert.Equal(200, store.Released);
        Assert.Equal(200, store.Subscriptions.Single().Progress!.Position);
    }

    [Fact]
    public async Task A_crash_before_the_first_record_loses_nothing()
    {
        var open = false;
        await using var receiver = await Receiver.StartAsync(async _ =>
        {
            if (!Volatile.Read(ref open)) await Task.Delay(Timeout.Infinite);
            return 200;
        });
        var store = new MemoryStore(TimeProvider.System);
        await using var before = await Hub.StartAsync(store, settings: Quick with { RecordEvery = TimeSpan.FromHours(1) });
        await before.CreateAsync("urn:x:0", ("speed", "1"));
        var id = await before.SubscribeAsync(receiver.Uri, Watched);
        for (var i = 1; i <= 50; i++) await before.CreateAsync($"urn:x:{i}", ("speed", "1"));

        // No stop: another dispatcher over what the store holds, while the first one hangs.
        Volatile.Write(ref open, true);
        await using var after = await Hub.StartAsync(store, settings: Quick);
        await after.StateAsync(id, state => state.TimesSent == 50);
        Assert.Equal(
            Enumerable.Range(1, 50).Select(i => $"urn:x:{i}").Order(StringComparer.Ordinal),
            receiver.All.Select(got => (string)got.Data["id"]!).Distinct().Order(StringComparer.Ordinal));
    }
}
