using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SmartCity.Broker.Notifications;
using Xunit;

namespace SmartCity.Broker.Tests.Notifications;

/// <summary>A bad endpoint is its own subscription's trouble.</summary>
public class IsolationTests
{
    private const string Watched = "\"watchedAttributes\":[\"speed\"]";

    [Fact]
    public async Task Dead_slow_and_refusing_endpoints_delay_no_other()
    {
        await using var healthy = await Receiver.StartAsync();
        await using var slow = await Receiver.StartAsync(async _ =>
        {
            await Task.Delay(10_000);
            return 200;
        });
        await using var refusing = await Receiver.StartAsync(_ => Task.FromResult(500));
        await using var hub = await Hub.StartAsync(settings: new() { StopGrace = TimeSpan.FromMilliseconds(100) });
        await hub.SubscribeAsync(healthy.Uri, Watched);
        await MeasureAsync(hub, healthy, "warm");
        var alone = await MeasureAsync(hub, healthy, "alone");
        for (var i = 0; i < 10; i++)
        {
            await hub.SubscribeAsync($"http://127.0.0.1:{FreePort.Next()}/", Watched);
            await hub.SubscribeAsync(slow.Uri, Watched);
            await hub.SubscribeAsync(refusing.Uri, Watched);
        }

        var beside = await MeasureAsync(hub, healthy, "beside");
        // Sends of ten bad ones take their share of the processor; none of their ten seconds shows.
        Assert.True(beside < (20 * alone) + TimeSpan.FromSeconds(2), $"{alone} alone, {beside} beside bad endpoints");
    }

    [Fact]
    public async Task Endpoints_that_do_not_answer_share_a_few_places_and_leave_all_others_free()
    {
        await using var silent = await Receiver.StartAsync(async _ =>
        {
            await Task.Delay(Timeout.Infinite);
            return 200;
        });
        await using var healthy = await Receiver.StartAsync();
        var settings = new NotificationSettings
        {
            SendingToSilent = 1,
            Sending = 1,
            StopGrace = TimeSpan.FromMilliseconds(50),
        };
        await using var hub = await Hub.StartAsync(settings: settings);
        var ids = new List<string>();
        for (var i = 0; i < 3; i++) ids.Add(await hub.SubscribeAsync(silent.Uri, Watched, endpoint: "\"timeout\":2000,"));
        await hub.CreateAsync("urn:x:0", ("speed", "1"));
        foreach (var id in ids) await hub.StateAsync(id, state => state.TimesFailed == 1);
        await hub.SubscribeAsync(healthy.Uri, Watched);
        for (var i = 1; i <= 20; i++) await hub.CreateAsync($"urn:x:{i}", ("speed", "1"));
        // In their places it would be told of the last one after two minutes.
        Assert.Equal(20, await healthy.CountAsync(20));
    }

    [Fact]
    public async Task An_endpoint_that_refuses_is_sent_to_as_quickly_as_any()
    {
        await using var refusing = await Receiver.StartAsync(async _ =>
        {
            await Task.Delay(500);
            return 204;
        });
        await using var hub = await Hub.StartAsync();
        var id = await hub.SubscribeAsync(refusing.Uri, Watched);
        var since = Stopwatch.StartNew();
        for (var i = 0; i < 200; i++) await hub.CreateAsync($"urn:x:{i}", ("speed", "1"));
        Assert.Equal(200, (await hub.StateAsync(id, state => state.TimesSent == 200)).TimesFailed);
        // One at a time they would take 100 seconds.
        Assert.InRange(since.Elapsed.TotalSeconds, 0, 60);
    }

    [Fact]
    public async Task A_flood_of_new_subscriptions_that_hang_delays_none_that_is_known()
    {
        await using var hanging = await Receiver.StartAsync(async _ =>
        {
            await Task.Delay(Timeout.Infinite);
            return 200;
        });
        await using var healthy = await Receiver.StartAsync();
        await using var hub = await Hub.StartAsync(settings: new() { Sending = 4, StopGrace = TimeSpan.FromMilliseconds(50) });
        await hub.SubscribeAsync(healthy.Uri, Watched);
        await hub.CreateAsync("urn:x:0", ("speed", "1"));
        Assert.True(await healthy.NextAsync());
        for (var i = 0; i < 50; i++) await hub.SubscribeAsync(hanging.Uri, Watched);
        for (var i = 1; i <= 20; i++) await hub.CreateAsync($"urn:x:{i}", ("speed", "1"));
        // Behind them it would be told of the last one after twenty minutes.
        Assert.Equal(21, await healthy.CountAsync(21));
    }

    [Fact]
    public async Task What_waits_for_all_is_bounded_and_read_again_from_the_log()
    {
        var release = new TaskCompletionSource();
        await using var slow = await Receiver.StartAsync(async _ =>
        {
            await release.Task;
            return 200;
        });
        var settings = new NotificationSettings { WaitingBytes = 1000, Timeout = TimeSpan.FromSeconds(60) };
        await using var hub = await Hub.StartAsync(settings: settings);
        var first = await hub.SubscribeAsync(slow.Uri + "/1", Watched);
        var second = await hub.SubscribeAsync(slow.Uri + "/2", Watched);
        for (var i = 0; i < 200; i++) await hub.CreateAsync($"urn:x:{i}", ("speed", "1"));
        release.SetResult();
        Assert.Equal(200, (await hub.StateAsync(first, state => state.TimesSent == 200)).TimesSent);
        Assert.Equal(200, (await hub.StateAsync(second, state => state.TimesSent == 200)).TimesSent);
        Assert.Equal(400, slow.All.Count);
        Assert.Empty(hub.Faults);
    }

    [Fact]
    public async Task An_answer_that_never_ends_is_not_read_to_its_end()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        long sent = 0;
        var serving = Task.Run(async () =>
        {
            using var socket = await listener.AcceptSocketAsync();
            var buffer = new byte[64 * 1024];
            await socket.ReceiveAsync(buffer);
            await socket.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
            var chunk = System.Text.Encoding.ASCII.GetBytes("1000\r\n" + new string('x', 4096) + "\r\n");
            try
            {
                while (sent < 100_000_000) sent += await socket.SendAsync(chunk);
            }
            catch (SocketException)
            {
                // The other side has had enough.
            }
        });
        await using var hub = await Hub.StartAsync();
        var id = await hub.SubscribeAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/", Watched);
        await hub.CreateAsync("urn:x:1", ("speed", "1"));
        Assert.Equal(0, (await hub.StateAsync(id, state => state.TimesSent == 1)).TimesFailed);
        await serving.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.InRange(sent, 0, 20_000_000);
    }

    /// <summary>The median time from a write to its notification.</summary>
    private static async Task<TimeSpan> MeasureAsync(Hub hub, Receiver receiver, string name)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < 30; i++)
        {
            var since = Stopwatch.StartNew();
            await hub.CreateAsync($"urn:x:{name}:{i}", ("speed", "1"));
            Assert.True(await receiver.NextAsync(), $"{name} {i} is not told");
            times.Add(since.Elapsed);
        }

        return times.Order().ElementAt(15);
    }
}
