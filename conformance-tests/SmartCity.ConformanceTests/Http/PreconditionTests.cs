using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Http;

/// <summary>What holds of every request, whatever its operation.</summary>
public class PreconditionTests : BrokerTest
{
    private const string One = """{"a":{"type":"Property","value":1}}""";

    [BrokerFact, Clause("6.3.4"), Clause("6.3.2")]
    public async Task GeoJSON_is_for_Retrieve_and_Query_alone()
    {
        var accept = Accept(GeoJson);
        var refused = (await PostAsync("entities", Entity(Id, One), "application/json", accept)).Expect(HttpStatusCode.NotAcceptable);
        Assert.Contains("application/json", refused.Body, StringComparison.Ordinal);
        await CreateAsync(One);
        (await PatchAsync($"entities/{Id}", One, "application/json", accept)).Expect(HttpStatusCode.NotAcceptable);
        (await DeleteAsync($"entities/{Id}", accept)).Expect(HttpStatusCode.NotAcceptable);
        (await PostAsync("entityOperations/upsert", $"[{Entity(Id, One)}]", "application/json", accept)).Expect(HttpStatusCode.NotAcceptable);
        (await GetAsync($"entities/{Id}", accept)).Expect(HttpStatusCode.OK);
        (await GetAsync($"entities?type={Type}", accept)).Expect(HttpStatusCode.OK);
        var query = $$"""{"type":"Query","entities":[{"type":"{{Type}}"}]}""";
        (await PostAsync("entityOperations/query", query, "application/json", accept)).Expect(HttpStatusCode.OK);
    }

    [BrokerTheory, Clause("6.3.18"), Clause("5.5.13")]
    [InlineData("POST", "entities", "entity", 201)]
    [InlineData("GET", "entities?type={type}", "", 200)]
    [InlineData("GET", "entities/{id}", "", 200)]
    [InlineData("PUT", "entities/{id}", "entity", 204)]
    [InlineData("PATCH", "entities/{id}", "entity", 204)]
    [InlineData("POST", "entities/{id}/attrs", "fragment", 204)]
    [InlineData("PATCH", "entities/{id}/attrs", "fragment", 204)]
    [InlineData("PATCH", "entities/{id}/attrs/a", "attribute", 204)]
    [InlineData("PUT", "entities/{id}/attrs/a", "attribute", 204)]
    [InlineData("DELETE", "entities/{id}/attrs/a", "", 204)]
    [InlineData("DELETE", "entities/{id}", "", 204)]
    [InlineData("POST", "entityOperations/create", "batch", 201)]
    [InlineData("POST", "entityOperations/upsert", "batch", 204)]
    [InlineData("POST", "entityOperations/update", "batch", 204)]
    [InlineData("POST", "entityOperations/merge", "batch", 204)]
    [InlineData("POST", "entityOperations/delete", "ids", 204)]
    [InlineData("POST", "entityOperations/query", "query", 200)]
    [InlineData("GET", "types", "", 200)]
    [InlineData("GET", "types/{type}", "", 200)]
    [InlineData("GET", "attributes", "", 200)]
    [InlineData("GET", "attributes/a", "", 200)]
    public async Task Every_operation_may_be_limited_to_the_broker_itself(string method, string path, string body, int status)
    {
        var id = status == 201 ? NewId() : Id;
        if (status == 201) Remember("entities/" + id);
        await CreateAsync(One);
        var sent = body switch
        {
            "entity" => Entity(id, One),
            "fragment" => One,
            "attribute" => """{"type":"Property","value":2}""",
            "batch" => $"[{Entity(id, One)}]",
            "ids" => $"[\"{id}\"]",
            "query" => $$"""{"type":"Query","entities":[{"type":"{{Type}}"}]}""",
            _ => null,
        };
        path = path.Replace("{id}", Id, StringComparison.Ordinal).Replace("{type}", Type, StringComparison.Ordinal);
        var local = path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "local=";
        (await SendAsync(new HttpMethod(method), local + "perhaps", sent, "application/json")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await SendAsync(new HttpMethod(method), local + "true", sent, "application/json")).Expect((HttpStatusCode)status);
    }

    [BrokerTheory, Clause("6.3.20")]
    [InlineData("POST", "entities?options=noOverwrite")]
    [InlineData("POST", "entities?lastN=1")]
    [InlineData("GET", "entities?type=T&deleteAll=true")]
    [InlineData("GET", "entities/urn:x:1?options=update")]
    [InlineData("GET", "entities/urn:x:1?q=a")]
    [InlineData("PATCH", "entities/urn:x:1?options=noOverwrite")]
    [InlineData("POST", "entities/urn:x:1/attrs?options=replace")]
    [InlineData("DELETE", "entities/urn:x:1/attrs/a?options=sysAttrs")]
    [InlineData("POST", "entityOperations/create?options=update")]
    [InlineData("POST", "entityOperations/upsert?options=noOverwrite")]
    [InlineData("POST", "entityOperations/update?options=replace")]
    [InlineData("POST", "entityOperations/delete?options=update")]
    [InlineData("GET", "types?q=a")]
    public async Task A_parameter_or_option_of_another_operation_is_refused(string method, string path)
    {
        var body = method is "GET" or "DELETE" ? null : path.StartsWith("entityOperations/delete", StringComparison.Ordinal) ? "[\"urn:x:1\"]"
            : path.StartsWith("entityOperations", StringComparison.Ordinal) ? $"[{Entity(Id, One)}]" : Entity(Id, One);
        (await SendAsync(new HttpMethod(method), path, body, "application/json")).ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
    }

