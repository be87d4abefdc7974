using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>
/// Purges of Entities that are at several places (ETSI GS CIM 009 5.6.21.4, 4.3.6.7, 6.4.3.3): what is meant is decided by the Entity that is put
/// together, unless none is split.
/// </summary>
public class DistributedPurgeTests : FederationTest
{
    private const string Filter = "&q=a==1;b==2";

    public static TheoryData<string, string, string, string, string> Rows()
    {
        var rows = new TheoryData<string, string, string, string, string>();
        foreach (var mode in (string[])["inclusive", "exclusive", "redirect"])
        {
            // All is gone, but for what does not match as a whole.
            rows.Add(mode, Filter, "", "", "a=1|b=3");
            rows.Add(mode, Filter + "&drop=b", "a=1", "", "a=1|b=3");
            rows.Add(mode, Filter + "&drop=a,b", "", "", "a=1|b=3");
            rows.Add(mode, Filter + "&keep=a", "a=1", "", "a=1|b=3");
            rows.Add(mode, Filter + "&keep=b", "", "b=2", "a=1|b=3");
            // No place has both.
            rows.Add(mode, Filter + "&splitEntities=false", "a=1", "b=2", "a=1|b=3");
            rows.Add(mode, "&q=b==2", "", "", "a=1|b=3");
            rows.Add(mode, "&q=a==1", "", "", "|");
        }

        return rows;
    }

    [PeerTheory, MemberData(nameof(Rows)), Clause("5.6.21"), Clause("4.3.6"), Clause("4.3.6.7"), Clause("6.4")]
    public async Task What_is_split_is_purged_by_what_it_is_as_a_whole(string mode, string query, string here, string there, string other)
    {
        var otherId = NewId();
        foreach (var (id, b) in (IEnumerable<(string, int)>)[(Id, 2), (otherId, 3)])
        {
            (await PostAsync("entities?local=true", Entity(id, """{"a":{"type":"Property","value":1} }"""))).Expect(HttpStatusCode.Created);
            await CreateAtAsync(Second, id, $$$"""{"b":{"type":"Property","value":{{{b}}}} }""");
            if (mode == "exclusive") await RegisterAsync(Second, mode, One(id), "b", Everything);
        }

        if (mode != "exclusive") await RegisterAsync(Second, mode, null, "b", Everything);
        (await DeleteAsync($"entities?type={Type}{query}")).Expect(HttpStatusCode.NoContent);
        Assert.Equal(
            (here, there, other),
            (await HoldsAsync(null, Id), await HoldsAsync(Second, Id), $"{await HoldsAsync(null, otherId)}|{await HoldsAsync(Second, otherId)}"));
    }

    [PeerTheory, Clause("5.6.21"), Clause("4.5.5"), InlineData("", "a=1"), InlineData("&splitEntities=false", "")]
    public async Task What_is_newer_elsewhere_decides(string query, string here)
    {
        (await PostAsync("entities?local=true", Entity(Id, """{"a":{"type":"Property","value":1,"observedAt":"2026-01-01T00:00:00Z"} }"""))).Expect(HttpStatusCode.Created);
        await CreateAtAsync(Second, Id, """{"a":{"type":"Property","value":2,"observedAt":"2026-02-01T00:00:00Z"} }""");
        await RegisterAsync(Second, "inclusive", null, null, Everything);
        (await DeleteAsync($"entities?type={Type}&q=a==1{query}")).Expect(HttpStatusCode.NoContent);
        Assert.Equal((here, "a=2"), (await HoldsAsync(null, Id), await HoldsAsync(Second, Id)));
    }

