using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Tests.Contexts;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Json.Reading;

/// <summary>What is given, and what it is in normalized form.</summary>
public class RepresentationTests
{
    private const string Point = """{"type":"Point","coordinates":[13.4,52.5]}""";

    public static TheoryData<string, string> Given => new()
    {
        // Normalized (4.5.2.2 - 4.5.24.2).
        { """ "speed": {"type": "Property", "value": 5} """, """ "speed":{"type":"Property","value":5} """ },
        { """ "speed": {"value": 5, "type": "Property"} """, """ "speed":{"type":"Property","value":5} """ },
        { """ "speed": {"@type": "Property", "value": 5} """, """ "speed":{"type":"Property","value":5} """ },
        { """ "speed": {"type": "https://uri.etsi.org/ngsi-ld/Property", "value": 5} """, """ "speed":{"type":"Property","value":5} """ },
        { """ "r": {"type": "Relationship", "object": "urn:x:2"} """, """ "r":{"type":"Relationship","object":"urn:x:2"} """ },
        { """ "r": {"type": "Relationship", "object": ["urn:x:2"]} """, """ "r":{"type":"Relationship","object":["urn:x:2"]} """ },
        { """ "r": {"type": "Relationship", "object": "urn:x:2", "objectType": "Car"} """, """ "r":{"type":"Relationship","object":"urn:x:2","objectType":"Car"} """ },
        { """ "g": {"type": "GeoProperty", "value": """ + Point + "}", """ "g":{"type":"GeoProperty","value":""" + Point + "}" },
        { """ "l": {"type": "LanguageProperty", "languageMap": {"en": "a", "@none": ["b", "c"]}} """, """ "l":{"type":"LanguageProperty","languageMap":{"en":"a","@none":["b","c"]}} """ },
        { """ "v": {"type": "VocabProperty", "vocab": "non-commercial"} """, """ "v":{"type":"VocabProperty","vocab":"non-commercial"} """ },
        { """ "v": {"type": "VocabProperty", "vocab": ["a", "b"]} """, """ "v":{"type":"VocabProperty","vocab":["a","b"]} """ },
        { """ "l": {"type": "ListProperty", "valueList": [1, "a", {}]} """, """ "l":{"type":"ListProperty","valueList":[1,"a",{}]} """ },
        { """ "l": {"type": "ListRelationship", "objectList": [{"object": "urn:x:2"}, {"object": "urn:x:3"}]} """, """ "l":{"type":"ListRelationship","objectList":[{"object":"urn:x:2"},{"object":"urn:x:3"}]} """ },
        { """ "j": {"type": "JsonProperty", "json": {"id": null, "value": [null]}} """, """ "j":{"type":"JsonProperty","json":{"id":null,"value":[null]}} """ },
        // Concise (4.5.2.3 - 4.5.24.3).
        { """ "speed": 5 """, """ "speed":{"type":"Property","value":5} """ },
        { """ "name": "a b" """, """ "name":{"type":"Property","value":"a b"} """ },
        { """ "on": true """, """ "on":{"type":"Property","value":true} """ },
        { """ "list": [1, 2] """, """ "list":{"type":"Property","value":[1,2]} """ },
        { """ "list": [] """, """ "list":{"type":"Property","value":[]} """ },
        { """ "list": [{"a": 1}, {"b": 2}] """, """ "list":{"type":"Property","value":[{"a":1},{"b":2}]} """ },
        { """ "address": {"street": "x", "some key": 1} """, """ "address":{"type":"Property","value":{"street":"x","some key":1}} """ },
        { """ "address": {} """, """ "address":{"type":"Property","value":{}} """ },
        { """ "speed": {"value": 5} """, """ "speed":{"type":"Property","value":5} """ },
        { """ "speed": {"unitCode": "KMH", "value": 5} """, """ "speed":{"type":"Property","value":5,"unitCode":"KMH"} """ },
        { """ "r": {"object": "urn:x:2"} """, """ "r":{"type":"Relationship","object":"urn:x:2"} """ },
        { """ "l": {"languageMap": {"en": "a"}} """, """ "l":{"type":"LanguageProperty","languageMap":{"en":"a"}} """ },
        { """ "v": {"vocab": "a"} """, """ "v":{"type":"VocabProperty","vocab":"a"} """ },
        { """ "l": {"valueList": [1]} """, """ "l":{"type":"ListProperty","valueList":[1]} """ },
        { """ "l": {"objectList": ["urn:x:2"]} """, """ "l":{"type":"ListRelationship","objectList":[{"object":"urn:x:2"}]} """ },
        { """ "j": {"json": [1]} """, """ "j":{"type":"JsonProperty","json":[1]} """ },
        { """ "g": """ + Point, """ "g":{"type":"GeoProperty","value":""" + Point + "}" },
        { """ "g": {"value": """ + Point + "}", """ "g":{"type":"GeoProperty","value":""" + Point + "}" },
        { """ "places": [""" + Point + "]", """ "places":{"type":"Property","value":[""" + Point + "]}" },
        // The datatype of the value, of every kind but Relationships (5.2.5, 5.2.7, 5.2.32, 5.2.35, 5.2.36, 5.2.38).
        { """ "p": {"value": 5, "valueType": "Speed"} """, """ "p":{"type":"Property","value":5,"valueType":"Speed"} """ },
        { """ "p": {"value": 5, "valueType": "https://example.org/Speed"} """, """ "p":{"type":"Property","value":5,"valueType":"https://example.org/Speed"} """ },
        { """ "g": {"valueType": "Place", "value": """ + Point + "}", """ "g":{"type":"GeoProperty","value":""" + Point + ""","valueType":"Place"} """ },
        { """ "l": {"languageMap": {"en": "a"}, "valueType": "langString"} """, """ "l":{"type":"LanguageProperty","languageMap":{"en":"a"},"valueType":"langString"} """ },
        { """ "v": {"vocab": "a", "valueType": "T"} """, """ "v":{"type":"VocabProperty","vocab":"a","valueType":"T"} """ },
        { """ "l": {"valueList": [1], "valueType": "T"} """, """ "l":{"type":"ListProperty","valueList":[1],"valueType":"T"} """ },
        { """ "j": {"json": [1], "valueType": "T"} """, """ "j":{"type":"JsonProperty","json":[1],"valueType":"T"} """ },
        // JSON-LD typed values stay as they are (4.6.3).
        { """ "d": {"type": "Property", "value": {"@type": "DateTime", "@value": "2020-01-01T00:00:00Z"}} """, """ "d":{"type":"Property","value":{"@type":"DateTime","@value":"2020-01-01T00:00:00Z"}} """ },
        { """ "d": {"@type": "DateTime", "@value": "2020-01-01T00:00:00Z"} """, """ "d":{"type":"Property","value":{"@type":"DateTime","@value":"2020-01-01T00:00:00Z"}} """ },
        { """ "d": {"value": {"@value": null, "@type": "@json"}} """, """ "d":{"type":"Property","value":{"@value":null,"@type":"@json"}} """ },
        { """ "d": {"@type": "@json", "@value": null} """, """ "d":{"type":"Property","value":{"@type":"@json","@value":null}} """ },
        // Several instances (4.5.5).
        { """ "s": [{"value": 1}, {"value": 2, "datasetId": "urn:d:1"}] """, """ "s":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:d:1"}] """ },
        { """ "s": {"value": 1, "datasetId": "@none"} """, """ "s":{"type":"Property","value":1} """ },
        { """ "s": {"dataset": {"@none": 1, "urn:d:1": 2}} """, """ "s":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:d:1"}] """ },
        // Sub-attributes, before and after it is clear that they are some.
        { """ "s": {"a": {"b": {"value": 1}, "value": 2}, "value": 3} """, """ "s":{"type":"Property","value":3,"a":{"type":"Property","value":2,"b":{"type":"Property","value":1}}} """ },
        { """ "s": {"a": 1, "value": 3, "b": {"object": "urn:x:2"}, "c": {"k": "v"}} """, """ "s":{"type":"Property","value":3,"a":{"type":"Property","value":1},"b":{"type":"Relationship","object":"urn:x:2"},"c":{"type":"Property","value":{"k":"v"}}} """ },
        { """ "s": {"value": 3, "ngsildproof": {"type": "Property", "entityIdSealed": "urn:x:1", "value": {"type": "P"}}} """, """ "s":{"type":"Property","value":3,"ngsildproof":{"type":"Property","value":{"type":"P"},"entityIdSealed":"urn:x:1"}} """ },
        { """ "s": {"value": 3, "ngsildproof": {"value": {"type": "P"}, "entityTypeSealed": "T", "entityIdSealed": "urn:x:1"}} """, """ "s":{"type":"Property","value":3,"ngsildproof":{"type":"Property","value":{"type":"P"},"entityTypeSealed":"T","entityIdSealed":"urn:x:1"}} """ },
        { """ "r": {"object": "urn:x:2", "ngsildproof": {"value": {}, "entityTypeSealed": ["T", "https://example.org/U"]}} """, """ "r":{"type":"Relationship","object":"urn:x:2","ngsildproof":{"type":"Property","value":{},"entityTypeSealed":["T","https://example.org/U"]}} """ },
        // A geometry as text becomes the geometry (4.7.2).
        { """ "g": {"type": "GeoProperty", "value": "{\"type\": \"Point\", \"coordinates\": [13.4, 52.5]}"} """, """ "g":{"type":"GeoProperty","value":""" + Point + "}" },
        { """ "location": """ + Point, """ "location":{"type":"GeoProperty","value":""" + Point + "}" },
        // Values are verbatim but for whitespace between tokens.
        { """ "n": 1.50e+3 """, """ "n":{"type":"Property","value":1.50e+3} """ },
        { """ "n": "\u0041 \\ \" b" """, """ "n":{"type":"Property","value":"\u0041 \\ \" b"} """ },
        { """ "n": {"a" : [ 1 , "x y" ] , "b\\" : "c \" d" } """, """ "n":{"type":"Property","value":{"a":[1,"x y"],"b\\":"c \" d"}} """ },
        // What brokers write is passed over (5.2.2).
        { """ "createdAt": "2020-01-01T00:00:00Z", "modifiedAt": 1, "s": {"value": 1, "createdAt": "x", "modifiedAt": "x", "instanceId": "x", "previousValue": 0} """, """ "s":{"type":"Property","value":1} """ },
        { """ "@context": {"a": null}, "s": 1 """, """ "s":{"type":"Property","value":1} """ },
        { """ "scope": "/Madrid/Gardens", "s": 1 """, """ "scope":"/Madrid/Gardens","s":{"type":"Property","value":1} """ },
        { """ "scope": ["/A", "B/C_1"], "s": 1 """, """ "scope":["/A","B/C_1"],"s":{"type":"Property","value":1} """ },
        { """ "s": {"value": 1, "observedAt": "2020-01-01T00:00:00,5Z"} """, """ "s":{"type":"Property","value":1,"observedAt":"2020-01-01T00:00:00.5Z"} """ },
        // Names of any script, prefixed names and fully qualified ones (4.6.2).
        { """ "température": 1 """, """ "température":{"type":"Property","value":1} """ },
        { """ "t\u0065mp": 1 """, """ "temp":{"type":"Property","value":1} """ },
        { """ "https://example.org/speed": 1 """, """ "https://example.org/speed":{"type":"Property","value":1} """ },
        { """ "https://uri.etsi.org/ngsi-ld/default-context/speed": 1 """, """ "speed":{"type":"Property","value":1} """ },
        { """ "speed": {"https://uri.etsi.org/ngsi-ld/hasValue": 1} """, """ "speed":{"type":"Property","value":1} """ },
    };

