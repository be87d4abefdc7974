using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using SmartCity.NgsiLd.Geometries;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.NgsiLd.Registrations;

/// <summary>
/// Whether a region has, or possibly contains, a place that a geo-query means (ETSI GS CIM 009 5.10.2.4): some geometry within the region could
/// relate to the reference as is asked. Safe to share between threads.
/// </summary>
internal sealed class PossiblePlaces
{
    private readonly GeoQuery _query;
    private readonly IPreparedGeometry _reference;
    private readonly GeoDistance _distance;

    public PossiblePlaces(GeoQuery query)
    {
        _query = query;
        _reference = PreparedGeometryFactory.Prepare(query.Geometry);
        _distance = new(query.Geometry);
    }

    public bool MayHold(Geometry region)
    {
        try
        {
            return _query.Relation switch
            {
                GeoRelation.NearMaxDistance => _distance.To(region) <= _query.DistanceMetres,
                // The farthest place of a region is one of its corners.
                GeoRelation.NearMinDistance => region.Coordinates.Any(corner => _distance.To(new Point(corner)) > _query.DistanceMetres),
                GeoRelation.Within or GeoRelation.Intersects => _reference.Intersects(region),
                GeoRelation.Contains or GeoRelation.Equals => _reference.CoveredBy(region),
                GeoRelation.Disjoint => !_reference.Covers(region),
                _ => _reference.Intersects(region) && !_reference.Covers(region),
            };
        }
        catch (TopologyException)
        {
            // A region that crosses itself: what is in it nobody can tell.
            return true;
        }
    }
}