    [PeerFact, Clause("5.6.21"), Clause("4.19"), Clause("4.10")]
    public async Task Scopes_and_places_are_those_of_the_whole()
    {
        (await PostAsync("entities?local=true", Entity(Id, """{"scope":"/x","a":{"type":"Property","value":1} }"""))).Expect(HttpStatusCode.Created);
        await CreateAtAsync(Second, Id, """{"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[5,5]} } }""");
        await RegisterAsync(Second, "inclusive", null, "location", Everything);
        const string Near = "&georel=near;maxDistance==1000&geometry=Point&coordinates=";
        (await DeleteAsync($"entities?type={Type}&scopeQ=/x{Near}[6,6]")).Expect(HttpStatusCode.NoContent);
        Assert.NotEqual("", await HoldsAsync(Second, Id));
        (await DeleteAsync($"entities?type={Type}&scopeQ=/x{Near}[5,5]")).Expect(HttpStatusCode.NoContent);
        Assert.Equal(("", ""), (await HoldsAsync(null, Id), await HoldsAsync(Second, Id)));
    }

    [BrokerFact, Clause("5.6.21"), Clause("4.3.6")]
    public async Task A_source_of_parts_is_told_which_Entities_are_meant()
    {
        await using var source = new ScriptedSource();
        var other = NewId();
        source.Answer("GET", "entities", SourceReply.Json($"[{Entity(Id, B(2))},{Entity(other, B(3))}]")).Answer("DELETE", "entities", SourceReply.NoContent);
        await RegisterAsync(source.Url, "redirect", null, "b", Everything);
        await CreateHereAsync(Id);
        await CreateHereAsync(other);
        (await DeleteAsync($"entities?type={Type}{Filter}")).Expect(HttpStatusCode.NoContent);
        var call = Assert.Single(source.Asked("DELETE", "entities"));
        Assert.Equal((Id, Type, ""), (call.Parameter("id"), call.Parameter("type"), call.Parameter("q")));
        Assert.Equal(("", "a=1"), (await HoldsAsync(null, Id), await HoldsAsync(null, other)));
    }

    [BrokerTheory, Clause("5.6.21"), Clause("6.4")]
    [InlineData("redirect", null, Everything)]
    [InlineData("redirect", "a b", Everything)]
    [InlineData("inclusive", null, "purgeEntity")]
    [InlineData("inclusive", "a b", Everything)]
    public async Task What_a_source_alone_has_or_cannot_tell_it_filters_itself(string mode, string? attributes, string operations)
    {
        await using var source = new ScriptedSource();
        source.Answer("DELETE", "entities", SourceReply.NoContent);
        await RegisterAsync(source.Url, mode, null, attributes, operations);
        (await DeleteAsync($"entities?type={Type}{Filter}&georel=near;maxDistance==5&geometry=Point&coordinates=[1,2]&scopeQ=/x")).Expect(HttpStatusCode.NoContent);
        var call = Assert.Single(source.Asked("DELETE", "entities"));
        Assert.Equal((Type, "a==1;b==2", "near;maxDistance==5", "Point", "[1,2]", "/x"), (
            call.Parameter("type"), call.Parameter("q"), call.Parameter("georel"), call.Parameter("geometry"), call.Parameter("coordinates"), call.Parameter("scopeQ")));
        if (attributes is null) Assert.Empty(source.Asked("GET", "entities"));
    }

    public static TheoryData<string, string, bool> Answers()
    {
        var rows = new TheoryData<string, string, bool>();
        foreach (var mode in (string[])["inclusive", "exclusive", "redirect"])
        {
            foreach (var behaviour in SourceBehaviours.All)
            {
                rows.Add(mode, behaviour, true);
                rows.Add(mode, behaviour, false);
            }
        }

        return rows;
    }

