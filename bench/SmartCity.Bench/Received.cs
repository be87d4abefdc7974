using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace SmartCity.Bench;

/// <summary>
/// How fast a broker takes notifications of a Context Source, which are on the disk before it answers: by one connection after another, and by many
/// side by side. Beside them those that concern nobody, of which nothing is kept.
/// </summary>
internal static class Received
{
    private static readonly TaskCompletionSource<string> Route = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private static long _told;

    public static async Task<int> MeasureAsync(Uri broker, int seconds)
    {
        using var client = new HttpClient { BaseAddress = broker };
        var port = FreePort();
        await using var source = Source(port);
        await source.StartAsync();
        await SendAsync(client, "/ngsi-ld/v1/csourceRegistrations", $$"""
            {"type":"ContextSourceRegistration","endpoint":"http://127.0.0.1:{{port}}","information":[{"entities":[{"type":"Told"}]}]}
            """);
        await SendAsync(client, "/ngsi-ld/v1/subscriptions", $$"""
            {"type":"Subscription","entities":[{"type":"Told"}],"splitEntities":false,
             "notification":{"endpoint":{"uri":"http://127.0.0.1:{{port}}/told"} } }
            """);
        var route = new Uri(await Route.Task).AbsolutePath;
        foreach (var connections in (int[])[1, 16])
        {
            // Warm first.
            await RateAsync(client, route, "Told", connections, 1);
            var kept = await RateAsync(client, route, "Told", connections, seconds);
            var unkept = await RateAsync(client, route, "Other", connections, seconds);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{connections,3} connections: {kept,8:F0} notifications/s taken and kept, {unkept,8:F0}/s that concern nobody"));
        }

        Console.WriteLine($"passed on so far: {Interlocked.Read(ref _told)}");
        return 0;
    }

    private static async Task<double> RateAsync(HttpClient client, string route, string type, int connections, int seconds)
    {
        var (count, started) = (0L, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async connection =>
        {
            for (var number = 0; Stopwatch.GetElapsedTime(started).TotalSeconds < seconds; number++)
            {
                await SendAsync(client, route, $$"""
                    {"id":"urn:ngsi-ld:Notification:{{type}}:{{started}}:{{connection}}:{{number}}","type":"Notification","data":
                     [{"id":"urn:ngsi-ld:{{type}}:{{connection}}:{{number % 100}}","type":"{{type}}","n":{"type":"Property","value":{{number}}} }]}
                    """);
                Interlocked.Increment(ref count);
            }
        }));
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Takes the copy of the subscription, and plays the subscriber.</summary>
    private static WebApplication Source(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        app.Run(async context =>
        {
            if (context.Request.Path == "/told")
            {
                Interlocked.Increment(ref _told);
                return;
            }

            var copy = await JsonNode.ParseAsync(context.Request.Body);
            Route.TrySetResult((string)copy!["notification"]!["endpoint"]!["uri"]!);
            context.Response.StatusCode = 201;
        });
        return app;
    }

    private static async Task SendAsync(HttpClient client, string path, string json)
    {
        while (true)
        {
            using var answer = await client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));
            // The subscriber has too much to be told already.
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                answer.EnsureSuccessStatusCode();
                return;
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
