using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>What a client is told where a source fails or does not offer a write (ETSI GS CIM 009 6.3.17, 5.6).</summary>
public class WriteFailureTests : FederationTest
{
    private const string A = """{"a":{"type":"Property","value":1} }""";

    private const string B = """{"b":{"type":"Property","value":20} }""";

    private const string Both = """{"a":{"type":"Property","value":10},"b":{"type":"Property","value":20} }""";

    public static TheoryData<string, string> Writes()
    {
        var rows = new TheoryData<string, string>();
        foreach (var operation in (string[])["create", "merge", "replace", "append", "update", "partial update", "replace attribute", "delete attribute"])
        {
            rows.Add(operation, "exclusive");
            rows.Add(operation, "redirect");
        }

        return rows;
    }

    public static TheoryData<string, string> Changes()
    {
        var rows = new TheoryData<string, string>();
        foreach (var row in Writes().Where(row => (string)row[0] != "create")) rows.Add((string)row[0], (string)row[1]);
        return rows;
    }

    private Task<Answer> WriteAsync(string operation, string members) => operation switch
    {
        "create" => PostAsync("entities", Entity(Id, members)),
        "merge" => PatchAsync($"entities/{Id}", members),
        "replace" => PutAsync($"entities/{Id}", Entity(Id, members)),
        "append" => PostAsync($"entities/{Id}/attrs", members),
        "update" => PatchAsync($"entities/{Id}/attrs", members),
        "partial update" => PatchAsync($"entities/{Id}/attrs/b", """{"value":20}"""),
        "replace attribute" => PutAsync($"entities/{Id}/attrs/b", """{"type":"Property","value":20}"""),
        "delete attribute" => DeleteAsync($"entities/{Id}/attrs/b"),
        "delete" => DeleteAsync($"entities/{Id}"),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "no operation"),
    };

    [BrokerTheory, MemberData(nameof(Writes)), Clause("4.20"), Clause("5.6.1"), Clause("5.6.17"), Clause("5.6.18"), Clause("5.6.19")]
    public async Task What_the_only_source_does_not_offer_is_a_conflict(string operation, string mode)
    {
        await using var source = new ScriptedSource();
        await RegisterAsync(source.Url, mode, One(Id), "b", "retrieveOps");
        (await WriteAsync(operation, B)).ExpectError(HttpStatusCode.Conflict, "Conflict");
        Assert.DoesNotContain(source.Calls, call => call.Method != "GET");
        Assert.Equal("", await HoldsAsync(null, Id));
    }

    [BrokerTheory, MemberData(nameof(Writes)), Clause("6.3.17")]
    public async Task An_error_of_the_only_source_is_a_bad_gateway(string operation, string mode)
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.Of(HttpStatusCode.InternalServerError));
        await RegisterAsync(source.Url, mode, One(Id), "b", Everything);
        (await WriteAsync(operation, B)).Expect(HttpStatusCode.BadGateway);
    }

    [BrokerTheory, Clause("6.3.17"), Clause("5.2.17"), Clause("5.6.1"), Clause("5.6.6"), Clause("5.6.17"), Clause("5.6.18")]
    [InlineData("create", "AlreadyExists", HttpStatusCode.Conflict)]
    [InlineData("create", "InternalError", HttpStatusCode.BadGateway)]
    [InlineData("merge", "ResourceNotFound", HttpStatusCode.NotFound)]
    [InlineData("merge", "InternalError", HttpStatusCode.BadGateway)]
    [InlineData("merge", "Conflict", HttpStatusCode.Conflict)]
    [InlineData("replace", "InternalError", HttpStatusCode.BadGateway)]
    [InlineData("delete", "NonexistentTenant", HttpStatusCode.BadGateway)]
    public async Task What_has_failed_behind_the_only_source_is_told_as_an_error_of_that_source(string operation, string error, HttpStatusCode told)
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.Json($$$"""
            {"success":[],"errors":[{"entityId":"{{{Id}}}","error":{"type":"https://uri.etsi.org/ngsi-ld/errors/{{{error}}}","title":"behind it"} }]}
            """) with { Status = HttpStatusCode.MultiStatus });
        await RegisterAsync(source.Url, "exclusive", One(Id), "b", Everything);
        var answer = (await WriteAsync(operation, B)).Expect(told);
        Assert.Contains("behind it", (string)answer.Json["detail"]!, StringComparison.Ordinal);
    }

    [BrokerTheory, Clause("6.3.17"), Clause("5.2.17"), Clause("5.6.17"), Clause("5.6.20")]
    [InlineData("merge", 508, 508)]
    [InlineData("merge", 504, 504)]
    [InlineData("merge", 500, 502)]
    [InlineData("batch merge", 508, 508)]
    [InlineData("batch merge", 504, 504)]
    [InlineData("batch merge", 502, 502)]
    [InlineData("batch merge", 500, 502)]
    public async Task What_has_failed_behind_a_source_is_told_by_its_status(string operation, int status, int told)
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.Json($$$"""
            {"success":[],"errors":[{"entityId":"{{{Id}}}","error":{"type":"https://uri.etsi.org/ngsi-ld/errors/InternalError","title":"behind it","status":{{{status}}}} }]}
            """) with { Status = HttpStatusCode.MultiStatus });
        await CreateAsync(A);
        await RegisterAsync(source.Url, "exclusive", One(Id), "b", Everything + " mergeBatch");
        var answer = operation == "merge"
            ? await WriteAsync("merge", Both)
            : await PostAsync("entityOperations/merge", $"[{Entity(Id, Both)}]");
        var error = Assert.Single(answer.Expect(HttpStatusCode.MultiStatus).Json["errors"]!.AsArray())!["error"]!;
        Assert.Equal(told, (int?)error["status"]);
        Assert.EndsWith("/InternalError", (string?)error["type"], StringComparison.Ordinal);
    }

    [BrokerTheory, MemberData(nameof(Changes)), Clause("6.3.17")]
    public async Task A_source_without_the_Entity_is_not_found(string operation, string mode)
    {
        await using var source = new ScriptedSource();
        await RegisterAsync(source.Url, mode, One(Id), "b", Everything);
        (await WriteAsync(operation, B)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerTheory, Clause("6.3.17"), Clause("5.2.34"), InlineData("merge"), InlineData("partial update"), InlineData("create")]
    public async Task An_only_source_that_is_late_is_a_gateway_timeout(string operation)
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.NoContent with { Delay = TimeSpan.FromSeconds(20) });
        await RegisterAsync(source.Url, "exclusive", One(Id), "b", Everything, """{"management":{"timeout":300} }""");
        (await WriteAsync(operation, B)).Expect(HttpStatusCode.GatewayTimeout);
    }

    [BrokerFact, Clause("6.3.17")]
    public async Task An_only_source_that_is_dead_is_a_gateway_error()
    {
        await RegisterAsync($"http://localhost:{Listening.FreePort()}", "exclusive", One(Id), "b", Everything);
        Assert.Contains((await WriteAsync("merge", B)).Status, (HttpStatusCode[])[HttpStatusCode.GatewayTimeout, HttpStatusCode.BadGateway]);
    }

    [BrokerTheory, Clause("6.3.17"), Clause("5.2.17"), Clause("5.6.1"), Clause("5.6.17"), Clause("5.6.18")]
    [InlineData("create", "exclusive")]
    [InlineData("create", "redirect")]
    [InlineData("create", "inclusive")]
    [InlineData("merge", "exclusive")]
    [InlineData("merge", "redirect")]
    [InlineData("merge", "inclusive")]
    [InlineData("replace", "exclusive")]
    [InlineData("replace", "redirect")]
    [InlineData("replace", "inclusive")]
    [InlineData("delete", "inclusive")]
    public async Task A_part_that_fails_makes_several_results_which_name_the_registration(string operation, string mode)
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.Of(HttpStatusCode.InternalServerError));
        var registration = (await RegisterAsync(source.Url, mode, One(Id), "b", Everything)).Split('/')[^1];
        if (operation != "create") (await PostAsync("entities?local=true", Entity(Id, A))).Expect(HttpStatusCode.Created);
        var answer = (await WriteAsync(operation, Both)).Expect(HttpStatusCode.MultiStatus);
        Remember($"entities/{Id}");
        var error = Assert.Single(answer.Json["errors"]!.AsArray())!;
        Assert.Equal((Id, registration), ((string?)error["entityId"], (string?)error["registrationId"]));
        Assert.NotNull(error["error"]!["title"]);
        Assert.Equal(operation == "delete" ? "" : mode == "inclusive" ? "a=10 b=20" : "a=10", await HoldsAsync(null, Id));
        if (operation == "create") Assert.Equal($"/ngsi-ld/v1/entities/{Id}", answer.Location);
    }

    [BrokerTheory, Clause("6.3.17"), Clause("5.2.18"), Clause("5.6.2"), Clause("5.6.3")]
    [InlineData("append", "exclusive")]
    [InlineData("append", "redirect")]
    [InlineData("append", "inclusive")]
    [InlineData("update", "exclusive")]
    [InlineData("update", "redirect")]
    [InlineData("update", "inclusive")]
    public async Task Attributes_that_a_source_does_not_take_are_named(string operation, string mode)
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.Error(HttpStatusCode.BadRequest, "BadRequestData"));
        var registration = (await RegisterAsync(source.Url, mode, One(Id), "b", Everything)).Split('/')[^1];
        (await PostAsync("entities?local=true", Entity(Id, A))).Expect(HttpStatusCode.Created);
        var answer = (await WriteAsync(operation, Both)).Expect(HttpStatusCode.MultiStatus);
        var failed = Assert.Single(answer.Json["notUpdated"]!.AsArray())!;
        Assert.EndsWith("b", (string?)failed["attributeName"], StringComparison.Ordinal);
        Assert.Equal(registration, (string?)failed["registrationId"]);
        Assert.Contains(answer.Json["updated"]!.AsArray(), name => ((string)name!).Split('/')[^1] == "a");
        Assert.StartsWith("a=10", await HoldsAsync(null, Id), StringComparison.Ordinal);
    }

    [BrokerTheory, Clause("4.20"), Clause("5.6.2"), Clause("5.6.3"), Clause("5.6.17"), InlineData("append"), InlineData("update"), InlineData("merge")]
    public async Task What_an_equal_source_does_not_offer_is_done_here_alone(string operation)
    {
        await using var source = new ScriptedSource();
        await RegisterAsync(source.Url, "inclusive", One(Id), "b", "retrieveOps");
        (await PostAsync("entities?local=true", Entity(Id, A))).Expect(HttpStatusCode.Created);
        (await WriteAsync(operation, Both)).Expect(HttpStatusCode.NoContent);
        Assert.DoesNotContain(source.Calls, call => call.Method != "GET");
        Assert.Equal("a=10 b=20", await HoldsAsync(null, Id));
    }

    [BrokerTheory, Clause("5.6.7"), Clause("5.6.8"), Clause("5.6.20"), Clause("5.2.17"), InlineData("create"), InlineData("upsert"), InlineData("merge")]
    public async Task A_batch_tells_which_Entities_a_source_refused(string operation)
    {
        var other = NewId();
        await using var source = new ScriptedSource();
        source.Always(SourceReply.Of(HttpStatusCode.Forbidden));
        var registration = (await RegisterAsync(source.Url, "exclusive", One(Id), "b", Everything)).Split('/')[^1];
        if (operation == "merge") (await PostAsync("entities?local=true", Entity(other, A))).Expect(HttpStatusCode.Created);
        Remember($"entities/{Id}");
        Remember($"entities/{other}");
        var batch = await PostAsync("entityOperations/" + operation, $"[{Entity(Id, B)},{Entity(other, B)}]");
        var answer = batch.Expect(HttpStatusCode.MultiStatus).Json;
        Assert.Contains(other, answer["success"]!.AsArray().Select(id => (string?)id));
        var errors = answer["errors"]!.AsArray();
        Assert.Contains(errors, error => (string?)error!["entityId"] == Id && (string?)error["registrationId"] == registration);
        Assert.DoesNotContain(errors, error => (string?)error!["entityId"] == other);
    }

    [BrokerFact, Clause("5.6.7"), Clause("4.20")]
    public async Task A_batch_with_what_the_only_source_does_not_offer_holds_a_conflict()
    {
        await using var source = new ScriptedSource();
        await RegisterAsync(source.Url, "exclusive", One(Id), "b", "retrieveOps");
        Remember($"entities/{Id}");
        var answer = (await PostAsync("entityOperations/create", $"[{Entity(Id, Both)}]")).Expect(HttpStatusCode.MultiStatus).Json;
        var error = Assert.Single(answer["errors"]!.AsArray())!;
        Assert.EndsWith("Conflict", (string?)error["error"]!["type"], StringComparison.Ordinal);
        Assert.DoesNotContain("b", (await HeldAsync(null, Id) ?? []).Select(member => member.Key));
    }

    [BrokerFact, Clause("6.3.17")]
    public async Task A_redirect_of_a_source_is_not_followed()
    {
        await using var elsewhere = new ScriptedSource();
        await using var source = new ScriptedSource();
        elsewhere.Always(SourceReply.NoContent);
        source.Always(SourceReply.Redirect(elsewhere.Url + $"/ngsi-ld/v1/entities/{Id}"));
        await RegisterAsync(source.Url, "exclusive", One(Id), "b", Everything);
        (await WriteAsync("merge", B)).Expect(HttpStatusCode.BadGateway);
        Assert.Empty(elsewhere.Calls);
    }
}
