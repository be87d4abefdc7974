using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>One Entity, put together from here and from a source in each mode (ETSI GS CIM 009 5.7.1, 4.5.5).</summary>
public class RetrieveMatrixTests : FederationTest
{
    private static string Property(string name, object value, string? observedAt = null) =>
        observedAt is null
            ? $$"""{"{{name}}":{"type":"Property","value":{{value}}} }"""
            : $$"""{"{{name}}":{"type":"Property","value":{{value}},"observedAt":"{{observedAt}}"} }""";

    private async Task HoldHereAsync(string members) =>
        (await PostAsync("entities?local=true", Entity(Id, members))).Expect(HttpStatusCode.Created);

    [PeerTheory, Clause("5.7.1"), Clause("4.3.6"), Clause("5.7.2")]
    [InlineData("inclusive", "b", "a=1 b=3")]
    [InlineData("inclusive", null, "a=1 b=3 c=4")]
    [InlineData("exclusive", "b", "a=1 b=3")]
    [InlineData("redirect", "b", "a=1 b=3")]
    [InlineData("auxiliary", "b", "a=1 b=3")]
    [InlineData("auxiliary", null, "a=1 b=3 c=4")]
    public async Task What_is_registered_is_added_and_nothing_else(string mode, string? attributes, string seen)
    {
        await RegisterAsync(Second, mode, One(Id), attributes, "retrieveOps");
        await CreateAtAsync(Second, Id, """{"b":{"type":"Property","value":3},"c":{"type":"Property","value":4} }""");
        await HoldHereAsync(Property("a", 1));
        Assert.Equal(seen, await SeesAsync(Id));
        var found = Assert.Single((await GetAsync($"entities?type={Type}&format=keyValues")).Expect(HttpStatusCode.OK).Json.AsArray());
        Assert.Equal(seen, Values(found!));
        Assert.Equal("a=1", await SeesAsync(Id, "&local=true"));
    }

