using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Subscriptions;

/// <summary>What is told, and how it is shown (ETSI GS CIM 009 5.8.6, 5.3.1).</summary>
public class NotificationContentTests : SubscriberTest
{
    private const string Null = "urn:ngsi-ld:null";

    /// <summary>The triggers, and which of a creation, a new, a changed and a deleted Attribute and a deletion of the Entity are told.</summary>
    [BrokerTheory, Clause("5.8.6"), Clause("5.2.12")]
    [InlineData("", "created added changed")]
    [InlineData("attributeCreated", "created added")]
    [InlineData("attributeUpdated", "changed")]
    [InlineData("attributeDeleted", "removed")]
    [InlineData("entityCreated", "created")]
    [InlineData("entityDeleted", "deleted")]
    [InlineData("entityUpdated", "added changed removed")]
    [InlineData("entityCreated entityDeleted attributeUpdated", "created changed deleted")]
    public async Task Triggers_choose_the_changes_that_are_told(string triggers, string told)
    {
        await using var receiver = new Receiver();
        var list = string.Join(',', triggers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(trigger => $"\"{trigger}\""));
        await SubscribeAsync(receiver.Url, list.Length == 0 ? "{}" : $$"""{"notificationTrigger":[{{list}}]}""");
        var seen = new List<string>();

        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        await SeeAsync("created");
        (await PostAsync($"entities/{Id}/attrs", """{"b":{"type":"Property","value":1}}""")).Expect(HttpStatusCode.NoContent);
        await SeeAsync("added");
        await SetAsync(2);
        await SeeAsync("changed");
        (await DeleteAsync($"entities/{Id}/attrs/b")).Expect(HttpStatusCode.NoContent);
        await SeeAsync("removed");
        (await DeleteAsync($"entities/{Id}")).Expect(HttpStatusCode.NoContent);
        await SeeAsync("deleted");
        // What an Entity has is created and deleted with it: brokers differ in what they tell of that.
        if (triggers is "entityUpdated") seen.Remove("created");
        if (!triggers.Contains("entityDeleted", StringComparison.Ordinal)) seen.Remove("deleted");
        Assert.Equal(told, string.Join(' ', seen));

        async Task SeeAsync(string step)
        {
            if (await receiver.ArrivesAsync(told.Split(' ').Contains(step) ? 30 : 0.4)) seen.Add(step);
        }
    }

    [BrokerFact, Clause("5.8.6")]
    public async Task Nothing_is_told_of_what_was_there_before_and_does_not_change()
    {
        await CreateAsync("""{"a":{"type":"Property","value":1,"unitCode":"CEL"}}""");
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url);
        (await PatchAsync($"entities/{Id}/attrs/a", """{"value":1}""")).Expect(HttpStatusCode.NoContent);
        await receiver.NothingAsync();
        // A change of a child is a change.
        (await PatchAsync($"entities/{Id}/attrs/a", """{"unitCode":"FAH"}""")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("FAH", (string?)(await receiver.NextAsync()).Data[0]!["a"]!["unitCode"]);
    }

