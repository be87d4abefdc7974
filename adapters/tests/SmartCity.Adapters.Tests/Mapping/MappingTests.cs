using System.Text.Json;
using System.Text.Json.Nodes;
using SmartCity.Adapters.Cities;
using SmartCity.Adapters.Mapping;

namespace SmartCity.Adapters.Tests.Mapping;

/// <summary>Rule and message in, attribute out.</summary>
public class MappingTests
{
    [Theory]
    // Values of a table are texts until a rule says more.
    [InlineData("{from: a}", "a=5", """{"type":"Property","value":"5"}""")]
    [InlineData("{from: a, as: integer}", "a=5", """{"type":"Property","value":5}""")]
    [InlineData("{from: a, as: number}", "a=0,30", """{"type":"Property","value":0.3}""")]
    [InlineData("{from: a, as: number, unitCode: CEL}", "a=4.200", """{"type":"Property","value":4200,"unitCode":"CEL"}""")]
    [InlineData("{from: a, as: boolean}", "a=1", """{"type":"Property","value":true}""")]
    [InlineData("{from: a, as: json}", "a=[1;2]", null, "'[1;2]' is not JSON")]
    [InlineData("{from: a, as: json}", "a={\"b\":[1]}", """{"type":"Property","value":{"b":[1]}}""")]
    [InlineData("{from: a, as: number}", "a=abc", null, "'abc' is not a number")]
    [InlineData("{from: a, as: integer}", "a=1,5", null, "'1,5' is not an integer")]
    // What is missing is left out; it never becomes zero.
    [InlineData("{from: a, as: number}", "a=", null)]
    [InlineData("{from: a, as: number}", "a=   ", null)]
    [InlineData("{from: a, as: number}", "a=n/a", null)]
    [InlineData("{from: a, as: number, empty: [\"-999\"]}", "a=-999", null)]
    [InlineData("{from: b, as: number}", "a=1", null)]
    [InlineData("{from: a, as: number}", "a=0", """{"type":"Property","value":0}""")]
    // Arithmetic is decimal.
    [InlineData("{from: a, scale: 0.01}", "a=15,5", """{"type":"Property","value":0.155}""")]
    [InlineData("{from: a, scale: 1.8, offset: 32}", "a=20", """{"type":"Property","value":68}""")]
    [InlineData("{from: a, scale: 0.333, round: 1}", "a=10", """{"type":"Property","value":3.3}""")]
    [InlineData("{from: a, round: 0}", "a=2,5", """{"type":"Property","value":3}""")]
    // Maps.
    [InlineData("{from: a, map: {da: true, ne: false}}", "a=da", """{"type":"Property","value":true}""")]
    [InlineData("{from: a, map: {odprto: [open]}}", "a=odprto", """{"type":"Property","value":["open"]}""")]
    [InlineData("{from: a, map: {da: true}}", "a=morda", null, "'morda' is not in the map")]
    [InlineData("{from: a, map: {da: true}, unmapped: omit}", "a=morda", null)]
    [InlineData("{from: a, map: {da: true}, unmapped: keep}", "a=morda", """{"type":"Property","value":"morda"}""")]
    // Text, constants, lists and objects.
    [InlineData("{text: \"{a} in {b}\"}", "a=1|b=2", """{"type":"Property","value":"1 in 2"}""")]
    [InlineData("{text: \"{a} in {b}\"}", "a=1|b=", null)]
    [InlineData("{value: [public, 5, 1.5, true, \"5\"]}", "a=1", """{"type":"Property","value":["public",5,1.5,true,"5"]}""")]
    [InlineData("{from: a, split: \"/\", kind: ListProperty, as: integer}", "a=1/2/ 3", """{"type":"ListProperty","valueList":[1,2,3]}""")]
    [InlineData("{members: {streetAddress: a, addressCountry: {value: SI}}}", "a=Trg 1", """{"type":"Property","value":{"streetAddress":"Trg 1","addressCountry":"SI"}}""")]
    [InlineData("{members: {streetAddress: a, addressCountry: {value: SI}}}", "a=", null)]
    // Kinds.
    [InlineData("{kind: Relationship, text: \"urn:ngsi-ld:Zone:{a}\"}", "a=7", """{"type":"Relationship","object":"urn:ngsi-ld:Zone:7"}""")]
    [InlineData("{kind: ListRelationship, from: a, split: \" \"}", "a=urn:a urn:b", """{"type":"ListRelationship","objectList":[{"object":"urn:a"},{"object":"urn:b"}]}""")]
    [InlineData("{kind: VocabProperty, from: a}", "a=open", """{"type":"VocabProperty","vocab":"open"}""")]
    [InlineData("{kind: JsonProperty, from: a}", "a={\"x\":1}", """{"type":"JsonProperty","json":{"x":1}}""")]
    [InlineData("{lon: a, lat: b}", "a=14,5|b=46,05", """{"type":"GeoProperty","value":{"type":"Point","coordinates":[14.5,46.05]}}""")]
    [InlineData("{lon: a, lat: b}", "a=14,5|b=", null)]
    [InlineData("{lon: a, lat: b}", "a=214,5|b=46", null, "longitude 214.5 is not within -180 and 180")]
    [InlineData("{lon: {from: a, scale: 0.000001}, lat: {from: b, scale: 0.000001}}", "a=14500000|b=46050000", """{"type":"GeoProperty","value":{"type":"Point","coordinates":[14.5,46.05]}}""")]
    [InlineData("{kind: GeoProperty, from: a}", "a={\"type\":\"Point\",\"coordinates\":[1,2]}", """{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}}""")]
    [InlineData("{languages: {sl: a, en: b}}", "a=grad|b=castle", """{"type":"LanguageProperty","languageMap":{"sl":"grad","en":"castle"}}""")]
    [InlineData("{languages: {sl: a, en: b}}", "a=grad|b=", """{"type":"LanguageProperty","languageMap":{"sl":"grad"}}""")]
    // Time, conditions, sub-attributes, instances.
    [InlineData("{from: a, observedAt: {from: b, format: d.M.yyyy H:mm, zone: Europe/Ljubljana}}", "a=x|b=15.4.2026 7:05", """{"type":"Property","value":"x","observedAt":"2026-04-15T05:05:00Z"}""")]
    [InlineData("{from: a, observedAt: b}", "a=x|b=", """{"type":"Property","value":"x"}""")]
    [InlineData("{from: a, observedAt: b}", "a=x|b=včeraj", null, "observedAt 'včeraj' is not a time")]
    [InlineData("{from: a, as: date-time, zone: Europe/Ljubljana}", "a=2026-04-15T07:00:00", """{"type":"Property","value":{"@type":"DateTime","@value":"2026-04-15T05:00:00Z"}}""")]
    [InlineData("{from: a, when: {from: b, is: [ok, dobro]}}", "a=x|b=dobro", """{"type":"Property","value":"x"}""")]
    [InlineData("{from: a, when: {from: b, is: ok}}", "a=x|b=slabo", null)]
    [InlineData("{from: a, when: {from: b, not: slabo}}", "a=x|b=slabo", null)]
    [InlineData("{from: a, when: [{from: a, present: true}, {from: b, present: false}]}", "a=x|b=", """{"type":"Property","value":"x"}""")]
    [InlineData("{from: a, datasetId: \"urn:d:{b}\"}", "a=x|b=2", """{"type":"Property","value":"x","datasetId":"urn:d:2"}""")]
    [InlineData("{from: a, attributes: {accuracy: {from: b, as: number}}}", "a=x|b=0,5", """{"type":"Property","value":"x","accuracy":{"type":"Property","value":0.5}}""")]
    [InlineData("[{from: a}, {from: b, datasetId: urn:d:2}]", "a=x|b=y", """[{"type":"Property","value":"x"},{"type":"Property","value":"y","datasetId":"urn:d:2"}]""")]
    [InlineData("a", "a=x", """{"type":"Property","value":"x"}""")]
    public void A_row_becomes_an_attribute(string rule, string row, string? expected, string? problem = null)
    {
        var mapping = Read($$"""
            numbers: { decimal: ",", thousands: "." }
            empty: [n/a]
            entities:
              id: urn:e:1
              type: T
              attributes:
                always: { value: 1 }
                tested: {{rule}}
            """);

        var outcome = mapping.Map(Row(row));

        if (problem is not null)
        {
            Assert.Contains($"tested: {problem}", Assert.Single(outcome.Problems), StringComparison.Ordinal);
            Assert.Empty(outcome.Entities);
            return;
        }

        Assert.Empty(outcome.Problems);
        var attribute = outcome.Entities.Count == 0 ? null : Parse(outcome.Entities[0])["tested"];
        Assert.Equal(expected, attribute?.ToJsonString());
    }

