using SmartCity.Broker.Entities.Decisions;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using Xunit;

namespace SmartCity.Broker.Tests.Entities.Decisions;

// ETSI GS CIM 009 5.6.2, 5.5.8
public class AttributesUpdateTests
{
    private static Func<PackedEntity?, DateTimeOffset, Result<EntityChange>> Update(string fragment) =>
        new AttributesUpdate(Told.Id, default, Told.Fragment(fragment)).Decide;

    [Theory]
    [InlineData( // 5.5.8, example 2
        """{"temperature":{"type":"Property","value":25,"unitCode":"CEL","observedAt":"2022-03-14T01:59:26.535Z"},"b":1}""",
        """{"temperature":{"type":"Property","value":100,"observedAt":"2022-03-14T13:00:00.000Z"}}""",
        """{"temperature":{"type":"Property","value":100,"observedAt":"2022-03-14T13:00:00.000Z"},"b":{"type":"Property","value":1}}""",
        "temperature Updated")]
    [InlineData( // 5.5.8, example 3
        """{"temperature":{"type":"Property","value":25,"unitCode":"CEL","observedAt":"2022-03-14T01:59:26.535Z"},"b":1}""",
        """{"temperature":{"type":"Property","value":"urn:ngsi-ld:null"}}""",
        """{"b":{"type":"Property","value":1}}""",
        "temperature Deleted")]
    public void Updates_the_examples_of_the_standard(string before, string fragment, string after, string changes) =>
        Told.Becomes(before, Update(fragment), after, changes);

    [Theory]
    [InlineData("""{"a":1}""", """{"b":2}""", """{"a":{"type":"Property","value":1},"b":{"type":"Property","value":2}}""", "b Created")]
    [InlineData("""{"a":1}""", """{"b":"urn:ngsi-ld:null"}""", """{"a":{"type":"Property","value":1}}""", "")]
    [InlineData("""{"a":1}""", """{"a":{"object":"urn:x:1"}}""", """{"a":{"type":"Relationship","object":"urn:x:1"}}""", "a Updated")]
    [InlineData(
        """{"a":{"value":1,"b":{"value":2}}}""",
        """{"a":{"type":"Property","value":3,"b":"urn:ngsi-ld:null","unitCode":"urn:ngsi-ld:null"}}""",
        """{"a":{"type":"Property","value":3}}""",
        "a Updated")]
    [InlineData(
        """{"a":[{"value":1},{"value":2,"datasetId":"urn:x:1"}]}""",
        """{"a":[{"type":"Property","value":4,"datasetId":"urn:x:2"},{"type":"Property","value":3,"datasetId":"urn:x:1"}]}""",
        """{"a":[{"type":"Property","value":1},{"type":"Property","value":3,"datasetId":"urn:x:1"},{"type":"Property","value":4,"datasetId":"urn:x:2"}]}""",
        "a[urn:x:2] Created, a[urn:x:1] Updated")]
    [InlineData("""{"a":{"value":{"x":1,"y":2}}}""", """{"a":{"value":{"y":2,"x":1}}}""", """{"a":{"type":"Property","value":{"x":1,"y":2}}}""", "a Rewritten")]
    [InlineData("""{"a":"é"}""", """{"a":"\u00e9"}""", """{"a":{"type":"Property","value":"é"}}""", "a Rewritten")]
    [InlineData("""{"a":1}""", """{"type":"Hall"}""", """{"type":["Room","Hall"],"a":{"type":"Property","value":1}}""", "")]
    [InlineData("""{"a":1}""", """{"scope":"/x"}""", """{"a":{"type":"Property","value":1}}""", "")]
    [InlineData("""{"scope":"/y"}""", """{"scope":["/x","/z"]}""", """{"scope":["/x","/z"]}""", "")]
    public void Replaces_whole_instances(string before, string fragment, string after, string changes) =>
        Told.Becomes(before, Update(fragment), after, changes);

    [Theory]
    [InlineData("""{"a":{"type":"Property","unitCode":"CEL"}}""", "a has no value")]
    [InlineData("""{"a":{"type":"Property","value":{"x":"urn:ngsi-ld:null"}}}""", "a has urn:ngsi-ld:null inside")]
    [InlineData("""{"a":{"type":"Property","value":1,"b":{"type":"Property","value":{"x":"urn:ngsi-ld:null"}}}}""", "a has urn:ngsi-ld:null inside")]
    public void Needs_values_and_no_null_inside_them(string fragment, string names) =>
        Told.Fails("""{"a":1}""", Update(fragment), NgsiLdErrorKind.BadRequestData, names);

    [Fact]
    public void Nothing_to_do_is_no_change()
    {
        var before = Told.Kept("""{"a":1}""");
        Assert.True(Update("""{"type":"Room"}""")(before, Told.Today).Value.IsEmpty);
        Assert.True(Update("{}")(before, Told.Today).Value.IsEmpty);
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, Update("{}")(null, Told.Today).Error!.Kind);
    }
}
