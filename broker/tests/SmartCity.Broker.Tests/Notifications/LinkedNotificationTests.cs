using System.Text;
using System.Text.Json.Nodes;
using SmartCity.Broker.Notifications;
using SmartCity.NgsiLd;
using Xunit;

namespace SmartCity.Broker.Tests.Notifications;

/// <summary>Subscriptions that follow links: what they show, and what their q asks (ETSI GS CIM 009 4.5.23, 5.8.6).</summary>
public class LinkedNotificationTests
{
    private const string Car = "urn:ngsi-ld:Vehicle:1", Van = "urn:ngsi-ld:Vehicle:2", Bob = "urn:ngsi-ld:Vehicle:bob";
    private const string Speed = "\"watchedAttributes\":[\"speed\"]";
    private const string Told = """{"type":"Property","value":2}""";

    private static async Task<Hub> StartAsync(NotificationSettings? settings = null, TimeProvider? clock = null)
    {
        var hub = await Hub.StartAsync(settings: settings, clock: clock);
        await hub.CreateAsync(Bob, ("name", "\"Bob\""));
        await hub.CreateAsync(Car, ("speed", "1"));
        await hub.LinkAsync(Car, "driver", Bob);
        await hub.LinkAsync(Car, "self", Car);
        return hub;
    }

