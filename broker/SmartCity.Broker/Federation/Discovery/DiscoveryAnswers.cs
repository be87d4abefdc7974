using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.Broker.Discovery;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Discovery;

/// <summary>Reads the data types of ETSI GS CIM 009 5.2.24 - 5.2.28 from answers of sources; null where an answer is none of them.</summary>
internal static class DiscoveryAnswers
{
    /// <summary>EntityTypeList, or an array of EntityType.</summary>
    public static ImmutableArray<TypeUse>? Types(SourceDocument document) => Read(document, (root, context) =>
        root.ValueKind == JsonValueKind.Array
            ? All(root, item => TypeOf(item, context))
            : All(root.GetProperty("typeList"), item => new TypeUse(Expand(item, context), 0, [])));

    /// <summary>EntityTypeInfo.</summary>
    public static ImmutableArray<TypeUse>? Type(SourceDocument document) => Read(document, (root, context) => ImmutableArray.Create(TypeOf(root, context)));

    /// <summary>AttributeList, or an array of Attribute.</summary>
    public static ImmutableArray<CarriedAttribute>? Attributes(SourceDocument document) => Read(document, (root, context) =>
        root.ValueKind == JsonValueKind.Array
            ? All(root, item => AttributeOf(item, context))
            : All(root.GetProperty("attributeList"), item => new CarriedAttribute(new(Expand(item, context), [], 0), [])));

    /// <summary>Attribute.</summary>
    public static ImmutableArray<CarriedAttribute>? Attribute(SourceDocument document) =>
        Read(document, (root, context) => ImmutableArray.Create(AttributeOf(root, context)));

    private static TypeUse TypeOf(JsonElement type, Context context)
    {
        ImmutableArray<AttributeUse> attributes = [];
        if (type.TryGetProperty("attributeNames", out var names)) attributes = All(names, item => new AttributeUse(Expand(item, context), [], 0));
        if (type.TryGetProperty("attributeDetails", out var details)) attributes = All(details, item => UseOf(item, context));
        return new(Expand(type.GetProperty("typeName"), context), Count(type, "entityCount"), attributes);
    }

    private static CarriedAttribute AttributeOf(JsonElement attribute, Context context) => new(
        UseOf(attribute, context),
        attribute.TryGetProperty("typeNames", out var types) ? All(types, item => Expand(item, context)) : []);

    private static AttributeUse UseOf(JsonElement attribute, Context context)
    {
        ImmutableArray<AttributeKind> kinds = [];
        if (attribute.TryGetProperty("attributeTypes", out var types))
        {
            kinds = [.. All(types, item => Enum.TryParse<AttributeKind>(item.GetString(), out var kind) ? kind : default).Where(kind => kind > 0 && Enum.IsDefined(kind))];
        }

        return new(Expand(attribute.GetProperty("attributeName"), context), kinds, Count(attribute, "attributeCount"));
    }

    private static long Count(JsonElement element, string member) =>
        element.TryGetProperty(member, out var count) && count.TryGetInt64(out var number) && number > 0 ? number : 0;

    private static string Expand(JsonElement name, Context context) =>
        name.GetString() is { } text && TermName.IsNameOrIri(text) ? context.Expand(text) : throw new FormatException();

    private static ImmutableArray<T> All<T>(JsonElement array, Func<JsonElement, T> read) => [.. array.EnumerateArray().Select(read)];

    private static ImmutableArray<T>? Read<T>(SourceDocument document, Func<JsonElement, Context, ImmutableArray<T>> read)
    {
        try
        {
            using var json = JsonDocument.Parse(document.Body, new() { MaxDepth = 16 });
            return read(json.RootElement, document.Context);
        }
        catch (Exception strange) when (strange is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }
}
