using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>EntityMaps of histories that are at several places (ETSI GS CIM 009 5.7.3, 5.7.4, 5.14.5).</summary>
public class LinkedHistoryMapTests : LinkedMapTest
{
    private const string Since2020 = """{"observationInterval":{"startAt":"2020-01-01T00:00:00Z"}}""";
    private const string Hour = "timerel=between&timeAt=2026-01-01T10:00:00Z&endTimeAt=2026-01-01T11:00:00Z";
    private const string Reads = "retrieveTemporal queryTemporal";
    private const string Maps = "retrieveTemporal queryTemporal createEntityMapQueryTemporal deleteEntityMap";

    [PeerFact, Clause("5.14.5"), Clause("4.5.25"), Clause("6.35"), Clause("5.7.4"), Clause("5.14.3")]
    public async Task A_map_of_a_temporal_query_links_the_map_of_a_source()
    {
        var registration = await RegisterAsync(Second, operations: Maps, members: Since2020);
        await EvolveAsync(null, NewId(":1"), 10);
        await EvolveAsync(Second, NewId(":2"), 20);
        await EvolveAsync(Second, NewId(":3"), 90);
        var body = $$$"""{"type":"Query","entities":[{"type":"{{{Type}}}"}],"temporalQ":{"timerel":"after","timeAt":"2026-01-01T10:00:00Z"}}""";
        foreach (var made in (Answer[])[await GetAsync($"temporal/entityMaps?type={Type}&{Hour}"), await PostAsync("temporal/entityMaps", body)])
        {
            made.Expect(HttpStatusCode.Created);
            Assert.Equal("1=here 2=second 3=second", Holds(made, (registration, "second")));
            var linked = At(Second, $"entityMaps/{LinkOf(made, registration)}");
            Assert.Equal("2=here 3=here", Holds((await GetAsync(linked)).Expect(HttpStatusCode.OK)));

            // What comes later is not in it.
            var later = NewId(":4");
            await EvolveAsync(Second, later, 30);
            var page = (await GetAsync($"temporal/entities?type={Type}&{Hour}&limit=2&count=true", (Header, made.Header(Header)))).Expect(HttpStatusCode.OK);
            var rest = (await GetAsync($"temporal/entities?type={Type}&{Hour}&limit=2&offset=2", (Header, made.Header(Header)))).Expect(HttpStatusCode.OK);
            Assert.Equal((2, 1, "3"), (page.Json.AsArray().Count, rest.Json.AsArray().Count, page.Header("NGSILD-Results-Count")));
            Assert.Equal("1 2 3", string.Join(' ', $"{Ids(page)} {Ids(rest)}".Split(' ').Order(StringComparer.Ordinal)));
            (await DeleteAsync(made.Header(Header))).Expect(HttpStatusCode.NoContent);
            (await GetAsync(linked)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
            await DeleteAsync(At(Second, $"temporal/entities/{later}"));
        }
    }

    [PeerFact, Clause("5.7.4"), Clause("5.5.9"), Clause("4.3.6.7")]
    public async Task Candidates_that_do_not_match_leave_the_map_and_others_fill_the_page()
    {
        await RegisterAsync(Second, operations: Maps, members: Since2020);
        for (var i = 0; i < 6; i++) await EvolveAsync(Second, NewId($":{i}"), i % 2 == 0 ? 10 : 50);
        var query = $"type={Type}&{Hour}&q=speed>30";
        var map = (await GetAsync($"temporal/entityMaps?{query}")).Expect(HttpStatusCode.Created).Header(Header);
        var all = string.Join(' ', Ids(await GetAsync($"temporal/entities?{query}&limit=2", (Header, map))), Ids(await GetAsync($"temporal/entities?{query}&limit=2&offset=2", (Header, map))));
        Assert.Equal("1 3 5", string.Join(' ', all.Split(' ').Order(StringComparer.Ordinal)));
    }

    [BrokerFact, Clause("5.7.3"), Clause("6.19"), Clause("5.5.14"), Clause("5.14.1")]
    public async Task A_retrieval_of_a_history_gives_and_takes_a_map()
    {
        await EvolveAsync(null, Id, 10);
        Assert.Empty((await GetAsync($"temporal/entities/{Id}")).Expect(HttpStatusCode.OK).Header(Header));
        var first = (await GetAsync($"temporal/entities/{Id}?{Hour}&entityMap=true&entityMapLifetime=PT2M")).Expect(HttpStatusCode.OK);
        var map = first.Header(Header);
        var read = (await GetAsync(map)).Expect(HttpStatusCode.OK);
        Assert.Equal("@none", (string?)read.Json["entityMap"]![Id]![0]);
        Assert.InRange(DateTimeOffset.Parse((string)read.Json["expiresAt"]!, null) - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3));
        var again = (await GetAsync($"temporal/entities/{Id}?{Hour}", (Header, map))).Expect(HttpStatusCode.OK);
        Assert.Equal(map, again.Header(Header));
        again.ExpectJson(first.Body);

        (await DeleteAsync(map)).Expect(HttpStatusCode.NoContent);
        var renewed = (await GetAsync($"temporal/entities/{Id}", (Header, map))).Expect(HttpStatusCode.OK).Header(Header);
        Assert.NotEqual("", renewed);
        Assert.NotEqual(map, renewed);
        (await GetAsync($"temporal/entities/{Id}?entityMap=perhaps")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await GetAsync($"temporal/entities/{Id}?entityMap=true&entityMapLifetime=soon")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await GetAsync($"temporal/entities/{Id}", (Header, "nothing"))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await GetAsync($"temporal/entities/{NewId()}?entityMap=true")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [PeerFact, Clause("5.7.3"), Clause("4.5.25"), Clause("5.12")]
    public async Task A_map_of_a_retrieval_says_who_is_asked_and_links_the_map_of_a_source()
    {
        var registration = await RegisterAsync(Second, operations: Reads, members: Since2020);
        await EvolveAsync(null, Id, 10);
        await EvolveAsync(Second, Id, 20, 30);
        var first = (await GetAsync($"temporal/entities/{Id}?{Hour}&entityMap=true")).Expect(HttpStatusCode.OK);
        Assert.Equal(2, first.Json["speed"]!.AsArray().Count);
        var map = first.Header(Header);
        var read = (await GetAsync(map)).Expect(HttpStatusCode.OK);
        Assert.Equal(["@none", IdIn(registration)], read.Json["entityMap"]![Id]!.AsArray().Select(place => (string)place!));
        (await GetAsync(At(Second, $"entityMaps/{LinkOf(read, registration)}"))).Expect(HttpStatusCode.OK);
        (await GetAsync($"temporal/entities/{Id}?{Hour}", (Header, map))).Expect(HttpStatusCode.OK).ExpectJson(first.Body);

        var local = (await GetAsync($"temporal/entities/{Id}?{Hour}&entityMap=true&local=true")).Expect(HttpStatusCode.OK).Header(Header);
        Assert.Single((await GetAsync($"temporal/entities/{Id}?{Hour}", (Header, local))).Expect(HttpStatusCode.OK).Json["speed"]!.AsArray());
    }

    [BrokerFact, Clause("5.7.3"), Clause("5.7.4"), Clause("5.5.14")]
    public async Task A_source_gets_back_the_map_that_it_has_given()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "temporal/entities/" + Id, SourceReply.Json(Evolution(Id, 20, 0)).With(Header, Theirs))
            .Answer("GET", "temporal/entities", SourceReply.Json($"[{Evolution(Id, 20, 0)}]").With(Header, Theirs + ":2"));
        var registration = await RegisterAsync(source.Url, operations: Reads, members: Since2020);

        var retrieved = (await GetAsync($"temporal/entities/{Id}?entityMap=true&entityMapLifetime=PT1M")).Expect(HttpStatusCode.OK).Header(Header);
        Assert.Equal(("true", "PT1M", ""), (source.Only.Parameter("entityMap"), source.Only.Parameter("entityMapLifetime"), source.Only.Header(Header)));
        Assert.Equal(Theirs, LinkOf(await GetAsync(retrieved), registration));
        (await GetAsync($"temporal/entities/{Id}", (Header, retrieved))).Expect(HttpStatusCode.OK);
        Assert.Equal(("", Theirs), (source.Calls[^1].Parameter("entityMap"), source.Calls[^1].Header(Header)));

        var queried = (await GetAsync($"temporal/entities?type={Type}&{Hour}&entityMap=true")).Expect(HttpStatusCode.Created).Header(Header);
        Assert.Equal("true", source.Calls[2].Parameter("entityMap"));
        Assert.Equal((Theirs + ":2", Id), (source.Calls[3].Header(Header), source.Calls[3].Parameter("id")));
        Assert.Equal(Theirs + ":2", LinkOf(await GetAsync(queried), registration));
    }

