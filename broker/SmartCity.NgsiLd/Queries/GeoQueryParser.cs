using System.Globalization;
using System.Text;
using System.Text.Json;
using NetTopologySuite.Geometries;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Geometries;

namespace SmartCity.NgsiLd.Queries;

/// <summary>The geo-query language (ETSI GS CIM 009 4.10): from its four members to one value.</summary>
public static class GeoQueryParser
{
    /// <summary>The GeoProperty of a geo-query that names none (ETSI GS CIM 009 4.7.1).</summary>
    public const string DefaultProperty = "https://uri.etsi.org/ngsi-ld/location";

    /// <summary>Characters in coordinates, at most.</summary>
    private const int MaxCoordinates = 65_536;

    /// <summary>BadRequestData names the member that is missing or wrong.</summary>
    /// <param name="georel">Such as <c>near;maxDistance==2000</c>.</param>
    /// <param name="geometry">A GeoJSON geometry type.</param>
    /// <param name="coordinates">A JSON array.</param>
    /// <param name="geoproperty">A path; null for location.</param>
    /// <param name="context">Expands the path.</param>
    public static Result<GeoQuery> Parse(
        string? georel, string? geometry, string? coordinates, string? geoproperty, Context context)
    {
        if (string.IsNullOrWhiteSpace(georel)) return Missing("georel");
        if (string.IsNullOrWhiteSpace(geometry)) return Missing("geometry");
        if (string.IsNullOrWhiteSpace(coordinates)) return Missing("coordinates");
        if (!Relation(georel).TryGet(out var relation, out var error)) return error;
        if (!Reference(geometry.Trim(), coordinates, "geometry", "coordinates").TryGet(out var reference, out error)) return error;
        if (!Path(geoproperty, context).TryGet(out var path, out error)) return error;
        return new GeoQuery(relation.Kind, reference, relation.Metres, path);
    }

    /// <summary>
    /// A GeoQuery object of a body (ETSI GS CIM 009 5.2.13). BadRequestData names the member that is missing or wrong.
    /// </summary>
    /// <param name="query">Its coordinates are an array, or a string that holds one.</param>
    /// <param name="context">Expands the path.</param>
    public static Result<GeoQuery> Parse(JsonElement query, Context context)
    {
        if (query.ValueKind != JsonValueKind.Object) return NgsiLdError.BadRequestData("geoQ is not an object");
        foreach (var name in (ReadOnlySpan<string>)["georel", "geometry", "geoproperty"])
        {
            if (query.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.String)
                return NgsiLdError.BadRequestData($"geoQ.{name} is not a string");
        }

        return Parse(
            Text(query, "georel"), Text(query, "geometry"), Text(query, "coordinates"), Text(query, "geoproperty"), context);
    }

    private static string? Text(JsonElement query, string name)
    {
        if (!query.TryGetProperty(name, out var member)) return null;
        return member.ValueKind == JsonValueKind.String ? member.GetString() : member.GetRawText();
    }

    private static Result<(GeoRelation Kind, double Metres)> Relation(string georel)
    {
        var parts = georel.Split(';', StringSplitOptions.TrimEntries);
        if (parts[0] == "near") return Near(parts);
        if (parts.Length > 1) return Wrong("georel", $"'{parts[0]}' has no modifiers");
        return parts[0] switch
        {
            "within" => (GeoRelation.Within, 0),
            "contains" => (GeoRelation.Contains, 0),
            "intersects" => (GeoRelation.Intersects, 0),
            "equals" => (GeoRelation.Equals, 0),
            "disjoint" => (GeoRelation.Disjoint, 0),
            "overlaps" => (GeoRelation.Overlaps, 0),
            _ => Wrong("georel", $"'{parts[0]}' is not near, within, contains, intersects, equals, disjoint or overlaps"),
        };
    }

    private static Result<(GeoRelation Kind, double Metres)> Near(string[] parts)
    {
        const string Form = "near is followed by ;maxDistance==metres or ;minDistance==metres";
        const NumberStyles Plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (parts.Length != 2) return Wrong("georel", Form);
        var sides = parts[1].Split("==", StringSplitOptions.TrimEntries);
        if (sides.Length != 2) return Wrong("georel", Form);
        var kind = sides[0] switch
        {
            "maxDistance" => GeoRelation.NearMaxDistance,
            "minDistance" => GeoRelation.NearMinDistance,
            _ => (GeoRelation?)null,
        };
        if (kind is null) return Wrong("georel", Form);
        var isNumber = double.TryParse(sides[1], Plain, CultureInfo.InvariantCulture, out var metres);
        if (!isNumber || !double.IsFinite(metres) || metres <= 0)
            return Wrong("georel", $"the distance '{sides[1]}' is not a positive number");
        return (kind.Value, metres);
    }

    /// <param name="type">A GeoJSON geometry type.</param>
    /// <param name="coordinates">A JSON array.</param>
    /// <param name="typeName">What errors call the type.</param>
    /// <param name="coordinatesName">What errors call the coordinates.</param>
    internal static Result<Geometry> Reference(string type, string coordinates, string typeName, string coordinatesName)
    {
        if (type is not ("Point" or "LineString" or "Polygon" or "MultiPoint" or "MultiLineString" or "MultiPolygon"))
            return Wrong(typeName, $"'{type}' is not a GeoJSON geometry type, or one that is not supported");
        if (coordinates.Length > MaxCoordinates)
            return new NgsiLdError(NgsiLdErrorKind.TooComplexQuery, $"{coordinatesName} is longer than {MaxCoordinates} characters");
        if (Compact(coordinates) is not { } compact) return Wrong(coordinatesName, "they are not a JSON array");
        if (GeoJsonGeometry.Build(Encoding.UTF8.GetBytes(type), compact) is not { } geometry)
            return Wrong(coordinatesName, $"they are not those of a {type}");
        return geometry.IsValid ? geometry : Wrong(coordinatesName, $"the {type} crosses or repeats itself");
    }

    /// <summary>Null where the text is no JSON.</summary>
    private static byte[]? Compact(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            return JsonSerializer.SerializeToUtf8Bytes(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Result<AttributePath> Path(string? geoproperty, Context context)
    {
        if (string.IsNullOrWhiteSpace(geoproperty)) return AttributePath.Of(DefaultProperty);
        if (!AttributePathParser.Parse(geoproperty, context, "geoproperty").TryGet(out var path, out var error)) return error;
        return path.Trailing.IsEmpty && path.Linked is null ? path : Wrong("geoproperty", "a GeoProperty has no brackets");
    }

    private static NgsiLdError Missing(string member) => NgsiLdError.BadRequestData($"{member} is missing from the geo-query");

    private static NgsiLdError Wrong(string member, string reason) =>
        NgsiLdError.BadRequestData($"{member} is not valid: {reason}");
}
