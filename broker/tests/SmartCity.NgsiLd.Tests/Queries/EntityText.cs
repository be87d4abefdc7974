using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;
using JsonProperty = SmartCity.NgsiLd.Entities.JsonProperty;
using Property = SmartCity.NgsiLd.Entities.Property;

namespace SmartCity.NgsiLd.Tests.Queries;

/// <summary>
/// Entities for tables, from normalized JSON with single quotes. It is as simple as can be, so that tests of matching do not
/// rest on the reader.
/// </summary>
internal static class EntityText
{
    public static readonly DateTimeOffset Created = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly HashSet<string> Members =
        ["type", "value", "object", "languageMap", "vocab", "valueList", "objectList", "json", "datasetId", "observedAt", "unitCode", "createdAt", "modifiedAt"];

    /// <param name="attributes">Members of the Entity but id and type, without the braces.</param>
    public static PackedEntity Of(string attributes) =>
        Read($"{{'id':'urn:ngsi-ld:Vehicle:A1','type':'Vehicle'{(attributes.Length == 0 ? "" : ",")}{attributes}}}");

    public static PackedEntity Read(string json)
    {
        using var document = JsonDocument.Parse(json.Replace('\'', '"'));
        var root = document.RootElement;
        return PackedEntity.Pack(new Entity
        {
            Id = root.GetProperty("id").GetString()!,
            Types = [.. Strings(root.GetProperty("type")).Select(Context.Core.Expand)],
            Scopes = root.TryGetProperty("scope", out var scope) ? [.. Strings(scope)] : [],
            CreatedAt = Created,
            ModifiedAt = Created.AddDays(1),
            Attributes = [.. root.EnumerateObject().Where(m => m.Name is not ("id" or "type" or "scope")).SelectMany(Instances)],
        });
    }

    private static IEnumerable<Attribute> Instances(System.Text.Json.JsonProperty member) =>
        (member.Value.ValueKind == JsonValueKind.Array ? member.Value.EnumerateArray().ToArray() : [member.Value])
        .Select(instance => Instance(Context.Core.Expand(member.Name), instance));

    private static Attribute Instance(string name, JsonElement instance)
    {
        Attribute attribute = instance.GetProperty("type").GetString() switch
        {
            "Property" => new Property { Name = name, Value = Json(instance, "value"), UnitCode = Text(instance, "unitCode") },
            "GeoProperty" => new GeoProperty { Name = name, Value = Json(instance, "value") },
            "Relationship" => new Relationship { Name = name, Objects = [.. Strings(instance.GetProperty("object"))] },
            "LanguageProperty" => new LanguageProperty { Name = name, LanguageMap = Json(instance, "languageMap") },
            "VocabProperty" => new VocabProperty { Name = name, Vocab = [.. Strings(instance.GetProperty("vocab")).Select(Context.Core.Expand)] },
            "ListProperty" => new ListProperty { Name = name, ValueList = Json(instance, "valueList") },
            "ListRelationship" => new ListRelationship { Name = name, Objects = [.. Strings(instance.GetProperty("objectList"))] },
            _ => new JsonProperty { Name = name, Json = Json(instance, "json") },
        };
        return attribute with
        {
            DatasetId = Text(instance, "datasetId"),
            ObservedAt = Text(instance, "observedAt") is { } text && Timestamp.TryParse(text, out var observed) ? observed : null,
            CreatedAt = Created,
            ModifiedAt = Created.AddDays(1),
            SubAttributes = [.. instance.EnumerateObject().Where(member => !Members.Contains(member.Name)).SelectMany(Instances)],
        };
    }

    private static JsonValue Json(JsonElement instance, string name) => new(JsonSerializer.SerializeToUtf8Bytes(instance.GetProperty(name)));

    private static string? Text(JsonElement instance, string name) =>
        instance.TryGetProperty(name, out var member) ? member.GetString() : null;

    private static ImmutableArray<string> Strings(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray().Select(item => item.GetString()!)] : [json.GetString()!];
}
