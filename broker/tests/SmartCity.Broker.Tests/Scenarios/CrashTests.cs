using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;
using Xunit.Abstractions;

namespace SmartCity.Broker.Tests.Scenarios;

/// <summary>
/// The broker is killed at random moments under concurrent writes: what it acknowledged is there, whole, and was told to whoever
/// subscribed. Rounds: SMARTCITY_CRASH_ROUNDS (default 5).
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Writers = 6;
    private const int EntitiesPerWriter = 5;
    private const string Subscription = "urn:ngsi-ld:Subscription:crash";

    // The newest value that was sent, and the newest that was acknowledged, by entity.
    private readonly ConcurrentDictionary<string, long> _sent = new();
    private readonly ConcurrentDictionary<string, long> _acknowledged = new();
    private readonly ConcurrentDictionary<(string Entity, long Value), bool> _owed = new();
    private readonly ConcurrentDictionary<(string Entity, long Value), int> _told = new();

    [Fact]
    public async Task What_was_acknowledged_survives_kill_9_and_reaches_the_subscriber()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable("SMARTCITY_CRASH_ROUNDS") ?? "5", CultureInfo.InvariantCulture);
        var data = Directory.CreateTempSubdirectory("smartcity-crash-").FullName;
        var random = new Random(20261120);
        await using var receiver = await NotificationReceiver.StartAsync(Receive);
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                await using var broker = await BrokerProcess.StartAsync(data);
                if (round == 0) await SubscribeAsync(broker.Client, receiver.Address);
                else await CheckEntitiesAsync(broker.Client, $"round {round}");

                using var stop = new CancellationTokenSource();
                var before = _owed.Count;
                var writers = Enumerable.Range(0, Writers).Select(w => WriteAsync(broker.Client, w, stop.Token)).ToArray();
                // The moment is random from the first acknowledgement on: how long a cold start takes must not decide what is tested.
                while (_owed.Count == before && !writers.All(w => w.IsCompleted)) await Task.Delay(5);
                await Task.Delay(random.Next(500));
                await broker.KillAsync();
                await stop.CancelAsync();
                await Task.WhenAll(writers);
            }

            await using var last = await BrokerProcess.StartAsync(data);
            await CheckEntitiesAsync(last.Client, "the end");
            var missing = await WaitUntilToldAsync(TimeSpan.FromSeconds(60));
            output.WriteLine($"[measured] crash: {rounds} rounds of kill -9, {_owed.Count} acknowledged changes, all there; "
                + $"{_told.Count} told, {_told.Values.Count(n => n > 1)} of them more than once, {missing.Length} missing");
            Assert.Empty(missing.Take(10));
            Assert.NotEmpty(_owed);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task SubscribeAsync(HttpClient client, Uri receiver)
    {
        using var answer = await client.PostAsync("/ngsi-ld/v1/subscriptions", Body($$"""
            {"id":"{{Subscription}}","type":"Subscription","entities":[{"type":"CrashProbe"}],"watchedAttributes":["n"],
             "notification":{"format":"simplified","endpoint":{"uri":"{{receiver}}"} } }
            """));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private void Receive(JsonElement notification)
    {
        foreach (var entity in notification.GetProperty("data").EnumerateArray())
        {
            var change = (entity.GetProperty("id").GetString()!, entity.GetProperty("n").GetInt64());
            _told.AddOrUpdate(change, 1, (_, times) => times + 1);
        }
    }

    // Every write sets n and its twin to the same value: an entity in which they differ was written by halves.
    private async Task WriteAsync(HttpClient client, int writer, CancellationToken stop)
    {
        try
        {
            for (var turn = 0; !stop.IsCancellationRequested; turn++)
            {
                if (turn % 4 == 3) await UpsertAllAsync(client, writer, stop);
                else await UpsertOneAsync(client, $"urn:ngsi-ld:CrashProbe:{writer}:{turn % EntitiesPerWriter}", stop);
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            // The broker was killed under this request: it may have been made or not, but was not acknowledged.
        }
    }

    private async Task UpsertOneAsync(HttpClient client, string entity, CancellationToken stop)
    {
        var value = _sent.AddOrUpdate(entity, 1, (_, n) => n + 1);
        using var answer = value == 1
            ? await client.PostAsync("/ngsi-ld/v1/entities", Body(Probe(entity, value)), stop)
            : await client.PatchAsync($"/ngsi-ld/v1/entities/{entity}/attrs", Body(Members(value)), stop);
        if (answer.StatusCode is HttpStatusCode.NotFound)
        {
            // The first value was sent but never acknowledged; it is not there, so it is made now.
            using var created = await client.PostAsync("/ngsi-ld/v1/entities", Body(Probe(entity, value)), stop);
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        }
        else
        {
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync(stop)}");
        }

        Acknowledge(entity, value);
    }

    private async Task UpsertAllAsync(HttpClient client, int writer, CancellationToken stop)
    {
        var batch = Enumerable.Range(0, EntitiesPerWriter).Select(i => $"urn:ngsi-ld:CrashProbe:{writer}:batch:{i}")
            .Select(id => (Id: id, Value: _sent.AddOrUpdate(id, 1, (_, n) => n + 1))).ToArray();
        var body = $"[{string.Join(',', batch.Select(item => Probe(item.Id, item.Value)))}]";
        using var answer = await client.PostAsync("/ngsi-ld/v1/entityOperations/upsert", Body(body), stop);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync(stop)}");
        foreach (var (id, value) in batch) Acknowledge(id, value);
    }

    private void Acknowledge(string entity, long value)
    {
        _acknowledged[entity] = value;
        _owed[(entity, value)] = true;
    }

    private async Task CheckEntitiesAsync(HttpClient client, string when)
    {
        var batchValues = new Dictionary<string, HashSet<long>>();
        foreach (var (entity, acknowledged) in _acknowledged)
        {
            using var answer = await client.GetAsync($"/ngsi-ld/v1/entities/{entity}?options=keyValues");
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{when}: {entity} was acknowledged and is {answer.StatusCode}");
            using var found = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            var n = found.RootElement.GetProperty("n").GetInt64();
            var twin = found.RootElement.GetProperty("twin").GetInt64();
            Assert.True(n == twin, $"{when}: {entity} was written by halves: n {n}, twin {twin}");
            Assert.InRange(n, acknowledged, _sent[entity]);
            // A write that was not acknowledged but is there counts from now on: it must be told as well.
            _acknowledged[entity] = n;
            var batch = entity.IndexOf(":batch:", StringComparison.Ordinal);
            if (batch < 0) continue;
            if (!batchValues.TryGetValue(entity[..batch], out var values)) batchValues[entity[..batch]] = values = [];
            values.Add(n);
        }

        Assert.All(batchValues, batch => Assert.True(batch.Value.Count == 1, $"{when}: the batch {batch.Key} was written by halves"));
    }

    private async Task<(string, long)[]> WaitUntilToldAsync(TimeSpan patience)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var missing = _owed.Keys.Where(change => !_told.ContainsKey(change)).ToArray();
            if (missing.Length == 0 || waited.Elapsed > patience) return missing;
            await Task.Delay(100);
        }
    }

    private static string Probe(string id, long value) => $$"""{"id":"{{id}}","type":"CrashProbe",{{Members(value)[1..]}}""";

    private static string Members(long value) =>
        $$"""{"n":{"type":"Property","value":{{value}} },"twin":{"type":"Property","value":{{value}} },"text":{"type":"Property","value":"{{new string('x', 200)}}"} }""";

    private static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");
}
