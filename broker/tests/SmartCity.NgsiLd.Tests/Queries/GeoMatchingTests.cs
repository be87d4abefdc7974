using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Geometries;
using SmartCity.NgsiLd.Queries;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Queries;

/// <summary>ETSI GS CIM 009 4.10: where something is, a geo-query, and whether it matches.</summary>
public sealed class GeoMatchingTests
{
    private const string Square = "[[[0,0],[10,0],[10,10],[0,10],[0,0]]]";
    private const string Ring = "[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[4,4],[6,4],[6,6],[4,6],[4,4]]]";

    [Theory]
    // A degree of latitude is 111 195 m on the sphere.
    [InlineData("Point", "[0,1]", "near;maxDistance==111196", "Point", "[0,0]", true)]
    [InlineData("Point", "[0,1]", "near;maxDistance==111194", "Point", "[0,0]", false)]
    [InlineData("Point", "[0,1]", "near;minDistance==111194", "Point", "[0,0]", true)]
    [InlineData("Point", "[0,1]", "near;minDistance==111196", "Point", "[0,0]", false)]
    [InlineData("Point", "[1,60]", "near;maxDistance==55600", "Point", "[0,60]", true)]
    [InlineData("Point", "[1,60]", "near;maxDistance==55500", "Point", "[0,60]", false)]
    [InlineData("Point", "[8,40]", "near;maxDistance==1", "Point", "[8,40]", true)]
    [InlineData("Point", "[-179.999,0]", "near;maxDistance==250", "Point", "[179.999,0]", true)]
    [InlineData("Point", "[179.999,10,55]", "near;maxDistance==250", "Point", "[-179.999,10]", true)]
    [InlineData("Point", "[90,89.9]", "near;maxDistance==25000", "Point", "[-90,89.9]", true)]
    [InlineData("Point", "[180,0]", "near;maxDistance==20100000", "Point", "[0,0]", true)]
    // Other geometries are as near as their nearest place.
    [InlineData("Polygon", Square, "near;maxDistance==1", "Point", "[5,5]", true)]
    [InlineData("Polygon", Square, "near;maxDistance==112000", "Point", "[5,11]", true)]
    [InlineData("Polygon", Square, "near;maxDistance==110000", "Point", "[5,11]", false)]
    [InlineData("LineString", "[[0,0],[10,0]]", "near;maxDistance==112000", "Point", "[5,1]", true)]
    [InlineData("LineString", "[[0,0],[10,0]]", "near;minDistance==112000", "Point", "[5,1]", false)]
    [InlineData("MultiPoint", "[[50,50],[5,1.0]]", "near;maxDistance==112000", "Point", "[5,0]", true)]
    [InlineData("Point", "[5,11]", "near;maxDistance==112000", "Polygon", Square, true)]
    [InlineData("Point", "[5,11]", "near;maxDistance==110000", "Polygon", Square, false)]
    [InlineData("LineString", "[[-179.9,0],[-179,0]]", "near;maxDistance==23000", "LineString", "[[179.9,0],[179,0]]", true)]
    [InlineData("LineString", "[[-179.9,0],[-179,0]]", "near;maxDistance==22000", "LineString", "[[179.9,0],[179,0]]", false)]
    // Relations.
    [InlineData("Point", "[5,5]", "within", "Polygon", Square, true)]
    [InlineData("Point", "[5,5]", "within", "Polygon", Ring, false)]
    [InlineData("Point", "[11,5]", "within", "Polygon", Square, false)]
    [InlineData("LineString", "[[1,1],[9,9]]", "within", "Polygon", Square, true)]
    [InlineData("LineString", "[[1,1],[19,9]]", "within", "Polygon", Square, false)]
    [InlineData("Polygon", Square, "contains", "Point", "[5,5]", true)]
    [InlineData("Polygon", Ring, "contains", "Point", "[5,5]", false)]
    [InlineData("Point", "[5,5]", "contains", "Polygon", Square, false)]
    [InlineData("LineString", "[[-5,5],[15,5]]", "intersects", "Polygon", Square, true)]
    [InlineData("LineString", "[[-5,5],[-1,5]]", "intersects", "Polygon", Square, false)]
    [InlineData("Point", "[10,10]", "intersects", "Polygon", Square, true)]
    [InlineData("Point", "[11,11]", "disjoint", "Polygon", Square, true)]
    [InlineData("Point", "[5,5]", "disjoint", "Polygon", Ring, true)]
    [InlineData("Point", "[5,5]", "disjoint", "Polygon", Square, false)]
    [InlineData("Polygon", "[[[5,5],[15,5],[15,15],[5,15],[5,5]]]", "overlaps", "Polygon", Square, true)]
    [InlineData("Polygon", "[[[2,2],[3,2],[3,3],[2,3],[2,2]]]", "overlaps", "Polygon", Square, false)]
    [InlineData("Polygon", "[[[10,0],[10,10],[0,10],[0,0],[10,0]]]", "equals", "Polygon", Square, true)]
    [InlineData("Polygon", Ring, "equals", "Polygon", Square, false)]
    [InlineData("Point", "[8,40]", "equals", "Point", "[8.0,4e1]", true)]
    [InlineData("MultiPolygon", "[[[[2,2],[3,2],[3,3],[2,3],[2,2]]]]", "within", "MultiPolygon", "[" + Square + "]", true)]
    [InlineData("MultiLineString", "[[[1,1],[2,2]],[[3,3],[4,4]]]", "within", "Polygon", Square, true)]
    // What crosses itself has no inside, but does no harm.
    [InlineData("Polygon", "[[[0,0],[10,10],[10,0],[0,10],[0,0]]]", "contains", "Polygon", "[[[50,50],[51,50],[51,51],[50,50]]]", false)]
    public void A_place_matches_as_the_standard_says(
        string type, string coordinates, string georel, string geometry, string reference, bool matches)
    {
        var query = Query(georel, geometry, reference, null);
        var value = $"{{'type':'{type}','coordinates':{coordinates}}}";
        Assert.Equal(matches, Matches(query, $"'location':{{'type':'GeoProperty','value':{value}}}"));
        // The members of a geometry may stand the other way round, and it may be a string (ETSI GS CIM 009 4.7.2).
        Assert.Equal(matches, Matches(query, $"'location':{{'type':'GeoProperty','value':{{'coordinates':{coordinates},'type':'{type}'}}}}"));
        var text = value.Replace("'", "\\'", StringComparison.Ordinal);
        Assert.Equal(matches, Matches(query, $"'location':{{'type':'GeoProperty','value':'{text}'}}"));
    }

