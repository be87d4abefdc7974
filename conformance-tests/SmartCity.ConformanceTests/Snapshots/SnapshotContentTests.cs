using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Snapshots;

/// <summary>What a Snapshot holds, and operations on it (ETSI GS CIM 009 4.3.7, 5.5.15, 6.3.22).</summary>
public class SnapshotContentTests : SnapshotTest
{
    private const string Temporal = "\"temporalQ\":{\"timerel\":\"after\",\"timeAt\":\"2026-01-01T10:20:00Z\"}";

    [BrokerFact, Clause("4.3.7"), Clause("5.5.15"), Clause("6.3.22"), Clause("5.16.1")]
    public async Task What_is_frozen_stays_as_it_was()
    {
        await CreateAsync("""{"n":{"type":"Property","value":1,"observedAt":"2026-01-01T00:00:00Z"},"scope":"/a/b","place":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}}}""");
        var before = (await GetAsync($"entities/{Id}?options=sysAttrs")).Expect(HttpStatusCode.OK);
        var status = await FreezeAsync();
        await SetAsync(2);
        await CreateAsync(NewId(":later"), One);
        var frozen = (await GetAsync($"entities/{Id}?options=sysAttrs", In(status))).Expect(HttpStatusCode.OK);
        frozen.ExpectJson(before.Body);
        Assert.Equal(IdOf(status), frozen.Header("NGSILD-Snapshot"));
        Assert.Single((await GetAsync($"entities?type={Type}", In(status))).Expect(HttpStatusCode.OK).Json.AsArray());
        Assert.Equal(2, await NumberAsync());
    }

    [BrokerTheory, Clause("5.16.1"), Clause("5.2.23")]
    [InlineData("\"pick\":[\"id\",\"n\"]", "n")]
    [InlineData("\"pick\":[\"n\",\"scope\"]", "n scope")]
    [InlineData("\"omit\":[\"n\",\"scope\"]", "m")]
    [InlineData("\"attrs\":[\"m\"]", "m scope")]
    [InlineData("\"q\":\"n==1\",\"scopeQ\":\"/a/+\"", "m n scope")]
    [InlineData("\"datasetId\":[\"urn:x:d\"]", "m scope")]
    public async Task A_query_says_what_of_an_Entity_is_kept(string members, string kept)
    {
        await CreateAsync("""{"n":{"type":"Property","value":1},"m":[{"type":"Property","value":2},{"type":"Property","value":3,"datasetId":"urn:x:d"}],"scope":"/a/b"}""");
        var status = await FreezeAsync(Document(Query(members)));
        var names = (await GetAsync($"entities/{Id}", In(status))).Expect(HttpStatusCode.OK).Json.AsObject()
            .Select(member => member.Key).Where(name => name is not ("id" or "type")).Order(StringComparer.Ordinal);
        Assert.Equal(kept, string.Join(' ', names));
    }

    [BrokerFact, Clause("5.16.1"), Clause("5.2.23")]
    public async Task What_several_queries_find_of_an_Entity_is_kept_together()
    {
        await CreateAsync("""{"n":{"type":"Property","value":1},"m":{"type":"Property","value":2},"o":{"type":"Property","value":3}}""");
        var status = await FreezeAsync(Document($"{Query("\"pick\":[\"n\"]")},{Query("\"pick\":[\"m\"]")}"));
        var entity = (await GetAsync($"entities/{Id}", In(status))).Expect(HttpStatusCode.OK).Json.AsObject();
        Assert.Equal("id m n type", string.Join(' ', entity.Select(member => member.Key).Order(StringComparer.Ordinal)));
        Assert.Single((await GetAsync("entities", In(status))).Json.AsArray());
    }

