using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>The data types that aggregation tells apart (tables 4.5.19.1-1 to 4.5.19.1-3 of ETSI GS CIM 009).</summary>
[Flags]
internal enum ValueClass
{
    None = 0,
    Number = 1,
    Boolean = 2,
    String = 4,
    Object = 8,
    Array = 0x10,
    DateTime = 0x20,
    Date = 0x40,
    Time = 0x80,
    Uri = 0x100,
    Relationship = 0x200,
}

internal static class ValueClasses
{
    /// <summary>Which methods mean something for values of a class, or of any of several.</summary>
    public static AggregationMethods Methods(ValueClass classes)
    {
        if (classes == ValueClass.None) return AggregationMethods.None;
        var methods = AggregationMethods.Counts;
        if ((classes & (ValueClass.Number | ValueClass.Boolean)) != 0)
        {
            methods |= AggregationMethods.Avg | AggregationMethods.Max | AggregationMethods.Min | AggregationMethods.Sum
                | AggregationMethods.Stddev | AggregationMethods.Sumsq;
        }

        if ((classes & ValueClass.Array) != 0) methods |= AggregationMethods.Avg | AggregationMethods.Max | AggregationMethods.Min | AggregationMethods.Sum;
        if ((classes & ValueClass.Time) != 0) methods |= AggregationMethods.Avg;
        const ValueClass Ordered = ValueClass.String | ValueClass.DateTime | ValueClass.Date | ValueClass.Time;
        if ((classes & Ordered) != 0) methods |= AggregationMethods.Max | AggregationMethods.Min;
        return methods;
    }

    /// <summary>What a stored value is, and its text where JSON wraps it (ETSI GS CIM 009 4.6.3).</summary>
    /// <param name="kind">Of the Attribute.</param>
    /// <param name="json">The value.</param>
    /// <param name="hasValueType">Whether the Attribute says of which data type it is.</param>
    /// <param name="lexical">The JSON of a typed value's text; the value as it is otherwise.</param>
    public static ValueClass Of(AttributeKind kind, ReadOnlySpan<byte> json, bool hasValueType, out ReadOnlySpan<byte> lexical)
    {
        lexical = json;
        switch (kind)
        {
            case AttributeKind.Relationship or AttributeKind.ListRelationship:
                return ValueClass.Relationship;
            case AttributeKind.VocabProperty:
                return ValueClass.Uri;
            case AttributeKind.LanguageProperty or AttributeKind.GeoProperty:
                return ValueClass.Object;
        }

        if (JsonText.IsNumber(json)) return ValueClass.Number;
        if (JsonText.IsArray(json)) return ValueClass.Array;
        if (json[0] is (byte)'t' or (byte)'f') return ValueClass.Boolean;
        if (JsonText.IsString(json)) return hasValueType ? Typed(json, ValueClass.String) : ValueClass.String;
        lexical = StoredValue.Lexical(json);
        return lexical.Length == json.Length ? ValueClass.Object : OfTyped(json, lexical);
    }

    private static ValueClass OfTyped(ReadOnlySpan<byte> json, ReadOnlySpan<byte> lexical)
    {
        if (JsonText.IsNumber(lexical)) return ValueClass.Number;
        if (!JsonText.IsString(lexical)) return lexical[0] is (byte)'t' or (byte)'f' ? ValueClass.Boolean : ValueClass.Object;
        if (!JsonText.TryMember(json, "@type"u8, out var type)) return ValueClass.String;
        return type.EndsWith("URI\""u8) || type.EndsWith("@id\""u8) ? ValueClass.Uri : Typed(lexical, ValueClass.String);
    }

    private static ValueClass Typed(ReadOnlySpan<byte> text, ValueClass otherwise) => TemporalText.KindOf(text[1..^1]) switch
    {
        QTemporalKind.DateTime => ValueClass.DateTime,
        QTemporalKind.Date => ValueClass.Date,
        QTemporalKind.Time => ValueClass.Time,
        _ => otherwise,
    };
}
