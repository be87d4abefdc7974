using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Subscriptions;

/// <summary>Each member of 5.2.12, 5.2.14 and 5.2.15: what is given is what is read, and what may not be given is refused.</summary>
public class SubscriptionMemberTests : SubscriberTest
{
    private const string Nowhere = "http://localhost:9/";

    [BrokerTheory, Clause("5.2.12"), Clause("5.8.1"), Clause("5.8.3")]
    [InlineData("""{"subscriptionName":"n"}""")]
    [InlineData("""{"description":"d"}""")]
    [InlineData("""{"entities":[{"id":"urn:ngsi-ld:T:1","type":"T"}]}""")]
    [InlineData("""{"entities":[{"idPattern":"^urn:ngsi-ld:T:.*$","type":"T"},{"type":"U"}]}""")]
    [InlineData("""{"entities":[{"id":["urn:ngsi-ld:T:1","urn:ngsi-ld:T:2"],"type":"T"}]}""")]
    [InlineData("""{"entities":[{"type":"(T;U)"}]}""")]
    [InlineData("""{"watchedAttributes":["speed","https://example.org/brand"]}""")]
    [InlineData("""{"notificationTrigger":["entityCreated","entityDeleted","attributeDeleted"]}""")]
    [InlineData("""{"notificationTrigger":["entityUpdated"]}""")]
    [InlineData("""{"q":"speed>50;brand==\"Mercedes\""}""")]
    [InlineData("""{"geoQ":{"georel":"near;maxDistance==2000","geometry":"Point","coordinates":[1.5,2]}}""")]
    [InlineData("""{"geoQ":{"georel":"within","geometry":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[0,0]]],"geoproperty":"place"}}""")]
    [InlineData("""{"scopeQ":"/Madrid/+/Centro"}""")]
    [InlineData("""{"csf":"rank>5"}""")]
    [InlineData("""{"lang":"fr-CH,fr;q=0.9,*;q=0.5"}""")]
    [InlineData("""{"datasetId":["urn:ngsi-ld:Dataset:1","@none"]}""")]
    [InlineData("""{"timeInterval":3600}""")]
    [InlineData("""{"throttling":2.5}""")]
    [InlineData("""{"expiresAt":"2099-01-01T00:00:00Z"}""")]
    [InlineData("""{"isActive":false}""")]
    [InlineData("""{"jsonldContext":"https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"}""")]
    [InlineData("""{"q":"kind==\"Car\"","expandValues":"kind"}""")]
    [InlineData("""{"jsonKeys":"a,b"}""")]
    [InlineData("""{"localOnly":true}""")]
    [InlineData("""{"splitEntities":false}""")]
    [InlineData("""{"splitEntities":true,"localOnly":false}""")]
    public async Task A_member_is_kept(string members)
    {
        // Some are of Entities that are not of this test.
        var answer = await PostAsync("subscriptions", Subscription(Nowhere, members), headers: TenantHeader(Tenant));
        var location = answer.Expect(HttpStatusCode.Created).Location!;
        Keeps(members, (await GetAsync(location, TenantHeader(Tenant))).Expect(HttpStatusCode.OK).Json);
    }

    [BrokerTheory, Clause("5.2.14"), Clause("5.2.15"), Clause("5.2.22"), Clause("5.8.1")]
    [InlineData("""{"attributes":["speed"]}""", "{}")]
    [InlineData("""{"pick":["id","speed"],"omit":["type"]}""", "{}")]
    [InlineData("""{"format":"concise"}""", "{}")]
    [InlineData("""{"format":"simplified"}""", "{}")]
    [InlineData("""{"showChanges":true,"sysAttrs":true}""", "{}")]
    [InlineData("{}", """{"accept":"application/ld+json","timeout":5000,"cooldown":100.5}""")]
    [InlineData("{}", """{"accept":"application/geo+json","receiverInfo":[{"key":"Prefer","value":"body=json"}]}""")]
    [InlineData("{}", """{"receiverInfo":[{"key":"Authorization","value":"Bearer x"}],"notifierInfo":[{"key":"k","value":"v"}]}""")]
    public async Task A_notification_parameter_is_kept(string notification, string endpoint)
    {
        var location = await SubscribeAsync(Nowhere, "{}", notification, endpoint);
        var read = (await GetAsync(location)).Expect(HttpStatusCode.OK).Json["notification"]!;
        Keeps(notification, read);
        Keeps(endpoint, read["endpoint"]!);
    }

