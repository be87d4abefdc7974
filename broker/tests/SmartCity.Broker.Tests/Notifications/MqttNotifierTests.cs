using System.Text.Json.Nodes;
using SmartCity.Mqtt;
using SmartCity.Mqtt.Tests;
using SmartCity.NgsiLd;
using Xunit;

namespace SmartCity.Broker.Tests.Notifications;

public class MqttNotifierTests
{
    [Theory]
    [InlineData("", MqttQos.AtMostOnce)]
    [InlineData("\"notifierInfo\":[{\"key\":\"MQTT-QoS\",\"value\":\"1\"},{\"key\":\"MQTT-Version\",\"value\":\"mqtt3.1.1\"}],", MqttQos.AtLeastOnce)]
    public async Task A_notification_arrives_as_a_message(string endpoint, MqttQos qos)
    {
        // Needs the real one; the tests of the MQTT client say so where it is missing.
        if (!File.Exists(MosquittoServer.Program)) return;
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var reader = new MosquittoClient(new() { Host = "127.0.0.1", Port = mosquitto.Port });
        var arrived = new TaskCompletionSource<MqttMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        await reader.ConnectAsync();
        await reader.SubscribeAsync("city/#", MqttQos.AtLeastOnce, message =>
        {
            arrived.TrySetResult(message);
            return default;
        });

        await using var hub = await Hub.StartAsync();
        var id = await hub.SubscribeAsync(
            $"mqtt://127.0.0.1:{mosquitto.Port}/city/parking", "\"watchedAttributes\":[\"speed\"]",
            endpoint: endpoint + "\"receiverInfo\":[{\"key\":\"X-Key\",\"value\":\"v\"}],");
        await hub.CreateAsync("urn:x:1", ("speed", "1"));

        var message = await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("city/parking", message.Topic);
        Assert.Equal(qos, message.Qos);
        var json = JsonNode.Parse(message.Payload.Span)!;
        Assert.Equal("application/json", (string?)json["metadata"]!["Content-Type"]);
        Assert.Contains("rel=\"http://www.w3.org/ns/json-ld#context\"", (string?)json["metadata"]!["Link"], StringComparison.Ordinal);
        Assert.Equal("v", (string?)json["metadata"]!["X-Key"]);
        Assert.Equal(id, (string?)json["body"]!["subscriptionId"]);
        Assert.Equal(1, (int)json["body"]!["data"]![0]!["speed"]!["value"]!);
        var state = await hub.StateAsync(id, s => s.TimesSent == 1);
        Assert.Equal((1, 0), (state.TimesSent, state.TimesFailed));
    }

    [Theory]
    [InlineData("mqtt://a.example", "", "names no MQTT topic")]
    [InlineData("mqtt://a.example/a/+/b", "", "one with a wildcard")]
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
        var id = await hub.SubscribeAsync($"mqtt://127.0.0.1:{MosquittoServer.FreePort()}/a", "\"watchedAttributes\":[\"speed\"]");
        await hub.CreateAsync("urn:x:1", ("speed", "1"));
        var state = await hub.StateAsync(id, s => s.TimesSent == 1);
        Assert.Equal((1, 1), (state.TimesSent, state.TimesFailed));
    }
}