    [BrokerFact, Clause("5.16.1"), Clause("5.2.23"), Clause("4.5.23")]
    public async Task Linked_Entities_are_kept_as_well()
    {
        var owner = NewId(":owner");
        await CreateAsync(owner, $$$"""{"type":"{{{Type}}}Owner","name":{"type":"Property","value":"A"}}""");
        await CreateAsync($$$"""{"owner":{"type":"Relationship","object":"{{{owner}}}"}}""");
        var alone = await FreezeAsync();
        (await GetAsync($"entities/{owner}", In(alone))).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        foreach (var join in (string[])["flat", "inline"])
        {
            var joined = await FreezeAsync(Document(Query($"\"join\":\"{join}\"")));
            Assert.Equal("A", (string?)(await GetAsync($"entities/{owner}", In(joined))).Expect(HttpStatusCode.OK).Json["name"]!["value"]);
            var shown = await GetAsync($"entities/{Id}?join=inline", In(joined));
            Assert.Equal("A", (string?)shown.Json["owner"]!["entity"]!["name"]!["value"]);
        }
    }

    [BrokerFact, Clause("5.16.1")]
    public async Task Results_of_many_pages_are_kept_whole()
    {
        const int Count = 1234;
        var ids = Enumerable.Range(0, Count).Select(i => NewId($":{i}")).ToList();
        (await PostAsync("entityOperations/create", $"[{string.Join(',', ids.Select(id => Entity(id, One)))}]")).Expect(HttpStatusCode.Created);
        try
        {
            var status = await FreezeAsync();
            var found = (await GetAsync("entities?limit=0&count=true", In(status))).Expect(HttpStatusCode.OK);
            Assert.Equal($"{Count}", found.Header("NGSILD-Results-Count"));
        }
        finally
        {
            await DeleteAsync($"entities?type={Type}");
        }
    }

    [BrokerFact, Clause("5.16.1"), Clause("5.5.15"), Clause("4.3.7")]
    public async Task Temporal_queries_freeze_evolutions()
    {
        await EvolveAsync(SixSpeeds);
        var document = $$"""{"type":"Snapshot","snapshotTemporalQueries":[{{Query(Temporal)}}]}""";
        var status = await FreezeAsync(document);
        Assert.Equal(("success", "success"), ((string?)status["snapshotStatus"], Results(status, "snapshotTemporalQueriesDetails")));
        await PostAsync($"temporal/entities/{Id}/attrs", """{"speed":{"type":"Property","value":70,"observedAt":"2026-01-01T11:00:00Z"}}""");
        Assert.Equal("30 40 50 60", Values((await GetAsync($"temporal/entities/{Id}", In(status))).Expect(HttpStatusCode.OK).Json["speed"]));
        Assert.Equal("10 20 30 40 50 60 70", Values((await GetAsync($"temporal/entities/{Id}")).Json["speed"]));
        // No current Entity was asked for.
        (await GetAsync($"entities/{Id}", In(status))).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        var table = await GetAsync($"temporal/entities?type={Type}&{Between}&aggrMethods=sum&options=aggregatedValues", In(status));
        Assert.Equal(180, (int?)table.Expect(HttpStatusCode.OK).Json[0]!["speed"]!["sum"]![0]![0]);
    }

    [BrokerFact, Clause("5.16.1"), Clause("4.8")]
    public async Task Instances_keep_the_times_of_the_broker()
    {
        await EvolveAsync(SixSpeeds);
        await DeleteAsync($"entities/{Id}");
        var evolution = (await GetAsync($"temporal/entities/{Id}?options=sysAttrs")).Expect(HttpStatusCode.OK).Json;
        var known = evolution["speed"]!.AsArray();
        await Task.Delay(30);
        var status = await FreezeAsync($$"""{"type":"Snapshot","snapshotTemporalQueries":[{{Query(Temporal)}},{{Query(Temporal)}}]}""");
        var copy = (await GetAsync($"temporal/entities/{Id}?options=sysAttrs", In(status))).Expect(HttpStatusCode.OK).Json;
        foreach (var time in (string[])["createdAt", "modifiedAt", "deletedAt"]) Assert.Equal((string?)evolution[time], (string?)copy[time]);
        var frozen = copy["speed"]!.AsArray();
        // What two queries find is there once.
        Assert.Equal(4, frozen.Count);
        Assert.Equal((string?)known[5]!["modifiedAt"], (string?)frozen[3]!["modifiedAt"]);
        Assert.Equal((string?)known[5]!["createdAt"], (string?)frozen[3]!["createdAt"]);
    }

