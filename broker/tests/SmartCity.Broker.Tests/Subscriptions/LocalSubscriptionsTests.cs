using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartCity.Broker.Storage;
using SmartCity.Broker.Tests.Notifications;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Subscriptions;
using Xunit;

namespace SmartCity.Broker.Tests.Subscriptions;

public class LocalSubscriptionsTests
{
    private const string Id = "urn:ngsi-ld:Subscription:1";

    [Theory]
    [InlineData("\"description\":\"x\"", "", "", "one of entities and watchedAttributes is required")]
    [InlineData("\"entities\":[{\"type\":\"*\"}],\"localOnly\":false", "", "", "localOnly cannot be false")]
    [InlineData("\"watchedAttributes\":[\"a\"],\"timeInterval\":5", "", "", "watchedAttributes cannot stand beside timeInterval")]
    [InlineData("\"watchedAttributes\":[\"a\"],\"timeInterval\":5", "", "", "entities is required where timeInterval is present")]
    [InlineData("\"entities\":[{\"type\":\"T\"}],\"timeInterval\":5,\"throttling\":5", "", "", "throttling cannot stand beside timeInterval")]
    [InlineData("\"entities\":[{\"type\":\"T\"}],\"timeInterval\":0", "", "", "timeInterval is not greater than 0")]
    [InlineData("\"entities\":[{\"type\":\"T\"}],\"timeInterval\":1e9", "", "", "timeInterval is greater than")]
    [InlineData("\"watchedAttributes\":[\"a\"],\"throttling\":-1", "", "", "throttling is not greater than 0")]
    [InlineData("\"watchedAttributes\":[\"a\"],\"expiresAt\":\"2001-01-01T00:00:00Z\"", "", "", "expiresAt is in the past")]
    [InlineData("\"watchedAttributes\":[\"a\"]", "\"showChanges\":true,\"format\":\"keyValues\",", "", "notification.showChanges cannot be true")]
    [InlineData("\"watchedAttributes\":[\"a\"]", "\"attributes\":[\"a\"],\"pick\":[\"a\"],", "", "notification.attributes cannot stand beside")]
    [InlineData("\"watchedAttributes\":[\"a\"]", "", "\"timeout\":0,", "notification.endpoint.timeout is not greater than 0")]
    [InlineData("\"watchedAttributes\":[\"a\"]", "", "\"cooldown\":-1,", "notification.endpoint.cooldown is not greater than 0")]
    [InlineData("\"watchedAttributes\":[\"a\"]", "", "\"receiverInfo\":[{\"key\":\"a b\",\"value\":\"c\"}],", "\"a b\" is not a header")]
    [InlineData("\"watchedAttributes\":[\"a\"]", "", "\"receiverInfo\":[{\"key\":\"X\",\"value\":\"a\\r\\nb\"}],", "\"X\" is not a header")]
    [InlineData("\"watchedAttributes\":[\"a\"]", "", "\"receiverInfo\":[{\"key\":\"content-length\",\"value\":\"1\"}],", "\"content-length\" is not a header")]
    [InlineData("\"watchedAttributes\":[\"a\"]", "", "\"receiverInfo\":[{\"key\":\"HOST\",\"value\":\"a.example\"}],", "\"HOST\" is not a header")]
    [InlineData("\"watchedAttributes\":[\"a\"]", "", "\"receiverInfo\":[{\"key\":\"ngsild-tenant\",\"value\":\"t\"}],", "\"ngsild-tenant\" is not a header")]
    [InlineData("\"watchedAttributes\":[\"a\"]", "", "\"receiverInfo\":[{\"key\":\"Content-Type\",\"value\":\"t\"}],", "\"Content-Type\" is not a header")]
    public async Task What_breaks_a_rule_is_refused_with_the_reason(string members, string parameters, string endpoint, string reason)
    {
        await using var hub = await Hub.StartAsync();
        var error = (await CreateAsync(hub, Document(members, parameters, endpoint))).Error!;
        Assert.Equal(NgsiLdErrorKind.BadRequestData, error.Kind);
        Assert.Contains(reason, error.Detail, StringComparison.Ordinal);
        Assert.Empty(hub.Store.Subscriptions);
    }

