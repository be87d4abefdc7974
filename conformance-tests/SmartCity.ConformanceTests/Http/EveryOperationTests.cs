using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Http;

/// <summary>What holds of every operation alike, asked of each.</summary>
public class EveryOperationTests : BrokerTest
{
    private const string Nowhere = "http://localhost:9/context.jsonld";

    private string Nobody => "nobody" + Type.ToLowerInvariant();

    // What is asked before the body is read.
    private static bool IsAskedOfAll(int status) => status is 411 or 413;

    private static IEnumerable<Operation> Supported => Operation.All.Where(operation => operation.Success.Count > 0 && !operation.Own);

    /// <summary>The operations that name this status.</summary>
    public static TheoryData<string> Naming(int status) =>
        [.. (IsAskedOfAll(status) ? Operation.All : Supported).Where(operation => operation.Errors.Contains(status)).Select(operation => operation.Name)];

    public static TheoryData<string> All() => [.. Supported.Select(operation => operation.Name)];

    public static TheoryData<string> Taking() =>
        [.. Supported.Where(operation => operation.Body.Length > 0).Select(operation => operation.Name)];

    public static TheoryData<string> Resources() => [.. Supported.Select(operation => operation.Name.Split(' ')[1]).Distinct()];

    [BrokerTheory, Clause("6.2"), Clause("6.3.6"), Clause("6.3.14"), Clause("5.5.10"), MemberData(nameof(All))]
    public async Task It_succeeds_in_a_tenant_and_says_which(string name)
    {
        var request = await PrepareAsync(name, Tenant);
        var answer = await request.SendAsync(headers: TenantHeader(Tenant));
        Assert.Contains((int)answer.Status, request.Operation.Success);
        Assert.Equal(Tenant, answer.Header("NGSILD-Tenant"));
        if (answer.Status == HttpStatusCode.NoContent) Assert.DoesNotContain("Content-Length", answer.Headers.Keys);
        // A Link to the context goes with a body of application/json, and with nothing else.
        var shows = answer.Status == HttpStatusCode.OK || name.EndsWith("/entityMaps", StringComparison.Ordinal);
        Assert.Equal(shows, answer.Header("Link").Contains("json-ld#context", StringComparison.Ordinal));
    }

    [BrokerTheory, Clause("5.5.10"), Clause("6.3.14"), MemberData(nameof(Naming), 404)]
    public async Task In_a_tenant_that_there_is_none_it_is_404(string name)
    {
        var request = await PrepareAsync(name);
        (await request.SendAsync(headers: TenantHeader(Nobody))).ExpectError(HttpStatusCode.NotFound, "NonexistentTenant");
    }

    [BrokerTheory, Clause("6.3.4"), Clause("6.3.2"), MemberData(nameof(Naming), 406)]
    public async Task What_nobody_can_give_is_406_and_the_types_that_there_are_are_listed(string name)
    {
        var request = await PrepareAsync(name);
        var refused = (await request.SendAsync(headers: Accept("text/html"))).Expect(HttpStatusCode.NotAcceptable);
        Assert.Contains("application/json", refused.Body, StringComparison.Ordinal);
        Assert.Contains("application/ld+json", refused.Body, StringComparison.Ordinal);
        // GeoJSON is for Entities, retrieved or queried.
        var geo = await request.SendAsync(headers: Accept(GeoJson));
        var entities = name is "GET /entities" or "GET /entities/{id}" or "POST /entityOperations/query";
        Assert.Equal(entities ? HttpStatusCode.OK : HttpStatusCode.NotAcceptable, geo.Status);
    }

    [BrokerTheory, Clause("6.3.4"), Clause("6.3.2"), MemberData(nameof(Naming), 411)]
    public async Task Without_a_length_it_is_411(string name)
    {
        var request = await PrepareAsync(name);
        Assert.StartsWith("HTTP/1.1 411 ", await SendRawAsync(request.Method, request.Path, "Content-Type: application/json"), StringComparison.Ordinal);
    }

    [BrokerTheory, Clause("6.3.2"), MemberData(nameof(Naming), 413)]
    public async Task A_body_that_is_too_large_is_413(string name)
    {
        var request = await PrepareAsync(name);
        var status = await SendRawAsync(request.Method, request.Path, "Content-Type: application/json", "Content-Length: 1099511627776");
        Assert.StartsWith("HTTP/1.1 413 ", status, StringComparison.Ordinal);
    }

    [BrokerTheory, Clause("6.3.4"), Clause("6.3.2"), MemberData(nameof(Naming), 415)]
    public async Task A_body_of_another_kind_is_415_and_no_more_is_said(string name)
    {
        var request = await PrepareAsync(name);
        foreach (var type in (string[])["text/plain", "application/xml"])
        {
            Assert.Empty((await request.SendAsync(type: type)).Expect(HttpStatusCode.UnsupportedMediaType).Body);
        }
    }

    [BrokerTheory, Clause("6.3.5"), Clause("5.5.6"), Clause("6.3.2"), MemberData(nameof(Naming), 504)]
    public async Task A_context_that_cannot_be_had_is_504(string name)
    {
        var request = await PrepareAsync(name);
        (await request.SendAsync(headers: Link(Nowhere))).ExpectError(HttpStatusCode.GatewayTimeout, "LdContextNotAvailable");
    }

