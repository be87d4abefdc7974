using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>Sources behind sources, and sources that come back (ETSI GS CIM 009 4.3.6.4, 5.12, 6.3.17, 6.3.18).</summary>
public class ChainTests : FederationTest
{
    private static string Value(string name, int value) => $$"""{"{{name}}":{"type":"Property","value":{{value}}} }""";

    private async Task<string> AliasAsync(string broker, string? tenant = null) =>
        (string)(await GetAsync(At(broker, "info/sourceIdentity"), TenantHeader(tenant))).Expect(HttpStatusCode.OK).Json["contextSourceAlias"]!;

    private Task RegisterOneAtAsync(
        string broker, string endpoint, string mode = "inclusive", string? attributes = null, string? operations = Everything, string members = "{}") =>
        RegisterAtAsync(broker, Registration(endpoint, mode, One(Id), attributes, operations, members));

    private static string[] Via(SourceCall call) =>
        [.. call.Header("Via").Split(',', StringSplitOptions.TrimEntries).Select(hop => hop.Split(' ')[1])];

    [PeerTheory(3), Clause("4.3.6"), Clause("5.7.1"), InlineData("inclusive"), InlineData("redirect")]
    public async Task A_chain_of_brokers_is_read_and_written_to_its_end(string mode)
    {
        await RegisterAsync(Second, mode, One(Id), "c", Everything);
        await RegisterOneAtAsync(Second, Third, mode, "c");
        await CreateAtAsync(Third, Id, Value("c", 3));
        Assert.Equal("c=3", await SeesAsync(Id));
        Assert.Single((await GetAsync($"entities?type={Type}")).Expect(HttpStatusCode.OK).Json.AsArray());
        if (mode == "inclusive") return;
        (await PatchAsync($"entities/{Id}", Value("c", 4))).Expect(HttpStatusCode.NoContent);
        Assert.Equal(("", "", "c=4"), (await HoldsAsync(null, Id), await HoldsAsync(Second, Id), await HoldsAsync(Third, Id)));
        (await DeleteAsync($"entities/{Id}")).Expect(HttpStatusCode.NoContent);
        Assert.Null(await HeldAsync(Third, Id));
    }

    [PeerFact(3), Clause("5.5.13"), Clause("5.2.34"), Clause("4.3.6.4")]
    public async Task A_registration_may_end_the_chain()
    {
        await RegisterAsync(Second, "inclusive", One(Id), null, Everything, """{"management":{"localOnly":true} }""");
        await RegisterOneAtAsync(Second, Third);
        (await PostAsync(At(Second, "entities?local=true"), Entity(Id, Value("b", 2)))).Expect(HttpStatusCode.Created);
        (await PostAsync(At(Third, "entities?local=true"), Entity(Id, Value("c", 3)))).Expect(HttpStatusCode.Created);
        Assert.Equal("b=2", await SeesAsync(Id));
        Assert.Equal("b=2 c=3", Values((await GetAsync(At(Second, $"entities/{Id}?format=keyValues"))).Expect(HttpStatusCode.OK).Json));
    }

    [PeerTheory(3), Clause("4.3.6.4"), Clause("5.12"), Clause("6.3.18"), InlineData(true), InlineData(false)]
    public async Task A_ring_of_equals_gives_each_Entity_once(bool withAlias)
    {
        // first -> second -> third -> first
        async Task<string> MembersAsync(string broker) =>
            withAlias ? new JsonObject { ["contextSourceAlias"] = await AliasAsync(broker) }.ToJsonString() : "{}";
        await RegisterAsync(Second, "inclusive", One(Id), null, Everything, await MembersAsync(Second));
        await RegisterOneAtAsync(Second, Third, members: await MembersAsync(Third));
        await RegisterOneAtAsync(Third, Target.Url!, members: await MembersAsync(Target.Url!));
        (await PostAsync("entities?local=true", Entity(Id, Value("a", 1)))).Expect(HttpStatusCode.Created);
        (await PostAsync(At(Second, "entities?local=true"), Entity(Id, Value("b", 2)))).Expect(HttpStatusCode.Created);
        (await PostAsync(At(Third, "entities?local=true"), Entity(Id, Value("c", 3)))).Expect(HttpStatusCode.Created);
        foreach (var broker in (string[])[Target.Url!, Second, Third])
        {
            Assert.Equal("a=1 b=2 c=3", Values((await GetAsync(At(broker, $"entities/{Id}?format=keyValues"))).Expect(HttpStatusCode.OK).Json));
            var found = (await GetAsync(At(broker, $"entities?type={Type}&format=keyValues&count=true"))).Expect(HttpStatusCode.OK);
            Assert.Equal("a=1 b=2 c=3", Values(Assert.Single(found.Json.AsArray())!));
            Assert.Equal("1", found.Header("NGSILD-Results-Count"));
        }
    }

