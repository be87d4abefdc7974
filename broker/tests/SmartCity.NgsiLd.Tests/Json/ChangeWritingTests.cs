using System.Buffers;
using System.Text;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using Xunit;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Tests.Json;

/// <summary>The Entity of a notification (ETSI GS CIM 009 5.8.6, 4.5.0, 5.2.14.1).</summary>
public class ChangeWritingTests
{
    private const string Head = """ "id": "urn:ngsi-ld:T:1", "type": "T" """;
    private const string Times = """ "createdAt": "2026-11-20T12:00:00.000000Z", "modifiedAt": "2026-11-20T12:00:00.123456Z" """;
    private const string Gone = "2026-11-20T13:00:00.000000Z";

    private static readonly DateTimeOffset At = Writing.Created.AddHours(1);

    /// <summary>The kind, how it is deleted, and how with its previous value.</summary>
    public static TheoryData<Attribute, string, string> Deletions => new()
    {
        {
            Property("1"),
            """{"type": "Property", "value": "urn:ngsi-ld:null", "datasetId": "urn:d"}""",
            """{"type": "Property", "value": "urn:ngsi-ld:null", "datasetId": "urn:d", "previousValue": 1}"""
        },
        {
            new GeoProperty { Name = Writing.Default + "a", Value = JsonValue.Of("""{"type":"Point","coordinates":[1,2]}""") },
            """{"type": "GeoProperty", "value": "urn:ngsi-ld:null", "datasetId": "urn:d"}""",
            """
            {"type": "GeoProperty", "value": "urn:ngsi-ld:null", "datasetId": "urn:d",
             "previousValue": {"type": "Point", "coordinates": [1, 2]}}
            """
        },
        {
            new Relationship { Name = Writing.Default + "a", Objects = ["urn:b"] },
            """{"type": "Relationship", "object": "urn:ngsi-ld:null", "datasetId": "urn:d"}""",
            """{"type": "Relationship", "object": "urn:ngsi-ld:null", "datasetId": "urn:d", "previousObject": "urn:b"}"""
        },
        {
            new LanguageProperty { Name = Writing.Default + "a", LanguageMap = JsonValue.Of("""{"en":"yes"}""") },
            """{"type": "LanguageProperty", "languageMap": {"@none": "urn:ngsi-ld:null"}, "datasetId": "urn:d"}""",
            """
            {"type": "LanguageProperty", "languageMap": {"@none": "urn:ngsi-ld:null"}, "datasetId": "urn:d",
             "previousLanguageMap": {"en": "yes"}}
            """
        },
        {
            new VocabProperty { Name = Writing.Default + "a", Vocab = [Writing.Default + "v"] },
            """{"type": "VocabProperty", "vocab": "urn:ngsi-ld:null", "datasetId": "urn:d"}""",
            """{"type": "VocabProperty", "vocab": "urn:ngsi-ld:null", "datasetId": "urn:d", "previousVocab": "v"}"""
        },
        {
            new ListProperty { Name = Writing.Default + "a", ValueList = JsonValue.Of("[1]") },
            """{"type": "ListProperty", "valueList": ["urn:ngsi-ld:null"], "datasetId": "urn:d"}""",
            """{"type": "ListProperty", "valueList": ["urn:ngsi-ld:null"], "datasetId": "urn:d", "previousValueList": [1]}"""
        },
        {
            new ListRelationship { Name = Writing.Default + "a", Objects = ["urn:b"] },
            """{"type": "ListRelationship", "objectList": ["urn:ngsi-ld:null"], "datasetId": "urn:d"}""",
            """
            {"type": "ListRelationship", "objectList": ["urn:ngsi-ld:null"], "datasetId": "urn:d",
             "previousObjectList": [{"object": "urn:b"}]}
            """
        },
        {
            new JsonProperty { Name = Writing.Default + "a", Json = JsonValue.Of("""{"x":1}""") },
            """{"type": "JsonProperty", "json": "urn:ngsi-ld:null", "datasetId": "urn:d"}""",
            """{"type": "JsonProperty", "json": "urn:ngsi-ld:null", "datasetId": "urn:d", "previousJson": {"x": 1}}"""
        },
    };

