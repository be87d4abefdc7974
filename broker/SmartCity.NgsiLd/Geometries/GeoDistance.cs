using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Distance;

namespace SmartCity.NgsiLd.Geometries;

/// <summary>
/// The distance from a reference to other geometries, in metres: the nearest places are found on a plane on which a degree of
/// longitude is as short as it is at the reference, and the great circle between them is measured. So it is good where it is
/// small beside the Earth.
/// </summary>
internal sealed class GeoDistance
{
    private readonly Geometry _reference;
    private readonly double _longitude;
    private readonly double _shrink;

    public GeoDistance(Geometry reference)
    {
        var center = reference.EnvelopeInternal.Centre;
        _longitude = center.X;
        // Not quite nothing at the poles, where all longitudes are one.
        _shrink = Math.Max(Math.Cos(double.DegreesToRadians(center.Y)), 1e-6);
        _reference = OnPlane(reference);
    }

    public double To(Geometry target)
    {
        var nearest = DistanceOp.NearestPoints(_reference, OnPlane(target));
        return GreatCircle.Distance(nearest[0].X / _shrink, nearest[0].Y, nearest[1].X / _shrink, nearest[1].Y);
    }

    /// <summary>The geometry with longitudes relative to the reference's, the short way round.</summary>
    private Geometry OnPlane(Geometry geometry)
    {
        var turns = Math.Round((geometry.EnvelopeInternal.Centre.X - _longitude) / 360);
        var copy = geometry.Copy();
        copy.Apply(new Shift(_longitude + (360 * turns), _shrink));
        copy.GeometryChanged();
        return copy;
    }

    private sealed class Shift(double origin, double shrink) : ICoordinateSequenceFilter
    {
        public bool Done => false;

        public bool GeometryChanged => true;

        public void Filter(CoordinateSequence sequence, int i) => sequence.SetX(i, (sequence.GetX(i) - origin) * shrink);
    }
}
