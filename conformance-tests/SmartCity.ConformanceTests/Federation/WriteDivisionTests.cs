using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>What of a write a source is sent, and what is left for the broker (ETSI GS CIM 009 4.3.6.1, 5.6).</summary>
public class WriteDivisionTests : FederationTest
{
    [BrokerFact, Clause("5.6.1"), Clause("4.3.6.3")]
    public async Task Exclusive_comes_before_redirect_and_that_before_inclusive()
    {
        await using var exclusive = new ScriptedSource();
        await using var redirect = new ScriptedSource();
        await using var inclusive = new ScriptedSource();
        foreach (var source in (ScriptedSource[])[exclusive, redirect, inclusive]) source.Answer("POST", "entities", SourceReply.Created($"entities/{Id}"));
        await RegisterAsync(inclusive.Url, "inclusive", operations: "createEntity");
        await RegisterAsync(redirect.Url, "redirect", attributes: "b", operations: "createEntity");
        await RegisterAsync(exclusive.Url, "exclusive", One(Id), "a", "createEntity");
        Remember($"entities/{Id}?local=true");
        (await PostAsync("entities?options=keyValues", Entity(Id, """{"a":1,"b":2,"c":3}"""))).Expect(HttpStatusCode.Created);
        Assert.Equal(["a", "b", "c"], ((ScriptedSource[])[exclusive, redirect, inclusive]).Select(source => Names(source.Only)));
        Assert.Equal("c=3", await HoldsAsync(null, Id));
    }

    [BrokerFact, Clause("5.6.1"), Clause("4.3.6.3")]
    public async Task What_redirect_sources_have_is_created_at_each_of_them_and_not_here()
    {
        await using var first = new ScriptedSource();
        await using var second = new ScriptedSource();
        foreach (var source in (ScriptedSource[])[first, second])
        {
            source.Answer("POST", "entities", SourceReply.Created($"entities/{Id}"));
            await RegisterAsync(source.Url, "redirect", operations: "createEntity");
        }

        (await PostAsync("entities?options=keyValues", Entity(Id, """{"a":1}"""))).Expect(HttpStatusCode.Created);
        Assert.Equal(("a", "a"), (Names(first.Only), Names(second.Only)));
        Assert.Equal("", await HoldsAsync(null, Id));
    }

    [BrokerFact, Clause("5.6.1"), Clause("4.3.6")]
    public async Task A_source_is_sent_no_other_types_nor_datasets()
    {
        await using var source = new ScriptedSource();
        source.Answer("POST", "entities", SourceReply.Created($"entities/{Id}"));
        await RegisterAsync(source.Url, "redirect", operations: "createEntity", members: """{"datasetId":["urn:x:1"]}""");
        Remember($"entities/{Id}?local=true");
        var members = $$"""
            {"type":["{{Type}}","{{Type}}Other"],"a":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:1"}]}
            """;
        (await PostAsync("entities", Entity(Id, members))).Expect(HttpStatusCode.Created);
        var sent = source.Only.Json;
        Assert.Equal(Type, (string?)(sent["type"] is JsonArray types ? Assert.Single(types) : sent["type"]));
        Assert.Equal("urn:x:1", (string?)(sent["a"] is JsonArray instances ? Assert.Single(instances) : sent["a"])!["datasetId"]);
        Assert.Equal("a=1", await HoldsAsync(null, Id));
    }

    [BrokerTheory, Clause("5.6.1"), Clause("4.3.6"), Clause("5.2.9"), InlineData("/x/y", true), InlineData("/x", true), InlineData("/xy", false), InlineData("/z", false)]
    public async Task A_source_is_sent_what_is_in_its_scopes(string scope, bool isItsOwn)
    {
        await using var source = new ScriptedSource();
        source.Answer("POST", "entities", SourceReply.Created($"entities/{Id}"));
        await RegisterAsync(source.Url, "redirect", operations: "createEntity", members: """{"scope":"/x"}""");
        Remember($"entities/{Id}?local=true");
        (await PostAsync("entities", Entity(Id, $$"""{"scope":"{{scope}}","a":{"type":"Property","value":1} }"""))).Expect(HttpStatusCode.Created);
        Assert.Equal(isItsOwn ? 1 : 0, source.Calls.Count);
        Assert.Equal(isItsOwn, await HeldAsync(null, Id) is null);
    }

