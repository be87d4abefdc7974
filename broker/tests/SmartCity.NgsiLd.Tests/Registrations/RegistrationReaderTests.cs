using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Registrations;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Registrations;

public class RegistrationReaderTests
{
    private const string Information = "\"information\":[{\"entities\":[{\"type\":\"Vehicle\"}]}]";
    private const string Vocabulary = "https://uri.etsi.org/ngsi-ld/default-context/";

    public static TheoryData<string> Members => new(
        Information,
        """ "information":[{"entities":[{"id":"urn:x:1","type":"Vehicle"},{"idPattern":"^urn:x:.*$","type":["Car","Bus"]}],"propertyNames":["speed"]}] """,
        """ "information":[{"propertyNames":["speed","https://a.example/b"]},{"relationshipNames":["owner"]}] """,
        Information + """,  "registrationName":"n","description":"d","mode":"inclusive","operations":["federationOps","createEntity"] """,
        Information + """, "mode":"redirect","contextSourceInfo":[{"key":"jsonldContext","value":"https://a.example/c"}],"contextSourceAlias":"north" """,
        Information + """, "tenant":"t","datasetId":["urn:d:1","@none"],"scope":"/a/b" """,
        Information + """, "scope":["/a"],"location":{"type":"Point","coordinates":[1,2.50]} """,
        Information + """, "observationSpace":{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[0,0]]]},"operationSpace":{"type":"Point","coordinates":[1,2]} """,
        Information + """, "observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"},"managementInterval":{"startAt":"2020-01-01T00:00:00.5Z"} """,
        Information + """, "expiresAt":"2030-01-01T00:00:00Z","refreshRate":"PT1H","management":{"localOnly":true,"cacheDuration":"P1M","timeout":1.5,"cooldown":100} """,
        Information + """, "owner":{"type":"Property","value":"city","unitCode":"C62"},"part":[{"type":"Relationship","object":"urn:x:1"},{"type":"Relationship","object":"urn:x:2","datasetId":"urn:d:1"}] """,
        Information + """, "place":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}},"https://a.example/x":{"type":"Property","value":{"a":[1]}} """);