    [Theory]
    [MemberData(nameof(Deletions))]
    public void Every_kind_has_its_null(Attribute attribute, string deleted, string withPrevious)
    {
        var change = Change([attribute with { DatasetId = "urn:d" }], [], ("a", "urn:d", AttributeChangeKind.Deleted));
        Writing.AssertJson($$"""{ {{Head}}, "a": {{deleted}} }""", Write(change));
        Writing.AssertJson($$"""{ {{Head}}, "a": {{withPrevious}} }""", Write(change, showChanges: true));
        Writing.AssertJson($$"""{ {{Head}}, "a": "urn:ngsi-ld:null" }""", Write(change, new() { Format = EntityFormat.Simplified }));
    }

    [Theory]
    [InlineData(EntityFormat.Normalized)]
    [InlineData(EntityFormat.Concise)]
    [InlineData(EntityFormat.Simplified)]
    public void A_deleted_attribute_is_its_name_and_null_where_no_more_is_asked(EntityFormat format)
    {
        var change = Change([Property("1")], [], ("a", null, AttributeChangeKind.Deleted));
        Writing.AssertJson($$"""{ {{Head}}, "a": "urn:ngsi-ld:null" }""", Write(change, new() { Format = format }));
    }

    [Fact]
    public void System_attributes_say_when_it_was_deleted()
    {
        var change = Change([Property("1")], [], ("a", null, AttributeChangeKind.Deleted));
        Writing.AssertJson(
            $$"""{ {{Head}}, {{Times}}, "a": {"type": "Property", "value": "urn:ngsi-ld:null", {{Times}}, "deletedAt": "{{Gone}}" } }""",
            Write(change, new() { SysAttrs = true }));
    }

    [Fact]
    public void A_deleted_instance_stands_beside_those_that_are_left()
    {
        var change = Change(
            [Property("1"), Property("2", "urn:d"), Property("3", "urn:e")],
            [Property("1"), Property("2", "urn:d")],
            ("a", "urn:e", AttributeChangeKind.Deleted));
        Writing.AssertJson(
            $$"""
            { {{Head}}, "a": [{"value": 1}, {"value": 2, "datasetId": "urn:d"}, {"value": "urn:ngsi-ld:null", "datasetId": "urn:e"}] }
            """,
            Write(change, new() { Format = EntityFormat.Concise }));
        Writing.AssertJson(
            $$"""{ {{Head}}, "a": {"dataset": {"@none": 1, "urn:d": 2, "urn:e": "urn:ngsi-ld:null"} } }""",
            Write(change, new() { Format = EntityFormat.Simplified }));
        Writing.AssertJson(
            $$"""{ {{Head}}, "a": 1 }""", Write(change, new() { Format = EntityFormat.Concise, DatasetIds = ["@none"] }));
        Writing.AssertJson($"{{{Head}}}", Write(change, new() { Pick = Writing.Project("id", "type") }));
    }

    [Fact]
    public void All_deleted_instances_of_a_name_are_one_member()
    {
        var change = Change(
            [Property("1"), Property("2", "urn:d")],
            [],
            ("a", null, AttributeChangeKind.Deleted),
            ("a", "urn:d", AttributeChangeKind.Deleted));
        Writing.AssertJson(
            $$"""{ {{Head}}, "a": [{"value": "urn:ngsi-ld:null"}, {"value": "urn:ngsi-ld:null", "datasetId": "urn:d"}] }""",
            Write(change, new() { Format = EntityFormat.Concise }));
    }

    [Fact]
    public void Changes_show_previous_values_of_what_was_updated()
    {
        var change = Change(
            [Property("1"), Property("5") with { Name = Writing.Default + "b" }],
            [Property("2"), Property("5") with { Name = Writing.Default + "b" }, Property("6") with { Name = Writing.Default + "c" }],
            ("a", null, AttributeChangeKind.Updated),
            ("b", null, AttributeChangeKind.Rewritten),
            ("c", null, AttributeChangeKind.Created));
        Writing.AssertJson(
            $$"""{ {{Head}}, "a": {"value": 2, "previousValue": 1}, "b": 5, "c": 6 }""",
            Write(change, new() { Format = EntityFormat.Concise }, showChanges: true));
        Writing.AssertJson(
            $$"""{ {{Head}}, "a": 2, "b": 5, "c": 6 }""",
            Write(change, new() { Format = EntityFormat.Simplified }, showChanges: true));
    }

