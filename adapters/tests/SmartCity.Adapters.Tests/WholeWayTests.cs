using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using SmartCity.Adapters.Tests.Peers;
using Xunit.Abstractions;

namespace SmartCity.Adapters.Tests;

/// <summary>
/// mosquitto_pub -> mosquitto -> adapter -> broker -> subscription -> HTTP receiver, each a program of its own.
/// </summary>
public class WholeWayTests(ITestOutputHelper output)
{
    private const int Messages = 500;
    private const int Devices = 50;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    [WholeWayFact]
    public async Task A_published_message_becomes_an_entity_and_arrives_as_a_notification()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var receiver = await NotificationReceiver.StartAsync();
        using var city = new TemporaryCity();
        city.Write("adapters/devices.yaml", $$"""
            source: { kind: mqtt-json, url: "mqtt://127.0.0.1:{{mosquitto.Port}}", apikeys: [key] }
            batch: { wait: 0ms }
            entities:
              id: urn:ngsi-ld:Device:{d}
              type: Device
              attributes: { n: n }
            """);
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        using var http = new HttpClient { BaseAddress = url };
        await using var broker = RunningProgram.Start(
            RunningProgram.Find(WholeWayFactAttribute.Host)!, "--urls", url.ToString().TrimEnd('/'), "--data", city["broker"]);
        await WaitAsync(broker, async () => (await http.GetAsync("/ready")).IsSuccessStatusCode, "the broker");
        await SubscribeAsync(http, receiver.Url);
        await using var adapter = RunningProgram.Start(
            RunningProgram.Find("adapters/SmartCity.Adapters")!, "run", city.Folder, "--broker", url.ToString());

        using var publisher = Process.Start(new ProcessStartInfo(
            "mosquitto_pub", ["-h", "127.0.0.1", "-p", $"{mosquitto.Port}", "-q", "1", "-t", "/json/key/d/attrs", "-l"])
        {
            RedirectStandardInput = true,
        })!;
        publisher.StandardInput.AutoFlush = true;

        // The first ones find the adapter subscribed, and warm every program up.
        for (var i = 0; i < 300 && receiver.Received.Count < Devices; i++)
        {
            publisher.StandardInput.WriteLine($$"""{"d": "warm-{{i}}", "n": -1}""");
            await Task.Delay(50);
        }

        Assert.True(receiver.Received.Count >= Devices, $"No notifications come.\n{adapter.Output}\n{broker.Output}");
        var sent = new long[Messages];
        for (var i = 0; i < Messages; i++)
        {
            sent[i] = Stopwatch.GetTimestamp();
            publisher.StandardInput.WriteLine($$"""{"d": "{{i % Devices}}", "n": {{i}}}""");
            await Task.Delay(Pace);
        }

        await WaitAsync(broker, () => Task.FromResult(Measured(receiver).Count == Messages), "every notification");
        var times = Measured(receiver).Select(m => Stopwatch.GetElapsedTime(sent[m.Key], m.Value).TotalMilliseconds).Order().ToList();
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"mosquitto_pub to notification, {Messages} messages: p50 {times[Messages / 2]:0.0} ms, p99 {times[Messages * 99 / 100]:0.0} ms");
        output.WriteLine(line);
        Console.WriteLine(line);

        var entity = await http.GetFromJsonAsync<JsonObject>($"/ngsi-ld/v1/entities/urn:ngsi-ld:Device:{Devices - 1}");
        Assert.Equal(Messages - 1, entity!["n"]!["value"]!.GetValue<int>());
        publisher.StandardInput.Close();
        await publisher.WaitForExitAsync();
        Assert.Equal(0, await adapter.StopAsync());
        Assert.Equal(0, await broker.StopAsync());
    }

    /// <summary>Number of the message to its first arrival.</summary>
    private static Dictionary<int, long> Measured(NotificationReceiver receiver)
    {
        var first = new Dictionary<int, long>();
        foreach (var (at, entity) in receiver.Received)
            if (entity["n"]?["value"]?.GetValue<int>() is >= 0 and var n) first.TryAdd(n, at);
        return first;
    }

    private static async Task SubscribeAsync(HttpClient http, string receiver)
    {
        var subscription = $$"""
            {
              "type": "Subscription",
              "entities": [{ "type": "Device" }],
              "watchedAttributes": ["n"],
              "notification": { "endpoint": { "uri": "{{receiver}}", "accept": "application/json" } }
            }
            """;
        using var body = new StringContent(subscription, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync("/ngsi-ld/v1/subscriptions", body);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private static async Task WaitAsync(RunningProgram program, Func<Task<bool>> condition, string what)
    {
        for (var i = 0; i < 1200 && !program.HasEnded; i++)
        {
            try
            {
                if (await condition()) return;
            }
            catch (HttpRequestException)
            {
                // Not yet listening.
            }

            await Task.Delay(50);
        }

        Assert.Fail($"{what} does not come\n{program.Output}");
    }
}

/// <summary>Needs mosquitto and the broker's program; reported as skipped where one is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WholeWayFactAttribute : FactAttribute
{
    internal const string Host = "broker/SmartCity.Broker.Host";

    public WholeWayFactAttribute()
    {
        if (!File.Exists(MosquittoServer.Program) || !File.Exists("/usr/bin/mosquitto_pub"))
            Skip = "mosquitto and mosquitto-clients are not installed (apt-get install mosquitto mosquitto-clients libmosquitto1)";
        else if (RunningProgram.Find(Host) is null)
            Skip = "the broker's program is not built (dotnet build broker/SmartCity.Broker.Host)";
    }
}
