using SmartCity.Broker.Entities.Decisions;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using Xunit;

namespace SmartCity.Broker.Tests.Entities.Decisions;

// ETSI GS CIM 009 5.6.4 (with 5.5.8), 5.6.19, 5.6.5
public class AttributeDecisionsTests
{
    private const string Name = Told.Vocabulary + "temperature";

    private static Func<PackedEntity?, DateTimeOffset, Result<EntityChange>> Patch(string fragment) =>
        new AttributePartialUpdate(Told.Id, default, Name, Told.Attribute(fragment)).Decide;

    private static Func<PackedEntity?, DateTimeOffset, Result<EntityChange>> Put(string fragment) =>
        new AttributeReplacement(Told.Id, default, Name, Told.Attribute(fragment)).Decide;

    private static Func<PackedEntity?, DateTimeOffset, Result<EntityChange>> Delete(string? datasetId = null, bool all = false, string name = Name) =>
        new AttributeDeletion(Told.Id, default, name, datasetId, all).Decide;

    [Theory]
    [InlineData( // 5.5.8, example 1
        """{"temperature":{"type":"Property","value":25,"unitCode":"CEL","observedAt":"2022-03-14T01:59:26.535Z"}}""",
        """{"type":"Property","value":100,"observedAt":"2022-03-14T13:00:00.000Z"}""",
        """{"temperature":{"type":"Property","value":100,"unitCode":"CEL","observedAt":"2022-03-14T13:00:00.000Z"}}""")]
    [InlineData(
        """{"temperature":{"value":25,"unitCode":"CEL"}}""",
        """{"unitCode":"FAR"}""",
        """{"temperature":{"type":"Property","value":25,"unitCode":"FAR"}}""")]
    [InlineData(
        """{"temperature":{"value":25,"unitCode":"CEL","observedAt":"2022-03-14T01:59:26.535Z","b":{"value":1}}}""",
        """{"unitCode":"urn:ngsi-ld:null","observedAt":"urn:ngsi-ld:null","b":"urn:ngsi-ld:null"}""",
        """{"temperature":{"type":"Property","value":25}}""")]
    [InlineData( // Members are replaced whole: neither values nor sub-attributes are merged
        """{"temperature":{"value":{"x":1},"b":{"value":1,"unitCode":"CEL"},"c":{"value":3}}}""",
        """{"value":{"y":2},"b":{"type":"Property","value":2}}""",
        """{"temperature":{"type":"Property","value":{"y":2},"b":{"type":"Property","value":2},"c":{"type":"Property","value":3}}}""")]
    [InlineData(
        """{"temperature":{"type":"LanguageProperty","languageMap":{"en":"warm"}}}""",
        """{"type":"LanguageProperty","languageMap":{"de":"warm"}}""",
        """{"temperature":{"type":"LanguageProperty","languageMap":{"de":"warm"}}}""")]
    [InlineData( // valueType stays with a value of its kind
        """{"temperature":{"type":"VocabProperty","vocab":"urn:x:a","valueType":"T"}}""",
        """{"vocab":"urn:x:b"}""",
        """{"temperature":{"type":"VocabProperty","vocab":"urn:x:b","valueType":"T"}}""")]
    [InlineData(
        """{"temperature":{"type":"JsonProperty","json":{"a":1},"valueType":"T"}}""",
        """{"valueType":"urn:ngsi-ld:null"}""",
        """{"temperature":{"type":"JsonProperty","json":{"a":1}}}""")]
    public void A_partial_update_replaces_members(string before, string fragment, string after) =>
        Told.Becomes(before, Patch(fragment), after, "temperature Updated");

    [Theory]
    [InlineData("""{"value":3,"datasetId":"urn:x:1"}""", """{"temperature":[{"type":"Property","value":1},{"type":"Property","value":3,"datasetId":"urn:x:1"}]}""", "temperature[urn:x:1] Updated")]
    [InlineData("""{"value":3}""", """{"temperature":[{"type":"Property","value":3},{"type":"Property","value":2,"datasetId":"urn:x:1"}]}""", "temperature Updated")]
    [InlineData("""[{"value":3},{"value":4,"datasetId":"urn:x:1"}]""", """{"temperature":[{"type":"Property","value":3},{"type":"Property","value":4,"datasetId":"urn:x:1"}]}""", "temperature Updated, temperature[urn:x:1] Updated")]
    [InlineData("""{"value":"urn:ngsi-ld:null","datasetId":"urn:x:1"}""", """{"temperature":{"type":"Property","value":1}}""", "temperature[urn:x:1] Deleted")]
    public void A_partial_update_targets_instances(string fragment, string after, string changes) =>
        Told.Becomes("""{"temperature":[{"value":1},{"value":2,"datasetId":"urn:x:1"}]}""", Patch(fragment), after, changes);

