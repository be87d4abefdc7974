using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Entities;

public class RepresentationTests : BrokerTest
{
    [BrokerTheory, Clause("4.7"), Clause("4.7.2"), Clause("5.2.7")]
    [InlineData("""{"type":"GeoProperty","value":"{\"type\":\"Point\",\"coordinates\":[13.4,52.5]}"}""", true)]
    [InlineData("""{"type":"GeoProperty","value":"{\"type\":\"Point\"}"}""", false)]
    [InlineData("""{"type":"GeoProperty","value":"{\"type\":"}""", false)]
    [InlineData("""{"type":"GeoProperty","value":"13.4,52.5"}""", false)]
    public async Task A_geometry_may_come_as_a_string_that_holds_its_JSON(string attribute, bool isOne)
    {
        var answer = await PostAsync("entities", Entity(Id, $$"""{"location":{{attribute}}}"""));
        if (!isOne)
        {
            answer.ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
            return;
        }

        answer.Expect(HttpStatusCode.Created);
        Assert.Equal(Id.Split(':')[^1], await FindAsync("georel=near;maxDistance==10&geometry=Point&coordinates=[13.4,52.5]"));
        var feature = (await GetAsync($"entities/{Id}", Accept(GeoJson))).Json;
        Assert.Equal("""{"type":"Point","coordinates":[13.4,52.5]}""", feature["geometry"]!.ToJsonString());
    }

    [BrokerFact, Clause("4.5.5")]
    public async Task Several_instances_differ_by_datasetId()
    {
        const string Normalized = """{"s":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:gps"}]}""";
        await CreateAsync(Normalized);
        await ReadsAsync(Normalized);
        await ReadsAsync("""{"s":{"dataset":{"@none":1,"urn:x:gps":2}}}""", query: "?format=simplified");
        await ReadsAsync("""{"s":{"type":"Property","value":2,"datasetId":"urn:x:gps"}}""", query: "?datasetId=urn:x:gps");
        await ReadsAsync("""{"s":{"type":"Property","value":1}}""", query: "?datasetId=@none");
        await ReadsAsync("{}", query: "?datasetId=urn:x:none");
    }

    [BrokerFact, Clause("4.15")]
    public async Task A_language_may_be_asked_for()
    {
        await CreateAsync("""{"n":{"type":"LanguageProperty","languageMap":{"en":"Square","nl":"Plein"}}}""");
        await ReadsAsync("""{"n":{"type":"Property","value":"Plein","lang":"nl"}}""", query: "?lang=nl");
        await ReadsAsync("""{"n":{"type":"Property","value":"Square","lang":"en"}}""", query: "?lang=fr;q=0.3,en;q=0.9");
        await ReadsAsync("""{"n":"Plein"}""", query: "?lang=nl&format=simplified");
    }

    [BrokerTheory, Clause("4.21")]
    [InlineData("pick=a,b", "a b")]
    [InlineData("pick=id,a", "id a")]
    [InlineData("omit=a,c", "id type b scope")]
    [InlineData("pick=a,b,c&omit=b", "a c")]
    [InlineData("omit=id,type,scope", "a b c")]
    public async Task Members_are_picked_and_omitted(string query, string members)
    {
        await CreateAsync("""{"a":{"type":"Property","value":1},"b":{"type":"Property","value":1},"c":{"type":"Property","value":1},"scope":"/x"}""");
        var entity = (await GetAsync($"entities/{Id}?{query}")).Expect(HttpStatusCode.OK).Json.AsObject();
        Assert.Equal(members.Split(' ').Order(), entity.Select(member => member.Key).Order());
    }

    [BrokerFact, Clause("5.7.1")]
    public async Task The_deprecated_attrs_picks_and_demands_one_of_them()
    {
        await CreateAsync("""{"a":{"type":"Property","value":1},"b":{"type":"Property","value":1}}""");
        await ReadsAsync("""{"a":{"type":"Property","value":1}}""", query: "?attrs=a,z");
        (await GetAsync($"entities/{Id}?attrs=z")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("4.5.16"), Clause("4.5.17"), Clause("6.3.15")]
    public async Task GeoJSON_shows_Features()
    {
        await CreateAsync("""
            {"a":{"type":"Property","value":1},
             "location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1.5,2.5]}},
             "operationSpace":{"type":"GeoProperty","value":{"type":"Point","coordinates":[3.5,4.5]}}}
            """);
        var feature = (await GetAsync($"entities/{Id}", Accept(GeoJson))).Expect(HttpStatusCode.OK);
        Assert.Equal(GeoJson, feature.MediaType);
        Assert.Equal("Feature", (string?)feature.Json["type"]);
        Assert.Equal(Id, (string?)feature.Json["id"]);
        Assert.Equal("""{"type":"Point","coordinates":[1.5,2.5]}""", feature.Json["geometry"]!.ToJsonString());
        Assert.Equal(Type, (string?)feature.Json["properties"]!["type"]);
        Assert.Equal(1, (int?)feature.Json["properties"]!["a"]!["value"]);
        Assert.NotNull(feature.Json["@context"]);

        var other = (await GetAsync($"entities/{Id}?geometryProperty=operationSpace&options=keyValues", Accept(GeoJson), ("Prefer", "body=json"))).Json;
        Assert.Equal("""{"type":"Point","coordinates":[3.5,4.5]}""", other["geometry"]!.ToJsonString());
        Assert.Equal(1, (int?)other["properties"]!["a"]);
        Assert.Null(other["@context"]);
        Assert.Null((await GetAsync($"entities/{Id}?geometryProperty=a", Accept(GeoJson))).Json["geometry"]);

        var collection = (await GetAsync($"entities?type={Type}", Accept(GeoJson))).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("FeatureCollection", (string?)collection["type"]);
        Assert.Single(collection["features"]!.AsArray());
    }
}
