using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Queries;

/// <summary>Every relation with several geometries on both sides (ETSI GS CIM 009 4.10).</summary>
public class GeoQueryTests : BrokerTest
{
    private const string Box8To13 = "[[[8,48],[13,48],[13,52],[8,52],[8,48]]]";

    private Task PlacesAsync() => CreateAllAsync("""
        {"p":{"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[10,50]}}},
         "q":{"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[20,50]}}},
         "l":{"location":{"type":"GeoProperty","value":{"type":"LineString","coordinates":[[10,50],[11,50]]}}},
         "y":{"location":{"type":"GeoProperty","value":{"type":"Polygon","coordinates":[[[9,49],[12,49],[12,51],[9,51],[9,49]]]}}},
         "m":{"location":{"type":"GeoProperty","value":{"type":"MultiPoint","coordinates":[[10,50],[20,50]]}}},
         "none":{"observationSpace":{"type":"GeoProperty","value":{"type":"Point","coordinates":[10,50]}},
                 "location_2":{"type":"Property","value":{"type":"none"}}}}
        """);

    [BrokerTheory, Clause("4.10"), Clause("4.7.1"), Clause("5.7.2")]
    [InlineData("within", "Polygon", Box8To13, "l p y")]
    [InlineData("within", "Polygon", "[[[9.5,49.5],[10.5,49.5],[10.5,50.5],[9.5,50.5],[9.5,49.5]]]", "p")]
    [InlineData("within", "Polygon", "[[[8,48],[13,48],[13,52],[8,52],[8,48]],[[9.8,49.8],[10.2,49.8],[10.2,50.2],[9.8,50.2],[9.8,49.8]]]", "")]
    [InlineData("within", "MultiPolygon", "[[[[8,48],[13,48],[13,52],[8,52],[8,48]]],[[[19,49],[21,49],[21,51],[19,51],[19,49]]]]", "l m p q y")]
    [InlineData("within", "LineString", "[[9,50],[12,50]]", "l p")]
    [InlineData("contains", "Point", "[10.5,50]", "l y")]
    [InlineData("contains", "Polygon", "[[[10,49.5],[10.5,49.5],[10.5,50.5],[10,50.5],[10,49.5]]]", "y")]
    [InlineData("contains", "LineString", "[[10.2,50],[10.8,50]]", "l y")]
    [InlineData("contains", "MultiPoint", "[[10.2,50],[10.8,50]]", "l y")]
    [InlineData("contains", "Point", "[20,50]", "m q")]
    [InlineData("intersects", "Point", "[10,50]", "l m p y")]
    [InlineData("intersects", "Polygon", "[[[19,49],[21,49],[21,51],[19,51],[19,49]]]", "m q")]
    [InlineData("intersects", "LineString", "[[10.5,49.5],[10.5,50.5]]", "l y")]
    [InlineData("intersects", "MultiLineString", "[[[10.5,49.5],[10.5,50.5]],[[20,49],[20,51]]]", "l m q y")]
    [InlineData("intersects", "MultiPoint", "[[10.7,50],[20,50]]", "l m q y")]
    [InlineData("equals", "Point", "[10,50]", "p")]
    [InlineData("equals", "Point", "[10.0,50.0]", "p")]
    [InlineData("equals", "LineString", "[[11,50],[10,50]]", "l")]
    [InlineData("equals", "Polygon", "[[[12,49],[12,51],[9,51],[9,49],[12,49]]]", "y")]
    [InlineData("equals", "MultiPoint", "[[20,50],[10,50]]", "m")]
    [InlineData("disjoint", "Polygon", Box8To13, "q")]
    [InlineData("disjoint", "Point", "[10,50]", "q")]
    [InlineData("disjoint", "LineString", "[[0,0],[1,1]]", "l m p q y")]
    [InlineData("overlaps", "Polygon", "[[[11.5,49.5],[14,49.5],[14,50.5],[11.5,50.5],[11.5,49.5]]]", "y")]
    [InlineData("overlaps", "LineString", "[[10.5,50],[12,50]]", "l")]
    [InlineData("overlaps", "MultiPoint", "[[20,50],[30,50]]", "m")]
    [InlineData("near;maxDistance==1000", "Point", "[10,50]", "l m p y")]
    [InlineData("near;maxDistance==1000000", "Point", "[10,50]", "l m p q y")]
    [InlineData("near;maxDistance==80000", "Point", "[10,51.5]", "y")]
    [InlineData("near;maxDistance==0.5", "Point", "[20,50]", "m q")]
    [InlineData("near;minDistance==1000", "Point", "[10,50]", "q")]
    [InlineData("near;minDistance==1000000", "Point", "[10,50]", "")]
    [InlineData("near;maxDistance==10", "Polygon", "[[[9.9,49.9],[10.1,49.9],[10.1,50.1],[9.9,50.1],[9.9,49.9]]]", "l m p y")]
    [InlineData("near;maxDistance==10", "LineString", "[[19,50],[21,50]]", "m q")]
    public async Task Relations_and_geometries(string georel, string geometry, string coordinates, string found)
    {
        await PlacesAsync();
        Assert.Equal(found, await FindAsync($"georel={Encode(georel)}&geometry={geometry}&coordinates={Encode(coordinates)}"));
        var answer = await PostAsync("entityOperations/query", $$$"""
            {"type":"Query","entities":[{"type":"{{{Type}}}"}],"geoQ":{"georel":"{{{georel}}}","geometry":"{{{geometry}}}","coordinates":{{{coordinates}}}}}
            """);
        var ids = answer.Expect(HttpStatusCode.OK).Json.AsArray().Select(entity => ((string)entity!["id"]!).Split(':')[^1]);
        Assert.Equal(found, string.Join(" ", ids.Order(StringComparer.Ordinal)));
    }