    [PeerTheory, Clause("4.5.5"), Clause("5.7.1"), Clause("4.3.6.2")]
    [InlineData("inclusive", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "b=3")]
    [InlineData("inclusive", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", "b=2")]
    [InlineData("auxiliary", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "b=2")]
    public async Task Of_one_Attribute_at_two_places_the_latest_is_given_but_an_auxiliary_never_overrides(
        string mode, string here, string there, string seen)
    {
        await RegisterAsync(Second, mode, null, null, "retrieveOps");
        await CreateAtAsync(Second, Id, Property("b", 3, there));
        await HoldHereAsync(Property("b", 2, here));
        Assert.Equal(seen, await SeesAsync(Id));
        Assert.Equal(seen, Values((await GetAsync($"entities?type={Type}&format=keyValues")).Expect(HttpStatusCode.OK).Json[0]!));
    }

    [PeerFact(3), Clause("4.5.5"), Clause("5.7.1")]
    public async Task Instances_of_several_sources_stand_side_by_side_by_their_datasetIds()
    {
        await RegisterAsync(Second);
        await RegisterAsync(Third);
        await CreateAtAsync(Second, Id, """{"b":{"type":"Property","value":2,"datasetId":"urn:d:2"} }""");
        await CreateAtAsync(Third, Id, """{"b":{"type":"Property","value":3,"datasetId":"urn:d:3"} }""");
        await HoldHereAsync("""{"b":{"type":"Property","value":1} }""");
        var values = (await ReadAsync()).AsObject()["b"]!.AsArray().Select(instance => (int)instance!["value"]!).Order();
        Assert.Equal([1, 2, 3], values);
        Assert.Equal(3, (int?)(await ReadAsync(null, "?datasetId=urn:d:3"))["b"]!["value"]);
    }

    [PeerFact(3), Clause("4.3.6.3"), Clause("5.7.1")]
    public async Task Several_redirects_to_one_Entity_are_put_together()
    {
        await RegisterAsync(Second, "redirect");
        await RegisterAsync(Third, "redirect");
        await CreateAtAsync(Second, Id, Property("b", 2));
        await CreateAtAsync(Third, Id, Property("c", 3));
        Assert.Equal("b=2 c=3", await SeesAsync(Id));
        Assert.Null(await HeldAsync(null, Id));
    }

    [PeerTheory, Clause("5.7.1"), Clause("4.20"), InlineData("updateOps"), InlineData("queryEntity"), InlineData("createEntity")]
    public async Task A_source_that_does_not_offer_retrieval_is_not_asked(string operations)
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, Property("b", 2)));
        await RegisterAsync(source.Url, "inclusive", null, null, operations);
        await HoldHereAsync(Property("a", 1));
        Assert.Equal("a=1", await SeesAsync(Id));
        Assert.Empty(source.Calls);
    }

    [BrokerTheory, Clause("5.7.1"), Clause("5.12")]
    [InlineData("pick=b", 1)]
    [InlineData("pick=a", 0)]
    [InlineData("pick=a,b", 1)]
    public async Task Only_sources_of_the_wanted_Attributes_are_asked(string query, int asked)
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, Property("b", 2)));
        await RegisterAsync(source.Url, "inclusive", null, "b");
        await HoldHereAsync(Property("a", 1));
        await GetAsync($"entities/{Id}?{query}");
        Assert.True(asked == source.Calls.Count, string.Join('\n', source.Calls));
    }

    [BrokerFact, Clause("5.12"), Clause("5.7.1")]
    public async Task What_no_registration_is_about_is_asked_of_nobody()
    {
        await using var source = new ScriptedSource();
        await RegisterAsync(source.Url, "inclusive", One(NewId()));
        await RegisterAsync(source.Url, "inclusive", $"[{OwnEntities(Type + "Other")}]");
        await RegisterAsync(source.Url, "inclusive", $$"""[{"type":"{{Type}}","idPattern":"^urn:nobody:{{Type}}"}]""");
        await HoldHereAsync(Property("a", 1));
        Assert.Equal("a=1", await SeesAsync(Id, $"&type={Type}"));
        Assert.Empty(source.Calls);
    }

    [BrokerFact, Clause("4.3.6"), Clause("5.7.1")]
    public async Task A_source_cannot_bring_in_Attributes_that_it_did_not_register()
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, """{"a":{"type":"Property","value":666,"observedAt":"2030-01-01T00:00:00Z"},"b":{"type":"Property","value":2} }"""));
        await RegisterAsync(source.Url, "inclusive", One(Id), "b");
        await HoldHereAsync(Property("a", 1));
        Assert.Equal("a=1 b=2", await SeesAsync(Id));
        Assert.Equal("a=1 b=2", Values((await GetAsync($"entities?type={Type}&format=keyValues")).Expect(HttpStatusCode.OK).Json[0]!));
    }

    [BrokerFact, Clause("4.3.6"), Clause("5.7.2")]
    public async Task A_source_cannot_bring_in_Entities_that_it_did_not_register()
    {
        await using var source = new ScriptedSource();
        var other = NewId();
        source.Answer("GET", "entities", SourceReply.Json($"[{Entity(Id, Property("b", 2))},{Entity(other, Property("b", 3))}]"));
        await RegisterAsync(source.Url, "inclusive", One(Id));
        var found = (await GetAsync($"entities?type={Type}")).Expect(HttpStatusCode.OK).Json.AsArray();
        Assert.Equal(Id, (string?)Assert.Single(found)!["id"]);
    }

    [BrokerFact, Clause("5.7.1"), Clause("4.5.5"), Clause("4.22")]
    public async Task What_has_expired_at_its_source_is_not_given()
    {
        await using var source = new ScriptedSource();
        source.Holds(Id, Entity(Id, """{"expiresAt":"2020-01-01T00:00:00Z","b":{"type":"Property","value":2} }"""));
        await RegisterAsync(source.Url);
        await HoldHereAsync(Property("a", 1));
        Assert.Equal("a=1", await SeesAsync(Id));
        Assert.Equal("a=1", Values((await GetAsync($"entities?type={Type}&format=keyValues")).Expect(HttpStatusCode.OK).Json[0]!));
    }

    [PeerFact, Clause("5.7.1"), Clause("5.2.9")]
    public async Task A_registration_that_is_gone_is_asked_no_more()
    {
        var registration = await RegisterAsync(Second);
        await CreateAtAsync(Second, Id, Property("b", 2));
        Assert.Equal("b=2", await SeesAsync(Id));
        (await DeleteAsync(registration)).Expect(HttpStatusCode.NoContent);
        (await GetAsync($"entities/{Id}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [PeerFact, Clause("5.7.1"), Clause("4.8")]
    public async Task System_attributes_come_with_what_the_source_holds()
    {
        await RegisterAsync(Second);
        await CreateAtAsync(Second, Id, Property("b", 2));
        var members = await ReadAsync(null, "?options=sysAttrs");
        Assert.NotNull(members["createdAt"]);
        Assert.NotNull(members["b"]!["modifiedAt"]);
        Assert.Null((await ReadAsync())["createdAt"]);
    }
}