    [BrokerTheory, Clause("5.6.1"), Clause("5.6.7"), Clause("4.3.6"), Clause("5.2.9")]
    [InlineData("[5,5]", true, "entities")]
    [InlineData("[50,5]", false, "entities")]
    [InlineData("[5,5]", true, "entityOperations/create")]
    [InlineData("[50,5]", false, "entityOperations/create")]
    public async Task A_source_is_sent_what_is_where_it_has_Entities(string coordinates, bool isItsOwn, string resource)
    {
        await using var source = new ScriptedSource();
        source.Answer("POST", "entities", SourceReply.Created($"entities/{Id}"));
        const string Square = """{"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10],[0,0]]]}""";
        await RegisterAsync(source.Url, "redirect", operations: "createEntity", members: $$"""{"location":{{Square}} }""");
        Remember($"entities/{Id}?local=true");
        var entity = Entity(Id, $$$"""{"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":{{{coordinates}}} } } }""");
        (await PostAsync(resource, resource == "entities" ? entity : $"[{entity}]")).Expect(HttpStatusCode.Created);
        Assert.Equal(isItsOwn ? 1 : 0, source.Calls.Count);
        Assert.Equal(isItsOwn, await HeldAsync(null, Id) is null);
    }

    [BrokerFact, Clause("5.6.1"), Clause("6.4")]
    public async Task What_exists_at_the_only_source_exists_already()
    {
        await using var source = new ScriptedSource();
        source.Answer("POST", "entities", SourceReply.Error(HttpStatusCode.Conflict, "AlreadyExists"));
        await RegisterAsync(source.Url, "redirect", operations: "createEntity");
        (await PostAsync("entities", Entity(Id, "{}"))).ExpectError(HttpStatusCode.Conflict, "AlreadyExists");
    }

    [BrokerFact, Clause("5.6.1"), Clause("6.4")]
    public async Task What_exists_here_is_created_elsewhere_in_part()
    {
        await using var source = new ScriptedSource();
        source.Answer("POST", "entities", SourceReply.Created($"entities/{Id}"));
        await CreateAsync("""{"c":{"type":"Property","value":1} }""");
        await RegisterAsync(source.Url, "redirect", attributes: "a", operations: "createEntity");
        var answer = (await PostAsync("entities?options=keyValues", Entity(Id, """{"a":1,"b":2}"""))).Expect(HttpStatusCode.MultiStatus);
        Assert.Equal($"/ngsi-ld/v1/entities/{Id}", answer.Location);
        var error = Assert.Single(answer.Json["errors"]!.AsArray())!;
        Assert.EndsWith("AlreadyExists", (string?)error["error"]!["type"], StringComparison.Ordinal);
        Assert.Null(error["registrationId"]);
    }

