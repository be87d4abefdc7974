using NetTopologySuite.Geometries;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Geometries;

/// <summary>Builds geometries from the coordinates of GeoJSON (RFC 7946 3.1), WGS 84, longitude first.</summary>
internal static class GeoJsonGeometry
{
    private static readonly GeometryFactory Factory = new(new PrecisionModel(), 4326);

    /// <summary>Null where the coordinates do not fit the type, or the type is none of ETSI GS CIM 009 4.7.1.</summary>
    /// <param name="type">The name of the type, such as Point.</param>
    /// <param name="coordinates">A compact JSON array.</param>
    public static Geometry? Build(ReadOnlySpan<byte> type, ReadOnlySpan<byte> coordinates)
    {
        if (!JsonText.IsArray(coordinates)) return null;
        try
        {
            if (type.SequenceEqual("Point"u8)) return Point(coordinates);
            if (type.SequenceEqual("LineString"u8)) return Line(coordinates);
            if (type.SequenceEqual("Polygon"u8)) return Polygon(coordinates);
            if (type.SequenceEqual("MultiPoint"u8)) return Many(coordinates, Point, Factory.CreateMultiPoint);
            if (type.SequenceEqual("MultiLineString"u8)) return Many(coordinates, Line, Factory.CreateMultiLineString);
            return type.SequenceEqual("MultiPolygon"u8) ? Many(coordinates, Polygon, Factory.CreateMultiPolygon) : null;
        }
        catch (ArgumentException)
        {
            // Too few points for a line, a ring that is not closed.
            return null;
        }
    }

    private delegate T? Part<T>(ReadOnlySpan<byte> coordinates)
        where T : Geometry;

    private static GeometryCollection? Many<T>(
        ReadOnlySpan<byte> coordinates, Part<T> part, Func<T[], GeometryCollection> create)
        where T : Geometry
    {
        if (!JsonText.IsArray(coordinates)) return null;
        var parts = new List<T>();
        foreach (var item in new JsonItems(coordinates))
        {
            if (part(item) is not { } geometry) return null;
            parts.Add(geometry);
        }

        return parts.Count == 0 ? null : create([.. parts]);
    }

    private static Point? Point(ReadOnlySpan<byte> coordinates) =>
        Position(coordinates) is { } position ? Factory.CreatePoint(position) : null;

    private static LineString? Line(ReadOnlySpan<byte> coordinates) =>
        Positions(coordinates) is { Length: >= 2 } positions ? Factory.CreateLineString(positions) : null;

    private static Polygon? Polygon(ReadOnlySpan<byte> coordinates)
    {
        if (!JsonText.IsArray(coordinates)) return null;
        var rings = new List<LinearRing>();
        foreach (var item in new JsonItems(coordinates))
        {
            if (Positions(item) is not { Length: >= 4 } positions) return null;
            rings.Add(Factory.CreateLinearRing(positions));
        }

        return rings.Count == 0 ? null : Factory.CreatePolygon(rings[0], [.. rings.Skip(1)]);
    }

    private static Coordinate[]? Positions(ReadOnlySpan<byte> coordinates)
    {
        if (!JsonText.IsArray(coordinates)) return null;
        var positions = new List<Coordinate>();
        foreach (var item in new JsonItems(coordinates))
        {
            if (Position(item) is not { } position) return null;
            positions.Add(position);
        }

        return [.. positions];
    }

    private static Coordinate? Position(ReadOnlySpan<byte> coordinates)
    {
        if (!JsonText.IsArray(coordinates)) return null;
        var (count, longitude, latitude) = (0, 0.0, 0.0);
        foreach (var item in new JsonItems(coordinates))
        {
            if (!JsonText.TryNumber(item, out var number) || !double.IsFinite(number)) return null;
            if (count == 0) longitude = number;
            else if (count == 1) latitude = number;
            count++;
        }

        return count >= 2 ? new Coordinate(longitude, latitude) : null;
    }
}
