using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Federation;

namespace SmartCity.ConformanceTests.ContextSourceSubscriptions;

/// <summary>Subscribes to registrations.</summary>
public abstract class SourceSubscriptionTest : FederationTest
{
    /// <summary>Gives the path of the subscription.</summary>
    /// <param name="endpoint">Who is told.</param>
    /// <param name="members">More members, as a JSON object.</param>
    /// <param name="notification">More members of its <c>notification</c>.</param>
    /// <param name="more">More members of its <c>endpoint</c>.</param>
    protected async Task<string> SubscribeAsync(string endpoint, string members = "{}", string notification = "{}", string more = "{}") =>
        (await PostAsync("csourceSubscriptions", Subscription(endpoint, members, notification, more))).Expect(HttpStatusCode.Created).Location!;

    /// <summary>A subscription to registrations of <see cref="Broker.BrokerTest.Type"/>, unless the members say otherwise.</summary>
    protected string Subscription(string endpoint, string members = "{}", string notification = "{}", string more = "{}")
    {
        var subscription = JsonNode.Parse(members)!.AsObject();
        subscription["id"] = NewId(":subscription");
        subscription["type"] = "Subscription";
        if (!subscription.ContainsKey("entities")) subscription["entities"] = JsonNode.Parse($$"""[{"type":"{{Type}}"}]""");
        var parameters = JsonNode.Parse(notification)!.AsObject();
        var way = JsonNode.Parse(more)!.AsObject();
        way["uri"] = endpoint;
        parameters["endpoint"] = way;
        subscription["notification"] = parameters;
        return subscription.ToJsonString();
    }
}
