using SmartCity.Broker.Entities;
using SmartCity.Broker.Entities.Decisions;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using Xunit;

namespace SmartCity.Broker.Tests.Entities.Decisions;

// ETSI GS CIM 009 5.6.17, 5.5.12
public class EntityMergeTests
{
    private static Func<PackedEntity?, DateTimeOffset, Result<EntityChange>> Merge(string fragment, MergeOptions? options = null) =>
        new EntityMerge(Told.Id, default, Told.Fragment(fragment), options ?? MergeOptions.None).Decide;

    [Theory]
    [InlineData( // 5.5.12, example 1
        """{"temperature":{"type":"Property","value":25,"unitCode":"CEL","observedAt":"2022-03-14T01:59:26.535Z"}}""",
        """{"temperature":{"type":"Property","value":100,"observedAt":"2022-03-14T13:00:00.000Z"}}""",
        """{"temperature":{"type":"Property","value":100,"unitCode":"CEL","observedAt":"2022-03-14T13:00:00.000Z"}}""",
        "temperature Updated")]
    [InlineData( // 5.5.12, example 2
        """{"address":{"type":"Property","value":{"street":"Straße des 17. Juni","city":"Berlin","country":"Germany"}}}""",
        """{"address":{"type":"Property","value":{"street":"Pariser Platz","country":"urn:ngsi-ld:null"}}}""",
        """{"address":{"type":"Property","value":{"street":"Pariser Platz","city":"Berlin"}}}""",
        "address Updated")]
    [InlineData( // 5.4, example 2
        """{"batteryLevel":{"type":"Property","value":9,"observedAt":"2022-03-14T12:00:00Z","providedBy":{"type":"Relationship","object":"urn:x:1"}},"uncharged":{"type":"Property","value":true}}""",
        """{"batteryLevel":{"type":"Property","value":7,"observedAt":"2022-03-14T12:51:02.000Z","providedBy":"urn:ngsi-ld:null"},"uncharged":{"type":"Property","value":"urn:ngsi-ld:null"}}""",
        """{"batteryLevel":{"type":"Property","value":7,"observedAt":"2022-03-14T12:51:02.000Z"}}""",
        "batteryLevel Updated, uncharged Deleted")]
    public void Merges_the_examples_of_the_standard(string before, string fragment, string after, string changes) =>
        Told.Becomes(before, Merge(fragment), after, changes);

    [Theory]
    [InlineData("""{"a":1}""", """{"b":2}""", """{"a":{"type":"Property","value":1},"b":{"type":"Property","value":2}}""", "b Created")]
    [InlineData("""{"a":1,"b":2}""", """{"a":"urn:ngsi-ld:null"}""", """{"b":{"type":"Property","value":2}}""", "a Deleted")]
    [InlineData("""{"b":2}""", """{"a":"urn:ngsi-ld:null"}""", """{"b":{"type":"Property","value":2}}""", "")]
    [InlineData("""{"a":1}""", """{"a":1}""", """{"a":{"type":"Property","value":1}}""", "a Rewritten")]
    [InlineData(
        """{"a":{"value":1,"unitCode":"CEL","observedAt":"2022-03-14T12:00:00Z"}}""",
        """{"a":{"type":"Property","value":1,"unitCode":"urn:ngsi-ld:null","observedAt":"urn:ngsi-ld:null"}}""",
        """{"a":{"type":"Property","value":1}}""",
        "a Updated")]
    [InlineData(
        """{"a":{"value":1,"unitCode":"CEL"}}""",
        """{"a":{"type":"Property","unitCode":"FAR"}}""",
        """{"a":{"type":"Property","value":1,"unitCode":"FAR"}}""",
        "a Updated")]
    [InlineData(
        """{"a":{"value":1,"accuracy":{"value":0.9,"by":{"value":"x"}}}}""",
        """{"a":{"type":"Property","value":1,"accuracy":{"type":"Property","value":0.8,"note":{"type":"Property","value":"n"}}}}""",
        """{"a":{"type":"Property","value":1,"accuracy":{"type":"Property","value":0.8,"by":{"type":"Property","value":"x"},"note":{"type":"Property","value":"n"}}}}""",
        "a Updated")]
    [InlineData( // What is new carries no NGSI-LD Null, at any depth
        """{"a":1}""",
        """{"b":{"type":"Property","value":{"x":{"y":"urn:ngsi-ld:null","z":1}},"unitCode":"urn:ngsi-ld:null","c":{"type":"Property","value":"urn:ngsi-ld:null"}}}""",
        """{"a":{"type":"Property","value":1},"b":{"type":"Property","value":{"x":{"z":1}}}}""",
        "b Created")]
    [InlineData(
        """{"name":{"type":"LanguageProperty","languageMap":{"en":"Grand Place","fr":"Grand-Place"}}}""",
        """{"name":{"type":"LanguageProperty","languageMap":{"nl":"Grote Markt","fr":"urn:ngsi-ld:null"}}}""",
        """{"name":{"type":"LanguageProperty","languageMap":{"en":"Grand Place","nl":"Grote Markt"}}}""",
        "name Updated")]
    [InlineData(
        """{"name":{"type":"LanguageProperty","languageMap":{"en":"Grand Place"}}}""",
        """{"name":{"type":"LanguageProperty","languageMap":{"@none":"urn:ngsi-ld:null"}}}""",
        """{}""",
        "name Deleted")]
    [InlineData(
        """{"raw":{"type":"JsonProperty","json":{"id":1,"deep":{"a":1,"b":2}}}}""",
        """{"raw":{"type":"JsonProperty","json":{"deep":{"a":"urn:ngsi-ld:null"}}}}""",
        """{"raw":{"type":"JsonProperty","json":{"id":1,"deep":{"b":2}}}}""",
        "raw Updated")]
    [InlineData(
        """{"in":{"type":"Relationship","object":"urn:x:1","since":{"value":1}}}""",
        """{"in":{"type":"Relationship","object":"urn:x:2"}}""",
        """{"in":{"type":"Relationship","object":"urn:x:2","since":{"type":"Property","value":1}}}""",
        "in Updated")]
    [InlineData(
        """{"in":{"type":"Relationship","object":"urn:x:1"}}""",
        """{"in":{"type":"Relationship","object":"urn:ngsi-ld:null"}}""",
        """{}""",
        "in Deleted")]
    [InlineData(
        """{"list":{"type":"ListProperty","valueList":[1,2]}}""",
        """{"list":{"type":"ListProperty","valueList":[3]}}""",
        """{"list":{"type":"ListProperty","valueList":[3]}}""",
        "list Updated")]
    [InlineData( // A value of another kind replaces the old one; what says more about it stays
        """{"a":{"value":1,"unitCode":"CEL","accuracy":{"value":0.9}}}""",
        """{"a":{"type":"Relationship","object":"urn:x:1"}}""",
        """{"a":{"type":"Relationship","object":"urn:x:1","accuracy":{"type":"Property","value":0.9}}}""",
        "a Updated")]
    public void Merges_to_any_depth(string before, string fragment, string after, string changes) =>
        Told.Becomes(before, Merge(fragment), after, changes);

