using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;
using Xunit.Abstractions;

namespace SmartCity.Broker.Tests.Http.Fuzzing;

/// <summary>Whatever is sent: no 5xx, no crash, no growth, every answer a valid one. SMARTCITY_FUZZ_REQUESTS says how many.</summary>
[Collection(nameof(Alone))]
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Connections = 8;

    // Bare statuses: what the web server itself refuses (GET * with 405, say), and what ETSI GS CIM 009 6.3.4 wants without a body.
    private static readonly int[] MayBeBare = [400, 405, 408, 411, 413, 414, 415, 417, 431, 505];

    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private readonly ConcurrentQueue<string> _wrong = new();
    private int _unanswered;
    private long _slowest;

    [Fact]
    public async Task No_request_breaks_the_broker()
    {
        var total = int.Parse(Environment.GetEnvironmentVariable("SMARTCITY_FUZZ_REQUESTS") ?? "5000", CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("SMARTCITY_FUZZ_SEED") ?? "1", CultureInfo.InvariantCulture);
        await using var contexts = await HostileContexts.StartAsync();
        await using var host = await HttpHost.StartAsync(new()
        {
            Limits = Limits.Default with { ContextBytes = 1024 * 1024, ContextTimeout = TimeSpan.FromSeconds(2) },
        });

        // Caches fill and code is compiled in the first part; growth is what the second adds.
        await RunAsync(host, contexts, total / 2, seed);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await RunAsync(host, contexts, total - (total / 2), seed + 1000);
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;

        var counts = string.Join(", ", _statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}"));
        output.WriteLine($"{total} requests, seed {seed}: {counts}; {_unanswered} unanswered; slowest {_slowest} ms; memory grew by {growth / 1024} KiB");
        Console.WriteLine($"fuzz: {total} requests, seed {seed}: {counts}; {_unanswered} unanswered; slowest {_slowest} ms; memory grew by {growth / 1024} KiB");
        Assert.True(_wrong.IsEmpty, $"{_wrong.Count} wrong answers, among them:\n{string.Join("\n", _wrong.Take(8))}");
        Assert.InRange(growth, long.MinValue, 32 * 1024 * 1024);
        await new Ask("GET /health", 200).CheckAsync(host);
    }

    private Task RunAsync(HttpHost host, HostileContexts contexts, int requests, int seed) => Task.WhenAll(
        Enumerable.Range(0, Connections).Select(connection => Task.Run(async () =>
        {
            var generator = new RequestGenerator(seed + connection, contexts.Address);
            using var client = new RawClient(new IPEndPoint(IPAddress.Loopback, host.Address.Port));
            for (var i = 0; i < requests / Connections; i++)
            {
                var (bytes, whole) = generator.Next();
                var clock = Stopwatch.StartNew();
                var answer = await client.AskAsync(bytes, whole);
                Interlocked.Exchange(ref _slowest, Math.Max(_slowest, clock.ElapsedMilliseconds));
                Check(bytes, whole, answer);
            }
        })));

    private void Check(byte[] request, bool whole, RawAnswer? answer)
    {
        if (answer is null)
        {
            Interlocked.Increment(ref _unanswered);
            if (whole) Report(request, "no answer");
            return;
        }

        _statuses.AddOrUpdate(answer.Status, 1, static (_, count) => count + 1);
        var isHead = request.AsSpan().StartsWith("HEAD "u8);
        if (Wrong(answer, isHead, whole) is { } reason) Report(request, $"{answer.Status} {reason}: {Encoding.UTF8.GetString(answer.Body)}");
    }

    private static string? Wrong(RawAnswer answer, bool isHead, bool whole)
    {
        var status = answer.Status;
        if (status == 204 && answer.Headers["Content-Length"].Any()) return "Content-Length";
        if (isHead || (answer.Body.Length == 0 && (status is 201 or 204 || MayBeBare.Contains(status)))) return null;
        JsonElement body;
        try
        {
            body = JsonDocument.Parse(answer.Body, new() { MaxDepth = 1000 }).RootElement;
        }
        catch (JsonException)
        {
            return "no JSON";
        }

        if (status < 400) return null;
        // Contexts that cannot be had are the one failure that is not the client's.
        if (status >= 500 && !(status == 504 && Text(body, "type").EndsWith("LdContextNotAvailable", StringComparison.Ordinal))) return "is a server error";
        if (answer.Headers["Content-Type"].SingleOrDefault() != "application/json") return "Content-Type";
        return Text(body, "type").Length > 0 && Text(body, "title").Length > 0 && Text(body, "detail").Length > 0 ? null : "is no problem report";
    }

    private static string Text(JsonElement body, string member) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private void Report(byte[] request, string reason) =>
        _wrong.Enqueue($"{reason} <- {Encoding.Latin1.GetString(request.AsSpan(0, Math.Min(request.Length, 600)))}");
}
