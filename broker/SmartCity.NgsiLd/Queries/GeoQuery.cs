using NetTopologySuite.Geometries;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Geometries;

namespace SmartCity.NgsiLd.Queries;

/// <summary>ETSI GS CIM 009 4.10.</summary>
public enum GeoRelation
{
    NearMaxDistance,
    NearMinDistance,
    Within,
    Contains,
    Intersects,
    Equals,
    Disjoint,
    Overlaps,
}

/// <summary>A geo-query (ETSI GS CIM 009 4.10).</summary>
/// <param name="Relation">How the Entity's geometry relates to the given one.</param>
/// <param name="Geometry">WGS 84, longitude first.</param>
/// <param name="DistanceMetres">For near; otherwise 0.</param>
/// <param name="Path">The GeoProperty: location where none is named.</param>
public sealed record GeoQuery(GeoRelation Relation, Geometry Geometry, double DistanceMetres, AttributePath Path)
{
    /// <summary>What has to do with a place, as a GeoProperty has it; null where that is no geometry.</summary>
    /// <param name="name">The expanded name of the GeoProperty.</param>
    /// <param name="place">A GeoJSON geometry.</param>
    public static GeoQuery? At(string name, JsonValue place) =>
        GeoJson.Read(place.Span) is { } geometry ? new(GeoRelation.Intersects, geometry, 0, AttributePath.Of(name)) : null;
}

/// <summary>A geo-query as the four members that a request or a GeoQuery object (ETSI GS CIM 009 5.2.13) has.</summary>
/// <param name="GeoRel">Such as <c>near;maxDistance==2000</c>.</param>
/// <param name="Geometry">A GeoJSON geometry type.</param>
/// <param name="Coordinates">A JSON array.</param>
/// <param name="GeoProperty">A path, compacted; null for location.</param>
public sealed record GeoQueryText(string GeoRel, string Geometry, string Coordinates, string? GeoProperty);
