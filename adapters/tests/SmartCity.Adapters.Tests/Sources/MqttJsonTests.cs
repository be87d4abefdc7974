using System.Text;
using System.Text.Json.Nodes;
using SmartCity.Adapters.Tests.Peers;
using SmartCity.Mqtt;

namespace SmartCity.Adapters.Tests.Sources;

/// <summary>Messages of devices through a real mosquitto to a real HTTP peer.</summary>
public class MqttJsonTests
{
    private const string Mapping = """
        devices:
          spot-1:
            with: { place: A1 }
            entities:
              id: urn:ngsi-ld:ParkingSpot:{@place}
              type: ParkingSpot
              attributes: { status: { from: occupied, map: { "0": free, "1": occupied } } }
        entities:
          id: urn:ngsi-ld:Device:{@apikey}:{@device}
          type: Device
          others: true
        """;

    [MosquittoTheory]
    [InlineData("/json/key/spot-1/attrs", """{"occupied": 1}""", """{"id":"urn:ngsi-ld:ParkingSpot:A1","type":"ParkingSpot","status":{"type":"Property","value":"occupied"}}""")]
    [InlineData("/key/temp-1/attrs", """{"t": 21.5, "TimeInstant": "2026-04-15T10:00:00.000Z"}""", """{"id":"urn:ngsi-ld:Device:key:temp-1","type":"Device","t":{"type":"Property","value":21.5,"observedAt":"2026-04-15T10:00:00Z"}}""")]
    [InlineData("/json/key/temp-1/attrs/t", "21.5", """{"id":"urn:ngsi-ld:Device:key:temp-1","type":"Device","t":{"type":"Property","value":21.5}}""")]
    [InlineData("/key/temp-1/attrs/name", "Soba 3", """{"id":"urn:ngsi-ld:Device:key:temp-1","type":"Device","name":{"type":"Property","value":"Soba 3"}}""")]
    [InlineData("/json/key/temp-1/attrs", """[{"t": 1}, [{"t": 2}]]""", """{"id":"urn:ngsi-ld:Device:key:temp-1","type":"Device","t":{"type":"Property","value":1}}""", """{"id":"urn:ngsi-ld:Device:key:temp-1","type":"Device","t":{"type":"Property","value":2}}""")]
    public async Task A_message_of_a_device_becomes_entities(string topic, string payload, params string[] expected)
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var stub = await StubBroker.StartAsync();
        using var city = City(mosquitto);
        await using (city.Run(stub.Url))
        {
            await WaitForAdapterAsync(mosquitto, stub);
            await PublishAsync(mosquitto, topic, payload);
            await stub.WaitForAsync(s => Measures(s).Count >= expected.Length, "the entities");
        }

