using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace SmartCity.Bench;

/// <summary>
/// Queries over ten Context Sources of which one is dead, one never answers and one answers garbage: whether all find the
/// rest, and what the broker's process holds of connections, threads, handles and memory meanwhile.
/// </summary>
internal static class Faults
{
    private const int Sound = 7;
    private const int Warm = 500;
    private const int Clients = 32;

    /// <param name="process">The broker's, on this machine.</param>
    public static async Task<int> RunAsync(Uri broker, int process, int queries)
    {
        await using var sources = await StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients }) { BaseAddress = broker };
        var endpoints = sources.Urls.Append("http://localhost:9").ToList();
        for (var number = 0; number < endpoints.Count; number++)
        {
            // The source that never answers is waited for shortly.
            var document = $$"""
                {"id":"urn:ngsi-ld:ContextSourceRegistration:{{number}}","type":"ContextSourceRegistration","endpoint":"{{endpoints[number]}}",
                 "information":[{"entities":[{"type":"Meter"}]}],"management":{"timeout":{{(number == Sound ? 100 : 5000)}} } }
                """;
            if (!await Registrations.CreateAsync(client, document)) return 1;
        }

        Console.WriteLine("queries   wrong     threads  handles  connections  resident MiB");
        var wrong = 0;
        var done = 0;
        var watch = Stopwatch.StartNew();
        Tell(process, 0, wrong);
        foreach (var until in new[] { Warm, queries / 4, queries / 2, queries })
        {
            await Parallel.ForAsync(done, until, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (_, cancellation) =>
            {
                if (!await QueryAsync(client, cancellation)) Interlocked.Increment(ref wrong);
            });
            done = Math.Max(done, until);
            Tell(process, done, wrong);
        }

        var spent = watch.Elapsed;
        // Idle connections are let go after half a minute.
        await Task.Delay(TimeSpan.FromSeconds(40));
        Tell(process, done, wrong);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{queries / spent.TotalSeconds:F0} queries/s by {Clients} clients"));
        return wrong == 0 ? 0 : 1;
    }

    private static async Task<bool> QueryAsync(HttpClient client, CancellationToken cancellation)
    {
        using var answer = await client.GetAsync(new Uri("/ngsi-ld/v1/entities?type=Meter&limit=100&pick=id", UriKind.Relative), cancellation);
        var body = await answer.Content.ReadAsStringAsync(cancellation);
        var warnings = answer.Headers.TryGetValues("NGSILD-Warning", out var values) ? values.Count() : 0;
        return answer.StatusCode == HttpStatusCode.OK && body.Split("urn:ngsi-ld:Meter:").Length - 1 == Sound && warnings == 3;
    }

    private static void Tell(int process, int queries, int wrong)
    {
        using var broker = Process.GetProcessById(process);
        var links = Directory.GetFiles($"/proc/{process}/fd");
        var sockets = links.Count(link => new FileInfo(link).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{queries,-9} {wrong,-9} {broker.Threads.Count,-8} {links.Length,-8} {sockets,-12} {broker.WorkingSet64 >> 20}"));
    }

    private static async Task<Sources> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
        {
            for (var n = 0; n < Sound + 2; n++) server.Listen(IPAddress.Loopback, 0);
        });
        var application = builder.Build();
        var ports = new List<int>();
        application.Run(async context =>
        {
            var number = ports.IndexOf(context.Connection.LocalPort);
            if (number == Sound) await Task.Delay(Timeout.Infinite, context.RequestAborted);
            var body = number > Sound ? "<html>" : $$"""
                [{"id":"urn:ngsi-ld:Meter:{{number}}","type":"Meter","level":{"type":"Property","value":{{number}} } }]
                """;
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body), context.RequestAborted);
        });
        await application.StartAsync();
        ports.AddRange(application.Urls.Select(url => new Uri(url).Port));
        return new(application, [.. ports.Select(port => $"http://127.0.0.1:{port}")]);
    }

    private sealed record Sources(WebApplication Application, IReadOnlyList<string> Urls) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await Application.StopAsync(soon.Token);
            await Application.DisposeAsync();
        }
    }
}
