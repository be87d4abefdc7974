using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.ContextSourceSubscriptions;

public class SourceSubscriptionTests : SourceSubscriptionTest
{
    private const string Nowhere = "http://localhost:9";

    [BrokerFact, Clause("5.11.2"), Clause("6.12"), Clause("5.11.4"), Clause("6.13")]
    public async Task A_subscription_is_created_and_read_back()
    {
        var location = await SubscribeAsync(Nowhere, """
            {"description":"d","csf":"owner==\"city\"","scopeQ":"/a","temporalQ":{"timerel":"after","timeAt":"2020-01-01T00:00:00Z"},"expiresAt":"2099-01-01T00:00:00Z"}
            """);
        Assert.StartsWith("/ngsi-ld/v1/csourceSubscriptions/", location, StringComparison.Ordinal);
        var read = (await GetAsync(location)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("Subscription", (string?)read["type"]);
        Assert.Equal("active", (string?)read["status"]);
        Assert.Equal("owner==\"city\"", (string?)read["csf"]);
        Assert.Equal("after", (string?)read["temporalQ"]!["timerel"]);
        Assert.Equal(Type, (string?)read["entities"]![0]!["type"]);
        (await GetAsync("subscriptions/" + (string?)read["id"])).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerTheory, Clause("5.11.2"), Clause("5.2.21")]
    [InlineData("""{"type":"Subscription"}""")]
    [InlineData("""{"type":"Subscription","notification":{"endpoint":{"uri":"http://x/"}}}""")]
    [InlineData("""{"type":"Subscription","entities":[{"type":"T"}],"notification":{"endpoint":{"uri":"no URI"}}}""")]
    [InlineData("""{"type":"Subscription","entities":[{"type":"T"}],"csf":"a==","notification":{"endpoint":{"uri":"http://x/"}}}""")]
    [InlineData("""{"type":"Subscription","entities":[{"type":"T"}],"temporalQ":{"timerel":"after"},"notification":{"endpoint":{"uri":"http://x/"}}}""")]
    [InlineData("""{"type":"Subscription","entities":[{"type":"T"}],"expiresAt":"2001-01-01T00:00:00Z","notification":{"endpoint":{"uri":"http://x/"}}}""")]
    [InlineData("""{"type":"Subscription","entities":[{"type":"T"}],"timeInterval":5,"throttling":1,"notification":{"endpoint":{"uri":"http://x/"}}}""")]
    public async Task What_is_not_a_subscription_is_refused(string body) =>
        (await PostAsync("csourceSubscriptions", body)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");

    [BrokerFact, Clause("5.2.12"), Clause("5.8.1")]
    public async Task Only_subscriptions_to_registrations_have_a_temporal_query()
    {
        var body = Subscription(Nowhere, """{"temporalQ":{"timerel":"after","timeAt":"2020-01-01T00:00:00Z"}}""");
        (await PostAsync("subscriptions", body)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.11.2"), Clause("5.11.5"), Clause("6.12")]
    public async Task An_id_is_subscribed_once_and_all_are_listed()
    {
        var body = Subscription(Nowhere);
        (await PostAsync("csourceSubscriptions", body)).Expect(HttpStatusCode.Created);
        (await PostAsync("csourceSubscriptions", body)).ExpectError(HttpStatusCode.Conflict, "AlreadyExists");
        await SubscribeAsync(Nowhere);
        var list = (await GetAsync("csourceSubscriptions?limit=1&count=true")).Expect(HttpStatusCode.OK);
        Assert.Single(list.Json.AsArray());
        Assert.True(int.Parse(list.Header("NGSILD-Results-Count"), System.Globalization.CultureInfo.InvariantCulture) >= 2);
        Assert.Contains("rel=\"next\"", list.Header("Link"), StringComparison.Ordinal);
    }

    [BrokerFact, Clause("5.11.3"), Clause("5.11.4"), Clause("5.11.6"), Clause("6.13")]
    public async Task What_is_deleted_or_never_was_is_not_found()
    {
        var location = await SubscribeAsync(Nowhere);
        (await PatchAsync(location, """{"q":"a=="}""")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await DeleteAsync(location)).Expect(HttpStatusCode.NoContent);
        (await DeleteAsync(location)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync(location)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await PatchAsync(location, "{}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync("csourceSubscriptions/x")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await PatchAsync("csourceSubscriptions/x", "{}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await DeleteAsync("csourceSubscriptions/x")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.11.7"), Clause("5.11.2"), Clause("5.3.2"), Clause("5.3.3")]
    public async Task What_matches_at_first_and_what_changes_is_told_with_its_reason()
    {
        await using var receiver = new Receiver();
        var first = await RegisterAsync(Nowhere);
        var subscription = await SubscribeAsync(receiver.Url);
        await ToldAsync(receiver, "newlyMatching", subscription, first);
        var second = await RegisterAsync(Nowhere);
        await ToldAsync(receiver, "newlyMatching", subscription, second);
        (await PatchAsync(first, """{"description":"changed"}""")).Expect(HttpStatusCode.NoContent);
        await ToldAsync(receiver, "updated", subscription, first);
        (await PatchAsync(first, $$"""{"information":[{"entities":[{"type":"{{Type}}X","id":"{{Id}}"}]}]}""")).Expect(HttpStatusCode.NoContent);
        await ToldAsync(receiver, "noLongerMatching", subscription, first);
        (await PatchAsync(first, """{"description":"unheard"}""")).Expect(HttpStatusCode.NoContent);
        (await DeleteAsync(second)).Expect(HttpStatusCode.NoContent);
        await ToldAsync(receiver, "noLongerMatching", subscription, second);
        (await DeleteAsync(first)).Expect(HttpStatusCode.NoContent);
        await receiver.NothingAsync();
        JsonNode? state = null;
        await EventuallyAsync(
            "five are not counted", async () => (int?)(state = (await GetAsync(subscription)).Json["notification"])?["timesSent"] == 5);
        Assert.Equal("ok", (string?)state!["status"]);
    }

    [BrokerTheory, Clause("6.3.9"), Clause("5.11.7")]
    [InlineData("application/json")]
    [InlineData("application/ld+json")]
    public async Task It_is_told_by_a_request_that_has_the_context_and_the_headers_asked_for(string accept)
    {
        await using var receiver = new Receiver();
        await RegisterAsync(Nowhere);
        await SubscribeAsync(receiver.Url, more: $$"""{"accept":"{{accept}}","receiverInfo":[{"key":"X-Token","value":"t1"}]}""");
        var told = await receiver.NextAsync();
        Assert.StartsWith(accept, told.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Equal("t1", told.Header("X-Token"));
        Assert.Equal(accept == "application/json", told.Header("Link").Contains("json-ld#context", StringComparison.Ordinal));
        Assert.Equal(accept != "application/json", told.Json["@context"] is not null);
    }

    [BrokerFact, Clause("5.11.7"), Clause("5.10.2")]
    public async Task Only_what_matches_of_the_information_is_told()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, $$"""{"entities":[{"type":"{{Type}}"}],"watchedAttributes":["p"]}""", """{"attributes":["p"]}""");
        await RegisterAsync(Nowhere, members: $$"""
            {"information":[{"entities":[{"type":"{{Type}}","id":"{{Id}}"}],"propertyNames":["p"]},{"entities":[{"type":"{{Type}}","id":"{{Id}}"}],"propertyNames":["z"]}]}
            """);
        var told = (await receiver.NextAsync()).Data[0]!;
        Assert.Equal("p", (string?)Assert.Single(told["information"]!.AsArray())!["propertyNames"]![0]);
        await RegisterAsync(Nowhere, entities: One(Id), attributes: "z");
        await receiver.NothingAsync();
    }

    [BrokerFact, Clause("5.11.7"), Clause("5.9.2")]
    public async Task What_has_expired_matches_no_longer()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url);
        await RegisterAsync(Nowhere, members: $$"""{"expiresAt":"{{In()}}"}""");
        Assert.Equal("newlyMatching", (string?)(await receiver.NextAsync()).Json["triggerReason"]);
        Assert.Equal("noLongerMatching", (string?)(await receiver.NextAsync()).Json["triggerReason"]);
    }

    [BrokerFact, Clause("5.11.3"), Clause("5.11.7")]
    public async Task An_update_tells_all_that_matches_and_a_pause_nothing()
    {
        await using var receiver = new Receiver();
        var registration = await RegisterAsync(Nowhere);
        var subscription = await SubscribeAsync(receiver.Url);
        await ToldAsync(receiver, "newlyMatching", subscription, registration);
        (await PatchAsync(subscription, """{"isActive":false}""")).Expect(HttpStatusCode.NoContent);
        (await PatchAsync(registration, """{"description":"unheard"}""")).Expect(HttpStatusCode.NoContent);
        await receiver.NothingAsync();
        (await PatchAsync(subscription, """{"isActive":true}""")).Expect(HttpStatusCode.NoContent);
        await ToldAsync(receiver, "newlyMatching", subscription, registration);
    }

    [BrokerFact, Clause("5.11.7"), Clause("5.11.2")]
    public async Task With_an_interval_all_that_matches_is_told_again_and_again()
    {
        await using var receiver = new Receiver();
        var first = await RegisterAsync(Nowhere);
        await SubscribeAsync(receiver.Url, """{"timeInterval":1}""");
        for (var i = 0; i < 3; i++)
        {
            var told = await receiver.NextAsync();
            Assert.Equal(IdOf(first), (string?)Assert.Single(told.Data)!["id"]);
        }
    }

    [BrokerFact, Clause("5.11.7"), Clause("5.8.6")]
    public async Task Throttling_puts_changes_together()
    {
        // Only where all changes are done well before the time is over is it known what is put together: a slow machine gets more time.
        // Not 15 s: that is when a receiver's HttpListener closes a connection that nothing comes over, and what comes just then is sent twice.
        for (var seconds = 5; ; seconds *= 4)
        {
            await using var receiver = new Receiver();
            var first = await RegisterAsync(Nowhere);
            var since = Stopwatch.StartNew();
            var subscription = await SubscribeAsync(receiver.Url, $$"""{"throttling":{{seconds}} }""");
            await receiver.NextAsync();
            await DescribeAsync(first, "1");
            await DescribeAsync(first, "2");
            (await DeleteAsync(await RegisterAsync(Nowhere))).Expect(HttpStatusCode.NoContent);
            if (since.Elapsed.TotalSeconds < seconds / 2.0)
            {
                Assert.Equal("2", await ToldAsync(receiver));
                // What has come and gone meanwhile would be told before what comes now.
                await DescribeAsync(first, "3");
                Assert.Equal("3", await ToldAsync(receiver));
                return;
            }

            Assert.True(seconds < 60, $"four changes take {since.Elapsed}");
            (await DeleteAsync(subscription)).Expect(HttpStatusCode.NoContent);
            (await DeleteAsync(first)).Expect(HttpStatusCode.NoContent);
        }

        async Task DescribeAsync(string registration, string text) =>
            (await PatchAsync(registration, $$"""{"description":"{{text}}"}""")).Expect(HttpStatusCode.NoContent);

        static async Task<string?> ToldAsync(Receiver receiver)
        {
            var told = await receiver.NextAsync(120);
            Assert.Equal("updated", (string?)told.Json["triggerReason"]);
            return (string?)Assert.Single(told.Data)!["description"];
        }
    }

    [BrokerFact, Clause("5.11.2"), Clause("5.12")]
    public async Task Time_scope_and_filter_are_matched()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, """{"csf":"owner==\"city\"","scopeQ":"/a/#","temporalQ":{"timerel":"after","timeAt":"2020-01-01T00:00:00Z"}}""");
        await RegisterAsync(Nowhere, members: """{"owner":{"type":"Property","value":"city"},"scope":"/a/b"}""");
        await RegisterAsync(Nowhere, members: """{"owner":{"type":"Property","value":"town"},"scope":"/a/b","observationInterval":{"startAt":"2010-01-01T00:00:00Z"}}""");
        await RegisterAsync(Nowhere, members: """{"owner":{"type":"Property","value":"city"},"scope":"/b","observationInterval":{"startAt":"2010-01-01T00:00:00Z"}}""");
        await receiver.NothingAsync();
        var matching = await RegisterAsync(Nowhere, members: """{"owner":{"type":"Property","value":"city"},"scope":"/a/b","observationInterval":{"startAt":"2010-01-01T00:00:00Z"}}""");
        Assert.Equal(IdOf(matching), (string?)(await receiver.NextAsync()).Data[0]!["id"]);
    }

    [BrokerFact, Clause("5.11.7"), Clause("6.3.8")]
    public async Task A_notification_may_carry_its_context()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, "{}", more: """{"accept":"application/ld+json","receiverInfo":[{"key":"X-Who","value":"me"}]}""");
        await RegisterAsync(Nowhere);
        var told = await receiver.NextAsync();
        Assert.NotNull(told.Json["@context"]);
        Assert.Equal("me", told.Header("X-Who"));
        Assert.StartsWith(LdJson, told.Header("Content-Type"), StringComparison.Ordinal);
    }

    private static async Task ToldAsync(Receiver receiver, string reason, string subscription, string registration)
    {
        var told = (await receiver.NextAsync()).Json;
        Assert.Equal(reason, (string?)told["triggerReason"]);
        Assert.Equal("ContextSourceNotification", (string?)told["type"]);
        Assert.Equal(IdOf(subscription), (string?)told["subscriptionId"]);
        Assert.NotNull(told["id"]);
        Assert.NotNull(told["notifiedAt"]);
        Assert.Equal(IdOf(registration), (string?)Assert.Single(told["data"]!.AsArray())!["id"]);
    }

    private static string IdOf(string location) => location[(location.LastIndexOf('/') + 1)..];
}
