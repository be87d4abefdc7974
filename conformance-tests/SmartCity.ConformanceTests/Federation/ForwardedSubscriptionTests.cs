using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>Subscriptions to Entities of Context Sources (ETSI GS CIM 009 5.8.1.4, 5.8.2.4, 5.8.5.4, 5.8.6, 5.12), against a scripted source.</summary>
public class ForwardedSubscriptionTests : FederationTest
{
    private string Subscription(string endpoint, string members = "{}", string notification = "{}")
    {
        var subscription = JsonNode.Parse(members)!.AsObject();
        subscription["id"] = NewId(":subscription");
        subscription["type"] = "Subscription";
        subscription["entities"] ??= JsonNode.Parse($$"""[{"type":"{{Type}}"}]""");
        var parameters = JsonNode.Parse(notification)!.AsObject();
        parameters["endpoint"] = new JsonObject { ["uri"] = endpoint };
        subscription["notification"] = parameters;
        return subscription.ToJsonString();
    }

    private async Task<string> SubscribeAsync(string endpoint, string members = "{}", string notification = "{}") =>
        (await PostAsync("subscriptions", Subscription(endpoint, members, notification))).Expect(HttpStatusCode.Created).Location!;

    private static ScriptedSource Source()
    {
        var source = new ScriptedSource();
        return source.Answer("POST", "subscriptions", call => SourceReply.Created("subscriptions/" + (string)call.Json["id"]!))
            .Answer("PATCH", "*", SourceReply.NoContent).Answer("DELETE", "*", SourceReply.NoContent);
    }

    private static async Task<SourceCall> AskedAsync(ScriptedSource source, string method, int count = 1)
    {
        for (var attempt = 0; source.Asked(method).Count < count && attempt < 300; attempt++) await Task.Delay(100);
        var calls = source.Asked(method);
        Assert.True(calls.Count >= count, $"{method} {count} times expected: {string.Join('\n', source.Calls)}");
        return calls[count - 1];
    }

    private string Told(string id, string members, string notification = "urn:ngsi-ld:Notification:1") => $$"""
        {"id":"{{notification}}","type":"Notification","subscriptionId":"urn:x:other","notifiedAt":"2026-01-01T00:00:00Z","data":[{{Entity(id, members)}}]}
        """;

    private static string Property(string name, int value) => $$"""{"{{name}}":{"type":"Property","value":{{value}}} }""";

    private static string EndpointOf(SourceCall call) => (string)call.Json["notification"]!["endpoint"]!["uri"]!;

