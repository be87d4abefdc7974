using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.ContextSourceSubscriptions;

/// <summary>What subscriptions to registrations share with those to Entities, and what only they have (ETSI GS CIM 009 5.11, 5.2.12, 5.12).</summary>
public class SourceSubscriptionDetailTests : SourceSubscriptionTest
{
    private const string Nowhere = "http://localhost:9";

    [BrokerTheory, Clause("5.11.2"), Clause("5.12"), Clause("5.2.13")]
    // Where a registration says that it is, whether it matches a near query around the origin.
    [InlineData("""{"location":{"type":"Point","coordinates":[0,0.001]}}""", true)]
    [InlineData("""{"location":{"type":"Polygon","coordinates":[[[-1,-1],[1,-1],[1,1],[-1,1],[-1,-1]]]}}""", true)]
    [InlineData("""{"location":{"type":"Point","coordinates":[10,10]}}""", false)]
    public async Task A_place_is_matched(string members, bool isTold)
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, """{"geoQ":{"georel":"near;maxDistance==1000","geometry":"Point","coordinates":[0,0]}}""");
        await RegisterAsync(Nowhere, members: members);
        if (isTold) await receiver.NextAsync();
        else await receiver.NothingAsync();
    }

    [BrokerTheory, Clause("5.11.2"), Clause("5.2.21")]
    [InlineData("", "{}", true)]
    [InlineData("", """{"observationInterval":{"startAt":"2020-01-01T00:00:00Z"}}""", false)]
    [InlineData("", """{"managementInterval":{"startAt":"2020-01-01T00:00:00Z"}}""", false)]
    [InlineData("observedAt", """{"observationInterval":{"startAt":"2020-01-01T00:00:00Z"}}""", true)]
    [InlineData("observedAt", """{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}}""", false)]
    [InlineData("observedAt", """{"managementInterval":{"startAt":"2020-01-01T00:00:00Z"}}""", false)]
    [InlineData("modifiedAt", """{"managementInterval":{"startAt":"2020-01-01T00:00:00Z"}}""", true)]
    [InlineData("observedAt", "{}", false)]
    public async Task Time_decides_which_sources_are_meant(string property, string members, bool isTold)
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, property.Length == 0 ? "{}" : $$"""
            {"temporalQ":{"timerel":"between","timeAt":"2025-01-01T00:00:00Z","endTimeAt":"2025-02-01T00:00:00Z","timeproperty":"{{property}}"} }
            """);
        await RegisterAsync(Nowhere, members: members);
        if (isTold) await receiver.NextAsync();
        else await receiver.NothingAsync();
    }

    [BrokerTheory, Clause("5.11.2"), Clause("5.12")]
    // watchedAttributes, notification.attributes, registered, whether it matches: without either, all do.
    [InlineData("a", "b", "a", true)]
    [InlineData("a", "b", "b", true)]
    [InlineData("a", "b", "c", false)]
    [InlineData("a", null, "c", true)]
    [InlineData(null, "a", "c", true)]
    [InlineData("a", "b", null, true)]
    public async Task Attributes_that_are_watched_and_shown_are_matched(string? watched, string? shown, string? registered, bool isTold)
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(
            receiver.Url, watched is null ? "{}" : $$"""{"watchedAttributes":["{{watched}}"]}""",
            shown is null ? "{}" : $$"""{"attributes":["{{shown}}"]}""");
        await RegisterAsync(Nowhere, attributes: registered);
        if (isTold) await receiver.NextAsync();
        else await receiver.NothingAsync();
    }

    [BrokerFact, Clause("5.11.7"), Clause("5.2.14")]
    public async Task What_could_not_be_told_is_counted()
    {
        await using var receiver = new Receiver { Status = HttpStatusCode.InternalServerError };
        await RegisterAsync(Nowhere);
        var location = await SubscribeAsync(receiver.Url);
        await receiver.NextAsync();
        var notification = await StateAsync(location, state => state["timesFailed"] is not null);
        Assert.Equal((1, 1, "failed"), ((int)notification["timesSent"]!, (int)notification["timesFailed"]!, (string)notification["status"]!));
        Assert.NotNull(notification["lastFailure"]);
        Assert.NotNull(notification["lastNotification"]);
        Assert.Null(notification["lastSuccess"]);
        receiver.Status = HttpStatusCode.OK;
        await RegisterAsync(Nowhere);
        await receiver.NextAsync();
        notification = await StateAsync(location, state => state["lastSuccess"] is not null);
        Assert.Equal((2, 1, "ok"), ((int)notification["timesSent"]!, (int)notification["timesFailed"]!, (string)notification["status"]!));
    }

    [BrokerFact, Clause("5.11.3"), Clause("5.5.8"), Clause("6.13")]
    public async Task A_fragment_replaces_adds_and_removes_members()
    {
        await using var receiver = new Receiver();
        var location = await SubscribeAsync(receiver.Url, """{"description":"d","csf":"owner==\"city\"","throttling":5,"expiresAt":"2099-01-01T00:00:00Z"}""");
        (await PatchAsync(location, """{"description":null,"csf":null,"throttling":null,"subscriptionName":"n","expiresAt":"2098-01-01T00:00:00Z"}"""))
            .Expect(HttpStatusCode.NoContent);
        var read = (await GetAsync(location)).Expect(HttpStatusCode.OK).Json;
        Assert.All((string[])["description", "csf", "throttling"], name => Assert.Null(read[name]));
        Assert.Equal("n", (string?)read["subscriptionName"]);
        Assert.StartsWith("2098", (string?)read["expiresAt"], StringComparison.Ordinal);
        // It holds from now on.
        await RegisterAsync(Nowhere);
        await receiver.NextAsync();
        foreach (var bad in (string[])["""{"expiresAt":"2001-01-01T00:00:00Z"}""", """{"entities":[]}""", """{"notification":null}""", """{"type":"T"}"""])
        {
            (await PatchAsync(location, bad)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        }

        Assert.Equal("n", (string?)(await GetAsync(location)).Json["subscriptionName"]);
    }

    [BrokerFact, Clause("5.11.2"), Clause("5.8.1"), Clause("5.11.7")]
    public async Task One_that_has_ended_tells_nothing_until_it_has_another_end()
    {
        await using var receiver = new Receiver();
        var location = await SubscribeAsync(receiver.Url, $$"""{"expiresAt":"{{In()}}"}""");
        await EventuallyAsync("it has not ended", async () => (string?)(await GetAsync(location)).Json["status"] == "expired");
        await RegisterAsync(Nowhere);
        await receiver.NothingAsync();
        (await PatchAsync(location, """{"expiresAt":"2099-01-01T00:00:00Z"}""")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("newlyMatching", (string?)(await receiver.NextAsync()).Json["triggerReason"]);
    }

    [BrokerFact, Clause("5.5.10"), Clause("4.14"), Clause("6.3.14")]
    public async Task Tenants_do_not_hear_of_each_other()
    {
        await using var receiver = new Receiver();
        var tenant = $"t{Guid.NewGuid():N}";
        var body = Subscription(receiver.Url);
        var location = (await PostAsync("csourceSubscriptions", body, "application/json", TenantHeader(tenant))).Expect(HttpStatusCode.Created).Location!;
        await RegisterAsync(Nowhere);
        await receiver.NothingAsync();
        (await GetAsync(location)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        await RegisterAsync(Nowhere, tenant: tenant);
        Assert.Equal(tenant, (await receiver.NextAsync()).Header("NGSILD-Tenant"));
        Assert.Single((await GetAsync("csourceSubscriptions", TenantHeader(tenant))).Expect(HttpStatusCode.OK).Json.AsArray());
        (await GetAsync("csourceSubscriptions", TenantHeader(tenant + "x"))).ExpectError(HttpStatusCode.NotFound, "NonexistentTenant");
    }

    [BrokerFact, Clause("6.3.11"), Clause("6.13"), Clause("5.11.5"), Clause("5.5.9")]
    public async Task System_times_and_pages_are_there_on_demand()
    {
        var location = await SubscribeAsync(Nowhere);
        Assert.NotNull((await GetAsync(location + "?options=sysAttrs")).Expect(HttpStatusCode.OK).Json["createdAt"]);
        Assert.Null((await GetAsync(location)).Json["createdAt"]);
        (await GetAsync("csourceSubscriptions?limit=-1")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        Assert.Empty((await GetAsync("csourceSubscriptions?limit=0&count=true")).Expect(HttpStatusCode.OK).Json.AsArray());
        (await GetAsync("csourceSubscriptions?limit=0")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [MosquittoTheory, Clause("7.2"), Clause("5.11.7")]
    [InlineData("mqtt3.1.1")]
    [InlineData("mqtt5.0")]
    public async Task It_is_told_by_MQTT(string version)
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        var message = await mosquitto.ListenAsync("sources/#", "mqttv5");
        await SubscribeAsync(
            $"mqtt://{Target.ReceiverHost}:{mosquitto.Port}/sources/new",
            more: $$"""{"notifierInfo":[{"key":"MQTT-Version","value":"{{version}}"},{"key":"MQTT-QoS","value":"1"}]}""");
        var registration = await RegisterAsync(Nowhere);
        var json = JsonNode.Parse((string)(await message)["payload"]!)!;
        Assert.Equal(("ContextSourceNotification", "newlyMatching"), ((string?)json["body"]!["type"], (string?)json["body"]!["triggerReason"]));
        Assert.EndsWith((string)json["body"]!["data"]![0]!["id"]!, registration, StringComparison.Ordinal);
    }

    private async Task<JsonNode> StateAsync(string location, Func<JsonNode, bool> isReached)
    {
        for (var attempt = 0; ; attempt++)
        {
            var state = (await GetAsync(location)).Json["notification"]!;
            if (isReached(state) || attempt == 300) return state;
            await Task.Delay(100);
        }
    }
}
