using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;
using Xunit.Abstractions;

namespace SmartCity.Broker.Tests.Scenarios;

/// <summary>
/// Small answers of sources are used on the thread that waits for all sockets. Large and slow ones must not be: retrieves of what the broker
/// has itself take no longer beside them than where nothing is used there (<c>Outbound:InlineBytes</c>).
/// </summary>
public sealed class LargeAnswersTests(ITestOutputHelper output)
{
    private const int Retrieves = 200;
    private const string Own = "/ngsi-ld/v1/entities/urn:ngsi-ld:Lamp:1";
    private static readonly byte[] Large = Encoding.UTF8.GetBytes(
        $$"""{"id":"urn:ngsi-ld:Archive:1","type":"Archive",{{string.Join(',', Enumerable.Range(0, 5_000).Select(Attribute))}}}""");

    [Fact]
    public async Task Large_and_slow_answers_of_a_source_delay_nobody()
    {
        await using var source = await StartSourceAsync();
        var through = await MeasureAsync(source.Urls.First(), "1");
        var inline = await MeasureAsync(source.Urls.First(), "16384");

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"[measured] local retrieves beside answers of {Large.Length >> 10} KiB of a source, fast and in pieces: p50 {inline.Middle:F1} ms, p90 {inline.High:F1} ms, "
            + $"p99 {inline.Highest:F1} ms; without use of small answers where they arrive {through.Middle:F1}, {through.High:F1}, {through.Highest:F1} ms"));
        // Understanding such an answer takes longer.
        Assert.InRange(inline.High, 0, (5 * through.High) + 1000);
    }

    private static async Task<(double Middle, double High, double Highest)> MeasureAsync(string source, string inlineBytes)
    {
        var data = Directory.CreateTempSubdirectory("smartcity-large-").FullName;
        try
        {
            await using var broker = await BrokerProcess.StartAsync(
                data, "--Outbound:InlineBytes", inlineBytes, "--Federation:Timeout", "00:00:30", "--Federation:Deadline", "00:01:00");
            await PostAsync(broker.Client, "/ngsi-ld/v1/entities", """{"id":"urn:ngsi-ld:Lamp:1","type":"Lamp"}""");
            await PostAsync(broker.Client, "/ngsi-ld/v1/csourceRegistrations", $$"""
                {"type":"ContextSourceRegistration","mode":"redirect","operations":["redirectionOps"],"endpoint":"{{source}}",
                 "information":[{"entities":[{"type":"Archive"}]}]}
                """);
            using var stop = new CancellationTokenSource();
            var asking = new[] { "fast", "slow" }.Select(manner => AskAsync(broker.Client, manner, stop.Token)).ToArray();
            List<double> times = [];
            // The first answers warm up.
            for (var turn = 0; turn < Retrieves; turn++)
            {
                var start = Stopwatch.GetTimestamp();
                using var answer = await broker.Client.GetAsync(Own + "?local=true");
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                if (turn >= Retrieves / 4) times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                await Task.Delay(5);
            }

            await stop.CancelAsync();
            Assert.All(await Task.WhenAll(asking), answers => Assert.InRange(answers, 1, int.MaxValue));
            times.Sort();
            return (times[times.Count / 2], times[times.Count * 9 / 10], times[times.Count * 99 / 100]);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    // How many there were until the end.
    private static async Task<int> AskAsync(HttpClient client, string manner, CancellationToken stop)
    {
        for (var answers = 0; ; answers++)
        {
            using var answer = await client.GetAsync($"/ngsi-ld/v1/entities/urn:ngsi-ld:Archive:{manner}", CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            if (stop.IsCancellationRequested) return answers + 1;
            await Task.Delay(20, CancellationToken.None);
        }
    }

    private static async Task PostAsync(HttpClient client, string path, string json)
    {
        using var answer = await client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
    }

    private static string Attribute(int number) =>
        $$"""
        "value{{number}}":{"type":"Property","value":"{{new string('x', 150)}}"}
        """;

    private static async Task<WebApplication> StartSourceAsync()
    {
        const int Piece = 64 * 1024;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        application.Run(async http =>
        {
            var isSlow = http.Request.Path.Value!.EndsWith("slow", StringComparison.Ordinal);
            var id = Encoding.UTF8.GetBytes($"{{\"id\":\"urn:ngsi-ld:Archive:{(isSlow ? "slow" : "fast")}\"");
            http.Response.ContentType = "application/json";
            await http.Response.Body.WriteAsync(id, http.RequestAborted);
            var rest = Large.AsMemory(Large.AsSpan().IndexOf((byte)','));
            for (var start = 0; start < rest.Length; start += Piece)
            {
                if (isSlow) await Task.Delay(1, http.RequestAborted);
                await http.Response.Body.WriteAsync(rest[start..Math.Min(start + Piece, rest.Length)], http.RequestAborted);
            }
        });
        await application.StartAsync();
        return application;
    }
}
