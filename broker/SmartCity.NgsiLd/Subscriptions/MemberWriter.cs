using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.NgsiLd.Subscriptions;

/// <summary>Writes members that several resources have, where there is something to write: the way back of <see cref="MemberReader"/>.</summary>
internal static class MemberWriter
{
    private const string DefaultGeoProperty = "https://uri.etsi.org/ngsi-ld/location";

    public static void WriteEntities(ImmutableArray<EntitySelector> selectors, Context context, Utf8JsonWriter json)
    {
        if (selectors.IsEmpty) return;
        json.WriteStartArray("entities");
        foreach (var selector in selectors)
        {
            json.WriteStartObject();
            if (selector.Ids is [var id]) json.WriteString("id", id);
            else WriteTexts(json, "id", selector.Ids);
            WriteText(json, "idPattern", selector.IdPattern?.Text);
            WriteText(json, "type", selector.Type is { } type ? QueryWriter.Write(type, context) : null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteGeoQuery(SubscribedGeoQuery? geo, Context context, Utf8JsonWriter json)
    {
        if (geo is null) return;
        json.WriteStartObject("geoQ");
        json.WriteString("georel", geo.Georel);
        json.WriteString("geometry", geo.Geometry);
        json.WritePropertyName("coordinates");
        json.WriteRawValue(geo.Coordinates.Span, skipInputValidation: true);
        if (geo.Query.Path.Names is not [DefaultGeoProperty])
        {
            json.WriteString("geoproperty", string.Join('.', geo.Query.Path.Names.Select(context.Compact)));
        }

        json.WriteEndObject();
    }

    public static void WriteTime(Utf8JsonWriter json, GivenTemporalQuery? time)
    {
        if (time is null) return;
        json.WriteStartObject("temporalQ");
        json.WriteString("timerel", time.Timerel);
        json.WriteString("timeAt", time.TimeAt);
        WriteText(json, "endTimeAt", time.EndTimeAt);
        WriteText(json, "timeproperty", time.Timeproperty);
        WriteNumber(json, "lastN", time.LastN);
        json.WriteEndObject();
    }

    public static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    public static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
    }

    public static void WriteTexts(Utf8JsonWriter json, string name, ImmutableArray<string> values)
    {
        if (values.IsEmpty) return;
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    public static void WriteNames(Utf8JsonWriter json, string name, ImmutableArray<string> iris, Context context)
    {
        if (iris.IsEmpty) return;
        json.WriteStartArray(name);
        foreach (var iri in iris) json.WriteStringValue(context.Compact(iri));
        json.WriteEndArray();
    }

    public static void WriteProjection(Utf8JsonWriter json, string name, Projection? projection, Context context)
    {
        if (projection is null) return;
        json.WriteStartArray(name);
        foreach (var member in projection.Members) json.WriteStringValue(QueryWriter.Write(new Projection([member]), context));
        json.WriteEndArray();
    }

    public static void WritePairs(Utf8JsonWriter json, string name, ImmutableArray<KeyValue> pairs)
    {
        if (pairs.IsEmpty) return;
        json.WriteStartArray(name);
        foreach (var (key, value) in pairs)
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WriteString("value", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
