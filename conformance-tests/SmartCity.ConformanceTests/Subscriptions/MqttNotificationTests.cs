using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Subscriptions;

/// <summary>Notifications by way of a real mosquitto (ETSI GS CIM 009 7.2).</summary>
public class MqttNotificationTests : SubscriberTest
{
    private const string One = """{"a":{"type":"Property","value":1}}""";

    [MosquittoTheory, Clause("7.2"), Clause("5.2.15"), Clause("5.8.6")]
    [InlineData(false, null, null)]
    [InlineData(false, "mqtt3.1.1", "0")]
    [InlineData(false, "mqtt3.1.1", "1")]
    [InlineData(false, "mqtt3.1.1", "2")]
    [InlineData(false, "mqtt5.0", "0")]
    [InlineData(false, "mqtt5.0", "1")]
    [InlineData(false, "mqtt5.0", "2")]
    [InlineData(true, "mqtt3.1.1", "1")]
    [InlineData(true, "mqtt5.0", "2")]
    public Task A_notification_comes_as_a_message(bool isGuarded, string? version, string? qos) =>
        ArrivesAsync(isGuarded, isEncrypted: false, version, qos);

    [EncryptedMosquittoTheory, Clause("7.2"), Clause("5.2.15"), Clause("5.8.6")]
    [InlineData(false, null, null)]
    [InlineData(true, "mqtt3.1.1", "0")]
    [InlineData(true, "mqtt3.1.1", "1")]
    [InlineData(true, "mqtt3.1.1", "2")]
    [InlineData(true, "mqtt5.0", "0")]
    [InlineData(true, "mqtt5.0", "1")]
    [InlineData(true, "mqtt5.0", "2")]
    public Task A_notification_comes_encrypted(bool isGuarded, string? version, string? qos) =>
        ArrivesAsync(isGuarded, isEncrypted: true, version, qos);

    [MosquittoTheory, Clause("7.2"), Clause("5.2.15"), Clause("5.2.22")]
    [InlineData("{}", "application/json", true)]
    [InlineData("""{"accept":"application/ld+json"}""", "application/ld+json", false)]
    public async Task What_HTTP_has_in_headers_is_in_the_metadata(string more, string type, bool hasLink)
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        var message = await mosquitto.ListenAsync("city/#", "mqttv5");
        var endpoint = JsonNode.Parse(more)!.AsObject();
        endpoint.Add("receiverInfo", JsonNode.Parse("""[{"key":"X-Key","value":"v"},{"key":"Authorization","value":"Bearer x"}]"""));
        await SubscribeAsync($"mqtt://{Target.ReceiverHost}:{mosquitto.Port}/city/parking", more: endpoint.ToJsonString());
        await CreateAsync(One);
        var json = Payload(await message);
        Assert.Equal(["body", "metadata"], json.Select(member => member.Key).Order(StringComparer.Ordinal));
        var metadata = json["metadata"]!;
        Assert.Equal(type, (string?)metadata["Content-Type"]);
        Assert.Equal(hasLink, ((string?)metadata["Link"] ?? "").Contains("rel=\"http://www.w3.org/ns/json-ld#context\"", StringComparison.Ordinal));
        Assert.Equal(!hasLink, (json["body"]!["@context"] ?? json["body"]!["data"]![0]!["@context"]) is not null);
        Assert.Equal(("v", "Bearer x"), ((string?)metadata["X-Key"], (string?)metadata["Authorization"]));
    }

    [MosquittoTheory, Clause("7.2"), Clause("5.8.6"), Clause("5.2.14")]
    [InlineData("city:wrong@")]
    [InlineData("")]
    public async Task A_refusal_of_the_MQTT_broker_is_a_failure(string user)
    {
        await using var mosquitto = await Mosquitto.StartAsync(isGuarded: true);
        var location = await SubscribeAsync($"mqtt://{user}{Target.ReceiverHost}:{mosquitto.Port}/city/parking");
        await CreateAsync(One);
        await StandsAsync(location, read => (string?)read["status"] == "failed");
    }

    [BrokerTheory, Clause("7.2"), Clause("5.8.1")]
    [InlineData("mqtt://localhost:1883", "{}")]
    [InlineData("mqtt://localhost:1883/city/+/state", "{}")]
    [InlineData("mqtt://localhost:1883/city", """{"notifierInfo":[{"key":"MQTT-QoS","value":"3"}]}""")]
    [InlineData("mqtts://localhost:8883/city", """{"notifierInfo":[{"key":"MQTT-Version","value":"mqtt4"}]}""")]
    public async Task A_wrong_MQTT_endpoint_is_refused(string uri, string more)
    {
        (await PostAsync("subscriptions", Subscription(uri, more: more))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        var location = await SubscribeAsync("mqtt://localhost:1883/city");
        var endpoint = JsonNode.Parse(more)!.AsObject();
        endpoint.Add("uri", uri);
        (await PatchAsync(location, $$$"""{"notification":{"endpoint":{{{endpoint.ToJsonString()}}}}}"""))
            .ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    private async Task ArrivesAsync(bool isGuarded, bool isEncrypted, string? version, string? qos)
    {
        await using var mosquitto = await Mosquitto.StartAsync(isGuarded, isEncrypted);
        // The listener speaks another version than the broker under test: the log tells them apart.
        var message = await mosquitto.ListenAsync($"{Type}/#", version == "mqtt3.1.1" ? "mqttv5" : "mqttv311");
        var user = isGuarded ? $"{Mosquitto.User}:{Encode(Mosquitto.Password)}@" : "";
        var uri = $"{(isEncrypted ? "mqtts" : "mqtt")}://{user}{Target.ReceiverHost}:{mosquitto.Port}/{Type}/state";
        var info = new JsonArray();
        if (version is not null) info.Add(new JsonObject { ["key"] = "MQTT-Version", ["value"] = version });
        if (qos is not null) info.Add(new JsonObject { ["key"] = "MQTT-QoS", ["value"] = qos });
        var location = await SubscribeAsync(uri, more: info.Count == 0 ? "{}" : new JsonObject { ["notifierInfo"] = info }.ToJsonString());
        await CreateAsync(One);

        var arrived = await message;
        Assert.Equal($"{Type}/state", (string?)arrived["topic"]);
        Assert.Equal(qos ?? "0", $"{(int?)arrived["qos"]}");
        var body = Payload(arrived)["body"]!;
        Assert.Equal("Notification", (string?)body["type"]);
        Assert.EndsWith((string)body["subscriptionId"]!, location, StringComparison.Ordinal);
        Assert.Equal((Id, 1), ((string?)body["data"]![0]!["id"], (int?)body["data"]![0]!["a"]!["value"]));
        // p2 is MQTT 3.1.1 and p5 is 5.0.
        await mosquitto.SaysAsync(version == "mqtt3.1.1" ? "(p2," : "(p5,");
        await StandsAsync(location, read => (string?)read["status"] == "ok");
    }

    private static JsonObject Payload(JsonObject message) => JsonNode.Parse((string)message["payload"]!)!.AsObject();
}
