using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Entities;

public class EntityLifecycleTests : BrokerTest
{
    private const string One = """{"a":{"type":"Property","value":1}}""";

    [BrokerFact, Clause("5.6.1"), Clause("6.4"), Clause("5.7.1"), Clause("6.5")]
    public async Task An_Entity_is_created_and_read_back()
    {
        var answer = await CreateAsync(One);
        Assert.Equal($"/ngsi-ld/v1/entities/{Id}", answer.Location);
        Assert.Empty(answer.Body);
        (await GetAsync($"entities/{Id}")).Expect(HttpStatusCode.OK).ExpectJson(Entity(Id, One));
    }

    [BrokerFact, Clause("5.6.1"), Clause("5.5.2")]
    public async Task An_id_is_created_once()
    {
        await CreateAsync(One);
        (await PostAsync("entities", Entity(Id, One))).ExpectError(HttpStatusCode.Conflict, "AlreadyExists");
    }

    [BrokerTheory, Clause("5.5.4"), Clause("5.5.3"), Clause("6.3.3"), Clause("4.6.2")]
    [InlineData("""{"id":"urn:x:1","type":"T","a":""", "InvalidRequest")]
    [InlineData("""{"type":"T","a":1}""", "BadRequestData")]
    [InlineData("""{"id":"urn:x:1","a":1}""", "BadRequestData")]
    [InlineData("""{"id":"no URI","type":"T"}""", "BadRequestData")]
    [InlineData("""{"id":"urn:x:1","type":"T","a":null}""", "BadRequestData")]
    [InlineData("""{"id":"urn:x:1","type":"T","a":"urn:ngsi-ld:null"}""", "BadRequestData")]
    [InlineData("""{"id":"urn:x:1","type":"T","a":{"type":"Property","value":"urn:ngsi-ld:null"}}""", "BadRequestData")]
    [InlineData("""{"id":"urn:x:1","type":"T","a":{"type":"Relationship","object":"urn:ngsi-ld:null"}}""", "BadRequestData")]
    [InlineData("""{"id":"urn:x:1","type":"T","a":{"type":"LanguageProperty","languageMap":{"@none":"urn:ngsi-ld:null"}}}""", "BadRequestData")]
    [InlineData("""{"id":"urn:x:1","type":"T","a":{"type":"Property"}}""", "BadRequestData")]
    [InlineData("""{"id":"urn:x:1","type":"T","a":{"type":"Relationship","object":"no URI"}}""", "BadRequestData")]
    [InlineData("""{"id":"urn:x:1","type":"T","a":{"type":"GeoProperty","value":{"type":"Point","coordinates":["x"]}}}""", "BadRequestData")]
    [InlineData("""{"id":"urn:x:1","type":"T","a":{"type":"Property","value":1,"observedAt":"yesterday"}}""", "BadRequestData")]
    [InlineData("""{"id":"urn:x:1","type":"T","a b":{"type":"Property","value":1}}""", "BadRequestData")]
    [InlineData("""{"id":"urn:x:1","type":"T","a":[{"type":"Property","value":1},{"type":"Property","value":2}]}""", "BadRequestData")]
    [InlineData("""[1]""", "BadRequestData")]
    public async Task What_is_not_an_Entity_is_refused(string body, string error) =>
        (await PostAsync("entities", body)).ExpectError(HttpStatusCode.BadRequest, error);

