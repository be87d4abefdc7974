using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>
/// A device behind an agent, as FIWARE IoT Agents register it: commands and lazy Attributes are the agent's alone, measures and the
/// results of commands are kept by the broker, on the same Entity.
/// </summary>
public class AgentCommandTests : FederationTest
{
    private const string AgentContext = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.6.jsonld";

    private const string Ring = """{"ring":{"type":"Property","value":"loud"} }""";

    private string Path => $"entities/{Id}";

    [BrokerTheory, Clause("4.3.6"), Clause("5.6.4"), Clause("6.7"), InlineData("updateOps"), InlineData("retrieveOps\",\"updateOps")]
    public async Task A_command_is_forwarded_and_its_result_comes_back_by_upsert(string operations)
    {
        await using var agent = new ScriptedSource();
        agent.Answer("PATCH", $"{Path}/attrs/ring", SourceReply.NoContent);
        await ProvisionAsync(agent, operations);
        (await PatchAsync($"{Path}/attrs/ring", """{"type":"Property","value":{"tone":3} }""")).Expect(HttpStatusCode.NoContent);

        var call = Assert.Single(agent.Asked("PATCH")).ExpectJson("""{"type":"Property","value":{"tone":3} }""");
        Assert.StartsWith("application/json", call.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Empty(call.Query);
        await MeasureAsync("""{"ring_status":{"type":"Property","value":"OK"},"ring_info":{"type":"Property","value":"rang"} }""", HttpStatusCode.NoContent);
        Assert.Equal("""ring_info="rang" ring_status="OK" temperature=20""", await HoldsAsync(null, Id));
        Assert.Single(agent.Asked("PATCH"));
        Assert.Empty(agent.Asked("POST"));
    }

    [BrokerFact, Clause("5.6.4"), Clause("4.3.6")]
    public async Task A_device_without_any_measure_yet_takes_commands()
    {
        await using var agent = new ScriptedSource();
        agent.Answer("PATCH", $"{Path}/attrs/ring", SourceReply.NoContent);
        await RegisterDeviceAsync(agent, "updateOps");
        (await PatchAsync($"{Path}/attrs/ring", """{"value":1}""")).Expect(HttpStatusCode.NoContent);
        Assert.Empty(Assert.Single(agent.Asked("PATCH")).Query);
        Assert.Equal("", await HoldsAsync(null, Id));
    }

    [BrokerFact, Clause("4.3.6.5"), Clause("4.14"), Clause("5.9.2"), Clause("5.6.4"), Clause("5.7.1")]
    public async Task An_agent_is_told_the_service_in_which_it_has_registered_a_device()
    {
        await using var agent = new ScriptedSource();
        agent.Answer("PATCH", $"{Path}/attrs/ring", SourceReply.NoContent);
        agent.Answer("GET", Path, SourceReply.Json(Entity(Id, """{"luminance":{"type":"Property","value":7} }""")));
        var tenant = $"agents{Guid.NewGuid():N}";
        (string, string)[] headers = [("NGSILD-Tenant", tenant), ("NGSILD-Path", "/"), ("fiware-service", tenant), ("fiware-servicepath", "/")];
        await RegisterDeviceAsync(agent, "retrieveOps\",\"updateOps", headers: headers);

        (await PatchAsync($"{Path}/attrs/ring", """{"value":1}""", headers: TenantHeader(tenant))).Expect(HttpStatusCode.NoContent);
        Assert.Equal("luminance=7", Values((await GetAsync($"{Path}?format=keyValues", TenantHeader(tenant))).Expect(HttpStatusCode.OK).Json));
        Assert.Equal(2, agent.Calls.Count);
        foreach (var call in agent.Calls)
        {
            Assert.Equal((tenant, "/"), (call.Header("fiware-service"), call.Header("fiware-servicepath")));
            // The registration names no tenant of the source: that is the default one.
            Assert.Equal("", call.Header("NGSILD-Tenant") ?? "");
        }
    }

    [BrokerFact, Clause("5.9.2"), Clause("4.3.6.3")]
    public async Task An_agent_may_register_a_device_again_and_nobody_else_may()
    {
        await using var agent = new ScriptedSource();
        await using var other = new ScriptedSource();
        agent.Answer("PATCH", $"{Path}/attrs/hush", SourceReply.NoContent);
        (string, string)[] headers = [("fiware-service", "openiot"), ("fiware-servicepath", "/")];
        var first = await RegisterDeviceAsync(agent, "updateOps", headers: headers);
        Assert.Equal(first, await RegisterDeviceAsync(agent, "updateOps", headers: headers, commands: "\"ring\",\"hush\""));
        (await PatchAsync($"{Path}/attrs/hush", """{"value":1}""")).Expect(HttpStatusCode.NoContent);

        foreach (var (source, sent) in ((ScriptedSource, (string, string)[])[])[(other, headers), (agent, []), (agent, [("fiware-service", "farm")])])
        {
            (await PostAsync("csourceRegistrations/", Device(source, "updateOps"), LdJson, sent)).ExpectError(HttpStatusCode.Conflict, "Conflict");
        }

        (await DeleteAsync($"csourceRegistrations/{first}")).Expect(HttpStatusCode.NoContent);
        (await PatchAsync($"{Path}/attrs/hush", """{"value":1}""")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("5.6.2"), Clause("6.6")]
    public async Task Commands_and_other_Attributes_may_be_updated_together()
    {
        await using var agent = new ScriptedSource();
        agent.Answer("PATCH", $"{Path}/attrs", SourceReply.NoContent);
        await ProvisionAsync(agent, "updateOps");
        (await PatchAsync($"{Path}/attrs", """{"ring":{"type":"Property","value":1},"temperature":{"type":"Property","value":21} }""")).Expect(HttpStatusCode.NoContent);
        Assert.Single(agent.Asked("PATCH")).ExpectJson("""{"ring":{"type":"Property","value":1} }""");
        Assert.Equal("temperature=21", await HoldsAsync(null, Id));
    }

    [BrokerTheory, Clause("5.6.17"), Clause("6.5"), Clause("5.6.3"), Clause("6.6"), InlineData("merge"), InlineData("append")]
    public async Task Of_what_an_agent_does_not_offer_the_rest_is_done(string operation)
    {
        await using var agent = new ScriptedSource();
        agent.Always(SourceReply.NoContent);
        var registration = await ProvisionAsync(agent, "updateOps");
        const string Both = """{"ring":{"type":"Property","value":1},"temperature":{"type":"Property","value":21} }""";
        var answer = await (operation == "merge" ? PatchAsync(Path, Both) : PostAsync($"{Path}/attrs", Both));
        var result = answer.Expect(HttpStatusCode.MultiStatus).Json;
        var failure = Assert.Single((operation == "merge" ? result["errors"] : result["notUpdated"])!.AsArray())!;
        Assert.Equal(registration, (string?)failure["registrationId"]);
        if (operation == "merge") Assert.EndsWith("Conflict", (string?)failure["error"]!["type"], StringComparison.Ordinal);
        else Assert.EndsWith("ring", (string?)failure["attributeName"], StringComparison.Ordinal);
        Assert.Empty(agent.Asked("PATCH"));
        Assert.Equal("temperature=21", await HoldsAsync(null, Id));
        (await (operation == "merge" ? PatchAsync(Path, Ring) : PostAsync($"{Path}/attrs", Ring))).ExpectError(HttpStatusCode.Conflict, "Conflict");
    }

    [BrokerFact, Clause("5.6.17")]
    public async Task An_agent_that_merges_is_sent_its_part_of_a_merge()
    {
        await using var agent = new ScriptedSource();
        agent.Answer("PATCH", Path, SourceReply.NoContent);
        await ProvisionAsync(agent, "updateOps\",\"mergeEntity");
        (await PatchAsync(Path, """{"ring":{"type":"Property","value":1},"temperature":{"type":"Property","value":21} }""")).Expect(HttpStatusCode.NoContent);
        Assert.Single(agent.Asked("PATCH")).ExpectJson("""{"ring":{"type":"Property","value":1} }""");
        Assert.Equal("temperature=21", await HoldsAsync(null, Id));
    }

    [BrokerFact, Clause("6.3.17")]
    public async Task An_agent_that_is_asleep_is_a_gateway_timeout()
    {
        await using var agent = new ScriptedSource();
        agent.Always(SourceReply.NoContent with { Delay = TimeSpan.FromSeconds(20) });
        await RegisterDeviceAsync(agent, "updateOps", "\"management\":{\"timeout\":200},");
        (await PatchAsync($"{Path}/attrs/ring", """{"value":1}""")).ExpectError(HttpStatusCode.GatewayTimeout, "InternalError");
    }

    [BrokerFact, Clause("5.6.6"), Clause("6.5")]
    public async Task A_device_is_deleted_here_and_the_agent_that_cannot_is_named()
    {
        await using var agent = new ScriptedSource();
        var registration = await ProvisionAsync(agent, "updateOps");
        var answer = (await DeleteAsync(Path)).Expect(HttpStatusCode.MultiStatus).Json;
        Assert.Equal(Id, (string?)Assert.Single(answer["success"]!.AsArray()));
        Assert.Equal(registration, (string?)Assert.Single(answer["errors"]!.AsArray())!["registrationId"]);
        Assert.Equal("", await HoldsAsync(null, Id));
        Assert.Empty(agent.Asked("DELETE"));
    }

    private async Task<string> ProvisionAsync(ScriptedSource agent, string operations)
    {
        var registration = await RegisterDeviceAsync(agent, operations);
        await MeasureAsync("""{"temperature":{"type":"Property","value":20} }""", HttpStatusCode.Created);
        return registration;
    }

    // As the agents write it: the @context as a plain string, a slash behind the collection.
    private string Device(ScriptedSource agent, string operations, string more = "", string commands = "\"ring\"") => $$"""
        {"type":"ContextSourceRegistration","information":[{"entities":[{"type":"{{Type}}","id":"{{Id}}"}],"propertyNames":["luminance",{{commands}}]}],
         "mode":"exclusive","operations":["{{operations}}"],"endpoint":"{{agent.Url}}",{{more}}
         "contextSourceInfo":[{"key":"jsonldContext","value":"{{AgentContext}}"}],"@context":"{{AgentContext}}"}
        """;

    private async Task<string> RegisterDeviceAsync(
        ScriptedSource agent, string operations, string more = "", string commands = "\"ring\"", params (string, string)[] headers)
    {
        var answer = (await PostAsync("csourceRegistrations/", Device(agent, operations, more, commands), LdJson, headers)).Expect(HttpStatusCode.Created);
        return Uri.UnescapeDataString(answer.Location!.Split('/')[^1]);
    }

    private async Task MeasureAsync(string members, HttpStatusCode expected)
    {
        Remember(Path + "?local=true");
        var entity = Entity(Id, members);
        var body = $"[{entity[..^1]},\"@context\":\"{AgentContext}\"}}]";
        (await PostAsync("entityOperations/upsert/?options=update", body, LdJson)).Expect(expected);
    }
}
