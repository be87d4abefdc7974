using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using Xunit;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Tests.Json;

/// <summary>Each kind of Attribute in each form (ETSI GS CIM 009 4.5.2 - 4.5.24).</summary>
public class AttributeWritingTests
{
    private const string Times = """ "createdAt": "2026-11-20T12:00:00.000000Z", "modifiedAt": "2026-11-20T12:00:00.123456Z" """;

    private static readonly Timestamp Observed = new(new(2017, 7, 29, 12, 0, 4, TimeSpan.Zero), "2017-07-29T12:00:04Z");

    /// <summary>Attribute, normalized, concise, simplified.</summary>
    public static TheoryData<string, Attribute, string, string, string> Kinds => new()
    {
        {
            "number", Property("21.50"),
            """{"type": "Property", "value": 21.50}""", "21.50", "21.50"
        },
        {
            "object", Property("""{"a":{"type":"x"}}"""),
            """{"type": "Property", "value": {"a": {"type": "x"}}}""",
            """{"a": {"type": "x"}}""",
            """{"a": {"type": "x"}}"""
        },
        {
            "array", Property("""[1,"x",[true]]"""),
            """{"type": "Property", "value": [1, "x", [true]]}""", """[1, "x", [true]]""", """[1, "x", [true]]"""
        },
        {
            "object that looks like an Attribute", Property("""{"value":1}"""),
            """{"type": "Property", "value": {"value": 1}}""",
            """{"value": {"value": 1}}""",
            """{"value": 1}"""
        },
        {
            "array that looks like instances", Property("""[{"value":1}]"""),
            """{"type": "Property", "value": [{"value": 1}]}""",
            """{"value": [{"value": 1}]}""",
            """[{"value": 1}]"""
        },
        {
            "Property with a geometry", Property("""{"type":"Point","coordinates":[1,2]}"""),
            """{"type": "Property", "value": {"type": "Point", "coordinates": [1, 2]}}""",
            """{"type": "Property", "value": {"type": "Point", "coordinates": [1, 2]}}""",
            """{"type": "Point", "coordinates": [1, 2]}"""
        },
        {
            "Property with everything",
            Property("5") with
            {
                UnitCode = "KMH", ValueType = Writing.Default + "Speed", ObservedAt = Observed, DatasetId = "urn:d",
                SubAttributes = [Property("0.7") with { Name = Writing.Default + "accuracy" }],
            },
            """
            {"type": "Property", "value": 5, "unitCode": "KMH", "valueType": "Speed", "observedAt": "2017-07-29T12:00:04Z",
             "datasetId": "urn:d", "accuracy": {"type": "Property", "value": 0.7}}
            """,
            """
            {"value": 5, "unitCode": "KMH", "valueType": "Speed", "observedAt": "2017-07-29T12:00:04Z",
             "datasetId": "urn:d", "accuracy": 0.7}
            """,
            "5"
        },
        {
            "GeoProperty", Geo(),
            """{"type": "GeoProperty", "value": {"type": "Point", "coordinates": [1, 2]}}""",
            """{"type": "Point", "coordinates": [1, 2]}""",
            """{"type": "Point", "coordinates": [1, 2]}"""
        },
        {
            "GeoProperty with observedAt", Geo() with { ObservedAt = Observed },
            """
            {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [1, 2]}, "observedAt": "2017-07-29T12:00:04Z"}
            """,
            """{"value": {"type": "Point", "coordinates": [1, 2]}, "observedAt": "2017-07-29T12:00:04Z"}""",
            """{"type": "Point", "coordinates": [1, 2]}"""
        },
        {
            "Relationship", Relationship("urn:b"),
            """{"type": "Relationship", "object": "urn:b"}""", """{"object": "urn:b"}""", "\"urn:b\""
        },
        {
            "Relationship with an array of one", Relationship("urn:b") with { IsArray = true },
            """{"type": "Relationship", "object": ["urn:b"]}""", """{"object": ["urn:b"]}""", """["urn:b"]"""
        },
        {
            "Relationship with everything",
            Relationship("urn:b", "urn:c") with
            {
                IsArray = true, ObjectTypes = [Writing.Default + "A", Writing.Default + "B"], ObservedAt = Observed,
                SubAttributes = [Relationship("urn:bob") with { Name = Writing.Default + "providedBy", ObjectTypes = [Writing.Default + "Person"] }],
            },
            """
            {"type": "Relationship", "object": ["urn:b", "urn:c"], "objectType": ["A", "B"], "observedAt": "2017-07-29T12:00:04Z",
             "providedBy": {"type": "Relationship", "object": "urn:bob", "objectType": "Person"}}
            """,
            """
            {"object": ["urn:b", "urn:c"], "objectType": ["A", "B"], "observedAt": "2017-07-29T12:00:04Z",
             "providedBy": {"object": "urn:bob", "objectType": "Person"}}
            """,
            """["urn:b", "urn:c"]"""
        },
        {
            "LanguageProperty", Language("""{"fr":"Grand Place","nl":["Grote","Markt"]}"""),
            """{"type": "LanguageProperty", "languageMap": {"fr": "Grand Place", "nl": ["Grote", "Markt"]}}""",
            """{"languageMap": {"fr": "Grand Place", "nl": ["Grote", "Markt"]}}""",
            """{"languageMap": {"fr": "Grand Place", "nl": ["Grote", "Markt"]}}"""
        },
        {
            "VocabProperty", Vocab(Writing.Default + "non-commercial"),
            """{"type": "VocabProperty", "vocab": "non-commercial"}""",
            """{"vocab": "non-commercial"}""",
            """{"vocab": "non-commercial"}"""
        },
        {
            "VocabProperty with several", Vocab(Writing.Default + "a", "urn:b") with { IsArray = true },
            """{"type": "VocabProperty", "vocab": ["a", "urn:b"]}""",
            """{"vocab": ["a", "urn:b"]}""",
            """{"vocab": ["a", "urn:b"]}"""
        },
        {
            "ListProperty",
            new ListProperty { Name = Writing.Default + "a", ValueList = JsonValue.Of("[300,300]"), UnitCode = "MMT", ValueType = "urn:Integer" },
            """{"type": "ListProperty", "valueList": [300, 300], "unitCode": "MMT", "valueType": "urn:Integer"}""",
            """{"valueList": [300, 300], "unitCode": "MMT", "valueType": "urn:Integer"}""",
            "[300, 300]"
        },
        {
            "ListRelationship",
            new ListRelationship { Name = Writing.Default + "a", Objects = ["urn:b", "urn:c"], ObjectTypes = [Writing.Default + "City"] },
            """{"type": "ListRelationship", "objectList": [{"object": "urn:b"}, {"object": "urn:c"}], "objectType": "City"}""",
            """{"objectList": ["urn:b", "urn:c"], "objectType": "City"}""",
            """["urn:b", "urn:c"]"""
        },
        {
            "empty ListRelationship", new ListRelationship { Name = Writing.Default + "a", Objects = [] },
            """{"type": "ListRelationship", "objectList": []}""", """{"objectList": []}""", "[]"
        },
        {
            "JsonProperty", new JsonProperty { Name = Writing.Default + "a", Json = JsonValue.Of("""{"id":"x","type":null}""") },
            """{"type": "JsonProperty", "json": {"id": "x", "type": null}}""",
            """{"json": {"id": "x", "type": null}}""",
            """{"json": {"id": "x", "type": null}}"""
        },
        {
            "GeoProperty with valueType", Geo() with { ValueType = Writing.Default + "Place" },
            """{"type": "GeoProperty", "value": {"type": "Point", "coordinates": [1, 2]}, "valueType": "Place"}""",
            """{"value": {"type": "Point", "coordinates": [1, 2]}, "valueType": "Place"}""",
            """{"type": "Point", "coordinates": [1, 2]}"""
        },
        {
            "LanguageProperty with valueType",
            Language("""{"en":"a"}""") with { ValueType = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString" },
            """{"type": "LanguageProperty", "languageMap": {"en": "a"}, "valueType": "langString"}""",
            """{"languageMap": {"en": "a"}, "valueType": "langString"}""",
            """{"languageMap": {"en": "a"}}"""
        },
        {
            "VocabProperty with valueType", Vocab("urn:b") with { ValueType = "urn:t" },
            """{"type": "VocabProperty", "vocab": "urn:b", "valueType": "urn:t"}""",
            """{"vocab": "urn:b", "valueType": "urn:t"}""",
            """{"vocab": "urn:b"}"""
        },
        {
            "JsonProperty with valueType",
            new JsonProperty { Name = Writing.Default + "a", Json = JsonValue.Of("[1]"), ValueType = "urn:t" },
            """{"type": "JsonProperty", "json": [1], "valueType": "urn:t"}""",
            """{"json": [1], "valueType": "urn:t"}""",
            """{"json": [1]}"""
        },
        {
            "several instances of a sub-attribute",
            Property("1") with
            {
                SubAttributes =
                [
                    Property("2") with { Name = Writing.Default + "b" },
                    Property("3") with { Name = Writing.Default + "b", DatasetId = "urn:d" },
                    Property("4") with { Name = Writing.Default + "c" },
                ],
            },
            """
            {"type": "Property", "value": 1, "b": [{"type": "Property", "value": 2},
             {"type": "Property", "value": 3, "datasetId": "urn:d"}], "c": {"type": "Property", "value": 4}}
            """,
            """{"value": 1, "b": [{"value": 2}, {"value": 3, "datasetId": "urn:d"}], "c": 4}""",
            "1"
        },
    };

    /// <summary>Attribute, normalized and concise with system attributes.</summary>
    public static TheoryData<string, Attribute, string, string> WithSystemAttributes => new()
    {
        {
            "Property", Property("1"),
            $$"""{"type": "Property", "value": 1, {{Times}}}""",
            $$"""{"value": 1, {{Times}}}"""
        },
        {
            "transient Relationship", Relationship("urn:b") with { ExpiresAt = Observed },
            $$"""{"type": "Relationship", "object": "urn:b", {{Times}}, "expiresAt": "2017-07-29T12:00:04Z"}""",
            $$"""{"object": "urn:b", {{Times}}, "expiresAt": "2017-07-29T12:00:04Z"}"""
        },
        {
            "sub-attribute", Geo() with { SubAttributes = [Property("2") with { Name = Writing.Default + "b" }] },
            $$"""
            {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [1, 2]}, {{Times}},
             "b": {"type": "Property", "value": 2, {{Times}} } }
            """,
            $$"""{"value": {"type": "Point", "coordinates": [1, 2]}, {{Times}}, "b": {"value": 2, {{Times}} } }"""
        },
        {
            "times that are not known", Property("2") with { CreatedAt = default, ModifiedAt = default },
            """{"type": "Property", "value": 2}""", "2"
        },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_has_its_forms(string label, Attribute attribute, string normalized, string concise, string simplified)
    {
        Assert.NotEmpty(label);
        var entity = Writing.EntityOf(attribute);
        Writing.AssertMember(normalized, "a", Writing.Write(entity, new() { Format = EntityFormat.Normalized }));
        Writing.AssertMember(concise, "a", Writing.Write(entity, new() { Format = EntityFormat.Concise }));
        Writing.AssertMember(simplified, "a", Writing.Write(entity, new() { Format = EntityFormat.Simplified }));
        Writing.AssertMember(simplified, "a", Writing.Write(entity, new() { Format = EntityFormat.Simplified, SysAttrs = true }));
    }

    [Theory]
    [MemberData(nameof(WithSystemAttributes))]
    public void System_attributes_are_shown_at_every_depth(string label, Attribute attribute, string normalized, string concise)
    {
        Assert.NotEmpty(label);
        var entity = Writing.EntityOf(attribute);
        Writing.AssertMember(normalized, "a", Writing.Write(entity, new() { SysAttrs = true }));
        Writing.AssertMember(concise, "a", Writing.Write(entity, new() { SysAttrs = true, Format = EntityFormat.Concise }));
    }

    [Fact]
    public void The_value_is_written_as_it_was_given() =>
        Assert.Contains("\"value\":1.50e+01}", Writing.Write(Writing.EntityOf(Property("1.50e+01")), new()));

    [Fact]
    public void A_fragment_of_an_attribute_cannot_be_written() => Assert.Throws<InvalidOperationException>(
        () => Writing.Write(Writing.EntityOf(new AttributeFragment { Name = Writing.Default + "a" }), new()));

    private static Property Property(string json) => new()
    {
        Name = Writing.Default + "a",
        Value = JsonValue.Of(json),
        CreatedAt = Writing.Created,
        ModifiedAt = Writing.Modified,
    };

    private static GeoProperty Geo() => new()
    {
        Name = Writing.Default + "a",
        Value = JsonValue.Of("""{"type":"Point","coordinates":[1,2]}"""),
        CreatedAt = Writing.Created,
        ModifiedAt = Writing.Modified,
    };

    private static Relationship Relationship(params string[] objects) => new()
    {
        Name = Writing.Default + "a",
        Objects = [.. objects],
        CreatedAt = Writing.Created,
        ModifiedAt = Writing.Modified,
    };

    private static LanguageProperty Language(string map) =>
        new() { Name = Writing.Default + "a", LanguageMap = JsonValue.Of(map) };

    private static VocabProperty Vocab(params string[] iris) => new() { Name = Writing.Default + "a", Vocab = [.. iris] };
}
