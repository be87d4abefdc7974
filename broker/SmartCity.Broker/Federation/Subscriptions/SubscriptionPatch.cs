using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartCity.Broker.Federation.Subscriptions;

/// <summary>From the Subscription that a source has to the one that it is to have: a Fragment as of RFC 7396 (ETSI GS CIM 009 5.5.8).</summary>
internal static class SubscriptionPatch
{
    public static byte[] Between(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after) =>
        JsonSerializer.SerializeToUtf8Bytes(Fragment(Parse(before), Parse(after)));

    private static JsonObject Parse(ReadOnlyMemory<byte> json) => JsonNode.Parse(json.Span)!.AsObject();

    private static JsonObject Fragment(JsonObject before, JsonObject after)
    {
        var fragment = new JsonObject();
        foreach (var (name, value) in after)
        {
            var old = before[name];
            if (name == "id" || JsonNode.DeepEquals(old, value)) continue;
            fragment[name] = old is JsonObject from && value is JsonObject to && name == "notification" ? Fragment(from, to) : value?.DeepClone();
        }

        foreach (var (name, _) in before)
        {
            if (!after.ContainsKey(name)) fragment[name] = null;
        }

        return fragment;
    }
}
