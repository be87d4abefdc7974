using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>A test that registers Context Sources for Entities of its own type: brokers beside the one under test, or scripted ones.</summary>
public abstract class FederationTest : BrokerTest
{
    protected const string Everything = "redirectionOps";

    /// <summary>Where the second broker is.</summary>
    protected static string Second => Target.SecondUrl!;

    /// <summary>Where the third broker is.</summary>
    protected static string Third => Target.ThirdUrl!;

    /// <summary>A resource of a broker, below its /ngsi-ld/v1, for requests of this test.</summary>
    protected static string At(string broker, string path) => $"{broker}/ngsi-ld/v1/{path}";

    /// <summary>A registration of Entities of <see cref="BrokerTest.Type"/>, unless the arguments say otherwise.</summary>
    /// <param name="endpoint">Where the source is.</param>
    /// <param name="mode">Of 4.3.6.2 and 4.3.6.3.</param>
    /// <param name="entities">
    /// An array of EntityInfo, as JSON; null for all of this test. It says which ids: a type alone would match whatever other tests
    /// ask of an Entity without naming its type.
    /// </param>
    /// <param name="attributes">Names of Attributes, separated by blanks; null for all.</param>
    /// <param name="operations">Names and groups of operations, separated by blanks; null for the default of the standard.</param>
    /// <param name="members">More members, as a JSON object.</param>
    protected string Registration(
        string endpoint, string mode = "inclusive", string? entities = null, string? attributes = null, string? operations = null,
        string members = "{}")
    {
        var registration = JsonNode.Parse(members)!.AsObject();
        registration.Insert(0, "id", NewId(":registration"));
        registration.Insert(1, "type", "ContextSourceRegistration");
        registration.Insert(2, "endpoint", endpoint);
        registration.Insert(3, "mode", mode);
        if (!registration.ContainsKey("information"))
        {
            var information = new JsonObject { ["entities"] = JsonNode.Parse(entities ?? $"[{OwnEntities()}]") };
            if (attributes is not null) information["propertyNames"] = Names(attributes);
            registration["information"] = new JsonArray(information);
        }

        if (operations is not null) registration["operations"] = Names(operations);
        return registration.ToJsonString();
    }

    /// <summary>Registers at the broker under test; gives the registration's path.</summary>
    protected async Task<string> RegisterAsync(
        string endpoint, string mode = "inclusive", string? entities = null, string? attributes = null, string? operations = null,
        string members = "{}", string? tenant = null)
    {
        var registration = Registration(endpoint, mode, entities, attributes, operations, members);
        return (await PostAsync("csourceRegistrations", registration, "application/json", TenantHeader(tenant)))
            .Expect(HttpStatusCode.Created).Location!;
    }

    /// <summary>Registers at another broker; gives the registration's address.</summary>
    protected async Task<string> RegisterAtAsync(string broker, string registration)
    {
        var answer = await PostAsync(At(broker, "csourceRegistrations"), registration);
        return new Uri(new Uri(broker), answer.Expect(HttpStatusCode.Created).Location!).ToString();
    }

    /// <summary>An EntityInfo of the Entities of this test.</summary>
    /// <param name="type">Null for <see cref="BrokerTest.Type"/>.</param>
    protected string OwnEntities(string? type = null) => $$"""{"type":"{{type ?? Type}}","idPattern":"^urn:ngsi-ld:{{Type}}:.*"}""";

    /// <summary>An EntityInfo of one Entity of <see cref="BrokerTest.Type"/>, in its array.</summary>
    protected string One(string id) => $$"""[{"id":"{{id}}","type":"{{Type}}"}]""";

    /// <summary>Creates an Entity of <see cref="BrokerTest.Type"/> at another broker.</summary>
    protected async Task CreateAtAsync(string broker, string id, string members, string? tenant = null) =>
        (await PostAsync(At(broker, "entities"), Entity(id, members), "application/json", TenantHeader(tenant))).Expect(HttpStatusCode.Created);

    /// <summary>What one broker holds itself; null where it has nothing.</summary>
    protected async Task<JsonObject?> HeldAsync(string? broker, string id, string? tenant = null)
    {
        var answer = await GetAsync(At(broker ?? Target.Url!, $"entities/{id}?local=true"), TenantHeader(tenant));
        return answer.Status == HttpStatusCode.NotFound ? null : answer.Expect(HttpStatusCode.OK).Json.AsObject();
    }

    /// <summary>The simplified Attributes that one broker holds itself, <c>name=value</c> in the order of names; empty where it has nothing.</summary>
    protected async Task<string> HoldsAsync(string? broker, string id, string? tenant = null)
    {
        var answer = await GetAsync(At(broker ?? Target.Url!, $"entities/{id}?local=true&format=keyValues"), TenantHeader(tenant));
        return answer.Status == HttpStatusCode.NotFound ? "" : Values(answer.Expect(HttpStatusCode.OK).Json);
    }

    /// <summary>The values of a simplified Entity, <c>name=value</c> in the order of names.</summary>
    protected static string Values(JsonNode entity) => string.Join(' ', entity.AsObject()
        .Where(member => member.Key is not ("id" or "type" or "@context"))
        .OrderBy(member => member.Key, StringComparer.Ordinal)
        .Select(member => $"{member.Key}={member.Value?.ToJsonString()}"));

    /// <summary>The simplified Attributes of an Entity as the broker under test gives them, <c>name=value</c>.</summary>
    protected async Task<string> SeesAsync(string id, string query = "", params (string, string)[] headers) =>
        Values((await GetAsync($"entities/{id}?format=keyValues{query}", headers)).Expect(HttpStatusCode.OK).Json);

    private static JsonArray Names(string names) => [.. names.Split(' ').Select(name => (JsonNode)name)];
}
