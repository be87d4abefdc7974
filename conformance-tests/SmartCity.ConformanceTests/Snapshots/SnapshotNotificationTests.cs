using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Snapshots;

/// <summary>What is told of Snapshots (ETSI GS CIM 009 5.16.6), and Subscriptions to what they hold (6.3.22).</summary>
public class SnapshotNotificationTests : SnapshotTest
{
    [BrokerFact, Clause("5.16.6"), Clause("5.3.4"), Clause("5.16.1"), Clause("5.16.4"), Clause("5.16.5")]
    public async Task Its_endpoint_is_told_when_it_is_prepared_updated_and_deleted()
    {
        await using var receiver = new Receiver();
        await CreateAsync(One);
        var members = $$""" "endpoint":"{{receiver.Url}}/s","receiverInfo":[{"key":"X-Key","value":"v"}],"snapshotPriority":3 """;
        var status = await FreezeAsync(Document($"{Query()},{Query("\"q\":\"n>5\"")}", members));
        var told = await receiver.NextAsync();
        Assert.Equal("v", told.Header("X-Key"));
        var body = JsonNode.Parse(told.Body)!;
        Assert.Equal(
            ("SnapshotNotification", IdOf(status), "partial", 3, "success empty"),
            ((string?)body["type"], (string?)body["snapshotId"], (string?)body["snapshotStatus"], (int?)body["snapshotPriority"], Results(body)));
        Assert.True(Uri.IsWellFormedUriString((string?)body["id"], UriKind.Absolute));
        Assert.Equal((string?)status["expiresAt"], (string?)body["expiresAt"]);

        var updated = (await PatchAsync(PathOf(status), """{"snapshotLifetime":"PT1H"}""")).Expect(HttpStatusCode.OK).Json;
        body = JsonNode.Parse((await receiver.NextAsync()).Body)!;
        Assert.Equal((string?)updated["expiresAt"], (string?)body["expiresAt"]);

        (await DeleteAsync(PathOf(status))).Expect(HttpStatusCode.NoContent);
        body = JsonNode.Parse((await receiver.NextAsync()).Body)!;
        Assert.True(string.CompareOrdinal((string?)body["expiresAt"], (string?)body["notifiedAt"]) < 0);
        await receiver.NothingAsync();
    }

    [BrokerFact, Clause("5.16.6"), Clause("5.16.2"), Clause("5.5.10")]
    public async Task A_clone_has_an_endpoint_of_its_own()
    {
        await using var receiver = new Receiver();
        await CreateAsync(Id, One, Tenant);
        var status = await FreezeAsync(tenant: Tenant);
        var made = await PostAsync($"{PathOf(status)}/clone", $$"""{"type":"Snapshot","endpoint":"{{receiver.Url}}/s"}""", "application/json", TenantHeader(Tenant));
        var clone = await PreparedAsync(made.Expect(HttpStatusCode.Created).Location!, Tenant);
        var told = await receiver.NextAsync();
        Assert.Equal((IdOf(clone), "success"), ((string?)JsonNode.Parse(told.Body)!["snapshotId"], (string?)JsonNode.Parse(told.Body)!["snapshotStatus"]));
        Assert.Equal(Tenant, told.Header("NGSILD-Tenant"));
    }

    [MosquittoTheory, Clause("5.16.6"), Clause("7.2")]
    [InlineData("city/snapshots")]
    public async Task An_MQTT_endpoint_gets_a_message(string topic)
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        var message = await mosquitto.ListenAsync("city/#", "mqttv5");
        await FreezeAsync(Document(members: $$""" "endpoint":"mqtt://{{Target.ReceiverHost}}:{{mosquitto.Port}}/{{topic}}","receiverInfo":[{"key":"X-Key","value":"v"}] """));
        var json = JsonNode.Parse((string)(await message)["payload"]!)!;
        Assert.Equal(("SnapshotNotification", "v"), ((string?)json["body"]!["type"], (string?)json["metadata"]!["X-Key"]));
    }

    [BrokerFact, Clause("6.3.22"), Clause("5.5.15"), Clause("5.8.6"), Clause("5.8.1")]
    public async Task A_Subscription_to_a_Snapshot_hears_of_that_alone()
    {
        await using var receiver = new Receiver();
        await CreateAsync(One);
        var status = await FreezeAsync();
        var subscription = $$$$"""{"type":"Subscription","entities":[{"type":"{{{{Type}}}}"}],"notification":{"endpoint":{"uri":"{{{{receiver.Url}}}}/n"}}}""";
        var made = (await PostAsync("subscriptions", subscription, "application/json", In(status))).Expect(HttpStatusCode.Created);
        (await GetAsync(made.Location!)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync(made.Location!, In(status))).Expect(HttpStatusCode.OK);
        await SetAsync(2);
        await SetAsync(9, In(status));
        var told = await receiver.NextAsync();
        Assert.Equal(IdOf(status), told.Header("NGSILD-Snapshot"));
        Assert.Equal(9, (int?)JsonNode.Parse(told.Body)!["data"]![0]!["n"]!["value"]);
        await receiver.NothingAsync();
    }

    [BrokerFact, Clause("5.5.15"), Clause("5.16.1"), Clause("5.8.6")]
    public async Task Subscriptions_of_the_tenant_do_not_hear_of_Snapshots()
    {
        await using var receiver = new Receiver();
        await CreateAsync(One);
        var subscription = $$$$"""{"type":"Subscription","entities":[{"type":"{{{{Type}}}}"}],"notificationTrigger":["entityCreated","entityUpdated","entityDeleted"],"notification":{"endpoint":{"uri":"{{{{receiver.Url}}}}/n"}}}""";
        (await PostAsync("subscriptions", subscription)).Expect(HttpStatusCode.Created);
        var status = await FreezeAsync();
        await SetAsync(9, In(status));
        (await DeleteAsync($"entities/{Id}", In(status))).Expect(HttpStatusCode.NoContent);
        (await DeleteAsync(PathOf(status))).Expect(HttpStatusCode.NoContent);
        await receiver.NothingAsync();
        await SetAsync(3);
        Assert.Equal(3, (int?)JsonNode.Parse((await receiver.NextAsync()).Body)!["data"]![0]!["n"]!["value"]);
    }
}