    [PeerTheory, Clause("6.3.17"), Clause("6.3.18"), InlineData(true), InlineData(false)]
    public async Task Two_that_send_to_each_other_what_neither_has_are_a_loop(bool withAlias)
    {
        var members = withAlias ? new JsonObject { ["contextSourceAlias"] = await AliasAsync(Target.Url!) }.ToJsonString() : "{}";
        await RegisterAsync(Second, "exclusive", One(Id), "b", Everything);
        await RegisterOneAtAsync(Second, Target.Url!, "exclusive", "b", members: members);
        (await PatchAsync($"entities/{Id}", Value("b", 1))).Expect(HttpStatusCode.LoopDetected);
        Assert.Null(await HeldAsync(null, Id));
        Assert.Null(await HeldAsync(Second, Id));
    }

    [BrokerFact, Clause("6.3.18"), Clause("5.12"), Clause("4.3.6.4")]
    public async Task Each_request_names_the_brokers_that_it_has_passed()
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, Value("b", 2)));
        source.Answer("PATCH", $"entities/{Id}", SourceReply.NoContent);
        var alias = await AliasAsync(Target.Url!);
        await RegisterAsync(source.Url, "inclusive", null, null, Everything);
        await GetAsync($"entities/{Id}");
        Assert.Equal([alias], Via(source.Calls[^1]));
        await GetAsync($"entities?type={Type}", ("Via", "1.1 before-us, 1.1 just-before"));
        Assert.Equal(["before-us", "just-before", alias], Via(source.Calls[^1]));
        await PatchAsync($"entities/{Id}", Value("b", 1), "application/json", ("Via", "1.1 before-us"));
        Assert.Equal(["before-us", alias], Via(source.Asked("PATCH")[0]));
    }

    [BrokerFact, Clause("6.3.18"), Clause("5.12")]
    public async Task A_source_that_the_request_has_passed_is_not_asked_again()
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, Value("b", 2)));
        await RegisterAsync(source.Url, "inclusive", null, null, Everything, """{"contextSourceAlias":"the-source"}""");
        (await PostAsync("entities?local=true", Entity(Id, Value("a", 1)))).Expect(HttpStatusCode.Created);
        var via = ("Via", "1.1 other, HTTP/1.1 the-source (comment)");
        Assert.Equal("a=1", await SeesAsync(Id, "", via));
        Assert.Single((await GetAsync($"entities?type={Type}", via)).Expect(HttpStatusCode.OK).Json.AsArray());
        (await PatchAsync($"entities/{Id}", Value("b", 1), "application/json", via)).Expect(HttpStatusCode.NoContent);
        Assert.Empty(source.Calls);
        Assert.Equal("a=1 b=2", (await SeesAsync(Id, "", ("Via", "1.1 the-source-2"))).Replace("b=1", "b=2", StringComparison.Ordinal));
    }

    [BrokerFact, Clause("6.3.17"), Clause("6.3.18")]
    public async Task An_only_source_that_the_request_has_passed_is_a_loop()
    {
        await using var source = new ScriptedSource();
        await RegisterAsync(source.Url, "exclusive", One(Id), "b", Everything, """{"contextSourceAlias":"the-source"}""");
        var via = ("Via", "1.1 the-source");
        (await PatchAsync($"entities/{Id}", Value("b", 1), "application/json", via)).Expect(HttpStatusCode.LoopDetected);
        Assert.Empty(source.Calls);
        Assert.Null(await HeldAsync(null, Id));
    }

    [PeerFact, Clause("4.3.6"), Clause("4.14"), Clause("6.3.18")]
    public async Task Tenants_of_one_broker_are_sources_of_their_own()
    {
        var (here, there) = (Tenant, "u" + Type.ToLowerInvariant());
        await CreateAsync(NewId(), "{}", here);
        await CreateAtAsync(Target.Url!, Id, Value("b", 2), there);
        await RegisterAsync(
            Target.Url!, "inclusive", One(Id), null, Everything,
            new JsonObject { ["tenant"] = there, ["contextSourceAlias"] = await AliasAsync(Target.Url!, there) }.ToJsonString(), here);
        var read = await GetAsync($"entities/{Id}?format=keyValues", TenantHeader(here));
        Assert.Equal("b=2", Values(read.Expect(HttpStatusCode.OK).Json));
        (await GetAsync($"entities/{Id}")).Expect(HttpStatusCode.NotFound);
    }
}