    [BrokerTheory, Clause("4.10"), Clause("4.5.5")]
    [InlineData("observationSpace", "none")]
    [InlineData("location", "l m p y")]
    [InlineData("location_2", "")]
    [InlineData("nothing", "")]
    public async Task Another_property_is_looked_at_where_asked(string geoproperty, string found)
    {
        await PlacesAsync();
        Assert.Equal(found, await FindAsync($"georel=intersects&geometry=Point&coordinates=[10,50]&geoproperty={geoproperty}"));
    }

    [BrokerFact, Clause("4.10"), Clause("5.7.2")]
    public async Task Any_instance_of_the_place_will_do()
    {
        await CreateAllAsync("""
            {"a":{"location":[{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}},
                              {"type":"GeoProperty","value":{"type":"Point","coordinates":[3,4]},"datasetId":"urn:x:gps"}]}}
            """);
        Assert.Equal("a", await FindAsync("georel=equals&geometry=Point&coordinates=[3,4]"));
        Assert.Equal("a", await FindAsync("georel=equals&geometry=Point&coordinates=[1,2]"));
        Assert.Equal("", await FindAsync("georel=equals&geometry=Point&coordinates=[5,6]"));
    }

    [BrokerTheory, Clause("4.10"), Clause("5.7.2")]
    [InlineData("georel=within")]
    [InlineData("geometry=Point&coordinates=[1,2]")]
    [InlineData("georel=within&geometry=Polygon")]
    [InlineData("georel=within&coordinates=[1,2]")]
    [InlineData("georel=beside&geometry=Point&coordinates=[1,2]")]
    [InlineData("georel=near&geometry=Point&coordinates=[1,2]")]
    [InlineData("georel=near;maxDistance==0&geometry=Point&coordinates=[1,2]")]
    [InlineData("georel=near;maxDistance==-5&geometry=Point&coordinates=[1,2]")]
    [InlineData("georel=near;maxDistance==x&geometry=Point&coordinates=[1,2]")]
    [InlineData("georel=near;maxDistance=5&geometry=Point&coordinates=[1,2]")]
    [InlineData("georel=near;distance==5&geometry=Point&coordinates=[1,2]")]
    [InlineData("georel=equals&geometry=Point&coordinates=1,2")]
    [InlineData("georel=equals&geometry=Point&coordinates=[1")]
    [InlineData("georel=equals&geometry=Point&coordinates=[\"a\",2]")]
    [InlineData("georel=equals&geometry=Point&coordinates=[[1,2]]")]
    [InlineData("georel=equals&geometry=Polygon&coordinates=[1,2]")]
    [InlineData("georel=within&geometry=Polygon&coordinates=[[[0,0],[1,0],[1,1]]]")]
    [InlineData("georel=within&geometry=GeometryCollection&coordinates=[1,2]")]
    [InlineData("georel=within&geometry=Circle&coordinates=[1,2]")]
    public async Task What_is_no_geoquery_is_refused(string query) =>
        (await GetAsync($"entities?type={Type}&{query}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
}
