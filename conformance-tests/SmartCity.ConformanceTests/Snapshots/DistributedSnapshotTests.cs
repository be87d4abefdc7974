using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;
using SmartCity.ConformanceTests.Federation;

namespace SmartCity.ConformanceTests.Snapshots;

/// <summary>What Context Sources hold is frozen, too (ETSI GS CIM 009 4.3.7, 5.16.1).</summary>
public class DistributedSnapshotTests : FederationTest
{
    [BrokerFact, Clause("4.3.7"), Clause("5.16.1"), Clause("5.5.15")]
    public async Task Entities_of_a_source_are_kept_and_the_source_is_not_asked_again()
    {
        await using var source = new ScriptedSource();
        var far = NewId(":far");
        source.Answer("GET", "entities", SourceReply.Json($"[{Entity(far, """{"n":{"type":"Property","value":7}}""")}]"));
        await RegisterAsync(source.Url);
        await CreateAsync("""{"n":{"type":"Property","value":1}}""");
        var status = await FreezeAsync();
        Assert.Equal("success", (string?)status["snapshotStatus"]);
        var asked = source.Asked("GET", "entities").Count();
        Assert.True(asked > 0);

        var snapshot = ("NGSILD-Snapshot", (string)status["id"]!);
        Assert.Equal("n=7", await SeesAsync(far, "", snapshot));
        Assert.Equal("n=1", await SeesAsync(Id, "", snapshot));
        Assert.Equal(2, (await GetAsync($"entities?type={Type}", snapshot)).Expect(HttpStatusCode.OK).Json.AsArray().Count);
        Assert.Equal(asked, source.Asked("GET", "entities").Count());
    }

    [BrokerFact, Clause("5.2.42"), Clause("5.16.1")]
    public async Task A_source_that_fails_is_named()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities", SourceReply.Of(HttpStatusCode.InternalServerError));
        var registration = Uri.UnescapeDataString((await RegisterAsync(source.Url)).Split('/')[^1]);
        await CreateAsync("""{"n":{"type":"Property","value":1}}""");
        var status = await FreezeAsync();
        Assert.Equal("success", (string?)status["snapshotStatus"]);
        var details = status["snapshotQueriesDetails"]![0]!;
        Assert.Equal("success", (string?)details["resultStatus"]);
        Assert.Contains(registration, (string?)details["problemDetails"]!["detail"], StringComparison.Ordinal);

        await DeleteAsync($"entities/{Id}?local=true");
        Assert.Equal("failure", (string?)(await FreezeAsync())["snapshotStatus"]);
    }

    [BrokerFact, Clause("5.16.1"), Clause("4.3.7")]
    public async Task A_source_is_told_headers_of_the_request_though_it_is_answered_already()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities", SourceReply.Json("[]") with { Delay = TimeSpan.FromMilliseconds(200) });
        await RegisterAsync(source.Url, members: """{"contextSourceInfo":[{"key":"X-Key","value":"urn:ngsi-ld:request"}]}""");
        await FreezeAsync(("X-Key", "of the client"));
        Assert.Equal("of the client", source.Asked("GET", "entities")[0].Header("X-Key"));
    }

    [BrokerFact, Clause("5.16.1"), Clause("6.3.18"), Clause("5.5.13")]
    public async Task With_local_its_queries_ask_this_broker_alone()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities", SourceReply.Json($"[{Entity(NewId(":far"), "{}")}]"));
        await RegisterAsync(source.Url);
        await CreateAsync("""{"n":{"type":"Property","value":1}}""");
        var body = $$"""{"type":"Snapshot","snapshotQueries":[{"type":"Query","entities":[{"type":"{{Type}}"}]}]}""";
        var made = (await PostAsync("snapshots?local=true", body)).Expect(HttpStatusCode.Created);
        var status = await PreparedAsync(made.Location!);
        Assert.Equal("success", (string?)status["snapshotStatus"]);
        Assert.Single((await GetAsync($"entities?type={Type}", ("NGSILD-Snapshot", (string)status["id"]!))).Expect(HttpStatusCode.OK).Json.AsArray());
        Assert.Empty(source.Asked("GET", "entities"));
    }

    private async Task<JsonNode> FreezeAsync(params (string, string)[] headers)
    {
        var body = $$"""{"type":"Snapshot","snapshotQueries":[{"type":"Query","entities":[{"type":"{{Type}}"}]}]}""";
        var location = (await PostAsync("snapshots", body, "application/json", headers)).Expect(HttpStatusCode.Created).Location!;
        return await PreparedAsync(location);
    }

    private async Task<JsonNode> PreparedAsync(string location)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            var status = (await GetAsync(location)).Expect(HttpStatusCode.OK).Json;
            if ((string?)status["snapshotStatus"] != "preparing") return status;
            await Task.Delay(50);
        }

        throw new TimeoutException($"{location} is still being prepared");
    }
}