    [BrokerTheory, Clause("5.14.5"), Clause("5.7.3"), Clause("5.5.14")]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.BadRequest)]
    public async Task A_source_without_EntityMaps_or_whose_map_is_gone_is_asked_without(HttpStatusCode status)
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "temporal/entityMaps", SourceReply.Error(status, "InvalidRequest"))
            .Answer("GET", "temporal/entities", call => call.Query.ContainsKey("entityMap")
                ? SourceReply.Error(HttpStatusCode.BadRequest, "InvalidRequest")
                : SourceReply.Json($"[{Evolution(Id, 20, 0)}]"))
            .Answer("GET", "temporal/entities/" + Id, call => call.Header(Header).Length > 0
                ? SourceReply.Error(status, "InvalidRequest")
                : SourceReply.Json(Evolution(Id, 20, 0)).With(Header, Theirs));
        var registration = await RegisterAsync(source.Url, operations: Maps, members: Since2020);
        var made = (await GetAsync($"temporal/entityMaps?type={Type}&{Hour}")).Expect(HttpStatusCode.Created);
        Assert.Equal(IdIn(registration), (string?)made.Json["entityMap"]![Id]![0]);
        Assert.Empty(made.Json["linkedMaps"]!.AsObject());
        var page = (await GetAsync($"temporal/entities?type={Type}&{Hour}", (Header, made.Header(Header)))).Expect(HttpStatusCode.OK);
        Assert.Equal("", page.Header("NGSILD-Warning"));
        Assert.Single(page.Json.AsArray());

        var map = (await GetAsync($"temporal/entities/{Id}?entityMap=true")).Expect(HttpStatusCode.OK).Header(Header);
        var again = (await GetAsync($"temporal/entities/{Id}", (Header, map))).Expect(HttpStatusCode.OK);
        Assert.Equal("", again.Header("NGSILD-Warning"));
        Assert.Single(again.Json["speed"]!.AsArray());
    }

    private async Task EvolveAsync(string? broker, string id, int speed, int minute = 0) =>
        (await PostAsync(broker is null ? "temporal/entities?local=true" : At(broker, "temporal/entities"), Evolution(id, speed, minute))).Expect(HttpStatusCode.Created);

    private string Evolution(string id, int speed, int minute) =>
        Entity(id, $$$"""{"speed":[{"type":"Property","value":{{{speed}}},"observedAt":"2026-01-01T10:{{{minute:00}}}:00Z"}]}""");
}