    [Theory]
    [InlineData("{from: a}", """{"a": 5}""", """{"type":"Property","value":5}""")]
    [InlineData("{from: a}", """{"a": 1e300}""", """{"type":"Property","value":1e300}""")]
    [InlineData("{from: a}", """{"a": null}""", null)]
    [InlineData("{from: a}", """{"a": {"b": [1, "x"]}}""", """{"type":"Property","value":{"b":[1,"x"]}}""")]
    [InlineData("{from: \"a.b[1]\"}", """{"a": {"b": [1, "x"]}}""", """{"type":"Property","value":"x"}""")]
    [InlineData("{from: \"a.b[2]\"}", """{"a": {"b": [1, "x"]}}""", null)]
    [InlineData("{from: a.b.c}", """{"a": 5}""", null)]
    [InlineData("{from: a, scale: 0.1}", """{"a": 215}""", """{"type":"Property","value":21.5}""")]
    [InlineData("{from: a, map: {\"0\": free, \"1\": occupied}}", """{"a": 1}""", """{"type":"Property","value":"occupied"}""")]
    [InlineData("{from: a, map: {\"true\": 1}}", """{"a": true}""", """{"type":"Property","value":1}""")]
    [InlineData("{kind: Relationship, from: a}", """{"a": ["urn:a", "urn:b"]}""", """{"type":"Relationship","object":["urn:a","urn:b"]}""")]
    public void A_json_message_becomes_an_attribute(string rule, string json, string? expected)
    {
        var mapping = Read($$"""
            entities:
              id: urn:e:1
              type: T
              attributes:
                tested: {{rule}}
            """);

        var outcome = mapping.Map(Message(json));

        Assert.Empty(outcome.Problems);
        var attribute = outcome.Entities.Count == 0 ? null : Parse(outcome.Entities[0])["tested"];
        Assert.Equal(expected, attribute?.ToJsonString());
    }

