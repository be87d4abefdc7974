using System.Globalization;
using NetTopologySuite.Geometries;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.NgsiLd.Queries;

/// <summary>Writes geo-queries (ETSI GS CIM 009 4.10).</summary>
internal static class GeoQueryWriter
{
    public static GeoQueryText Write(GeoQuery query, Context context) => new(
        Relation(query),
        query.Geometry.GeometryType,
        Coordinates(query.Geometry),
        query.Path == AttributePath.Of(GeoQueryParser.DefaultProperty) ? null : QueryWriter.Write(query.Path, context));

    private static string Relation(GeoQuery query) => query.Relation switch
    {
        GeoRelation.NearMaxDistance => $"near;maxDistance=={Number(query.DistanceMetres)}",
        GeoRelation.NearMinDistance => $"near;minDistance=={Number(query.DistanceMetres)}",
        GeoRelation.Within => "within",
        GeoRelation.Contains => "contains",
        GeoRelation.Intersects => "intersects",
        GeoRelation.Equals => "equals",
        GeoRelation.Disjoint => "disjoint",
        _ => "overlaps",
    };

    private static string Coordinates(Geometry geometry) => geometry switch
    {
        Point point => Position(point.Coordinate),
        LineString line => Array(line.Coordinates, Position),
        Polygon polygon => Array([polygon.ExteriorRing, .. polygon.InteriorRings], Coordinates),
        GeometryCollection parts => Array(parts.Geometries, Coordinates),
        _ => throw new ArgumentException("The geometry is of an unknown kind.", nameof(geometry)),
    };

    private static string Position(Coordinate position) => $"[{Number(position.X)},{Number(position.Y)}]";

    private static string Array<T>(T[] items, Func<T, string> write) => $"[{string.Join(',', items.Select(write))}]";

    private static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
