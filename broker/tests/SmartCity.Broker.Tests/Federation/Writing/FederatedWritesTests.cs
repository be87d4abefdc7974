using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using SmartCity.Broker.Tests.Http;
using Xunit;

namespace SmartCity.Broker.Tests.Federation.Writing;

/// <summary>Writes of real hosts to sources on loopback; every answer is held against openapi.yaml.</summary>
public sealed class FederatedWritesTests : IAsyncLifetime
{
    private const string Root = "/ngsi-ld/v1/";
    private const string Entity = Root + "entities/urn:ngsi-ld:Bus:1";
    private const string Both = """{"a":{"type":"Property","value":1},"b":{"type":"Property","value":2}}""";
    private const string OnlyB = """{"b":{"type":"Property","value":2}}""";
    private const string NoContent = "HTTP/1.1 204 No Content\r\n\r\n";

    private HttpHost _host = null!;

    public async Task InitializeAsync() => _host = await HttpHost.StartAsync(
        new() { Federation = new() { Timeout = TimeSpan.FromSeconds(20), Deadline = TimeSpan.FromSeconds(3), Concurrency = 2 } });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public static TheoryData<string, string, string> Writes => new()
    {
        { "POST", Root + "entities", Whole(OnlyB) },
        { "PUT", Entity, Whole(OnlyB) },
        { "PATCH", Entity, OnlyB },
        { "DELETE", Entity, "" },
        { "POST", Entity + "/attrs", OnlyB },
        { "PATCH", Entity + "/attrs", OnlyB },
        { "PATCH", Entity + "/attrs/b", """{"value":3}""" },
        { "PUT", Entity + "/attrs/b", """{"type":"Property","value":3}""" },
        { "DELETE", Entity + "/attrs/b", "" },
        { "DELETE", Root + "entities?type=Bus", "" },
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task What_an_only_source_fails_at_is_told_by_the_status(string method, string target, string body)
    {
        await using var failing = new RawSource("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
        await using var late = new RawSource((_, _, stop) => Task.Delay(TimeSpan.FromSeconds(10), stop));
        await ExpectAsync(409, method, target, body, await RegisterAsync(late.Root, "\"retrieveOps\""));
        await ExpectAsync(502, method, target, body, await RegisterAsync(failing.Root));
        await ExpectAsync(504, method, target, body, await RegisterAsync(late.Root));
        await ExpectAsync(508, method, target, body, await RegisterAsync(late.Root), ("Via", "1.1 the-source"));
        Assert.Equal(HttpStatusCode.NotFound, (await _host.SendAsync("GET", Entity + "?local=true")).Status);
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task What_is_done_in_part_is_told_part_by_part(string method, string target, string body)
    {
        await using var failing = new RawSource("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
        body = body.Replace(OnlyB[1..^1], Both[1..^1], StringComparison.Ordinal);
        // Of one Attribute there are two parts where two sources have it.
        await using var done = new RawSource(NoContent);
        if (target.Contains("/attrs/", StringComparison.Ordinal)) await RegisterAsync(done.Root);
        if (method != "POST" || target != Root + "entities") await _host.SendAsync("POST", Root + "entities?local=true", Whole("""{"a":{"type":"Property","value":0}}"""));
        await ExpectAsync(207, method, target, body, await RegisterAsync(failing.Root));
    }

    [Fact]
    public async Task Via_names_this_broker_and_is_followed_back_to_it()
    {
        await using var other = await HttpHost.StartAsync(new() { Alias = "other" });
        await using var first = await HttpHost.StartAsync(new() { Alias = "first" });
        await RegisterAsync(first, other.Address.ToString().TrimEnd('/'), alias: "other");
        await RegisterAsync(other, first.Address.ToString().TrimEnd('/'), alias: "first");
        var answer = await first.SendAsync("PATCH", Entity + "/attrs/b", """{"value":3}""");
        Assert.Equal((HttpStatusCode)508, answer.Status);
    }

    [Fact]
    public async Task All_sources_are_asked_at_once_and_no_more_than_the_settings_let()
    {
        var (asked, most, now) = (0, 0, 0);
        await using var source = new RawSource(async (_, stream, stop) =>
        {
            Interlocked.Increment(ref asked);
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Delay(50, stop);
            Interlocked.Decrement(ref now);
            await stream.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), stop);
        });
        for (var i = 0; i < 6; i++) await RegisterAsync(source.Root);
        Assert.Equal(HttpStatusCode.NoContent, (await _host.SendAsync("PATCH", Entity + "/attrs/b", """{"value":3}""")).Status);
        Assert.Equal((6, 2), (asked, most));
    }

    [Fact]
    public async Task A_large_batch_goes_to_each_source_as_one()
    {
        const int Count = 10_000;
        await using var trams = await HttpHost.StartAsync();
        await RegisterAsync(trams.Address.ToString().TrimEnd('/'), "\"createBatch\"", """{"type":"Tram"}""", "");
        for (var i = 0; i < 20; i++) await RegisterAsync("http://127.0.0.1:9", "\"createBatch\"", $$"""{"type":"Ferry","id":"urn:ngsi-ld:Ferry:{{i}}"}""");
        var items = new JsonArray([.. Enumerable.Range(0, Count).Select(i => JsonNode.Parse(
            $$"""{"id":"urn:ngsi-ld:{{(i % 2 == 0 ? "Bus" : "Tram")}}:{{i}}","type":"{{(i % 2 == 0 ? "Bus" : "Tram")}}","b":{"type":"Property","value":{{i}} } }"""))]);
        var clock = Stopwatch.StartNew();
        var answer = await _host.SendAsync("POST", Root + "entityOperations/create", items.ToJsonString());
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Body[..Math.Min(500, answer.Body.Length)]);
        Assert.Equal(Count, JsonNode.Parse(answer.Body)!.AsArray().Count);
        Assert.Equal((Count / 2, Count / 2), (await CountAsync(_host), await CountAsync(trams)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(100), clock.Elapsed.ToString());
    }

    [Fact]
    public async Task What_is_wrong_in_itself_is_sent_to_nobody()
    {
        await using var source = new RawSource(NoContent);
        await RegisterAsync(source.Root);
        Assert.Equal(HttpStatusCode.BadRequest, (await _host.SendAsync("PATCH", Entity + "/attrs/type", """{"value":3}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _host.SendAsync("PATCH", Entity, """{"id":"urn:ngsi-ld:Bus:2","b":{"type":"Property","value":2}}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _host.SendAsync("POST", Entity + "/attrs", """{"b":"urn:ngsi-ld:null"}""")).Status);
        Assert.Empty(source.Requests);
    }

    private static string Whole(string members) => """{"id":"urn:ngsi-ld:Bus:1","type":"Bus",""" + members[1..];

    private static async Task<int> CountAsync(HttpHost host)
    {
        var answer = await host.SendAsync("GET", Root + "entities?local=true&limit=0&count=true");
        return int.Parse(answer["NGSILD-Results-Count"]!, CultureInfo.InvariantCulture);
    }

    private async Task ExpectAsync(int status, string method, string target, string body, string registration, params (string, string)[] headers)
    {
        var answer = await _host.SendAsync(method, target, body.Length == 0 ? null : body, headers);
        Assert.True((HttpStatusCode)status == answer.Status, $"{status} was expected, {(int)answer.Status} came: {answer.Body}");
        if (status == 207)
        {
            var result = JsonNode.Parse(answer.Body)!;
            var failure = Assert.Single((result["errors"] ?? result["notUpdated"])!.AsArray())!;
            Assert.Equal(registration, (string?)failure["registrationId"]);
        }

        Assert.Equal(HttpStatusCode.NoContent, (await _host.SendAsync("DELETE", $"{Root}csourceRegistrations/{registration}")).Status);
    }

    private Task<string> RegisterAsync(
        string endpoint, string operations = "\"redirectionOps\"", string entity = """{"type":"Bus","id":"urn:ngsi-ld:Bus:1"}""",
        string names = "\"propertyNames\":[\"b\"],") => RegisterAsync(_host, endpoint, operations, entity, names);

    private static async Task<string> RegisterAsync(
        HttpHost host, string endpoint, string operations = "\"redirectionOps\"", string entity = """{"type":"Bus","id":"urn:ngsi-ld:Bus:1"}""",
        string names = "\"propertyNames\":[\"b\"],", string alias = "the-source")
    {
        var body = $$"""
            {"type":"ContextSourceRegistration","mode":"redirect","endpoint":"{{endpoint}}","operations":[{{operations}}],
             "contextSourceAlias":"{{alias}}","information":[{ {{names}}"entities":[{{entity}}] }] }
            """;
        var answer = await host.SendAsync("POST", Root + "csourceRegistrations", body);
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Body);
        return answer["Location"]!.Split('/')[^1];
    }
}
