using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartCity.Adapters.Mapping;
using SmartCity.Mqtt;

namespace SmartCity.Adapters.Sources.MqttJson;

/// <summary>From an MQTT message to measures: an object is one, an array is several, in their order.</summary>
internal static class MeasureReader
{
    /// <returns>Null where the message holds no measures; <paramref name="problem"/> says why.</returns>
    internal static IReadOnlyList<Message>? Read(MqttMessage received, out string? problem)
    {
        problem = null;
        var topic = FiwareTopic.Parse(received.Topic);
        var variables = new Dictionary<string, MessageValue> { ["topic"] = MessageValue.Of(received.Topic) };
        if (topic is not null)
        {
            variables["apikey"] = MessageValue.Of(topic.ApiKey);
            variables[EntityMapping.DeviceVariable] = MessageValue.Of(topic.Device);
        }

        if (topic?.Attribute is { } attribute) return [SingleValue(attribute, received.Payload.Span, variables)];
        try
        {
            var measures = new List<Message>();
            using var json = JsonDocument.Parse(received.Payload);
            problem = Collect(json.RootElement.Clone(), variables, measures);
            return problem is null ? measures : null;
        }
        catch (JsonException e)
        {
            problem = $"the payload is not JSON: {e.Message}";
            return null;
        }
    }

    private static string? Collect(JsonElement element, Dictionary<string, MessageValue> variables, List<Message> measures)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            measures.Add(new JsonMessage(element) { Variables = variables });
            return null;
        }

        if (element.ValueKind != JsonValueKind.Array) return "the payload is neither an object nor an array of objects";
        foreach (var item in element.EnumerateArray())
            if (Collect(item, variables, measures) is { } problem) return problem;
        return null;
    }

    /// <summary>A single value is JSON, or else text as it stands.</summary>
    private static JsonMessage SingleValue(
        string attribute, ReadOnlySpan<byte> payload, IReadOnlyDictionary<string, MessageValue> variables)
    {
        JsonNode? value;
        try
        {
            value = JsonNode.Parse(payload);
        }
        catch (JsonException)
        {
            value = Encoding.UTF8.GetString(payload);
        }

        var measure = JsonSerializer.SerializeToElement(new JsonObject { [attribute] = value });
        return new JsonMessage(measure) { Variables = variables };
    }
}
