using System.Diagnostics;
using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;
using Xunit.Abstractions;

namespace SmartCity.ConformanceTests.Batch;

/// <summary>Batches of ten thousand: what they take is printed, and it has to stay reasonable.</summary>
public class LargeBatchTests(ITestOutputHelper output) : BrokerTest
{
    private const int Size = 10_000;
    private static readonly TimeSpan Reasonable = TimeSpan.FromSeconds(50);

    private string[] Entities(int value) =>
        [.. Enumerable.Range(0, Size).Select(i => Entity($"urn:ngsi-ld:{Type}:{i}", $$$"""{"a":{"type":"Property","value":{{{value}}} } }"""))];

    [BrokerFact, Clause("5.6.7"), Clause("5.6.8"), Clause("5.6.10")]
    public async Task Ten_thousand_are_created_replaced_and_deleted_and_a_bad_one_is_told_apart()
    {
        var entities = Entities(1);
        var ids = entities.Select((_, i) => $"\"urn:ngsi-ld:{Type}:{i}\"").ToArray();
        entities[5000] = Entity($"urn:ngsi-ld:{Type}:5000", """{"a":{"type":"Relationship","object":"no URI"}}""");
        try
        {
            var answer = await TimeAsync("create", entities);
            answer.Expect(HttpStatusCode.MultiStatus);
            Assert.Equal(Size - 1, answer.Json["success"]!.AsArray().Count);
            var error = Assert.Single(answer.Json["errors"]!.AsArray())!;
            Assert.Equal($"urn:ngsi-ld:{Type}:5000", (string?)error["entityId"]);
            Assert.EndsWith("BadRequestData", (string?)error["error"]!["type"], StringComparison.Ordinal);
            Assert.NotEqual("", (string?)error["error"]!["detail"] ?? "");
            Assert.Equal(Size - 1, await CountAsync("a==1"));

            (await TimeAsync("upsert", Entities(2))).Expect(HttpStatusCode.Created).ExpectJson($"""["urn:ngsi-ld:{Type}:5000"]""");
            Assert.Equal(Size, await CountAsync("a==2"));
        }
        finally
        {
            (await TimeAsync("delete", ids)).Expect(HttpStatusCode.NoContent);
        }

        Assert.Equal(0, await CountAsync("a"));
    }

    private async Task<Answer> TimeAsync(string operation, string[] items)
    {
        var body = $"[{string.Join(',', items)}]";
        var clock = Stopwatch.StartNew();
        var answer = await PostAsync("entityOperations/" + operation, body);
        output.WriteLine($"[measured] {operation} of {Size} in one batch, {body.Length / 1024} KiB: {clock.ElapsedMilliseconds} ms");
        Assert.True(clock.Elapsed < Reasonable, $"{operation} took {clock.Elapsed}");
        return answer;
    }

    private async Task<int> CountAsync(string q)
    {
        var answer = (await GetAsync($"entities?type={Type}&q={q}&limit=0&count=true")).Expect(HttpStatusCode.OK);
        return int.Parse(answer.Header("NGSILD-Results-Count"), System.Globalization.CultureInfo.InvariantCulture);
    }
}
