using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Json;

/// <summary>ETSI GS CIM 009 4.5.16, 4.5.17, C.2.3.</summary>
public class GeoJsonWritingTests
{
    private static readonly Entity Parking = Writing.EntityOf(
        new Property { Name = Writing.Default + "free", Value = JsonValue.Of("121") },
        Geo(Writing.Core + "location", 1),
        Geo(Writing.Default + "entrance", 2),
        Geo(Writing.Default + "entrance", 3, "urn:d"),
        Geo(Writing.Default + "exit", 4, "urn:d"));

    public static TheoryData<EntityFormat, string> Forms => new()
    {
        {
            EntityFormat.Normalized,
            """
            {"type": "T", "free": {"type": "Property", "value": 121},
             "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [1, 0]}}}
            """
        },
        { EntityFormat.Concise, """{"type": "T", "free": 121, "location": {"type": "Point", "coordinates": [1, 0]}}""" },
        { EntityFormat.Simplified, """{"type": "T", "free": 121, "location": {"type": "Point", "coordinates": [1, 0]}}""" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void An_entity_is_a_feature(EntityFormat format, string properties)
    {
        var entity = Parking with { Attributes = Parking.Attributes[..2] };
        var shown = new Representation { GeoJson = true, Format = format };
        const string Head = """ "id": "urn:ngsi-ld:T:1", "type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 0]} """;
        Writing.AssertJson($$"""{ {{Head}}, "properties": {{properties}} }""", Writing.Write(entity, shown));
        Writing.AssertJson(
            $$"""{ {{Head}}, "properties": {{properties}}, "@context": "{{Context.Core.Uri}}" }""",
            Writing.Write(entity, shown with { IncludeContext = true }));
        Writing.AssertJson(
            $$"""
            {"type": "FeatureCollection", "features": [{ {{Head}}, "properties": {{properties}} }], "@context": "{{Context.Core.Uri}}"}
            """,
            Writing.WriteAll([entity], shown with { IncludeContext = true }));
    }

    [Fact]
    public void No_entities_are_an_empty_collection() => Writing.AssertJson(
        """{"type": "FeatureCollection", "features": []}""", Writing.WriteAll([], new() { GeoJson = true }));

    public static TheoryData<string?, string[], string> Geometries => new()
    {
        { null, [], "1" },
        { Writing.Default + "entrance", [], "2" },
        { Writing.Default + "entrance", ["urn:d"], "3" },
        { Writing.Default + "entrance", ["@none"], "2" },
        { Writing.Default + "entrance", ["@none", "urn:d"], "2" },
        { Writing.Default + "entrance", ["urn:d", "@none"], "3" },
        { Writing.Default + "entrance", ["urn:e", "urn:d"], "3" },
        { Writing.Default + "exit", [], "4" },
        { Writing.Default + "free", [], "" },
        { "urn:never-seen", [], "" },
        { null, ["urn:d"], "" },
    };

    [Theory]
    [MemberData(nameof(Geometries))]
    public void The_geometry_is_that_of_the_asked_property(string? name, string[] datasetIds, string longitude) =>
        Writing.AssertMember(
            longitude == "" ? null : $$"""{"type": "Point", "coordinates": [{{longitude}}, 0]}""",
            "geometry",
            Writing.Write(Parking, new() { GeoJson = true, GeometryProperty = name, DatasetIds = [.. datasetIds] }));

    [Theory]
    [InlineData("2", "@none", "urn:d")]
    [InlineData("3", "urn:d", "@none")]
    public void The_geometry_of_several_asked_instances_is_that_of_the_first_asked_wherever_it_stands(string longitude, params string[] datasetIds) =>
        Writing.AssertMember(
            $$"""{"type": "Point", "coordinates": [{{longitude}}, 0]}""",
            "geometry",
            Writing.Write(
                Writing.EntityOf(Geo(Writing.Default + "entrance", 3, "urn:d"), Geo(Writing.Default + "entrance", 2)),
                new() { GeoJson = true, GeometryProperty = Writing.Default + "entrance", DatasetIds = [.. datasetIds] }));

    [Fact]
    public void Without_geometry_there_is_a_null() =>
        Assert.Contains("\"geometry\":null,", Writing.Write(Writing.EntityOf(), new() { GeoJson = true }));

    [Fact]
    public void System_attributes_scope_and_projections_apply_to_the_properties() =>
        Writing.AssertJson(
            """
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 0]}, "properties": {"scope": "/a", "free": 121}}
            """,
            Writing.Write(Parking with { Scopes = ["/a"] }, new()
            {
                GeoJson = true,
                Format = EntityFormat.Simplified,
                SysAttrs = true,
                Pick = Writing.Project("scope", Writing.Default + "free"),
            }));

    private static GeoProperty Geo(string name, int longitude, string? datasetId = null) => new()
    {
        Name = name,
        DatasetId = datasetId,
        Value = JsonValue.Of($$"""{"type":"Point","coordinates":[{{longitude}},0]}"""),
    };
}
