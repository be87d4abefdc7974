using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;
using SmartCity.ConformanceTests.Federation;

namespace SmartCity.ConformanceTests.Registrations;

/// <summary>Every member of a registration with values that it must not have.</summary>
public class RegistrationMemberTests : FederationTest
{
    private const string Nowhere = "http://localhost:9";

    // A row: the member, what the error's detail names, the member's value, in which ? stands for each of the wrong values.
    [BrokerTheory, Clause("5.9.2"), Clause("5.9.3"), Clause("5.2.9"), Clause("5.2.8"), Clause("5.2.10"), Clause("5.2.11"), Clause("5.2.22"), Clause("5.2.34"), Clause("4.20")]
    [InlineData("id", "id", "?", "\"x\"", "5", "\"\"", "[\"urn:x:1\"]", "null", "\"urn:ngsi-ld:null\"")]
    [InlineData("type", "type", "?", "\"Subscription\"", "\"CSourceRegistration\"", "5", "[\"ContextSourceRegistration\"]", "null")]
    [InlineData("endpoint", "endpoint", "?", "5", "\"\"", "\"no URI\"", "\"ftp://localhost\"", "\"urn:a:b\"", "\"localhost:9\"", "\"http://\"", "\"http://localhost:9/?a=1\"", "[\"http://localhost:9\"]", "{\"uri\":\"http://localhost:9\"}", "null", "\"urn:ngsi-ld:null\"")]
    [InlineData("information", "information", "?", "[]", "{}", "\"x\"", "5", "null", "\"urn:ngsi-ld:null\"")]
    [InlineData("information", "information[0]", "[?]", "{}", "5", "[]", "null", "{\"other\":[\"a\"]}")]
    [InlineData("information", "information[0].entities", "[{\"entities\":?}]", "[]", "{}", "\"T\"", "null")]
    [InlineData("information", "information[0].entities[0]", "[{\"entities\":[?]}]", "5", "\"T\"", "[]", "null")]
    [InlineData("information", "information[0].entities[0].type", "[{\"entities\":[?]}]", "{}", "{\"id\":\"urn:x:1\"}", "{\"idPattern\":\".*\"}", "{\"type\":5}", "{\"type\":\"\"}", "{\"type\":\"a b\"}", "{\"type\":[]}", "{\"type\":[5]}", "{\"type\":null}")]
    [InlineData("information", "information[0].entities[0].id", "[{\"entities\":[{\"type\":\"T\",\"id\":?}]}]", "\"x\"", "5", "[\"urn:x:1\"]", "null", "\"urn:ngsi-ld:null\"")]
    [InlineData("information", "information[0].entities[0].idPattern", "[{\"entities\":[{\"type\":\"T\",\"idPattern\":?}]}]", "\"(\"", "5", "[\".*\"]", "null")]
    [InlineData("information", "information[0].entities[0].ids", "[{\"entities\":[{\"type\":\"T\",\"ids\":?}]}]", "\"urn:x:1\"")]
    [InlineData("information", "information[0].propertyNames", "[{\"propertyNames\":?}]", "[]", "\"p\"", "{}", "5", "[5]", "[\"\"]", "[\"a b\"]", "null")]
    [InlineData("information", "information[0].relationshipNames", "[{\"relationshipNames\":?}]", "[]", "\"p\"", "{}", "5", "[5]", "[\"\"]", "[\"a b\"]", "null")]
    [InlineData("mode", "mode", "?", "5", "\"\"", "\"Inclusive\"", "\"other\"", "[\"inclusive\"]")]
    [InlineData("operations", "operations", "?", "[]", "\"retrieveOps\"", "{}", "5", "[5]", "[\"\"]", "[\"fly\"]", "[\"RetrieveOps\"]", "[\"retrieveOps\",\"fly\"]")]
    [InlineData("contextSourceInfo", "contextSourceInfo", "?", "{}", "\"x\"", "5")]
    [InlineData("contextSourceInfo", "contextSourceInfo[0]", "[?]", "5", "\"x\"", "{\"a\":\"b\",\"key\":\"a\",\"value\":\"b\"}")]
    [InlineData("contextSourceInfo", "contextSourceInfo[0].key", "[?]", "{\"value\":\"x\"}", "{\"key\":5,\"value\":\"x\"}", "{}")]
    [InlineData("contextSourceInfo", "contextSourceInfo[0].value", "[?]", "{\"key\":\"x\"}", "{\"key\":\"x\",\"value\":5}", "{\"key\":\"x\",\"value\":null}")]
    [InlineData("contextSourceInfo", "contextSourceInfo", "[{\"key\":?,\"value\":\"x\"}]", "\"a b\"", "\"\"", "\"a:b\"")]
    [InlineData("contextSourceInfo", "contextSourceInfo", "[{\"key\":\"X\",\"value\":?}]", "\"a\\r\\nb\"")]
    [InlineData("contextSourceInfo", "contextSourceInfo.accept", "[{\"key\":\"accept\",\"value\":?}]", "\"text/csv\"", "\"application/geo+json\"", "\"\"")]
    [InlineData("contextSourceInfo", "contextSourceInfo.contentType", "[{\"key\":\"contentType\",\"value\":?}]", "\"text/csv\"", "\"application/geo+json\"", "\"\"")]
    [InlineData("contextSourceInfo", "contextSourceInfo.jsonldContext", "[{\"key\":\"jsonldContext\",\"value\":?}]", "\"no URL\"", "\"\"", "\"urn:x:1\"")]
    [InlineData("contextSourceInfo", "contextSourceInfo.ngsildConformance", "[{\"key\":\"ngsildConformance\",\"value\":?}]", "\"newest\"", "\"1\"", "\"1.5.1\"", "\"\"")]
    [InlineData("contextSourceAlias", "contextSourceAlias", "?", "\"\"", "5", "\"a b\"", "\"a,b\"", "[\"a\"]")]
    [InlineData("description", "description", "?", "\"\"", "5", "[\"a\"]")]
    [InlineData("registrationName", "registrationName", "?", "\"\"", "5", "[\"a\"]")]
    [InlineData("datasetId", "datasetId", "?", "\"urn:d:1\"", "{}", "5", "[5]", "[\"no URI\"]", "[\"\"]", "[\"@all\"]")]
    [InlineData("expiresAt", "expiresAt", "?", "5", "\"\"", "\"tomorrow\"", "\"2001-01-01T00:00:00Z\"", "\"2099-01-01\"", "\"2099-13-01T00:00:00Z\"", "\"14:00:00Z\"", "[\"2099-01-01T00:00:00Z\"]")]
    [InlineData("location", "location", "?", "5", "\"x\"", "[]", "{}", "{\"type\":\"Circle\",\"coordinates\":[1,2]}", "{\"type\":\"Point\"}", "{\"type\":\"Point\",\"coordinates\":[\"a\",1]}", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[0,1],[1,1],[2,2]]]}", "{\"type\":\"GeoProperty\",\"value\":{\"type\":\"Point\",\"coordinates\":[1,2]}}", "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]},\"properties\":{}}")]
    [InlineData("observationSpace", "observationSpace", "?", "5", "\"x\"", "{}", "{\"type\":\"Point\",\"coordinates\":[1]}")]
    [InlineData("operationSpace", "operationSpace", "?", "5", "\"x\"", "{}", "{\"type\":\"Point\",\"coordinates\":[1]}")]
    [InlineData("observationInterval", "observationInterval", "?", "5", "\"x\"", "[]", "{}", "{\"endAt\":\"2020-01-01T00:00:00Z\"}", "{\"startAt\":5}", "{\"startAt\":\"x\"}", "{\"startAt\":\"2020-01-01T00:00:00Z\",\"endAt\":\"x\"}", "{\"startAt\":\"2020-01-01T00:00:00Z\",\"endAt\":\"2019-01-01T00:00:00Z\"}", "{\"start\":\"2020-01-01T00:00:00Z\"}")]
    [InlineData("managementInterval", "managementInterval", "?", "5", "\"x\"", "[]", "{}", "{\"endAt\":\"2020-01-01T00:00:00Z\"}", "{\"startAt\":5}", "{\"startAt\":\"x\"}", "{\"startAt\":\"2020-01-01T00:00:00Z\",\"endAt\":\"x\"}", "{\"startAt\":\"2020-01-01T00:00:00Z\",\"endAt\":\"2019-01-01T00:00:00Z\"}", "{\"start\":\"2020-01-01T00:00:00Z\"}")]
    [InlineData("management", "management", "?", "5", "\"x\"", "[]", "{\"other\":1}")]
    [InlineData("management", "management.localOnly", "{\"localOnly\":?}", "\"true\"", "1", "[]")]
    [InlineData("management", "management.cacheDuration", "{\"cacheDuration\":?}", "\"a minute\"", "\"P\"", "\"PT\"", "\"\"", "5")]
    [InlineData("management", "management.cooldown", "{\"cooldown\":?}", "0", "-1", "\"5\"", "[]")]
    [InlineData("management", "management.timeout", "{\"timeout\":?}", "0", "-0.5", "\"5\"", "true")]
    [InlineData("refreshRate", "refreshRate", "?", "\"1h\"", "\"\"", "\"P\"", "5", "[\"PT1H\"]")]
    [InlineData("scope", "scope", "?", "5", "\"\"", "\"/\"", "\"//a\"", "\"/a b\"", "[]", "[5]", "[\"/a\",\"/a b\"]", "{}")]
    [InlineData("tenant", "tenant", "?", "5", "\"a b\"", "[\"a\"]")]
    [InlineData("operation", "operation", "?", "\"queryEntity\"", "5")]
    public async Task What_a_member_must_not_be_is_refused_by_its_name(string member, string named, string template, params string[] wrong)
    {
        var location = await RegisterAsync(Nowhere);
        foreach (var value in wrong)
        {
            var given = JsonNode.Parse(template.Replace("?", value, StringComparison.Ordinal));
            var registration = JsonNode.Parse(Registration(Nowhere))!.AsObject();
            registration[member] = given;
            ExpectRefused(await PostAsync("csourceRegistrations", registration.ToJsonString()), named, value);
            // In a Fragment null takes a member away, if there may be none.
            if (value is "null" or "\"urn:ngsi-ld:null\"" && template == "?" && member is not ("id" or "type" or "endpoint" or "information")) continue;
            ExpectRefused(await PatchAsync(location, new JsonObject { [member] = given?.DeepClone() }.ToJsonString()), named, value);
        }
    }

    // There is no null in a registration (5.5.4), but in Fragments of it.
    [BrokerTheory, Clause("5.5.4"), Clause("5.9.2"), Clause("5.9.3"), Clause("5.5.8"), Clause("5.4")]
    [InlineData("mode", "\"inclusive\"")]
    [InlineData("operations", "[\"retrieveOps\"]")]
    [InlineData("contextSourceInfo", """[{"key":"X","value":"y"}]""")]
    [InlineData("contextSourceAlias", "\"a\"")]
    [InlineData("description", "\"a\"")]
    [InlineData("registrationName", "\"a\"")]
    [InlineData("datasetId", "[\"urn:d:1\"]")]
    [InlineData("expiresAt", "\"2099-01-01T00:00:00Z\"")]
    [InlineData("location", """{"type":"Point","coordinates":[1,2]}""")]
    [InlineData("observationSpace", """{"type":"Point","coordinates":[1,2]}""")]
    [InlineData("operationSpace", """{"type":"Point","coordinates":[1,2]}""")]
    [InlineData("observationInterval", """{"startAt":"2020-01-01T00:00:00Z"}""")]
    [InlineData("managementInterval", """{"startAt":"2020-01-01T00:00:00Z"}""")]
    [InlineData("management", """{"timeout":5}""")]
    [InlineData("refreshRate", "\"PT1H\"")]
    [InlineData("scope", "[\"/a\"]")]
    [InlineData("tenant", "\"a\"")]
    [InlineData("owner", """{"type":"Property","value":1}""")]
    public async Task Null_is_for_removing_a_member(string member, string value)
    {
        var location = await RegisterAsync(Nowhere);
        foreach (var nothing in new[] { "null", "\"urn:ngsi-ld:null\"" })
        {
            var registration = JsonNode.Parse(Registration(Nowhere))!.AsObject();
            registration[member] = JsonNode.Parse(nothing);
            ExpectRefused(await PostAsync("csourceRegistrations", registration.ToJsonString()), member, nothing);
            (await PatchAsync(location, $$"""{"{{member}}":{{value}}}""")).Expect(HttpStatusCode.NoContent);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(value), (await GetAsync(location)).Json[member]));
            (await PatchAsync(location, $$"""{"{{member}}":{{nothing}}}""")).Expect(HttpStatusCode.NoContent);
            Assert.False((await GetAsync(location)).Json.AsObject().ContainsKey(member));
        }
    }

    [BrokerTheory, Clause("5.9.2"), Clause("4.3.6")]
    [InlineData("type")]
    [InlineData("endpoint")]
    [InlineData("information")]
    public async Task What_a_registration_needs_is_named_where_it_is_missing(string member)
    {
        var registration = JsonNode.Parse(Registration(Nowhere))!.AsObject();
        registration.Remove(member);
        ExpectRefused(await PostAsync("csourceRegistrations", registration.ToJsonString()), member, "nothing");
    }

    // 4.3.6.3: an exclusive registration is of named Attributes of one Entity.
    [BrokerTheory, Clause("4.3.6.3"), Clause("5.9.2"), Clause("5.9.3")]
    [InlineData("""[{"entities":[{"type":"T","id":"urn:x:1"}]}]""")]
    [InlineData("""[{"entities":[{"type":"T"}],"propertyNames":["p"]}]""")]
    [InlineData("""[{"entities":[{"type":"T","idPattern":"^urn:x:1$"}],"propertyNames":["p"]}]""")]
    [InlineData("""[{"entities":[{"type":"T","id":"urn:x:1","idPattern":".*"}],"propertyNames":["p"]}]""")]
    [InlineData("""[{"entities":[{"type":"T","id":"urn:x:1"},{"type":"T","id":"urn:x:2"}],"propertyNames":["p"]}]""")]
    [InlineData("""[{"entities":[{"type":"T","id":"urn:x:1"}],"propertyNames":["p"]},{"entities":[{"type":"T","id":"urn:x:2"}],"propertyNames":["p"]}]""")]
    [InlineData("""[{"entities":[{"type":"T","id":"urn:x:1"}],"propertyNames":["p"]},{"propertyNames":["q"]}]""")]
    [InlineData("""[{"propertyNames":["p"]}]""")]
    [InlineData("""[{"relationshipNames":["p"]}]""")]
    public async Task An_exclusive_registration_is_of_Attributes_of_one_Entity(string information)
    {
        var members = $$"""{"information":{{information}}}""";
        ExpectRefused(await PostAsync("csourceRegistrations", Registration(Nowhere, "exclusive", members: members)), "information", information);
        var location = await RegisterAsync(Nowhere, "exclusive", One(Id), "p");
        ExpectRefused(await PatchAsync(location, members), "information", information);
        // Some of it is of all Entities.
        var own = members.Replace("urn:x:", Id, StringComparison.Ordinal).Replace("\"T\"", $"\"{Type}\"", StringComparison.Ordinal);
        var inclusive = await RegisterAsync(Nowhere, members: own, tenant: Tenant);
        ExpectRefused(await PatchAsync(inclusive, """{"mode":"exclusive"}""", headers: TenantHeader(Tenant)), "information", information);
    }

    [BrokerTheory, Clause("5.9.2"), Clause("5.9.3"), Clause("4.20")]
    [InlineData("retrieveOps", true)]
    [InlineData("retrieveEntity", true)]
    [InlineData("queryEntity", true)]
    [InlineData("queryEntity retrieveEntity", true)]
    [InlineData("retrieveOps queryEntity", true)]
    [InlineData("federationOps", false)]
    [InlineData("updateOps", false)]
    [InlineData("queryBatch", false)]
    [InlineData("retrieveTemporal", false)]
    [InlineData("retrieveOps createEntity", false)]
    [InlineData(null, false)]
    public async Task An_auxiliary_registration_is_for_reading(string? operations, bool isTaken)
    {
        var answer = await PostAsync("csourceRegistrations", Registration(Nowhere, "auxiliary", operations: operations));
        if (isTaken) answer.Expect(HttpStatusCode.Created);
        else ExpectRefused(answer, "operations", operations);
        var location = await RegisterAsync(Nowhere, "auxiliary", operations: "retrieveOps");
        var names = operations is null ? null : new JsonArray([.. operations.Split(' ').Select(name => (JsonNode)name)]);
        var changed = await PatchAsync(location, new JsonObject { ["operations"] = names }.ToJsonString());
        if (isTaken) changed.Expect(HttpStatusCode.NoContent);
        else ExpectRefused(changed, "operations", operations);
    }

    [BrokerFact, Clause("4.20"), Clause("5.2.9")]
    public async Task Every_operation_and_group_has_its_name()
    {
        const string Names =
            "createEntity updateEntity appendAttrs updateAttrs deleteAttrs deleteEntity createBatch upsertBatch updateBatch deleteBatch upsertTemporal "
            + "appendAttrsTemporal deleteAttrsTemporal updateAttrInstanceTemporal deleteAttrInstanceTemporal deleteTemporal mergeEntity replaceEntity "
            + "replaceAttrs mergeBatch purgeEntity retrieveEntity queryEntity queryBatch retrieveTemporal queryTemporal retrieveEntityTypes "
            + "retrieveEntityTypeDetails retrieveEntityTypeInfo retrieveAttrTypes retrieveAttrTypeDetails retrieveAttrTypeInfo createSubscription "
            + "updateSubscription retrieveSubscription querySubscription deleteSubscription retrieveEntityMap updateEntityMap deleteEntityMap "
            + "createEntityMapQueryEntity createEntityMapQueryTemporal retrieveContextSourceIdentity federationOps associationOps updateOps retrieveOps redirectionOps";
        var location = await RegisterAsync(Nowhere, operations: Names);
        var read = (await GetAsync(location)).Json["operations"]!.AsArray().Select(name => (string)name!);
        Assert.Equal(Names.Split(' '), read);
    }

    [BrokerFact, Clause("5.2.9"), Clause("5.2.2"), Clause("6.3.11")]
    public async Task Defaults_are_not_written_out_and_what_the_broker_counts_cannot_be_set()
    {
        const string Counted = """{"status":"failed","timesSent":9,"timesFailed":9,"lastSuccess":"2020-01-01T00:00:00Z","lastFailure":"2020-01-01T00:00:00Z","createdAt":"2020-01-01T00:00:00Z","modifiedAt":"2020-01-01T00:00:00Z"}""";
        var registration = JsonNode.Parse(Registration(Nowhere, members: Counted))!.AsObject();
        registration.Remove("mode");
        var location = (await PostAsync("csourceRegistrations", registration.ToJsonString())).Expect(HttpStatusCode.Created).Location!;
        (await PatchAsync(location, Counted)).Expect(HttpStatusCode.NoContent);
        var read = (await GetAsync(location + "?options=sysAttrs")).Json.AsObject();
        Assert.Equal(["createdAt", "endpoint", "id", "information", "modifiedAt", "type"], read.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.NotEqual("2020-01-01T00:00:00Z", (string?)read["createdAt"]);
        Assert.NotEqual("2020-01-01T00:00:00Z", (string?)read["modifiedAt"]);
    }

    private static void ExpectRefused(Answer answer, string named, string? value)
    {
        Assert.True(answer.Status == HttpStatusCode.BadRequest, $"{value} was answered with {(int)answer.Status}: {answer.Body}");
        answer.ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        Assert.Contains(named, (string?)answer.Json["detail"], StringComparison.Ordinal);
    }
}
