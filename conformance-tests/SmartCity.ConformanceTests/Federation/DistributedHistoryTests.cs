using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>Histories of this broker and of sources that are registered with an interval of time (5.7.3, 5.7.4).</summary>
public class DistributedHistoryTests : FederationTest
{
    private const string Since2020 = """{"observationInterval":{"startAt":"2020-01-01T00:00:00Z"}}""";
    private const string Hour = "timerel=between&timeAt=2026-01-01T10:00:00Z&endTimeAt=2026-01-01T11:00:00Z";
    private const string Reads = "retrieveTemporal queryTemporal";

    [BrokerFact, Clause("5.7.3"), Clause("4.3.6"), Clause("6.19"), Clause("6.3.18")]
    public async Task Instances_of_all_places_are_one_evolution()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "temporal/entities/" + Id, SourceReply.Json(Evolution(Speed(20, 10), Speed(40, 30), "\"other\":[{\"type\":\"Property\",\"value\":1,\"observedAt\":\"2026-01-01T10:00:00Z\"}]")));
        await RegisterAsync(source.Url, entities: One(Id), attributes: "speed", operations: Reads, members: Since2020);
        await EvolveAsync(Speed(10, 0), Speed(30, 20));

        var evolution = (await GetAsync($"temporal/entities/{Id}?{Hour}")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("10 20 30 40", Told(evolution["speed"]));
        // Not registered.
        Assert.Null(evolution["other"]);
        var asked = source.Only;
        Assert.Equal(("between", "2026-01-01T10:00:00Z", "2026-01-01T11:00:00Z", "speed", "sysAttrs"), (
            asked.Parameter("timerel"), asked.Parameter("timeAt"), asked.Parameter("endTimeAt"), asked.Parameter("attrs"), asked.Parameter("options")));
        Assert.NotEmpty(asked.Header("Via"));
        Assert.Equal("10 30", Told((await GetAsync($"temporal/entities/{Id}?{Hour}&local=true")).Json["speed"]));
        Assert.Single(source.Calls);
    }

    [BrokerFact, Clause("5.7.3"), Clause("4.5.7"), Clause("6.19"), Clause("6.3.10")]
    public async Task The_last_n_and_aggregates_are_those_of_the_whole()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "temporal/entities/" + Id, SourceReply.Json(Evolution(Speed(20, 10), Speed(40, 30))));
        await RegisterAsync(source.Url, entities: One(Id), operations: Reads, members: Since2020);
        await EvolveAsync(Speed(10, 0), Speed(30, 20), Speed(50, 40));

        Assert.Equal("50 40 30", Told((await GetAsync($"temporal/entities/{Id}?{Hour}&lastN=3")).Json["speed"]));
        Assert.Equal("3", source.Only.Parameter("lastN"));
        var sums = (await GetAsync($"temporal/entities/{Id}?{Hour}&options=aggregatedValues&aggrMethods=sum,totalCount&aggrPeriodDuration=PT1H")).Expect(HttpStatusCode.OK).Json["speed"]!;
        Assert.Equal((150, 5), ((int)(double)sums["sum"]![0]![0]!, (int)(double)sums["totalCount"]![0]![0]!));
        Assert.Equal(("", ""), (source.Calls[1].Parameter("aggrMethods"), source.Calls[1].Parameter("lastN")));
    }

    [BrokerFact, Clause("5.7.4"), Clause("6.18")]
    public async Task A_query_finds_what_only_sources_have_and_filters_the_whole()
    {
        await using var source = new ScriptedSource();
        string[] ids = [.. new[] { NewId(), NewId() }.Order(StringComparer.Ordinal)];
        var (near, far) = (ids[0], ids[1]);
        source.Answer("GET", "temporal/entities", SourceReply.Json($"[{EvolutionOf(near, Speed(20, 10))},{EvolutionOf(far, Speed(90, 10))},{Evolution(Speed(40, 30))}]"));
        await RegisterAsync(source.Url, operations: "queryTemporal", members: Since2020);
        await EvolveAsync(Speed(10, 0));

        var all = (await GetAsync($"temporal/entities?type={Type}&{Hour}")).Expect(HttpStatusCode.OK).Json.AsArray();
        Assert.Equal([Id, near, far], all.Select(one => (string)one!["id"]!));
        Assert.Equal("10 40", Told(all[0]!["speed"]));
        var fast = (await GetAsync($"temporal/entities?type={Type}&{Hour}&q=speed%3E30")).Expect(HttpStatusCode.OK).Json.AsArray();
        Assert.Equal([Id, far], fast.Select(one => (string)one!["id"]!));
        Assert.Equal("40", Told(fast[0]!["speed"]));
        Assert.Equal("", source.Calls[1].Parameter("q"));
        var page = (await GetAsync($"temporal/entities?type={Type}&{Hour}&limit=1&offset=1&options=count")).Expect(HttpStatusCode.OK);
        Assert.Equal(near, (string?)page.Json.AsArray().Single()!["id"]);
        Assert.Equal("3", page.Header("NGSILD-Results-Count"));
    }

    [BrokerFact, Clause("5.7.4"), Clause("6.3.10")]
    public async Task Pages_and_parts_of_time_are_followed_to_their_end()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "temporal/entities/" + Id, call => call.Parameter("timeAt") == "2026-01-01T10:00:00Z"
            ? (SourceReply.Json(Evolution(Speed(10, 0), Speed(20, 10))) with { Status = HttpStatusCode.PartialContent })
                .With("Content-Range", "DateTime 2026-01-01T10:00:00Z-2026-01-01T10:10:00Z/*")
            : SourceReply.Json(Evolution(Speed(20, 10), Speed(30, 20))));
        await RegisterAsync(source.Url, entities: One(Id), operations: Reads, members: Since2020);

        Assert.Equal("10 20 30", Told((await GetAsync($"temporal/entities/{Id}?{Hour}")).Expect(HttpStatusCode.OK).Json["speed"]));
        Assert.Equal("2026-01-01T10:10:00Z", source.Calls[1].Parameter("timeAt"));
    }

    [BrokerFact, Clause("4.5.5"), Clause("5.7.3")]
    public async Task Of_two_places_that_tell_of_one_time_the_later_written_counts()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "temporal/entities/" + Id, SourceReply.Json(Evolution(
            Speed(11, 0, "2020-01-01T00:00:00Z"), Speed(22, 10, "2999-01-01T00:00:00Z"))));
        await RegisterAsync(source.Url, entities: One(Id), operations: Reads, members: Since2020);
        await EvolveAsync(Speed(10, 0), Speed(20, 10));

        Assert.Equal("10 22", Told((await GetAsync($"temporal/entities/{Id}?{Hour}")).Expect(HttpStatusCode.OK).Json["speed"]));
    }

    [BrokerFact, Clause("5.2.9"), Clause("5.7.4"), Clause("5.12")]
    public async Task Only_sources_whose_interval_overlaps_are_asked()
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.Json("[]"));
        await RegisterAsync(source.Url, operations: "queryTemporal", members: """{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}}""");

        (await GetAsync($"temporal/entities?type={Type}&{Hour}")).Expect(HttpStatusCode.OK);
        (await GetAsync($"temporal/entities?type={Type}&timerel=after&timeAt=2020-06-01T00:00:00Z&timeproperty=modifiedAt")).Expect(HttpStatusCode.OK);
        Assert.Empty(source.Calls);
        (await GetAsync($"temporal/entities?type={Type}&timerel=after&timeAt=2020-06-01T00:00:00Z")).Expect(HttpStatusCode.OK);
        Assert.Equal(Type, source.Only.Parameter("type"));
    }

    [BrokerFact, Clause("6.3.17"), Clause("5.7.3"), Clause("5.7.4")]
    public async Task A_source_that_fails_is_warned_of_and_an_only_one_answers_for_itself()
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.Json("{}") with { Status = HttpStatusCode.InternalServerError });
        await RegisterAsync(source.Url, operations: "queryTemporal", members: Since2020);
        await EvolveAsync(Speed(10, 0));
        var answer = (await GetAsync($"temporal/entities?type={Type}&{Hour}")).Expect(HttpStatusCode.OK);
        Assert.Equal("10", Told(answer.Json[0]!["speed"]));
        Assert.StartsWith("299 ", answer.Header("NGSILD-Warning"), StringComparison.Ordinal);

        var elsewhere = NewId(":elsewhere");
        await RegisterAsync(source.Url, "redirect", One(elsewhere), operations: Reads, members: Since2020);
        (await GetAsync($"temporal/entities/{elsewhere}?{Hour}")).Expect(HttpStatusCode.BadGateway);
    }

    [BrokerFact, Clause("5.6.11"), Clause("5.6.12"), Clause("4.3.6.3"), Clause("6.18"), Clause("6.20")]
    public async Task What_a_redirect_source_has_is_written_there_and_the_rest_here()
    {
        await using var source = new ScriptedSource();
        source.Answer("POST", "temporal/entities", SourceReply.Of(HttpStatusCode.Created));
        source.Answer("POST", $"temporal/entities/{Id}/attrs", SourceReply.NoContent);
        await RegisterAsync(source.Url, "redirect", One(Id), "speed", operations: "upsertTemporal appendAttrsTemporal", members: Since2020);

        const string Weight = "\"weight\":[{\"type\":\"Property\",\"value\":7,\"observedAt\":\"2026-01-01T10:00:00Z\"}]";
        (await PostAsync("temporal/entities", Evolution(Speed(10, 0), Weight))).Expect(HttpStatusCode.Created);
        source.Only.ExpectJson(Evolution(Speed(10, 0)));
        (await PostAsync($"temporal/entities/{Id}/attrs", $"{{{Series(Speed(20, 10))}}}")).Expect(HttpStatusCode.NoContent);
        source.Calls[1].ExpectJson($"{{{Series(Speed(20, 10))}}}");
        var here = (await GetAsync($"temporal/entities/{Id}?local=true")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(("", "7"), (Told(here["speed"]), Told(here["weight"])));
    }

    [BrokerFact, Clause("5.6.11"), Clause("5.6.13"), Clause("5.6.14"), Clause("5.6.15"), Clause("5.6.16"), Clause("4.3.6.2")]
    public async Task An_inclusive_source_gets_what_is_written_here_too()
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.NoContent);
        await RegisterAsync(
            source.Url, entities: One(Id), operations: "upsertTemporal deleteAttrsTemporal updateAttrInstanceTemporal deleteAttrInstanceTemporal deleteTemporal", members: Since2020);
        (await PostAsync("temporal/entities", Evolution(Speed(10, 0), Speed(20, 10)))).Expect(HttpStatusCode.Created);
        var instance = (string)(await GetAsync($"temporal/entities/{Id}?local=true")).Json["speed"]![0]!["instanceId"]!;
        (await PatchAsync($"temporal/entities/{Id}/attrs/speed/{instance}", $"{{{Series(Speed(15, 0))}}}")).Expect(HttpStatusCode.NoContent);
        (await DeleteAsync($"temporal/entities/{Id}/attrs/speed/{instance}")).Expect(HttpStatusCode.NoContent);
        (await DeleteAsync($"temporal/entities/{Id}/attrs/speed?deleteAll=true")).Expect(HttpStatusCode.NoContent);
        (await DeleteAsync($"temporal/entities/{Id}")).Expect(HttpStatusCode.NoContent);

        Assert.Equal(
            ["POST", "PATCH", "DELETE", "DELETE", "DELETE"], source.Calls.Select(call => call.Method));
        Assert.EndsWith($"/attrs/speed/{instance}", source.Calls[1].Path, StringComparison.Ordinal);
        Assert.Equal("true", source.Calls[3].Parameter("deleteAll"));
        (await GetAsync($"temporal/entities/{Id}?local=true")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("5.6.11"), Clause("5.6.12"), Clause("5.6.16"), Clause("6.3.17")]
    public async Task A_write_that_an_only_source_does_not_take_fails()
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.Json("{}") with { Status = HttpStatusCode.InternalServerError });
        await RegisterAsync(source.Url, "redirect", One(Id), operations: "upsertTemporal", members: Since2020);

        (await PostAsync("temporal/entities", Evolution(Speed(10, 0)))).Expect(HttpStatusCode.BadGateway);
        (await PostAsync($"temporal/entities/{Id}/attrs", $"{{{Series(Speed(20, 10))}}}")).ExpectError(HttpStatusCode.Conflict, "Conflict");
        (await DeleteAsync($"temporal/entities/{Id}")).ExpectError(HttpStatusCode.Conflict, "Conflict");
        (await GetAsync($"temporal/entities/{Id}?local=true")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    private Task EvolveAsync(params string[] instances) => PostAsync("temporal/entities?local=true", Evolution(instances));

    private string Evolution(params string[] members) => EvolutionOf(Id, members);

    // Instances of speed, and whole members.
    private string EvolutionOf(string id, params string[] members)
    {
        Remember("temporal/entities/" + id);
        string[] parts = [$"\"id\":\"{id}\"", $"\"type\":\"{Type}\"", Series([.. members.Where(member => member[0] == '{')]), .. members.Where(member => member[0] != '{')];
        return $"{{{string.Join(',', parts)}}}";
    }

    private static string Series(params string[] speeds) => $"\"speed\":[{string.Join(',', speeds)}]";

    private static string Speed(int value, int minute, string? modifiedAt = null) =>
        $$"""{"type":"Property","value":{{value}},"observedAt":"2026-01-01T10:{{minute:00}}:00Z"{{(modifiedAt is null ? "" : $",\"modifiedAt\":\"{modifiedAt}\"")}}}""";

    private static string Told(JsonNode? attribute) =>
        attribute is null ? "" : string.Join(' ', attribute.AsArray().Select(instance => instance!["value"]!.ToJsonString()));
}