    [Theory]
    [InlineData("'place':{'type':'GeoProperty','value':{'type':'Point','coordinates':[0,0]}}", null, false)]
    [InlineData("'place':{'type':'GeoProperty','value':{'type':'Point','coordinates':[0,0]}}", "place", true)]
    [InlineData("'place':{'type':'Property','value':{'type':'Point','coordinates':[0,0]}}", "place", false)]
    [InlineData("'a':{'type':'Property','value':1,'place':{'type':'GeoProperty','value':{'type':'Point','coordinates':[0,0]}}}", "a.place", true)]
    [InlineData("'location':[{'type':'GeoProperty','value':{'type':'Point','coordinates':[50,0]}},"
        + "{'type':'GeoProperty','datasetId':'urn:d','value':{'type':'Point','coordinates':[0,0]}}]", null, true)]
    public void The_property_that_is_asked_for_counts(string attributes, string? geoproperty, bool matches) =>
        Assert.Equal(matches, Matches(Query("near;maxDistance==10", "Point", "[0,0]", geoproperty), attributes));

    [Fact]
    public void Disjoint_needs_a_place_too() => Assert.False(Matches(Query("disjoint", "Point", "[0,0]", null), ""));

    [Theory]
    [InlineData(0, 0, 111_194.9, -1, 1)]
    [InlineData(179.9, 0, 111_194.9, 178.9, -179.1)]
    [InlineData(0, 89.9, 111_194.9, -180, 180)]
    [InlineData(0, 0, 2.1e7, -180, 180)]
    public void The_boxes_around_a_place_reach_over_the_antimeridian_and_the_poles(
        double longitude, double latitude, double metres, double west, double east)
    {
        var boxes = GreatCircle.Around(new(longitude, latitude, longitude, latitude), metres);
        Assert.Equal(west, boxes[0].West, 0.001);
        Assert.Equal(east, boxes[^1].East, 0.001);
        Assert.All(boxes, box => Assert.True(box.West <= box.East));
    }

    [Fact]
    public void The_boxes_hold_everything_within_the_distance()
    {
        var random = new Random(42);
        for (var i = 0; i < 100_000; i++)
        {
            var (x, y) = ((random.NextDouble() * 360) - 180, (random.NextDouble() * 180) - 90);
            var metres = Math.Pow(10, random.NextDouble() * 7.3);
            var (x2, y2) = ((random.NextDouble() * 360) - 180, (random.NextDouble() * 180) - 90);
            if (i % 2 == 0) (x2, y2) = (Wrapped(x + (metres / 1e5 * random.NextDouble())), Math.Clamp(y + (metres / 1e5 * (random.NextDouble() - 0.5)), -90, 90));
            if (GreatCircle.Distance(x, y, x2, y2) > metres) continue;
            Assert.Contains(GreatCircle.Around(new(x, y, x, y), metres), box => box.Contains(x2, y2));
        }
    }

    private static double Wrapped(double longitude) => longitude > 180 ? longitude - (360 * Math.Ceiling((longitude - 180) / 360)) : longitude;

    private static GeoQuery Query(string georel, string geometry, string coordinates, string? geoproperty) =>
        GeoQueryParser.Parse(georel, geometry, coordinates, geoproperty, Context.Core).Value;

    private static bool Matches(GeoQuery query, string attributes)
    {
        var entity = EntityText.Of(attributes.Replace("\\'", "\\\"", StringComparison.Ordinal));
        var matches = new EntityMatcher(new() { Geo = query }).Matches(entity);
        if (matches) BoundsCheck.Holds(new() { Geo = query }, entity);
        return matches;
    }
}
