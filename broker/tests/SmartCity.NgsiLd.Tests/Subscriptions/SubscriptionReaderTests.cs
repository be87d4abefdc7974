using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Subscriptions;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Subscriptions;

public class SubscriptionReaderTests
{
    private const string Notification = """ "notification":{"format":"normalized","endpoint":{"uri":"http://a.example/n","accept":"application/json"}} """;

    public static TheoryData<string> Members => new(
        """ "entities":[{"type":"Vehicle"}] """,
        """ "entities":[{"id":"urn:x:1","type":"Vehicle"},{"idPattern":"^urn:x:.*$","type":"Car"}] """,
        """ "entities":[{"id":["urn:x:1","urn:x:2"],"type":"Vehicle"}] """,
        """ "entities":[{"type":"*"}] """,
        """ "subscriptionName":"n","description":"d","watchedAttributes":["speed","https://a.example/b"] """,
        """ "watchedAttributes":["speed"],"notificationTrigger":["entityCreated","entityDeleted","attributeDeleted"] """,
        """ "watchedAttributes":["speed"],"notificationTrigger":["entityUpdated"] """,
        """ "watchedAttributes":["speed"],"q":"speed>50" """,
        """ "watchedAttributes":["speed"],"geoQ":{"georel":"near;maxDistance==2000","geometry":"Point","coordinates":[1.5,2]} """,
        """ "watchedAttributes":["speed"],"geoQ":{"georel":"within","geometry":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[0,0]]],"geoproperty":"place"} """,
        """ "watchedAttributes":["speed"],"scopeQ":"/Madrid/+/Centro" """,
        """ "watchedAttributes":["speed"],"csf":"a==1","lang":"fr-CH,fr;q=0.9, en;q=0.8,*;q=0.5","datasetId":["urn:d:1","@none"] """,
        """ "entities":[{"type":"Vehicle"}],"timeInterval":0.5 """,
        """ "watchedAttributes":["speed"],"throttling":2.5,"expiresAt":"2030-01-01T00:00:00Z" """,
        """ "watchedAttributes":["speed"],"jsonldContext":"https://a.example/c.jsonld","expandValues":"a, https://a.example/b","jsonKeys":"b,c" """,
        """ "watchedAttributes":["speed"],"temporalQ":{"timerel":"after","timeAt":"2026-01-01T00:00:00Z","timeproperty":"createdAt"} """,
        """ "watchedAttributes":["speed"],"localOnly":true,"splitEntities":false """,
        """ "watchedAttributes":["speed"],"ngsildConformance":"1.6" """);

    public static TheoryData<string> Parameters => new(
        """ "attributes":["speed"],"format":"concise","endpoint":{"uri":"http://a.example","accept":"application/ld+json"} """,
        """ "pick":["id","speed"],"omit":["type"],"format":"simplified","sysAttrs":true,"endpoint":{"uri":"http://a.example","accept":"application/geo+json"} """,
        """ "format":"normalized","showChanges":true,"endpoint":{"uri":"mqtt://a.example/t","accept":"application/json","timeout":10.5,"cooldown":100,"receiverInfo":[{"key":"k","value":"v"}],"notifierInfo":[{"key":"MQTT-QoS","value":"1"}]} """);

    [Theory]
    [MemberData(nameof(Members))]
    public void What_is_read_is_what_is_written(string members) =>
        AssertRoundTrip($$"""{"id":"urn:s:1","type":"Subscription",{{members}},"isActive":false,{{Notification}}}""");

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Notification_parameters_are_written_as_they_are_read(string parameters) =>
        AssertRoundTrip($$"""{"id":"urn:s:1","type":"Subscription","watchedAttributes":["a"],"isActive":true,"notification":{ {{parameters}} } }""");

    [Fact]
    public void Names_are_expanded()
    {
        var read = Read("""
            {"type":"Subscription","entities":[{"type":"Vehicle"}],"watchedAttributes":["speed","location"],
             "notification":{"attributes":["speed"],"endpoint":{"uri":"http://a.example"}}}
            """).Value;
        Assert.Equal<string>(["https://uri.etsi.org/ngsi-ld/default-context/speed", "https://uri.etsi.org/ngsi-ld/location"], read.WatchedAttributes);
        Assert.Equal<string>(["https://uri.etsi.org/ngsi-ld/default-context/speed"], read.Notification.Attributes);
        Assert.Equal(NotificationTriggers.Default, read.Triggers);
        Assert.True(read.IsActive);
        Assert.Equal("", read.Id);
    }

