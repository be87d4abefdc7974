using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Queries;

public sealed class SelectionParserTests
{
    [Theory]
    [InlineData("Building|House", "or(Building, House)")]
    [InlineData("Building,House", "or(Building, House)")]
    [InlineData("(Home;Vehicle)", "and(Home, Vehicle)")]
    [InlineData("(Home;Vehicle)|Motorhome", "or(and(Home, Vehicle), Motorhome)")]
    [InlineData("(Home;Vehicle),Motorhome", "or(and(Home, Vehicle), Motorhome)")]
    [InlineData("A, B ,,", "or(A, B)")]
    [InlineData("*", "any")]
    [InlineData("https://example.org/v1.0/Type", "https://example.org/v1.0/Type")]
    [InlineData("urn:x:y", "urn:x:y")]
    [InlineData("<urn:x:(a;b)>|A", "or(urn:x:(a;b), A)")]
    [InlineData("((A|B);C)", "and(or(A, B), C)")]
    public void Type_selections_are_read(string text, string tree) =>
        Assert.Equal(tree, TreeText.Of(TypeSelectionParser.Parse(text, Context.Core).Value));

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("(A")]
    [InlineData("(A;)")]
    [InlineData("A)")]
    [InlineData("A B")]
    [InlineData("A;;B")]
    [InlineData("1A")]
    [InlineData("A==1")]
    public void Wrong_type_selections_are_refused(string text) =>
        Assert.Equal(NgsiLdErrorKind.BadRequestData, TypeSelectionParser.Parse(text, Context.Core).Error!.Kind);

    [Theory]
    [InlineData("/Madrid", "Madrid")]
    [InlineData("/Madrid/Gardens/#", "Madrid/Gardens/#")]
    [InlineData("/Madrid/+/ParqueNorte", "Madrid/+/ParqueNorte")]
    [InlineData("(/Madrid/Districts;/CompanyA)", "and(Madrid/Districts, CompanyA)")]
    [InlineData("(/Madrid/Districts;/CompanyA)|CompanyB", "or(and(Madrid/Districts, CompanyA), CompanyB)")]
    [InlineData("(/Madrid/Districts;/CompanyA),CompanyB", "or(and(Madrid/Districts, CompanyA), CompanyB)")]
    [InlineData("\"/Madrid/Centro,/Madrid/Cortes\"", "or(Madrid/Centro, Madrid/Cortes)")]
    [InlineData("/#", "#")]
    public void Scope_queries_are_read(string text, string tree) => Assert.Equal(tree, TreeText.Of(ScopeQueryParser.Parse(text).Value));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/a//b")]
    [InlineData("/#/a")]
    [InlineData("/a b")]
    [InlineData("/a+")]
    [InlineData("(/a")]
    public void Wrong_scope_queries_are_refused(string text) =>
        Assert.Equal(NgsiLdErrorKind.BadRequestData, ScopeQueryParser.Parse(text).Error!.Kind);

    [Theory]
    [InlineData("temperature", "temperature")]
    [InlineData("temperature,humidity", "temperature, humidity")]
    [InlineData("id|type|scope,a", "id, type, scope, a")]
    [InlineData("observation{temperature,humidity}", "observation(temperature, humidity)")]
    [InlineData("a,", "a")]
    [InlineData(" a , ,b{ c{d},}", "a, b(c(d))")]
    [InlineData("https://example.org/v1.0/a", "https://example.org/v1.0/a")]
    public void Projections_are_read(string text, string tree) =>
        Assert.Equal(tree, TreeText.Of(ProjectionParser.Parse(text, Context.Core).Value));

    [Theory]
    [InlineData("")]
    [InlineData(",,")]
    [InlineData("a{}")]
    [InlineData("a{b")]
    [InlineData("a}")]
    [InlineData("a b")]
    public void Wrong_projections_are_refused(string text) =>
        Assert.Equal(NgsiLdErrorKind.BadRequestData, ProjectionParser.Parse(text, Context.Core).Error!.Kind);

    [Fact]
    public void Deep_nesting_is_too_complex()
    {
        var parentheses = new string('(', 10_000);
        Assert.Equal(NgsiLdErrorKind.TooComplexQuery, TypeSelectionParser.Parse(parentheses, Context.Core).Error!.Kind);
        Assert.Equal(NgsiLdErrorKind.TooComplexQuery, ScopeQueryParser.Parse(parentheses).Error!.Kind);
        var braces = string.Concat(Enumerable.Repeat("a{", 5_000));
        Assert.Equal(NgsiLdErrorKind.TooComplexQuery, ProjectionParser.Parse(braces, Context.Core).Error!.Kind);
    }

    [Theory]
    [InlineData("near;maxDistance==2000", "Point", "[8,40]", "NearMaxDistance 2000 POINT (8 40)")]
    [InlineData("near;minDistance==0.5", "Point", " [ 8.5 , -40 , 12 ] ", "NearMinDistance 0.5 POINT (8.5 -40)")]
    [InlineData("within", "Polygon", "[[[100.0,0.0],[101.0,0.0],[101.0,1.0],[100.0,1.0],[100.0,0.0]]]",
        "Within 0 POLYGON ((100 0, 101 0, 101 1, 100 1, 100 0))")]
    [InlineData("intersects", "LineString", "[[0,0],[1,1]]", "Intersects 0 LINESTRING (0 0, 1 1)")]
    [InlineData("contains", "MultiPoint", "[[0,0],[1,1]]", "Contains 0 MULTIPOINT ((0 0), (1 1))")]
    [InlineData("overlaps", "MultiLineString", "[[[0,0],[1,1]]]", "Overlaps 0 MULTILINESTRING ((0 0, 1 1))")]
    [InlineData("disjoint", "MultiPolygon", "[[[[0,0],[1,0],[1,1],[0,0]]]]", "Disjoint 0 MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))")]
    [InlineData("equals", "Point", "[1e1,0]", "Equals 0 POINT (10 0)")]
    public void Geo_queries_are_read(string georel, string geometry, string coordinates, string expected)
    {
        var query = GeoQueryParser.Parse(georel, geometry, coordinates, null, Context.Core).Value;
        Assert.Equal(expected, FormattableString.Invariant($"{query.Relation} {query.DistanceMetres} {query.Geometry}"));
        Assert.Equal(AttributePath.Of("https://uri.etsi.org/ngsi-ld/location"), query.Path);
    }

    [Theory]
    [InlineData(null, "Point", "[1,2]", "georel is missing")]
    [InlineData("within", null, "[1,2]", "geometry is missing")]
    [InlineData("within", "Point", null, "coordinates is missing")]
    [InlineData("near", "Point", "[1,2]", "near is followed by")]
    [InlineData("near;maxDistance=5", "Point", "[1,2]", "near is followed by")]
    [InlineData("near;maxDistance==0", "Point", "[1,2]", "not a positive number")]
    [InlineData("near;maxDistance==-5", "Point", "[1,2]", "not a positive number")]
    [InlineData("near;maxDistance==1;minDistance==2", "Point", "[1,2]", "near is followed by")]
    [InlineData("within;x", "Point", "[1,2]", "has no modifiers")]
    [InlineData("coveredBy", "Point", "[1,2]", "'coveredBy' is not near")]
    [InlineData("within", "GeometryCollection", "[1,2]", "'GeometryCollection' is not a GeoJSON geometry type")]
    [InlineData("within", "Point", "[1]", "they are not those of a Point")]
    [InlineData("within", "Point", "[[1,2]]", "they are not those of a Point")]
    [InlineData("within", "Point", "[\"1\",2]", "they are not those of a Point")]
    [InlineData("within", "Point", "[1e999,2]", "they are not those of a Point")]
    [InlineData("within", "Point", "1,2", "they are not a JSON array")]
    [InlineData("within", "Point", "[1,2", "they are not a JSON array")]
    [InlineData("within", "Polygon", "[[[0,0],[1,0],[1,1]]]", "they are not those of a Polygon")]
    [InlineData("within", "Polygon", "[[[0,0],[1,0],[1,1],[2,2]]]", "they are not those of a Polygon")]
    [InlineData("within", "Polygon", "[[[0,0],[1,1],[1,0],[0,1],[0,0]]]", "crosses or repeats itself")]
    [InlineData("within", "Point", "[[[[[[[[[[1]]]]]]]]]]", "they are not a JSON array")]
    public void Wrong_geo_queries_are_refused(string? georel, string? geometry, string? coordinates, string reason)
    {
        var error = GeoQueryParser.Parse(georel, geometry, coordinates, null, Context.Core).Error!;
        Assert.Equal(NgsiLdErrorKind.BadRequestData, error.Kind);
        Assert.Contains(reason, error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"georel\":\"near;maxDistance==10\",\"geometry\":\"Point\",\"coordinates\":[1,2],\"geoproperty\":\"place\"}")]
    [InlineData("{\"georel\":\"near;maxDistance==10\",\"geometry\":\"Point\",\"coordinates\":\"[1, 2]\",\"geoproperty\":\"place\"}")]
    public void A_geo_query_object_has_its_coordinates_as_array_or_as_string(string json)
    {
        using var document = JsonDocument.Parse(json);
        var query = GeoQueryParser.Parse(document.RootElement, Context.Core).Value;
        Assert.Equal(GeoQueryParser.Parse("near;maxDistance==10", "Point", "[1,2]", "place", Context.Core).Value, query);
    }

    [Theory]
    [InlineData("[]", "geoQ is not an object")]
    [InlineData("{\"georel\":1}", "geoQ.georel is not a string")]
    [InlineData("{\"georel\":\"within\",\"geometry\":\"Point\",\"coordinates\":{}}", "not those of a Point")]
    public void A_wrong_geo_query_object_is_refused(string json, string reason)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Contains(reason, GeoQueryParser.Parse(document.RootElement, Context.Core).Error!.Detail, StringComparison.Ordinal);
    }
}
