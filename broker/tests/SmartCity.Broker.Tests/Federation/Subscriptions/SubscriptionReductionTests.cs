using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartCity.Broker.Federation.Subscriptions;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Subscriptions;
using Xunit;

namespace SmartCity.Broker.Tests.Federation.Subscriptions;

/// <summary>What of a Subscription goes to a source (ETSI GS CIM 009 5.8.1.4).</summary>
public sealed class SubscriptionReductionTests
{
    private const string Common = "\"isActive\":true,\"notification\":{\"format\":\"normalized\",\"sysAttrs\":true,\"endpoint\":{\"uri\":\"\",\"accept\":\"application/json\"}}";

    [Theory]
    // Members of the Subscription; what is registered; what the source gets, empty for nothing.
    [InlineData("""{"entities":[{"type":"A"}]}""", """{"entities":[{"type":"A"}]}""", """{"entities":[{"type":"A"}]}""")]
    [InlineData("""{"entities":[{"type":"A|B"}]}""", """{"entities":[{"type":"A","id":"urn:x:1"}]}""", """{"entities":[{"id":"urn:x:1","type":"A"}]}""")]
    [InlineData("""{"entities":[{"type":"A"}]}""", """{"entities":[{"type":"B"}]}""", "")]
    [InlineData("""{"entities":[{"type":"A","idPattern":"1"}]}""", """{"propertyNames":["p"]}""", """{"entities":[{"type":"A","idPattern":"1"}],"watchedAttributes":["p"]}""")]
    [InlineData("""{"watchedAttributes":["a","b"]}""", """{"relationshipNames":["b","c"]}""", """{"watchedAttributes":["b"]}""")]
    [InlineData("""{"watchedAttributes":["a"]}""", """{"propertyNames":["b"]}""", "")]
    [InlineData("""{"watchedAttributes":["a"]}""", """{"entities":[{"type":"A"}]}""", """{"entities":[{"type":"A"}],"watchedAttributes":["a"]}""")]
    // With an interval nothing is watched.
    [InlineData("""{"entities":[{"type":"A"}],"timeInterval":5}""", """{"entities":[{"type":"A"}],"propertyNames":["p"]}""", """{"entities":[{"type":"A"}],"timeInterval":5}""")]
    // Filters, names, and how it is shown stay here where Entities may be split.
    [InlineData(
        """{"entities":[{"type":"A"}],"q":"a>1","scopeQ":"/x","lang":"sl","csf":"endpoint","subscriptionName":"n","description":"d","throttling":2,"notificationTrigger":["entityDeleted"]}""",
        """{"entities":[{"type":"A"}]}""", """{"entities":[{"type":"A"}],"notificationTrigger":["entityDeleted"],"throttling":2}""")]
    [InlineData(
        """{"entities":[{"type":"A"}],"q":"a>1","scopeQ":"/x","splitEntities":false}""",
        """{"entities":[{"type":"A"}]}""", """{"entities":[{"type":"A"}],"q":"a>1","scopeQ":"/x","splitEntities":false}""")]
    [InlineData("""{"entities":[{"type":"A"}],"datasetId":["urn:d:1","urn:d:2"]}""", """{"entities":[{"type":"A"}]}""", """{"entities":[{"type":"A"}],"datasetId":["urn:d:1"]}""", "urn:d:1")]
    [InlineData("""{"entities":[{"type":"A"}],"datasetId":["urn:d:2"]}""", """{"entities":[{"type":"A"}]}""", "", "urn:d:1")]
    [InlineData("""{"entities":[{"type":"A"}]}""", """{"entities":[{"type":"A"}]}""", """{"entities":[{"type":"A"}],"datasetId":["urn:d:1"]}""", "urn:d:1")]
    public void A_copy_has_what_is_both_subscribed_to_and_registered(string members, string information, string expected, string datasetIds = "")
    {
        var subscription = Subscription(members);
        var registration = Registration(information) with { DatasetIds = [.. datasetIds.Split(' ', StringSplitOptions.RemoveEmptyEntries)] };
        var copy = SubscriptionReduction.Reduce(subscription, registration, registration.Information, subscription.SplitEntities ?? true);
        if (expected.Length == 0)
        {
            Assert.Null(copy);
            return;
        }

        var written = JsonNode.Parse(Write(copy!))!.AsObject();
        written.Remove("id");
        written.Remove("type");
        var all = JsonNode.Parse(expected[..^1] + "," + Common + "}");
        Assert.True(JsonNode.DeepEquals(all, written), $"expected {all}\nactual {written}");
    }

    [Theory]
    // watchedAttributes; notification.attributes; by which Attributes registrations are matched (5.12).
    [InlineData("", "", "")]
    [InlineData("a", "", "")]
    [InlineData("a b", "b c", "a b c")]
    [InlineData("", "c", "c")]
    public void Attributes_that_are_shown_count_beside_those_that_are_watched(string watched, string shown, string matched)
    {
        var subscription = Subscription("""{"entities":[{"type":"A"}]}""");
        subscription = subscription with
        {
            WatchedAttributes = [.. watched.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            Notification = subscription.Notification with { Attributes = [.. shown.Split(' ', StringSplitOptions.RemoveEmptyEntries)] },
        };
        Assert.Equal(matched, string.Join(' ', SubscriptionReduction.QueryOf(subscription).AttributeNames));
    }

    private static Subscription Subscription(string members)
    {
        var body = JsonNode.Parse(members)!.AsObject();
        body["id"] = "urn:x:subscription";
        body["type"] = "Subscription";
        body["notification"] = JsonNode.Parse("""{"endpoint":{"uri":"http://secret.example","receiverInfo":[{"key":"Authorization","value":"secret"}]} }""");
        return SubscriptionReader.Read(JsonSerializer.SerializeToUtf8Bytes(body), Context.Core, 64).Value;
    }

    private static ContextSourceRegistration Registration(string information) => RegistrationReader.Read(
        Encoding.UTF8.GetBytes($$"""{"type":"ContextSourceRegistration","endpoint":"http://x.example","information":[{{information}}]}"""),
        Context.Core, 64).Value;

    private static string Write(Subscription copy)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output)) SubscriptionWriter.Write(json, copy, Context.Core);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
