using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Temporal;

namespace SmartCity.ConformanceTests.Snapshots;

/// <summary>A test that makes Snapshots of Entities of its own type.</summary>
public abstract class SnapshotTest : TemporalTest
{
    protected const string One = """{"n":{"type":"Property","value":1}}""";

    /// <summary>A Query for Entities of this test's type, with more members.</summary>
    protected string Query(string members = "") => $$"""{"type":"Query","entities":[{"type":"{{Type}}"}]{{Comma(members)}}}""";

    /// <summary>A Snapshot document of its own id.</summary>
    protected string Document(string? queries = null, string members = "") =>
        $$"""{"id":"{{NewId(":snapshot")}}","type":"Snapshot","snapshotQueries":[{{queries ?? Query()}}]{{Comma(members)}}}""";

    /// <summary>Creates a Snapshot and waits until it is prepared; gives its status.</summary>
    protected async Task<JsonNode> FreezeAsync(string? document = null, string? tenant = null)
    {
        var made = await PostAsync("snapshots", document ?? Document(), "application/json", TenantHeader(tenant));
        return await PreparedAsync(made.Expect(HttpStatusCode.Created).Location!, tenant);
    }

    /// <summary>Waits until a Snapshot is prepared; gives its status.</summary>
    protected async Task<JsonNode> PreparedAsync(string location, string? tenant = null)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            var status = (await GetAsync(location, TenantHeader(tenant))).Expect(HttpStatusCode.OK).Json;
            if ((string?)status["snapshotStatus"] != "preparing") return status;
            await Task.Delay(50);
        }

        throw new TimeoutException($"{location} is still being prepared");
    }

    protected static string IdOf(JsonNode status) => (string)status["id"]!;

    protected static (string, string) In(JsonNode status) => ("NGSILD-Snapshot", IdOf(status));

    protected string PathOf(JsonNode status) => "snapshots/" + IdOf(status);

    /// <summary>The value of <c>n</c> of the Entity.</summary>
    protected async Task<int> NumberAsync(params (string, string)[] headers) =>
        (int)(await GetAsync($"entities/{Id}", headers)).Expect(HttpStatusCode.OK).Json["n"]!["value"]!;

    protected async Task SetAsync(int value, params (string, string)[] headers) =>
        (await PatchAsync($"entities/{Id}/attrs/n", $$"""{"value":{{value}}}""", "application/json", headers)).Expect(HttpStatusCode.NoContent);

    /// <summary>The words of resultStatus, in order.</summary>
    protected static string Results(JsonNode status, string member = "snapshotQueriesDetails") =>
        string.Join(' ', status[member]?.AsArray().Select(one => (string?)one!["resultStatus"]) ?? []);

    private static string Comma(string members) => members.Length > 0 ? "," + members : "";
}