    [Theory]
    [InlineData("{}", """(kind=="Car"|brand=="Car");speed>5""", true)]
    [InlineData("""{"q":"kind==\"Van\""}""", """kind=="Van" """, true)]
    [InlineData("""{"q":"kind==\"Van\"","expandValues":null}""", """kind=="Van" """, false)]
    public void Values_of_the_Attributes_in_expandValues_are_expanded_in_q(string fragment, string q, bool isExpanded)
    {
        var read = Read($$"""
            {"id":"urn:s:1","type":"Subscription","watchedAttributes":["a"],"q":"(kind==\"Car\"|brand==\"Car\");speed>5",
             "expandValues":"colour, kind",{{Notification}}}
            """);
        var merged = SubscriptionReader.Merge(read.Value, Encoding.UTF8.GetBytes(fragment), Context.Core, 16);
        Assert.Equal(q.Trim(), (string?)Write(merged.Value.Subscription)["q"]);
        Assert.Equal(isExpanded, QueryWriter.Write(merged.Value.Subscription.Q!, Context.Core).Contains("/default-context/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", null, null)]
    [InlineData("\"join\":\"@none\",", null, null)]
    [InlineData("\"join\":\"inline\",", "inline", null)]
    [InlineData("\"join\":\"flat\",\"joinLevel\":3,", "flat", 3)]
    [InlineData("\"join\":\"flat\",\"joinLevel\":1,", "flat", null)]
    [InlineData("\"joinLevel\":2,", null, 2)]
    public void What_is_joined_is_written_as_it_was_read(string members, string? join, int? level)
    {
        var read = Read($$"""{"type":"Subscription","watchedAttributes":["a"],"notification":{ {{members}} "endpoint":{"uri":"http://a.example"} } }""");
        var written = Write(read.Value)["notification"]!;
        Assert.Equal((join, level), ((string?)written["join"], (int?)written["joinLevel"]));
    }

    [Theory]
    [InlineData("""{"join":"flat"}""", "flat", 2)]
    [InlineData("""{"join":null}""", null, 2)]
    [InlineData("""{"joinLevel":3}""", "inline", 3)]
    [InlineData("""{"joinLevel":null}""", "inline", null)]
    public void A_Fragment_changes_what_is_joined(string fragment, string? join, int? level)
    {
        var read = Read("""{"id":"urn:s:1","type":"Subscription","watchedAttributes":["a"],"notification":{"join":"inline","joinLevel":2,"endpoint":{"uri":"http://a.example"}}}""");
        var merged = SubscriptionReader.Merge(read.Value, Encoding.UTF8.GetBytes($$"""{"notification":{{fragment}} }"""), Context.Core, 16);
        var written = Write(merged.Value.Subscription)["notification"]!;
        Assert.Equal((join, level), ((string?)written["join"], (int?)written["joinLevel"]));
    }

    [Fact]
    public void What_only_the_broker_writes_is_ignored() => Assert.True(Read("""
        {"type":"Subscription","watchedAttributes":["a"],"status":"expired","createdAt":"x","modifiedAt":"x",
         "notification":{"status":"failed","timesSent":-1,"timesFailed":"x","lastNotification":1,"lastSuccess":1,"lastFailure":1,
         "endpoint":{"uri":"http://a.example"}}}
        """).IsSuccess);

    [Theory]
    [InlineData("""{"type":"Subscription","watchedAttributes":["a"]}""", "notification is missing")]
    [InlineData("""{"watchedAttributes":["a"],"notification":{"endpoint":{"uri":"http://a.example"}}}""", "type is missing")]
    [InlineData("""{"type":"Subscription","notification":{}}""", "notification.endpoint is missing")]
    [InlineData("""{"type":"Subscription","notification":{"endpoint":{}}}""", "notification.endpoint.uri is missing")]
    [InlineData("""{"type":"Subscription","notification":[]}""", "notification is not an object")]
    [InlineData("[]", "the body is not an object")]
    public void What_is_missing_is_named(string json, string detail) => AssertRefused(json, detail);

    [Theory]
    [InlineData("\"id\":1", "id is not a string")]
    [InlineData("\"id\":\"x\"", "id is not a URI")]
    [InlineData("\"description\":1", "description is not a string")]
    [InlineData("\"description\":null", "description is null")]
    [InlineData("\"description\":\"urn:ngsi-ld:null\"", "description is null")]
    [InlineData("\"description\":\"\\ud800\"", "description holds half a surrogate pair")]
    [InlineData("\"entities\":[]", "entities is an empty array")]
    [InlineData("\"entities\":{}", "entities is not an array")]
    [InlineData("\"entities\":[1]", "entities[0] is not an object")]
    [InlineData("\"entities\":[{\"id\":\"urn:x:1\"}]", "entities[0].type is missing")]
    [InlineData("\"entities\":[{\"type\":\"T\",\"id\":\"x\"}]", "entities[0].id is not a URI")]
    [InlineData("\"entities\":[{\"type\":\"T\",\"idPattern\":\"(\"}]", "entities[0].idPattern")]
    [InlineData("\"entities\":[{\"type\":\"(\"}]", "entities[0].type")]
    [InlineData("\"entities\":[{\"type\":\"T\",\"x\":1}]", "entities[0].x is not a member of an entity selector")]
    [InlineData("\"watchedAttributes\":[]", "watchedAttributes is an empty array")]
    [InlineData("\"watchedAttributes\":[\"a\",\"<b>\"]", "watchedAttributes[1] is not an Attribute name")]
    [InlineData("\"notificationTrigger\":[\"often\"]", "notificationTrigger holds \"often\", which is no trigger")]
    [InlineData("\"q\":\"speed>\"", "q")]
    [InlineData("\"geoQ\":{\"georel\":\"near\",\"geometry\":\"Point\",\"coordinates\":[1,2]}", "geoQ")]
    [InlineData("\"geoQ\":{\"georel\":\"within\",\"geometry\":\"Point\"}", "geoQ")]
    [InlineData("\"geoQ\":{\"georel\":\"within\",\"geometry\":\"Point\",\"coordinates\":\"x\"}", "geoQ.coordinates is not a JSON array")]
    [InlineData("\"geoQ\":{\"x\":1}", "geoQ.x is not a member of a geo-query")]
    [InlineData("\"scopeQ\":\"((\"", "scopeQ")]
    [InlineData("\"datasetId\":[\"x\"]", "datasetId[0] is not a URI")]
    [InlineData("\"datasetId\":\"urn:d:1\"", "datasetId is not an array")]
    [InlineData("\"csf\":\"a==\"", "csf")]
    [InlineData("\"csf\":1", "csf is not a string")]
    [InlineData("\"lang\":\"de_DE\"", "lang is not a list of language tags")]
    [InlineData("\"lang\":\"\"", "lang is not a list of language tags")]
    [InlineData("\"lang\":\"de;q=2\"", "lang is not a list of language tags")]
    [InlineData("\"lang\":\"de;x=1\"", "lang is not a list of language tags")]
    [InlineData("\"expandValues\":\"a,,b\"", "expandValues is not a list of Attribute names")]
    [InlineData("\"jsonKeys\":\"<\"", "jsonKeys is not a list of Attribute names")]
    [InlineData("\"jsonKeys\":[\"a\"]", "jsonKeys is not a string")]
    [InlineData("\"localOnly\":1", "localOnly is neither true nor false")]
    [InlineData("\"splitEntities\":\"yes\"", "splitEntities is neither true nor false")]
    [InlineData("\"subscriptionName\":[]", "subscriptionName is not a string")]
    [InlineData("\"notificationTrigger\":[]", "notificationTrigger is an empty array")]
    [InlineData("\"timeInterval\":\"1\"", "timeInterval is not a number")]
    [InlineData("\"throttling\":1e999", "throttling is not a number")]
    [InlineData("\"expiresAt\":\"tomorrow\"", "expiresAt is not a DateTime")]
    [InlineData("\"ngsildConformance\":\"new\"", "ngsildConformance is \"new\", which is no version such as 1.6")]
    [InlineData("\"isActive\":\"true\"", "isActive is neither true nor false")]
    [InlineData("\"jsonldContext\":\"c\"", "jsonldContext is not a URI")]
    [InlineData("\"temporalQ\":{}", "temporalQ.timerel is missing")]
    [InlineData("\"watched\":[]", "watched is not a member of a Subscription")]
    public void A_wrong_member_is_named_with_the_reason(string member, string detail) =>
        AssertRefused($$"""{"type":"Subscription",{{member}},{{Notification}}}""", detail);

    [Theory]
    [InlineData("\"attributes\":[]", "notification.attributes is an empty array")]
    [InlineData("\"pick\":[]", "notification.pick is an empty array")]
    [InlineData("\"omit\":[\"a{\"]", "notification.omit")]
    [InlineData("\"format\":\"xml\"", "notification.format is none of")]
    [InlineData("\"join\":\"sideways\"", "notification.join is none of inline, flat, @none")]
    [InlineData("\"join\":true", "notification.join is not a string")]
    [InlineData("\"joinLevel\":0", "notification.joinLevel is not a positive integer")]
    [InlineData("\"joinLevel\":1.5", "notification.joinLevel is not a positive integer")]
    [InlineData("\"joinLevel\":\"2\"", "notification.joinLevel is not a number")]
    [InlineData("\"showChanges\":1", "notification.showChanges is neither true nor false")]
    [InlineData("\"endpoint\":{\"uri\":\"n\"}", "notification.endpoint.uri is not a URI")]
    [InlineData("\"endpoint\":{\"uri\":\"http://a\",\"accept\":\"text/html\"}", "notification.endpoint.accept is none of")]
    [InlineData("\"endpoint\":{\"uri\":\"http://a\",\"receiverInfo\":[{\"key\":\"k\"}]}", "notification.endpoint.receiverInfo[0].value is missing")]
    [InlineData("\"endpoint\":{\"uri\":\"http://a\",\"receiverInfo\":[{\"value\":\"k\"}]}", "notification.endpoint.receiverInfo[0].key is missing")]
    [InlineData("\"endpoint\":{\"uri\":\"http://a\",\"timeout\":\"1\"}", "notification.endpoint.timeout is not a number")]
    [InlineData("\"endpoint\":{\"uri\":\"http://a\",\"x\":1}", "notification.endpoint.x is not a member of an endpoint")]
    [InlineData("\"endpoint\":{\"uri\":\"http://a\",\"cooldown\":[]}", "notification.endpoint.cooldown is not a number")]
    [InlineData("\"endpoint\":{\"uri\":\"http://a\",\"notifierInfo\":{}}", "notification.endpoint.notifierInfo is not an array")]
    [InlineData("\"endpoint\":{\"uri\":\"http://a\",\"receiverInfo\":[{\"key\":\"k\",\"value\":1}]}", "notification.endpoint.receiverInfo[0].value is not a string")]
    [InlineData("\"endpoint\":[]", "notification.endpoint is not an object")]
    [InlineData("\"sysAttrs\":\"true\"", "notification.sysAttrs is neither true nor false")]
    [InlineData("\"x\":1", "notification.x is not a member of notification parameters")]
    public void A_wrong_notification_member_is_named_with_the_reason(string member, string detail) =>
        AssertRefused($$"""{"type":"Subscription","watchedAttributes":["a"],"notification":{ {{member}} } }""", detail);

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("""{"type":"Subscription","type":"Subscription"}""")]
    [InlineData("""{"a":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}""")]
    public void What_is_no_JSON_is_an_invalid_request(string json) =>
        Assert.Equal(NgsiLdErrorKind.InvalidRequest, SubscriptionReader.Read(Encoding.UTF8.GetBytes(json), Context.Core, 16).Error!.Kind);

