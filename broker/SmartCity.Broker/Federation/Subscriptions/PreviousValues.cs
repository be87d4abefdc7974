using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;

namespace SmartCity.Broker.Federation.Subscriptions;

/// <summary>What Attributes were before a change, where a Notification shows it: previousValue, previousObject ... (ETSI GS CIM 009 5.2.14.1).</summary>
internal static class PreviousValues
{
    private const string Prefix = "previous";

    /// <summary>The Entity with those Attributes alone; null where none has any, or where they cannot be read.</summary>
    public static Entity? Read(JsonElement item, Context context, EntityReaderOptions options)
    {
        var any = false;
        var before = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(before, new() { SkipValidation = true }))
        {
            json.WriteStartObject();
            foreach (var member in item.EnumerateObject())
            {
                if (member.Name is "id" or "type") member.WriteTo(json);
                else any |= Write(json, member);
            }

            json.WriteEndObject();
        }

        return any && EntityReader.Read(before.WrittenMemory, context, EntityInput.Received, options).TryGet(out var entity, out _) ? entity : null;
    }

    private static bool Write(Utf8JsonWriter json, System.Text.Json.JsonProperty member)
    {
        var instances = member.Value.ValueKind switch
        {
            JsonValueKind.Object => [member.Value],
            JsonValueKind.Array => [.. member.Value.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.Object)],
            _ => (List<JsonElement>)[],
        };
        instances.RemoveAll(instance => !instance.EnumerateObject().Any(IsPrevious));
        if (instances.Count == 0) return false;
        json.WriteStartArray(member.Name);
        foreach (var instance in instances)
        {
            json.WriteStartObject();
            foreach (var part in instance.EnumerateObject())
            {
                if (part.Name is "type" or "datasetId") part.WriteTo(json);
                else if (IsPrevious(part)) WriteValue(json, part);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        return true;
    }

    private static void WriteValue(Utf8JsonWriter json, System.Text.Json.JsonProperty part)
    {
        json.WritePropertyName(char.ToLowerInvariant(part.Name[Prefix.Length]) + part.Name[(Prefix.Length + 1)..]);
        json.WriteRawValue(JsonMarshal.GetRawUtf8Value(part.Value), skipInputValidation: true);
    }

    private static bool IsPrevious(System.Text.Json.JsonProperty part) => part.Name is
        "previousValue" or "previousObject" or "previousLanguageMap" or "previousVocab" or "previousValueList" or "previousObjectList" or "previousJson";
}