    [BrokerTheory, Clause("6.3.20"), MemberData(nameof(All))]
    public async Task A_parameter_that_it_does_not_know_is_an_invalid_request(string name)
    {
        var request = await PrepareAsync(name);
        var path = request.Path + (request.Path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "nonsense=1";
        (await SendAsync(request.Method, path, request.Body.Length == 0 ? null : request.Body, "application/json"))
            .ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
    }

    [BrokerTheory, Clause("5.5.4"), Clause("6.3.3"), MemberData(nameof(Taking))]
    public async Task A_body_that_is_no_JSON_is_an_invalid_request(string name)
    {
        var request = await PrepareAsync(name);
        foreach (var body in (string[])["{", "[1,", "", "{'a':1}"])
        {
            (await request.SendAsync(body)).ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
        }
    }

    [BrokerTheory, Clause("6.3.5"), MemberData(nameof(Taking))]
    public async Task The_context_stands_in_the_body_or_in_the_Link_but_not_in_both(string name)
    {
        var request = await PrepareAsync(name);
        if (JsonNode.Parse(request.Body)! is not JsonArray { Count: > 0 } array) array = [JsonNode.Parse(request.Body)];
        // A list of ids has no place for a context.
        if (array[0] is not JsonObject) return;
        var with = Each(request.Body, item => item["@context"] = CoreContext);
        await RefusedAsync(with, "application/json");
        await RefusedAsync(request.Body, LdJson);
        await RefusedAsync(with, LdJson, Link(CoreContext));
        var answer = await request.SendAsync(with, LdJson);
        Assert.Contains((int)answer.Status, request.Operation.Success.Where(status => status != 207));

        async Task RefusedAsync(string body, string type, params (string, string)[] headers)
        {
            var refused = await request.SendAsync(body, type, headers);
            // Where every item of a batch has a context of its own, every item may be wrong by itself.
            if (refused.Status == HttpStatusCode.MultiStatus) Assert.EndsWith("BadRequestData", (string?)refused.Json["errors"]![0]!["error"]!["type"], StringComparison.Ordinal);
            else refused.ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        }
    }

    [BrokerTheory, Clause("6.3.2"), Clause("6.2"), MemberData(nameof(Resources))]
    public async Task A_wrong_verb_is_405_and_the_right_ones_are_named(string resource)
    {
        var right = Operation.All.Where(operation => operation.Name.EndsWith(' ' + resource, StringComparison.Ordinal)).ToList();
        var request = await PrepareAsync(right[0].Name);
        foreach (var verb in (string[])["GET", "POST", "PUT", "PATCH", "DELETE"])
        {
            if (right.Any(operation => operation.Name.StartsWith(verb + ' ', StringComparison.Ordinal))) continue;
            var answer = await SendAsync(new HttpMethod(verb), request.Path, verb is "GET" or "DELETE" ? null : "{}", "application/json");
            var allowed = answer.Header("Allow").Split(',', StringSplitOptions.TrimEntries);
            Assert.All(right.Where(Supported.Contains), operation => Assert.Contains(operation.Name.Split(' ')[0], allowed));
            Assert.DoesNotContain(verb, allowed);
            answer.Expect(HttpStatusCode.MethodNotAllowed);
        }
    }

    private async Task<Request> PrepareAsync(string name, string? tenant = null)
    {
        await CreateAsync(Id, """{"a":{"type":"Property","value":1}}""", tenant);
        var operation = Operation.All.Single(operation => operation.Name == name);
        var id = Id;
        if (operation.Of != "POST /entities")
        {
            var maker = Operation.All.Single(maker => maker.Name == operation.Of);
            var made = await new Request(this, maker, maker.Name.Split('/', 2)[1], Fill(maker.Body, tenant)).SendAsync(headers: TenantHeader(tenant));
            id = made.Expect(HttpStatusCode.Created).Location!.Split('/')[^1];
        }

        var path = operation.Name.Split('/', 2)[1].Replace("{id}", id, StringComparison.Ordinal)
            .Replace("{attribute}", "a", StringComparison.Ordinal).Replace("{type}", Type, StringComparison.Ordinal);
        var query = operation.Query.Length == 0 ? "" : "?" + Fill(operation.Query, tenant);
        return new(this, operation, path + query, Fill(operation.Body, tenant));
    }

    private string Fill(string body, string? tenant)
    {
        var id = NewId();
        Remember("entities/" + id, tenant);
        return body.Replace("$new", id, StringComparison.Ordinal).Replace("$id", Id, StringComparison.Ordinal)
            .Replace("$type", Type, StringComparison.Ordinal);
    }

    private static string Each(string body, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(body)!;
        if (json is JsonArray items) foreach (var item in items) change(item!.AsObject());
        else change(json.AsObject());
        return json.ToJsonString();
    }

    private sealed record Request(EveryOperationTests Test, Operation Operation, string Path, string Body)
    {
        public HttpMethod Method => new(Operation.Name.Split(' ')[0]);

        public Task<Answer> SendAsync(string? body = null, string type = "application/json", params (string, string)[] headers)
        {
            body ??= Body.Length == 0 ? null : Body;
            return Test.SendAsync(Method, Path, body, type, headers);
        }
    }
}
