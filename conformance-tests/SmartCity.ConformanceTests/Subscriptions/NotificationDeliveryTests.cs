using System.Diagnostics;
using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Subscriptions;

/// <summary>When notifications are sent, and what becomes of them (ETSI GS CIM 009 5.8.6, 5.2.14.2, 5.2.15, 6.3.8).</summary>
public class NotificationDeliveryTests : SubscriberTest
{
    private const string One = """{"a":{"type":"Property","value":1}}""";

    [BrokerTheory, Clause("5.8.6"), Clause("5.2.14")]
    [InlineData(HttpStatusCode.OK, "ok")]
    [InlineData(HttpStatusCode.NoContent, "failed")]
    [InlineData(HttpStatusCode.BadRequest, "failed")]
    [InlineData(HttpStatusCode.InternalServerError, "failed")]
    public async Task An_answer_of_200_is_a_success_and_every_other_a_failure(HttpStatusCode status, string outcome)
    {
        await using var receiver = new Receiver { Status = status };
        var location = await SubscribeAsync(receiver.Url);
        Assert.Null((await GetAsync(location)).Json["notification"]!["timesSent"]);
        await CreateAsync(One);
        await receiver.NextAsync();
        var notification = await StandsAsync(location, read => read["status"] is not null);
        Assert.Equal(outcome, (string?)notification["status"]);
        Assert.Equal(1, (int?)notification["timesSent"]);
        Assert.Equal(outcome == "ok" ? null : 1, (int?)notification["timesFailed"]);
        var last = (string?)notification["lastNotification"];
        Assert.EndsWith("Z", last, StringComparison.Ordinal);
        Assert.Equal(outcome == "ok", (string?)notification["lastSuccess"] is not null);
        Assert.Equal(outcome == "failed", (string?)notification["lastFailure"] is not null);
    }

    [BrokerFact, Clause("5.8.6"), Clause("5.2.14")]
    public async Task The_status_is_that_of_the_last_notification()
    {
        await using var receiver = new Receiver { Status = HttpStatusCode.InternalServerError };
        var location = await SubscribeAsync(receiver.Url);
        await CreateAsync(One);
        await receiver.NextAsync();
        await StandsAsync(location, read => (string?)read["status"] == "failed");
        receiver.Status = HttpStatusCode.OK;
        await SetAsync(2);
        await receiver.NextAsync();
        var notification = await StandsAsync(location, read => (string?)read["status"] == "ok");
        Assert.Equal((2, 1), ((int?)notification["timesSent"], (int?)notification["timesFailed"]));
    }

