using System.Globalization;
using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>Sources that answer in pages, in whatever way they do it (ETSI GS CIM 009 5.5.9, 6.3.10): all pages count.</summary>
public class SourcePageTests : FederationTest
{
    private const string Hour = "timerel=between&timeAt=2026-01-01T10:00:00Z&endTimeAt=2026-01-01T11:00:00Z";

    private string Numbered(int n) => Entity($"urn:ngsi-ld:{Type}:{n:d4}", $$"""{"n":{"type":"Property","value":{{n}} } }""");

    private string Evolution(int n) =>
        Entity($"urn:ngsi-ld:{Type}:{n:d4}", $$"""{"n":[{"type":"Property","value":{{n}},"observedAt":"2026-01-01T10:10:00Z"}]}""");

    private static int Number(SourceCall call, string name, int otherwise) =>
        int.TryParse(call.Parameter(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    /// <summary>A source of a number of Entities that gives so many at once at most, and names what follows.</summary>
    private static SourceReply Page(SourceCall call, int count, int most, bool isOpaque, Func<int, string> entity)
    {
        var start = isOpaque ? Number(call, "page", 0) * most : Number(call, "offset", 0);
        var wanted = call.Parameter("id");
        var all = Enumerable.Range(0, count).Select(entity).Where(one => wanted.Length == 0 || wanted.Split(',').Any(id => one.Contains(id, StringComparison.Ordinal))).ToList();
        var end = start + Math.Min(most, Number(call, "limit", most));
        var page = SourceReply.Json($"[{string.Join(',', all.Take(end).Skip(start))}]");
        var next = isOpaque ? $"http://inside.invalid/ngsi-ld/v1/entities?page={(start / most) + 1}" : $"?type={call.Parameter("type")}&offset={end}&limit={end - start}";
        return end < all.Count ? page.With("Link", $"<{next}>; rel=\"next\"; type=\"application/json\"") : page;
    }

    [BrokerTheory, Clause("5.5.9"), Clause("6.3.10"), Clause("5.7.2"), Clause("6.3.13")]
    [InlineData(7, 2, false, "GET")]
    [InlineData(7, 2, true, "GET")]
    [InlineData(230, 20, false, "GET")]
    [InlineData(230, 20, true, "GET")]
    [InlineData(230, 100, true, "GET")]
    [InlineData(230, 1000, false, "GET")]
    [InlineData(7, 2, true, "POST")]
    public async Task Every_page_of_a_source_is_read(int count, int most, bool isOpaque, string method)
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities", call => Page(call, count, most, isOpaque, Numbered));
        source.Answer("POST", "entityOperations/query", call => Page(call, count, most, isOpaque, Numbered));
        await RegisterAsync(source.Url, operations: method == "GET" ? "queryEntity" : "queryBatch");
        var seen = new List<int>();
        for (var offset = 0; offset < count; offset += 100)
        {
            var answer = (await GetAsync($"entities?type={Type}&limit=100&offset={offset}&count=true")).Expect(HttpStatusCode.OK);
            Assert.Equal(count.ToString(CultureInfo.InvariantCulture), answer.Header("NGSILD-Results-Count"));
            seen.AddRange(answer.Json.AsArray().Select(entity => (int)entity!["n"]!["value"]!));
        }

        Assert.Equal(Enumerable.Range(0, count), seen);
        // How many a first page has is the source's affair.
        Assert.Equal("", source.Calls[0].Parameter("limit"));
        Assert.All(source.Calls, call => Assert.Contains(Type, call.Parameter("type") + call.Body, StringComparison.Ordinal));
    }

    [BrokerFact, Clause("5.5.9"), Clause("6.3.10"), Clause("5.7.2")]
    public async Task A_source_that_never_comes_to_its_end_is_left()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities", SourceReply.Json($"[{Numbered(1)}]").With("Link", "</ngsi-ld/v1/entities?offset=1>; rel=\"next\""));
        await RegisterAsync(source.Url);
        Assert.Single((await GetAsync($"entities?type={Type}")).Expect(HttpStatusCode.OK).Json.AsArray());
        Assert.Equal(2, source.Calls.Count);
    }

    [BrokerFact, Clause("5.5.9"), Clause("6.3.17"), Clause("5.7.2")]
    public async Task What_came_before_a_page_that_fails_is_given_with_a_warning()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities", call => Number(call, "offset", 0) < 4 ? Page(call, 10, 2, false, Numbered) : SourceReply.Of(HttpStatusCode.ServiceUnavailable));
        await RegisterAsync(source.Url);
        var answer = (await GetAsync($"entities?type={Type}")).Expect(HttpStatusCode.OK);
        Assert.Equal(4, answer.Json.AsArray().Count);
        Assert.StartsWith("299 ", answer.Header("NGSILD-Warning"), StringComparison.Ordinal);
    }

    [BrokerTheory, Clause("5.7.4"), Clause("5.5.9"), Clause("6.3.10"), InlineData(7, 2, false), InlineData(7, 2, true), InlineData(130, 100, false)]
    public async Task Every_page_of_histories_is_read(int count, int most, bool isOpaque)
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "temporal/entities", call => Page(call, count, most, isOpaque, Evolution));
        await RegisterAsync(source.Url, operations: "queryTemporal");
        var answer = (await GetAsync($"temporal/entities?type={Type}&{Hour}&limit=1000&count=true")).Expect(HttpStatusCode.OK);
        Assert.Equal(Enumerable.Range(0, count), answer.Json.AsArray().Select(entity => (int)(entity!["n"] is System.Text.Json.Nodes.JsonArray many ? many[0]! : entity["n"]!)["value"]!));
        Assert.Equal(count.ToString(CultureInfo.InvariantCulture), answer.Header("NGSILD-Results-Count"));
    }
}