    [Fact]
    public void One_message_can_make_several_entities()
    {
        var mapping = Read("""
            entities:
              - id: urn:ngsi-ld:Station:{id}
                type: [Station, "https://example.org/Place"]
                scope: /city/{$.city}
                each: data.stations
                when: { from: state, not: off }
                attributes:
                  t: { from: t, observedAt: { from: $.time } }
              - id: urn:ngsi-ld:City:{city}
                type: City
                attributes: { updated: time }
            """);

        var outcome = mapping.Map(Message("""
            {"city": "J", "time": "2026-04-15T10:00:00Z", "data": {"stations": [
              {"id": 1, "t": 20}, {"id": 2, "t": 21, "state": "off"}, {"id": 3}]}}
            """));

        Assert.Equal(["urn:ngsi-ld:Station:1", "urn:ngsi-ld:City:J"], outcome.Entities.Select(e => e.Id));
        Assert.Equal(
            """{"id":"urn:ngsi-ld:Station:1","type":["Station","https://example.org/Place"],"scope":"/city/J","t":{"type":"Property","value":20,"observedAt":"2026-04-15T10:00:00Z"}}""",
            Parse(outcome.Entities[0]).ToJsonString());
    }

    [Fact]
    public void A_message_without_an_id_is_a_problem()
    {
        var mapping = Read("entities: { id: \"urn:e:{a}\", type: T, attributes: { b: b } }");

        Assert.Equal(["id: 'a' has no value"], mapping.Map(Row("a=|b=1")).Problems);
    }

    [Theory]
    [InlineData("known", "urn:known:A1", null)]
    [InlineData("own", "urn:own:own", null)]
    [InlineData("other", "urn:known:", "the device 'other' is not listed")]
    public void A_device_can_have_values_and_rules_of_its_own(string device, string id, string? problem)
    {
        var mapping = Read("""
            unknownDevices: false
            devices:
              known: { with: { place: A1 } }
              own: { entities: { id: "urn:own:{@device}", type: T, attributes: { v: v } } }
            entities: { id: "urn:known:{@place}", type: T, attributes: { v: v } }
            """);

        var message = Message("""{"v": 1}""").With(
            new Dictionary<string, MessageValue> { ["device"] = MessageValue.Of(device) });
        var outcome = mapping.Map(message);

        if (problem is null) Assert.Equal(id, Assert.Single(outcome.Entities).Id);
        else Assert.Equal([problem], outcome.Problems);
    }

    [Fact]
    public void Others_become_properties_of_their_own_name()
    {
        var mapping = Read("""
            entities:
              id: urn:e:{@device}
              type: Device
              attributes: { temperature: t }
              others: true
            """, "TimeInstant");

        var message = Message("""{"t": 20, "level": 3, "note": null, "id": "x", "TimeInstant": "2026-04-15T10:00:00Z"}""").With(
            new Dictionary<string, MessageValue> { ["device"] = MessageValue.Of("d") });

        Assert.Equal(
            """{"id":"urn:e:d","type":"Device","temperature":{"type":"Property","value":20,"observedAt":"2026-04-15T10:00:00Z"},"level":{"type":"Property","value":3,"observedAt":"2026-04-15T10:00:00Z"}}""",
            Parse(Assert.Single(mapping.Map(message).Entities)).ToJsonString());
        Assert.Equal(["'a b' cannot be the name of an attribute"], mapping.Map(Message("""{"a b": 1}""").With(message.Variables)).Problems);
    }

    private static EntityMapping Read(string yaml, string? observedAt = null)
    {
        using var folder = new Peers.TemporaryCity();
        folder.Write("mapping.yaml", yaml);
        var problems = new List<Problem>();
        var section = YamlSection.Load(folder["mapping.yaml"], problems);
        var mapping = section is null ? null : MappingReader.Read(section, observedAt);
        Assert.Empty(problems);
        return mapping!;
    }

    /// <param name="row">Columns as a=1|b=2.</param>
    private static RowMessage Row(string row)
    {
        var cells = row.Split('|').Select(c => c.Split('=', 2)).ToList();
        var columns = cells.Select((c, i) => (c[0], i)).ToDictionary(c => c.Item1, c => c.i);
        return new RowMessage(columns, [.. cells.Select(c => MessageValue.Of(c[1]))], row);
    }

    private static JsonMessage Message(string json) => new(JsonDocument.Parse(json).RootElement);

    private static JsonObject Parse(MappedEntity entity) => JsonNode.Parse(entity.Json)!.AsObject();
}