    [Theory]
    [MemberData(nameof(Given))]
    public void Every_form_is_read(string given, string normalized) =>
        Assert.Equal(normalized.Trim(), Reading.Normalized(Reading.EntityWith(given)));

    public static TheoryData<string, string> Simplified => new()
    {
        { """ "speed": 5 """, """ "speed":{"type":"Property","value":5} """ },
        { """ "address": {"type": "PostalAddress", "street": "x"} """, """ "address":{"type":"Property","value":{"type":"PostalAddress","street":"x"}} """ },
        { """ "a": [{"type": "PostalAddress", "value": 1}] """, """ "a":{"type":"Property","value":[{"type":"PostalAddress","value":1}]} """ },
        { """ "a": {"value": 1, "unit": "x"} """, """ "a":{"type":"Property","value":{"value":1,"unit":"x"}} """ },
        { """ "l": {"languageMap": {"en": "a"}} """, """ "l":{"type":"LanguageProperty","languageMap":{"en":"a"}} """ },
        { """ "v": {"vocab": "a"} """, """ "v":{"type":"VocabProperty","vocab":"a"} """ },
        { """ "j": {"json": {"a": null}} """, """ "j":{"type":"JsonProperty","json":{"a":null}} """ },
        { """ "location": """ + Point, """ "location":{"type":"GeoProperty","value":""" + Point + "}" },
        { """ "s": {"dataset": {"@none": "a", "urn:d:1": {"languageMap": {"en": "b"}}}} """, """ "s":[{"type":"Property","value":"a"},{"type":"LanguageProperty","languageMap":{"en":"b"},"datasetId":"urn:d:1"}] """ },
        { """ "s": {"type": "Property", "value": 1, "sub": 2} """, """ "s":{"type":"Property","value":1,"sub":{"type":"Property","value":2}} """ },
    };