    [Theory]
    [MemberData(nameof(Members))]
    public void What_is_read_is_what_is_written(string members)
    {
        var json = $$"""{"id":"urn:r:1","type":"ContextSourceRegistration","endpoint":"http://a.example/x",{{members}}}""";
        var written = Write(Read(json).Value);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(written)), written);
    }

    [Fact]
    public void Names_are_expanded()
    {
        var read = Read($$"""{"type":"ContextSourceRegistration","endpoint":"http://a","information":[{"entities":[{"type":"Vehicle"}],"propertyNames":["location"]}],"owner":{"type":"Property","value":1} }""").Value;
        Assert.Equal<string>([Vocabulary + "Vehicle"], read.Information[0].Entities[0].Types);
        Assert.Equal<string>(["https://uri.etsi.org/ngsi-ld/location"], read.Information[0].PropertyNames);
        Assert.Equal(Vocabulary + "owner", Assert.Single(read.Properties).Name);
        Assert.Equal(ContextSourceOperations.FederationOps, read.Operations);
        Assert.Equal(RegistrationMode.Inclusive, read.Mode);
    }

    [Theory]
    [InlineData("[]", "the body is not an object")]
    [InlineData("{}", "type is missing; endpoint is missing; information is missing")]
    [InlineData("""{"type":"Subscription"}""", "type is not \"ContextSourceRegistration\"")]
    [InlineData("""{"id":"x"}""", "id is not a URI")]
    [InlineData("""{"endpoint":"x"}""", "endpoint is not a URI")]
    [InlineData("""{"information":[]}""", "information is an empty array")]
    [InlineData("""{"information":[{}]}""", "information[0] has none of entities, propertyNames and relationshipNames")]
    [InlineData("""{"information":[{"entities":[]}]}""", "information[0].entities is an empty array")]
    [InlineData("""{"information":[{"entities":[{"id":"urn:x:1"}]}]}""", "information[0].entities[0].type is missing")]
    [InlineData("""{"information":[{"entities":[{"type":"T","id":"x"}]}]}""", "information[0].entities[0].id is not a URI")]
    [InlineData("""{"information":[{"entities":[{"type":"T","idPattern":"("}]}]}""", "information[0].entities[0].idPattern")]
    [InlineData("""{"information":[{"entities":[{"type":[]}]}]}""", "information[0].entities[0].type is an empty array")]
    [InlineData("""{"information":[{"entities":[{"type":"T","x":1}]}]}""", "information[0].entities[0].x is not a member of an EntityInfo")]
    [InlineData("""{"information":[{"propertyNames":[]}]}""", "information[0].propertyNames is an empty array")]
    [InlineData("""{"information":[{"propertyNames":["a b"]}]}""", "information[0].propertyNames[0] is not an Attribute name")]
    [InlineData("""{"information":[{"properties":["a"]}]}""", "information[0].properties is not a member of a RegistrationInfo")]
    [InlineData("""{"mode":"other"}""", "mode is none of inclusive, exclusive, redirect, auxiliary")]
    [InlineData("""{"operations":["queryEntity","fly"]}""", "operations[1] is \"fly\", which is no operation or group of operations")]
    [InlineData("""{"operations":["QueryEntity"]}""", "operations[0] is \"QueryEntity\"")]
    [InlineData("""{"operations":["none"]}""", "operations[0] is \"none\"")]
    [InlineData("""{"operations":[]}""", "operations is an empty array")]
    [InlineData("""{"contextSourceInfo":[{"key":"a"}]}""", "contextSourceInfo[0].value is missing")]
    [InlineData("""{"contextSourceAlias":""}""", "contextSourceAlias is empty")]
    [InlineData("""{"description":""}""", "description is empty")]
    [InlineData("""{"registrationName":1}""", "registrationName is not a string")]
    [InlineData("""{"datasetId":["x"]}""", "datasetId[0] is not a URI")]
    [InlineData("""{"scope":"/a b"}""", "scope is \"/a b\", which is no scope")]
    [InlineData("""{"location":{"type":"Circle","coordinates":[1,2]}}""", "location is not a type of geometry")]
    [InlineData("""{"operationSpace":5}""", "operationSpace is not a GeoJSON geometry")]
    [InlineData("""{"observationInterval":{}}""", "observationInterval.startAt is missing")]
    [InlineData("""{"managementInterval":{"startAt":"2020","endAt":"x"}}""", "managementInterval.startAt is not a DateTime; managementInterval.endAt is not a DateTime")]
    [InlineData("""{"expiresAt":"tomorrow"}""", "expiresAt is not a DateTime")]
    [InlineData("""{"refreshRate":"1h"}""", "refreshRate is '1h', which is no ISO 8601 duration")]
    [InlineData("""{"management":{"cacheDuration":"1h"}}""", "management.cacheDuration is '1h'")]
    [InlineData("""{"management":{"localOnly":"yes","timeOut":1}}""", "management.localOnly is neither true nor false; management.timeOut is not a member")]
    [InlineData("""{"operation":"queryEntity"}""", "operation is neither a member of a registration nor a Property or Relationship of the source")]
    [InlineData("""{"modes":["a"]}""", "modes is neither a member of a registration")]
    [InlineData("""{"https://uri.etsi.org/ngsi-ld/endpoint":{"value":1}}""", "https://uri.etsi.org/ngsi-ld/endpoint is neither a member")]
    [InlineData("""{"mode":null}""", "mode is null")]
    [InlineData("""{"owner":null}""", "owner is null")]
    public void What_is_wrong_is_named(string json, string expected)
    {
        var error = Read(json).Error!;
        Assert.Equal(NgsiLdErrorKind.BadRequestData, error.Kind);
        Assert.Contains(expected, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_broker_writes_is_passed_over() =>
        Assert.Equal(
            Write(Read($$"""{"type":"ContextSourceRegistration","endpoint":"http://a",{{Information}}}""").Value),
            Write(Read($$"""{"type":"ContextSourceRegistration","endpoint":"http://a",{{Information}},"status":"ok","timesSent":"x","timesFailed":1,"lastSuccess":1,"lastFailure":1,"createdAt":1,"modifiedAt":1}""").Value));

    [Theory]
    [InlineData("""{"description":"e"}""", """ "description":"e","scope":"/a" """)]
    [InlineData("""{"description":null,"scope":"urn:ngsi-ld:null"}""", "")]
    [InlineData("""{"id":"urn:r:1","type":"ContextSourceRegistration"}""", """ "description":"d","scope":"/a" """)]
    [InlineData("""{"scope":null,"description":null,"management":{"timeout":7}}""", """ "management":{"timeout":7,"cooldown":5} """)]
    [InlineData("""{"scope":null,"description":null,"management":{"cooldown":null}}""", """ "management":{} """)]
    [InlineData("""{"scope":null,"description":null,"owner":null}""", "", false)]
    [InlineData("""{"scope":null,"description":null,"owner":{"type":"Property","value":"urn:ngsi-ld:null"}}""", "", false)]
    [InlineData("""{"scope":null,"description":null,"owner":{"type":"Property","value":2}}""", """ "owner":{"type":"Property","value":2} """)]
    [InlineData("""{"scope":null,"description":null,"other":{"type":"Property","value":2}}""", """ "other":{"type":"Property","value":2} """)]
    public void A_fragment_replaces_adds_and_removes(string fragment, string expected, bool hasOwner = true)
    {
        var target = Read($$"""{"id":"urn:r:1","type":"ContextSourceRegistration","endpoint":"http://a",{{Information}},"description":"d","scope":"/a","management":{"cooldown":5},"owner":{"type":"Property","value":1} }""").Value;
        var merged = RegistrationReader.Merge(target, Encoding.UTF8.GetBytes(fragment), Context.Core, 16).Value.Registration;
        var written = JsonNode.Parse(Write(merged))!.AsObject();
        var wanted = JsonNode.Parse($$"""{"id":"urn:r:1","type":"ContextSourceRegistration","endpoint":"http://a",{{Information}}{{(expected.Length > 0 ? "," + expected : "")}}}""")!.AsObject();
        if (!wanted.ContainsKey("management")) wanted["management"] = JsonNode.Parse("{\"cooldown\":5}");
        if (wanted["management"]!.AsObject().Count == 0) wanted.Remove("management");
        if (hasOwner && !wanted.ContainsKey("owner")) wanted["owner"] = JsonNode.Parse("{\"type\":\"Property\",\"value\":1}");
        Assert.True(JsonNode.DeepEquals(wanted, written), written.ToJsonString());
    }

    [Theory]
    [InlineData("""{"id":"urn:r:2"}""", "id cannot be changed")]
    [InlineData("""{"endpoint":null}""", "endpoint cannot be removed")]
    [InlineData("""{"information":null}""", "information cannot be removed")]
    [InlineData("""{"observationInterval":{"startAt":null}}""", "observationInterval.startAt")]
    [InlineData("""{"owner":{"type":"Property","unitCode":"C62"}}""", "owner has no value")]
    public void A_fragment_that_leads_nowhere_is_refused(string fragment, string expected)
    {
        var target = Read($$"""{"id":"urn:r:1","type":"ContextSourceRegistration","endpoint":"http://a",{{Information}}}""").Value;
        var error = RegistrationReader.Merge(target, Encoding.UTF8.GetBytes(fragment), Context.Core, 16).Error!;
        Assert.Contains(expected, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_operation_of_the_standard_has_its_name()
    {
        var names = Enum.GetNames<ContextSourceOperations>().Where(name => name != "None").Select(name => char.ToLowerInvariant(name[0]) + name[1..]).ToList();
        Assert.Equal(43 + 5, names.Count);
        Assert.All(names, name => Assert.Equal(Enum.Parse<ContextSourceOperations>(name, ignoreCase: true), OperationNames.Find(name)));
    }

    private static Result<ContextSourceRegistration> Read(string json) =>
        RegistrationReader.Read(Encoding.UTF8.GetBytes(json), Context.Core, 32);

    private static string Write(ContextSourceRegistration registration)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output)) RegistrationWriter.Write(json, registration, Context.Core);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