    [Theory]
    [InlineData(
        """{"speed":[{"value":1},{"value":2,"datasetId":"urn:x:gps"}]}""",
        """{"speed":{"type":"Property","value":3,"datasetId":"urn:x:gps"}}""",
        """{"speed":[{"type":"Property","value":1},{"type":"Property","value":3,"datasetId":"urn:x:gps"}]}""",
        "speed[urn:x:gps] Updated")]
    [InlineData(
        """{"speed":{"value":2,"datasetId":"urn:x:gps"}}""",
        """{"speed":{"type":"Property","value":1}}""",
        """{"speed":[{"type":"Property","value":2,"datasetId":"urn:x:gps"},{"type":"Property","value":1}]}""",
        "speed Created")]
    [InlineData( // Instances of one name stand side by side
        """{"speed":1,"heading":2}""",
        """{"speed":{"type":"Property","value":3,"datasetId":"urn:x:gps"}}""",
        """{"speed":[{"type":"Property","value":1},{"type":"Property","value":3,"datasetId":"urn:x:gps"}],"heading":{"type":"Property","value":2}}""",
        "speed[urn:x:gps] Created")]
    [InlineData(
        """{"speed":[{"value":1},{"value":2,"datasetId":"urn:x:gps"}]}""",
        """{"speed":{"type":"Property","value":"urn:ngsi-ld:null","datasetId":"urn:x:gps"}}""",
        """{"speed":{"type":"Property","value":1}}""",
        "speed[urn:x:gps] Deleted")]
    [InlineData(
        """{"speed":[{"value":1},{"value":2,"datasetId":"urn:x:gps"}]}""",
        """{"speed":"urn:ngsi-ld:null"}""",
        """{"speed":{"type":"Property","value":2,"datasetId":"urn:x:gps"}}""",
        "speed Deleted")]
    public void Targets_the_instance_of_the_datasetId(string before, string fragment, string after, string changes) =>
        Told.Becomes(before, Merge(fragment), after, changes);

    [Theory]
    [InlineData("""{"a":1}""", """{"type":["Hall","Room"]}""", """{"type":["Room","Hall"],"a":{"type":"Property","value":1}}""")]
    [InlineData("""{"a":1}""", """{"scope":"/x"}""", """{"scope":"/x","a":{"type":"Property","value":1}}""")]
    [InlineData("""{"scope":["/x","/y"]}""", """{"scope":["/z"]}""", """{"scope":["/z"]}""")]
    [InlineData("""{"scope":"/x"}""", """{"scope":"urn:ngsi-ld:null"}""", """{}""")]
    public void Adds_types_and_replaces_the_scope(string before, string fragment, string after) =>
        Told.Becomes(before, Merge(fragment), after, "");

