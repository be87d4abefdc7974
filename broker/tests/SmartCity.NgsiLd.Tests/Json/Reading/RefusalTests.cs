using SmartCity.NgsiLd.Json;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Json.Reading;

/// <summary>What is refused, and how the refusal names member and reason.</summary>
public class RefusalTests
{
    public static TheoryData<string, string> NotJson => new()
    {
        { "", "The body is empty." },
        { " ", "The body is not JSON" },
        { "{", "The body is not JSON" },
        { "{}{}", "The body is not JSON" },
        { "{\"id\": \"urn:x:1\", \"type\": \"T\",}", "The body is not JSON" },
        { "{\"id\": \"urn:x:1\", \"type\": \"T\"} x", "The body is not JSON" },
        { "{\"a\": 01}", "The body is not JSON" },
        { "{'a': 1}", "The body is not JSON" },
        { "{\"a\": \"\u0001\"}", "The body is not JSON" },
        { "// comment\n{}", "The body is not JSON" },
        { "[1,", "The body is not JSON" },
        { "{\"id\": \"no URI\", \"type\":", "The body is not JSON" },
    };

    [Theory]
    [MemberData(nameof(NotJson))]
    public void What_is_not_JSON_is_an_invalid_request(string body, string detail)
    {
        var error = Reading.Entity(body).Error;

        Assert.Equal(NgsiLdErrorKind.InvalidRequest, error?.Kind);
        Assert.StartsWith(detail, error?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_UTF8_is_an_invalid_request()
    {
        var body = "{\"id\": \"urn:x:1\", \"type\": \"T\", \"a\": \"\u00FF\"}"u8.ToArray();
        body[Array.IndexOf(body, (byte)0xC3)] = 0xFF;

        var error = EntityReader.Read(body, NgsiLd.Contexts.Context.Core, EntityInput.Entity, EntityReaderOptions.Default).Error;

        Assert.Equal(NgsiLdErrorKind.InvalidRequest, error?.Kind);
        Assert.StartsWith("The body is not UTF-8", error?.Detail, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Entities => new()
    {
        { "[]", "The body is not a JSON object" },
        { "null", "The body is not a JSON object" },
        { """{"type": "T"}""", "The body has no id" },
        { """{"id": "urn:x:1"}""", "The body has no type" },
        { """{"id": "urn:x:1", "type": []}""", "type is an empty array" },
        { """{"id": "urn:x:1", "type": 1}""", "type is neither a string nor an array of strings" },
        { """{"id": "urn:x:1", "type": ["T", 1]}""", "type[1] is not a string" },
        { """{"id": "urn:x:1", "type": "a b"}""", "type is not a name that NGSI-LD allows (ETSI GS CIM 009 4.6.2): a b" },
        { """{"id": "urn:x:1", "type": ""}""", "type is an empty string" },
        { """{"id": "urn:x:1", "type": null}""", "type is neither a string nor an array of strings" },
        { """{"id": "urn:x:1", "id": "urn:x:1", "type": "T"}""", "id occurs twice" },
        { """{"id": "urn:x:1", "@id": "urn:x:1", "type": "T"}""", "@id occurs twice" },
        { """{"id": 1, "type": "T"}""", "id is not a string" },
        { """{"id": null, "type": "T"}""", "id is null, which NGSI-LD has no place for" },
        { """{"id": "", "type": "T"}""", "id is an empty string" },
        { """{"id": "x1", "type": "T"}""", "id is not a URI: x1" },
        { """{"id": "urn:x: 1", "type": "T"}""", "id is not a URI: urn:x: 1" },
        { """{"id": "urn:x:<b>", "type": "T"}""", "id is not a URI" },
        { """{"id": "urn:x:\"b", "type": "T"}""", "id is not a URI" },
        { """{"id": "urn:x:{b}", "type": "T"}""", "id is not a URI" },
        { """{"id": "urn:x:\u0000", "type": "T"}""", "id is not a URI" },
        { """{"id": "urn:", "type": "T"}""", "id is not a URI" },
        { """{"id": ":x", "type": "T"}""", "id is not a URI" },
    };

    [Theory]
    [MemberData(nameof(Entities))]
    public void A_wrong_entity_is_bad_request_data(string body, string detail) => Refused(Reading.Entity(body).Error, detail);

    public static TheoryData<string, string> Members => new()
    {
        { """ "a b": 1 """, "a b is not a name that NGSI-LD allows" },
        { """ "a-b": 1 """, "a-b is not a name that NGSI-LD allows" },
        { """ "1a": 1 """, "1a is not a name that NGSI-LD allows" },
        { """ "": 1 """, "The body is not a name" },
        { """ "a<b>": 1 """, "a<b> is not a name that NGSI-LD allows" },
        { """ "@graph": 1 """, "@graph is not a name that NGSI-LD allows" },
        { """ "a\ud800": 1 """, "holds an unpaired surrogate" },
        { """ "datasetId": 1 """, "datasetId is a member of Attributes" },
        { """ "object": "urn:x:2" """, "object is a member of Attributes" },
        { """ "unitCode": {"type": "Property", "value": "KMH"} """, "unitCode is a member of Attributes" },
        { """ "observedAt": {"type": "Property", "value": "2026-11-20T12:00:00Z"} """, "observedAt is a member of Attributes" },
        { """ "value": 1, "https://uri.etsi.org/ngsi-ld/hasValue": 1 """, "occurs twice" },
        { """ "a": 1, "a": 2 """, "a occurs twice" },
        { """ "a": 1, "\u0061": 2 """, "a occurs twice" },
        { """ "a": 1, "https://uri.etsi.org/ngsi-ld/default-context/a": 2 """, "has the same expanded name" },
        { """ "a": {"value": {"b": 1, "b": 2}} """, "a.value.b occurs twice" },
        { """ "a": {"value": 1, "value": 2} """, "a.value occurs twice" },
        { """ "a": {"value": 1, "b": 1, "https://uri.etsi.org/ngsi-ld/default-context/b": 2} """, "has the same expanded name" },
        { """ "a": null """, "a is null, which NGSI-LD has no place for" },
        { """ "a": {"value": null} """, "a.value is null" },
        { """ "a": {"value": {"b": [1, null]}} """, "a.value.b[1] is null" },
        { """ "a": [1, null] """, "a[1] is null" },
        { """ "a": {"b": null} """, "a.b is null" },
        { """ "a": {"json": null} """, "a.json is null" },
        { """ "a": {"value": {"@type": "x", "@value": null}} """, "a.value.@value is null" },
        { """ "a": {"value": 1, "unitCode": null} """, "a.unitCode is null" },
        { """ "a": {"value": 1, "b": {"value": null}} """, "a.b.value is null" },
        { """ "a": {"value": "\ud800"} """, "a.value holds an unpaired surrogate" },
        { """ "a": {"value": "\udc00\ud800"} """, "a.value holds an unpaired surrogate" },
        { """ "a": {"value": ["x", "\ud83dx"]} """, "a.value[1] holds an unpaired surrogate" },
        { """ "a": {"@context": {}, "value": 1} """, "a.@context stands inside an Attribute" },
        { """ "a": {"value": {"@context": {}}} """, "a.value.@context stands inside an Attribute" },
        { """ "a": {"type": "Prop", "value": 1} """, "a.type names no kind of Attribute: \"Prop\"" },
        { """ "a": {"type": "DateTime", "value": 1} """, "a.type names no kind of Attribute" },
        { """ "a": {"type": 5, "value": 1} """, "a.type names no kind of Attribute: 5" },
        { """ "a": {"type": "PostalAddress", "street": "x"} """, "a.type names no kind of Attribute" },
        { """ "a": {"type": "Property"} """, "a has no value" },
        { """ "a": {"type": "Relationship", "value": "urn:x:2"} """, "a.value is not a member of a Relationship" },
        { """ "a": {"unitCode": "KMH"} """, "a has no value" },
        { """ "a": {"value": 1, "object": "urn:x:2"} """, "a.object is not a member of a Property" },
        { """ "a": {"type": "Property", "value": 1, "languageMap": {}} """, "a.languageMap is not a member of a Property" },
        { """ "a": {"type": "Property", "value": 1, "entityIdSealed": "x"} """, "a.entityIdSealed is not a member of a Property" },
        { """ "a": {"value": 1, "ngsildproof": {"value": {}, "entityIdSealed": "x"}} """, "a.ngsildproof.entityIdSealed is not a URI" },
        { """ "a": {"type": "LanguageProperty", "languageMap": {}, "unitCode": "KMH"} """, "a.unitCode is not a member of a LanguageProperty" },
        { """ "a": {"type": "Relationship", "object": "x"} """, "a.object is not a URI: x" },
        { """ "a": {"type": "Relationship", "object": []} """, "a.object is an empty array" },
        { """ "a": {"type": "Relationship", "object": 5} """, "a.object is neither a string nor an array of strings" },
        { """ "a": {"type": "Relationship", "object": ["urn:x:1", {"x": 1}]} """, "a.object[1] is not a string" },
        { """ "a": {"languageMap": "x"} """, "a.languageMap is not an object of languages" },
        { """ "a": {"languageMap": {"en": 5}} """, "a.languageMap.en is neither a string nor an array of strings" },
        { """ "a": {"languageMap": {"e n": "x"}} """, "a.languageMap.e n is not under a language tag" },
        { """ "a": {"languageMap": {"": "x"}} """, "is not under a language tag" },
        { """ "a": {"vocab": 5} """, "a.vocab is neither a string nor an array of strings" },
        { """ "a": {"vocab": "a b"} """, "a.vocab cannot be made a URI: a b" },
        { """ "a": {"valueList": 5} """, "a.valueList is not an array" },
        { """ "a": {"objectList": "urn:x:2"} """, "a.objectList is not an array" },
        { """ "a": {"objectList": [{"object": "urn:x:2", "x": 1}]} """, "a.objectList[0].x is not the member object" },
        { """ "a": {"objectList": [{}]} """, "a.objectList[0] has no object" },
        { """ "a": {"objectList": [5]} """, "a.objectList[0] is not a string" },
        { """ "a": {"value": 1, "observedAt": "yesterday"} """, "a.observedAt is not a DateTime in UTC" },
        { """ "a": {"value": 1, "observedAt": "2020-01-01T00:00:00"} """, "a.observedAt is not a DateTime in UTC" },
        { """ "a": {"value": 1, "observedAt": "2020-01-01T00:00:00+01:00"} """, "a.observedAt is not a DateTime in UTC" },
        { """ "a": {"value": 1, "observedAt": "2020-02-30T00:00:00Z"} """, "a.observedAt is not a DateTime in UTC" },
        { """ "a": {"value": 1, "observedAt": "2020-01-01T24:00:00Z"} """, "a.observedAt is not a DateTime in UTC" },
        { """ "a": {"value": 1, "observedAt": "2020-01-01T00:00:00.1234567Z"} """, "a.observedAt is not a DateTime in UTC" },
        { """ "a": {"value": 1, "observedAt": {"@type": "DateTime", "@value": "2020-01-01T00:00:00Z"}} """, "a.observedAt is not a string" },
        { """ "a": {"value": 1, "datasetId": "x"} """, "a.datasetId is not a URI: x" },
        { """ "a": {"value": 1, "unitCode": 5} """, "a.unitCode is not a string" },
        { """ "a": [{"value": 1}, {"value": 2}] """, "a has two instances without datasetId" },
        { """ "a": [{"value": 1, "datasetId": "urn:d:1"}, {"value": 2, "datasetId": "urn:d:1"}] """, "a has two instances of datasetId urn:d:1" },
        { """ "a": [{"value": 1}, 5] """, "a[1] is no Attribute instance, as the first element is" },
        { """ "expiresAt": "x" """, "expiresAt is not a DateTime in UTC" },
        { """ "scope": "/a//b" """, "scope is not a scope (ETSI GS CIM 009 4.18): /a//b" },
        { """ "scope": "a-b" """, "scope is not a scope" },
        { """ "scope": "/" """, "scope is not a scope" },
        { """ "scope": "a:b" """, "scope is not a scope" },
        { """ "scope": [] """, "scope is an empty array" },
        { """ "scope": 5 """, "scope is neither a string nor an array of strings" },
        // Three names are kept for places (5.2.4).
        { """ "location": 5 """, "location is a Property, and has to be a GeoProperty" },
        { """ "operationSpace": {"type": "Property", "value": {"type": "Point", "coordinates": [1, 2]}} """, "operationSpace is a Property, and has to be a GeoProperty" },
        // NGSI-LD Null (5.5.4).
        { """ "a": "urn:ngsi-ld:null" """, "a is urn:ngsi-ld:null, which only updates and merges may hold" },
        { """ "a": {"value": "urn:ngsi-ld:null"} """, "a.value is urn:ngsi-ld:null" },
        { """ "a": {"object": "urn:ngsi-ld:null"} """, "a.object is urn:ngsi-ld:null" },
        { """ "a": {"languageMap": {"@none": "urn:ngsi-ld:null"}} """, "a.languageMap.@none is urn:ngsi-ld:null" },
        { """ "a": {"value": {"b": {"c": "urn:ngsi-ld:null"}}} """, "a.value.b.c is urn:ngsi-ld:null" },
        { """ "a": {"b": "urn:ngsi-ld:null"} """, "a.b is urn:ngsi-ld:null" },
        { """ "a": {"valueList": ["urn:ngsi-ld:null"]} """, "a.valueList is urn:ngsi-ld:null" },
        { """ "a": {"objectList": ["urn:ngsi-ld:null"]} """, "a.objectList[0] is urn:ngsi-ld:null" },
        { """ "a": {"json": "urn:ngsi-ld:null"} """, "a.json is urn:ngsi-ld:null" },
        { """ "a": {"vocab": "urn:ngsi-ld:null"} """, "a.vocab is urn:ngsi-ld:null" },
        { """ "a": {"value": 1, "unitCode": "urn:ngsi-ld:null"} """, "a.unitCode is urn:ngsi-ld:null" },
        { """ "a": {"value": 1, "observedAt": "urn:ngsi-ld:null"} """, "a.observedAt is not a DateTime" },
        { """ "a": {"value": 1, "b": "urn:ngsi-ld:null"} """, "a.b is urn:ngsi-ld:null" },
    };

    [Theory]
    [MemberData(nameof(Members))]
    public void A_wrong_member_is_bad_request_data(string members, string detail) =>
        Refused(Reading.EntityWith(members).Error, detail);

    [Fact]
    public void Nesting_without_end_is_bad_request_data()
    {
        var deep = new string('[', 10_000) + new string(']', 10_000);

        Refused(Reading.EntityWith($"\"a\": {deep}").Error, "nests deeper than 64 levels");
        Refused(Reading.Entity(deep).Error, "The body is not a JSON object");
    }

    [Fact]
    public void Members_without_end_are_compared_in_linear_time()
    {
        var members = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"n{i}\": 1"));

        Assert.Equal(100_000, Reading.EntityWith(members).Value.Attributes.Length);
        Assert.True(Reading.EntityWith($"\"a\": {{{members}}}").IsSuccess);
        Refused(Reading.EntityWith($"\"a\": {{{members}, \"n5\": 1}}").Error, "a.n5 occurs twice");
        Refused(Reading.EntityWith($"{members}, \"n5\": 1").Error, "n5 occurs twice");
    }

    [Fact]
    public void Attributes_that_nest_before_their_values_cost_no_more_than_their_size_explains()
    {
        static string Nested(int levels, string inner) =>
            string.Concat(Enumerable.Repeat("{\"s\":", levels)) + inner + string.Concat(Enumerable.Repeat(",\"value\":1}", levels));
        var large = $"[{string.Join(',', Enumerable.Repeat("1", 10_000))}]";

        Assert.True(Reading.EntityWith($"\"a\": {Nested(6, large)}").IsSuccess);
        Refused(Reading.EntityWith($"\"a\": {Nested(50, large)}").Error, "nests Attributes too deep for their type and value to come last");
        var inOrder = string.Concat(Enumerable.Repeat("{\"value\":1,\"s\":", 50)) + large + new string('}', 50);
        Assert.True(Reading.EntityWith($"\"a\": {inOrder}").IsSuccess);
    }

    private static void Refused(NgsiLdError? error, string detail)
    {
        Assert.Equal(NgsiLdErrorKind.BadRequestData, error?.Kind);
        Assert.Contains(detail, error?.Detail, StringComparison.Ordinal);
    }
}