    [BrokerTheory, Clause("6.3.7")]
    [InlineData("format=simplified", "1")]
    [InlineData("format=keyValues", "1")]
    [InlineData("options=keyValues", "1")]
    [InlineData("options=simplified", "1")]
    [InlineData("format=concise", "1")]
    [InlineData("format=simplified&options=normalized", "1")]
    [InlineData("format=normalized&options=keyValues", """{"type":"Property","value":1}""")]
    [InlineData("options=normalized", """{"type":"Property","value":1}""")]
    public async Task The_format_is_that_of_format_and_else_that_of_options(string query, string value)
    {
        await CreateAsync(One);
        await ReadsAsync($$"""{"a":{{value}}}""", query: "?" + query);
    }

    [BrokerFact, Clause("6.3.7"), Clause("6.3.20")]
    public async Task Two_formats_are_refused()
    {
        await CreateAsync(One);
        (await GetAsync($"entities/{Id}?options=concise,keyValues")).ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
    }

    [BrokerFact, Clause("6.3.6"), Clause("6.3.15")]
    public async Task GeoJSON_has_its_context_in_the_body_unless_JSON_is_preferred()
    {
        await CreateAsync(One);
        foreach (var path in (string[])[$"entities/{Id}", $"entities?type={Type}"])
        {
            var linked = (await GetAsync(path, Accept(GeoJson), ("Prefer", "body=ld+json"))).Expect(HttpStatusCode.OK);
            Assert.NotNull(linked.Json["@context"]);
            Assert.DoesNotContain("json-ld#context", linked.Header("Link"), StringComparison.Ordinal);
            var bare = (await GetAsync(path, Accept(GeoJson), ("Prefer", "body=json"))).Expect(HttpStatusCode.OK);
            Assert.Null(bare.Json["@context"]);
            Assert.Contains("json-ld#context", bare.Header("Link"), StringComparison.Ordinal);
        }
    }

    [BrokerFact, Clause("6.3.18")]
    public async Task A_request_that_passed_other_brokers_is_answered()
    {
        await CreateAsync(One);
        (await GetAsync($"entities/{Id}", ("Via", "1.1 a.example (some broker), 1.1 other-broker"))).Expect(HttpStatusCode.OK);
        (await PatchAsync($"entities/{Id}", One, "application/json", ("Via", "1.1 other-broker"))).Expect(HttpStatusCode.NoContent);
    }

    [BrokerFact, Clause("6.3.22"), Clause("5.5.15")]
    public async Task A_Snapshot_that_is_not_there_is_not_found()
    {
        await CreateAsync(One);
        var header = ("NGSILD-Snapshot", NewId(":snapshot"));
        foreach (var path in (string[])[$"entities/{Id}", $"entities?type={Type}", "types"])
        {
            var answer = (await GetAsync(path, header)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
            Assert.Equal(header.Item2, answer.Header("NGSILD-Snapshot"));
        }

        (await PatchAsync($"entities/{Id}", """{"a":2}""", "application/json", header)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        await ReadsAsync(One);
    }

    [BrokerFact, Clause("6.3.14"), Clause("5.5.10")]
    public async Task A_tenant_comes_into_being_with_what_is_created_in_it_alone()
    {
        var body = $"[{Entity(Id, One)}]";
        var header = TenantHeader(Tenant);
        foreach (var (method, path, sent) in ((string, string, string?)[])
        [
            ("GET", $"entities/{Id}", null), ("GET", $"entities?type={Type}", null), ("GET", "types", null), ("GET", "attributes", null),
            ("PUT", $"entities/{Id}", Entity(Id, One)), ("PATCH", $"entities/{Id}", One), ("DELETE", $"entities/{Id}", null),
            ("POST", $"entities/{Id}/attrs", One), ("PATCH", $"entities/{Id}/attrs", One), ("PATCH", $"entities/{Id}/attrs/a", """{"value":1}"""),
            ("PUT", $"entities/{Id}/attrs/a", """{"value":1}"""), ("DELETE", $"entities/{Id}/attrs/a", null),
            ("POST", "entityOperations/update", body), ("POST", "entityOperations/merge", body), ("POST", "entityOperations/delete", $"[\"{Id}\"]"),
        ])
        {
            var answer = await SendAsync(new HttpMethod(method), path, sent, "application/json", header);
            answer.ExpectError(HttpStatusCode.NotFound, "NonexistentTenant");
            Assert.Equal(Tenant, answer.Header("NGSILD-Tenant"));
        }

        (await PostAsync("entityOperations/create", body, "application/json", header)).Expect(HttpStatusCode.Created);
        Remember("entities/" + Id, Tenant);
        (await GetAsync($"entities/{Id}", header)).Expect(HttpStatusCode.OK);
        (await GetAsync($"entities/{Id}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("6.3.2")]
    public async Task HEAD_is_GET_without_a_body()
    {
        await CreateAsync(One);
        var answer = (await SendAsync(HttpMethod.Head, $"entities/{Id}")).Expect(HttpStatusCode.OK);
        Assert.Equal("application/json", answer.MediaType);
        Assert.Empty(answer.Body);
    }
}