    [BrokerFact, Clause("5.6.6")]
    public async Task A_deleted_Entity_is_gone()
    {
        await CreateAsync(One);
        (await DeleteAsync($"entities/{Id}")).Expect(HttpStatusCode.NoContent);
        (await GetAsync($"entities/{Id}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await DeleteAsync($"entities/{Id}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("5.7.1"), Clause("4.17")]
    public async Task The_type_parameter_guards_operations_on_one_Entity()
    {
        await CreateAsync(One);
        (await GetAsync($"entities/{Id}?type={Type}")).Expect(HttpStatusCode.OK);
        (await GetAsync($"entities/{Id}?type=Other")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await PatchAsync($"entities/{Id}?type=Other", One)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await DeleteAsync($"entities/{Id}?type=Other")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await DeleteAsync($"entities/{Id}?type=(Other|{Type})")).Expect(HttpStatusCode.NoContent);
    }

    [BrokerFact, Clause("5.6.18")]
    public async Task A_replacement_leaves_nothing_of_the_old_content()
    {
        await CreateAsync("""{"a":{"type":"Property","value":1},"scope":"/x"}""");
        var before = await ReadAsync(query: "?options=sysAttrs");
        (await PutAsync($"entities/{Id}", Entity(Id, """{"b":{"type":"Property","value":2}}"""))).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"b":{"type":"Property","value":2}}""");
        Assert.Equal((string?)before["createdAt"], (string?)(await ReadAsync(query: "?options=sysAttrs"))["createdAt"]);
        var other = NewId();
        (await PutAsync($"entities/{other}", Entity(other, One))).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await PutAsync($"entities/{Id}", Entity(other, One))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.6.18"), Clause("5.4")]
    public async Task A_replacement_may_leave_out_the_id_but_nothing_else()
    {
        await CreateAsync(One);
        (await PutAsync($"entities/{Id}", $$$"""{"type":"{{{Type}}}","b":{"type":"Property","value":2}}""")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"b":{"type":"Property","value":2}}""");
        foreach (var members in (string[])["""{"b":{"type":"Property","value":2}}""", $$$"""{"type":"{{{Type}}}","b":{"type":"Property"}}""",
            $$$"""{"type":"{{{Type}}}","b":{"type":"Property","value":"urn:ngsi-ld:null"}}""", $$$"""{"type":"{{{Type}}}","b":"urn:ngsi-ld:null"}"""])
        {
            (await PutAsync($"entities/{Id}", members)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        }

        await ReadsAsync("""{"b":{"type":"Property","value":2}}""");
    }

    [BrokerFact, Clause("4.16")]
    public async Task Types_are_added_and_a_replacement_sets_them()
    {
        await CreateAsync(One);
        (await PatchAsync($"entities/{Id}", """{"type":["Second"]}""")).Expect(HttpStatusCode.NoContent);
        Assert.Equal($"[\"{Type}\",\"Second\"]", (await GetAsync($"entities/{Id}")).Json["type"]!.ToJsonString());
        (await PutAsync($"entities/{Id}", Entity(Id, One))).Expect(HttpStatusCode.NoContent);
        Assert.Equal(Type, (string?)(await GetAsync($"entities/{Id}")).Json["type"]);
    }

    [BrokerFact, Clause("4.8"), Clause("6.3.11")]
    public async Task System_times_are_shown_where_asked()
    {
        await CreateAsync("""{"a":{"type":"Property","value":1},"b":{"type":"Property","value":1}}""");
        Assert.Null((await ReadAsync())["createdAt"]);
        var created = await ReadAsync(query: "?options=sysAttrs");
        Assert.Equal((string?)created["createdAt"], (string?)created["modifiedAt"]);

        await Task.Delay(5);
        (await PatchAsync($"entities/{Id}", """{"a":{"type":"Property","value":2}}""")).Expect(HttpStatusCode.NoContent);
        var modified = await ReadAsync(query: "?options=sysAttrs");
        Assert.Equal((string?)created["createdAt"], (string?)modified["createdAt"]);
        Assert.NotEqual((string?)created["modifiedAt"], (string?)modified["modifiedAt"]);
        Assert.Equal((string?)created["a"]!["createdAt"], (string?)modified["a"]!["createdAt"]);
        Assert.NotEqual((string?)created["a"]!["modifiedAt"], (string?)modified["a"]!["modifiedAt"]);
        Assert.Equal((string?)created["b"]!["modifiedAt"], (string?)modified["b"]!["modifiedAt"]);
    }

    [BrokerFact, Clause("4.22")]
    public async Task A_transient_Entity_goes_when_its_time_has_come()
    {
        var soon = In();
        await CreateAsync($$$"""{"expiresAt":"{{{soon}}}","a":{"type":"Property","value":1}}""");
        Assert.Equal(soon, (string?)(await ReadAsync(query: "?options=sysAttrs"))["expiresAt"]);
        await EventuallyAsync("the Entity is still there", async () => (await GetAsync($"entities/{Id}")).Status == HttpStatusCode.NotFound);
    }

    [BrokerFact, Clause("4.18")]
    public async Task Scopes_are_kept_replaced_and_removed()
    {
        await CreateAsync("""{"scope":"/Madrid/Gardens"}""");
        await ReadsAsync("""{"scope":"/Madrid/Gardens"}""");
        (await PostAsync($"entities/{Id}/attrs?options=noOverwrite", """{"scope":["/Lisbon"]}""")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"scope":["/Madrid/Gardens","/Lisbon"]}""");
        (await PatchAsync($"entities/{Id}/attrs", """{"scope":"/Rome"}""")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"scope":"/Rome"}""");
        (await DeleteAsync($"entities/{Id}/attrs/scope")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("{}");
        (await PostAsync("entities", Entity(NewId(), """{"scope":"1/x"}"""))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerTheory, Clause("4.6.1"), Clause("4.6.3"), Clause("4.6.4")]
    [InlineData("\"Straße des 17. Juni – 東京 🚲\"")]
    [InlineData("\"<script>'\\\"; DROP\\\\\\n\"")]
    [InlineData("12.50")]
    [InlineData("1e-7")]
    [InlineData("12345678901234567890")]
    [InlineData("false")]
    [InlineData("[1,\"two\",{\"three\":[3]}]")]
    [InlineData("{\"a\":{\"b\":{\"c\":[]}}}")]
    [InlineData("\"2026-03-01T12:00:00Z\"")]
    public async Task Values_are_kept_as_they_are(string value)
    {
        await CreateAsync($$$"""{"a":{"type":"Property","value":{{{value}}}}}""");
        await ReadsAsync($$$"""{"a":{"type":"Property","value":{{{value}}}}}""");
    }
}