    [BrokerFact, Clause("5.5.15"), Clause("4.3.7")]
    public async Task What_is_tried_in_a_Snapshot_stays_in_it()
    {
        await CreateAsync(One);
        var status = await FreezeAsync();
        var (here, added) = (In(status), NewId(":added"));
        await SetAsync(5, here);
        (await PostAsync("entities", Entity(added, One), "application/json", here)).Expect(HttpStatusCode.Created);
        Assert.Equal((5, 1), (await NumberAsync(here), await NumberAsync()));
        (await GetAsync($"entities/{added}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await PostAsync("entityOperations/upsert", $"[{Entity(Id, """{"n":{"type":"Property","value":6}}""")}]", "application/json", here)).Expect(HttpStatusCode.NoContent);
        (await PatchAsync($"entities/{Id}", """{"n":7}""", "application/json", here)).Expect(HttpStatusCode.NoContent);
        Assert.Equal("5 6 7", Values((await GetAsync($"temporal/entities/{Id}", here)).Expect(HttpStatusCode.OK).Json["n"]));
        Assert.Equal("1", Values((await GetAsync($"temporal/entities/{Id}")).Json["n"]));
        (await DeleteAsync($"entities?type={Type}", here)).Expect(HttpStatusCode.NoContent);
        Assert.Equal("[]", (await GetAsync("entities", here)).Body);
        Assert.Equal(1, await NumberAsync());
    }

    [BrokerFact, Clause("5.5.15"), Clause("6.3.18"), Clause("5.5.13")]
    public async Task A_Snapshot_is_local_whatever_is_asked()
    {
        await CreateAsync(One);
        await CreateAsync(NewId(":2"), """{"n":{"type":"Property","value":2}}""");
        var status = await FreezeAsync();
        foreach (var query in (string[])["", "?local=false", "?type=*&local=false", "?orderBy=n;desc&local=false"])
        {
            Assert.Equal(2, (await GetAsync("entities" + query, In(status))).Expect(HttpStatusCode.OK).Json.AsArray().Count);
        }

        var ordered = await GetAsync("entities?orderBy=n;desc&pick=n&options=keyValues", In(status));
        Assert.Equal("""[{"n":2},{"n":1}]""", ordered.Body);
        (await PostAsync("entityOperations/query?local=false", """{"type":"Query","entities":[{"type":"*"}]}""", "application/json", In(status))).Expect(HttpStatusCode.OK);
    }

    [BrokerFact, Clause("5.5.15"), Clause("5.7.5")]
    public async Task Types_and_Attributes_are_those_of_the_Snapshot()
    {
        await CreateAsync(One);
        var status = await FreezeAsync();
        var list = (await GetAsync("types", In(status))).Expect(HttpStatusCode.OK).Json["typeList"]!.AsArray();
        Assert.Equal(Type, (string?)Assert.Single(list));
        Assert.Equal("n", (string?)Assert.Single((await GetAsync("attributes", In(status))).Expect(HttpStatusCode.OK).Json["attributeList"]!.AsArray()));
    }

    [BrokerFact, Clause("6.3.22"), Clause("5.5.15")]
    public async Task A_Snapshot_that_is_unknown_is_not_found_and_is_repeated_in_the_answer()
    {
        var header = ("NGSILD-Snapshot", NewId(":unknown"));
        foreach (var path in (string[])["entities", $"entities/{Id}", "types", "attributes", "subscriptions", $"temporal/entities/{Id}"])
        {
            Assert.Equal(header.Item2, (await GetAsync(path, header)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound").Header("NGSILD-Snapshot"));
        }

        (await PostAsync("entities", Entity(Id, One), "application/json", header)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        Assert.Empty((await GetAsync("types")).Header("NGSILD-Snapshot"));
    }

    [BrokerFact, Clause("6.3.22"), Clause("5.16.1"), Clause("6.37")]
    public async Task A_Snapshot_may_have_an_IRI_for_its_id()
    {
        await CreateAsync(One);
        var id = NewId(":pogorišče");
        (await GetAsync($"entities/{Id}", ("NGSILD-Snapshot", id))).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        var made = await PostAsync("snapshots", $$"""{"id":"{{id}}","type":"Snapshot","snapshotQueries":[{{Query()}}]}""");
        var status = await PreparedAsync(made.Expect(HttpStatusCode.Created).Location!);
        Assert.Equal(id, IdOf(status));
        Assert.Equal(id, (await GetAsync($"entities/{Id}", In(status))).Expect(HttpStatusCode.OK).Header("NGSILD-Snapshot"));
        await using var receiver = new Receiver();
        var subscription = $$$$"""{"type":"Subscription","entities":[{"type":"{{{{Type}}}}"}],"notification":{"endpoint":{"uri":"{{{{receiver.Url}}}}/n"}}}""";
        (await PostAsync("subscriptions", subscription, "application/json", In(status))).Expect(HttpStatusCode.Created);
        await SetAsync(9, In(status));
        Assert.Equal(9, (int?)JsonNode.Parse((await receiver.NextAsync(30)).Body)!["data"]![0]!["n"]!["value"]);
    }

    [BrokerFact, Clause("6.3.22"), Clause("5.5.15")]
    public async Task Operations_that_are_not_about_Entities_know_no_Snapshots()
    {
        var header = In(await FreezeAsync());
        (await GetAsync("jsonldContexts", header)).ExpectError(HttpStatusCode.UnprocessableEntity, "OperationNotSupported");
        (await GetAsync("info/sourceIdentity", header)).ExpectError(HttpStatusCode.UnprocessableEntity, "OperationNotSupported");
        (await PostAsync("snapshots", Document(), "application/json", header)).ExpectError(HttpStatusCode.UnprocessableEntity, "OperationNotSupported");
    }

    [BrokerFact, Clause("5.16.2"), Clause("6.38"), Clause("4.3.7")]
    public async Task A_clone_is_a_Snapshot_of_its_own()
    {
        await CreateAsync(One);
        await EvolveAsync(SixSpeeds, NewId(":old"));
        var status = await FreezeAsync($$"""{"type":"Snapshot","snapshotQueries":[{{Query()}}],"snapshotTemporalQueries":[{{Query(Temporal)}}],"snapshotPriority":9}""");
        await SetAsync(2, In(status));
        var made = (await PostAsync($"{PathOf(status)}/clone", """{"type":"Snapshot","snapshotLifetime":"PT1H"}""")).Expect(HttpStatusCode.Created);
        var clone = await PreparedAsync(made.Location!);
        Assert.NotEqual(IdOf(status), IdOf(clone));
        Assert.Equal(("success", 5, false), ((string?)clone["snapshotStatus"], (int?)clone["snapshotPriority"], clone.AsObject().ContainsKey("snapshotQueries")));

        // Whatever was changed in the one is in the other.
        Assert.Equal(2, await NumberAsync(In(clone)));
        var evolutions = (await GetAsync($"temporal/entities?type={Type}&{Between}", In(clone))).Expect(HttpStatusCode.OK).Json.AsArray();
        Assert.Equal("30 40 50 60", Values(evolutions.Single()!["speed"]));
        await SetAsync(3, In(clone));
        Assert.Equal((1, 2, 3), (await NumberAsync(), await NumberAsync(In(status)), await NumberAsync(In(clone))));
        (await DeleteAsync(PathOf(status))).Expect(HttpStatusCode.NoContent);
        Assert.Equal(3, await NumberAsync(In(clone)));
    }

    [BrokerTheory, Clause("5.16.2"), Clause("6.38"), Clause("5.2.41")]
    [InlineData("{}")]
    [InlineData("""{"type":"Snapshot","snapshotQueries":[{"type":"Query","entities":[{"type":"T"}]}]}""")]
    [InlineData("""{"type":"Snapshot","snapshotPriority":12}""")]
    [InlineData("""{"type":"Snapshot","id":"no uri"}""")]
    public async Task What_is_no_clone_is_refused(string body)
    {
        var status = await FreezeAsync();
        (await PostAsync($"{PathOf(status)}/clone", body)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }
}
