using NetTopologySuite.Geometries;

namespace SmartCity.NgsiLd.Geometries;

/// <summary>How far stored geometries are from a reference, in metres: exact between points, by the nearest places of others.</summary>
internal sealed class PlaceDistance(Geometry reference)
{
    private readonly GeoDistance _distance = new(reference);
    private readonly Point? _point = reference as Point;

    /// <summary>Null where the bytes are no geometry.</summary>
    public double? To(ReadOnlySpan<byte> geoJson)
    {
        if (_point is not null && GeoJson.TryPoint(geoJson, out var longitude, out var latitude))
            return GreatCircle.Distance(_point.X, _point.Y, longitude, latitude);
        return GeoJson.Read(geoJson) is { IsEmpty: false } target ? _distance.To(target) : null;
    }
}
