using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Geometries;

/// <summary>
/// Distances in metres on the sphere that has the Earth's mean radius; they differ from the ellipsoid's by 0.6 % at most.
/// </summary>
public static class GreatCircle
{
    /// <summary>Mean radius of the Earth (IUGG), in metres.</summary>
    public const double EarthRadius = 6_371_008.8;

    /// <summary>Between two points in degrees (haversine: exact for small distances too).</summary>
    public static double Distance(double longitude1, double latitude1, double longitude2, double latitude2)
    {
        var phi1 = double.DegreesToRadians(latitude1);
        var phi2 = double.DegreesToRadians(latitude2);
        var sinPhi = Math.Sin((phi2 - phi1) / 2);
        var sinLambda = Math.Sin(double.DegreesToRadians(longitude2 - longitude1) / 2);
        var a = (sinPhi * sinPhi) + (Math.Cos(phi1) * Math.Cos(phi2) * sinLambda * sinLambda);
        return 2 * EarthRadius * Math.Asin(Math.Min(1, Math.Sqrt(a)));
    }

    /// <summary>
    /// Boxes that hold every place within a distance of a box: one, or two where they meet the antimeridian; all longitudes
    /// where a pole is near.
    /// </summary>
    public static ImmutableArray<GeoBox> Around(GeoBox box, double metres)
    {
        // A little wider than exact, so that rounding loses nothing.
        var angle = (metres / EarthRadius) * (1 + 1e-9) + 1e-9;
        var north = box.North + double.RadiansToDegrees(angle);
        var south = box.South - double.RadiansToDegrees(angle);
        var steepest = double.DegreesToRadians(Math.Max(Math.Abs(box.North), Math.Abs(box.South)));
        if (north >= 90 || south <= -90 || angle >= (Math.PI / 2) - steepest)
            return [new(-180, Math.Max(south, -90), 180, Math.Min(north, 90))];

        var width = double.RadiansToDegrees(Math.Asin(Math.Sin(angle) / Math.Cos(steepest))) + 1e-9;
        var (west, east) = (box.West - width, box.East + width);
        if (east - west >= 360) return [new(-180, south, 180, north)];
        if (west < -180) return [new(-180, south, east, north), new(west + 360, south, 180, north)];
        if (east > 180) return [new(west, south, 180, north), new(-180, south, east - 360, north)];
        return [new(west, south, east, north)];
    }
}