    [Fact]
    public void A_kind_that_changed_has_no_previous_value()
    {
        var change = Change(
            [Property("1")],
            [new Relationship { Name = Writing.Default + "a", Objects = ["urn:b"] }],
            ("a", null, AttributeChangeKind.Updated));
        Writing.AssertJson(
            $$"""{ {{Head}}, "a": {"type": "Relationship", "object": "urn:b"} }""", Write(change, showChanges: true));
    }

    [Fact]
    public void The_language_filter_applies_to_previous_values()
    {
        var change = Change(
            [new LanguageProperty { Name = Writing.Default + "a", LanguageMap = JsonValue.Of("""{"en":"yes"}""") }],
            [new LanguageProperty { Name = Writing.Default + "a", LanguageMap = JsonValue.Of("""{"en":"no"}""") }],
            ("a", null, AttributeChangeKind.Updated));
        Writing.AssertJson(
            $$"""{ {{Head}}, "a": {"type": "Property", "value": "no", "lang": "en", "previousValue": "yes"} }""",
            Write(change, new() { Lang = "en" }, showChanges: true));
    }

    [Fact]
    public void A_deleted_entity_is_its_identity_and_when()
    {
        var change = Change([Property("1")], null, ("a", null, AttributeChangeKind.Deleted));
        Writing.AssertJson($$"""{ {{Head}}, "deletedAt": "{{Gone}}" }""", Write(change));
        Writing.AssertJson($$"""{ {{Head}}, {{Times}}, "deletedAt": "{{Gone}}" }""", Write(change, new() { SysAttrs = true }));
        Writing.AssertJson(
            $$"""
            { {{Head}}, "deletedAt": "{{Gone}}", "a": {"type": "Property", "value": "urn:ngsi-ld:null", "previousValue": 1} }
            """,
            Write(change, showChanges: true));
        Writing.AssertJson(
            $$"""
            {"id": "urn:ngsi-ld:T:1", "type": "Feature", "geometry": null, "properties": {"type": "T", "deletedAt": "{{Gone}}"},
             "@context": "{{Context.Core.Uri}}"}
            """,
            Write(change, new() { GeoJson = true, IncludeContext = true }));
    }

    [Fact]
    public void A_changed_feature_has_its_geometry()
    {
        var location = new GeoProperty
        {
            Name = Writing.Core + "location",
            Value = JsonValue.Of("""{"type":"Point","coordinates":[1,2]}"""),
        };
        var change = Change([location, Property("1")], [location], ("a", null, AttributeChangeKind.Deleted));
        Writing.AssertJson(
            """
            {"id": "urn:ngsi-ld:T:1", "type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]},
             "properties": {"type": "T", "location": {"type": "Point", "coordinates": [1, 2]}, "a": "urn:ngsi-ld:null"}}
            """,
            Write(change, new() { GeoJson = true, Format = EntityFormat.Concise }));
    }

    private static EntityChange Change(
        Attribute[] before, Attribute[]? after, params (string Name, string? DatasetId, AttributeChangeKind Kind)[] changes) => new()
        {
            EntityId = "urn:ngsi-ld:T:1",
            Before = PackedEntity.Pack(Writing.EntityOf([.. before])),
            After = after is null ? null : PackedEntity.Pack(Writing.EntityOf([.. after])),
            At = At,
            Attributes = [.. changes.Select(change => new AttributeChange(Writing.Default + change.Name, change.DatasetId, change.Kind))],
        };

    private static string Write(EntityChange change, Representation? representation = null, bool showChanges = false)
    {
        var output = new ArrayBufferWriter<byte>();
        EntityWriter.WriteChange(change, showChanges, representation ?? new(), Context.Core, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static Property Property(string json, string? datasetId = null) => new()
    {
        Name = Writing.Default + "a",
        Value = JsonValue.Of(json),
        DatasetId = datasetId,
        CreatedAt = Writing.Created,
        ModifiedAt = Writing.Modified,
    };
}
