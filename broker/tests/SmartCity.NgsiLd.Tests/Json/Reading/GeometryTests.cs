using Xunit;

namespace SmartCity.NgsiLd.Tests.Json.Reading;

public class GeometryTests
{
    [Theory]
    [InlineData("""{"type": "Point", "coordinates": [180, -90]}""")]
    [InlineData("""{"type": "Point", "coordinates": [1.5, 2.5, 8848.86]}""")]
    [InlineData("""{"coordinates": [1, 2], "type": "Point", "bbox": [1, 2, 1, 2]}""")]
    [InlineData("""{"type": "MultiPoint", "coordinates": [[1, 2]]}""")]
    [InlineData("""{"type": "LineString", "coordinates": [[1, 2], [3, 4]]}""")]
    [InlineData("""{"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]]]}""")]
    [InlineData("""{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}""")]
    [InlineData("""{"type": "Polygon", "coordinates": [[[0, 0], [9, 0], [9, 9], [0, 0]], [[1, 1], [2, 1], [2, 2], [1, 1]]]}""")]
    [InlineData("""{"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]}""")]
    public void A_geometry_is_read(string geometry)
    {
        Assert.True(Reading.EntityWith($$""" "g": {"type": "GeoProperty", "value": {{geometry}}} """).IsSuccess);
        Assert.True(Reading.EntityWith($"\"location\": {geometry}").IsSuccess);
    }

    [Theory]
    [InlineData("5", "g.value is not a GeoJSON geometry")]
    [InlineData("[1, 2]", "g.value is not a GeoJSON geometry")]
    [InlineData("{}", "g.value has no type of geometry")]
    [InlineData("\"x\"", "g.value is neither a GeoJSON geometry nor the text of one")]
    [InlineData("\"{\\\"type\\\": \\\"Point\\\"}\"", "g.value has no array of coordinates")]
    [InlineData("""{"type": "GeometryCollection", "geometries": []}""", "g.value.type is not a type of geometry")]
    [InlineData("""{"type": "point", "coordinates": [1, 2]}""", "g.value.type is not a type of geometry")]
    [InlineData("""{"type": "Point"}""", "g.value has no array of coordinates")]
    [InlineData("""{"type": "Point", "coordinates": {}}""", "g.value has no array of coordinates")]
    [InlineData("""{"type": "Point", "coordinates": []}""", "g.value.coordinates ends a position")]
    [InlineData("""{"type": "Point", "coordinates": [1]}""", "g.value.coordinates ends a position")]
    [InlineData("""{"type": "Point", "coordinates": [1, 2, 3, 4]}""", "g.value.coordinates[3] is one number too many")]
    [InlineData("""{"type": "Point", "coordinates": ["1", 2]}""", "g.value.coordinates[0] is not a number")]
    [InlineData("""{"type": "Point", "coordinates": [181, 2]}""", "g.value.coordinates[0] is not a longitude")]
    [InlineData("""{"type": "Point", "coordinates": [2, 91]}""", "g.value.coordinates[1] is not a latitude")]
    [InlineData("""{"type": "Point", "coordinates": [1e999, 2]}""", "g.value.coordinates[0] is")]
    [InlineData("""{"type": "Point", "coordinates": [[1, 2]]}""", "g.value.coordinates[0] is not a number")]
    [InlineData("""{"type": "MultiPoint", "coordinates": [1, 2]}""", "g.value.coordinates[0] is not a position")]
    [InlineData("""{"type": "LineString", "coordinates": [[1, 2]]}""", "ends after 1 positions, and has to have 2")]
    [InlineData("""{"type": "Polygon", "coordinates": []}""", "is an empty array")]
    [InlineData("""{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]}""", "ends after 3 positions, and has to have 4")]
    [InlineData("""{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}""", "ends a ring that is not closed")]
    public void What_is_no_geometry_is_refused(string value, string detail)
    {
        var error = Reading.EntityWith($$""" "g": {"type": "GeoProperty", "value": {{value}}} """).Error;

        Assert.Equal(NgsiLdErrorKind.BadRequestData, error?.Kind);
        Assert.Contains(detail, error?.Detail, StringComparison.Ordinal);
    }
}