    private static void Equal(string expected, JsonNode? found) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), found), $"expected {expected}\ntold     {found?.ToJsonString()}");

    private static string Ids(JsonNode data) => string.Join(' ', data.AsArray().Select(entity => ((string)entity!["id"]!).Split(':')[^1]));

    [Fact]
    public async Task What_the_Entity_links_to_stands_in_it()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await StartAsync();
        await hub.SubscribeAsync(receiver.Uri, Speed, "\"join\":\"inline\",\"showChanges\":true,\"format\":\"concise\",");
        await hub.UpdateAsync(Car, ("speed", "2"));

        Assert.True(await receiver.NextAsync());
        Equal($$"""
            {"id":"{{Car}}","type":"Vehicle","speed":{"value":2,"previousValue":1},"self":{"object":"{{Car}}"},
             "driver":{"object":"{{Bob}}","entity":{"id":"{{Bob}}","type":"Vehicle","name":"Bob"} } }
            """, receiver.All.Single().Data);
    }

    [Fact]
    public async Task What_the_Entities_of_a_notification_link_to_follows_them_once()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await StartAsync();
        await hub.LinkAsync(Van, "driver", Bob, Car);
        await hub.SubscribeAsync(receiver.Uri, Speed, "\"join\":\"flat\",\"pick\":[\"id\",\"driver{id,name}\"],");
        await hub.UpsertAsync([(Car, "2"), (Van, "2")]);

        Assert.True(await receiver.NextAsync());
        Equal($$"""
            [{"id":"{{Car}}","driver":{"type":"Relationship","object":"{{Bob}}"} },{"id":"{{Van}}","driver":{"type":"Relationship","object":["{{Bob}}","{{Car}}"]} },
             {"id":"{{Bob}}","name":{"type":"Property","value":"Bob"} }]
            """, receiver.All.Single().Json["data"]);
    }

    [Fact]
    public async Task A_deleted_Entity_links_to_nothing_any_more()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await StartAsync();
        await hub.SubscribeAsync(receiver.Uri, "\"notificationTrigger\":[\"entityDeleted\"]", "\"join\":\"flat\",");
        await hub.DeleteAsync(Car);

        Assert.True(await receiver.NextAsync());
        Assert.Equal("1", Ids(receiver.All.Single().Json["data"]!));
    }

    [Theory]
    [InlineData(1, 1 << 20, "1 bob")]
    [InlineData(0, 1 << 20, "1")]
    [InlineData(1, 10, "1")]
    public async Task Where_links_lead_to_too_much_the_change_is_told_without(int entities, long bytes, string ids)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await StartAsync(NotificationSettings.Default with { LinkedEntities = entities, LinkedBytes = bytes });
        await hub.SubscribeAsync(receiver.Uri, Speed, "\"join\":\"flat\",");
        await hub.UpdateAsync(Car, ("speed", "2"));

        Assert.True(await receiver.NextAsync());
        Equal(Told, receiver.All.Single().Data["speed"]);
        Assert.Equal(ids, Ids(receiver.All.Single().Json["data"]!));
    }

    [Fact]
    public async Task Where_a_notification_is_inline_and_too_large_the_change_is_told_without()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await StartAsync(NotificationSettings.Default with { LinkedEntities = 1 });
        await hub.LinkAsync(Car, "owner", Bob);
        await hub.SubscribeAsync(receiver.Uri, Speed, "\"join\":\"inline\",\"pick\":[\"driver\",\"owner\"],");
        await hub.UpdateAsync(Car, ("speed", "2"));

        Assert.True(await receiver.NextAsync());
        Assert.Null(receiver.All.Single().Data["driver"]!["entity"]);
    }

    [Fact]
    public async Task A_time_interval_tells_what_all_Entities_link_to_once()
    {
        var clock = new ManualClock();
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await StartAsync(clock: clock);
        await hub.LinkAsync(Van, "driver", Bob);
        await hub.SubscribeAsync(receiver.Uri, "\"timeInterval\":5,\"q\":\"driver{name}==\\\"Bob\\\"\"", "\"join\":\"flat\",");
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.True(await receiver.NextAsync());
        Assert.Equal("1 2 bob", Ids(receiver.All.Single().Json["data"]!));
    }

    [Theory]
    [InlineData("driver{name}==\\\"Bob\\\"", true)]
    [InlineData("driver{name}==\\\"Alice\\\"", false)]
    [InlineData("driver{Vehicle:name}", true)]
    [InlineData("driver{Person:name}", false)]
    [InlineData("speed==7|self{driver{name}}~=B.*", true)]
    [InlineData("speed==2;self{driver{name}}==\\\"Alice\\\"", false)]
    [InlineData("self{driver{colour}}", false)]
    public async Task A_query_may_ask_what_linked_Entities_are(string q, bool told)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await StartAsync();
        await hub.SubscribeAsync(receiver.Uri, $"{Speed},\"q\":\"{q}\"", "\"join\":\"inline\",\"joinLevel\":2,");
        await hub.SubscribeAsync(receiver.Uri + "/end", Speed);
        await hub.UpdateAsync(Car, ("speed", "2"));
        await hub.UpdateAsync(Bob, ("speed", "3"));

        Assert.Equal(told ? 3 : 2, await receiver.CountAsync(3, milliseconds: told ? 10_000 : 500));
        Assert.Equal(told ? 1 : 0, receiver.All.Count(one => one.Path == "/"));
    }

    [Fact]
    public async Task A_query_behind_links_misses_nothing_and_tells_in_order()
    {
        const int Changes = 500;
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await StartAsync();
        await hub.LinkAsync(Van, "driver", Car);
        await hub.SubscribeAsync(receiver.Uri, $"{Speed},\"q\":\"driver{{name}}==\\\"Bob\\\"\"", "\"join\":\"flat\",\"pick\":[\"id\",\"speed\"],");
        for (var i = 10; i < 10 + Changes; i++)
        {
            await hub.UpdateAsync(Car, ("speed", $"{i}"));
            if (i % 3 == 0) await hub.UpdateAsync(Van, ("speed", $"{i}"));
        }

        Assert.Equal(Changes, await receiver.CountAsync(Changes));
        Assert.All(receiver.All, one => Assert.Equal("1", Ids(one.Json["data"]!)));
        Assert.Equal(Enumerable.Range(10, Changes), receiver.All.Select(one => (int)one.Data["speed"]!["value"]!));
        Assert.Empty(hub.Faults);
    }

    [Theory]
    [InlineData("\"q\":\"driver{name}\"", "", "q follows linked Entities")]
    [InlineData("\"q\":\"driver{owner{name}}\"", "\"join\":\"flat\",", "q is too deep")]
    [InlineData("\"isActive\":true", "\"pick\":[\"driver{name}\"],", "pick follows linked Entities")]
    [InlineData("\"isActive\":true", "\"join\":\"inline\",\"omit\":[\"driver{owner{name}}\"],", "omit is too deep")]
    [InlineData("\"isActive\":true", "\"join\":\"inline\",\"joinLevel\":17,", "notification.joinLevel is 17")]
    public async Task What_reaches_further_than_the_join_is_refused(string members, string parameters, string detail)
    {
        await using var hub = await Hub.StartAsync();
        var json = $$"""{"type":"Subscription","entities":[{"type":"Vehicle"}],{{members}},"notification":{ {{parameters}} "endpoint":{"uri":"http://a.example"} } }""";
        var created = await hub.Subscriptions.CreateAsync(Hub.Call, Encoding.UTF8.GetBytes(json), default);
        Assert.Equal(NgsiLdErrorKind.BadRequestData, created.Error!.Kind);
        Assert.Contains(detail, created.Error.Detail, StringComparison.Ordinal);
    }
}
