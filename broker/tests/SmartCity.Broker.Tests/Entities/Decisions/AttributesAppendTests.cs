using SmartCity.Broker.Entities.Decisions;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using Xunit;

namespace SmartCity.Broker.Tests.Entities.Decisions;

// ETSI GS CIM 009 5.6.3
public class AttributesAppendTests
{
    private static Func<PackedEntity?, DateTimeOffset, Result<EntityChange>> Append(string fragment, bool noOverwrite = false) =>
        new AttributesAppend(Told.Id, default, Told.Fragment(fragment), noOverwrite).Decide;

    [Theory]
    [InlineData("""{"a":1}""", """{"b":2}""", """{"a":{"type":"Property","value":1},"b":{"type":"Property","value":2}}""", "b Created")]
    [InlineData("""{"a":{"value":1,"unitCode":"CEL"}}""", """{"a":2}""", """{"a":{"type":"Property","value":2}}""", "a Updated")]
    [InlineData(
        """{"a":1}""",
        """{"a":{"value":2,"datasetId":"urn:x:1"}}""",
        """{"a":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:1"}]}""",
        "a[urn:x:1] Created")]
    [InlineData("""{"a":1}""", """{"type":"Hall","scope":["/x","/y"]}""", """{"type":["Room","Hall"],"scope":["/x","/y"],"a":{"type":"Property","value":1}}""", "")]
    [InlineData("""{"scope":"/x"}""", """{"scope":"/y"}""", """{"scope":"/y"}""", "")]
    public void Overwrites(string before, string fragment, string after, string changes) =>
        Told.Becomes(before, Append(fragment), after, changes);

    [Theory]
    [InlineData("""{"a":1}""", """{"a":3,"b":2}""", """{"a":{"type":"Property","value":1},"b":{"type":"Property","value":2}}""", "b Created")]
    [InlineData(
        """{"a":1}""",
        """{"a":[{"value":2,"datasetId":"urn:x:1"},{"value":3}]}""",
        """{"a":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:1"}]}""",
        "a[urn:x:1] Created")]
    [InlineData("""{"scope":"/x"}""", """{"scope":["/y","/x"]}""", """{"scope":["/x","/y"]}""", "")]
    public void Leaves_what_exists_where_overwriting_is_denied(string before, string fragment, string after, string changes) =>
        Told.Becomes(before, Append(fragment, noOverwrite: true), after, changes);

    [Fact]
    public void Names_what_it_left()
    {
        var change = Append("""{"a":3,"b":2}""", noOverwrite: true)(Told.Kept("""{"a":1}"""), Told.Today).Value;
        Assert.Equal((Told.Vocabulary + "a", "it exists already and noOverwrite is set"), (change.NotUpdated[0].Name, change.NotUpdated[0].Reason));
        var nothing = Append("""{"a":3}""", noOverwrite: true)(Told.Kept("""{"a":1}"""), Told.Today).Value;
        Assert.True(nothing.IsEmpty);
        Assert.Single(nothing.NotUpdated);
    }

    [Theory]
    [InlineData("""{"a":"urn:ngsi-ld:null"}""")]
    [InlineData("""{"a":{"type":"Relationship","object":"urn:ngsi-ld:null"}}""")]
    [InlineData("""{"a":{"type":"Property","value":1,"unitCode":"urn:ngsi-ld:null"}}""")]
    [InlineData("""{"a":{"type":"Property","value":{"x":{"y":"urn:ngsi-ld:null"}}}}""")]
    [InlineData("""{"a":{"type":"Property","value":1,"b":{"type":"Property","value":"urn:ngsi-ld:null"}}}""")]
    public void Takes_no_null(string fragment) =>
        Told.Fails("""{"a":1}""", Append(fragment), NgsiLdErrorKind.BadRequestData, "a is or holds urn:ngsi-ld:null");

    [Fact]
    public void The_Entity_has_to_be_there() =>
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, Append("""{"a":1}""")(null, Told.Today).Error!.Kind);
}