    [Fact]
    public void Everything_wrong_is_told_at_once()
    {
        var error = Read("""{"type":"X","isActive":1,"notification":{"format":"x","endpoint":{"uri":"http://a.example"}}}""").Error!;
        Assert.Contains("type is not \"Subscription\"", error.Detail, StringComparison.Ordinal);
        Assert.Contains("isActive", error.Detail, StringComparison.Ordinal);
        Assert.Contains("notification.format", error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"description":"new"}""", """{"description":"new"}""")]
    [InlineData("""{"description":null}""", """{"description":null}""")]
    [InlineData("""{"q":"urn:ngsi-ld:null"}""", """{"q":null}""")]
    [InlineData("""{"type":"Subscription","id":"urn:s:1","watchedAttributes":["b"]}""", """{"watchedAttributes":["b"]}""")]
    [InlineData("""{"notificationTrigger":null,"isActive":null}""", """{"notificationTrigger":null,"isActive":true}""")]
    [InlineData("""{"notification":{"format":"concise"}}""", """{"notification":{"format":"concise"}}""")]
    [InlineData("""{"notification":{"endpoint":{"uri":"http://b.example","timeout":null}}}""", """{"notification":{"endpoint":{"uri":"http://b.example","timeout":null}}}""")]
    [InlineData("""{"geoQ":{"coordinates":[3,4]}}""", """{"geoQ":{"coordinates":[3,4]}}""")]
    public void A_fragment_is_merged(string fragment, string merge)
    {
        const string Target = """
            {"id":"urn:s:1","type":"Subscription","description":"old","watchedAttributes":["a"],"notificationTrigger":["entityCreated"],
             "q":"a","geoQ":{"georel":"within","geometry":"Point","coordinates":[1,2],"geoproperty":"place"},"isActive":false,
             "notification":{"format":"normalized","sysAttrs":true,"endpoint":{"uri":"http://a.example","accept":"application/json","timeout":5}}}
            """;
        var merged = SubscriptionReader.Merge(Read(Target).Value, Encoding.UTF8.GetBytes(fragment), Context.Core, 16);
        var expected = (JsonObject)JsonNode.Parse(Target)!;
        Merge(expected, (JsonObject)JsonNode.Parse(merge)!);
        AssertJson(expected, Write(merged.Value.Subscription));
        Assert.Equal(((JsonObject)JsonNode.Parse(fragment)!).Select(member => member.Key).ToHashSet(), merged.Value.Mentioned);
    }

    [Theory]
    [InlineData("""{"id":"urn:s:2"}""", "id cannot be changed")]
    [InlineData("""{"notification":null}""", "notification cannot be removed")]
    [InlineData("""{"notification":{"endpoint":null}}""", "notification.endpoint cannot be removed")]
    [InlineData("""{"notification":{"endpoint":{"uri":null}}}""", "notification.endpoint.uri cannot be removed")]
    [InlineData("""{"type":"Other"}""", "type is not \"Subscription\"")]
    public void A_wrong_fragment_is_refused(string fragment, string detail)
    {
        var target = Read($$"""{"id":"urn:s:1","type":"Subscription","watchedAttributes":["a"],{{Notification}}}""").Value;
        var error = SubscriptionReader.Merge(target, Encoding.UTF8.GetBytes(fragment), Context.Core, 16).Error!;
        Assert.Equal(NgsiLdErrorKind.BadRequestData, error.Kind);
        Assert.Contains(detail, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_reads_how_it_stands()
    {
        var read = Read($$"""{"id":"urn:s:1","type":"Subscription","watchedAttributes":["a"],{{Notification}}}""").Value;
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var state = new SubscriptionState(SubscriptionStatus.Active, 3, 1, at, at, at.AddHours(-1));
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            SubscriptionWriter.Write(json, read with { CreatedAt = at, ModifiedAt = at }, state, Context.Core, sysAttrs: true, includeContext: true);
        }

        var written = JsonNode.Parse(output.WrittenSpan)!;
        Assert.Equal("active", (string?)written["status"]);
        Assert.Equal("2026-01-02T03:04:05.000000Z", (string?)written["createdAt"]);
        Assert.NotNull(written["@context"]);
        Assert.Equal("ok", (string?)written["notification"]!["status"]);
        Assert.Equal(3, (int)written["notification"]!["timesSent"]!);
        Assert.Equal("2026-01-02T02:04:05.000000Z", (string?)written["notification"]!["lastFailure"]);
    }

    private static Result<Subscription> Read(string json) => SubscriptionReader.Read(Encoding.UTF8.GetBytes(json), Context.Core, 32);

    private static JsonNode Write(Subscription subscription)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output)) SubscriptionWriter.Write(json, subscription, Context.Core);
        return JsonNode.Parse(output.WrittenSpan)!;
    }

    private static void AssertRoundTrip(string json)
    {
        var read = Read(json);
        Assert.Null(read.Error);
        AssertJson(JsonNode.Parse(json)!, Write(read.Value));
    }

    private static void AssertJson(JsonNode expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"expected {expected.ToJsonString()}\nactual   {actual.ToJsonString()}");

    private static void AssertRefused(string json, string detail)
    {
        var error = Read(json).Error!;
        Assert.Equal(NgsiLdErrorKind.BadRequestData, error.Kind);
        Assert.Contains(detail, error.Detail, StringComparison.Ordinal);
    }

    /// <summary>RFC 7396.</summary>
    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null) target.Remove(name);
            else if (value is JsonObject inner && target[name] is JsonObject there) Merge(there, inner);
            else target[name] = value.DeepClone();
        }
    }
}
