using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;

namespace SmartCity.ConformanceTests.Subscriptions;

/// <summary>A test that subscribes to Entities of its own type.</summary>
public abstract class SubscriberTest : BrokerTest
{
    /// <summary>A Subscription to Entities of <see cref="BrokerTest.Type"/>, unless the members say otherwise.</summary>
    /// <param name="endpoint">The endpoint's URI.</param>
    /// <param name="members">More members, as a JSON object.</param>
    /// <param name="notification">Members of the notification parameters.</param>
    /// <param name="more">Members of the endpoint.</param>
    protected string Subscription(string endpoint, string members = "{}", string notification = "{}", string more = "{}")
    {
        var subscription = JsonNode.Parse(members)!.AsObject();
        subscription.Insert(0, "id", NewId(":subscription"));
        subscription.Insert(1, "type", "Subscription");
        if (!subscription.ContainsKey("entities")) subscription.Add("entities", JsonNode.Parse($$"""[{"type":"{{Type}}"}]"""));
        var parameters = JsonNode.Parse(notification)!.AsObject();
        if (!parameters.ContainsKey("endpoint"))
        {
            var way = JsonNode.Parse(more)!.AsObject();
            way.Insert(0, "uri", endpoint);
            parameters.Add("endpoint", way);
        }

        subscription.Add("notification", parameters);
        return subscription.ToJsonString();
    }

    protected async Task<string> SubscribeAsync(string endpoint, string members = "{}", string notification = "{}", string more = "{}")
    {
        var answer = await PostAsync("subscriptions", Subscription(endpoint, members, notification, more));
        return answer.Expect(HttpStatusCode.Created).Location!;
    }

    /// <summary>Reads the members of <c>notification</c> until they are as wanted.</summary>
    protected async Task<JsonNode> StandsAsync(string location, Func<JsonNode, bool> wanted)
    {
        var notification = (await GetAsync(location)).Expect(HttpStatusCode.OK).Json["notification"]!;
        for (var attempt = 0; !wanted(notification) && attempt < 300; attempt++)
        {
            await Task.Delay(100);
            notification = (await GetAsync(location)).Json["notification"]!;
        }

        Assert.True(wanted(notification), notification.ToJsonString());
        return notification;
    }

    /// <summary>Sets the value of the Attribute <c>a</c> of the Entity.</summary>
    protected async Task SetAsync(int value) =>
        (await PatchAsync($"entities/{Id}/attrs/a", $$"""{"value":{{value}}}""")).Expect(HttpStatusCode.NoContent);
}
