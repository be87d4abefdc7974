using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using SmartCity.Broker.Tests.Snapshots;
using Xunit;

namespace SmartCity.Broker.Tests.Scenarios;

/// <summary>The broker is killed while it fills, copies and removes Snapshots: each is whole or gone afterwards, and nothing is left of it.</summary>
public sealed class KilledSnapshotTests
{
    private const int Count = 1500;
    private const string Frozen = "urn:ngsi-ld:Snapshot:frozen";
    private const string Clone = "urn:ngsi-ld:Snapshot:clone";

    [Fact]
    public async Task A_Snapshot_is_whole_or_gone_after_kill_9()
    {
        var data = Directory.CreateTempSubdirectory("smartcity-frozen-").FullName;
        await WithAsync(data, async client =>
        {
            for (var start = 0; start < Count; start += 500)
            {
                var batch = Enumerable.Range(start, 500).Select(i => $$$"""{"id":"urn:ngsi-ld:Gauge:{{{i}}}","type":"Gauge","n":{"type":"Property","value":{{{i}}}}}""");
                await SendAsync(client, HttpMethod.Post, "entityOperations/create", $"[{string.Join(',', batch)}]", HttpStatusCode.Created);
            }

            const string Query = """{"type":"Query","entities":[{"type":"Gauge"}]""";
            await SendAsync(client, HttpMethod.Post, "snapshots", $$$$"""
                {"id":"{{{{Frozen}}}}","type":"Snapshot","snapshotQueries":[{{{{Query}}}}}],
                 "snapshotTemporalQueries":[{{{{Query}}}},"temporalQ":{"timerel":"after","timeAt":"2020-01-01T00:00:00Z","timeproperty":"modifiedAt"}}]}
                """, HttpStatusCode.Created);
        });
        await WithAsync(data, async client =>
        {
            await PreparedAsync(client, Frozen);
            await SendAsync(client, HttpMethod.Post, $"snapshots/{Frozen}/clone", $$"""{"id":"{{Clone}}","type":"Snapshot"}""", HttpStatusCode.Created);
            await Task.Delay(100);
        });
        await WithAsync(data, async client =>
        {
            await PreparedAsync(client, Clone);
            await PreparedAsync(client, Frozen);
            foreach (var id in (string[])[Frozen, Clone])
            {
                await SendAsync(client, HttpMethod.Delete, $"snapshots/{id}", null, HttpStatusCode.NoContent);
            }

            await Task.Delay(50);
        });
        await using var city = await FrozenCity.OpenAsync(folder: data);
        await FrozenCity.SoonAsync(async () => (await city.Store.Snapshots.LoadAsync(default)).IsEmpty && city.Known.Everything().Count == 0);
        for (var space = 1; space <= 5; space++)
        {
            Assert.Equal((0, 0), (await city.CountAsync($"#{space}"), await city.EvolutionsAsync($"#{space}")));
        }

        Assert.Equal((Count, Count), (await city.CountAsync(""), await city.EvolutionsAsync("")));
    }

    /// <summary>A broker that is killed when the steps are done.</summary>
    private static async Task WithAsync(string data, Func<HttpClient, Task> steps)
    {
        await using var broker = await BrokerProcess.StartAsync(data);
        await steps(broker.Client);
        await broker.KillAsync();
    }

    private static async Task PreparedAsync(HttpClient client, string id)
    {
        for (var attempt = 0; ; attempt++)
        {
            var status = JsonNode.Parse(await SendAsync(client, HttpMethod.Get, $"snapshots/{id}", null, HttpStatusCode.OK))!;
            if ((string?)status["snapshotStatus"] == "preparing" && attempt < 600)
            {
                await Task.Delay(100);
                continue;
            }

            Assert.True((string?)status["snapshotStatus"] == "success", status.ToJsonString());
            break;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, "/ngsi-ld/v1/entities?count=true&limit=0") { Headers = { { "NGSILD-Snapshot", id } } };
        using var found = await client.SendAsync(request);
        Assert.Equal($"{Count}", Assert.Single(found.Headers.GetValues("NGSILD-Results-Count")));
    }

    private static async Task<string> SendAsync(HttpClient client, HttpMethod method, string path, string? body, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(method, $"/ngsi-ld/v1/{path}");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{method} {path}: {answer.StatusCode} {text}");
        return text;
    }
}
