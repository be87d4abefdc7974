using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Federation.Http;

/// <summary>
/// A query in the terms of a source: as parameters (ETSI GS CIM 009 6.4.3.2), or as a body (6.23, 5.2.23) where it is too long for a URL
/// or selects by what parameters cannot say.
/// </summary>
/// <remarks>
/// What of an Entity is wanted is said by attrs, which every version of the standard and IoT Agents know; pick came with 1.8, and older
/// sources refuse it or pass it over. As a filter it lets out Entities that have none of the Attributes: just those that a registration
/// of these Attributes does not mean.
/// </remarks>
internal static class QueryText
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether parameters can say which Entities are meant.</summary>
    public static bool FitsParameters(EntityQuery query) => One(query.Selectors) is not null;

    /// <summary>Adds everything but paging.</summary>
    public static void AddTo(ref TargetText target, EntityQuery query, ImmutableArray<string> attributes, ImmutableArray<string> datasetIds, Context context)
    {
        var selector = One(query.Selectors)!;
        target.Add("id", selector.Ids);
        if (selector.Type is { } type) target.Add("type", Types(type, context));
        target.Add("idPattern", selector.IdPattern?.Text);
        target.Add("attrs", Names(attributes, context));
        if (query.Q is { } q) target.Add("q", QueryWriter.Write(q, context));
        if (query.Geo is { } geo)
        {
            var text = QueryWriter.Write(geo, context);
            target.Add("georel", text.GeoRel);
            target.Add("geometry", text.Geometry);
            target.Add("coordinates", text.Coordinates);
            target.Add("geoproperty", text.GeoProperty);
        }

        if (query.Scope is { } scope) target.Add("scopeQ", QueryWriter.Write(scope));
        target.Add("datasetId", datasetIds);
        if (query.Csf is { } csf) target.Add("csf", QueryWriter.Write(csf, context));
        if (query.SplitEntities is { } split) target.Add("splitEntities", split ? "true" : "false");
    }

    public static ReadOnlyMemory<byte> Body(
        EntityQuery query, ImmutableArray<string> attributes, ImmutableArray<string> datasetIds, Context context, bool includeContext,
        SourceMapUse map = default)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output, Writing);
        json.WriteStartObject();
        json.WriteString("type"u8, "Query");
        Selectors(json, query.Selectors, context);
        Strings(json, "attrs", [.. Names(attributes, context)]);
        if (query.Q is { } q) json.WriteString("q"u8, QueryWriter.Write(q, context));
        if (query.Geo is { } geo) Geo(json, QueryWriter.Write(geo, context));
        if (query.Scope is { } scope) json.WriteString("scopeQ"u8, QueryWriter.Write(scope));
        Strings(json, "datasetId", datasetIds);
        if (query.Csf is { } csf) json.WriteString("csf"u8, QueryWriter.Write(csf, context));
        if (query.SplitEntities is { } split) json.WriteBoolean("splitEntities"u8, split);
        if (map.IsWanted) json.WriteBoolean("entityMap"u8, true);
        if (map is { IsWanted: true, Lifetime: { } lifetime }) json.WriteString("entityMapLifetime"u8, XmlConvert.ToString(lifetime));
        if (includeContext)
        {
            json.WritePropertyName("@context"u8);
            json.WriteRawValue(context.Json);
        }

        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Alternatives as older versions know them, too: with commas (4.17).</summary>
    public static string Types(TypeSelection type, Context context) => QueryWriter.Write(type, context).Replace('|', ',');

    public static IEnumerable<string> Names(ImmutableArray<string> iris, Context context) => iris.Select(context.Compact);

    /// <summary>Several selectors are one where they differ in nothing but ids, or in nothing but types; null where they are not.</summary>
    public static EntitySelector? One(ImmutableArray<EntitySelector> selectors)
    {
        if (selectors.IsEmpty) return new();
        var first = selectors[0];
        if (selectors.Length == 1) return first;
        if (selectors.All(other => other.IdPattern is null && !other.Ids.IsEmpty && Equals(other.Type, first.Type)))
        {
            return first with { Ids = [.. selectors.SelectMany(other => other.Ids).Distinct()] };
        }

        var sameIds = selectors.All(other => other.Type is not null && other.IdPattern == first.IdPattern && other.Ids.SequenceEqual(first.Ids));
        return sameIds ? first with { Type = new TypeOr([.. selectors.Select(other => other.Type!).Distinct()]) } : null;
    }

    // One object for each id: versions before 1.8 know no arrays of ids.
    private static void Selectors(Utf8JsonWriter json, ImmutableArray<EntitySelector> selectors, Context context)
    {
        if (selectors.IsEmpty) return;
        json.WriteStartArray("entities"u8);
        foreach (var selector in selectors)
        {
            var type = selector.Type is null ? null : Types(selector.Type, context);
            foreach (var id in selector.Ids.IsEmpty ? [null] : selector.Ids.As<string?>())
            {
                json.WriteStartObject();
                if (id is not null) json.WriteString("id"u8, id);
                if (selector.IdPattern is { } pattern) json.WriteString("idPattern"u8, pattern.Text);
                if (type is not null) json.WriteString("type"u8, type);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private static void Geo(Utf8JsonWriter json, GeoQueryText geo)
    {
        json.WriteStartObject("geoQ"u8);
        json.WriteString("georel"u8, geo.GeoRel);
        json.WriteString("geometry"u8, geo.Geometry);
        json.WritePropertyName("coordinates"u8);
        json.WriteRawValue(geo.Coordinates);
        if (geo.GeoProperty is { } property) json.WriteString("geoproperty"u8, property);
        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string member, ImmutableArray<string> texts)
    {
        if (texts.IsEmpty) return;
        json.WriteStartArray(member);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
