using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;
using SmartCity.ConformanceTests.Federation;

namespace SmartCity.ConformanceTests.Registrations;

public class RegistrationTests : FederationTest
{
    private const string Nowhere = "http://localhost:9";

    [BrokerFact, Clause("5.9.2"), Clause("6.8"), Clause("5.10.1"), Clause("6.9"), Clause("5.2.9"), Clause("5.2.34"), Clause("5.2.8"), Clause("5.2.10"), Clause("5.2.11")]
    public async Task A_registration_is_created_and_read_back()
    {
        var sent = Registration(Nowhere, "inclusive", operations: "retrieveOps createEntity", members: $$"""
            {"registrationName":"n","description":"d","contextSourceAlias":"north","tenant":"t","datasetId":["urn:d:1","@none"],"scope":["/a/b"],
             "information":[{"entities":[ {{OwnEntities()}} , {"id":"{{Id}}","type":["{{Type}}","Other"]}],"propertyNames":["speed","location"],"relationshipNames":["owner"]}],
             "location":{"type":"Point","coordinates":[1,2.5]},"observationSpace":{"type":"Point","coordinates":[1,2]},"operationSpace":{"type":"Point","coordinates":[1,2]},
             "management":{"localOnly":true,"cacheDuration":"PT1M","timeout":500,"cooldown":1000},"refreshRate":"PT1H","expiresAt":"2099-01-01T00:00:00Z",
             "contextSourceInfo":[{"key":"X-Token","value":"urn:ngsi-ld:request"},{"key":"accept","value":"application/json"}],
             "owner":{"type":"Property","value":"city"} }
            """);
        var location = (await PostAsync("csourceRegistrations", sent)).Expect(HttpStatusCode.Created).Location!;
        Assert.StartsWith("/ngsi-ld/v1/csourceRegistrations/", location, StringComparison.Ordinal);
        var read = (await GetAsync(location)).Expect(HttpStatusCode.OK).Json;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(sent), read), read.ToJsonString());
    }

    [BrokerFact, Clause("5.9.2"), Clause("5.2.11")]
    public async Task A_source_of_evolutions_is_registered_with_its_intervals()
    {
        var location = await RegisterAsync(Nowhere, members: """{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"},"managementInterval":{"startAt":"2020-01-01T00:00:00Z"} }""");
        var read = (await GetAsync(location)).Json;
        Assert.Equal("2021-01-01T00:00:00Z", (string?)read["observationInterval"]!["endAt"]);
        Assert.Null(read["managementInterval"]!["endAt"]);
    }

    [BrokerFact, Clause("6.3.11"), Clause("6.9")]
    public async Task System_attributes_and_the_context_are_shown_where_they_are_asked_for()
    {
        var location = await RegisterAsync(Nowhere);
        var plain = (await GetAsync(location)).Expect(HttpStatusCode.OK);
        Assert.Null(plain.Json["createdAt"]);
        Assert.Contains("json-ld#context", plain.Header("Link"), StringComparison.Ordinal);
        var full = (await GetAsync(location + "?options=sysAttrs", ("Accept", LdJson))).Expect(HttpStatusCode.OK);
        Assert.NotNull(full.Json["createdAt"]);
        Assert.NotNull(full.Json["modifiedAt"]);
        Assert.NotNull(full.Json["@context"]);
    }

    [BrokerFact, Clause("5.9.2")]
    public async Task An_id_is_made_where_none_is_given_and_registered_once()
    {
        var registration = JsonNode.Parse(Registration(Nowhere))!.AsObject();
        (await PostAsync("csourceRegistrations", registration.ToJsonString())).Expect(HttpStatusCode.Created);
        (await PostAsync("csourceRegistrations", registration.ToJsonString())).ExpectError(HttpStatusCode.Conflict, "AlreadyExists");
        registration.Remove("id");
        var location = (await PostAsync("csourceRegistrations", registration.ToJsonString())).Expect(HttpStatusCode.Created).Location!;
        Assert.EndsWith((string?)(await GetAsync(location)).Json["id"], location, StringComparison.Ordinal);
    }

    [BrokerFact, Clause("5.9.2"), Clause("6.3.5")]
    public async Task The_context_may_be_one_name_in_the_body_and_the_path_may_end_in_a_slash()
    {
        var registration = JsonNode.Parse(Registration(Nowhere, "exclusive", One(Id), "luminance ring", "retrieveOps updateOps"))!.AsObject();
        registration["@context"] = CoreContext;
        registration["contextSourceInfo"] = JsonNode.Parse($$"""[{"key":"jsonldContext","value":"{{CoreContext}}"}]""");
        var location = (await PostAsync("csourceRegistrations/", registration.ToJsonString(), LdJson)).Expect(HttpStatusCode.Created).Location!;
        (await DeleteAsync(location)).Expect(HttpStatusCode.NoContent);
    }

    [BrokerTheory, Clause("5.9.2"), Clause("5.2.9"), Clause("5.2.8"), Clause("5.2.10"), Clause("5.2.11"), Clause("5.2.34"), Clause("4.20"), Clause("4.3.6")]
    [InlineData("\"type\":\"Subscription\"")]
    [InlineData("\"type\":null")]
    [InlineData("\"id\":\"no URI\"")]
    [InlineData("\"endpoint\":\"no URI\"")]
    [InlineData("\"endpoint\":null")]
    [InlineData("\"information\":null")]
    [InlineData("\"information\":[]")]
    [InlineData("\"information\":[{}]")]
    [InlineData("\"information\":[{\"entities\":[]}]")]
    [InlineData("\"information\":[{\"entities\":[{\"id\":\"urn:x:1\"}]}]")]
    [InlineData("\"information\":[{\"entities\":[{\"type\":\"T\",\"id\":\"no URI\"}]}]")]
    [InlineData("\"information\":[{\"entities\":[{\"type\":\"T\",\"idPattern\":\"(\"}]}]")]
    [InlineData("\"information\":[{\"propertyNames\":[]}]")]
    [InlineData("\"information\":[{\"relationshipNames\":[]}]")]
    [InlineData("\"mode\":\"other\"")]
    [InlineData("\"operations\":[\"fly\"]")]
    [InlineData("\"operations\":[]")]
    [InlineData("\"expiresAt\":\"2001-01-01T00:00:00Z\"")]
    [InlineData("\"expiresAt\":\"tomorrow\"")]
    [InlineData("\"description\":\"\"")]
    [InlineData("\"registrationName\":\"\"")]
    [InlineData("\"contextSourceAlias\":\"\"")]
    [InlineData("\"location\":{\"type\":\"Circle\",\"coordinates\":[1,2]}")]
    [InlineData("\"observationInterval\":{\"endAt\":\"2020-01-01T00:00:00Z\"}")]
    [InlineData("\"management\":{\"timeout\":0}")]
    [InlineData("\"management\":{\"cooldown\":-1}")]
    [InlineData("\"management\":{\"cacheDuration\":\"a minute\"}")]
    [InlineData("\"datasetId\":[\"no URI\"]")]
    [InlineData("\"contextSourceInfo\":[{\"key\":\"accept\",\"value\":\"text/csv\"}]")]
    [InlineData("\"contextSourceInfo\":[{\"key\":\"contentType\",\"value\":\"application/geo+json\"}]")]
    [InlineData("\"contextSourceInfo\":[{\"key\":\"jsonldContext\",\"value\":\"no URL\"}]")]
    [InlineData("\"contextSourceInfo\":[{\"key\":\"ngsildConformance\",\"value\":\"newest\"}]")]
    [InlineData("\"contextSourceInfo\":[{\"key\":\"X\"}]")]
    [InlineData("\"operation\":\"queryEntity\"")]
    [InlineData("\"mode\":\"exclusive\"")]
    [InlineData("\"mode\":\"auxiliary\"")]
    [InlineData("\"mode\":\"auxiliary\",\"operations\":[\"federationOps\"]")]
    public async Task What_is_not_a_registration_is_refused(string members)
    {
        var registration = JsonNode.Parse(Registration(Nowhere))!.AsObject();
        foreach (var (name, value) in JsonNode.Parse($"{{{members}}}")!.AsObject())
        {
            registration.Remove(name);
            if (value is not null) registration[name] = value.DeepClone();
        }

        (await PostAsync("csourceRegistrations", registration.ToJsonString())).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.9.3"), Clause("6.9"), Clause("5.5.8")]
    public async Task A_registration_is_changed()
    {
        var location = await RegisterAsync(Nowhere, members: """{"description":"d","scope":"/a","owner":{"type":"Property","value":1}}""");
        var fragment = $$"""{"description":"e","scope":null,"owner":"urn:ngsi-ld:null","endpoint":"http://localhost:8","information":[{"entities":[{{OwnEntities()}}],"propertyNames":["p"]}]}""";
        (await PatchAsync(location, fragment)).Expect(HttpStatusCode.NoContent);
        var read = (await GetAsync(location)).Json;
        Assert.Equal("e", (string?)read["description"]);
        Assert.Equal("http://localhost:8", (string?)read["endpoint"]);
        Assert.Equal("p", (string?)read["information"]![0]!["propertyNames"]![0]);
        Assert.Null(read["scope"]);
        Assert.Null(read["owner"]);
    }

    [BrokerFact, Clause("5.9.2"), Clause("5.9.3"), Clause("5.10.1"), Clause("5.5.7"), Clause("5.5.5"), Clause("6.3.5")]
    public async Task Names_are_expanded_by_the_context_of_the_request_that_brings_them()
    {
        const string Vocabulary = "https://example.org/terms/";
        var context = $$"""{"{{Type}}":"{{Vocabulary}}{{Type}}","speed":"{{Vocabulary}}speed","owner":"{{Vocabulary}}owner","part":"{{Vocabulary}}part"}""";
        var registration = JsonNode.Parse(Registration(Nowhere, attributes: "speed", members: """{"owner":{"type":"Property","value":"city"}}"""))!.AsObject();
        registration["@context"] = JsonNode.Parse(context);
        var location = (await PostAsync("csourceRegistrations", registration.ToJsonString(), LdJson)).Expect(HttpStatusCode.Created).Location!;
        // The default @context knows none of the names.
        var read = (await GetAsync(location)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(Vocabulary + Type, (string?)read["information"]![0]!["entities"]![0]!["type"]);
        Assert.Equal(Vocabulary + "speed", (string?)read["information"]![0]!["propertyNames"]![0]);
        Assert.Equal("city", (string?)read[Vocabulary + "owner"]!["value"]);
        Assert.Empty((await GetAsync($"csourceRegistrations?type={Type}")).Expect(HttpStatusCode.OK).Json.AsArray());
        Assert.Single((await GetAsync($"csourceRegistrations?type={Vocabulary}{Type}&attrs={Vocabulary}speed")).Expect(HttpStatusCode.OK).Json.AsArray());
        var fragment = $$"""{"information":[{"entities":[{{OwnEntities()}}],"relationshipNames":["part"]}],"owner":"urn:ngsi-ld:null","@context":{{context}}}""";
        (await PatchAsync(location, fragment, LdJson)).Expect(HttpStatusCode.NoContent);
        read = (await GetAsync(location)).Json;
        Assert.Equal(Vocabulary + "part", (string?)read["information"]![0]!["relationshipNames"]![0]);
        Assert.Null(read["information"]![0]!["propertyNames"]);
        Assert.Null(read[Vocabulary + "owner"]);
    }

    [BrokerFact, Clause("5.9.3"), Clause("5.5.8"), Clause("5.4"), Clause("6.3.4")]
    public async Task A_fragment_is_a_merge_patch()
    {
        const string Members = """{"management":{"timeout":500,"cooldown":1000},"observationInterval":{"startAt":"2020-01-01T00:00:00Z"},"operations":["retrieveOps","updateOps"],"datasetId":["urn:d:1","urn:d:2"]}""";
        var location = await RegisterAsync(Nowhere, members: Members);
        var fragment = """{"type":"ContextSourceRegistration","management":{"timeout":null,"localOnly":true},"observationInterval":{"endAt":"2021-01-01T00:00:00Z"},"operations":["queryTemporal"],"datasetId":["@none"]}""";
        (await PatchAsync(location, fragment, "application/merge-patch+json")).Expect(HttpStatusCode.NoContent);
        var read = (await GetAsync(location)).Json;
        Assert.Equal("""{"localOnly":true,"cooldown":1000}""", read["management"]!.ToJsonString());
        Assert.Equal("""{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}""", read["observationInterval"]!.ToJsonString());
        Assert.Equal("""["queryTemporal"]""", read["operations"]!.ToJsonString());
        Assert.Equal("""["@none"]""", read["datasetId"]!.ToJsonString());
        (await PatchAsync(location, "{}")).Expect(HttpStatusCode.NoContent);
        (await PatchAsync(location, "[]")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerTheory, Clause("5.9.3"), Clause("5.2.9"), Clause("4.3.6")]
    [InlineData("{\"id\":\"urn:x:other\"}")]
    [InlineData("{\"endpoint\":null}")]
    [InlineData("{\"information\":[]}")]
    [InlineData("{\"mode\":\"exclusive\"}")]
    [InlineData("{\"mode\":\"auxiliary\"}")]
    [InlineData("{\"operations\":[\"fly\"]}")]
    [InlineData("{\"expiresAt\":\"2001-01-01T00:00:00Z\"}")]
    [InlineData("{\"contextSourceInfo\":[{\"key\":\"accept\",\"value\":\"text/csv\"}]}")]
    public async Task A_change_to_what_is_no_registration_is_refused(string fragment)
    {
        var location = await RegisterAsync(Nowhere);
        (await PatchAsync(location, fragment)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.9.3"), Clause("5.9.4"), Clause("5.10.1"), Clause("6.9")]
    public async Task What_is_deleted_or_never_was_is_not_found()
    {
        var location = await RegisterAsync(Nowhere);
        (await DeleteAsync(location)).Expect(HttpStatusCode.NoContent);
        (await DeleteAsync(location)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync(location)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await PatchAsync(location, "{}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync("csourceRegistrations/x")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await PatchAsync("csourceRegistrations/x", "{}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await DeleteAsync("csourceRegistrations/x")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.9.2"), Clause("5.2.9")]
    public async Task What_expires_is_deleted()
    {
        var location = await RegisterAsync(Nowhere, members: $$"""{"expiresAt":"{{In()}}"}""");
        (await GetAsync(location)).Expect(HttpStatusCode.OK);
        await EventuallyAsync("the registration is still there", async () => (await GetAsync(location)).Status != HttpStatusCode.OK);
        (await GetAsync(location)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("5.9.2"), Clause("5.9.3"), Clause("4.3.6.3")]
    public async Task Proxied_data_is_registered_once()
    {
        await RegisterAsync(Nowhere, "exclusive", One(Id), "switch");
        (await PostAsync("csourceRegistrations", Registration(Nowhere, "exclusive", One(Id), "switch power"))).ExpectError(HttpStatusCode.Conflict, "Conflict");
        (await PostAsync("csourceRegistrations", Registration(Nowhere, "redirect"))).ExpectError(HttpStatusCode.Conflict, "Conflict");
        (await PostAsync("csourceRegistrations", Registration(Nowhere, "redirect", One(Id)))).ExpectError(HttpStatusCode.Conflict, "Conflict");
        // An id is of one Entity, whatever type a registration says it has.
        var another = $$"""[{"id":"{{Id}}","type":"{{Type}}Other"}]""";
        (await PostAsync("csourceRegistrations", Registration(Nowhere, "exclusive", another, "switch"))).ExpectError(HttpStatusCode.Conflict, "Conflict");
        (await PostAsync("csourceRegistrations", Registration(Nowhere, "redirect", another))).ExpectError(HttpStatusCode.Conflict, "Conflict");
        var other = await RegisterAsync(Nowhere, "exclusive", One(Id), "power");
        (await PatchAsync(other, $$"""{"information":[{"entities":{{One(Id)}},"propertyNames":["switch"]}]}""")).ExpectError(HttpStatusCode.Conflict, "Conflict");
        (await PatchAsync(other, """{"description":"no conflict with itself"}""")).Expect(HttpStatusCode.NoContent);
        await RegisterAsync(Nowhere, "inclusive", One(Id), "switch");
        await RegisterAsync(Nowhere, "auxiliary", One(Id), "switch", "retrieveOps");
    }

    [BrokerFact, Clause("5.9.2"), Clause("5.9.3"), Clause("4.3.6.3")]
    public async Task Redirections_may_overlap()
    {
        await RegisterAsync(Nowhere, "redirect");
        await RegisterAsync(Nowhere, "redirect");
        (await PostAsync("csourceRegistrations", Registration(Nowhere, "exclusive", One(Id), "switch"))).ExpectError(HttpStatusCode.Conflict, "Conflict");
    }

    [BrokerFact, Clause("5.9.2"), Clause("5.9.3"), Clause("4.3.6.3")]
    public async Task What_the_broker_has_itself_is_not_proxied()
    {
        (await PostAsync("entities", Entity(Id, """{"switch":{"type":"Property","value":1}}"""))).Expect(HttpStatusCode.Created);
        (await PostAsync("csourceRegistrations", Registration(Nowhere, "exclusive", One(Id), "switch"))).ExpectError(HttpStatusCode.Conflict, "Conflict");
        (await PostAsync("csourceRegistrations", Registration(Nowhere, "redirect"))).ExpectError(HttpStatusCode.Conflict, "Conflict");
        await RegisterAsync(Nowhere, "exclusive", One(Id), "power");
        var inclusive = await RegisterAsync(Nowhere, "inclusive");
        (await PatchAsync(inclusive, """{"mode":"redirect"}""")).ExpectError(HttpStatusCode.Conflict, "Conflict");
    }

    [BrokerFact, Clause("4.14"), Clause("5.9.2"), Clause("5.5.10")]
    public async Task A_tenant_has_registrations_of_its_own()
    {
        (await GetAsync("csourceRegistrations?count=true", TenantHeader(Tenant))).ExpectError(HttpStatusCode.NotFound, "NonexistentTenant");
        var location = await RegisterAsync(Nowhere, tenant: Tenant);
        (await GetAsync(location, TenantHeader(Tenant))).Expect(HttpStatusCode.OK);
        (await GetAsync(location)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }
}
