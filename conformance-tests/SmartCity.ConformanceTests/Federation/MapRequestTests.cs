using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>How sources are asked for EntityMaps and told to use them (5.5.14), and what comes of those that have none or behave strangely.</summary>
public class MapRequestTests : LinkedMapTest
{
    [BrokerFact, Clause("5.7.2"), Clause("5.5.14"), Clause("4.5.25"), Clause("6.4")]
    public async Task A_source_is_asked_for_a_map_once_and_gets_it_back_with_each_page()
    {
        string[] ids = [NewId(":1"), NewId(":2"), NewId(":3")];
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities", call => Entities(call, ids).With(Header, "/ngsi-ld/v1/entityMaps/" + Theirs));
        var registration = await RegisterAsync(source.Url, operations: "retrieveOps");

        var first = (await GetAsync($"entities?type={Type}&entityMap=true&entityMapLifetime=PT2M&limit=1")).Expect(HttpStatusCode.Created);
        Assert.Equal("1", Ids(first));
        Assert.Equal(("true", "PT2M", ""), (source.Only.Parameter("entityMap"), source.Only.Parameter("entityMapLifetime"), source.Only.Header(Header)));
        var map = first.Header(Header);
        Assert.Equal(Theirs, LinkOf(await GetAsync(map), registration));

        Assert.Equal("2 3", Ids(await GetAsync($"entities?type={Type}&offset=1", (Header, map))));
        var followed = source.Calls[^1];
        Assert.Equal(("", "/ngsi-ld/v1/entityMaps/" + Theirs), (followed.Parameter("entityMap"), followed.Header(Header)));
        Assert.All(source.Calls.Skip(1), call => Assert.NotEqual("", call.Header(Header)));
    }

