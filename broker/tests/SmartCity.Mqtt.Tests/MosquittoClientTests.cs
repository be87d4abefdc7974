using System.Collections.Concurrent;
using System.Text;

namespace SmartCity.Mqtt.Tests;

public class MosquittoClientTests
{
    [MosquittoTheory]
    [InlineData(MqttProtocol.V311, MqttQos.AtMostOnce)]
    [InlineData(MqttProtocol.V311, MqttQos.AtLeastOnce)]
    [InlineData(MqttProtocol.V311, MqttQos.ExactlyOnce)]
    [InlineData(MqttProtocol.V5, MqttQos.AtMostOnce)]
    [InlineData(MqttProtocol.V5, MqttQos.AtLeastOnce)]
    [InlineData(MqttProtocol.V5, MqttQos.ExactlyOnce)]
    public async Task A_message_goes_around_with_its_quality_of_service(MqttProtocol protocol, MqttQos qos)
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var client = new MosquittoClient(To(server) with { Protocol = protocol });
        var inbox = new Inbox();
        await client.ConnectAsync();
        await client.SubscribeAsync("city/+/state", qos, inbox.Take);

        await client.PublishAsync(new MqttMessage("city/šiška/state", "odprto"u8.ToArray(), qos));
        await client.PublishAsync(new MqttMessage("city/x/state", ReadOnlyMemory<byte>.Empty, qos));

