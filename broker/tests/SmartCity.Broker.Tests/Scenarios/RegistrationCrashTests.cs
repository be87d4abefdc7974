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
/// The broker is killed at random moments while registrations change: whoever subscribes to them is told of every change that was acknowledged
/// (ETSI GS CIM 009 5.11.7). Rounds: SMARTCITY_CRASH_ROUNDS (default 3 here).
/// </summary>
public sealed class RegistrationCrashTests(ITestOutputHelper output)
{
    private const string Collection = "/ngsi-ld/v1/csourceRegistrations";

    // Reason, registration and description; of what is gone the description does not matter.
    private readonly ConcurrentDictionary<(string Reason, string Id, string Description), bool> _owed = new();
    private readonly ConcurrentDictionary<(string Reason, string Id, string Description), int> _told = new();
    private readonly ConcurrentDictionary<string, bool> _greeted = new();
    private int _registrations;

    [Fact]
    public async Task What_has_happened_to_registrations_survives_kill_9_and_reaches_the_subscriber()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable("SMARTCITY_CRASH_ROUNDS") ?? "3", CultureInfo.InvariantCulture);
        var data = Directory.CreateTempSubdirectory("smartcity-registrations-").FullName;
        var random = new Random(20261121);
        var subscribed = new List<string>();
        await using var receiver = await NotificationReceiver.StartAsync(Receive);
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                await using var broker = await BrokerProcess.StartAsync(data);
                if (round == 0) await SubscribeAsync(broker.Client, receiver.Address, "all", subscribed);
                using var stop = new CancellationTokenSource();
                var before = _owed.Count;
                var writers = Enumerable.Range(0, 4).Select(_ => ChangeAsync(broker.Client, stop.Token)).ToArray();
                while (_owed.Count == before && !writers.All(writer => writer.IsCompleted)) await Task.Delay(5);
                await Task.Delay(random.Next(400));
                // The last thing before the end: what matches at first is owed as well.
                await SubscribeAsync(broker.Client, receiver.Address, $"late-{round}", subscribed);
                await broker.KillAsync();
                await stop.CancelAsync();
                await Task.WhenAll(writers);
                // Some expire while nobody is there.
                await Task.Delay(300);
            }

            await using var last = await BrokerProcess.StartAsync(data);
            var (missing, notGreeted) = await WaitUntilToldAsync(subscribed, TimeSpan.FromSeconds(60));
            output.WriteLine($"[measured] crash: {rounds} rounds of kill -9, {_owed.Count} changes of registrations acknowledged; "
                + $"{_told.Count} told, {_told.Values.Count(times => times > 1)} of them more than once, {missing.Length} missing");
            Assert.Empty(missing.Take(10));
            Assert.Empty(notGreeted);
            Assert.NotEmpty(_owed);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task What_throttling_holds_back_and_what_expires_meanwhile_is_told_after_a_crash()
    {
        var data = Directory.CreateTempSubdirectory("smartcity-throttled-").FullName;
        await using var receiver = await NotificationReceiver.StartAsync(Receive);
        var expiry = DateTime.MinValue;
        try
        {
            await using (var broker = await BrokerProcess.StartAsync(data))
            {
                // On a slow machine, too, it is killed before any of this time is over.
                await SubscribeAsync(broker.Client, receiver.Address, "all", [], "\"throttling\":15,");
                expiry = DateTime.UtcNow.AddSeconds(15);
                foreach (var (number, end) in new[] { (1, ""), (2, $"\"expiresAt\":\"{expiry:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\",") })
                {
                    using var created = await broker.Client.PostAsync(Collection, Body($$"""
                        {"id":"urn:ngsi-ld:ContextSourceRegistration:{{number}}","type":"ContextSourceRegistration","description":"0",{{end}}
                         "endpoint":"http://127.0.0.1:9","information":[{"entities":[{"type":"Crash"}]}]}
                        """));
                    Assert.Equal(HttpStatusCode.Created, created.StatusCode);
                }

                Owe("newlyMatching", "urn:ngsi-ld:ContextSourceRegistration:1", "0");
                Assert.Empty((await WaitUntilToldAsync([], TimeSpan.FromSeconds(30))).Missing);
                // Long enough for what was told to be recorded.
                await Task.Delay(500);
                using var updated = await broker.Client.PatchAsync($"{Collection}/urn:ngsi-ld:ContextSourceRegistration:1", Body("""{"description":"1"}"""));
                Assert.Equal(HttpStatusCode.NoContent, updated.StatusCode);
                await Task.Delay(500);
                await broker.KillAsync();
            }

            Assert.DoesNotContain(_told.Keys, told => told.Reason == "updated");
            Owe("updated", "urn:ngsi-ld:ContextSourceRegistration:1", "1");
            Owe("noLongerMatching", "urn:ngsi-ld:ContextSourceRegistration:2", "");
            while (DateTime.UtcNow < expiry) await Task.Delay(100);
            await using var last = await BrokerProcess.StartAsync(data);
            Assert.Empty((await WaitUntilToldAsync([], TimeSpan.FromSeconds(40))).Missing);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task SubscribeAsync(HttpClient client, Uri receiver, string name, List<string> subscribed, string more = "")
    {
        var id = $"urn:ngsi-ld:Subscription:{name}";
        using var answer = await client.PostAsync("/ngsi-ld/v1/csourceSubscriptions", Body($$"""
            {"id":"{{id}}","type":"Subscription",{{more}}"entities":[{"type":"Crash"}],"notification":{"endpoint":{"uri":"{{receiver}}"} } }
            """));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        if (name != "all") subscribed.Add(id);
    }

    /// <summary>Creates registrations, changes them twice, and deletes two of four; one expires.</summary>
    private async Task ChangeAsync(HttpClient client, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var number = Interlocked.Increment(ref _registrations);
                var id = $"urn:ngsi-ld:ContextSourceRegistration:{number}";
                var expires = number % 4 == 3
                    ? $"\"expiresAt\":\"{DateTime.UtcNow.AddMilliseconds(600):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\"," : "";
                using var created = await client.PostAsync(Collection, Body($$"""
                    {"id":"{{id}}","type":"ContextSourceRegistration","description":"0",{{expires}}"endpoint":"http://127.0.0.1:9",
                     "information":[{"entities":[{"type":"Crash","id":"urn:ngsi-ld:Crash:{{number}}"}]}]}
                    """), stop);
                // On a machine that has much to do its end may come before it does.
                if (expires.Length > 0 && created.StatusCode == HttpStatusCode.BadRequest) continue;
                Assert.Equal(HttpStatusCode.Created, created.StatusCode);
                Owe("newlyMatching", id, "0");
                if (expires.Length > 0)
                {
                    Owe("noLongerMatching", id, "");
                    continue;
                }

                foreach (var description in (string[])["1", "2"])
                {
                    using var updated = await client.PatchAsync($"{Collection}/{id}", Body($$"""{"description":"{{description}}"}"""), stop);
                    Assert.Equal(HttpStatusCode.NoContent, updated.StatusCode);
                    Owe("updated", id, description);
                }

                if (number % 2 == 0) continue;
                using var deleted = await client.DeleteAsync($"{Collection}/{id}", stop);
                Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
                Owe("noLongerMatching", id, "");
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            // The broker was killed under this request: it may have been made or not, but was not acknowledged.
        }
    }

    private void Owe(string reason, string id, string description) => _owed[(reason, id, description)] = true;

    private void Receive(JsonElement notification)
    {
        Thread.Sleep(5);
        var subscription = notification.GetProperty("subscriptionId").GetString()!;
        var reason = notification.GetProperty("triggerReason").GetString()!;
        if (reason == "newlyMatching") _greeted[subscription] = true;
        if (!subscription.EndsWith(":all", StringComparison.Ordinal)) return;
        foreach (var registration in notification.GetProperty("data").EnumerateArray())
        {
            var description = reason == "noLongerMatching" ? "" : registration.GetProperty("description").GetString()!;
            _told.AddOrUpdate((reason, registration.GetProperty("id").GetString()!, description), 1, static (_, times) => times + 1);
        }
    }

    private async Task<((string, string, string)[] Missing, string[] NotGreeted)> WaitUntilToldAsync(List<string> subscribed, TimeSpan patience)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var missing = _owed.Keys.Where(owed => !_told.ContainsKey(owed)).ToArray();
            var notGreeted = subscribed.Where(id => !_greeted.ContainsKey(id)).ToArray();
            if ((missing.Length == 0 && notGreeted.Length == 0) || waited.Elapsed > patience) return (missing, notGreeted);
            await Task.Delay(100);
        }
    }

    private static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");
}