    [BrokerFact, Clause("5.7.2"), Clause("5.7.1")]
    public async Task Without_an_EntityMap_sources_hear_nothing_of_any()
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, "{}"));
        await RegisterAsync(source.Url);
        (await GetAsync($"entities?type={Type}")).Expect(HttpStatusCode.OK);
        (await GetAsync($"entities/{Id}")).Expect(HttpStatusCode.OK);
        Assert.All(source.Calls, call => Assert.Equal(("", ""), (call.Parameter("entityMap"), call.Header(Header))));
    }

    [BrokerTheory, Clause("5.5.14"), Clause("5.7.2"), Clause("5.14.4")]
    [InlineData("ignores")]
    [InlineData("refuses")]
    [InlineData("nonsense")]
    public async Task A_source_that_knows_no_EntityMaps_is_asked_without(string manner)
    {
        string[] ids = [NewId(":1"), NewId(":2")];
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities", call =>
            manner == "refuses" && call.Query.ContainsKey("entityMap") ? SourceReply.Error(HttpStatusCode.BadRequest, "InvalidRequest")
            : manner == "nonsense" ? Entities(call, ids).With(Header, "no map") : Entities(call, ids));
        if (manner == "nonsense") source.Answer("GET", "entityMaps", SourceReply.Json("[1]"));
        var registration = await RegisterAsync(source.Url);

        var first = (await GetAsync($"entities?type={Type}&entityMap=true&limit=1")).Expect(HttpStatusCode.Created);
        Assert.Equal(("1", ""), (Ids(first), first.Header("NGSILD-Warning")));
        var read = (await GetAsync(first.Header(Header))).Expect(HttpStatusCode.OK);
        Assert.Equal("1=source 2=source", Holds(read, (registration, "source")));
        Assert.Empty(read.Json["linkedMaps"]!.AsObject());
        Assert.Equal("2", Ids(await GetAsync($"entities?type={Type}&offset=1", (Header, first.Header(Header)))));
        Assert.Equal(("", ""), (source.Calls[^1].Parameter("entityMap"), source.Calls[^1].Header(Header)));

        var made = (await GetAsync($"entityMaps?type={Type}")).Expect(HttpStatusCode.Created);
        Assert.Equal("1=source 2=source", Holds(made, (registration, "source")));
        Assert.Empty(made.Json["linkedMaps"]!.AsObject());
        Assert.Equal("", made.Header("NGSILD-Warning"));
    }

    [BrokerTheory, Clause("5.5.14"), Clause("5.7.2"), Clause("4.5.25")]
    [InlineData(HttpStatusCode.NotFound, "ResourceNotFound")]
    [InlineData(HttpStatusCode.BadRequest, "BadRequestData")]
    public async Task Where_the_map_of_a_source_is_gone_a_new_one_is_asked_for(HttpStatusCode status, string error)
    {
        string[] ids = [NewId(":1"), NewId(":2"), NewId(":3")];
        await using var source = new ScriptedSource();
        var maps = 0;
        source.Answer("GET", "entities", call =>
            call.Header(Header).Length > 0 ? SourceReply.Error(status, error)
            : call.Query.ContainsKey("entityMap") ? Entities(call, ids).With(Header, $"{Theirs}:{++maps}") : Entities(call, ids));
        var registration = await RegisterAsync(source.Url);
        var map = (await GetAsync($"entities?type={Type}&entityMap=true&limit=1")).Expect(HttpStatusCode.Created).Header(Header);
        Assert.Equal($"{Theirs}:1", LinkOf(await GetAsync(map), registration));
        var page = (await GetAsync($"entities?type={Type}&offset=1&limit=1", (Header, map))).Expect(HttpStatusCode.OK);
        Assert.Equal(("2", ""), (Ids(page), page.Header("NGSILD-Warning")));
        Assert.Equal($"{Theirs}:2", LinkOf(await GetAsync(map), registration));
    }

    [BrokerFact, Clause("5.14.4"), Clause("5.2.39"), Clause("4.3.6.7"), Clause("4.20")]
    public async Task A_source_that_offers_EntityMaps_is_asked_for_one_and_believed_as_far_as_it_is_registered()
    {
        string[] ids = [NewId(":1"), NewId(":2")];
        await using var source = new ScriptedSource();
        source.Answer("GET", "entityMaps", Map([.. ids, "urn:ngsi-ld:elsewhere:9", "no uri"]).With(Header, "/ngsi-ld/v1/entityMaps/" + Theirs))
            .Answer("GET", "entities", call => Entities(call, ids));
        var registration = await RegisterAsync(source.Url);

        var made = (await GetAsync($"entityMaps?type={Type}&q=n>0&entityMapLifetime=PT2M")).Expect(HttpStatusCode.Created);
        Assert.Equal("1=source 2=source", Holds(made, (registration, "source")));
        Assert.Equal(Theirs, LinkOf(made, registration));
        // An Entity may be split: the filter is for what has been put together.
        Assert.Equal((Type, "", "PT2M"), (source.Only.Parameter("type"), source.Only.Parameter("q"), source.Only.Parameter("entityMapLifetime")));

        await GetAsync($"entityMaps?type={Type}&q=n>0&splitEntities=false");
        Assert.Equal("n>0", source.Calls[^1].Parameter("q"));
        Assert.Equal("2", Ids(await GetAsync($"entities?type={Type}&q=n>0", (Header, made.Header(Header)))));
        Assert.Equal("/ngsi-ld/v1/entityMaps/" + Theirs, source.Calls[^1].Header(Header));
    }

    [BrokerFact, Clause("5.14.4"), Clause("4.20")]
    public async Task A_source_that_does_not_offer_EntityMaps_is_queried()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities", call => Entities(call, Id));
        var registration = await RegisterAsync(source.Url, operations: "retrieveOps");
        var made = (await GetAsync($"entityMaps?type={Type}")).Expect(HttpStatusCode.Created);
        Assert.Equal(IdIn(registration), (string?)made.Json["entityMap"]![Id]![0]);
        Assert.Empty(source.Asked("GET", "entityMaps"));
        (await GetAsync($"entityMaps?type={Type}&local=true")).Expect(HttpStatusCode.Created);
    }

    [BrokerFact, Clause("4.3.6.7"), Clause("5.7.1")]
    public async Task What_is_registered_as_exclusive_needs_no_map()
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, """{"b":{"type":"Property","value":1}}"""));
        await RegisterAsync(source.Url, "exclusive", One(Id), "b");
        (await GetAsync($"entities/{Id}?entityMap=true")).Expect(HttpStatusCode.OK);
        (await GetAsync($"entities?type={Type}&entityMap=true")).Expect(HttpStatusCode.Created);
        Assert.All(source.Calls, call => Assert.Equal("", call.Parameter("entityMap")));
    }

    [BrokerFact, Clause("5.7.1"), Clause("6.5"), Clause("5.5.14")]
    public async Task A_retrieval_asks_for_a_map_and_follows_it()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities/" + Id, SourceReply.Json(Entity(Id, "{}")).With(Header, Theirs));
        var registration = await RegisterAsync(source.Url);
        var map = (await GetAsync($"entities/{Id}?entityMap=true&entityMapLifetime=PT1M")).Expect(HttpStatusCode.OK).Header(Header);
        Assert.Equal(("true", "PT1M"), (source.Only.Parameter("entityMap"), source.Only.Parameter("entityMapLifetime")));
        Assert.Equal(Theirs, LinkOf(await GetAsync(map), registration));
        (await GetAsync($"entities/{Id}", (Header, map))).Expect(HttpStatusCode.OK);
        Assert.Equal(("", Theirs), (source.Calls[^1].Parameter("entityMap"), source.Calls[^1].Header(Header)));

        // It now tells of another one.
        source.Answer("GET", "entities/" + Id, SourceReply.Json(Entity(Id, "{}")).With(Header, Theirs + ":2"));
        (await GetAsync($"entities/{Id}", (Header, map))).Expect(HttpStatusCode.OK);
        Assert.Equal(Theirs + ":2", LinkOf(await GetAsync(map), registration));
    }

    [BrokerTheory, Clause("5.14.2"), Clause("5.14.3"), Clause("4.20")]
    [InlineData(null, 1)]
    [InlineData("retrieveOps createEntityMapQueryEntity", 0)]
    public async Task A_source_is_told_what_becomes_of_its_map_where_it_offers_that(string? operations, int told)
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "entityMaps", Map(Id)).Answer("PATCH", "entityMaps/" + Theirs, SourceReply.NotFound)
            .Answer("DELETE", "entityMaps/" + Theirs, SourceReply.Of(HttpStatusCode.InternalServerError));
        await RegisterAsync(source.Url, operations: operations);
        var map = (await GetAsync($"entityMaps?type={Type}")).Expect(HttpStatusCode.Created).Header(Header);
        (await PatchAsync(map, """{"type":"EntityMap"}""")).Expect(HttpStatusCode.NoContent);
        Assert.Empty(source.Asked("PATCH"));
        (await PatchAsync(map, $$"""{"expiresAt":"{{DateTimeOffset.UtcNow.AddMinutes(9):yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""")).Expect(HttpStatusCode.NoContent);
        (await DeleteAsync(map)).Expect(HttpStatusCode.NoContent);
        Assert.Equal((told, told), (source.Asked("PATCH", "entityMaps/" + Theirs).Count, source.Asked("DELETE", "entityMaps/" + Theirs).Count));
        foreach (var patch in source.Asked("PATCH")) Assert.NotNull(patch.Json["expiresAt"]);
        (await GetAsync(map)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("5.14.4"), Clause("6.3.17")]
    public async Task A_source_that_fails_is_warned_of_and_the_rest_is_mapped()
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.Error(HttpStatusCode.InternalServerError, "InternalError"));
        await RegisterAsync(source.Url);
        await CreateAsync(Id, "{}");
        var made = (await GetAsync($"entityMaps?type={Type}")).Expect(HttpStatusCode.Created);
        Assert.Equal("@none", (string?)made.Json["entityMap"]![Id]![0]);
        Assert.StartsWith("299 ", made.Header("NGSILD-Warning"), StringComparison.Ordinal);
    }
}
