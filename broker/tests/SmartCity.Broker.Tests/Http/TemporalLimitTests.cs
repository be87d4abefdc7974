using System.Net;
using System.Text.Json.Nodes;
using SmartCity.Broker.Host.Settings;
using Xunit;

namespace SmartCity.Broker.Tests.Http;

/// <summary>What the limits of the temporal API do.</summary>
public sealed class TemporalLimitTests
{
    private const string Minutes = """
        {"id":"urn:x:1","type":"T","n":[
          {"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z"},{"type":"Property","value":2,"observedAt":"2026-01-01T10:01:00Z"},
          {"type":"Property","value":3,"observedAt":"2026-01-01T10:02:00Z"},{"type":"Property","value":4,"observedAt":"2026-01-01T10:03:00Z"}],
         "m":[{"type":"Property","value":5,"observedAt":"2026-01-01T10:01:00Z"}]}
        """;

    public static TheoryData<string, int, string, string> Parts => new()
    {
        { "timerel=after&timeAt=2026-01-01T00:00:00Z", 3, "n 1 2 m 5", "DateTime 2026-01-01T00:00:00Z-2026-01-01T10:01:00Z/*" },
        { "timerel=between&timeAt=2026-01-01T00:00:00Z&endTimeAt=2026-01-02T00:00:00Z", 4, "n 1 2 3 m 5", "DateTime 2026-01-01T00:00:00Z-2026-01-01T10:02:00Z/*" },
        { "timerel=before&timeAt=2026-01-02T00:00:00Z", 1, "n 1", "DateTime 2026-01-01T10:00:00Z-2026-01-01T10:00:00Z/*" },
        { "timerel=before&timeAt=2026-01-02T00:00:00Z&lastN=3", 2, "n 4 3", "DateTime 2026-01-02T00:00:00Z-2026-01-01T10:02:00Z/3" },
        { "timerel=after&timeAt=2026-01-01T00:00:00Z&lastN=3", 2, "n 4 3", "DateTime 2026-01-01T10:03:00Z-2026-01-01T10:02:00Z/3" },
        { "timerel=between&timeAt=2026-01-01T00:00:00Z&endTimeAt=2026-01-02T00:00:00Z&lastN=4", 4, "n 4 3 2 m 5", "DateTime 2026-01-02T00:00:00Z-2026-01-01T10:01:00Z/4" },
        // One instant alone is too much, and comes nevertheless.
        { "timerel=after&timeAt=2026-01-01T10:01:00Z", 1, "n 2 m 5", "DateTime 2026-01-01T10:01:00Z-2026-01-01T10:01:00Z/*" },
        { "timerel=after&timeAt=2026-01-01T00:00:00Z", 5, "n 1 2 3 4 m 5", "" },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task More_instances_than_allowed_come_in_parts(string query, int limit, string values, string range)
    {
        await using var host = await HttpHost.StartAsync(new HubSettings { Limits = Limits.Default with { TemporalInstances = limit } });
        Assert.Equal(HttpStatusCode.Created, (await host.SendAsync("POST", "/ngsi-ld/v1/temporal/entities", Minutes)).Status);

        foreach (var path in new[] { $"/ngsi-ld/v1/temporal/entities/urn:x:1?{query}", $"/ngsi-ld/v1/temporal/entities?type=T&{query}" })
        {
            var answer = await host.SendAsync("GET", path);
            var json = JsonNode.Parse(answer.Body)!;
            var entity = (json as JsonArray)?[0]?.AsObject() ?? json.AsObject();
            var shown = entity.Where(member => member.Value is JsonArray).Select(member => $"{member.Key} {string.Join(' ', member.Value!.AsArray().Select(one => (int)one!["value"]!))}");
            Assert.Equal(values, string.Join(' ', shown));
            Assert.Equal(range.Length > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK, answer.Status);
            Assert.Equal(range, answer["Content-Range"] ?? "");
        }
    }

    [Fact]
    public async Task A_table_is_whole_whatever_an_answer_may_hold()
    {
        await using var host = await HttpHost.StartAsync(new HubSettings { Limits = Limits.Default with { TemporalInstances = 1 } });
        await host.SendAsync("POST", "/ngsi-ld/v1/temporal/entities", Minutes);
        var answer = await host.SendAsync("GET", "/ngsi-ld/v1/temporal/entities/urn:x:1", null, ("Accept", "text/csv"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(1 + 5, answer.Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task More_periods_than_allowed_are_too_many_results()
    {
        await using var host = await HttpHost.StartAsync(new HubSettings { Limits = Limits.Default with { TemporalPeriods = 3 } });
        await host.SendAsync("POST", "/ngsi-ld/v1/temporal/entities", Minutes);
        const string Query = "/ngsi-ld/v1/temporal/entities/urn:x:1?timerel=after&timeAt=2026-01-01T00:00:00Z&format=aggregatedValues&aggrMethods=avg&attrs=n&aggrPeriodDuration=";

        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync("GET", Query + "PT2M")).Status);
        var refused = await host.SendAsync("GET", Query + "PT1M");
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("TooManyResults", refused.Body, StringComparison.Ordinal);
    }
}
