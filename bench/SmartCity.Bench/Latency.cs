using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace SmartCity.Bench;

/// <summary>
/// How long a sound endpoint waits for its notifications, alone and beside bad ones: as many that nobody listens at, that answer
/// after ten seconds, and that answer 500. They all hear of each change.
/// </summary>
internal static class Latency
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly Channel<(int Value, long At)> Arrived = Channel.CreateUnbounded<(int, long)>();

    public static async Task<int> MeasureAsync(Uri broker, int bad, int changes)
    {
        using var client = new HttpClient { BaseAddress = broker };
        var ports = (Sound: FreePort(), Dead: FreePort(), Slow: FreePort(), Refusing: FreePort());
        await using var endpoints = Endpoints(ports);
        await endpoints.StartAsync();
        await SendAsync(client, HttpMethod.Post, "entities", """{"id":"urn:ngsi-ld:Probe:1","type":"Probe","n":{"type":"Property","value":-1}}""");
        await SubscribeAsync(client, ports.Sound, "sound");
        await RoundAsync(client, 200, 0);
        var alone = await RoundAsync(client, changes, 1_000_000);
        for (var i = 0; i < bad; i++)
        {
            await SubscribeAsync(client, ports.Dead, $"dead:{i}");
            await SubscribeAsync(client, ports.Slow, $"slow:{i}");
            await SubscribeAsync(client, ports.Refusing, $"refusing:{i}");
        }

        var beside = await RoundAsync(client, changes, 2_000_000);
        Console.WriteLine($"{"milliseconds from write to notification",-42} {"p50",8} {"p99",8} {"max",8}");
        Print("alone", alone);
        Print($"beside {bad} dead, {bad} slow, {bad} refusing", beside);
        return 0;
    }

    private static async Task<List<double>> RoundAsync(HttpClient client, int changes, int first)
    {
        var times = new List<double>();
        for (var value = first; value < first + changes; value++)
        {
            var sent = Stopwatch.GetTimestamp();
            await SendAsync(client, HttpMethod.Patch, "entities/urn:ngsi-ld:Probe:1/attrs/n", $$"""{"value":{{value}}}""");
            while (await Arrived.Reader.ReadAsync() is var arrived)
            {
                if (arrived.Value != value) continue;
                times.Add(Stopwatch.GetElapsedTime(sent, arrived.At).TotalMilliseconds);
                break;
            }

            await Task.Delay(Pause);
        }

        times.Sort();
        return times;
    }

    private static WebApplication Endpoints((int Sound, int Dead, int Slow, int Refusing) ports)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        foreach (var port in new[] { ports.Sound, ports.Slow, ports.Refusing }) app.Urls.Add($"http://127.0.0.1:{port}");
        app.Run(async context =>
        {
            var at = Stopwatch.GetTimestamp();
            var port = context.Connection.LocalPort;
            if (port == ports.Refusing) context.Response.StatusCode = 500;
            if (port == ports.Slow) await Task.Delay(TimeSpan.FromSeconds(10), context.RequestAborted);
            if (port != ports.Sound) return;
            var notification = await JsonNode.ParseAsync(context.Request.Body);
            foreach (var entity in notification!["data"]!.AsArray()) Arrived.Writer.TryWrite(((int)entity!["n"]!, at));
        });
        return app;
    }

    private static Task SubscribeAsync(HttpClient client, int port, string name) => SendAsync(client, HttpMethod.Post, "subscriptions", $$"""
        {"id":"urn:ngsi-ld:Subscription:{{name}}","type":"Subscription","entities":[{"type":"Probe"}],
         "notification":{"format":"keyValues","endpoint":{"uri":"http://127.0.0.1:{{port}}/"} } }
        """);

    private static async Task SendAsync(HttpClient client, HttpMethod method, string path, string json)
    {
        using var request = new HttpRequestMessage(method, "/ngsi-ld/v1/" + path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    private static void Print(string name, List<double> sorted) =>
        Console.WriteLine($"{name,-42} {sorted[sorted.Count / 2],8:F2} {sorted[sorted.Count * 99 / 100],8:F2} {sorted[^1],8:F2}");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