    [Theory]
    [InlineData( // The kind stays; a string may be the object of a Relationship
        """{"in":{"type":"Relationship","object":"urn:x:1"}}""",
        """{"in":"urn:x:2"}""",
        """{"in":{"type":"Relationship","object":"urn:x:2"}}""",
        "in Updated")]
    [InlineData(
        """{"in":{"type":"Relationship","object":"urn:x:1"}}""",
        """{"in":["urn:x:2","urn:x:3"]}""",
        """{"in":{"type":"Relationship","object":["urn:x:2","urn:x:3"]}}""",
        "in Updated")]
    [InlineData( // lang names the key of the languageMap
        """{"name":{"type":"LanguageProperty","languageMap":{"en":"Grand Place","fr":"Grand-Place"}}}""",
        """{"name":"Grote Markt"}""",
        """{"name":{"type":"LanguageProperty","languageMap":{"en":"Grand Place","fr":"Grand-Place","nl":"Grote Markt"}}}""",
        "name Updated")]
    [InlineData(
        """{"l":{"type":"ListProperty","valueList":[1]},"r":{"type":"ListRelationship","objectList":[{"object":"urn:x:1"}]}}""",
        """{"l":[2,3],"r":["urn:x:2","urn:x:1"]}""",
        """{"l":{"type":"ListProperty","valueList":[2,3]},"r":{"type":"ListRelationship","objectList":[{"object":"urn:x:2"},{"object":"urn:x:1"}]}}""",
        "l Updated, r Updated")]
    [InlineData( // observedAt goes to what has one
        """{"a":{"value":1,"observedAt":"2022-03-14T12:00:00Z"},"b":1}""",
        """{"a":2,"b":2,"c":2}""",
        """{"a":{"type":"Property","value":2,"observedAt":"2026-03-02T07:00:00Z"},"b":{"type":"Property","value":2},"c":{"type":"Property","value":2}}""",
        "a Updated, b Updated, c Created")]
    public void Takes_simplified_values_for_what_they_meet(string before, string fragment, string after, string changes)
    {
        Timestamp.TryParse("2026-03-02T07:00:00Z", out var observedAt);
        var options = new MergeOptions { Simplified = true, Language = "nl", ObservedAt = observedAt };
        Told.Becomes(before, Merge(fragment, options), after, changes);
    }

    [Fact]
    public void An_observedAt_of_the_Fragment_precedes_the_common_one()
    {
        Timestamp.TryParse("2026-03-02T07:00:00Z", out var common);
        Told.Becomes(
            """{"a":{"value":1,"observedAt":"2022-03-14T12:00:00Z"}}""",
            Merge("""{"a":{"type":"Property","value":2,"observedAt":"2023-01-01T00:00:00Z"}}""", new() { ObservedAt = common }),
            """{"a":{"type":"Property","value":2,"observedAt":"2023-01-01T00:00:00Z"}}""",
            "a Updated");
    }

    [Theory]
    [InlineData("""{"in":{"type":"Relationship","object":"urn:x:1"}}""", """{"in":5}""", "Relationship")]
    [InlineData("""{"list":{"type":"ListProperty","valueList":[1]}}""", """{"list":5}""", "ListProperty")]
    public void A_simplified_value_never_changes_the_kind(string before, string fragment, string names) =>
        Told.Fails(before, Merge(fragment, new() { Simplified = true }), NgsiLdErrorKind.BadRequestData, names);

    [Theory]
    [InlineData("""{"a":1}""", """{"b":{"type":"Property","unitCode":"CEL"}}""", "b has no value")]
    [InlineData("""{"a":1}""", """{"a":{"type":"Relationship","observedAt":"2022-03-14T12:00:00Z"}}""", "a is a Property")]
    [InlineData("""{"a":1}""", """{"a":{"type":"Property","value":1,"c":{"type":"Property","unitCode":"CEL"}}}""", "c has no value")]
    public void What_is_new_needs_a_value(string before, string fragment, string names) =>
        Told.Fails(before, Merge(fragment), NgsiLdErrorKind.BadRequestData, names);

    [Fact]
    public void The_Entity_has_to_be_there_and_of_the_type()
    {
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, Merge("{\"a\":1}")(null, Told.Today).Error!.Kind);
        var guard = new EntityGuard(new TypeIs(Told.Vocabulary + "Hall"));
        var merge = new EntityMerge(Told.Id, guard, Told.Fragment("""{"a":1}"""), MergeOptions.None);
        Told.Fails("""{"a":1}""", merge.Decide, NgsiLdErrorKind.ResourceNotFound, Told.Id);
        var both = new EntityGuard(new TypeOr([new TypeIs(Told.Vocabulary + "Hall"), new TypeIs(Told.Vocabulary + "Room")]));
        Assert.True((merge with { Guard = both }).Decide(Told.Kept("{}"), Told.Today).IsSuccess);
    }
}
