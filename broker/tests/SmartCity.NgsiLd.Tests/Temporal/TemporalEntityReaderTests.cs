using System.Text;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Temporal;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Temporal;

/// <summary>Bodies of temporal evolutions (ETSI GS CIM 009 5.2.20), and what is said of wrong ones.</summary>
public class TemporalEntityReaderTests
{
    private const string Default = "https://uri.etsi.org/ngsi-ld/default-context/";

    public static TheoryData<string, string> Sound => new()
    {
        { """ "a": [{"type": "Property", "value": 1, "observedAt": "2026-01-01T00:00:00Z"}, {"value": 2.50}] """, "a Property 1 2026-01-01T00:00:00Z|a Property 2.50" },
        { """ "a": {"type": "Property", "value": 1} """, "a Property 1" },
        { """ "a": 1 """, "a Property 1" },
        { """ "a": [1, 2] """, "a Property [1,2]" },
        { """ "a": [] """, "a Property []" },
        { """ "a": [{"type": "Property", "value": [1]}, {"type": "Property", "value": [2]}] """, "a Property [1]|a Property [2]" },
        { """ "a": [{"object": "urn:x:1"}, {"type": "Property", "value": 1}] """, "a Relationship \"urn:x:1\"|a Property 1" },
        { """ "a": [{"value": 1, "datasetId": "urn:d:1"}, {"value": 2, "datasetId": "urn:d:1"}] """, "a Property 1 urn:d:1|a Property 2 urn:d:1" },
        { """ "a": [{"value": 1, "instanceId": "urn:i:1", "createdAt": "x", "modifiedAt": 5}] """, "a Property 1" },
        { """ "a": [{"value": 1, "b": {"value": 2}}] """, "a Property 1 {b Property 2}" },
        { """ "a": [{"b": {"value": 2}, "value": 1, "type": "Property"}] """, "a Property 1 {b Property 2}" },
        { """ "a": {"type": "Point", "coordinates": [1, 2]} """, "a GeoProperty {\"type\":\"Point\",\"coordinates\":[1,2]}" },
        { """ "a": {"type": "Property", "values": [[1, "2026-01-01T00:00:00Z"], ["x", "2026-01-01T00:00:01Z"]]} """, "a Property 1 2026-01-01T00:00:00Z|a Property \"x\" 2026-01-01T00:00:01Z" },
        { """ "a": {"type": "Property", "values": []} """, "" },
        { """ "a": {"type": "GeoProperty", "values": [[{"type": "Point", "coordinates": [1, 2]}, "2026-01-01T00:00:00Z"]]} """, "a GeoProperty {\"type\":\"Point\",\"coordinates\":[1,2]} 2026-01-01T00:00:00Z" },
        { """ "a": {"type": "Relationship", "objects": [["urn:x:1", "2026-01-01T00:00:00Z"], [["urn:x:1"], "2026-01-01T00:00:00Z"]]} """, "a Relationship \"urn:x:1\" 2026-01-01T00:00:00Z|a Relationship [\"urn:x:1\"] 2026-01-01T00:00:00Z" },
        { """ "a": {"type": "LanguageProperty", "languageMaps": [[{"languageMap": {"en": "x"}}, "2026-01-01T00:00:00Z"]]} """, "a LanguageProperty {\"en\":\"x\"} 2026-01-01T00:00:00Z" },
        { """ "a": {"type": "JsonProperty", "jsons": [[{"json": {"k": null}}, "2026-01-01T00:00:00Z"]]} """, "a JsonProperty {\"k\":null} 2026-01-01T00:00:00Z" },
        { """ "a": {"type": "ListProperty", "valueLists": [[[1, 2], "2026-01-01T00:00:00Z"]]} """, "a ListProperty [1,2] 2026-01-01T00:00:00Z" },
        { """ "a": {"type": "ListRelationship", "objectLists": [[["urn:x:1"], "2026-01-01T00:00:00Z"]]} """, "a ListRelationship [{\"object\":\"urn:x:1\"}] 2026-01-01T00:00:00Z" },
        { """ "a": {"type": "VocabProperty", "vocabs": [[{"vocab": "urn:v:1"}, "2026-01-01T00:00:00Z"]]} """, "a VocabProperty \"urn:v:1\" 2026-01-01T00:00:00Z" },
        { """ "a": [{"value": "urn:ngsi-ld:null", "deletedAt": "2026-01-01T00:00:00Z"}] """, "a Property \"urn:ngsi-ld:null\" deleted 2026-01-01T00:00:00Z" },
        { """ "a": [{"languageMap": {"@none": "urn:ngsi-ld:null"}, "deletedAt": "2026-01-01T00:00:00Z"}] """, "a LanguageProperty {\"@none\":\"urn:ngsi-ld:null\"} deleted 2026-01-01T00:00:00Z" },
        { """ "a": [{"object": "urn:ngsi-ld:null", "deletedAt": "2026-01-01T00:00:00Z"}] """, "a Relationship \"urn:ngsi-ld:null\" deleted 2026-01-01T00:00:00Z" },
        { """ "a": [{"value": 1, "deletedAt": "2026-01-01T00:00:00Z"}] """, "a Property 1" },
        { """ "scope": "/a" """, "scope Property \"/a\"" },
        { """ "scope": ["/a", "/b"] """, "scope Property [\"/a\",\"/b\"]" },
        { """ "scope": [{"type": "Property", "value": "/a", "observedAt": "2026-01-01T00:00:00Z"}, {"type": "Property", "value": ["/b"]}] """, "scope Property \"/a\" 2026-01-01T00:00:00Z|scope Property [\"/b\"]" },
        { """ "createdAt": "2026-01-01T00:00:00Z", "modifiedAt": 1, "deletedAt": null """, "" },
    };

