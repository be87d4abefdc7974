using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;
using Xunit.Abstractions;

namespace SmartCity.Broker.Tests.Scenarios;

/// <summary>
/// Queries over ten Context Sources of which one is dead, one never answers and one answers garbage: each finds what the others
/// have and says what it lacks (ETSI GS CIM 009 6.3.17), and the broker's process holds no more in the end than it did at first. Queries:
/// SMARTCITY_FAULT_QUERIES (default 600).
/// </summary>
public sealed class FaultySourcesTests(ITestOutputHelper output)
{
    private const int Sound = 7;
    private const int Silent = 7;
    private const int Clients = 16;

    // The pool of threads and that of connections find their size while others use the machine.
    private const int Slack = 2 * Clients;

    [Fact]
    public async Task Sources_that_fail_leave_nothing_behind()
    {
        var queries = int.Parse(Environment.GetEnvironmentVariable("SMARTCITY_FAULT_QUERIES") ?? "600", CultureInfo.InvariantCulture);
        var data = Directory.CreateTempSubdirectory("smartcity-faults-").FullName;
        try
        {
            await using var sources = await StartSourcesAsync();
            await using var broker = await BrokerProcess.StartAsync(data);
            List<Uri> endpoints = [.. sources.Urls.Select(url => new Uri(url)), new Uri("http://127.0.0.1:9")];
            for (var number = 0; number < endpoints.Count; number++) await RegisterAsync(broker.Client, number, endpoints[number]);

            var warm = Math.Max(queries / 3, 4 * Clients);
            await QueryAsync(broker.Client, warm);
            var before = broker.Held;
            await QueryAsync(broker.Client, queries);
            var after = broker.Held;
            for (var waited = 0; waited < 100 && !IsLevel(before, after); waited++)
            {
                await Task.Delay(100);
                after = broker.Held;
            }

            output.WriteLine($"[measured] faults: {warm + queries} queries over ten sources with three faults, all right; after {warm} and after all of them "
                + $"threads {before.Threads}, {after.Threads}; handles {before.Handles}, {after.Handles}; sockets {before.Sockets}, {after.Sockets}");
            Assert.True(IsLevel(before, after), $"{before} has become {after}");
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static bool IsLevel(HeldByProcess before, HeldByProcess after) =>
        after.Threads <= before.Threads + Slack && after.Handles <= before.Handles + Slack && after.Sockets <= before.Sockets + Slack;

    private static async Task RegisterAsync(HttpClient client, int number, Uri endpoint)
    {
        // What never answers is waited for shortly.
        using var answer = await client.PostAsync("/ngsi-ld/v1/csourceRegistrations", new StringContent(
            $$"""
            {"id":"urn:ngsi-ld:ContextSourceRegistration:{{number}}","type":"ContextSourceRegistration","endpoint":"{{endpoint.GetLeftPart(UriPartial.Authority)}}",
             "information":[{"entities":[{"type":"Meter"}]}],"management":{"timeout":{{(number == Silent ? 100 : 5000)}} } }
            """,
            Encoding.UTF8, "application/json"));
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
    }

    private static Task QueryAsync(HttpClient client, int queries) =>
        Parallel.ForAsync(0, queries, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (number, cancellation) =>
        {
            using var answer = await client.GetAsync("/ngsi-ld/v1/entities?type=Meter&limit=100", cancellation);
            var body = await answer.Content.ReadAsStringAsync(cancellation);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, body);
            using var entities = JsonDocument.Parse(body);
            Assert.Equal(
                Enumerable.Range(0, Sound).Select(source => $"urn:ngsi-ld:Meter:{source} {source}"),
                entities.RootElement.EnumerateArray()
                    .Select(entity => $"{entity.GetProperty("id").GetString()} {entity.GetProperty("level").GetProperty("value").GetInt32()}").Order());
            Assert.Equal(3, answer.Headers.GetValues("NGSILD-Warning").Count());
        });

    // Seven that are sound, one that never answers and one whose answers are no NGSI-LD.
    private static async Task<WebApplication> StartSourcesAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
        {
            for (var number = 0; number < Sound + 2; number++) server.Listen(IPAddress.Loopback, 0);
        });
        var application = builder.Build();
        List<int> ports = [];
        application.Run(async http =>
        {
            var number = ports.IndexOf(http.Connection.LocalPort);
            if (number == Silent)
            {
                // Until the broker gives up.
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => http.Abort(), TaskScheduler.Default);
                return;
            }

            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(
                number > Silent ? "<html>" : $$"""[{"id":"urn:ngsi-ld:Meter:{{number}}","type":"Meter","level":{"type":"Property","value":{{number}} } }]""",
                http.RequestAborted);
        });
        await application.StartAsync();
        ports.AddRange(application.Urls.Select(url => new Uri(url).Port));
        return application;
    }
}
