using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>NGSI-LD Nulls inside what clients give: where they are, and what is left without them.</summary>
internal static class NgsiLdNulls
{
    /// <summary>Whoever read the value has checked how deep it nests.</summary>
    public const int AnyDepth = 100_000;

    public static bool Is(ImmutableArray<string> texts) => texts is [NgsiLdNull.Uri];

    /// <summary>The instance, one of its members, or something inside its value or its sub-attributes is NGSI-LD Null.</summary>
    public static bool IsOrHas(Attribute attribute)
    {
        if (NgsiLdNull.Is(attribute) || HasNullMember(attribute) || InOwnValue(attribute)) return true;
        foreach (var sub in attribute.SubAttributes)
        {
            if (IsOrHas(sub)) return true;
        }

        return false;
    }

    /// <summary>A JSON object inside the value, or inside that of a sub-attribute, has a member that is NGSI-LD Null.</summary>
    public static bool InValue(Attribute attribute)
    {
        if (InOwnValue(attribute)) return true;
        foreach (var sub in attribute.SubAttributes)
        {
            if (!NgsiLdNull.Is(sub) && InValue(sub)) return true;
        }

        return false;
    }

    public static NgsiLdError NotTaken(Attribute attribute, string operation) =>
        NgsiLdError.BadRequestData($"{attribute.Name} is or holds {NgsiLdNull.Uri}, which {operation} does not take");

    public static NgsiLdError OnlyInMerges(Attribute attribute) =>
        NgsiLdError.BadRequestData($"{attribute.Name} has {NgsiLdNull.Uri} inside its value, which only a merge takes");

    /// <summary>What is added where there was nothing: the Fragment without its NGSI-LD Nulls (RFC 7396, section 2).</summary>
    public static Attribute Without(Attribute attribute)
    {
        if (!IsOrHas(attribute)) return attribute;
        var own = attribute switch
        {
            Property p => p with { Value = JsonMergePatch.WithoutNulls(p.Value), UnitCode = Without(p.UnitCode) },
            ListProperty l => l with { UnitCode = Without(l.UnitCode) },
            Relationship r => r with { ObjectTypes = Without(r.ObjectTypes) },
            ListRelationship r => r with { ObjectTypes = Without(r.ObjectTypes) },
            LanguageProperty l => l with { LanguageMap = JsonMergePatch.WithoutNulls(l.LanguageMap) },
            NgsiLd.Entities.JsonProperty j => j with { Json = JsonMergePatch.WithoutNulls(j.Json) },
            _ => attribute,
        };
        return own with
        {
            ObservedAt = AttributePatch.Time(null, own.ObservedAt),
            ExpiresAt = AttributePatch.Time(null, own.ExpiresAt),
            ValueType = Without(own.ValueType),
            SubAttributes = [.. own.SubAttributes.Where(sub => !NgsiLdNull.Is(sub)).Select(Without)],
        };
    }

    private static string? Without(string? text) => text == NgsiLdNull.Uri ? null : text;

    private static ImmutableArray<string> Without(ImmutableArray<string> texts) => Is(texts) ? [] : texts;

    private static bool HasNullMember(Attribute attribute) =>
        attribute.ObservedAt == NgsiLdNull.Time
        || attribute.ExpiresAt == NgsiLdNull.Time
        || attribute.ValueType == NgsiLdNull.Uri
        || attribute switch
        {
            Property p => p.UnitCode == NgsiLdNull.Uri,
            ListProperty l => l.UnitCode == NgsiLdNull.Uri,
            Relationship r => Is(r.ObjectTypes),
            ListRelationship r => Is(r.ObjectTypes),
            _ => false,
        };

    private static bool InOwnValue(Attribute attribute) => attribute switch
    {
        Property p => Inside(p.Value),
        LanguageProperty l => Inside(l.LanguageMap),
        NgsiLd.Entities.JsonProperty j => Inside(j.Json),
        _ => false,
    };

    private static bool Inside(JsonValue value)
    {
        if (value.Span[0] is not ((byte)'{' or (byte)'[') || value.Span.IndexOf(NgsiLdNull.Json) < 0) return false;
        var reader = new Utf8JsonReader(value.Span, new JsonReaderOptions { MaxDepth = AnyDepth });
        var afterName = false;
        while (reader.Read())
        {
            if (afterName && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(NgsiLdNull.Uri)) return true;
            afterName = reader.TokenType == JsonTokenType.PropertyName;
        }

        return false;
    }
}