    [Theory]
    [MemberData(nameof(Sound))]
    public void Instances_are_read_in_every_form(string members, string expected)
    {
        var read = Read($$"""{"id": "urn:x:1", "type": "T", {{members}}}""").Value;

        Assert.Equal("urn:x:1", read.Id);
        Assert.Equal(Default + "T", Assert.Single(read.Types));
        Assert.Equal(expected, string.Join("|", read.Instances.Select(Text)));
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { """{"type": "T"}""", "The body has no id" },
        { """{"id": "urn:x:1"}""", "The body has no type" },
        { """{"id": "x", "type": "T"}""", "id is not a URI: x" },
        { """[]""", "The body is not a JSON object" },
        { """{"id": "urn:x:1", "type": "T", "a": 1, "a": 2}""", "a occurs twice" },
        { $$"""{"id": "urn:x:1", "type": "T", "a": 1, "{{Default}}a": 2}""", "has the same expanded name as another member" },
        { """{"id": "urn:x:1", "type": "T", "a": null}""", "a is null, which NGSI-LD has no place for" },
        { """{"id": "urn:x:1", "type": "T", "a": [{"type": "Property"}]}""", "a[0] has no value" },
        { """{"id": "urn:x:1", "type": "T", "a": [{"value": 1}, 2]}""", "a[1] is no Attribute instance, as the first element is" },
        { """{"id": "urn:x:1", "type": "T", "a": [{"value": 1}, {"value": "urn:ngsi-ld:null"}]}""", "a[1].value is urn:ngsi-ld:null" },
        { """{"id": "urn:x:1", "type": "T", "a": [{"value": 1, "observedAt": "2026-01-01"}]}""", "a[0].observedAt is not a DateTime in UTC" },
        { """{"id": "urn:x:1", "type": "T", "a": [{"value": "urn:ngsi-ld:null", "deletedAt": "now"}]}""", "a[0].deletedAt is not a DateTime in UTC" },
        { """{"id": "urn:x:1", "type": "T", "a": [{"type": "Relationship", "object": 5}]}""", "a[0].object is neither a string nor an array of strings" },
        { """{"id": "urn:x:1", "type": "T", "location": [{"value": 1}]}""", "location is a Property, and has to be a GeoProperty" },
        { """{"id": "urn:x:1", "type": "T", "a": {"type": "Property", "values": [1]}}""", "a.values[0] is no pair of a value and a DateTime" },
        { """{"id": "urn:x:1", "type": "T", "a": {"type": "Property", "values": [[1, "x"]]}}""", "a.values[0][1] is not a DateTime in UTC" },
        { """{"id": "urn:x:1", "type": "T", "a": {"type": "Property", "values": [[null, "2026-01-01T00:00:00Z"]]}}""", "a.values[0][0] is null" },
        { """{"id": "urn:x:1", "type": "T", "a": {"type": "Relationship", "values": [[1, "2026-01-01T00:00:00Z"]]}}""", "a has no object" },
        { """{"id": "urn:x:1", "type": "T", "scope": 5}""", "scope is not a scope" },
        { """{"id": "urn:x:1", "type": "T", "scope": {"type": "Property", "value": "/a", "unitCode": "X"}}""", "scope is not a scope" },
        { """{"id": "urn:x:1", "type": "T", "observedAt": "2026-01-01T00:00:00Z"}""", "observedAt is a member of Attributes" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Wrong_data_is_named_with_its_place(string body, string detail)
    {
        var error = Read(body).Error;

        Assert.Equal(NgsiLdErrorKind.BadRequestData, error?.Kind);
        Assert.Contains(detail, error?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Fragment_needs_neither_id_nor_type()
    {
        var read = TemporalEntityReader.Read("""{"a": [{"value": 1}]}"""u8.ToArray(), Context.Core, EntityInput.Fragment, EntityReaderOptions.Default).Value;

        Assert.Equal(("", 0, 1), (read.Id, read.Types.Length, read.Instances.Length));
    }

    [Fact]
    public void Reading_many_instances_costs_no_more_than_their_number()
    {
        var body = new StringBuilder("""{"id":"urn:x:1","type":"T","a":[""");
        body.AppendJoin(',', Enumerable.Repeat("""{"b":{"c":{"value":1},"value":1},"value":1,"observedAt":"2026-01-01T00:00:00Z"}""", 20_000)).Append("]}");

        Assert.Equal(20_000, Read(body.ToString()).Value.Instances.Length);
    }

    private static Result<TemporalEntity> Read(string body) =>
        TemporalEntityReader.Read(Encoding.UTF8.GetBytes(body), Context.Core, EntityInput.Entity, EntityReaderOptions.Default);

    private static string Text(AttributeInstance instance)
    {
        var packed = PackedEntity.Pack(new Entity { Id = "urn:x:1", Types = [], Attributes = [instance.Attribute] }).Attributes.First;
        return Text(packed) + (instance.DeletedAt is { } deletedAt ? $" deleted {deletedAt}" : "");
    }

    private static string Text(PackedAttribute attribute)
    {
        var text = $"{attribute.Name.Iri.Split('/')[^1]} {attribute.Kind} {Encoding.UTF8.GetString(attribute.Value)}";
        if (!attribute.ObservedAt.IsEmpty) text += " " + Encoding.UTF8.GetString(attribute.ObservedAt);
        if (!attribute.DatasetId.IsEmpty) text += " " + Encoding.UTF8.GetString(attribute.DatasetId);
        foreach (var inner in attribute.SubAttributes) text += $" {{{Text(inner)}}}";
        return text;
    }
}
