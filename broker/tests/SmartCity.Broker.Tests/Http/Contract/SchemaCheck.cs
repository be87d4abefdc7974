using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SmartCity.Broker.Tests.Http.Contract;

/// <summary>
/// Tells where a JSON value is not what a schema says (JSON Schema 2020-12, as far as openapi.yaml uses it: a keyword that is not
/// known here is an error of the schema).
/// </summary>
/// <param name="document">Holds what references lead to.</param>
internal sealed class SchemaCheck(JsonObject document)
{
    private static readonly HashSet<string> Annotations = ["description", "default", "example", "readOnly", "deprecated"];

    /// <summary>Null where the value is right; else its place and the reason.</summary>
    public string? Find(JsonNode? value, JsonNode? schema, string at = "")
    {
        foreach (var (keyword, argument) in schema!.AsObject())
        {
            if (Problem(keyword, argument!, value, schema.AsObject(), at) is { } problem) return problem;
        }

        return null;
    }

    /// <summary>What a reference of the document leads to.</summary>
    public JsonNode Follow(JsonNode node)
    {
        if (node is not JsonObject map || (string?)map["$ref"] is not { } reference) return node;
        var found = reference.Split('/')[1..].Aggregate<string, JsonNode?>(document, (from, name) => from?[name]);
        return Follow(found ?? throw new InvalidDataException($"{reference} leads nowhere"));
    }

    private string? Problem(string keyword, JsonNode argument, JsonNode? value, JsonObject schema, string at) => keyword switch
    {
        "$ref" => Find(value, Follow(schema: schema), at),
        "type" => Types(argument).Any(type => IsOf(value, type)) ? null : $"{at} is not of type {argument.ToJsonString()}: {Text(value)}",
        "enum" => argument.AsArray().Any(one => JsonNode.DeepEquals(one, value)) ? null : $"{at} is none of {argument.ToJsonString()}: {Text(value)}",
        "const" => JsonNode.DeepEquals(argument, value) ? null : $"{at} is not {argument.ToJsonString()}: {Text(value)}",
        "required" => value is JsonObject map ? Missing(argument.AsArray(), map, at) : null,
        "properties" => value is JsonObject map ? All(map.Where(member => argument[member.Key] is not null), member => argument[member.Key], at) : null,
        "additionalProperties" => value is JsonObject map ? All(map.Where(member => schema["properties"]?[member.Key] is null), _ => argument, at) : null,
        "items" => value is JsonArray list ? list.Select((item, i) => Find(item, argument, $"{at}[{i}]")).FirstOrDefault(problem => problem is not null) : null,
        "minItems" => value is JsonArray list && list.Count < Number(argument) ? $"{at} has {list.Count} items" : null,
        "allOf" => argument.AsArray().Select(one => Find(value, one, at)).FirstOrDefault(problem => problem is not null),
        "anyOf" => argument.AsArray().Any(one => Find(value, one, at) is null) ? null : $"{at} is none of anyOf: {Text(value)}",
        "oneOf" => argument.AsArray().Count(one => Find(value, one, at) is null) is var count && count == 1 ? null : $"{at} is {count} of oneOf: {Text(value)}",
        "pattern" => value is null || !IsOf(value, "string") || Regex.IsMatch((string)value!, (string)argument!) ? null : $"{at} does not match {argument}",
        "minLength" => IsOf(value, "string") && ((string)value!).Length < Number(argument) ? $"{at} is too short" : null,
        "maxLength" => IsOf(value, "string") && ((string)value!).Length > Number(argument) ? $"{at} is too long" : null,
        "minimum" => IsOf(value, "number") && Number(value) < Number(argument) ? $"{at} is too small" : null,
        "maximum" => IsOf(value, "number") && Number(value) > Number(argument) ? $"{at} is too large" : null,
        "exclusiveMinimum" => IsOf(value, "number") && Number(value) <= Number(argument) ? $"{at} is too small" : null,
        "format" => IsOf(value, "string") ? Format((string)argument!, (string)value!, at) : null,
        _ => Annotations.Contains(keyword) ? null : throw new InvalidDataException($"the schema keyword {keyword} is not known here"),
    };

    private JsonNode Follow(JsonObject schema) => Follow((JsonNode)schema);

    private string? All(
        IEnumerable<KeyValuePair<string, JsonNode?>> members, Func<KeyValuePair<string, JsonNode?>, JsonNode?> schemaOf, string at) =>
        members.Select(member => Find(member.Value, schemaOf(member), $"{at}.{member.Key}")).FirstOrDefault(problem => problem is not null);

    private static string? Missing(JsonArray names, JsonObject map, string at) =>
        names.Select(name => (string)name!).FirstOrDefault(name => !map.ContainsKey(name)) is { } missing ? $"{at} has no {missing}" : null;

    private static string? Format(string format, string text, string at) => format switch
    {
        "uri" => Regex.IsMatch(text, "^[A-Za-z][A-Za-z0-9+.-]*:[^\\s]+$") ? null : $"{at} is no URI: {text}",
        "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _) && text.Contains('T', StringComparison.Ordinal) ? null : $"{at} is no time: {text}",
        _ => throw new InvalidDataException($"the format {format} is not known here"),
    };

    private static IEnumerable<string> Types(JsonNode type) =>
        type is JsonArray several ? several.Select(one => (string)one!) : [(string)type!];

    private static bool IsOf(JsonNode? value, string type) => (type, Kind(value)) switch
    {
        ("integer", JsonValueKind.Number) => Number(value) % 1 == 0,
        (_, JsonValueKind.Number) => type == "number",
        (_, JsonValueKind.True or JsonValueKind.False) => type == "boolean",
        (_, var kind) => type == kind.ToString().ToLowerInvariant(),
    };

    private static JsonValueKind Kind(JsonNode? value) => value?.GetValueKind() ?? JsonValueKind.Null;

    private static double Number(JsonNode? value) => double.Parse(value!.ToJsonString(), CultureInfo.InvariantCulture);

    private static string Text(JsonNode? value) => value?.ToJsonString() ?? "null";
}