    [Theory]
    [InlineData("ftp://a.example/x", "cannot notify by ftp")]
    [InlineData("urn:a:b", "names no host")]
    public async Task An_endpoint_that_cannot_be_notified_is_refused(string uri, string reason)
    {
        await using var hub = await Hub.StartAsync();
        var error = (await CreateAsync(hub, Document("\"watchedAttributes\":[\"a\"]", uri: uri))).Error!;
        Assert.Contains(reason, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_is_judged_by_what_it_leads_to()
    {
        await using var hub = await Hub.StartAsync();
        await CreateAsync(hub, Document("\"watchedAttributes\":[\"a\"]"));
        var error = (await UpdateAsync(hub, """{"timeInterval":5}""")).Error!;
        Assert.Contains("watchedAttributes cannot stand beside timeInterval", error.Detail, StringComparison.Ordinal);
        Assert.Null((await UpdateAsync(hub, """{"timeInterval":5,"watchedAttributes":null,"entities":[{"type":"T"}]}""")).Error);
        var updated = (await hub.Subscriptions.RetrieveAsync(Hub.Call, Id, default)).Value.Subscription;
        Assert.Equal(5, updated.TimeInterval);
        Assert.Empty(updated.WatchedAttributes);
    }

    [Fact]
    public async Task Ids_are_given_kept_and_not_given_twice()
    {
        await using var hub = await Hub.StartAsync();
        Assert.StartsWith("urn:ngsi-ld:Subscription:", await hub.SubscribeAsync("http://a.example", "\"isActive\":true"), StringComparison.Ordinal);
        Assert.Equal(Id, (await CreateAsync(hub, Document("\"watchedAttributes\":[\"a\"]"))).Value.Id);
        Assert.Equal(NgsiLdErrorKind.AlreadyExists, (await CreateAsync(hub, Document("\"watchedAttributes\":[\"a\"]"))).Error!.Kind);
        var other = new Call { Context = Context.Core, Tenant = "t" };
        var created = await hub.Subscriptions.CreateAsync(other, Encoding.UTF8.GetBytes(Document("\"watchedAttributes\":[\"a\"]")), default);
        Assert.Null(created.Error);
    }

    [Fact]
    public async Task Nothing_is_found_where_there_is_none()
    {
        await using var hub = await Hub.StartAsync();
        var nobody = new Call { Context = Context.Core, Tenant = "nobody" };
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, (await hub.Subscriptions.RetrieveAsync(Hub.Call, Id, default)).Error!.Kind);
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, (await UpdateAsync(hub, "{}")).Error!.Kind);
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, (await hub.Subscriptions.DeleteAsync(Hub.Call, Id, default)).Error!.Kind);
        Assert.Equal(NgsiLdErrorKind.BadRequestData, (await hub.Subscriptions.RetrieveAsync(Hub.Call, "x", default)).Error!.Kind);
        Assert.Equal(NgsiLdErrorKind.NonexistentTenant, (await hub.Subscriptions.RetrieveAsync(nobody, Id, default)).Error!.Kind);
        Assert.Equal(NgsiLdErrorKind.NonexistentTenant, (await hub.Subscriptions.QueryAsync(nobody, new(0, 1, false), default)).Error!.Kind);
    }

    [Theory]
    [InlineData(0, 2, "12", true)]
    [InlineData(2, 2, "34", true)]
    [InlineData(4, 2, "5", false)]
    [InlineData(3, 2, "45", false)]
    [InlineData(9, 2, "", false)]
    [InlineData(0, 0, "", true)]
    public async Task Pages_come_in_the_order_of_creation(int offset, int limit, string expected, bool hasMore)
    {
        await using var hub = await Hub.StartAsync();
        for (var i = 1; i <= 5; i++)
        {
            await CreateAsync(hub, Document("\"watchedAttributes\":[\"a\"]").Replace(Id, $"urn:x:{i}", StringComparison.Ordinal));
        }

        var page = (await hub.Subscriptions.QueryAsync(Hub.Call, new PageRequest(offset, limit, true), default)).Value;
        Assert.Equal(expected, string.Concat(page.Items.Select(view => view.Subscription.Id[^1])));
        Assert.Equal((hasMore, 5), (page.HasMore, page.Total));
    }

    [Theory]
    [InlineData("\"isActive\":false", "{\"isActive\":true}", SubscriptionStatus.Paused, SubscriptionStatus.Active)]
    [InlineData("\"isActive\":true", "{\"isActive\":false}", SubscriptionStatus.Active, SubscriptionStatus.Paused)]
    [InlineData("\"expiresAt\":\"2026-05-01T00:01:00Z\"", "{\"isActive\":true}", SubscriptionStatus.Expired, SubscriptionStatus.Expired)]
    [InlineData("\"expiresAt\":\"2026-05-01T00:01:00Z\"", "{\"isActive\":false}", SubscriptionStatus.Expired, SubscriptionStatus.Expired)]
    [InlineData("\"expiresAt\":\"2026-05-01T00:01:00Z\"", "{\"expiresAt\":\"2027-01-01T00:00:00Z\"}", SubscriptionStatus.Expired, SubscriptionStatus.Active)]
    [InlineData("\"expiresAt\":\"2026-05-01T00:01:00Z\",\"isActive\":false", "{\"expiresAt\":\"2027-01-01T00:00:00Z\"}", SubscriptionStatus.Expired, SubscriptionStatus.Active)]
    [InlineData("\"expiresAt\":\"2026-05-01T00:01:00Z\",\"isActive\":false", "{\"expiresAt\":\"2027-01-01T00:00:00Z\",\"isActive\":false}", SubscriptionStatus.Expired, SubscriptionStatus.Paused)]
    [InlineData("\"expiresAt\":\"2026-05-01T00:01:00Z\"", "{\"expiresAt\":\"2027-01-01T00:00:00Z\",\"isActive\":true}", SubscriptionStatus.Expired, SubscriptionStatus.Active)]
    [InlineData("\"expiresAt\":\"2026-05-01T00:01:00Z\"", "{\"expiresAt\":null}", SubscriptionStatus.Expired, SubscriptionStatus.Active)]
    [InlineData("\"expiresAt\":\"2026-05-01T01:00:00Z\",\"isActive\":false", "{\"expiresAt\":\"2027-01-01T00:00:00Z\"}", SubscriptionStatus.Paused, SubscriptionStatus.Paused)]
    public async Task The_status_follows_the_clock_and_updates(string members, string fragment, SubscriptionStatus before, SubscriptionStatus after)
    {
        var clock = new ManualClock();
        await using var hub = await Hub.StartAsync(clock: clock);
        await CreateAsync(hub, Document("\"watchedAttributes\":[\"a\"]," + members));
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(before, (await hub.StateAsync(Id)).Status);
        Assert.Null((await UpdateAsync(hub, fragment)).Error);
        Assert.Equal(after, (await hub.StateAsync(Id)).Status);
    }

    [Theory]
    [InlineData("""{"expiresAt":"2026-05-01T00:01:00Z"}""")]
    [InlineData("""{"expiresAt":"2026-05-01T00:01:00Z","isActive":true}""")]
    [InlineData("""{"expiresAt":"2020-01-01T00:00:00Z","isActive":false}""")]
    public async Task An_end_in_the_past_is_refused_even_where_it_is_the_one_that_is_there(string fragment)
    {
        var clock = new ManualClock();
        await using var hub = await Hub.StartAsync(clock: clock);
        await CreateAsync(hub, Document("\"watchedAttributes\":[\"a\"],\"expiresAt\":\"2026-05-01T00:01:00Z\""));
        clock.Advance(TimeSpan.FromMinutes(5));
        var error = (await UpdateAsync(hub, fragment)).Error!;
        Assert.Equal((NgsiLdErrorKind.BadRequestData, "expiresAt is in the past"), (error.Kind, error.Detail));
    }

    [Fact]
    public async Task The_notification_context_is_looked_for_only_where_it_is_named()
    {
        await using var hub = await Hub.StartAsync();
        var there = Document("\"watchedAttributes\":[\"a\"]");
        var missing = there.Replace("\"watchedAttributes\"", "\"jsonldContext\":\"http://a.example/c\",\"watchedAttributes\"", StringComparison.Ordinal);
        Assert.Equal(NgsiLdErrorKind.LdContextNotAvailable, (await CreateAsync(hub, missing)).Error!.Kind);
        Assert.Equal(Context.Core.Uri, (await CreateAsync(hub, there)).Value.JsonldContext);
        Assert.Equal(NgsiLdErrorKind.LdContextNotAvailable, (await UpdateAsync(hub, """{"jsonldContext":"http://a.example/c"}""")).Error!.Kind);
        Assert.Null((await UpdateAsync(hub, """{"isActive":false}""")).Error);
    }

    [Fact]
    public async Task Subscriptions_are_limited_in_number_and_size()
    {
        await using var hub = await Hub.StartAsync(limits: new() { Subscriptions = 2, SubscriptionBytes = 1000 });
        for (var i = 1; i <= 2; i++) await hub.SubscribeAsync("http://a.example", "\"isActive\":true");
        var error = (await CreateAsync(hub, Document("\"watchedAttributes\":[\"a\"]"))).Error!;
        Assert.Equal((NgsiLdErrorKind.OperationNotSupported, "this broker keeps no more than 2 subscriptions"), (error.Kind, error.Detail));
        var first = (await hub.Subscriptions.QueryAsync(Hub.Call, new(0, 1, false), default)).Value.Items.Single().Subscription.Id;
        Assert.Null((await hub.Subscriptions.DeleteAsync(Hub.Call, first, default)).Error);
        error = (await CreateAsync(hub, Document($"\"watchedAttributes\":[\"a\"],\"description\":\"{new string('x', 1000)}\""))).Error!;
        Assert.Equal(NgsiLdErrorKind.BadRequestData, error.Kind);
        Assert.Contains("1000 are allowed", error.Detail, StringComparison.Ordinal);
        Assert.Null((await CreateAsync(hub, Document("\"watchedAttributes\":[\"a\"]"))).Error);
    }

    [Fact]
    public async Task A_context_that_cannot_be_had_at_start_up_is_used_once_it_can()
    {
        var terms = """{"speed":"https://a.example/velocity"}"""u8.ToArray();
        const string Uri = "https://a.example/context";
        var context = ContextDocument.Parse(terms).Then(document => ContextCompiler.Compile(document.Parts, Uri)).Value;
        var known = new System.Collections.Concurrent.ConcurrentDictionary<string, Context> { [Uri] = context };
        var clock = new ManualClock();
        var store = new MemoryStore(clock);
        await using var receiver = await Receiver.StartAsync();
        string id;
        await using (var hub = await Hub.StartAsync(store, clock, contexts: known))
        {
            id = await hub.SubscribeAsync(receiver.Uri, $"\"jsonldContext\":\"{Uri}\"", "\"format\":\"simplified\",");
        }

        known.Clear();
        await using var again = await Hub.StartAsync(store, clock, contexts: known);
        await again.CreateAsync("urn:x:1", ("https://a.example/velocity", "1"));
        Assert.True(await receiver.NextAsync());
        Assert.Equal(1, (int)receiver.All.Last().Data["https://a.example/velocity"]!);
        known[Uri] = context;
        for (var tries = 0; tries < 100; tries++)
        {
            await again.StateAsync(id, state => state.TimesSent == tries + 1);
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(10);
            await again.UpdateAsync("urn:x:1", ("https://a.example/velocity", $"{tries + 2}"));
            Assert.True(await receiver.NextAsync());
            if (receiver.All.Last().Data["speed"] is not null) return;
        }

        Assert.Fail("the context is not looked for");
    }

    [Fact]
    public async Task A_restart_finds_what_was_there_whatever_its_context()
    {
        var store = new MemoryStore(TimeProvider.System);
        var terms = """{"speed":"https://a.example/velocity","Car":"https://a.example/Car","place":"https://a.example/place"}"""u8.ToArray();
        var context = ContextDocument.Parse(terms).Then(document => ContextCompiler.Compile(document.Parts, terms)).Value;
        var json = Document(
            """
            "entities":[{"type":"Car"}],"watchedAttributes":["speed","unknown"],"q":"speed>50;place.speed==3",
            "geoQ":{"georel":"near;maxDistance==5","geometry":"Point","coordinates":[1,2],"geoproperty":"place"},"scopeQ":"/a/#"
            """,
            "\"pick\":[\"id\",\"speed\"],");
        string before;
        await using (var hub = await Hub.StartAsync(store))
        {
            Assert.Null((await hub.Subscriptions.CreateAsync(new() { Context = context }, Encoding.UTF8.GetBytes(json), default)).Error);
            // A second client with another context adds a name that the first one's has no term for.
            Assert.Null((await UpdateAsync(hub, """{"notification":{"omit":["speed"]}}""")).Error);
            before = await WrittenAsync(hub, context);
        }

        await using var again = await Hub.StartAsync(store);
        Assert.Equal(before, await WrittenAsync(again, context));
        Assert.Contains("\"q\":\"speed>50;place.speed==3\"", before, StringComparison.Ordinal);
        Assert.Contains("https://uri.etsi.org/ngsi-ld/default-context/speed", before, StringComparison.Ordinal);
    }

    private static string Document(string members, string parameters = "", string endpoint = "", string uri = "http://a.example/n") => $$"""
        {"id":"{{Id}}","type":"Subscription",{{members}},"notification":{ {{parameters}} "endpoint":{ {{endpoint}} "uri":"{{uri}}" } } }
        """;

    private static ValueTask<Result<Subscription>> CreateAsync(Hub hub, string json) =>
        hub.Subscriptions.CreateAsync(Hub.Call, Encoding.UTF8.GetBytes(json), default);

    private static ValueTask<Result<Subscription>> UpdateAsync(Hub hub, string json) =>
        hub.Subscriptions.UpdateAsync(Hub.Call, Id, Encoding.UTF8.GetBytes(json), default);

    private static async Task<string> WrittenAsync(Hub hub, Context context)
    {
        var view = (await hub.Subscriptions.RetrieveAsync(Hub.Call, Id, default)).Value;
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output)) SubscriptionWriter.Write(json, view.Subscription, view.State, context, true, false);
        return JsonNode.Parse(output.WrittenSpan)!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
