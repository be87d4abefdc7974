using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Snapshots;

/// <summary>Snapshots as resources: made, read, changed, deleted, purged (ETSI GS CIM 009 5.16, 6.36, 6.37).</summary>
public class SnapshotTests : SnapshotTest
{
    [BrokerFact, Clause("5.16.1"), Clause("5.16.3"), Clause("6.36"), Clause("6.37"), Clause("5.2.41"), Clause("5.2.42"), Clause("4.3.7")]
    public async Task A_Snapshot_is_made_and_tells_how_it_stands()
    {
        await CreateAsync(One);
        var document = Document(members: """ "snapshotLifetime":"PT2H","snapshotPriority":7,"snapshotStatus":"failure","createdAt":"2000-01-01T00:00:00Z" """);
        var made = (await PostAsync("snapshots", document)).Expect(HttpStatusCode.Created);
        var id = (string)JsonNode.Parse(document)!["id"]!;
        Assert.Equal($"/ngsi-ld/v1/snapshots/{id}", Uri.UnescapeDataString(made.Location!));
        Assert.Empty(made.Body);

        var status = await PreparedAsync(made.Location!);
        Assert.Equal((id, "Snapshot", "success", 7), ((string?)status["id"], (string?)status["type"], (string?)status["snapshotStatus"], (int?)status["snapshotPriority"]));
        Assert.Equal("success", Results(status));
        Assert.Equal(Type, (string?)status["snapshotQueries"]![0]!["entities"]![0]!["type"]);
        var (created, expires) = (Time(status, "createdAt"), Time(status, "expiresAt"));
        Assert.InRange(DateTimeOffset.UtcNow - created, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
        Assert.InRange(expires - created, TimeSpan.FromHours(1.9), TimeSpan.FromHours(2.1));
        Assert.True(Time(status, "modifiedAt") >= created);
        Assert.True(Time(status, "lastUsedAt") >= created);

        var ld = (await GetAsync(made.Location!, Accept(LdJson))).Expect(HttpStatusCode.OK);
        Assert.Equal(LdJson, ld.MediaType);
        Assert.NotNull(ld.Json["@context"]);
    }

    [BrokerFact, Clause("5.16.1"), Clause("5.2.41")]
    public async Task What_the_client_does_not_say_the_broker_does()
    {
        await CreateAsync(One);
        var status = await FreezeAsync($$"""{"type":"Snapshot","snapshotQueries":[{{Query()}}]}""");
        Assert.StartsWith("urn:", IdOf(status), StringComparison.Ordinal);
        Assert.Equal(5, (int?)status["snapshotPriority"]);
        Assert.True(Time(status, "expiresAt") > DateTimeOffset.UtcNow.AddMinutes(1));
        // A client's wish has a bound.
        var wish = await FreezeAsync(Document(members: "\"snapshotLifetime\":\"P9999Y\""));
        Assert.True(Time(wish, "expiresAt") < DateTimeOffset.UtcNow.AddYears(900));
    }

    [BrokerFact, Clause("5.16.1"), Clause("5.2.42")]
    public async Task The_status_is_what_the_queries_come_to()
    {
        await CreateAsync(One);
        var nothing = Query("\"q\":\"n>5\"");
        Assert.Equal("success", (string?)(await FreezeAsync(Document($"{Query()},{Query("\"q\":\"n<5\"")}")))["snapshotStatus"]);
        var partial = await FreezeAsync(Document($"{Query()},{nothing}"));
        Assert.Equal(("partial", "success empty"), ((string?)partial["snapshotStatus"], Results(partial)));
        var empty = await FreezeAsync(Document(nothing));
        Assert.Equal(("empty", "empty"), ((string?)empty["snapshotStatus"], Results(empty)));
        Assert.Equal("[]", (await GetAsync("entities", In(empty))).Expect(HttpStatusCode.OK).Body);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync($"entities/{Id}", In(empty))).Status);
    }

    [BrokerFact, Clause("5.16.1"), Clause("6.36"), Clause("5.16.2"), Clause("6.38")]
    public async Task An_id_that_is_taken_is_a_conflict()
    {
        var document = Document();
        var status = await FreezeAsync(document);
        (await PostAsync("snapshots", document)).ExpectError(HttpStatusCode.Conflict, "AlreadyExists");
        (await PostAsync($"{PathOf(status)}/clone", $$"""{"id":"{{IdOf(status)}}","type":"Snapshot"}""")).ExpectError(HttpStatusCode.Conflict, "AlreadyExists");
    }

    [BrokerTheory, Clause("5.16.1"), Clause("6.36"), Clause("5.2.41"), Clause("5.2.23")]
    [InlineData("""{"type":"Snapshot"}""")]
    [InlineData("""{"snapshotQueries":[Q]}""")]
    [InlineData("""{"type":"Snapshots","snapshotQueries":[Q]}""")]
    [InlineData("""{"type":"Snapshot","snapshotQueries":[]}""")]
    [InlineData("""{"type":"Snapshot","snapshotQueries":Q}""")]
    [InlineData("""{"type":"Snapshot","id":"no uri","snapshotQueries":[Q]}""")]
    [InlineData("""{"type":"Snapshot","snapshotQueries":[Q],"snapshotPriority":0}""")]
    [InlineData("""{"type":"Snapshot","snapshotQueries":[Q],"snapshotPriority":11}""")]
    [InlineData("""{"type":"Snapshot","snapshotQueries":[Q],"snapshotPriority":"high"}""")]
    [InlineData("""{"type":"Snapshot","snapshotQueries":[Q],"snapshotLifetime":"long"}""")]
    [InlineData("""{"type":"Snapshot","snapshotQueries":[Q],"snapshotLifetime":"-PT1H"}""")]
    [InlineData("""{"type":"Snapshot","snapshotQueries":[Q],"endpoint":"nowhere"}""")]
    [InlineData("""{"type":"Snapshot","snapshotQueries":[Q],"endpoint":"carrier-pigeon://a.example/x"}""")]
    [InlineData("""{"type":"Snapshot","snapshotQueries":[Q],"receiverInfo":[{"key":"a"}]}""")]
    [InlineData("""{"type":"Snapshot","snapshotQueries":[{"type":"Query"}]}""")]
    [InlineData("""{"type":"Snapshot","snapshotQueries":[{"type":"Query","entities":[{"type":"T"}],"q":"(("}]}""")]
    [InlineData("""{"type":"Snapshot","snapshotQueries":[{"type":"Query","entities":[{"type":"T"}],"temporalQ":{"timerel":"after","timeAt":"2026-01-01T00:00:00Z"}}]}""")]
    [InlineData("""{"type":"Snapshot","snapshotTemporalQueries":[Q]}""")]
    [InlineData("""{"type":"Snapshot","snapshotTemporalQueries":[{"type":"Query","entities":[{"type":"T"}],"temporalQ":{"timerel":"since","timeAt":"2026-01-01T00:00:00Z"}}]}""")]
    public async Task What_is_no_Snapshot_is_refused(string body)
    {
        var query = """{"type":"Query","entities":[{"type":"T"}]}""";
        (await PostAsync("snapshots", body.Replace("Q]", query + "]", StringComparison.Ordinal).Replace(":Q", ":" + query, StringComparison.Ordinal)))
            .ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.16.3"), Clause("5.16.4"), Clause("5.16.5"), Clause("5.16.2"), Clause("6.37"), Clause("6.38")]
    public async Task One_that_is_not_there_is_not_found_and_an_id_has_to_be_a_URI()
    {
        var unknown = NewId(":unknown");
        foreach (var (id, status, error) in ((string, HttpStatusCode, string)[])[(unknown, HttpStatusCode.NotFound, "ResourceNotFound"), ("nothing", HttpStatusCode.BadRequest, "BadRequestData")])
        {
            (await GetAsync($"snapshots/{id}")).ExpectError(status, error);
            (await PatchAsync($"snapshots/{id}", """{"snapshotPriority":6}""")).ExpectError(status, error);
            (await DeleteAsync($"snapshots/{id}")).ExpectError(status, error);
            (await PostAsync($"snapshots/{id}/clone", """{"type":"Snapshot"}""")).ExpectError(status, error);
        }
    }

    [BrokerFact, Clause("5.16.4"), Clause("6.37"), Clause("5.2.41")]
    public async Task Its_status_is_updated_in_part()
    {
        var status = await FreezeAsync(Document(members: """ "snapshotLifetime":"PT1H","snapshotPriority":2 """));
        var updated = (await PatchAsync(PathOf(status), """{"type":"Snapshot","snapshotLifetime":"PT3H","snapshotStatus":"failure","expiresAt":"2000-01-01T00:00:00Z"}"""))
            .Expect(HttpStatusCode.OK).Json;
        Assert.Equal(("PT3H", 2, "empty"), ((string?)updated["snapshotLifetime"], (int?)updated["snapshotPriority"], (string?)updated["snapshotStatus"]));
        Assert.InRange(Time(updated, "expiresAt") - DateTimeOffset.UtcNow, TimeSpan.FromHours(2.9), TimeSpan.FromHours(3.1));
        Assert.True(Time(updated, "modifiedAt") > Time(status, "modifiedAt"));
        Assert.Equal(Time(status, "createdAt"), Time(updated, "createdAt"));

        // The same lifetime begins anew.
        var end = Time(updated, "expiresAt");
        Assert.True(Time((await PatchAsync(PathOf(status), """{"snapshotLifetime":"PT3H"}""")).Expect(HttpStatusCode.OK).Json, "expiresAt") > end);

        updated = (await PatchAsync(PathOf(status), """{"snapshotPriority":10}""")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(("PT3H", 10), ((string?)updated["snapshotLifetime"], (int?)updated["snapshotPriority"]));
        updated = (await PatchAsync(PathOf(status), """{"snapshotPriority":"urn:ngsi-ld:null"}""")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(5, (int?)updated["snapshotPriority"]);
        Assert.Equal(5, (int?)(await GetAsync(PathOf(status))).Json["snapshotPriority"]);
        foreach (var wrong in (string[])[
            $$"""{"snapshotQueries":[{{Query()}}]}""", $$"""{"snapshotTemporalQueries":[]}""", """{"snapshotPriority":0}""", """{"id":"urn:x:other"}""",
            """{"type":"Other"}""", """{"snapshotLifetime":"soon"}""", """{"colour":1}""", "[]"])
        {
            (await PatchAsync(PathOf(status), wrong)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        }
    }

    [BrokerFact, Clause("5.16.5"), Clause("6.37")]
    public async Task Deleted_it_is_gone_with_what_it_held()
    {
        await CreateAsync(One);
        var document = Document();
        var status = await FreezeAsync(document);
        await NumberAsync(In(status));
        (await DeleteAsync(PathOf(status))).Expect(HttpStatusCode.NoContent);
        (await GetAsync(PathOf(status))).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await DeleteAsync(PathOf(status))).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync($"entities/{Id}", In(status))).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        Assert.Equal(1, await NumberAsync());

        // Another one of the same id has nothing of it.
        await DeleteAsync($"entities/{Id}");
        var again = await FreezeAsync(document);
        Assert.Equal("empty", (string?)again["snapshotStatus"]);
        Assert.Equal("[]", (await GetAsync("entities", In(again))).Body);
    }

    [BrokerFact, Clause("5.16.1"), Clause("4.8"), Clause("5.2.41")]
    public async Task It_ends_when_its_lifetime_does()
    {
        await CreateAsync(One);
        var status = await FreezeAsync(Document(members: "\"snapshotLifetime\":\"PT10S\""));
        Assert.Equal(1, await NumberAsync(In(status)));
        await EventuallyAsync("the Snapshot is still there", async () => (await GetAsync(PathOf(status))).Status != HttpStatusCode.OK);
        (await GetAsync(PathOf(status))).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync($"entities/{Id}", In(status))).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("4.8"), Clause("5.2.41")]
    public async Task It_tells_when_it_was_last_used()
    {
        await CreateAsync(One);
        var status = await FreezeAsync();
        await Task.Delay(20);
        await NumberAsync(In(status));
        var used = (await GetAsync(PathOf(status))).Json;
        Assert.True(Time(used, "lastUsedAt") > Time(status, "lastUsedAt"));
        Assert.Equal(Time(status, "modifiedAt"), Time(used, "modifiedAt"));
    }

    [BrokerFact, Clause("5.16.7"), Clause("6.36"), Clause("4.9")]
    public async Task Those_that_a_query_is_about_are_purged()
    {
        await CreateAsync(Id, One, Tenant);
        var low = await FreezeAsync(Document(members: "\"snapshotPriority\":1"), Tenant);
        var high = await FreezeAsync(Document(members: "\"snapshotPriority\":9"), Tenant);
        var header = TenantHeader(Tenant);
        (await DeleteAsync($"snapshots?q={Encode("snapshotPriority<5;snapshotStatus==\"success\"")}", header)).Expect(HttpStatusCode.NoContent);
        (await GetAsync(PathOf(low), header)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync(PathOf(high), header)).Expect(HttpStatusCode.OK);
        (await DeleteAsync($"snapshots?q={Encode("snapshotPriority<5")}", header)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await DeleteAsync($"snapshots?q={Encode($"id==\"{IdOf(high)}\"")}", header)).Expect(HttpStatusCode.NoContent);
        (await GetAsync(PathOf(high), header)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerTheory, Clause("5.16.7"), Clause("6.36"), Clause("4.9")]
    [InlineData("")]
    [InlineData("?q=")]
    [InlineData("?q=((")]
    [InlineData("?q=speed>5")]
    [InlineData("?q=snapshotPriority>5;speed")]
    public async Task A_purge_needs_a_query_over_members_of_Snapshots(string query) =>
        (await DeleteAsync("snapshots" + query)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");

    [BrokerFact, Clause("5.16.7"), Clause("6.36"), Clause("6.3.5")]
    public async Task A_purge_knows_tenants_and_contexts()
    {
        var nobody = TenantHeader("nobody" + Type.ToLowerInvariant());
        (await DeleteAsync("snapshots?q=snapshotPriority>0", nobody)).ExpectError(HttpStatusCode.NotFound, "NonexistentTenant");
        (await DeleteAsync("snapshots?q=snapshotPriority>0", Link("http://localhost:9/context.jsonld")))
            .ExpectError(HttpStatusCode.GatewayTimeout, "LdContextNotAvailable");
    }

    [BrokerFact, Clause("5.5.15"), Clause("5.5.10"), Clause("6.3.14")]
    public async Task Snapshots_of_tenants_are_apart()
    {
        await CreateAsync(One);
        await CreateAsync(Id, """{"n":{"type":"Property","value":2}}""", Tenant);
        var document = Document();
        var (own, other) = (await FreezeAsync(document), await FreezeAsync(document, Tenant));
        Assert.Equal(1, await NumberAsync(In(own)));
        var answer = (await GetAsync($"entities/{Id}", ("NGSILD-Tenant", Tenant), In(other))).Expect(HttpStatusCode.OK);
        Assert.Equal(2, (int?)answer.Json["n"]!["value"]);
        Assert.Equal((Tenant, IdOf(other)), (answer.Header("NGSILD-Tenant"), answer.Header("NGSILD-Snapshot")));
        (await DeleteAsync(PathOf(own))).Expect(HttpStatusCode.NoContent);
        (await GetAsync(PathOf(other), TenantHeader(Tenant))).Expect(HttpStatusCode.OK);
        (await GetAsync($"entities/{Id}", In(own))).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    private static DateTimeOffset Time(JsonNode status, string member) =>
        DateTimeOffset.Parse((string)status[member]!, System.Globalization.CultureInfo.InvariantCulture);
}