    [BrokerTheory, Clause("6.3.17"), Clause("6.3.18"), Clause("4.3.6.4"), InlineData("exclusive"), InlineData("redirect")]
    public async Task A_source_that_the_request_has_passed_is_a_loop(string mode)
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.NoContent);
        var alias = "alias" + Guid.NewGuid().ToString("N");
        await RegisterAsync(source.Url, mode, One(Id), "b", Everything, $$"""{"contextSourceAlias":"{{alias}}"}""");
        var via = ("Via", $"1.1 somebody, 1.1 {alias}");
        (await PatchAsync($"entities/{Id}/attrs/b", """{"value":1}""", "application/json", via)).Expect(HttpStatusCode.LoopDetected);
        var created = await PostAsync("entities?options=keyValues", Entity(Id, """{"a":1,"b":2}"""), "application/json", via);
        Remember($"entities/{Id}?local=true");
        Assert.Equal(508, (int)Assert.Single(created.Expect(HttpStatusCode.MultiStatus).Json["errors"]!.AsArray())!["error"]!["status"]!);
        Assert.Equal("a=1", await HoldsAsync(null, Id));
        Assert.Empty(source.Calls);
    }

    [BrokerFact, Clause("6.3.18"), Clause("5.12")]
    public async Task An_equal_source_that_the_request_has_passed_is_passed_over()
    {
        await using var source = new ScriptedSource();
        var alias = "alias" + Guid.NewGuid().ToString("N");
        await RegisterAsync(source.Url, "inclusive", operations: Everything, members: $$"""{"contextSourceAlias":"{{alias}}"}""");
        Remember($"entities/{Id}?local=true");
        (await PostAsync("entities", Entity(Id, "{}"), "application/json", ("Via", $"1.1 {alias}"))).Expect(HttpStatusCode.Created);
        Assert.Empty(source.Calls);
    }

    [BrokerTheory, Clause("6.3.17"), Clause("5.6.2"), Clause("5.6.6"), InlineData("update"), InlineData("append"), InlineData("merge"), InlineData("delete")]
    public async Task An_equal_source_need_not_have_what_is_here(string operation)
    {
        await using var source = new ScriptedSource();
        await CreateAsync("""{"a":{"type":"Property","value":1} }""");
        await RegisterAsync(source.Url, "inclusive", operations: Everything);
        (await WriteAsync(operation)).Expect(HttpStatusCode.NoContent);
        Assert.Single(source.Calls);
        Assert.Equal(operation == "delete" ? "" : "a=2", await HoldsAsync(null, Id));
    }

    [BrokerTheory, Clause("5.6.2"), Clause("5.6.6"), InlineData("update"), InlineData("append"), InlineData("merge"), InlineData("delete")]
    public async Task What_only_an_equal_source_has_need_not_be_here(string operation)
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.NoContent);
        await RegisterAsync(source.Url, "inclusive", operations: Everything);
        (await WriteAsync(operation)).Expect(HttpStatusCode.NoContent);
        Assert.Equal("", await HoldsAsync(null, Id));
    }

    [BrokerTheory, Clause("5.6.2"), Clause("5.6.6"), InlineData("update"), InlineData("append"), InlineData("merge"), InlineData("delete")]
    public async Task What_neither_an_equal_source_nor_the_broker_has_is_not_found(string operation)
    {
        await using var source = new ScriptedSource();
        await RegisterAsync(source.Url, "inclusive", operations: Everything);
        (await WriteAsync(operation)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("5.6.2"), Clause("5.12")]
    public async Task Sources_are_found_by_the_types_of_the_Entity_that_is_here()
    {
        await using var source = new ScriptedSource();
        var unknown = NewId();
        source.Answer("PATCH", $"entities/{unknown}/attrs", SourceReply.NoContent);
        await CreateAsync($$"""{"type":"{{Type}}Other","a":{"type":"Property","value":1} }""");
        await RegisterAsync(source.Url, "redirect", operations: Everything);
        (await WriteAsync("update")).Expect(HttpStatusCode.NoContent);
        Assert.DoesNotContain(source.Calls, call => call.Path.Contains(Id, StringComparison.Ordinal));
        Assert.Equal("a=2", await HoldsAsync(null, Id));
        (await PatchAsync($"entities/{unknown}/attrs", """{"a":{"type":"Property","value":2} }""")).Expect(HttpStatusCode.NoContent);
        Assert.Single(source.Asked("PATCH", $"entities/{unknown}/attrs"));
    }

    [BrokerTheory, Clause("4.3.6"), Clause("4.17"), Clause("5.6.2"), Clause("5.6.6"), InlineData("update"), InlineData("append"), InlineData("merge"), InlineData("delete")]
    public async Task A_source_is_told_types_where_it_matters_and_none_that_it_has_not_registered(string operation)
    {
        await using var one = new ScriptedSource();
        await using var other = new ScriptedSource();
        one.Always(SourceReply.NoContent);
        await RegisterAsync(one.Url, "redirect", operations: Everything);
        (await WriteAsync(operation)).Expect(HttpStatusCode.NoContent);
        (await WriteAsync(operation, $"?type={Type},{Type}Other")).Expect(HttpStatusCode.NoContent);
        await RegisterAsync(other.Url, "redirect", $"[{OwnEntities(Type + "Other")}]", operations: Everything);
        (await WriteAsync(operation)).Expect(HttpStatusCode.NoContent);
        Assert.Equal(["", Type, Type], one.Calls.Where(IsOfThis).Select(call => call.Parameter("type")));
        Assert.Equal(Type + "Other", Assert.Single(other.Calls, IsOfThis).Parameter("type"));

        bool IsOfThis(SourceCall call) => call.Path.Contains(Id, StringComparison.Ordinal);
    }

    [BrokerFact, Clause("5.6.5"), Clause("6.7")]
    public async Task The_deletion_of_an_Attribute_says_which_instances()
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.NoContent);
        await RegisterAsync(source.Url, "exclusive", One(Id), "a", "deleteAttrs");
        (await DeleteAsync($"entities/{Id}/attrs/a?datasetId=urn:x:1")).Expect(HttpStatusCode.NoContent);
        (await DeleteAsync($"entities/{Id}/attrs/a?deleteAll=true")).Expect(HttpStatusCode.NoContent);
        Assert.Equal([("urn:x:1", ""), ("", "true")], source.Calls.Select(call => (call.Parameter("datasetId"), call.Parameter("deleteAll"))));
    }

    [BrokerFact, Clause("5.6.2"), Clause("5.2.18")]
    public async Task What_a_source_says_it_has_not_written_is_passed_on()
    {
        await using var source = new ScriptedSource();
        source.Answer("PATCH", $"entities/{Id}/attrs", new SourceReply
        {
            Status = HttpStatusCode.MultiStatus,
            Body = """{"updated":["a"],"notUpdated":[{"attributeName":"b","reason":"it is sealed"}]}""",
        });
        var registration = (await RegisterAsync(source.Url, "exclusive", One(Id), "a b", Everything)).Split('/')[^1];
        var answer = await PatchAsync($"entities/{Id}/attrs", """{"a":{"type":"Property","value":1},"b":{"type":"Property","value":2} }""");
        var result = answer.Expect(HttpStatusCode.MultiStatus).Json;
        var left = Assert.Single(result["notUpdated"]!.AsArray())!;
        Assert.EndsWith("b", (string?)left["attributeName"], StringComparison.Ordinal);
        Assert.Equal(("it is sealed", registration), ((string?)left["reason"], (string?)left["registrationId"]));
        Assert.EndsWith("a", (string?)Assert.Single(result["updated"]!.AsArray()), StringComparison.Ordinal);
    }

    private Task<Answer> WriteAsync(string operation, string query = "")
    {
        const string Members = """{"a":{"type":"Property","value":2} }""";
        return operation switch
        {
            "update" => PatchAsync($"entities/{Id}/attrs{query}", Members),
            "append" => PostAsync($"entities/{Id}/attrs{query}", Members),
            "merge" => PatchAsync($"entities/{Id}{query}", Members),
            _ => DeleteAsync($"entities/{Id}{query}"),
        };
    }

    private static string Names(SourceCall call) =>
        string.Join(' ', call.Json.AsObject().Select(member => member.Key).Where(name => name is not ("id" or "type" or "@context")));
}
