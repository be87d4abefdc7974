using System.Text.Json.Nodes;
using SmartCity.Mqtt;
using SmartCity.NgsiLd;
using Xunit;

namespace SmartCity.Broker.Tests.Notifications;

/// <summary>Notifications by way of a real mosquitto (ETSI GS CIM 009 7.2).</summary>
public class MqttNotifierTests
{
    public static TheoryData<bool, string, string, MqttQos> Ways
    {
        get
        {
            var ways = new TheoryData<bool, string, string, MqttQos> { { false, "", "", MqttQos.AtMostOnce } };
            foreach (var isGuarded in new[] { false, true })
            {
                foreach (var version in new[] { "mqtt3.1.1", "mqtt5.0" })
                {
                    foreach (var qos in Enum.GetValues<MqttQos>()) ways.Add(isGuarded, version, $"{(int)qos}", qos);
                }
            }

            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_notification_arrives_as_a_message(bool isGuarded, string version, string quality, MqttQos qos)
    {
        // Needs the real one; the tests of the MQTT client say so where it is missing.
        if (!File.Exists(MosquittoServer.Program)) return;
        await using var mosquitto = isGuarded ? await StartGuardedAsync() : await MosquittoServer.StartAsync();
        var authorities = isGuarded ? Path.Combine(mosquitto.Folder, "cert.pem") : null;
        var server = new MqttOptions { Host = "localhost", Port = mosquitto.Port };
        if (isGuarded) server = server with { UseTls = true, CaFile = authorities, UserName = "city", Password = "p:w/1" };
        await using var reader = new MosquittoClient(server);
        var arrived = new TaskCompletionSource<MqttMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        await reader.ConnectAsync();
        await reader.SubscribeAsync("city/#", MqttQos.ExactlyOnce, message =>
        {
            arrived.TrySetResult(message);
            return default;
        });

        await using var hub = await Hub.StartAsync(settings: new() { MqttAuthorities = authorities });
        var uri = (isGuarded ? "mqtts://city:p%3Aw%2F1@" : "mqtt://") + $"localhost:{mosquitto.Port}/city/parking%20lot";
        var info = version.Length == 0 ? "" : $$"""
            "notifierInfo":[{"key":"MQTT-QoS","value":"{{quality}}"},{"key":"MQTT-Version","value":"{{version}}"}],
            """;
        var id = await hub.SubscribeAsync(
            uri, "\"watchedAttributes\":[\"speed\"]", endpoint: info + "\"receiverInfo\":[{\"key\":\"X-Key\",\"value\":\"v\"}],");
        await hub.CreateAsync("urn:x:1", ("speed", "1"));

        var message = await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("city/parking lot", message.Topic);
        Assert.Equal(qos, message.Qos);
        var json = JsonNode.Parse(message.Payload.Span)!;
        Assert.Equal(["metadata", "body"], json.AsObject().Select(member => member.Key));
        Assert.Equal("application/json", (string?)json["metadata"]!["Content-Type"]);
        Assert.Contains("rel=\"http://www.w3.org/ns/json-ld#context\"", (string?)json["metadata"]!["Link"], StringComparison.Ordinal);
        Assert.Equal("v", (string?)json["metadata"]!["X-Key"]);
        Assert.Equal(id, (string?)json["body"]!["subscriptionId"]);
        Assert.Equal(1, (int)json["body"]!["data"]![0]!["speed"]!["value"]!);
        var state = await hub.StateAsync(id, s => s.TimesSent == 1);
        Assert.Equal((1, 0), (state.TimesSent, state.TimesFailed));
    }

    [Theory]
    [InlineData("mqtts://city:p%3Aw%2F1@", false)]
    [InlineData("mqtts://city:wrong@", true)]
    [InlineData("mqtts://", true)]
    [InlineData("mqtt://city:p%3Aw%2F1@", true)]
    public async Task What_the_broker_or_its_certificate_forbids_is_a_failure(string uri, bool trusts)
    {
        if (!File.Exists(MosquittoServer.Program)) return;
        await using var mosquitto = await StartGuardedAsync();
        var authorities = trusts ? Path.Combine(mosquitto.Folder, "cert.pem") : null;
        await using var hub = await Hub.StartAsync(
            settings: new() { MqttAuthorities = authorities, FirstRest = TimeSpan.FromMilliseconds(10), Timeout = TimeSpan.FromSeconds(5) });
        var id = await hub.SubscribeAsync($"{uri}localhost:{mosquitto.Port}/t", "\"watchedAttributes\":[\"speed\"]");
        await hub.CreateAsync("urn:x:1", ("speed", "1"));
        var state = await hub.StateAsync(id, s => s.TimesSent == 1);
        Assert.Equal((1, 1), (state.TimesSent, state.TimesFailed));
    }

    [Fact]
    public async Task A_connection_is_closed_when_nothing_has_gone_that_way_for_a_while()
    {
        if (!File.Exists(MosquittoServer.Program)) return;
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var hub = await Hub.StartAsync(settings: new() { MqttIdle = TimeSpan.FromSeconds(4) });
        var id = await hub.SubscribeAsync($"mqtt://localhost:{mosquitto.Port}/t", "\"watchedAttributes\":[\"speed\"]");
        Assert.Equal(0, hub.Mqtt.Count);
        await hub.CreateAsync("urn:x:1", ("speed", "1"));
        await hub.StateAsync(id, s => s.TimesSent == 1);
        Assert.Equal(1, hub.Mqtt.Count);
        for (var waited = 0; hub.Mqtt.Count > 0 && waited < 3000; waited++) await Task.Delay(10);
        Assert.Equal(0, hub.Mqtt.Count);
        // It comes back with the next notification.
        await hub.CreateAsync("urn:x:2", ("speed", "1"));
        Assert.Equal(0, (await hub.StateAsync(id, s => s.TimesSent == 2)).TimesFailed);
    }

    [Fact]
    public async Task Connections_are_limited()
    {
        if (!File.Exists(MosquittoServer.Program)) return;
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var hub = await Hub.StartAsync(settings: new() { MqttConnections = 1, FirstRest = TimeSpan.FromMilliseconds(10) });
        var first = await hub.SubscribeAsync($"mqtt://a@localhost:{mosquitto.Port}/t", "\"watchedAttributes\":[\"speed\"]");
        await hub.CreateAsync("urn:x:1", ("speed", "1"));
        Assert.Equal(0, (await hub.StateAsync(first, s => s.TimesSent == 1)).TimesFailed);
        var second = await hub.SubscribeAsync($"mqtt://b@localhost:{mosquitto.Port}/t", "\"watchedAttributes\":[\"speed\"]");
        await hub.CreateAsync("urn:x:2", ("speed", "1"));
        Assert.Equal(1, (await hub.StateAsync(second, s => s.TimesSent == 1)).TimesFailed);
        Assert.Equal(0, (await hub.StateAsync(first, s => s.TimesSent == 2)).TimesFailed);
    }

    [Fact]
    public async Task A_broker_that_comes_back_gets_what_comes_next()
    {
        if (!File.Exists(MosquittoServer.Program)) return;
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var hub = await Hub.StartAsync(settings: new() { FirstRest = TimeSpan.FromMilliseconds(10), Timeout = TimeSpan.FromSeconds(5) });
        var id = await hub.SubscribeAsync($"mqtt://localhost:{mosquitto.Port}/t", "\"watchedAttributes\":[\"speed\"]");
        await hub.CreateAsync("urn:x:1", ("speed", "1"));
        Assert.Equal(0, (await hub.StateAsync(id, s => s.TimesSent == 1)).TimesFailed);
        await mosquitto.StopAsync();
        await hub.CreateAsync("urn:x:2", ("speed", "1"));
        Assert.Equal(1, (await hub.StateAsync(id, s => s.TimesSent == 2)).TimesFailed);
        await mosquitto.RestartAsync();
        await hub.CreateAsync("urn:x:3", ("speed", "1"));
        Assert.Equal(1, (await hub.StateAsync(id, s => s.TimesSent == 3)).TimesFailed);
    }

    [Theory]
    [InlineData("mqtt://a.example", "", "names no MQTT topic")]
    [InlineData("mqtt://a.example/a/+/b", "", "one with a wildcard")]
    [InlineData("mqtt://a.example/a/#", "", "one with a wildcard")]
    [InlineData("mqtt://a.example/a?b", "", "has a query")]
    [InlineData("mqtt://a.example/a", "\"notifierInfo\":[{\"key\":\"MQTT-QoS\",\"value\":\"3\"}],", "MQTT-QoS is none of")]
    [InlineData("mqtts://a.example/a", "\"notifierInfo\":[{\"key\":\"MQTT-Version\",\"value\":\"6\"}],", "MQTT-Version is neither")]
    [InlineData("mqtt://a.example/a", "\"receiverInfo\":[{\"key\":\"Content-Type\",\"value\":\"x\"}],", "\"Content-Type\" cannot be set")]
    [InlineData("mqtt://a.example/a", "\"receiverInfo\":[{\"key\":\"a\",\"value\":\"x\"},{\"key\":\"a\",\"value\":\"y\"}],", "has \"a\" twice")]
    [InlineData("mqtt://a.example/a", "\"accept\":\"application/geo+json\",", "notification.endpoint.accept")]
    public async Task A_wrong_endpoint_is_refused_with_the_reason(string uri, string endpoint, string reason)
    {
        await using var hub = await Hub.StartAsync();
        var json = $$"""
            {"type":"Subscription","watchedAttributes":["a"],"notification":{"endpoint":{ {{endpoint}} "uri":"{{uri}}" } } }
            """;
        var error = (await hub.Subscriptions.CreateAsync(Hub.Call, System.Text.Encoding.UTF8.GetBytes(json), default)).Error!;
        Assert.Equal(NgsiLdErrorKind.BadRequestData, error.Kind);
        Assert.Contains(reason, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_a_failure()
    {
        if (!File.Exists(MosquittoServer.Program)) return;
        await using var hub = await Hub.StartAsync(settings: new() { FirstRest = TimeSpan.FromMilliseconds(10) });
        var id = await hub.SubscribeAsync($"mqtt://127.0.0.1:{FreePort.Next()}/a", "\"watchedAttributes\":[\"speed\"]");
        await hub.CreateAsync("urn:x:1", ("speed", "1"));
        var state = await hub.StateAsync(id, s => s.TimesSent == 1);
        Assert.Equal((1, 1), (state.TimesSent, state.TimesFailed));
    }

    /// <summary>A mosquitto that wants TLS and a password.</summary>
    private static Task<MosquittoServer> StartGuardedAsync() => MosquittoServer.StartAsync(folder =>
    {
        var passwords = Path.Combine(folder, "passwords");
        MosquittoServer.Run("/usr/bin/mosquitto_passwd", "-c", "-b", passwords, "city", "p:w/1");
        MosquittoServer.Run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", Path.Combine(folder, "key.pem"), "-out", Path.Combine(folder, "cert.pem"));
        return $"allow_anonymous false\npassword_file {passwords}\ncertfile {folder}/cert.pem\nkeyfile {folder}/key.pem";
    });
}