    [BrokerTheory, MemberData(nameof(Answers)), Clause("5.6.21"), Clause("6.3.17"), Clause("6.4"), Clause("5.2.16"), Clause("5.2.17")]
    public async Task What_a_source_does_not_purge_is_told(string mode, string behaviour, bool isPartHere)
    {
        await using var source = new ScriptedSource();
        var management = behaviour == SourceBehaviours.Late ? $$"""{"management":{"timeout":{{SourceBehaviours.Timeout}}} }""" : "{}";
        var registration = (await RegisterAsync(source.Play(behaviour, Id), mode, One(Id), "b", Everything, management)).Split('/')[^1];
        if (isPartHere) await CreateHereAsync(Id);
        var answer = await DeleteAsync($"entities?type={Type}");
        // That a source has nothing to purge is no failure.
        var isFailure = behaviour is not (SourceBehaviours.Success or SourceBehaviours.Missing);
        if (!isFailure)
        {
            answer.Expect(HttpStatusCode.NoContent);
        }
        else if (isPartHere || behaviour == SourceBehaviours.Partial)
        {
            var result = answer.Expect(HttpStatusCode.MultiStatus).Json;
            var error = Assert.Single(result["errors"]!.AsArray())!;
            Assert.Equal((Id, registration), ((string?)error["entityId"], (string?)error["registrationId"]));
            Assert.Equal(isPartHere ? [Id] : [], result["success"]!.AsArray().Select(id => (string?)id));
        }
        else
        {
            Assert.Contains(answer.Status, SourceBehaviours.Alone(behaviour, creates: false, HttpStatusCode.NoContent));
        }

        Assert.Equal("", await HoldsAsync(null, Id));
        if (behaviour is SourceBehaviours.Dead or SourceBehaviours.Late) return;
        var call = Assert.Single(source.Calls, call => call.ToString().Contains(Id, StringComparison.Ordinal));
        Assert.Equal(("DELETE", "/ngsi-ld/v1/entities", Id, Type), (call.Method, call.Path, call.Parameter("id"), call.Parameter("type")));
    }

    /// <summary>Other operations, by which the same could be reached, are not what the standard asks for (5.6.21.4).</summary>
    [BrokerTheory, Clause("5.6.21"), Clause("4.20")]
    [InlineData("redirect", "deleteEntity deleteAttrs queryEntity", HttpStatusCode.Conflict)]
    [InlineData("exclusive", "deleteEntity deleteAttrs queryEntity", HttpStatusCode.Conflict)]
    [InlineData("inclusive", "deleteEntity deleteAttrs queryEntity", HttpStatusCode.NoContent)]
    [InlineData("auxiliary", "retrieveOps", HttpStatusCode.NoContent)]
    public async Task A_source_that_offers_no_purge_is_not_asked_to_delete(string mode, string operations, HttpStatusCode alone)
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.NoContent).Answer("GET", "entities", SourceReply.Json($"[{Entity(Id, B(2))}]"));
        var registration = (await RegisterAsync(source.Url, mode, One(Id), "b", operations)).Split('/')[^1];
        (await DeleteAsync($"entities?type={Type}")).Expect(alone);
        await CreateHereAsync(Id);
        var answer = await DeleteAsync($"entities?type={Type}{Filter}");
        Assert.Equal("", await HoldsAsync(null, Id));
        Assert.DoesNotContain(source.Calls, call => call.Method == "DELETE");
        if (alone != HttpStatusCode.Conflict)
        {
            answer.Expect(HttpStatusCode.NoContent);
            return;
        }

        var error = Assert.Single(answer.Expect(HttpStatusCode.MultiStatus).Json["errors"]!.AsArray())!;
        Assert.Equal(registration, (string?)error["registrationId"]);
        Assert.EndsWith("/Conflict", (string?)error["error"]!["type"], StringComparison.Ordinal);
        Assert.StartsWith("urn:", (string?)error["entityId"], StringComparison.Ordinal);
    }

    private Task<Answer> CreateHereAsync(string id) => PostAsync("entities?local=true", Entity(id, """{"a":{"type":"Property","value":1} }"""));

    private static string B(int value) => new JsonObject { ["b"] = new JsonObject { ["type"] = "Property", ["value"] = value } }.ToJsonString();
}
