using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Subscriptions;

public class SubscriptionTests : SubscriberTest
{
    [BrokerFact, Clause("5.8.1"), Clause("6.10"), Clause("5.8.3"), Clause("6.11")]
    public async Task A_subscription_is_created_and_read_back()
    {
        var location = await SubscribeAsync("http://localhost:9/", """
            {"subscriptionName":"n","description":"d","watchedAttributes":["speed"],"q":"speed>50","throttling":5,"expiresAt":"2099-01-01T00:00:00Z",
             "geoQ":{"georel":"near;maxDistance==2000","geometry":"Point","coordinates":[1.5,2.5]}}
            """, """{"attributes":["speed"],"format":"keyValues"}""");
        Assert.StartsWith("/ngsi-ld/v1/subscriptions/", location, StringComparison.Ordinal);
        var read = (await GetAsync(location)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("Subscription", (string?)read["type"]);
        Assert.Equal("active", (string?)read["status"]);
        Assert.Equal("speed>50", (string?)read["q"]);
        Assert.Equal(Type, (string?)read["entities"]![0]!["type"]);
        Assert.Equal("speed", (string?)read["watchedAttributes"]![0]);
        Assert.Equal("2099-01-01T00:00:00Z", (string?)read["expiresAt"]);
        Assert.Equal("http://localhost:9/", (string?)read["notification"]!["endpoint"]!["uri"]);
        Assert.Equal("near;maxDistance==2000", (string?)read["geoQ"]!["georel"]);
    }

    [BrokerTheory, Clause("5.8.1")]
    [InlineData("""{"type":"Subscription","notification":{"endpoint":{"uri":"http://x/"}}}""")]
    [InlineData("""{"type":"Subscription","entities":[{"type":"T"}]}""")]
    [InlineData("""{"type":"Other","entities":[{"type":"T"}],"notification":{"endpoint":{"uri":"http://x/"}}}""")]
    [InlineData("""{"type":"Subscription","entities":[{"type":"T"}],"notification":{"endpoint":{"uri":"no URI"}}}""")]
    [InlineData("""{"type":"Subscription","entities":[{"type":"T"}],"q":"a==","notification":{"endpoint":{"uri":"http://x/"}}}""")]
    [InlineData("""{"type":"Subscription","entities":[{"id":"urn:x:1"}],"notification":{"endpoint":{"uri":"http://x/"}}}""")]
    [InlineData("""{"type":"Subscription","entities":[{"type":"T"}],"expiresAt":"2001-01-01T00:00:00Z","notification":{"endpoint":{"uri":"http://x/"}}}""")]
    [InlineData("""{"type":"Subscription","entities":[{"type":"T"}],"throttling":-1,"notification":{"endpoint":{"uri":"http://x/"}}}""")]
    [InlineData("""{"type":"Subscription","entities":[{"type":"T"}],"timeInterval":5,"throttling":1,"notification":{"endpoint":{"uri":"http://x/"}}}""")]
    public async Task What_is_not_a_subscription_is_refused(string body) =>
        (await PostAsync("subscriptions", body)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");

    [BrokerFact, Clause("5.8.1")]
    public async Task An_id_is_subscribed_once()
    {
        var body = Subscription("http://localhost:9/");
        (await PostAsync("subscriptions", body)).Expect(HttpStatusCode.Created);
        (await PostAsync("subscriptions", body)).ExpectError(HttpStatusCode.Conflict, "AlreadyExists");
    }

    [BrokerFact, Clause("5.8.4"), Clause("6.10"), Clause("6.3.13")]
    public async Task Subscriptions_are_listed_in_pages()
    {
        for (var i = 0; i < 3; i++) await SubscribeAsync("http://localhost:9/");
        var answer = (await GetAsync("subscriptions?limit=2&count=true")).Expect(HttpStatusCode.OK);
        Assert.Equal(2, answer.Json.AsArray().Count);
        Assert.True(int.Parse(answer.Header("NGSILD-Results-Count"), System.Globalization.CultureInfo.InvariantCulture) >= 3);
        Assert.Contains("rel=\"next\"", answer.Header("Link"), StringComparison.Ordinal);
    }

    [BrokerFact, Clause("5.8.2"), Clause("6.11")]
    public async Task A_subscription_is_changed_and_paused()
    {
        await using var receiver = new Receiver();
        var location = await SubscribeAsync(receiver.Url);
        (await PatchAsync(location, """{"isActive":false,"description":"changed"}""")).Expect(HttpStatusCode.NoContent);
        var read = (await GetAsync(location)).Json;
        Assert.Equal("paused", (string?)read["status"]);
        Assert.Equal("changed", (string?)read["description"]);
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        await receiver.NothingAsync();
        (await PatchAsync(location, """{"q":"a=="}""")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await PatchAsync("subscriptions/urn:x:" + Type, """{"isActive":false}""")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("5.8.5")]
    public async Task A_deleted_subscription_is_gone()
    {
        await using var receiver = new Receiver();
        var location = await SubscribeAsync(receiver.Url);
        (await DeleteAsync(location)).Expect(HttpStatusCode.NoContent);
        (await GetAsync(location)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await DeleteAsync(location)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        await receiver.NothingAsync();
    }

    [BrokerFact, Clause("5.8.6"), Clause("5.3.1"), Clause("6.3.8")]
    public async Task A_change_wakes_the_subscriber()
    {
        await using var receiver = new Receiver();
        var location = await SubscribeAsync(receiver.Url + "/notify?x=1");
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");

        var created = await receiver.NextAsync();
        Assert.Equal("Notification", (string?)created.Json["type"]);
        Assert.EndsWith((string)created.Json["subscriptionId"]!, location, StringComparison.Ordinal);
        Assert.NotNull((string?)created.Json["id"]);
        Assert.NotNull((string?)created.Json["notifiedAt"]);
        Assert.StartsWith("application/json", created.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Contains("http://www.w3.org/ns/json-ld#context", created.Header("Link"), StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Entity(Id, """{"a":{"type":"Property","value":1}}""")), Assert.Single(created.Data)));

        (await PatchAsync($"entities/{Id}/attrs/a", """{"value":2}""")).Expect(HttpStatusCode.NoContent);
        Assert.Equal(2, (int?)(await receiver.NextAsync()).Data[0]!["a"]!["value"]);

        // The same value is no change.
        (await PatchAsync($"entities/{Id}/attrs/a", """{"value":2}""")).Expect(HttpStatusCode.NoContent);
        await receiver.NothingAsync();

        var read = await StandsAsync(location, state => (int?)state["timesSent"] == 2);
        Assert.Equal("ok", (string?)read["status"]);
        Assert.NotNull((string?)read["lastNotification"]);
        Assert.NotNull((string?)read["lastSuccess"]);
    }

    [BrokerFact, Clause("5.8.6"), Clause("4.9"), Clause("4.10"), Clause("4.19")]
    public async Task Only_what_matches_is_told()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, """
            {"watchedAttributes":["speed"],"q":"speed>50","scopeQ":"/Madrid/#",
             "geoQ":{"georel":"near;maxDistance==2000","geometry":"Point","coordinates":[10.0,50.0]}}
            """);
        const string Place = """ "location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[10.0,50.0]}},"scope":"/Madrid/A" """;
        await CreateAsync($$$"""{"speed":{"type":"Property","value":10},{{{Place}}}}""");
        (await PatchAsync($"entities/{Id}/attrs", """{"other":{"type":"Property","value":1}}""")).Expect(HttpStatusCode.NoContent);
        await receiver.NothingAsync();
        (await PatchAsync($"entities/{Id}/attrs/speed", """{"value":60}""")).Expect(HttpStatusCode.NoContent);
        Assert.Equal(60, (int?)(await receiver.NextAsync()).Data[0]!["speed"]!["value"]);
        (await PatchAsync($"entities/{Id}/attrs", """{"other":{"type":"Property","value":2}}""")).Expect(HttpStatusCode.NoContent);
        await receiver.NothingAsync();
        (await PatchAsync($"entities/{Id}/attrs", """{"scope":"/Rome","speed":{"type":"Property","value":70}}""")).Expect(HttpStatusCode.NoContent);
        await receiver.NothingAsync();
    }

    [BrokerFact, Clause("5.8.6")]
    public async Task Entities_are_selected_by_id_and_pattern()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, $$"""{"entities":[{"type":"{{Type}}","idPattern":".*:yes$"}]}""");
        await CreateAsync(NewId(":no"), """{"a":{"type":"Property","value":1}}""");
        var yes = NewId(":yes");
        await CreateAsync(yes, """{"a":{"type":"Property","value":1}}""");
        Assert.Equal(yes, (string?)(await receiver.NextAsync()).Data[0]!["id"]);
    }

    [BrokerTheory, Clause("5.8.6"), Clause("6.3.7"), Clause("4.21")]
    [InlineData("""{"format":"keyValues"}""", """{"a":1,"r":"urn:x:1"}""")]
    [InlineData("""{"format":"simplified"}""", """{"a":1,"r":"urn:x:1"}""")]
    [InlineData("""{"format":"concise"}""", """{"a":{"value":1,"unitCode":"CEL"},"r":{"object":"urn:x:1"}}""")]
    [InlineData("""{"format":"normalized","attributes":["r"]}""", """{"r":{"type":"Relationship","object":"urn:x:1"}}""")]
    [InlineData("""{"pick":["id","type","r"]}""", """{"r":{"type":"Relationship","object":"urn:x:1"}}""")]
    [InlineData("""{"omit":["a"]}""", """{"r":{"type":"Relationship","object":"urn:x:1"}}""")]
    public async Task A_notification_has_the_form_that_was_asked_for(string notification, string members)
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, notification: notification);
        await CreateAsync("""{"a":{"type":"Property","value":1,"unitCode":"CEL"},"r":{"type":"Relationship","object":"urn:x:1"}}""");
        var entity = (await receiver.NextAsync()).Data[0]!.AsObject();
        Assert.True(entity.Remove("id") && entity.Remove("type"));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(members), entity), entity.ToJsonString());
    }

    [BrokerFact, Clause("5.8.6"), Clause("6.3.8")]
    public async Task The_receiver_gets_its_headers_and_its_media_type()
    {
        await using var receiver = new Receiver();
        var endpoint = $$"""{"uri":"{{receiver.Url}}","accept":"application/ld+json","receiverInfo":[{"key":"X-Key","value":"secret"}]}""";
        await SubscribeAsync(receiver.Url, notification: $$"""{"endpoint":{{endpoint}}}""");
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        var notification = await receiver.NextAsync();
        Assert.StartsWith(LdJson, notification.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Equal("secret", notification.Header("X-Key"));
        Assert.NotNull(notification.Json["@context"] ?? notification.Data[0]!["@context"]);
    }

    [BrokerFact, Clause("5.8.6")]
    public async Task Deletions_are_told_where_asked()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, """{"notificationTrigger":["entityDeleted","attributeDeleted"]}""");
        await CreateAsync("""{"a":{"type":"Property","value":1},"b":{"type":"Property","value":1}}""");
        await receiver.NothingAsync();
        (await DeleteAsync($"entities/{Id}/attrs/a")).Expect(HttpStatusCode.NoContent);
        var attribute = (await receiver.NextAsync()).Data[0]!;
        Assert.Equal("urn:ngsi-ld:null", (string?)attribute["a"]);
        (await DeleteAsync($"entities/{Id}")).Expect(HttpStatusCode.NoContent);
        var entity = (await receiver.NextAsync()).Data[0]!;
        Assert.Equal(Id, (string?)entity["id"]);
        Assert.NotNull((string?)entity["deletedAt"]);
        Assert.Null(entity["b"]);
    }

    [BrokerFact, Clause("5.8.6")]
    public async Task Previous_values_are_shown_where_asked()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, """{"notificationTrigger":["attributeUpdated"]}""", """{"showChanges":true}""");
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        (await PatchAsync($"entities/{Id}/attrs/a", """{"value":2}""")).Expect(HttpStatusCode.NoContent);
        var changed = (await receiver.NextAsync()).Data[0]!["a"]!;
        Assert.Equal((1, 2), ((int)changed["previousValue"]!, (int)changed["value"]!));
    }

    [BrokerFact, Clause("5.8.6")]
    public async Task Throttling_spaces_notifications_out()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, """{"throttling":30}""");
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        await receiver.NextAsync();
        (await PatchAsync($"entities/{Id}/attrs/a", """{"value":2}""")).Expect(HttpStatusCode.NoContent);
        await receiver.NothingAsync();
    }

    [BrokerFact, Clause("5.8.6"), Clause("5.8.1")]
    public async Task An_interval_tells_whatever_matches_again_and_again()
    {
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, """{"timeInterval":1}""");
        Assert.Equal(Id, (string?)(await receiver.NextAsync()).Data[0]!["id"]);
        Assert.Equal(Id, (string?)(await receiver.NextAsync()).Data[0]!["id"]);
    }

    [BrokerFact, Clause("5.8.6")]
    public async Task A_failing_receiver_is_recorded()
    {
        await using var receiver = new Receiver { Status = HttpStatusCode.InternalServerError };
        var location = await SubscribeAsync(receiver.Url);
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        await receiver.NextAsync();
        var notification = await StandsAsync(location, state => (string?)state["status"] == "failed");
        Assert.NotNull((string?)notification["lastFailure"]);
        Assert.True((int)notification["timesFailed"]! >= 1);
    }

    [BrokerFact, Clause("5.8.6"), Clause("6.3.14"), Clause("4.14")]
    public async Task A_notification_names_its_tenant()
    {
        await using var receiver = new Receiver();
        (await PostAsync("subscriptions", Subscription(receiver.Url), "application/json", TenantHeader(Tenant))).Expect(HttpStatusCode.Created);
        await CreateAsync(NewId(), """{"a":{"type":"Property","value":1}}""");
        await CreateAsync(Id, """{"a":{"type":"Property","value":1}}""", Tenant);
        var notification = await receiver.NextAsync();
        Assert.Equal(Tenant, notification.Header("NGSILD-Tenant"));
        Assert.Equal(Id, (string?)notification.Data[0]!["id"]);
    }
}