        Assert.Equal(expected, Measures(stub).Select(e => e.ToJsonString()));
    }

    [MosquittoFact]
    public async Task What_is_no_measure_is_a_dead_letter_and_the_next_one_gets_through()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var stub = await StubBroker.StartAsync();
        using var city = City(mosquitto);
        await using (city.Run(stub.Url))
        {
            await WaitForAdapterAsync(mosquitto, stub);
            await PublishAsync(mosquitto, "/json/key/d/attrs", "{oops");
            await PublishAsync(mosquitto, "/json/key/d/attrs", "5");
            await PublishAsync(mosquitto, "/json/key/spot-1/attrs", """{"occupied": 7}""");
            await PublishAsync(mosquitto, "/json/key/d/attrs", """{"ok": true}""");
            await stub.WaitForAsync(s => Measures(s).Count == 1, "the good one");
        }

        var letters = await File.ReadAllLinesAsync(Path.Combine(city.State, "dead-letters", "devices.jsonl"));
        Assert.Equal(3, letters.Length);
        Assert.Contains("the payload is not JSON", letters[0], StringComparison.Ordinal);
        Assert.Contains("neither an object nor an array", letters[1], StringComparison.Ordinal);
        Assert.Contains("status: '7' is not in the map", letters[2], StringComparison.Ordinal);
    }

    [MosquittoFact]
    public async Task Messages_that_the_broker_has_not_taken_come_again_after_a_restart_of_the_adapter()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var stub = await StubBroker.StartAsync();
        stub.Answer = _ => Task.FromResult(new StubAnswer(503));
        using var city = City(mosquitto);
        await using (city.Run(stub.Url))
        {
            await WaitForAdapterAsync(mosquitto, stub);
            for (var i = 0; i < 50; i++) await PublishAsync(mosquitto, "/json/key/d/attrs", $$"""{"n": {{i}}}""");
            await stub.WaitForAsync(s => s.Requests.Count >= 2, "a repeated request");
        }

        Assert.Empty(stub.Accepted);
        stub.Answer = _ => Task.FromResult(new StubAnswer(204));
        await using (city.Run(stub.Url)) await stub.WaitForAsync(s => Measures(s).Count >= 50, "all of them");

        Assert.Equal(Enumerable.Range(0, 50), Measures(stub).Select(e => e["n"]!["value"]!.GetValue<int>()).Distinct());
    }

    [MosquittoFact]
    public async Task Thousands_of_messages_arrive_in_the_order_of_each_device()
    {
        const int count = 2000;
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var stub = await StubBroker.StartAsync();
        using var city = City(mosquitto);
        await using (city.Run(stub.Url))
        {
            await WaitForAdapterAsync(mosquitto, stub);
            await using var publisher = new MosquittoClient(new MqttOptions { Host = "127.0.0.1", Port = mosquitto.Port });
            await publisher.ConnectAsync();
            await Task.WhenAll(Enumerable.Range(0, count).Select(i => publisher.PublishAsync(
                new MqttMessage($"/json/key/d{i % 5}/attrs", Encoding.UTF8.GetBytes($$"""{"n": {{i}}}"""), MqttQos.AtLeastOnce))));
            await stub.WaitForAsync(s => Measures(s).Count >= count, "all of them");
        }

        foreach (var device in Measures(stub).GroupBy(e => e["id"]!.ToString()))
        {
            var numbers = device.Select(e => e["n"]!["value"]!.GetValue<int>()).ToList();
            Assert.Equal(numbers.Order(), numbers);
            Assert.Equal(count / 5, numbers.Count);
        }
    }

    internal static TemporaryCity City(MosquittoServer mosquitto)
    {
        var city = new TemporaryCity();
        city.Write("adapters/devices.yaml", $$"""
            source: { kind: mqtt-json, url: "mqtt://127.0.0.1:{{mosquitto.Port}}", apikeys: [key], qos: 1 }
            {{Mapping}}
            """);
        return city;
    }

    /// <summary>Waits until the adapter has subscribed: a retained message reaches it then.</summary>
    private static async Task WaitForAdapterAsync(MosquittoServer mosquitto, StubBroker stub)
    {
        await PublishAsync(mosquitto, "/json/key/hello/attrs", """{"hello": 1}""", retain: true);
        await stub.WaitForAsync(s => !s.Requests.IsEmpty, "the adapter's subscription");
    }

    private static List<JsonObject> Measures(StubBroker stub) => [.. stub.Accepted.Where(e => !e["id"]!.ToString().EndsWith("hello", StringComparison.Ordinal))];

    private static async Task PublishAsync(MosquittoServer mosquitto, string topic, string payload, bool retain = false)
    {
        await using var publisher = new MosquittoClient(
            new MqttOptions { Host = "127.0.0.1", Port = mosquitto.Port, Protocol = MqttProtocol.V5 });
        await publisher.ConnectAsync();
        await publisher.PublishAsync(new MqttMessage(topic, Encoding.UTF8.GetBytes(payload), MqttQos.AtLeastOnce, retain));
    }
}
