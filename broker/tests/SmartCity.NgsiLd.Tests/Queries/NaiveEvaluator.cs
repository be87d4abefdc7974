using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;
using JsonProperty = SmartCity.NgsiLd.Entities.JsonProperty;
using Property = SmartCity.NgsiLd.Entities.Property;

namespace SmartCity.NgsiLd.Tests.Queries;

/// <summary>
/// ETSI GS CIM 009 4.9 a second time, over records and a DOM, as slow and plain as the clause itself: what the matcher has to
/// agree with.
/// </summary>
internal static class NaiveEvaluator
{
    public static bool Matches(QExpression q, Entity entity) => q switch
    {
        QAnd and => and.Terms.All(term => Matches(term, entity)),
        QOr or => or.Terms.Any(term => Matches(term, entity)),
        QExists exists => Instances(entity.Attributes, exists.Path, 0).Any(instance => Exists(instance, exists.Path)),
        QCompare compare => Instances(entity.Attributes, compare.Path, 0).Any(instance => Compares(instance, compare)),
        _ => throw new InvalidOperationException(),
    };

    private static IEnumerable<Attribute> Instances(IEnumerable<Attribute> attributes, AttributePath path, int level)
    {
        var found = attributes.Where(attribute => attribute.Name == path.Names[level]);
        var last = path.Names.Length - (IsMember(path) ? 2 : 1);
        return level == last ? found : found.SelectMany(attribute => Instances(attribute.SubAttributes, path, level + 1));
    }

    private static bool IsMember(AttributePath path) => path.Names.Length > 1 && path.Names[^1] is "observedAt" or "unitCode";

    private static bool Exists(Attribute attribute, AttributePath path)
    {
        if (IsMember(path)) return Member(attribute, path) is not null;
        if (path.Trailing.IsEmpty) return true;
        return attribute is LanguageProperty language ? Languages(language, path).Any() : Value(attribute, path) is not null;
    }

    private static bool Compares(Attribute attribute, QCompare compare)
    {
        var (path, op, value) = (compare.Path, compare.Operator, compare.Value);
        var isPattern = op is QOperator.Matches or QOperator.NotMatches;
        var isEquality = op is QOperator.Equal or QOperator.Unequal;
        if (IsMember(path))
        {
            if (Member(attribute, path) is not { } member) return false;
            if (path.Names[^1] == "observedAt" && isPattern) return false;
            return Hit(member, op, value, path.Names[^1] == "observedAt") != IsNegative(op);
        }

        switch (attribute)
        {
            case Relationship { Objects: [var single], IsArray: false } when path.Trailing.IsEmpty:
                return isEquality && Hit(String(single), op, value) != IsNegative(op);
            case Relationship or ListRelationship:
                if (!path.Trailing.IsEmpty || !isEquality) return false;
                var objects = attribute is Relationship r ? r.Objects : ((ListRelationship)attribute).Objects;
                return value is QRange ? IsNegative(op) : objects.Any(uri => Hit(String(uri), op, value)) != IsNegative(op);
            case LanguageProperty language:
                var texts = Languages(language, path).ToList();
                var targets = texts.SelectMany(text => text.ValueKind != JsonValueKind.Array ? [text]
                    : isEquality && value is not QRange ? text.EnumerateArray() : Enumerable.Empty<JsonElement>()).ToList();
                // Something must be there to compare with, unless "not equal" is content with another type.
                if (targets.Count == 0 && !(texts.Count > 0 && op == QOperator.Unequal)) return false;
                return targets.Any(text => Hit(text, op, value)) != IsNegative(op);
        }

        if (Value(attribute, path) is not { } target) return false;
        if (target.ValueKind == JsonValueKind.Array)
        {
            if (!isEquality || value is QRange) return op == QOperator.Unequal;
            return target.EnumerateArray().Any(item => Hit(item, op, value)) != IsNegative(op);
        }

        return (!isPattern || Lexical(target).ValueKind == JsonValueKind.String) && Hit(target, op, value) != IsNegative(op);
    }

