using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using SmartCity.Broker.Tests.Federation;
using Xunit;
using Xunit.Abstractions;

namespace SmartCity.Broker.Tests.Scenarios;

/// <summary>
/// The broker is killed at random moments while a Context Source tells it of Entities: what it has taken is passed on.
/// Rounds: SMARTCITY_CRASH_ROUNDS (default 3 here).
/// </summary>
public sealed class ReceivedCrashTests(ITestOutputHelper output)
{
    private const int Tellers = 8;

    private static readonly string[] Subscriptions = ["urn:ngsi-ld:Subscription:quick", "urn:ngsi-ld:Subscription:throttled"];

    private readonly ConcurrentDictionary<string, string> _routes = new();
    private readonly ConcurrentDictionary<(string Subscription, string Entity), bool> _taken = new();
    private readonly ConcurrentDictionary<(string Subscription, string Entity), ConcurrentDictionary<string, bool>> _told = new();
    private int _entities;

    [Fact]
    public async Task What_was_taken_from_a_source_survives_kill_9_and_reaches_the_subscriber()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable("SMARTCITY_CRASH_ROUNDS") ?? "3", CultureInfo.InvariantCulture);
        var data = Directory.CreateTempSubdirectory("smartcity-received-").FullName;
        var random = new Random(20261121);
        await using var source = new RawSource(AnswerAsync);
        await using var receiver = await NotificationReceiver.StartAsync(Receive);
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                await using var broker = await BrokerProcess.StartAsync(data);
                if (round == 0) await PrepareAsync(broker.Client, source.Root, receiver.Address);
                using var stop = new CancellationTokenSource();
                var before = _taken.Count;
                var tellers = Enumerable.Range(0, Tellers).Select(teller => TellAsync(broker.Client, Subscriptions[teller % 2], stop.Token)).ToArray();
                while (_taken.Count == before && !tellers.All(teller => teller.IsCompleted)) await Task.Delay(5);
                await Task.Delay(random.Next(400));
                await broker.KillAsync();
                await stop.CancelAsync();
                await Task.WhenAll(tellers);
            }

            await using var last = await BrokerProcess.StartAsync(data);
            var missing = await WaitUntilToldAsync(TimeSpan.FromSeconds(60));
            output.WriteLine($"[measured] crash: {rounds} rounds of kill -9, {_taken.Count} notifications taken from a source; "
                + $"{_told.Count} passed on, {missing.Length} missing");
            Assert.Empty(missing.Take(10));
            Assert.NotEmpty(_taken);
            // What is passed on again is known by its id; throttling puts together what it will.
            Assert.All(_told.Where(told => told.Key.Subscription == Subscriptions[0]), told => Assert.Single(told.Value));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private async Task AnswerAsync(SentRequest request, Stream stream, CancellationToken stop)
    {
        if (request.Line == "POST /ngsi-ld/v1/subscriptions")
        {
            using var copy = JsonDocument.Parse(request.Body);
            var endpoint = copy.RootElement.GetProperty("notification").GetProperty("endpoint").GetProperty("uri").GetString()!;
            var isThrottled = copy.RootElement.TryGetProperty("throttling", out _);
            _routes[Subscriptions[isThrottled ? 1 : 0]] = new Uri(endpoint).AbsolutePath;
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(RawSource.NoBody(201)), stop);
    }

    private async Task PrepareAsync(HttpClient client, string source, Uri receiver)
    {
        using var registered = await client.PostAsync("/ngsi-ld/v1/csourceRegistrations", Body($$"""
            {"type":"ContextSourceRegistration","endpoint":"{{source}}","information":[{"entities":[{"type":"Told"}]}]}
            """));
        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        foreach (var subscription in Subscriptions)
        {
            var throttling = subscription == Subscriptions[1] ? "\"throttling\":0.3," : "";
            using var answer = await client.PostAsync("/ngsi-ld/v1/subscriptions", Body($$"""
                {"id":"{{subscription}}","type":"Subscription","entities":[{"type":"Told"}],"splitEntities":false,{{throttling}}
                 "notification":{"format":"simplified","endpoint":{"uri":"{{receiver}}"} } }
                """));
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }

        for (var waited = 0; _routes.Count < Subscriptions.Length && waited < 1500; waited++) await Task.Delay(20);
        Assert.Equal(Subscriptions.Length, _routes.Count);
    }

    private async Task TellAsync(HttpClient client, string subscription, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var entity = $"urn:ngsi-ld:Told:{Interlocked.Increment(ref _entities)}";
                using var answer = await client.PostAsync(_routes[subscription], Body($$"""
                    {"id":"urn:ngsi-ld:Notification:{{entity}}","type":"Notification","subscriptionId":"urn:x:1","notifiedAt":"2026-01-01T00:00:00Z",
                     "data":[{"id":"{{entity}}","type":"Told","n":{"type":"Property","value":1} }]}
                    """), stop);
                if (answer.StatusCode == HttpStatusCode.OK) _taken[(subscription, entity)] = true;
                else Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            // The broker was killed under this request: it may have been taken or not, but the source was not told so.
        }
    }

    private void Receive(JsonElement notification)
    {
        // Slow enough that some wait.
        Thread.Sleep(5);
        var subscription = notification.GetProperty("subscriptionId").GetString()!;
        foreach (var entity in notification.GetProperty("data").EnumerateArray())
        {
            _told.GetOrAdd((subscription, entity.GetProperty("id").GetString()!), static _ => new())[notification.GetProperty("id").GetString()!] = true;
        }
    }

    private async Task<(string, string)[]> WaitUntilToldAsync(TimeSpan patience)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var missing = _taken.Keys.Where(taken => !_told.ContainsKey(taken)).ToArray();
            if (missing.Length == 0 || waited.Elapsed > patience) return missing;
            await Task.Delay(100);
        }
    }

    private static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");
}