    [BrokerFact, Clause("5.8.1"), Clause("5.12"), Clause("5.2.12")]
    public async Task A_source_gets_a_copy_of_what_it_has_registered()
    {
        await using var source = Source();
        await using var receiver = new Receiver();
        await RegisterAsync(source.Url, attributes: "b c");
        var location = await SubscribeAsync(
            receiver.Url + "/secret", """{"subscriptionName":"mine","watchedAttributes":["a","b"],"q":"a>1","throttling":1,"notificationTrigger":["attributeUpdated"]}""",
            """{"format":"simplified","pick":["id","a"]}""");
        var call = await AskedAsync(source, "POST");
        Assert.Equal("/ngsi-ld/v1/subscriptions", call.Path);
        Assert.NotEqual("", call.Header("Via"));
        var copy = call.Json;
        Assert.NotEqual(location.Split('/')[^1], (string?)copy["id"]);
        Assert.Equal(["b"], copy["watchedAttributes"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(["attributeUpdated"], copy["notificationTrigger"]!.AsArray().Select(name => (string)name!));
        var entity = Assert.Single(copy["entities"]!.AsArray())!;
        Assert.Equal((Type, $"^urn:ngsi-ld:{Type}:.*"), ((string?)entity["type"], (string?)entity["idPattern"]));
        Assert.Equal(1, (double)copy["throttling"]!);
        // Entities may be split: filters and projections hold of the whole.
        Assert.All((string[])["q", "subscriptionName"], name => Assert.Null(copy[name]));
        Assert.Null(copy["notification"]!["pick"]);
        Assert.Equal("normalized", (string?)copy["notification"]!["format"]);
        Assert.DoesNotContain("secret", call.Body, StringComparison.Ordinal);
        Assert.StartsWith(Target.Url!, EndpointOf(call), StringComparison.Ordinal);
    }

    [BrokerFact, Clause("5.8.1"), Clause("5.2.12")]
    public async Task Filters_go_along_where_no_Entity_is_split()
    {
        await using var source = Source();
        await using var receiver = new Receiver();
        await RegisterAsync(source.Url);
        await SubscribeAsync(receiver.Url, """{"q":"a>1","scopeQ":"/x","splitEntities":false}""", """{"attributes":["a"]}""");
        var copy = (await AskedAsync(source, "POST")).Json;
        Assert.Equal(("a>1", "/x", "a"), ((string?)copy["q"], (string?)copy["scopeQ"], (string?)copy["notification"]!["attributes"]![0]));
    }

    [BrokerTheory, Clause("5.8.1"), Clause("5.2.12"), Clause("5.12")]
    [InlineData("""{"localOnly":true}""", null, "inclusive", null)]
    [InlineData("""{"isActive":false}""", null, "inclusive", null)]
    [InlineData("""{"watchedAttributes":["z"]}""", "b", "inclusive", null)]
    [InlineData("{}", null, "inclusive", "retrieveOps")]
    [InlineData("{}", null, "inclusive", "redirectionOps updateSubscription deleteSubscription")]
    [InlineData("{}", null, "auxiliary", "retrieveOps")]
    public async Task What_is_no_business_of_the_source_stays_here(string members, string? attributes, string mode, string? operations)
    {
        await using var source = Source();
        await using var receiver = new Receiver();
        await RegisterAsync(source.Url, mode, null, attributes, operations);
        await SubscribeAsync(receiver.Url, members);
        await Task.Delay(700);
        Assert.Empty(source.Calls);
    }

    [BrokerFact, Clause("5.8.1"), Clause("5.8.2"), Clause("5.8.5")]
    public async Task The_copy_follows_the_subscription_and_the_registration()
    {
        await using var source = Source();
        await using var receiver = new Receiver();
        var location = await SubscribeAsync(receiver.Url, """{"watchedAttributes":["a","b"],"expiresAt":"2099-01-01T00:00:00Z"}""");
        var registration = await RegisterAsync(source.Url, attributes: "a b");
        var id = (string)(await AskedAsync(source, "POST")).Json["id"]!;
        (await PatchAsync(location, """{"watchedAttributes":["b"],"expiresAt":null}""")).Expect(HttpStatusCode.NoContent);
        var update = await AskedAsync(source, "PATCH");
        Assert.Equal($"/ngsi-ld/v1/subscriptions/{id}", update.Path);
        update.ExpectJson("""{"watchedAttributes":["b"],"expiresAt":null}""");
        // What does not concern the source is not told.
        (await PatchAsync(location, """{"description":"other"}""")).Expect(HttpStatusCode.NoContent);
        (await PatchAsync(location, """{"isActive":false}""")).Expect(HttpStatusCode.NoContent);
        (await AskedAsync(source, "PATCH", 2)).ExpectJson("""{"isActive":false}""");
        (await PatchAsync(location, """{"isActive":true}""")).Expect(HttpStatusCode.NoContent);
        (await AskedAsync(source, "PATCH", 3)).ExpectJson("""{"isActive":true}""");
        (await DeleteAsync(registration)).Expect(HttpStatusCode.NoContent);
        Assert.Equal($"/ngsi-ld/v1/subscriptions/{id}", (await AskedAsync(source, "DELETE")).Path);
        registration = await RegisterAsync(source.Url, attributes: "b");
        await AskedAsync(source, "POST", 2);
        (await DeleteAsync(location)).Expect(HttpStatusCode.NoContent);
        await AskedAsync(source, "DELETE", 2);
    }

    [BrokerFact, Clause("5.8.1"), Clause("5.8.2"), Clause("4.20")]
    public async Task A_source_that_lets_nobody_update_gets_another_copy()
    {
        await using var source = Source();
        await using var receiver = new Receiver();
        await RegisterAsync(source.Url, operations: "createSubscription deleteSubscription");
        var location = await SubscribeAsync(receiver.Url, """{"watchedAttributes":["a","b"]}""");
        var first = (string)(await AskedAsync(source, "POST")).Json["id"]!;
        (await PatchAsync(location, """{"watchedAttributes":["b"]}""")).Expect(HttpStatusCode.NoContent);
        var second = (await AskedAsync(source, "POST", 2)).Json;
        Assert.Equal($"/ngsi-ld/v1/subscriptions/{first}", (await AskedAsync(source, "DELETE")).Path);
        Assert.Equal("b", (string?)Assert.Single(second["watchedAttributes"]!.AsArray()));
        (await PatchAsync(location, """{"isActive":false}""")).Expect(HttpStatusCode.NoContent);
        await AskedAsync(source, "DELETE", 2);
        Assert.Empty(source.Asked("PATCH"));
    }

    [BrokerTheory, Clause("5.8.1"), Clause("4.3.6")]
    [InlineData("inclusive", null)]
    [InlineData("redirect", "a")]
    [InlineData("exclusive", "a")]
    public async Task Sources_of_each_mode_that_has_its_own_data_get_a_copy(string mode, string? attributes)
    {
        await using var source = Source();
        await using var receiver = new Receiver();
        var registration = await RegisterAsync(
            source.Url, mode, One(Id), attributes, "createSubscription deleteSubscription",
            """{"tenant":"theirs","contextSourceInfo":[{"key":"X-Token","value":"t1"}]}""");
        var location = await SubscribeAsync(receiver.Url);
        var made = await AskedAsync(source, "POST");
        Assert.Equal(("theirs", "t1", Id), (made.Header("NGSILD-Tenant"), made.Header("X-Token"), (string?)made.Json["entities"]![0]!["id"]));
        (await DeleteAsync(location)).Expect(HttpStatusCode.NoContent);
        var ended = await AskedAsync(source, "DELETE");
        Assert.Equal(("theirs", "t1"), (ended.Header("NGSILD-Tenant"), ended.Header("X-Token")));
        await EventuallyAsync("two are not counted", async () => (int?)(await GetAsync(registration)).Json["timesSent"] == 2);
    }

    [BrokerFact, Clause("5.8.1"), Clause("5.8.2")]
    public async Task A_registration_that_changes_changes_the_copy_and_one_that_is_gone_at_the_source_is_made_again()
    {
        await using var source = Source();
        await using var receiver = new Receiver();
        var registration = await RegisterAsync(source.Url, attributes: "a");
        await SubscribeAsync(receiver.Url);
        var made = await AskedAsync(source, "POST");
        Assert.Equal("a", (string?)made.Json["watchedAttributes"]![0]);
        (await PatchAsync(registration, """{"description":"nothing that matters"}""")).Expect(HttpStatusCode.NoContent);
        (await PatchAsync(registration, $$"""{"information":[{"entities":[{{OwnEntities()}}],"propertyNames":["b"]}]}""")).Expect(HttpStatusCode.NoContent);
        (await AskedAsync(source, "PATCH")).ExpectJson("""{"watchedAttributes":["b"]}""");
        source.Answer("PATCH", "*", SourceReply.NotFound);
        (await PatchAsync(registration, $$"""{"information":[{"entities":[{{OwnEntities()}}],"propertyNames":["c"]}]}""")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("c", (string?)(await AskedAsync(source, "POST", 2)).Json["watchedAttributes"]![0]);
        // Nobody else's any more.
        (await PatchAsync(registration, $$"""{"information":[{"entities":[{"type":"{{Type}}X","id":"{{Id}}"}]}]}""")).Expect(HttpStatusCode.NoContent);
        await AskedAsync(source, "DELETE");
    }

    [BrokerFact, Clause("5.8.1"), Clause("5.8.6"), Clause("5.2.12")]
    public async Task A_source_may_look_at_the_clock_itself()
    {
        await using var source = Source();
        await using var receiver = new Receiver();
        await RegisterAsync(source.Url, attributes: "a");
        var location = await SubscribeAsync(receiver.Url, """{"timeInterval":3600}""");
        var copy = await AskedAsync(source, "POST");
        Assert.Equal((3600, false), ((int)copy.Json["timeInterval"]!, copy.Json["watchedAttributes"] is not null));
        (await PostAsync(EndpointOf(copy), Told(Id, Property("a", 1)))).Expect(HttpStatusCode.OK);
        var told = await receiver.NextAsync();
        Assert.Equal(Uri.UnescapeDataString(location.Split('/')[^1]), (string?)told.Json["subscriptionId"]);
        Assert.Equal(Id, (string?)Assert.Single(told.Data)!["id"]);
    }

    [BrokerTheory, Clause("5.8.6"), Clause("5.2.14")]
    [InlineData("""{"type":"Property","value":2,"previousValue":1}""", "previousValue", "1")]
    [InlineData("""{"type":"Relationship","object":"urn:x:2","previousObject":"urn:x:1"}""", "previousObject", "\"urn:x:1\"")]
    [InlineData("""{"type":"Property","value":"urn:ngsi-ld:null","previousValue":1}""", "previousValue", "1")]
    public async Task What_was_before_the_change_is_told_where_it_is_asked_for(string attribute, string member, string previous)
    {
        await using var source = Source();
        await using var receiver = new Receiver();
        await RegisterAsync(source.Url);
        await SubscribeAsync(receiver.Url, """{"splitEntities":false}""", """{"showChanges":true}""");
        var copy = await AskedAsync(source, "POST");
        Assert.True((bool?)copy.Json["notification"]!["showChanges"]);
        (await PostAsync(EndpointOf(copy), Told(Id, $$"""{"a":{{attribute}} }"""))).Expect(HttpStatusCode.OK);
        Assert.Equal(previous, (await receiver.NextAsync()).Data[0]!["a"]![member]?.ToJsonString());
    }

    [BrokerFact, Clause("5.2.33"), Clause("5.2.12"), Clause("5.5.13")]
    public async Task All_types_imply_local_scope()
    {
        await using var source = Source();
        await using var receiver = new Receiver();
        await RegisterAsync(source.Url);
        await SubscribeAsync(receiver.Url, $$"""{"entities":[{"type":"*","idPattern":"^urn:ngsi-ld:{{Type}}:.*"}]}""");
        await Task.Delay(700);
        Assert.Empty(source.Calls);
    }

    [BrokerFact, Clause("5.2.34"), Clause("5.2.12")]
    public async Task A_source_that_is_to_answer_for_itself_alone_is_told_so()
    {
        await using var source = Source();
        await using var receiver = new Receiver();
        await RegisterAsync(source.Url, members: """{"management":{"localOnly":true}}""");
        await SubscribeAsync(receiver.Url);
        var call = await AskedAsync(source, "POST");
        Assert.Equal((true, 0), ((bool?)call.Json["localOnly"], call.Query.Count));
    }

    [BrokerTheory, Clause("5.8.6"), Clause("5.3.1"), Clause("6.3.9")]
    [InlineData("application/json", "")]
    [InlineData("application/ld+json", ",\"@context\":{\"word\":\"https://words.example/word\"}")]
    public async Task A_source_tells_in_its_own_terms(string type, string context)
    {
        await using var source = Source();
        await using var receiver = new Receiver();
        await RegisterAsync(source.Url);
        await SubscribeAsync(receiver.Url, """{"splitEntities":false}""");
        var endpoint = EndpointOf(await AskedAsync(source, "POST"));
        var body = Told(Id, """{"word":7}""").TrimEnd()[..^1] + context + "}";
        var headers = context.Length == 0
            ? [("Link", $"<{receiver.Serve("/terms", """{"@context":{"word":"https://words.example/word"} }""")}>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"")]
            : Array.Empty<(string, string)>();
        (await PostAsync(endpoint, body, type, headers)).Expect(HttpStatusCode.OK);
        Assert.Equal(7, (int?)(await receiver.NextAsync()).Data[0]!["https://words.example/word"]!["value"]);
    }

    [BrokerFact, Clause("5.8.1"), Clause("5.8.2")]
    public async Task A_pause_while_a_source_is_being_told_of_the_subscription_comes_after_it()
    {
        await using var source = Source();
        using var paused = new ManualResetEventSlim();
        source.Answer("POST", "subscriptions", call =>
        {
            paused.Wait(TimeSpan.FromSeconds(30));
            return SourceReply.Created("subscriptions/" + (string)call.Json["id"]!);
        });
        await RegisterAsync(source.Url);
        var location = await SubscribeAsync("http://localhost:9", """{"splitEntities":false}""");
        await AskedAsync(source, "POST");
        (await PatchAsync(location, """{"isActive":false}""")).Expect(HttpStatusCode.NoContent);
        paused.Set();
        (await AskedAsync(source, "PATCH")).ExpectJson("""{"isActive":false}""");
        Assert.Empty(source.Asked("DELETE"));
    }

    [BrokerFact, Clause("5.8.2"), Clause("5.8.6")]
    public async Task What_a_source_tells_while_the_subscription_is_paused_is_not_passed_on()
    {
        await using var source = Source();
        await using var receiver = new Receiver();
        await RegisterAsync(source.Url);
        var location = await SubscribeAsync(receiver.Url, """{"splitEntities":false}""");
        var endpoint = EndpointOf(await AskedAsync(source, "POST"));
        (await PatchAsync(location, """{"isActive":false}""")).Expect(HttpStatusCode.NoContent);
        (await PostAsync(endpoint, Told(Id, Property("a", 1)))).Expect(HttpStatusCode.OK);
        await receiver.NothingAsync();
        (await PatchAsync(location, """{"isActive":true}""")).Expect(HttpStatusCode.NoContent);
        (await PostAsync(endpoint, Told(Id, Property("a", 2), "urn:x:2"))).Expect(HttpStatusCode.OK);
        Assert.Equal(2, (int?)(await receiver.NextAsync()).Data[0]!["a"]!["value"]);
    }

    [BrokerFact, Clause("5.8.6"), Clause("4.3.6")]
    public async Task The_same_change_by_two_ways_is_told_once_and_two_changes_are_told_twice()
    {
        await using var first = Source();
        await using var second = Source();
        await using var receiver = new Receiver();
        await RegisterAsync(first.Url);
        await RegisterAsync(second.Url);
        await SubscribeAsync(receiver.Url, """{"splitEntities":false}""");
        var ways = new[] { EndpointOf(await AskedAsync(first, "POST")), EndpointOf(await AskedAsync(second, "POST")) };
        foreach (var time in (string[])["2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"])
        {
            var member = $$"""{"a":{"type":"Property","value":1,"modifiedAt":"{{time}}"} }""";
            foreach (var way in ways) (await PostAsync(way, Told(Id, member, "urn:x:" + time))).Expect(HttpStatusCode.OK);
            await receiver.NextAsync();
            await receiver.NothingAsync();
        }

        // Where nothing says that it is the same, it is told.
        foreach (var way in ways) (await PostAsync(way, Told(Id, Property("a", 2)))).Expect(HttpStatusCode.OK);
        await receiver.NextAsync();
        await receiver.NextAsync();
    }

    [BrokerTheory, Clause("5.8.6"), Clause("5.2.14"), Clause("5.2.15")]
    [InlineData("""{"format":"keyValues"}""", "{}", "/data/0/a", "1")]
    [InlineData("""{"format":"concise"}""", "{}", "/data/0/a", "1")]
    [InlineData("""{"pick":["a"]}""", "{}", "/data/0/b", null)]
    [InlineData("""{"omit":["a"]}""", "{}", "/data/0/b/value", "2")]
    [InlineData("""{"attributes":["b"]}""", "{}", "/data/0/a", null)]
    [InlineData("{}", """{"accept":"application/geo+json"}""", "/data/features/0/geometry/type", "\"Point\"")]
    [InlineData("{}", """{"accept":"application/ld+json"}""", "/data/0/a/value", "1")]
    public async Task What_a_source_tells_is_shown_as_the_subscriber_wants_it(string notification, string way, string path, string? expected)
    {
        await using var source = Source();
        await using var receiver = new Receiver();
        await RegisterAsync(source.Url);
        var subscription = JsonNode.Parse(Subscription(receiver.Url, "{}", notification))!;
        foreach (var (name, value) in JsonNode.Parse(way)!.AsObject()) subscription["notification"]!["endpoint"]![name] = value!.DeepClone();
        (await PostAsync("subscriptions", subscription.ToJsonString())).Expect(HttpStatusCode.Created);
        var endpoint = EndpointOf(await AskedAsync(source, "POST"));
        (await PostAsync(endpoint, Told(Id, """
            {"a":{"type":"Property","value":1},"b":{"type":"Property","value":2},"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}}}
            """))).Expect(HttpStatusCode.OK);
        JsonNode? found = (await receiver.NextAsync()).Json;
        foreach (var step in path[1..].Split('/')) found = int.TryParse(step, out var index) ? found?[index] : found?[step];
        Assert.Equal(expected, found?.ToJsonString());
    }

    [PeerFact(3), Clause("5.8.6"), Clause("5.8.1"), Clause("4.3.6")]
    public async Task A_change_is_told_along_a_chain_of_brokers()
    {
        await using var receiver = new Receiver();
        await RegisterAsync(Second);
        await RegisterAtAsync(Second, Registration(Third));
        var location = await SubscribeAsync(receiver.Url);
        await CreatedAndToldAsync(receiver, at: Third);
        (await DeleteAsync(location)).Expect(HttpStatusCode.NoContent);
        await EventuallyAsync("there are still copies", async () => await CopiesAsync(Second) + await CopiesAsync(Third) == 0);
    }

    [PeerFact(3), Clause("5.8.6"), Clause("5.8.1"), Clause("6.3.18")]
    public async Task In_a_mesh_of_three_brokers_a_change_is_told_once()
    {
        await using var receiver = new Receiver();
        await RegisterAsync(Second);
        await RegisterAsync(Third);
        await RegisterAtAsync(Second, Registration(Third));
        await SubscribeAsync(receiver.Url);
        // The first one's and the second one's.
        await CreatedAndToldAsync(receiver, at: Third, copies: 2);
        for (var value = 1000; value < 1003; value++)
        {
            // What has come by one way comes by the other one, too: as news, if the next change were quicker.
            var changes = value - 999;
            await EventuallyAsync("it has not come by both ways", async () =>
                await ToldAtAsync(Second, changes) == 1 && await ToldAtAsync(Third, changes) == 2);
            await receiver.NothingAsync();
            (await PatchAsync(At(Third, $"entities/{Id}?local=true"), Property("b", value))).Expect(HttpStatusCode.NoContent);
            Assert.Equal(value, (int?)(await receiver.NextAsync()).Data[0]!["b"]!["value"]);
        }

        await receiver.NothingAsync(1);
    }

    [BrokerFact, Clause("5.8.1"), Clause("5.8.5")]
    public async Task A_source_that_refuses_disturbs_nobody()
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.Of(HttpStatusCode.ServiceUnavailable));
        await using var receiver = new Receiver();
        await RegisterAsync(source.Url);
        var location = await SubscribeAsync(receiver.Url);
        await AskedAsync(source, "POST");
        await PostAsync("entities?local=true", Entity(Id, Property("a", 1)));
        Assert.Equal(1, (int)(await receiver.NextAsync()).Data[0]!["a"]!["value"]!);
        // It is told again, and has it under the same id at last.
        source.Answer("POST", "subscriptions", SourceReply.Error(HttpStatusCode.Conflict, "AlreadyExists"));
        await AskedAsync(source, "POST", 2);
        Assert.Single(source.Asked("POST").Select(call => (string)call.Json["id"]!).Distinct());
        (await DeleteAsync(location)).Expect(HttpStatusCode.NoContent);
        await AskedAsync(source, "DELETE");

    }

    [BrokerFact, Clause("5.8.6")]
    public async Task What_a_source_tells_is_passed_on_in_the_name_and_form_of_the_subscription()
    {
        await using var source = Source();
        await using var receiver = new Receiver();
        await RegisterAsync(source.Url, attributes: "a");
        var location = await SubscribeAsync(receiver.Url, """{"splitEntities":false}""", """{"format":"simplified"}""");
        var endpoint = EndpointOf(await AskedAsync(source, "POST"));
        var other = NewId();
        (await PostAsync(endpoint, Told(Id, """{"a":{"type":"Property","value":1},"smuggled":{"type":"Property","value":2} }"""))).Expect(HttpStatusCode.OK);
        var notification = await receiver.NextAsync();
        Assert.Equal(Uri.UnescapeDataString(location.Split('/')[^1]), (string?)notification.Json["subscriptionId"]);
        Assert.NotEqual("urn:ngsi-ld:Notification:1", (string?)notification.Json["id"]);
        // Not what the source has not registered.
        Assert.Equal("a=1", Values(Assert.Single(notification.Data)!));
        (await PostAsync(endpoint, Told("urn:ngsi-ld:Stranger:1", Property("a", 1)))).Expect(HttpStatusCode.OK);
        (await PostAsync(endpoint, Told(other, """{"a":"urn:ngsi-ld:null"}""", "urn:x:2"))).Expect(HttpStatusCode.OK);
        notification = await receiver.NextAsync();
        Assert.Equal((other, "urn:ngsi-ld:null"), ((string?)notification.Data[0]!["id"], (string?)notification.Data[0]!["a"]));
        (await PostAsync(endpoint, Told(other, """{"deletedAt":"2026-01-01T00:00:00Z"}""", "urn:x:3"))).Expect(HttpStatusCode.OK);
        notification = await receiver.NextAsync();
        Assert.Equal(other, (string?)notification.Data[0]!["id"]);
        Assert.StartsWith("2026-01-01T00:00:00", (string?)notification.Data[0]!["deletedAt"], StringComparison.Ordinal);
        await EventuallyAsync("three are not counted", async () => (int?)(await GetAsync(location)).Json["notification"]!["timesSent"] == 3);
    }

    [BrokerFact, Clause("5.8.6")]
    public async Task Who_does_not_know_the_address_cannot_tell_anything()
    {
        await using var source = Source();
        await using var receiver = new Receiver();
        await RegisterAsync(source.Url);
        var location = await SubscribeAsync(receiver.Url, """{"splitEntities":false}""");
        var endpoint = EndpointOf(await AskedAsync(source, "POST"));
        (await PostAsync(endpoint + "0", Told(Id, Property("a", 1)))).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await PostAsync(endpoint, "{}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await PostAsync(endpoint, "{")).ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
        (await DeleteAsync(location)).Expect(HttpStatusCode.NoContent);
        await AskedAsync(source, "DELETE");
        (await PostAsync(endpoint, Told(Id, Property("a", 1)))).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("6.3.18"), Clause("5.8.1")]
    public async Task A_subscription_that_comes_back_is_a_loop()
    {
        var alias = (string)(await GetAsync("info/sourceIdentity")).Json["contextSourceAlias"]!;
        await using var receiver = new Receiver();
        (await PostAsync("subscriptions", Subscription(receiver.Url), "application/json", ("Via", $"1.1 {alias}, 1.1 other"))).Expect(HttpStatusCode.LoopDetected);
    }

    [PeerTheory, Clause("5.8.6"), Clause("5.8.1"), InlineData(true), InlineData(false)]
    public async Task A_change_at_another_broker_is_told_once(bool isMutual)
    {
        await using var receiver = new Receiver();
        await RegisterAsync(Second);
        if (isMutual) await RegisterAtAsync(Second, Registration(Target.Url!));
        var location = await SubscribeAsync(receiver.Url);
        await CreatedAndToldAsync(receiver);
        (await PatchAsync(At(Second, $"entities/{Id}?local=true"), Property("b", 7))).Expect(HttpStatusCode.NoContent);
        var notification = await receiver.NextAsync();
        Assert.Equal(Uri.UnescapeDataString(location.Split('/')[^1]), (string?)notification.Json["subscriptionId"]);
        Assert.Equal(7, (int)notification.Data[0]!["b"]!["value"]!);
        await receiver.NothingAsync();
        (await PostAsync("entities?local=true", Entity(Id, Property("a", 1)))).Expect(HttpStatusCode.Created);
        await receiver.NextAsync();
        await receiver.NothingAsync();
    }

    [BrokerFact, Clause("5.8.6"), Clause("4.3.6")]
    public async Task What_a_source_tells_is_completed_by_all_others_and_not_by_itself()
    {
        await using var teller = Source().Holds(Id, Entity(Id, Property("a", 1)));
        await using var other = Source().Holds(Id, Entity(Id, Property("b", 2)));
        await using var receiver = new Receiver();
        await RegisterAsync(teller.Url, attributes: "a");
        await RegisterAsync(other.Url, attributes: "b");
        (await PostAsync("entities?local=true", Entity(Id, Property("c", 3)))).Expect(HttpStatusCode.Created);
        await SubscribeAsync(receiver.Url, """{"q":"a>5;b==2;c==3","splitEntities":true}""", """{"format":"simplified"}""");
        var way = EndpointOf(await AskedAsync(teller, "POST"));
        // A source whose own answers lag behind, and which tells no times.
        foreach (var value in (int[])[9, 4, 7]) (await PostAsync(way, Told(Id, Property("a", value), $"urn:x:{value}"))).Expect(HttpStatusCode.OK);
        Assert.Equal("a=9 b=2 c=3", Values((await receiver.NextAsync()).Data[0]!));
        Assert.Equal("a=7 b=2 c=3", Values((await receiver.NextAsync()).Data[0]!));
        Assert.Empty(teller.Asked("GET"));
    }

    [PeerFact, Clause("5.8.6"), Clause("5.2.12")]
    public async Task Filters_hold_of_the_Entity_that_all_brokers_have_together()
    {
        await using var receiver = new Receiver();
        await RegisterAsync(Second);
        (await PostAsync("entities?local=true", Entity(Id, Property("a", 1)))).Expect(HttpStatusCode.Created);
        await SubscribeAsync(receiver.Url, """{"q":"a==1;b>5"}""", """{"format":"simplified"}""");
        await CreatedAndToldAsync(receiver, 6);
        (await PatchAsync(At(Second, $"entities/{Id}?local=true"), Property("b", 3))).Expect(HttpStatusCode.NoContent);
        await receiver.NothingAsync();
        (await PatchAsync(At(Second, $"entities/{Id}?local=true"), Property("b", 9))).Expect(HttpStatusCode.NoContent);
        Assert.Equal("a=1 b=9", Values((await receiver.NextAsync()).Data[0]!));
    }

    [PeerFact, Clause("5.8.6"), Clause("5.2.12")]
    public async Task Periodic_notifications_have_the_Entities_of_all_brokers()
    {
        await using var receiver = new Receiver();
        await RegisterAsync(Second);
        (await PostAsync("entities?local=true", Entity(NewId(":here"), Property("a", 1)))).Expect(HttpStatusCode.Created);
        await CreateAtAsync(Second, NewId(":there"), Property("b", 2));
        await SubscribeAsync(receiver.Url, """{"timeInterval":1}""");
        // What the other one tells of its own accord is not told apart, once it is known to be among them.
        var together = 0;
        for (var period = 0; period < 40 && together < 3; period++) together = (await receiver.NextAsync()).Data.Count == 2 ? together + 1 : 0;
        Assert.Equal(3, together);
    }

    /// <summary>
    /// Creates the Entity at the second broker, or another, when the copies of the subscription are there; that it is there now is told.
    /// Nothing is on its way then.
    /// </summary>
    private async Task CreatedAndToldAsync(Receiver receiver, int value = 100, string? at = null, int copies = 1)
    {
        await EventuallyAsync("the copies are not there", async () => await CopiesAsync(at ?? Second) == copies);
        await CreateAtAsync(at ?? Second, Id, Property("b", value));
        Assert.Equal(Id, (string?)(await receiver.NextAsync()).Data[0]!["id"]);
    }

    private async Task<int> CopiesAsync(string broker) => (await CopiesAtAsync(broker)).Count();

    /// <summary>How many of the copies have told of so many changes.</summary>
    private async Task<int> ToldAtAsync(string broker, int changes) =>
        (await CopiesAtAsync(broker)).Count(copy => (int?)copy["notification"]!["timesSent"] >= changes);

    private async Task<IEnumerable<JsonNode>> CopiesAtAsync(string broker) =>
        (await GetAsync(At(broker, "subscriptions?limit=1000"))).Expect(HttpStatusCode.OK).Json.AsArray()
        .Where(one => (string?)one!["entities"]?[0]?["type"] == Type)!;
}
