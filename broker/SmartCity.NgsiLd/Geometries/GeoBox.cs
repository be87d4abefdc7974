using NetTopologySuite.Geometries;

namespace SmartCity.NgsiLd.Geometries;

/// <summary>
/// A rectangle in degrees, WGS 84, edges included. It never crosses the antimeridian: what does is two of them, or, for the
/// envelope of a target, the whole turn.
/// </summary>
public readonly record struct GeoBox(double West, double South, double East, double North)
{
    public bool Intersects(in GeoBox other) =>
        West <= other.East && other.West <= East && South <= other.North && other.South <= North;

    public bool Contains(double longitude, double latitude) =>
        West <= longitude && longitude <= East && South <= latitude && latitude <= North;

    public GeoBox Including(double longitude, double latitude) => new(
        Math.Min(West, longitude), Math.Min(South, latitude), Math.Max(East, longitude), Math.Max(North, latitude));

    /// <summary>The box that includes nothing: where a search for an envelope starts.</summary>
    internal static GeoBox None { get; } =
        new(double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity, double.NegativeInfinity);

    internal static GeoBox Of(Geometry geometry)
    {
        var envelope = geometry.EnvelopeInternal;
        return new GeoBox(envelope.MinX, envelope.MinY, envelope.MaxX, envelope.MaxY).Normalized();
    }

    /// <summary>Longitudes beyond 180 degrees, which RFC 7946 does not forbid, are the same places as others within.</summary>
    internal GeoBox Normalized() => West < -180 || East > 180 ? this with { West = -180, East = 180 } : this;
}
