using System.Text;
using SmartCity.Broker.Entities;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Notifications;
using SmartCity.Broker.Tests.Outbound;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Subscriptions;
using Xunit;

namespace SmartCity.Broker.Tests.Notifications;

public class SubscriptionIndexTests
{
    public static TheoryData<string, bool> Candidates => new()
    {
        { "\"entities\":[{\"type\":\"Car\"}]", true },
        { "\"entities\":[{\"type\":\"Bus\"}]", false },
        { "\"entities\":[{\"type\":\"Bus,Car\"}]", true },
        { "\"entities\":[{\"type\":\"Bus\"},{\"type\":\"Car\"}]", true },
        { "\"entities\":[{\"type\":\"(Car;Red)\"}]", true },
        { "\"entities\":[{\"type\":\"(Bus;Red)\"}]", false },
        { "\"entities\":[{\"type\":\"*\"}]", true },
        { "\"entities\":[{\"type\":\"Car\",\"id\":\"urn:x:1\"}]", true },
        { "\"entities\":[{\"type\":\"Car\",\"id\":\"urn:x:2\"}]", false },
        { "\"entities\":[{\"type\":\"Car\",\"id\":[\"urn:x:2\",\"urn:x:1\"]}]", true },
        { "\"entities\":[{\"type\":\"Car\"}],\"watchedAttributes\":[\"colour\"]", false },
        { "\"entities\":[{\"type\":\"Car\"}],\"watchedAttributes\":[\"colour\",\"speed\"]", true },
        { "\"entities\":[{\"type\":\"Car\",\"id\":\"urn:x:1\"}],\"watchedAttributes\":[\"colour\"]", false },
        { "\"entities\":[{\"type\":\"*\"}],\"watchedAttributes\":[\"colour\"]", false },
        { "\"watchedAttributes\":[\"colour\"]", false },
        { "\"watchedAttributes\":[\"colour\",\"speed\"]", true },
        { "\"localOnly\":true", true },
    };

    [Theory]
    [MemberData(nameof(Candidates))]
    public void Only_those_that_might_care_are_found(string members, bool found)
    {
        var subscription = SubscriptionReader.Read(
            Encoding.UTF8.GetBytes($$"""{"type":"Subscription",{{members}},"notification":{"endpoint":{"uri":"http://a.example"} } }"""),
            Context.Core, 16).Value;
        var index = new SubscriptionIndex();
        var subscriber = Subscriber(subscription);
        index.Add(subscriber, subscription);
        Assert.Equal(found ? [subscriber] : [], Collect(index));
        index.Remove(subscriber, subscription);
        Assert.Empty(Collect(index));
    }

    private static List<Subscriber> Collect(SubscriptionIndex index)
    {
        var candidates = new List<Subscriber>();
        index.Collect(
            new()
            {
                EntityId = "urn:x:1",
                Before = null,
                After = PackedEntity.Pack(new() { Id = "urn:x:1", Types = [Hub.Vocabulary + "Car", Hub.Vocabulary + "Blue"] }),
                At = DateTimeOffset.UnixEpoch,
                Attributes = [new(Hub.Vocabulary + "speed", null, AttributeChangeKind.Created)],
            },
            candidates);
        return candidates;
    }

    private static Subscriber Subscriber(Subscription subscription)
    {
        using var http = new HttpNotifier(NotificationSettings.Default, Gates.ToLoopback());
        var channel = http.Open(new("", subscription.Notification.Endpoint, "https://a.example/c"));
        var watch = new Watch("", subscription, Context.Core, new(subscription, Context.Core), channel);
        var settings = NotificationSettings.Default;
        var store = new MemoryStore(TimeProvider.System);
        var links = new Links(new LocalEntities(store, new(store, new(EntityMapSettings.Default, TimeProvider.System))), settings);
        return new("", watch, new("", "", 0, 0, 0, null, null, null), new(links, settings, TimeProvider.System), settings, TimeProvider.System);
    }
}
