using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using Xunit;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Tests.Json.Reading;

/// <summary>Fragments (5.4): parts of Entities, in which NGSI-LD Null deletes.</summary>
public class FragmentTests
{
    [Fact]
    public void A_fragment_may_lack_id_type_and_all_else()
    {
        var fragment = Reading.Fragment("{}").Value;

        Assert.Equal("", fragment.Id);
        Assert.Empty(fragment.Types);
        Assert.Empty(fragment.Attributes);
    }

    [Theory]
    [InlineData(""" "a": "urn:ngsi-ld:null" """)]
    [InlineData(""" "a": {"value": "urn:ngsi-ld:null"} """)]
    [InlineData(""" "a": {"type": "GeoProperty", "value": "urn:ngsi-ld:null"} """)]
    [InlineData(""" "a": {"object": "urn:ngsi-ld:null"} """)]
    [InlineData(""" "a": {"object": ["urn:ngsi-ld:null"]} """)]
    [InlineData(""" "a": {"languageMap": {"@none": "urn:ngsi-ld:null"}} """)]
    [InlineData(""" "a": {"languageMap": "urn:ngsi-ld:null"} """)]
    [InlineData(""" "a": {"vocab": "urn:ngsi-ld:null"} """)]
    [InlineData(""" "a": {"valueList": ["urn:ngsi-ld:null"]} """)]
    [InlineData(""" "a": {"valueList": "urn:ngsi-ld:null"} """)]
    [InlineData(""" "a": {"objectList": ["urn:ngsi-ld:null"]} """)]
    [InlineData(""" "a": {"json": "urn:ngsi-ld:null"} """)]
    [InlineData(""" "location": "urn:ngsi-ld:null" """)]
    public void NGSI_LD_Null_is_read_for_each_kind(string members) =>
        Assert.True(NgsiLdNull.Is(Reading.Only(Reading.FragmentWith(members))));

    [Fact]
    public void NGSI_LD_Null_is_read_for_members_too()
    {
        var fragment = Reading.FragmentWith("""
            "scope": "urn:ngsi-ld:null", "expiresAt": "urn:ngsi-ld:null",
            "a": {"unitCode": "urn:ngsi-ld:null", "observedAt": "urn:ngsi-ld:null", "b": "urn:ngsi-ld:null"}
            """).Value;

        Assert.Equal([NgsiLdNull.Uri], fragment.Scopes.ToArray());
        Assert.Equal(NgsiLdNull.Time, fragment.ExpiresAt);
        var attribute = Assert.IsType<AttributeFragment>(Assert.Single(fragment.Attributes));
        Assert.Equal(NgsiLdNull.Uri, attribute.UnitCode);
        Assert.Equal(NgsiLdNull.Time, attribute.ObservedAt);
        Assert.True(NgsiLdNull.Is(Assert.Single(attribute.SubAttributes)));
    }

    [Theory]
    [InlineData(""" "a": {"observedAt": "2020-01-01T00:00:00Z"} """, null)]
    [InlineData(""" "a": {"type": "Property", "unitCode": "KMH"} """, AttributeKind.Property)]
    [InlineData(""" "a": {"type": "Relationship"} """, AttributeKind.Relationship)]
    [InlineData(""" "a": {"b": {"value": 1}} """, null)]
    [InlineData(""" "a": [{"datasetId": "urn:d:1", "b": 1}] """, null)]
    [InlineData(""" "location": {"observedAt": "2020-01-01T00:00:00Z"} """, null)]
    public void An_attribute_may_lack_its_value(string members, AttributeKind? kind) =>
        Assert.Equal(kind, Assert.IsType<AttributeFragment>(Reading.Only(Reading.FragmentWith(members))).TargetKind);

    [Theory]
    [InlineData(""" "a": {"street": "x"} """, """{"street":"x"}""")]
    [InlineData(""" "a": {"street": "x", "country": "urn:ngsi-ld:null"} """, """{"street":"x","country":"urn:ngsi-ld:null"}""")]
    [InlineData(""" "a": {"value": {"country": "urn:ngsi-ld:null"}} """, """{"country":"urn:ngsi-ld:null"}""")]
    public void A_value_may_hold_NGSI_LD_Null_for_a_merge(string members, string value) =>
        Assert.Equal(value, Assert.IsType<Property>(Reading.Only(Reading.FragmentWith(members))).Value.ToString());

    [Theory]
    [InlineData(""" "a": {"datasetId": "urn:ngsi-ld:null"} """, "a.datasetId cannot be deleted")]
    [InlineData(""" "a": null """, "a is null")]
    [InlineData(""" "id": "x" """, "id is not a URI")]
    [InlineData(""" "location": 5 """, "location is a Property")]
    public void A_fragment_can_be_wrong_as_well(string members, string detail) =>
        Assert.Contains(detail, Reading.FragmentWith(members).Error?.Detail, StringComparison.Ordinal);

    public static TheoryData<string, string[]> Bodies => new()
    {
        { """{"type": "Property", "value": 5}""", ["Property 5 "] },
        { """{"value": 5, "@context": "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"}""", ["Property 5 "] },
        { """[{"value": 5}, {"value": 6, "datasetId": "urn:d:1"}]""", ["Property 5 ", "Property 6 urn:d:1"] },
        { """{"type": "Point", "coordinates": [1, 2]}""", ["GeoProperty {\"type\":\"Point\",\"coordinates\":[1,2]} "] },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void An_attribute_is_read_on_its_own(string body, string[] instances)
    {
        var read = EntityReader.ReadAttribute(
            System.Text.Encoding.UTF8.GetBytes(body), "urn:a", Context.Core, EntityInput.Entity, EntityReaderOptions.Default).Value;

        Assert.All(read, instance => Assert.Equal("urn:a", instance.Name));
        Assert.Equal(instances, read.Select(Show));
    }

    [Fact]
    public void What_an_attribute_body_deletes_is_a_sub_attribute_and_no_part_of_a_value()
    {
        var read = EntityReader.ReadAttribute(
            """{"p":"urn:ngsi-ld:null"}"""u8.ToArray(), "urn:a", Context.Core, EntityInput.Fragment, EntityReaderOptions.Default).Value;

        var fragment = Assert.IsType<AttributeFragment>(Assert.Single(read));
        Assert.Equal("https://uri.etsi.org/ngsi-ld/default-context/p", Assert.Single(fragment.SubAttributes).Name);
    }

    [Theory]
    [InlineData("5", "The body is neither a JSON object nor an array")]
    [InlineData("{\"observedAt\": \"2020-01-01T00:00:00Z\"}", "The body has no value")]
    [InlineData("{\"value\": 1, \"a b\": 1}", "a b is not a name")]
    public void An_attribute_on_its_own_can_be_wrong(string body, string detail)
    {
        var read = EntityReader.ReadAttribute(
            System.Text.Encoding.UTF8.GetBytes(body), "urn:a", Context.Core, EntityInput.Entity, EntityReaderOptions.Default);

        Assert.Contains(detail, read.Error?.Detail, StringComparison.Ordinal);
    }

    private static string Show(Attribute attribute) => attribute switch
    {
        Property property => $"Property {property.Value} {property.DatasetId}",
        GeoProperty geo => $"GeoProperty {geo.Value} {geo.DatasetId}",
        _ => attribute.ToString(),
    };
}