    [Theory]
    [InlineData("""{"a":1}""", """{"value":1}""", NgsiLdErrorKind.ResourceNotFound, "no default instance of " + Name)]
    [InlineData("""{"temperature":1}""", """{"value":1,"datasetId":"urn:x:1"}""", NgsiLdErrorKind.ResourceNotFound, "urn:x:1")]
    [InlineData("""{"temperature":1}""", """{"type":"Relationship","object":"urn:x:1"}""", NgsiLdErrorKind.BadRequestData, "is a Property")]
    [InlineData("""{"temperature":1}""", """{"type":"Relationship","observedAt":"2022-03-14T13:00:00Z"}""", NgsiLdErrorKind.BadRequestData, "is a Property")]
    [InlineData("""{"temperature":1}""", """{"value":{"x":"urn:ngsi-ld:null"}}""", NgsiLdErrorKind.BadRequestData, "inside its value")]
    [InlineData("""{"temperature":{"object":"urn:x:1"}}""", """{"valueType":"T"}""", NgsiLdErrorKind.BadRequestData, "has no valueType")]
    [InlineData("""{"temperature":{"vocab":"urn:x:1"}}""", """{"unitCode":"CEL"}""", NgsiLdErrorKind.BadRequestData, "has no unitCode")]
    [InlineData("""{"temperature":1}""", """{"objectType":"T"}""", NgsiLdErrorKind.BadRequestData, "has no objectType")]
    [InlineData("""{"temperature":1}""", """{"b":{"type":"Property","unitCode":"CEL"}}""", NgsiLdErrorKind.BadRequestData, "b has no value")]
    public void A_partial_update_needs_its_target(string before, string fragment, NgsiLdErrorKind kind, string names) =>
        Told.Fails(before, Patch(fragment), kind, names);

    [Theory]
    [InlineData("""{"temperature":{"value":25,"unitCode":"CEL","b":{"value":1}}}""", """{"value":30}""", """{"temperature":{"type":"Property","value":30}}""", "temperature Updated")]
    [InlineData("""{"temperature":25}""", """{"object":"urn:x:1"}""", """{"temperature":{"type":"Relationship","object":"urn:x:1"}}""", "temperature Updated")]
    [InlineData("""{"temperature":[{"value":1},{"value":2,"datasetId":"urn:x:1"}]}""", """{"value":3,"datasetId":"urn:x:1"}""", """{"temperature":[{"type":"Property","value":1},{"type":"Property","value":3,"datasetId":"urn:x:1"}]}""", "temperature[urn:x:1] Updated")]
    public void A_replacement_leaves_nothing_of_the_old_content(string before, string fragment, string after, string changes) =>
        Told.Becomes(before, Put(fragment), after, changes);

    [Theory]
    [InlineData("""{"value":1,"datasetId":"urn:x:1"}""", NgsiLdErrorKind.ResourceNotFound, "urn:x:1")]
    [InlineData("""{"unitCode":"CEL"}""", NgsiLdErrorKind.BadRequestData, "has no value")]
    [InlineData("""{"value":"urn:ngsi-ld:null"}""", NgsiLdErrorKind.BadRequestData, "urn:ngsi-ld:null")]
    public void A_replacement_needs_its_target_and_a_value(string fragment, NgsiLdErrorKind kind, string names) =>
        Told.Fails("""{"temperature":1}""", Put(fragment), kind, names);

    [Fact]
    public void A_deletion_removes_the_default_instance_or_one_or_all()
    {
        const string Before = """{"temperature":[{"value":1},{"value":2,"datasetId":"urn:x:1"}],"b":1}""";
        Told.Becomes(Before, Delete(), """{"temperature":{"type":"Property","value":2,"datasetId":"urn:x:1"},"b":{"type":"Property","value":1}}""", "temperature Deleted");
        Told.Becomes(Before, Delete("urn:x:1"), """{"temperature":{"type":"Property","value":1},"b":{"type":"Property","value":1}}""", "temperature[urn:x:1] Deleted");
        Told.Becomes(Before, Delete(all: true), """{"b":{"type":"Property","value":1}}""", "temperature Deleted, temperature[urn:x:1] Deleted");
        Told.Fails(Before, Delete("urn:x:2"), NgsiLdErrorKind.ResourceNotFound, "urn:x:2");
        Told.Fails("""{"b":1}""", Delete(all: true), NgsiLdErrorKind.ResourceNotFound, Name);
    }

    [Theory]
    [InlineData("scope")]
    [InlineData("https://uri.etsi.org/ngsi-ld/scope")]
    public void A_deletion_removes_the_scope(string name)
    {
        Told.Becomes("""{"scope":["/x","/y"]}""", Delete(name: name), "{}", "");
        Told.Fails("{}", Delete(name: name), NgsiLdErrorKind.ResourceNotFound, "scope");
    }
}
