using SmartCity.NgsiLd.Entities;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Json.Reading;

/// <summary>An Attribute whose name is "value", which the Device of the Smart Data Models has.</summary>
public class NamedValueTests
{
    private const string Name = "https://uri.etsi.org/ngsi-ld/hasValue";

    [Theory]
    [InlineData(""" "value": {"type": "Property", "value": 5} """, """ "value":{"type":"Property","value":5} """)]
    [InlineData(""" "https://uri.etsi.org/ngsi-ld/hasValue": {"value": 5} """, """ "value":{"type":"Property","value":5} """)]
    [InlineData(""" "value": {"value": 5, "unitCode": "KMH"} """, """ "value":{"type":"Property","value":5,"unitCode":"KMH"} """)]
    [InlineData(""" "value": {"object": "urn:x:2"} """, """ "value":{"type":"Relationship","object":"urn:x:2"} """)]
    [InlineData(
        """ "value": [{"value": 5}, {"value": 6, "datasetId": "urn:d:1"}] """,
        """ "value":[{"type":"Property","value":5},{"type":"Property","value":6,"datasetId":"urn:d:1"}] """)]
    [InlineData(""" "value": 5 """, """ "value":{"type":"Property","value":5} """)]
    [InlineData(""" "value": {"a": 5} """, """ "value":{"type":"Property","value":{"a":5}} """)]
    public void An_Entity_may_have_it(string members, string normalized)
    {
        var read = Reading.EntityWith(members);

        Assert.All(read.Value.Attributes, attribute => Assert.Equal(Name, attribute.Name));
        Assert.Equal(normalized.Trim(), Reading.Normalized(read));
    }

    [Theory]
    [InlineData(""" "value": {"type": "Property", "value": 5} """)]
    [InlineData(""" "value": {"value": 5} """)]
    [InlineData(""" "value": [{"value": 5}] """)]
    [InlineData(""" "value": "urn:ngsi-ld:null" """)]
    public void A_Fragment_may_have_it(string members) =>
        Assert.Equal(Name, Reading.Only(Reading.FragmentWith(members)).Name);

    [Fact]
    public void A_simplified_Fragment_may_have_it() =>
        Assert.Equal("5", Assert.IsType<Property>(Reading.Only(Reading.FragmentWith(""" "value": 5 """, Reading.Simplified))).Value.ToString());

    [Theory]
    [InlineData(""" "type": "Property", "value": 5 """)]
    [InlineData(""" "value": {"a": 5} """)]
    [InlineData(""" "value": [5] """)]
    public void A_Fragment_of_an_Attribute_is_not_taken_for_one_of_an_Entity(string members)
    {
        var error = Reading.FragmentWith(members).Error;

        Assert.Equal(NgsiLdErrorKind.BadRequestData, error?.Kind);
        Assert.StartsWith("value is a member of Attributes", error?.Detail, StringComparison.Ordinal);
    }
}