    [BrokerTheory, Clause("5.2.12"), Clause("5.2.13"), Clause("5.2.33"), Clause("5.8.1"), Clause("5.8.2")]
    [InlineData("""{"entities":[]}""")]
    [InlineData("""{"entities":[{"id":"urn:ngsi-ld:T:1"}]}""")]
    [InlineData("""{"entities":[{"type":"T","id":"no uri"}]}""")]
    [InlineData("""{"entities":[{"type":"T","idPattern":"("}]}""")]
    [InlineData("""{"entities":[{"type":"(T"}]}""")]
    [InlineData("""{"entities":[{"type":"*"}],"localOnly":false}""")]
    [InlineData("""{"watchedAttributes":[]}""")]
    [InlineData("""{"watchedAttributes":"speed"}""")]
    [InlineData("""{"watchedAttributes":["<speed>"]}""")]
    [InlineData("""{"notificationTrigger":["often"]}""")]
    [InlineData("""{"q":"speed>"}""")]
    [InlineData("""{"q":1}""")]
    [InlineData("""{"geoQ":{"georel":"near","geometry":"Point","coordinates":[1,2]}}""")]
    [InlineData("""{"geoQ":{"georel":"within","geometry":"GeometryCollection","coordinates":[]}}""")]
    [InlineData("""{"geoQ":{"georel":"within","geometry":"Point"}}""")]
    [InlineData("""{"scopeQ":"(("}""")]
    [InlineData("""{"csf":"rank>"}""")]
    [InlineData("""{"lang":"no_tag"}""")]
    [InlineData("""{"datasetId":["no uri"]}""")]
    [InlineData("""{"timeInterval":0}""")]
    [InlineData("""{"timeInterval":10,"throttling":5}""")]
    [InlineData("""{"timeInterval":10,"watchedAttributes":["speed"]}""")]
    [InlineData("""{"throttling":0}""")]
    [InlineData("""{"throttling":"5"}""")]
    [InlineData("""{"expiresAt":"tomorrow"}""")]
    [InlineData("""{"expiresAt":"2001-01-01T00:00:00Z"}""")]
    [InlineData("""{"isActive":"true"}""")]
    [InlineData("""{"jsonldContext":"no uri"}""")]
    [InlineData("""{"expandValues":["a"]}""")]
    [InlineData("""{"jsonKeys":1}""")]
    [InlineData("""{"localOnly":1}""")]
    [InlineData("""{"splitEntities":"yes"}""")]
    [InlineData("""{"subscriptionName":1}""")]
    [InlineData("""{"description":{}}""")]
    public async Task A_wrong_member_is_refused_at_creation_and_in_an_update(string members)
    {
        (await PostAsync("subscriptions", Subscription(Nowhere, members))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        var location = await SubscribeAsync(Nowhere);
        (await PatchAsync(location, members)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerTheory, Clause("5.2.14"), Clause("5.2.15"), Clause("5.2.22"), Clause("5.8.1"), Clause("5.8.2")]
    [InlineData("""{"attributes":[]}""", "{}")]
    [InlineData("""{"pick":[]}""", "{}")]
    [InlineData("""{"omit":["a{"]}""", "{}")]
    [InlineData("""{"format":"xml"}""", "{}")]
    [InlineData("""{"format":"keyValues","showChanges":true}""", "{}")]
    [InlineData("""{"showChanges":"yes"}""", "{}")]
    [InlineData("""{"sysAttrs":1}""", "{}")]
    [InlineData("{}", """{"uri":"no uri"}""")]
    [InlineData("{}", """{"accept":"text/html"}""")]
    [InlineData("{}", """{"timeout":0}""")]
    [InlineData("{}", """{"cooldown":-5}""")]
    [InlineData("{}", """{"receiverInfo":[{"key":"k"}]}""")]
    [InlineData("{}", """{"receiverInfo":[{"key":"k","value":1}]}""")]
    [InlineData("{}", """{"receiverInfo":[{"key":"no header","value":"v"}]}""")]
    [InlineData("{}", """{"receiverInfo":[{"key":"X-Key","value":"a\r\nX-Other: b"}]}""")]
    [InlineData("{}", """{"receiverInfo":{"key":"k","value":"v"}}""")]
    [InlineData("{}", """{"notifierInfo":[1]}""")]
    public async Task A_wrong_notification_parameter_is_refused_at_creation_and_in_an_update(string notification, string endpoint)
    {
        var way = JsonNode.Parse(endpoint)!.AsObject();
        if (!way.ContainsKey("uri")) way.Add("uri", Nowhere);
        var parameters = JsonNode.Parse(notification)!.AsObject();
        parameters.Add("endpoint", way);
        (await PostAsync("subscriptions", Subscription(Nowhere, "{}", parameters.ToJsonString())))
            .ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        var location = await SubscribeAsync(Nowhere);
        (await PatchAsync(location, $$"""{"notification":{{parameters.ToJsonString()}}}""")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.2.13"), Clause("4.7.1")]
    public async Task Coordinates_may_come_as_a_string_that_holds_their_JSON()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, """{"geoQ":{"georel":"near;maxDistance==1000","geometry":"Point","coordinates":"[10,50]"}}""");
        await CreateAsync(NewId(), """{"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[0,0]}}}""");
        await CreateAsync("""{"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[10,50]}}}""");
        Assert.Equal(Id, (string?)(await receiver.NextAsync()).Data[0]!["id"]);
    }

    [BrokerFact, Clause("5.2.12"), Clause("5.5.13")]
    public async Task Entities_and_watched_Attributes_may_both_be_missing_where_the_scope_is_local()
    {
        var body = JsonNode.Parse(Subscription(Nowhere, """{"scopeQ":"/nowhere/at/all"}"""))!.AsObject();
        body.Remove("entities");
        (await PostAsync("subscriptions", body.ToJsonString())).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        body.Add("localOnly", true);
        (await PostAsync("subscriptions", body.ToJsonString(), headers: TenantHeader(Tenant))).Expect(HttpStatusCode.Created);
    }

    [BrokerFact, Clause("5.2.12"), Clause("5.2.14"), Clause("5.8.1"), Clause("5.8.2")]
    public async Task What_only_the_broker_writes_is_ignored()
    {
        var location = await SubscribeAsync(Nowhere, """{"status":"expired"}""", """{"status":"failed","timesSent":7,"lastFailure":"2020-01-01T00:00:00Z"}""");
        (await PatchAsync(location, """{"status":"paused","notification":{"timesFailed":3}}""")).Expect(HttpStatusCode.NoContent);
        var read = (await GetAsync(location)).Json;
        Assert.Equal("active", (string?)read["status"]);
        foreach (var member in new[] { "status", "timesSent", "timesFailed", "lastFailure" }) Assert.Null(read["notification"]![member]);
    }

    [BrokerTheory, Clause("5.8.1"), Clause("5.8.2")]
    [InlineData("no JSON")]
    [InlineData("""{"type":"Subscription",""")]
    public async Task What_is_no_JSON_is_an_invalid_request(string body)
    {
        (await PostAsync("subscriptions", body)).ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
        var location = await SubscribeAsync(Nowhere);
        (await PatchAsync(location, body)).ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
    }

    [BrokerFact, Clause("5.8.1"), Clause("5.8.2"), Clause("5.2.12")]
    public async Task A_context_for_notifications_has_to_be_there_and_valid()
    {
        await using var server = new Receiver();
        var broken = server.Serve("/broken.jsonld", """{"@context":{"a":5}}""");
        var good = server.Serve("/good.jsonld", """{"@context":{"a":"https://example.org/a"}}""");
        var location = await SubscribeAsync(Nowhere);
        foreach (var (uri, status, error) in new[]
        {
            ("http://localhost:9/none.jsonld", HttpStatusCode.GatewayTimeout, "LdContextNotAvailable"),
            (broken, HttpStatusCode.BadRequest, "BadRequestData"),
        })
        {
            var member = $$"""{"jsonldContext":"{{uri}}"}""";
            (await PostAsync("subscriptions", Subscription(Nowhere, member))).ExpectError(status, error);
            (await PatchAsync(location, member)).ExpectError(status, error);
        }

        (await PatchAsync(location, $$"""{"jsonldContext":"{{good}}"}""")).Expect(HttpStatusCode.NoContent);
        Assert.Equal(good, (string?)(await GetAsync(location)).Json["jsonldContext"]);
    }

    [BrokerTheory, Clause("5.8.2"), Clause("5.5.8"), Clause("6.11")]
    [InlineData("""{"description":"new"}""", """{"description":"new"}""")]
    [InlineData("""{"description":"urn:ngsi-ld:null"}""", """{"description":null}""")]
    [InlineData("""{"q":"a>1"}""", """{"q":"a>1"}""")]
    [InlineData("""{"watchedAttributes":["b"]}""", """{"watchedAttributes":["b"]}""")]
    [InlineData("""{"throttling":"urn:ngsi-ld:null"}""", """{"throttling":null}""")]
    [InlineData("""{"entities":[{"type":"Other"}]}""", """{"entities":[{"type":"Other"}]}""")]
    [InlineData("""{"type":"Subscription","subscriptionName":"n"}""", """{"subscriptionName":"n"}""")]
    public async Task A_fragment_replaces_and_removes_members(string fragment, string expected)
    {
        var location = await SubscribeAsync(Nowhere, """{"description":"old","watchedAttributes":["a"],"throttling":5}""");
        (await PatchAsync(location, fragment)).Expect(HttpStatusCode.NoContent);
        Keeps(expected, (await GetAsync(location)).Json);
    }

    [BrokerTheory, Clause("5.8.2"), Clause("5.8.3"), Clause("5.8.5"), Clause("6.11")]
    [InlineData("subscriptions/no-uri", HttpStatusCode.BadRequest, "BadRequestData")]
    [InlineData("subscriptions/urn:ngsi-ld:Subscription:nobody-has-this-id", HttpStatusCode.NotFound, "ResourceNotFound")]
    public async Task An_unknown_id_is_told(string path, HttpStatusCode status, string error)
    {
        (await GetAsync(path)).ExpectError(status, error);
        (await PatchAsync(path, """{"description":"x"}""")).ExpectError(status, error);
        (await DeleteAsync(path)).ExpectError(status, error);
    }

    [BrokerFact, Clause("5.8.1"), Clause("6.10")]
    public async Task An_id_is_given_where_there_is_none()
    {
        var body = JsonNode.Parse(Subscription(Nowhere))!.AsObject();
        body.Remove("id");
        var location = (await PostAsync("subscriptions", body.ToJsonString())).Expect(HttpStatusCode.Created).Location!;
        Assert.EndsWith((string)(await GetAsync(location)).Expect(HttpStatusCode.OK).Json["id"]!, location, StringComparison.Ordinal);
    }

    [BrokerFact, Clause("6.3.11"), Clause("5.8.3"), Clause("5.8.4")]
    public async Task System_times_are_shown_where_asked_for()
    {
        var location = await SubscribeAsync(Nowhere);
        Assert.Null((await GetAsync(location)).Json["createdAt"]);
        var read = (await GetAsync(location + "?options=sysAttrs")).Json;
        Assert.NotNull((string?)read["createdAt"]);
        Assert.NotNull((string?)read["modifiedAt"]);
    }

    /// <summary>Asserts that what is read has each of these members, or none where it is null.</summary>
    private static void Keeps(string members, JsonNode read)
    {
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
        {
            Assert.True(JsonNode.DeepEquals(value, read[name]), $"{name}: expected {value?.ToJsonString()}, read {read.ToJsonString()}");
        }
    }
}
