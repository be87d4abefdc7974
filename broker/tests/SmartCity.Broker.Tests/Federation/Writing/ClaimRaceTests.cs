using System.Net;
using System.Text.Json.Nodes;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Tests.Http;
using Xunit;

namespace SmartCity.Broker.Tests.Federation.Writing;

/// <summary>
/// Registrations that claim data for a source, while others write just these (ETSI GS CIM 009 4.3.6.3, 5.9.2.4): either there is an Entity first,
/// and the registration is in conflict, or what is registered is not kept here.
/// </summary>
public sealed class ClaimRaceTests : IAsyncLifetime
{
    private const string Root = "/ngsi-ld/v1/";
    private const int Rounds = 60;

    private HttpHost _host = null!;

    public async Task InitializeAsync() => _host = await HttpHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("create", "exclusive")]
    [InlineData("create", "redirect")]
    [InlineData("upsert", "exclusive")]
    [InlineData("batch", "redirect")]
    public async Task What_is_claimed_is_in_one_place(string operation, string mode)
    {
        await using var source = new RawSource((sent, stream, stop) =>
            stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(RawSource.NoBody(201)), stop).AsTask());
        for (var round = 0; round < Rounds; round++)
        {
            string[] ids = [.. Enumerable.Range(0, operation == "batch" ? 30 : 1).Select(i => $"urn:ngsi-ld:Valve:{operation}:{mode}:{round}:{i}")];
            // Sometimes the one comes first, and sometimes the other.
            var registering = RegisterAsync(source.Root, mode, ids[0], round, (round % 6) * 100);
            var writing = WriteAsync(operation, ids, round);
            var status = (await registering).Status;
            var written = await writing;
            Assert.True((int)written.Status is >= 200 and < 300, written.Body);
            var here = new List<bool>();
            foreach (var id in ids) here.Add(await HasAsync(id));
            Assert.True(status is HttpStatusCode.Created or HttpStatusCode.Conflict, $"{status}");
            Assert.All(here, isHere => Assert.Equal(status == HttpStatusCode.Conflict, isHere));
        }
    }

    [Fact]
    public async Task Claims_of_other_Entities_change_no_answer()
    {
        using var end = new CancellationTokenSource();
        var claiming = ClaimAsync(end.Token);
        for (var round = 0; round < 4 * Rounds; round++)
        {
            var id = $"urn:ngsi-ld:Pump:{round}";
            var twice = $$"""[{"id":"{{id}}","type":"Pump","b":{"type":"Property","value":1} },{"id":"{{id}}","type":"Pump","b":{"type":"Property","value":2} }]""";
            Assert.Equal(HttpStatusCode.Created, (await _host.SendAsync("POST", Root + "entityOperations/upsert", twice)).Status);
            var registration = await _host.SendAsync("POST", Root + "csourceRegistrations", $$"""
                {"type":"ContextSourceRegistration","mode":"exclusive","endpoint":"http://localhost:9","operations":["updateOps"],
                 "information":[{"entities":[{"type":"Pump","id":"{{id}}"}],"propertyNames":["c"]}]}
                """);
            Assert.Equal(HttpStatusCode.Created, registration.Status);
            // The source does not offer what the write needs, and is named once.
            var answer = await (round % 2 == 0
                ? _host.SendAsync("DELETE", Root + "entities/" + id)
                : _host.SendAsync("POST", Root + "entityOperations/delete", $"[\"{id}\"]"));
            Assert.Equal(HttpStatusCode.MultiStatus, answer.Status);
            Assert.Single(JsonNode.Parse(answer.Body)!["errors"]!.AsArray());
        }

        await end.CancelAsync();
        await claiming;
    }

    private async Task ClaimAsync(CancellationToken end)
    {
        for (var i = 0; !end.IsCancellationRequested; i++)
        {
            await RegisterAsync("http://localhost:9", "exclusive", $"urn:ngsi-ld:Valve:claimed:{i}", i, 0);
        }
    }

    [Fact]
    public async Task A_write_waits_until_a_claim_is_settled_and_is_divided_anew()
    {
        var registry = new ContextRegistry(new("hub", default), TimeProvider.System);
        var before = await registry.StampAsync(default);
        Assert.False(before.IsOutdated);
        registry.Claim();
        Assert.True(before.IsOutdated);
        var waiting = registry.StampAsync(default).AsTask();
        Assert.False(waiting.IsCompleted);
        registry.Settle();
        Assert.False((await waiting.WaitAsync(TimeSpan.FromSeconds(30))).IsOutdated);
    }

    private async Task<Answer> RegisterAsync(string endpoint, string mode, string id, int round, int spins)
    {
        await Task.Yield();
        Thread.SpinWait(spins * 50);
        var entity = mode == "exclusive" ? $$"""{"type":"Valve","id":"{{id}}"}""" : $$"""{"type":"Valve","idPattern":":{{round}}:[0-9]+$"}""";
        var names = mode == "exclusive" ? "\"propertyNames\":[\"b\"]," : "";
        return await _host.SendAsync("POST", Root + "csourceRegistrations", $$"""
            {"id":"urn:ngsi-ld:ContextSourceRegistration:{{mode}}:{{round}}:{{Guid.NewGuid()}}","type":"ContextSourceRegistration","mode":"{{mode}}","endpoint":"{{endpoint}}","operations":["redirectionOps"],
             "information":[{ {{names}}"entities":[{{entity}}] }] }
            """);
    }

    private Task<Answer> WriteAsync(string operation, string[] ids, int round)
    {
        var entities = new JsonArray([.. ids.Select(id => JsonNode.Parse($$"""{"id":"{{id}}","type":"Valve","b":{"type":"Property","value":{{round}}} }"""))]);
        return operation switch
        {
            "create" => _host.SendAsync("POST", Root + "entities", entities[0]!.ToJsonString()),
            "upsert" => _host.SendAsync("POST", Root + "entityOperations/upsert", entities.ToJsonString()),
            _ => _host.SendAsync("POST", Root + "entityOperations/create", entities.ToJsonString()),
        };
    }

    private async Task<bool> HasAsync(string id) =>
        (await _host.SendAsync("GET", $"{Root}entities/{id}?local=true&attrs=b")).Status == HttpStatusCode.OK;
}