    [BrokerTheory, Clause("5.8.6"), Clause("5.2.14")]
    [InlineData("{}", "{}", """ "urn:ngsi-ld:null" """)]
    [InlineData("{}", """{"showChanges":true}""", """{"type":"Property","value":"urn:ngsi-ld:null","previousValue":1}""")]
    [InlineData("{}", """{"showChanges":true,"format":"concise"}""", """{"value":"urn:ngsi-ld:null","previousValue":1}""")]
    [InlineData("{}", """{"format":"simplified"}""", """ "urn:ngsi-ld:null" """)]
    public async Task A_deleted_Attribute_is_shown_as_null(string members, string notification, string expected)
    {
        await CreateAsync("""{"a":{"type":"Property","value":1},"b":{"type":"Property","value":1}}""");
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, Also(members, """{"notificationTrigger":["attributeDeleted"]}"""), notification);
        (await DeleteAsync($"entities/{Id}/attrs/a")).Expect(HttpStatusCode.NoContent);
        Same(expected, (await receiver.NextAsync()).Data[0]!["a"]);
    }

    [BrokerTheory, Clause("5.8.6"), Clause("4.5.5")]
    [InlineData("Property", """ "value":1 """, """ "value":"urn:ngsi-ld:null","previousValue":1 """)]
    [InlineData("Relationship", """ "object":"urn:ngsi-ld:T:1" """, """ "object":"urn:ngsi-ld:null","previousObject":"urn:ngsi-ld:T:1" """)]
    [InlineData("LanguageProperty", """ "languageMap":{"en":"yes"} """, """ "languageMap":{"@none":"urn:ngsi-ld:null"},"previousLanguageMap":{"en":"yes"} """)]
    public async Task A_deleted_instance_keeps_its_kind_and_its_datasetId(string type, string value, string expected)
    {
        const string Dataset = "urn:ngsi-ld:Dataset:1";
        await CreateAsync($$$"""{"a":{"type":"{{{type}}}",{{{value}}},"datasetId":"{{{Dataset}}}"}}""");
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, """{"notificationTrigger":["attributeDeleted"]}""", """{"showChanges":true}""");
        (await DeleteAsync($"entities/{Id}/attrs/a?datasetId={Dataset}")).Expect(HttpStatusCode.NoContent);
        Same($$"""{"type":"{{type}}","datasetId":"{{Dataset}}",{{expected}}}""", (await receiver.NextAsync()).Data[0]!["a"]);
    }

    [BrokerTheory, Clause("5.8.6"), Clause("5.2.14")]
    [InlineData("Property", """ "value":1 """, """ "value":2 """, """ "previousValue":1 """)]
    [InlineData("Relationship", """ "object":"urn:ngsi-ld:T:1" """, """ "object":"urn:ngsi-ld:T:2" """, """ "previousObject":"urn:ngsi-ld:T:1" """)]
    [InlineData("LanguageProperty", """ "languageMap":{"en":"a"} """, """ "languageMap":{"en":"b"} """, """ "previousLanguageMap":{"en":"a"} """)]
    [InlineData("VocabProperty", """ "vocab":"x" """, """ "vocab":"y" """, """ "previousVocab":"x" """)]
    [InlineData("JsonProperty", """ "json":{"x":1} """, """ "json":{"x":2} """, """ "previousJson":{"x":1} """)]
    public async Task A_previous_value_stands_beside_the_new_one(string type, string before, string after, string previous)
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, "{}", """{"showChanges":true}""");
        await CreateAsync($$$"""{"a":{"type":"{{{type}}}",{{{before}}}}}""");
        Same($$"""{"type":"{{type}}",{{before}}}""", (await receiver.NextAsync()).Data[0]!["a"]);
        (await PatchAsync($"entities/{Id}/attrs", $$$"""{"a":{"type":"{{{type}}}",{{{after}}}}}""")).Expect(HttpStatusCode.NoContent);
        Same($$"""{"type":"{{type}}",{{after}},{{previous}}}""", (await receiver.NextAsync()).Data[0]!["a"]);
    }

    [BrokerTheory, Clause("5.8.6"), Clause("5.2.14"), Clause("4.8")]
    [InlineData(false, false, "deletedAt id type")]
    [InlineData(true, false, "createdAt deletedAt id modifiedAt type")]
    [InlineData(false, true, "a deletedAt id type")]
    public async Task A_deleted_Entity_is_shown_by_its_deletedAt(bool sysAttrs, bool showChanges, string members)
    {
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        await using var receiver = new Receiver();
        await SubscribeAsync(
            receiver.Url, """{"notificationTrigger":["entityDeleted"]}""",
            $$"""{"sysAttrs":{{(sysAttrs ? "true" : "false")}},"showChanges":{{(showChanges ? "true" : "false")}}}""");
        (await DeleteAsync($"entities/{Id}")).Expect(HttpStatusCode.NoContent);
        var entity = (await receiver.NextAsync()).Data[0]!.AsObject();
        Assert.Equal(members, string.Join(' ', entity.Select(member => member.Key).Order(StringComparer.Ordinal)));
        if (showChanges) Same($$"""{"type":"Property","value":"{{Null}}","previousValue":1}""", entity["a"]);
    }

    [BrokerFact, Clause("5.8.6"), Clause("5.2.14"), Clause("4.8")]
    public async Task System_times_are_shown_where_asked_for()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, "{}", """{"sysAttrs":true}""");
        await CreateAsync("""{"expiresAt":"2099-01-01T00:00:00Z","a":{"type":"Property","value":1}}""");
        var entity = (await receiver.NextAsync()).Data[0]!;
        foreach (var name in new[] { "createdAt", "modifiedAt" })
        {
            Assert.NotNull((string?)entity[name]);
            Assert.NotNull((string?)entity["a"]![name]);
        }

        Assert.Equal("2099-01-01T00:00:00Z", (string?)entity["expiresAt"]);
    }

    [BrokerTheory, Clause("5.8.6"), Clause("4.5.5"), Clause("5.2.12")]
    [InlineData("urn:ngsi-ld:Dataset:1", 1)]
    [InlineData("@none", 0)]
    public async Task Only_the_chosen_instances_count_and_are_shown(string datasetId, int value)
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, $$"""{"datasetId":["{{datasetId}}"]}""");
        await CreateAsync("""{"a":[{"type":"Property","value":0},{"type":"Property","value":1,"datasetId":"urn:ngsi-ld:Dataset:1"}],"b":{"type":"Property","value":7,"datasetId":"urn:ngsi-ld:Dataset:2"}}""");
        var entity = (await receiver.NextAsync()).Data[0]!;
        Assert.Equal(value, (int?)entity["a"]!["value"]);
        Assert.Null(entity["b"]);
        (await PostAsync($"entities/{Id}/attrs", """{"b":{"type":"Property","value":8,"datasetId":"urn:ngsi-ld:Dataset:2"}}""")).Expect(HttpStatusCode.NoContent);
        await receiver.NothingAsync();
    }

    [BrokerFact, Clause("5.8.6"), Clause("4.15"), Clause("5.2.12")]
    public async Task Texts_are_shown_in_the_chosen_language()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, """{"lang":"de;q=0.5,fr"}""");
        await CreateAsync("""{"a":{"type":"LanguageProperty","languageMap":{"de":"ja","fr":"oui","en":"yes"}}}""");
        Same("""{"type":"Property","value":"oui","lang":"fr"}""", (await receiver.NextAsync()).Data[0]!["a"]);
    }

    [BrokerFact, Clause("5.8.6"), Clause("4.5.16"), Clause("6.3.8"), Clause("5.3.1")]
    public async Task GeoJSON_carries_its_context_in_the_body()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, "{}", "{}", """{"accept":"application/geo+json"}""");
        await CreateAsync("""{"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1.5,2]}},"a":{"type":"Property","value":1}}""");
        var notification = await receiver.NextAsync();
        Assert.StartsWith(GeoJson, notification.Header("Content-Type"), StringComparison.Ordinal);
        var collection = notification.Json["data"]!;
        Assert.Equal("FeatureCollection", (string?)collection["type"]);
        Assert.NotNull(collection["@context"]);
        Same("""{"type":"Point","coordinates":[1.5,2]}""", collection["features"]![0]!["geometry"]);
        Assert.Equal(1, (int?)collection["features"]![0]!["properties"]!["a"]!["value"]);
        Assert.Equal("", notification.Header("Link"));
    }

    [BrokerFact, Clause("6.3.8"), Clause("5.3.1"), Clause("5.2.22")]
    public async Task GeoJSON_carries_its_context_in_a_Link_where_the_receiver_prefers_that()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(
            receiver.Url, "{}", "{}", """{"accept":"application/geo+json","receiverInfo":[{"key":"Prefer","value":"body=json"}]}""");
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        var notification = await receiver.NextAsync();
        Assert.Equal("body=json", notification.Header("Prefer"));
        Assert.Contains("http://www.w3.org/ns/json-ld#context", notification.Header("Link"), StringComparison.Ordinal);
        Assert.Null(notification.Json["data"]!["@context"]);
    }

    [BrokerFact, Clause("5.8.6"), Clause("5.8.1"), Clause("6.3.8"), Clause("5.5.7")]
    public async Task The_context_of_notifications_is_the_one_that_is_named()
    {
        await using var receiver = new Receiver();
        var context = receiver.Serve("/context.jsonld", """{"@context":{"speed":"https://example.org/velocity"}}""");
        await SubscribeAsync(receiver.Url, $$"""{"jsonldContext":"{{context}}"}""");
        await CreateAsync("""{"https://example.org/velocity":{"type":"Property","value":1}}""");
        var notification = await receiver.NextAsync();
        Assert.Contains($"<{context}>", notification.Header("Link"), StringComparison.Ordinal);
        Assert.Equal(1, (int?)notification.Data[0]!["speed"]!["value"]);
    }

    [BrokerFact, Clause("5.8.6"), Clause("5.8.1"), Clause("5.5.5")]
    public async Task The_context_of_the_request_is_that_of_notifications_where_none_is_named()
    {
        await using var receiver = new Receiver();
        var context = receiver.Serve("/context.jsonld", """{"@context":{"speed":"https://example.org/velocity"}}""");
        var location = (await PostAsync("subscriptions", Subscription(receiver.Url, """{"watchedAttributes":["speed"]}"""), "application/json", Link(context)))
            .Expect(HttpStatusCode.Created).Location!;
        Assert.Equal(context, (string?)(await GetAsync(location)).Json["jsonldContext"]);
        await CreateAsync("""{"https://example.org/velocity":{"type":"Property","value":1}}""");
        var notification = await receiver.NextAsync();
        Assert.Contains($"<{context}>", notification.Header("Link"), StringComparison.Ordinal);
        Assert.Equal(1, (int?)notification.Data[0]!["speed"]!["value"]);
    }

    [BrokerTheory, Clause("5.8.6"), Clause("5.6.8")]
    [InlineData(3)]
    [InlineData(1500)]
    public async Task A_batch_tells_each_Entity_once(int count)
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, """{"q":"a>=0"}""");
        var ids = Enumerable.Range(0, count).Select(i => $"urn:ngsi-ld:{Type}:{i}").ToList();
        var entities = ids.Select((id, i) => Entity(id, $$$"""{"a":{"type":"Property","value":{{{i}}}}}"""));
        foreach (var id in ids) Remember("entities/" + id);
        (await PostAsync("entityOperations/upsert", $"[{string.Join(',', entities)}]")).Expect(HttpStatusCode.Created);
        var told = new List<string>();
        while (told.Count < count) told.AddRange((await receiver.NextAsync()).Data.Select(entity => (string)entity!["id"]!));
        Assert.Equal(ids.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
        await receiver.NothingAsync(0.3);
    }

    [BrokerFact, Clause("5.8.6")]
    public async Task Changes_of_an_Entity_are_told_in_their_order()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url);
        await CreateAsync("""{"a":{"type":"Property","value":0}}""");
        for (var value = 1; value <= 20; value++) await SetAsync(value);
        for (var value = 0; value <= 20; value++) Assert.Equal(value, (int?)(await receiver.NextAsync()).Data[0]!["a"]!["value"]);
    }

    [BrokerFact, Clause("5.8.6"), Clause("4.10")]
    public async Task Any_instance_of_the_place_may_meet_the_geo_query()
    {
        await using var receiver = new Receiver();
        await SubscribeAsync(receiver.Url, """{"geoQ":{"georel":"near;maxDistance==1000","geometry":"Point","coordinates":[10,50]}}""");
        await CreateAsync("""
            {"location":[{"type":"GeoProperty","value":{"type":"Point","coordinates":[0,0]}},
                         {"type":"GeoProperty","value":{"type":"Point","coordinates":[10,50]},"datasetId":"urn:ngsi-ld:Dataset:1"}]}
            """);
        Assert.Equal(Id, (string?)(await receiver.NextAsync()).Data[0]!["id"]);
    }

    private static string Also(string members, string more)
    {
        var both = JsonNode.Parse(members)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(more)!.AsObject()) both[name] = value!.DeepClone();
        return both.ToJsonString();
    }

    private static void Same(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}\ntold {actual?.ToJsonString()}");
}