        var message = await inbox.NextAsync();
        Assert.Equal(("city/šiška/state", qos), (message.Topic, message.Qos));
        Assert.Equal("odprto", Encoding.UTF8.GetString(message.Payload.Span));
        Assert.Equal(0, (await inbox.NextAsync()).Payload.Length);
    }

    [MosquittoTheory]
    [InlineData(MqttProtocol.V311)]
    [InlineData(MqttProtocol.V5)]
    public async Task Ten_thousand_messages_arrive_at_qos_1(MqttProtocol protocol)
    {
        const int count = 10_000;
        await using var server = await MosquittoServer.StartAsync();
        await using var publisher = new MosquittoClient(To(server) with { Protocol = protocol });
        await using var subscriber = new MosquittoClient(To(server) with { Protocol = protocol });
        var seen = new ConcurrentDictionary<int, int>();
        var all = new TaskCompletionSource();
        await subscriber.SubscribeAsync("n/#", MqttQos.AtLeastOnce, m =>
        {
            seen.AddOrUpdate(BitConverter.ToInt32(m.Payload.Span), 1, (_, n) => n + 1);
            if (seen.Count == count) all.TrySetResult();
            return ValueTask.CompletedTask;
        });
        await subscriber.ConnectAsync();
        await publisher.ConnectAsync();

        await Task.WhenAll(Enumerable.Range(0, count).Select(i =>
            publisher.PublishAsync(new MqttMessage($"n/{i % 7}", BitConverter.GetBytes(i), MqttQos.AtLeastOnce))));
        await all.Task.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(count, seen.Count);
        Assert.All(seen.Values, times => Assert.Equal(1, times));
    }

    [MosquittoFact]
    public async Task A_broker_with_passwords_takes_the_right_one_and_names_its_refusal_of_a_wrong_one()
    {
        await using var server = await MosquittoServer.StartAsync(folder =>
        {
            var passwords = Path.Combine(folder, "passwords");
            MosquittoServer.Run("/usr/bin/mosquitto_passwd", "-c", "-b", passwords, "sensor", "skrivnost");
            return $"allow_anonymous false\npassword_file {passwords}";
        });

        await using var right = new MosquittoClient(To(server) with { UserName = "sensor", Password = "skrivnost" });
        await right.ConnectAsync();
        Assert.True(right.IsConnected);

        foreach (var (protocol, code) in new[] { (MqttProtocol.V311, 5), (MqttProtocol.V5, 0x87) })
        {
            await using var wrong = new MosquittoClient(
                To(server) with { UserName = "sensor", Password = "wrong", Protocol = protocol, RetryFirstConnect = true });
            var error = await Assert.ThrowsAsync<MqttException>(() => wrong.ConnectAsync());
            Assert.Equal(code, error.ReasonCode);
            Assert.Contains("authori", error.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [MosquittoFact]
    public async Task Tls_checks_the_certificate_of_the_broker()
    {
        await using var server = await MosquittoServer.StartAsync(folder =>
        {
            MosquittoServer.Run(
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout", Path.Combine(folder, "key.pem"), "-out", Path.Combine(folder, "cert.pem"));
            return $"allow_anonymous true\ncertfile {folder}/cert.pem\nkeyfile {folder}/key.pem";
        });
        var certificate = Path.Combine(server.Folder, "cert.pem");
        var tls = To(server) with { Host = "localhost", UseTls = true };

        foreach (var options in new[] { tls with { CaFile = certificate }, tls with { VerifyCertificate = false } })
        {
            await using var trusting = new MosquittoClient(options with { Protocol = MqttProtocol.V5 });
            var inbox = new Inbox();
            await trusting.ConnectAsync();
            await trusting.SubscribeAsync("t", MqttQos.AtLeastOnce, inbox.Take);
            var large = new byte[200_000];
            Random.Shared.NextBytes(large);
            await trusting.PublishAsync(new MqttMessage("t", large, MqttQos.AtLeastOnce));
            Assert.Equal(large, (await inbox.NextAsync()).Payload.ToArray());
        }

        await using var distrusting = new MosquittoClient(tls);
        var error = await Assert.ThrowsAsync<MqttException>(() => distrusting.ConnectAsync());
        Assert.Contains("certificate", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [MosquittoFact]
    public async Task After_a_restart_of_the_broker_the_client_reconnects_and_subscribes_again()
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var client = new MosquittoClient(To(server));
        var inbox = new Inbox();
        var events = new ConcurrentQueue<MqttEventKind>();
        client.Happened += e => events.Enqueue(e.Kind);
        await client.SubscribeAsync("t", MqttQos.AtLeastOnce, inbox.Take);
        await client.ConnectAsync();

        for (var round = 0; round < 3; round++)
        {
            await server.StopAsync();
            while (client.IsConnected) await Task.Delay(5);
            var waiting = client.PublishAsync(Text("t", $"round {round}"));
            await Assert.ThrowsAsync<MqttException>(() => client.PublishAsync(new MqttMessage("t", default)));
            await server.RestartAsync();
            await waiting.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal($"round {round}", await inbox.NextTextAsync());
        }

        Assert.Equal(4, events.Count(k => k == MqttEventKind.Connected));
        Assert.Equal(3, events.Count(k => k == MqttEventKind.ConnectionLost));
    }

    [MosquittoFact]
    public async Task An_unhandled_message_comes_again_to_a_kept_session_that_acknowledges_when_handled()
    {
        await using var server = await MosquittoServer.StartAsync();
        var options = To(server) with { ClientId = "kept", CleanSession = false, AcknowledgeWhenHandled = true };
        var first = new Inbox();
        var never = new TaskCompletionSource();
        await using (var crashing = new MosquittoClient(options))
        {
            await crashing.SubscribeAsync("t", MqttQos.AtLeastOnce, async m =>
            {
                await first.Take(m);
                await never.Task;
            });
            await crashing.ConnectAsync();
            await using var publisher = new MosquittoClient(To(server));
            await publisher.ConnectAsync();
            for (var i = 0; i < 3; i++) await publisher.PublishAsync(Text("t", $"{i}"));
            for (var i = 0; i < 3; i++) await first.NextAsync();
        }

        var second = new Inbox();
        await using var recovered = new MosquittoClient(options);
        await recovered.SubscribeAsync("t", MqttQos.AtLeastOnce, async m =>
        {
            await second.Take(m);
            await Task.Delay(5);
        });
        await recovered.ConnectAsync();
        for (var i = 0; i < 3; i++) Assert.Equal($"{i}", await second.NextTextAsync());
        await recovered.DisposeAsync();

        var third = new Inbox();
        await using var later = new MosquittoClient(options);
        await later.SubscribeAsync("t", MqttQos.AtLeastOnce, third.Take);
        await later.ConnectAsync();
        await later.PublishAsync(Text("t", "new"));
        Assert.Equal("new", await third.NextTextAsync());
    }

    [MosquittoFact]
    public async Task Slow_handlers_pause_reading_and_lose_nothing()
    {
        const int count = 500;
        await using var server = await MosquittoServer.StartAsync();
        await using var client = new MosquittoClient(To(server) with { MaxUnhandled = 10, AcknowledgeWhenHandled = true });
        await using var publisher = new MosquittoClient(To(server));
        var (running, most, handled) = (0, 0, 0);
        var all = new TaskCompletionSource();
        await client.SubscribeAsync("t", MqttQos.AtLeastOnce, async _ =>
        {
            var now = Interlocked.Increment(ref running);
            most = Math.Max(most, now);
            await Task.Delay(2);
            Interlocked.Decrement(ref running);
            if (Interlocked.Increment(ref handled) == count) all.TrySetResult();
        });
        await client.ConnectAsync();
        await publisher.ConnectAsync();

        await Task.WhenAll(Enumerable.Range(0, count).Select(i => publisher.PublishAsync(Text("t", $"{i}"))));
        await all.Task.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.InRange(most, 1, 11);
    }

    [MosquittoFact]
    public async Task A_throwing_handler_is_told_and_harms_nobody()
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var client = new MosquittoClient(To(server));
        var inbox = new Inbox();
        var told = new TaskCompletionSource<MqttEvent>();
        client.Happened += e => _ = e.Kind == MqttEventKind.HandlerFailed && told.TrySetResult(e);
        await client.ConnectAsync();
        await client.SubscribeAsync("bad", MqttQos.AtLeastOnce, _ => throw new InvalidOperationException("oh no"));
        await client.SubscribeAsync("good", MqttQos.AtLeastOnce, inbox.Take);

        await client.PublishAsync(Text("bad", "1"));
        await client.PublishAsync(Text("good", "2"));

        Assert.Equal("2", await inbox.NextTextAsync());
        Assert.Contains("oh no", (await told.Task.WaitAsync(TimeSpan.FromSeconds(60))).Detail, StringComparison.Ordinal);
    }

    [MosquittoFact]
    public async Task An_unreachable_broker_fails_the_connect_or_is_waited_for()
    {
        var port = FreePort.Next();
        var options = new MqttOptions { Host = "127.0.0.1", Port = port };
        await using var impatient = new MosquittoClient(options);
        var error = await Assert.ThrowsAsync<MqttException>(() => impatient.ConnectAsync());
        Assert.Contains($"127.0.0.1:{port}: Connection refused", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<MqttException>(() => impatient.PublishAsync(Text("t", "late")));

        await using var patient = new MosquittoClient(options with { RetryFirstConnect = true });
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(400));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => patient.ConnectAsync(soon.Token));
    }

    [MosquittoFact]
    public async Task Disposing_fails_what_waits_and_ends_the_thread()
    {
        await using var server = await MosquittoServer.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            var client = new MosquittoClient(To(server));
            await client.ConnectAsync();
            if (i % 2 == 0) await server.StopAsync();
            var waiting = client.PublishAsync(Text("t", "x"));
            await client.DisposeAsync();
            if (i % 2 == 0)
            {
                await Assert.ThrowsAsync<MqttException>(() => waiting);
                await server.RestartAsync();
            }

            Assert.False(client.IsConnected);
        }

        await using var unused = new MosquittoClient(To(server));
    }

    private static MqttOptions To(MosquittoServer server) => new() { Host = "127.0.0.1", Port = server.Port };

    private static MqttMessage Text(string topic, string text) =>
        new(topic, Encoding.UTF8.GetBytes(text), MqttQos.AtLeastOnce);
}
