using System.Collections.Immutable;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.NgsiLd.Geometries;

/// <summary>
/// Whether a stored geometry relates to a reference as a geo-query says (ETSI GS CIM 009 4.10). Made once per query: what can be
/// prepared of the reference is. Safe to share between threads.
/// </summary>
internal abstract class GeoTest
{
    public static GeoTest Of(GeoQuery query) => query.Relation switch
    {
        GeoRelation.NearMaxDistance or GeoRelation.NearMinDistance => new NearTest(query),
        _ => new RelationTest(query.Relation, query.Geometry),
    };

    /// <summary>False where the bytes are no geometry.</summary>
    public abstract bool Holds(ReadOnlySpan<byte> geoJson);
}

/// <summary>The topological relations, on the plane of longitude and latitude as GeoJSON has it (RFC 7946 3.1.1).</summary>
internal sealed class RelationTest(GeoRelation relation, Geometry reference) : GeoTest
{
    private readonly IPreparedGeometry _prepared = PreparedGeometryFactory.Prepare(reference);
    private readonly GeoBox _box = GeoBox.Of(reference);

    public override bool Holds(ReadOnlySpan<byte> geoJson)
    {
        // Most geometries are nowhere near, which their envelopes tell without building anything.
        if (!GeoJson.TryEnvelope(geoJson, out var envelope)) return false;
        if (!_box.Intersects(envelope)) return relation == GeoRelation.Disjoint;
        return GeoJson.Read(geoJson) is { } target && Relates(target);
    }

    private bool Relates(Geometry target)
    {
        try
        {
            return relation switch
            {
                GeoRelation.Within => _prepared.Contains(target),
                GeoRelation.Contains => _prepared.Within(target),
                GeoRelation.Intersects => _prepared.Intersects(target),
                GeoRelation.Disjoint => _prepared.Disjoint(target),
                GeoRelation.Overlaps => _prepared.Overlaps(target),
                _ => reference.EqualsTopologically(target),
            };
        }
        catch (TopologyException)
        {
            // A stored polygon that crosses itself has no inside to relate to.
            return false;
        }
    }
}

/// <summary>Distances in metres: exact between points, by the nearest places of other geometries.</summary>
internal sealed class NearTest : GeoTest
{
    private readonly GeoDistance _distance;
    private readonly Point? _point;
    private readonly double _metres;
    private readonly bool _atMost;

    /// <summary>Where anything within the distance is; empty where the distance is a least one.</summary>
    private readonly ImmutableArray<GeoBox> _boxes;

    public NearTest(GeoQuery query)
    {
        _point = query.Geometry as Point;
        _distance = new(query.Geometry);
        _metres = query.DistanceMetres;
        _atMost = query.Relation == GeoRelation.NearMaxDistance;
        _boxes = _atMost ? GreatCircle.Around(GeoBox.Of(query.Geometry), _metres) : [];
    }

    public override bool Holds(ReadOnlySpan<byte> geoJson)
    {
        if (_point is not null && GeoJson.TryPoint(geoJson, out var longitude, out var latitude))
        {
            return Meets(new GeoBox(longitude, latitude, longitude, latitude).Normalized())
                && IsNear(GreatCircle.Distance(_point.X, _point.Y, longitude, latitude));
        }

        return GeoJson.TryEnvelope(geoJson, out var envelope) && Meets(envelope)
            && GeoJson.Read(geoJson) is { } target && IsNear(_distance.To(target));
    }

    private bool Meets(in GeoBox envelope)
    {
        if (!_atMost) return true;
        foreach (var box in _boxes)
        {
            if (box.Intersects(envelope)) return true;
        }

        return false;
    }

    private bool IsNear(double metres) => _atMost ? metres <= _metres : metres > _metres;
}