    [BrokerFact, Clause("5.8.6"), Clause("6.3.8")]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = new Receiver();
        await using var receiver = new Receiver { Status = HttpStatusCode.TemporaryRedirect, Redirect = elsewhere.Url };
        var location = await SubscribeAsync(receiver.Url);
        await CreateAsync(One);
        await receiver.NextAsync();
        await StandsAsync(location, read => (string?)read["status"] == "failed");
        await elsewhere.NothingAsync();
    }

    [BrokerFact, Clause("5.2.15")]
    public async Task A_timeout_makes_a_late_answer_a_failure()
    {
        await using var receiver = new Receiver { Delay = TimeSpan.FromSeconds(20) };
        var location = await SubscribeAsync(receiver.Url, "{}", "{}", """{"timeout":300}""");
        await CreateAsync(One);
        var notification = await StandsAsync(location, read => read["status"] is not null);
        Assert.Equal("failed", (string?)notification["status"]);
    }

    [BrokerFact, Clause("5.2.15")]
    public async Task After_a_failure_the_cooldown_leaves_the_endpoint_alone()
    {
        await using var lately = new Receiver { Status = HttpStatusCode.InternalServerError };
        await using var longAgo = new Receiver { Status = HttpStatusCode.InternalServerError };
        string[] locations =
        [
            await SubscribeAsync(lately.Url, "{}", "{}", """{"cooldown":600000}"""),
            await SubscribeAsync(longAgo.Url, "{}", "{}", """{"cooldown":500}"""),
        ];
        await CreateAsync(One);
        await lately.NextAsync();
        await longAgo.NextAsync();
        foreach (var location in locations) await StandsAsync(location, read => (string?)read["status"] == "failed");
        (lately.Status, longAgo.Status) = (HttpStatusCode.OK, HttpStatusCode.OK);
        var value = 2;
        await EventuallyAsync("the cooldown has no end", async () =>
        {
            await SetAsync(value++);
            return await longAgo.ArrivesAsync(0.3);
        });
        await lately.NothingAsync(0.3);
    }

    [BrokerFact, Clause("5.2.12"), Clause("5.8.6")]
    public async Task Throttling_keeps_notifications_apart()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, """{"throttling":1.5}""");
        var since = Stopwatch.StartNew();
        await CreateAsync(One);
        for (var value = 2; value < 22; value++)
        {
            await SetAsync(value);
            await Task.Delay(200);
        }

        // The last value is told whatever is left out, and each notification may be late, but none early.
        for (var (told, last) = (0, 0); last != 21; told++)
        {
            last = (int)(await receiver.NextAsync()).Data[0]!["a"]!["value"]!;
            Assert.True(since.Elapsed.TotalSeconds >= (told * 1.5) - 0.1, $"{told + 1} in {since.Elapsed}");
        }
    }

    [BrokerFact, Clause("5.8.6"), Clause("5.8.1")]
    public async Task An_interval_passes_before_the_first_notification_and_between_all()
    {
        await CreateAsync(One);
        await CreateAsync(NewId(), """{"a":{"type":"Property","value":-1}}""");
        await using var receiver = new Receiver();
        var since = Stopwatch.StartNew();
        await SubscribeAsync(receiver.Url, """{"timeInterval":1.5,"q":"a>0"}""");
        await SetAsync(2);
        var ids = new List<string?>();
        for (var told = 1; told <= 3; told++)
        {
            var notification = await receiver.NextAsync();
            // Each may be late, but none early.
            Assert.True(since.Elapsed.TotalSeconds >= (told * 1.5) - 0.1, $"{told} in {since.Elapsed}");
            Assert.Equal(Id, (string?)Assert.Single(notification.Data)!["id"]);
            ids.Add((string?)notification.Json["id"]);
        }

        Assert.Equal(3, ids.Distinct().Count());
    }

    [BrokerFact, Clause("5.8.6")]
    public async Task An_interval_without_a_match_tells_nothing()
    {
        await CreateAsync(One);
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, """{"timeInterval":0.5,"q":"a>100"}""");
        await receiver.NothingAsync(1.5);
    }

    [BrokerFact, Clause("5.8.1"), Clause("5.8.2"), Clause("5.8.6")]
    public async Task A_subscription_expires_by_itself_and_a_new_end_revives_it()
    {
        await using var receiver = new Receiver();
        var location = await SubscribeAsync(receiver.Url, $$"""{"expiresAt":"{{In()}}"}""");
        await EventuallyAsync("it has not ended", async () => (string?)(await GetAsync(location)).Json["status"] == "expired");
        await CreateAsync(One);
        await receiver.NothingAsync(0.4);
        // Neither true nor false changes what has expired.
        foreach (var active in new[] { "true", "false" })
        {
            (await PatchAsync(location, $$"""{"isActive":{{active}}}""")).Expect(HttpStatusCode.NoContent);
            Assert.Equal("expired", (string?)(await GetAsync(location)).Json["status"]);
        }

        (await PatchAsync(location, $$"""{"expiresAt":"{{In(-10)}}","isActive":true}""")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await PatchAsync(location, $$"""{"expiresAt":"{{In(1000)}}"}""")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("active", (string?)(await GetAsync(location)).Json["status"]);
        await SetAsync(2);
        Assert.Equal(2, (int?)(await receiver.NextAsync()).Data[0]!["a"]!["value"]);
        (await PatchAsync(location, $$"""{"isActive":false}""")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("paused", (string?)(await GetAsync(location)).Json["status"]);
    }

    [BrokerFact, Clause("5.8.1"), Clause("5.8.2"), Clause("5.8.6")]
    public async Task What_changes_during_a_pause_is_not_told_afterwards()
    {
        await using var receiver = new Receiver();
        var location = await SubscribeAsync(receiver.Url, """{"isActive":false}""");
        Assert.Equal("paused", (string?)(await GetAsync(location)).Json["status"]);
        await CreateAsync(One);
        (await PatchAsync(location, """{"isActive":true}""")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("active", (string?)(await GetAsync(location)).Json["status"]);
        await SetAsync(2);
        Assert.Equal(2, (int?)(await receiver.NextAsync()).Data[0]!["a"]!["value"]);
    }

    [BrokerTheory, Clause("6.3.8"), Clause("5.2.22")]
    [InlineData("Content-Length", "1")]
    [InlineData("Host", "elsewhere.example")]
    [InlineData("NGSILD-Tenant", "somebody-else")]
    public async Task ReceiverInfo_never_takes_the_place_of_what_the_broker_says(string key, string value)
    {
        await using var receiver = new Receiver();
        var more = $$"""{"receiverInfo":[{"key":"{{key}}","value":"{{value}}"}]}""";
        var answer = await PostAsync("subscriptions", Subscription(receiver.Url, "{}", "{}", more));
        if (answer.Status == HttpStatusCode.BadRequest) return;
        answer.Expect(HttpStatusCode.Created);
        await CreateAsync(One);
        Assert.NotEqual(value, (await receiver.NextAsync()).Header(key));
    }

    [BrokerFact, Clause("5.8.6"), Clause("6.3.8")]
    public async Task An_endpoint_that_is_not_there_delays_no_other()
    {
        await using var slow = new Receiver { Delay = TimeSpan.FromSeconds(60) };
        await using var receiver = new Receiver();
        await SubscribeAsync("http://localhost:9/");
        await SubscribeAsync(slow.Url);
        await SubscribeAsync(receiver.Url);
        await CreateAsync(One);
        // One after the other they would wait for the slow one each time, seconds or a minute.
        var since = Stopwatch.StartNew();
        for (var value = 1; value < 13; value++)
        {
            Assert.Equal(value, (int?)(await receiver.NextAsync()).Data[0]!["a"]!["value"]);
            await SetAsync(value + 1);
        }

        Assert.InRange(since.Elapsed.TotalSeconds, 0, 45);
    }
}