    private static bool IsNegative(QOperator op) => op is QOperator.Unequal or QOperator.NotMatches;

    private static JsonElement? Member(Attribute attribute, AttributePath path)
    {
        var text = path.Names[^1] == "observedAt" ? attribute.ObservedAt?.Text : (attribute as Property)?.UnitCode;
        return text is null ? null : String(text);
    }

    private static IEnumerable<JsonElement> Languages(LanguageProperty property, AttributePath path) =>
        path.Trailing.Length > 1 ? [] : Parse(property.LanguageMap).EnumerateObject()
            .Where(member => path.Trailing is [] or ["*"] || member.Name == path.Trailing[0])
            .Select(member => member.Value);

    private static JsonElement? Value(Attribute attribute, AttributePath path)
    {
        JsonElement? value = attribute switch
        {
            Property property => Parse(property.Value),
            ListProperty list => Parse(list.ValueList),
            JsonProperty json => Parse(json.Json),
            VocabProperty { Vocab: [var single], IsArray: false } => String(single),
            VocabProperty vocab => JsonSerializer.SerializeToElement(vocab.Vocab.ToArray()),
            GeoProperty geo => Parse(geo.Value),
            _ => null,
        };
        foreach (var name in path.Trailing)
        {
            if (value?.ValueKind != JsonValueKind.Object || !value.Value.TryGetProperty(name, out var member)) return null;
            value = member;
        }

        return value;
    }

    /// <summary>Whether a scalar is what the value says, of its own type.</summary>
    private static bool Hit(JsonElement scalar, QOperator op, QValue value, bool isDateTime = false)
    {
        scalar = Lexical(scalar);
        if (value is QList list) return list.Items.Any(item => Hit(scalar, op, item, isDateTime));
        if (value is QRange range) return Order(scalar, range.From, isDateTime) >= 0 && Order(scalar, range.To, isDateTime) <= 0;
        if (value is QPattern pattern)
            return scalar.ValueKind == JsonValueKind.String && Regex.IsMatch(scalar.GetString()!, pattern.Pattern.Text, RegexOptions.None, TimeSpan.FromSeconds(5));
        if (value is QBoolean boolean) return scalar.ValueKind == (boolean.Value ? JsonValueKind.True : JsonValueKind.False);
        var order = Order(scalar, value, isDateTime);
        return op switch
        {
            QOperator.Greater => order > 0,
            QOperator.GreaterOrEqual => order >= 0,
            QOperator.Less => order < 0,
            QOperator.LessOrEqual => order <= 0,
            _ => order == 0,
        };
    }

    /// <summary>Null where they have no common order.</summary>
    private static int? Order(JsonElement scalar, QValue value, bool isDateTime)
    {
        if (value is QNumber number)
            return scalar.ValueKind == JsonValueKind.Number ? scalar.GetDouble().CompareTo(number.Value) : null;
        if (scalar.ValueKind != JsonValueKind.String) return null;
        var text = scalar.GetString()!;
        var wanted = value switch { QString s => s.Value, QUri u => u.Uri, QTemporal t => t.Text, _ => null };
        if (wanted is null) return null;
        if (value is not QTemporal && !isDateTime) return Math.Sign(string.CompareOrdinal(text, wanted));
        const DateTimeStyles Utc = DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal;
        const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";
        return DateTimeOffset.TryParseExact(text, Format, CultureInfo.InvariantCulture, Utc, out var left)
            && DateTimeOffset.TryParseExact(wanted, Format, CultureInfo.InvariantCulture, Utc, out var right)
            ? left.CompareTo(right) : null;
    }

    private static JsonElement Lexical(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("@value", out var value) ? value : json;

    private static JsonElement Parse(JsonValue value) => JsonDocument.Parse(value.Utf8).RootElement;

    private static JsonElement String(string text) => JsonSerializer.SerializeToElement(text);
}