    [Theory]
    [MemberData(nameof(Simplified))]
    public void Simplified_values_are_read(string given, string normalized) =>
        Assert.Equal(normalized.Trim(), Reading.Normalized(Reading.EntityWith(given, Reading.Simplified)));

    [Fact]
    public void Identity_types_and_expiry_are_read()
    {
        var entity = Reading.Entity("""
            {"@id": "urn:x:1", "@type": ["A", "B", "A", "https://example.org/C"], "scope": "/S", "expiresAt": "2030-01-01T00:00:00Z"}
            """).Value;

        Assert.Equal("urn:x:1", entity.Id);
        Assert.Equal([Context.Core.Expand("A"), Context.Core.Expand("B"), "https://example.org/C"], entity.Types.ToArray());
        Assert.Equal(["/S"], entity.Scopes.ToArray());
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), entity.ExpiresAt?.Value);
    }

    [Fact]
    public void Names_are_expanded_by_the_context()
    {
        var context = CompiledContext.Of("""{"ex": "https://example.org/", "speed": "ex:speed", "amount": "value", "kind": "@type"}""");

        var entity = Reading.Entity(
            """{"id": "urn:x:1", "kind": "ex:Car", "speed": {"amount": 5, "ex:sub": 1, "m": {"vocab": "ex:v"}}}""", context: context).Value;

        Assert.Equal(["https://example.org/Car"], entity.Types.ToArray());
        Assert.Equal("https://example.org/speed", Assert.Single(entity.Attributes).Name);
        Assert.Equal(["https://example.org/sub", Context.Core.Expand("m")], entity.Attributes[0].SubAttributes.Select(a => a.Name));
        Assert.Equal(
            """{"id":"urn:x:1","type":"ex:Car","speed":{"type":"Property","value":5,"ex:sub":{"type":"Property","value":1},"m":{"type":"VocabProperty","vocab":"ex:v"}}}""",
            Reading.Normalized(entity, context));
    }

    [Fact]
    public void Sealed_types_are_expanded_and_compacted()
    {
        var shop = CompiledContext.Of("""{"Store": "https://example.org/Store"}""");
        var read = Reading.EntityWith(
            """ "a": {"value": 1, "ngsildproof": {"value": {}, "entityIdSealed": "urn:x:1", "entityTypeSealed": "Store"}} """, context: shop);

        Assert.Contains("\"entityTypeSealed\":\"Store\"", Reading.Normalized(read, shop), StringComparison.Ordinal);
        Assert.Contains("\"entityTypeSealed\":\"https://example.org/Store\"", Reading.Normalized(read), StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_is_read_once_and_without_waste()
    {
        var json = System.Text.Encoding.UTF8.GetBytes("""
            {"id":"urn:ngsi-ld:Car:1","type":"Car","speed":{"type":"Property","value":55,"unitCode":"KMH","observedAt":"2026-01-01T00:00:00Z"},
            "location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[13.4,52.5]}},"owner":{"type":"Relationship","object":"urn:ngsi-ld:Person:1"}}
            """);
        EntityReader.Read(json, Context.Core, EntityInput.Entity, EntityReaderOptions.Default);

        // A collection may empty the pools in between, which are filled again then.
        Assert.InRange(Enumerable.Range(0, 5).Min(_ => Allocated()), 1, 2500);

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            EntityReader.Read(json, Context.Core, EntityInput.Entity, EntityReaderOptions.Default);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
