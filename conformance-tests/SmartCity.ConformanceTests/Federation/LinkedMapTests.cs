using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>EntityMaps that rely on EntityMaps of Context Sources (ETSI GS CIM 009 4.5.25, 5.5.14, 5.14.4): other brokers have them.</summary>
public class LinkedMapTests : LinkedMapTest
{
    [PeerFact, Clause("5.14.4"), Clause("4.5.25"), Clause("5.2.39"), Clause("6.34"), Clause("5.14.1")]
    public async Task A_map_links_the_map_that_a_source_has_made_for_it()
    {
        var registration = await RegisterAsync(Second);
        await CreateAsync(NewId(":1"), "{}");
        await CreateAtAsync(Second, NewId(":2"), "{}");
        var both = NewId(":3");
        await CreateAsync(both, "{}");
        await CreateAtAsync(Second, both, """{"b":{"type":"Property","value":1}}""");

        foreach (var made in (Answer[])
        [
            await GetAsync($"entityMaps?type={Type}&entityMapLifetime=PT2M"),
            await PostAsync("entityMaps", $$"""{"type":"Query","entities":[{"type":"{{Type}}"}],"entityMapLifetime":"PT2M"}"""),
        ])
        {
            made.Expect(HttpStatusCode.Created);
            Assert.Equal("1=here 2=second 3=here+second", Holds(made, (registration, "second")));
            var linked = LinkOf(made, registration);
            Assert.NotNull(linked);
            var there = (await GetAsync(At(Second, $"entityMaps/{linked}"))).Expect(HttpStatusCode.OK);
            Assert.Equal("2=here 3=here", Holds(there));
            // It lives as long as is wanted of ours.
            Assert.InRange(DateTimeOffset.Parse((string)there.Json["expiresAt"]!, null) - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3));
            (await GetAsync(made.Header(Header))).Expect(HttpStatusCode.OK).ExpectJson(made.Body);
            Assert.Equal("1 2 3", Ids(await GetAsync($"entities?type={Type}", (Header, made.Header(Header)))));
        }
    }

    [PeerFact(3), Clause("5.14.4"), Clause("4.5.25")]
    public async Task Each_source_has_its_own_map_and_a_chain_of_sources_a_chain_of_maps()
    {
        var second = await RegisterAsync(Second);
        var third = await RegisterAtAsync(Second, Registration(Third));
        await CreateAtAsync(Second, NewId(":2"), "{}");
        await CreateAtAsync(Third, NewId(":3"), "{}");

        var made = (await GetAsync($"entityMaps?type={Type}")).Expect(HttpStatusCode.Created);
        Assert.Equal("2=second 3=second", Holds(made, (second, "second")));
        var there = (await GetAsync(At(Second, $"entityMaps/{LinkOf(made, second)}"))).Expect(HttpStatusCode.OK);
        Assert.Equal("2=here 3=third", Holds(there, (third, "third")));
        Assert.Equal("3=here", Holds((await GetAsync(At(Third, $"entityMaps/{LinkOf(there, third)}"))).Expect(HttpStatusCode.OK)));
        Assert.Equal("2 3", Ids(await GetAsync($"entities?type={Type}", (Header, made.Header(Header)))));
    }

    [PeerFact, Clause("5.7.2"), Clause("5.5.14"), Clause("4.5.25"), Clause("6.4"), Clause("5.5.9")]
    public async Task Pages_of_a_map_stay_while_Entities_come_and_go_at_a_source()
    {
        var registration = await RegisterAsync(Second);
        var ids = Enumerable.Range(0, 6).Select(i => NewId($":{i}")).ToList();
        foreach (var id in ids) await CreateAtAsync(Second, id, "{}");
        var first = (await GetAsync($"entities?type={Type}&entityMap=true&limit=2")).Expect(HttpStatusCode.Created);
        var map = first.Header(Header);
        Assert.Equal("0 1", Ids(first));
        Assert.NotNull(LinkOf(await GetAsync(map), registration));

        await CreateAtAsync(Second, NewId(":6"), "{}");
        (await DeleteAsync(At(Second, $"entities/{ids[3]}"))).Expect(HttpStatusCode.NoContent);
        var second = (await GetAsync($"entities?type={Type}&limit=2&offset=2", (Header, map))).Expect(HttpStatusCode.OK);
        Assert.Equal(map, second.Header(Header));
        Assert.Equal("2 4", Ids(second));
        Assert.Equal("0 1 2 4 5", Ids(await GetAsync($"entities?type={Type}&limit=10", (Header, map))));
    }

    [PeerFact, Clause("5.7.2"), Clause("5.5.14"), Clause("5.14.3")]
    public async Task Where_the_map_of_a_source_is_gone_pages_go_on_and_a_new_one_is_linked()
    {
        var registration = await RegisterAsync(Second);
        for (var i = 0; i < 4; i++) await CreateAtAsync(Second, NewId($":{i}"), "{}");
        var map = (await GetAsync($"entities?type={Type}&entityMap=true&limit=1")).Expect(HttpStatusCode.Created).Header(Header);
        var before = LinkOf(await GetAsync(map), registration);
        (await DeleteAsync(At(Second, $"entityMaps/{before}"))).Expect(HttpStatusCode.NoContent);

        for (var i = 1; i < 4; i++) Assert.Equal($"{i}", Ids(await GetAsync($"entities?type={Type}&limit=1&offset={i}", (Header, map))));
        var after = LinkOf((await GetAsync(map)).Expect(HttpStatusCode.OK), registration);
        Assert.NotNull(after);
        Assert.NotEqual(before, after);
        Assert.Equal("0 1 2 3", Ids(await GetAsync($"entities?type={Type}", (Header, map))));
    }

    [PeerFact, Clause("5.7.1"), Clause("6.5"), Clause("5.5.14"), Clause("4.5.25")]
    public async Task A_retrieval_links_the_map_of_a_source_too()
    {
        var registration = await RegisterAsync(Second);
        await CreateAtAsync(Second, Id, """{"b":{"type":"Property","value":1}}""");
        var first = (await GetAsync($"entities/{Id}?entityMap=true")).Expect(HttpStatusCode.OK);
        var map = first.Header(Header);
        var read = (await GetAsync(map)).Expect(HttpStatusCode.OK);
        var linked = LinkOf(read, registration);
        Assert.Equal(IdIn(registration), (string?)read.Json["entityMap"]![Id]![0]);
        Assert.NotNull(linked);
        (await GetAsync(At(Second, $"entityMaps/{linked}"))).Expect(HttpStatusCode.OK);

        var again = (await GetAsync($"entities/{Id}", (Header, map))).Expect(HttpStatusCode.OK);
        Assert.Equal(map, again.Header(Header));
        again.ExpectJson(first.Body);
        Assert.Equal(linked, LinkOf(await GetAsync(map), registration));

        (await DeleteAsync(At(Second, $"entityMaps/{linked}"))).Expect(HttpStatusCode.NoContent);
        (await GetAsync($"entities/{Id}", (Header, map))).Expect(HttpStatusCode.OK).ExpectJson(first.Body);
        Assert.NotEqual(linked, LinkOf(await GetAsync(map), registration));
    }

    [PeerFact, Clause("5.7.1"), Clause("5.12")]
    public async Task Only_the_map_says_who_is_asked_for_an_Entity()
    {
        await CreateAsync(Id, """{"a":{"type":"Property","value":1}}""");
        var map = (await GetAsync($"entities/{Id}?entityMap=true")).Expect(HttpStatusCode.OK).Header(Header);
        await RegisterAsync(Second);
        await CreateAtAsync(Second, Id, """{"b":{"type":"Property","value":2}}""");
        Assert.Equal("a=1 b=2", await SeesAsync(Id));
        Assert.Equal("a=1", await SeesAsync(Id, "", (Header, map)));
    }

    [PeerFact, Clause("5.14.2"), Clause("5.14.3"), Clause("6.32")]
    public async Task What_becomes_of_a_map_becomes_of_those_that_are_linked()
    {
        var registration = await RegisterAsync(Second);
        await CreateAtAsync(Second, Id, "{}");
        var made = (await GetAsync($"entityMaps?type={Type}")).Expect(HttpStatusCode.Created);
        var (map, linked) = (made.Header(Header), At(Second, $"entityMaps/{LinkOf(made, registration)}"));
        var end = DateTimeOffset.UtcNow.AddMinutes(20).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        (await PatchAsync(map, $$"""{"expiresAt":"{{end}}"}""")).Expect(HttpStatusCode.NoContent);
        Assert.Equal(end[..19], ((string)(await GetAsync(map)).Json["expiresAt"]!)[..19]);
        Assert.Equal(end[..19], ((string)(await GetAsync(linked)).Json["expiresAt"]!)[..19]);

        (await DeleteAsync(map)).Expect(HttpStatusCode.NoContent);
        (await GetAsync(map)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync(linked)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [PeerFact, Clause("5.14.4"), Clause("4.3.6.7"), Clause("5.5.9")]
    public async Task Candidates_that_do_not_match_once_they_are_whole_leave_the_map_and_pages_are_full()
    {
        await RegisterAsync(Second);
        for (var i = 0; i < 6; i++)
        {
            var id = NewId($":{i}");
            await CreateAtAsync(Second, id, $$$"""{"n":{"type":"Property","value":{{{i}}}}}""");
            if (i % 2 == 0) await CreateAsync(id, """{"even":{"type":"Property","value":true}}""");
        }

        var query = $"type={Type}&q=n>0;even==true";
        var map = (await GetAsync($"entityMaps?{query}")).Expect(HttpStatusCode.Created).Header(Header);
        var page = (await GetAsync($"entities?{query}&limit=2&count=true", (Header, map))).Expect(HttpStatusCode.OK);
        Assert.Equal("2 4", Ids(page));
        Assert.Equal("2", page.Header("NGSILD-Results-Count"));
        Assert.Equal("2 4", string.Join(' ', (await GetAsync(map)).Json["entityMap"]!.AsObject().Select(entry => entry.Key.Split(':')[^1]).Order(StringComparer.Ordinal)));
    }

    [PeerFact, Clause("5.5.14"), Clause("5.7.2")]
    public async Task Entities_that_a_request_names_are_taken_from_the_map_and_the_rest_stays_in_it()
    {
        await RegisterAsync(Second);
        var ids = Enumerable.Range(0, 6).Select(i => NewId($":{i}")).ToList();
        for (var i = 0; i < 6; i++) await (i < 3 ? CreateAsync(ids[i], "{}") : CreateAtAsync(Second, ids[i], "{}"));
        var map = (await GetAsync($"entities?type={Type}&entityMap=true&limit=1")).Expect(HttpStatusCode.Created).Header(Header);
        var later = NewId(":7");
        await CreateAsync(later, "{}");

        var some = (await GetAsync($"entities?type={Type}&id={ids[1]},{ids[4]},{later}&count=true", (Header, map))).Expect(HttpStatusCode.OK);
        Assert.Equal("1 4", Ids(some));
        Assert.Equal("2", some.Header("NGSILD-Results-Count"));
        var page = (await GetAsync($"entities?type={Type}&id={ids[1]},{ids[4]}&limit=1&offset=1", (Header, map))).Expect(HttpStatusCode.OK);
        Assert.Equal("4", Ids(page));
        Assert.Equal("0 1 2 3 4 5", Ids(await GetAsync($"entities?type={Type}", (Header, map))));
    }

    [PeerFact, Clause("5.6.21"), Clause("6.4")]
    public async Task A_purge_of_a_map_leaves_alone_what_came_later()
    {
        await RegisterAsync(Second, operations: Everything);
        var (old, both, later) = (NewId(":old"), NewId(":both"), NewId(":later"));
        await CreateAtAsync(Second, old, "{}");
        await CreateAtAsync(Second, both, """{"b":{"type":"Property","value":1}}""");
        (await PostAsync("entities?local=true", Entity(both, "{}"))).Expect(HttpStatusCode.Created);
        var map = (await GetAsync($"entityMaps?type={Type}")).Expect(HttpStatusCode.Created).Header(Header);
        await CreateAtAsync(Second, later, "{}");
        var purged = (await DeleteAsync($"entities?type={Type}", (Header, map))).Expect(HttpStatusCode.NoContent);
        Assert.Equal(map, purged.Header(Header));
        Assert.Null(await HeldAsync(Second, old));
        Assert.Null(await HeldAsync(Second, both));
        Assert.Null(await HeldAsync(null, both));
        Assert.NotNull(await HeldAsync(Second, later));
    }
}
