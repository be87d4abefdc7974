using System.Globalization;
using System.Net;
using System.Text;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Temporal;

/// <summary>More instances than any broker would give at once: 60 000 of one second each.</summary>
public class PartialAnswerTests : TemporalTest
{
    private const int Count = 60_000;
    private static readonly DateTime First = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [BrokerFact, Clause("6.3.10"), Clause("5.7.3"), Clause("5.7.4")]
    public async Task What_is_too_much_comes_in_parts_forwards_and_with_lastN_backwards()
    {
        await LoadAsync();
        await ForwardsAsync();
        await BackwardsAsync();
        var found = await GetAsync($"temporal/entities?type={Type}&timerel=after&timeAt={Text(0)}&format=temporalValues");
        found.Expect(HttpStatusCode.PartialContent);
        var last = (string)found.Json[0]!["n"]!["values"]!.AsArray()[^1]![1]!;
        Assert.Equal($"DateTime {Text(0)}-{last}/*", found.Header("Content-Range"));
    }

    private async Task ForwardsAsync()
    {
        var (values, timeAt, parts) = (new List<int>(), Text(0), 0);
        while (true)
        {
            var answer = await GetAsync($"temporal/entities/{Id}?timerel=after&timeAt={timeAt}&format=temporalValues");
            var pairs = answer.Json["n"]!["values"]!.AsArray();
            values.AddRange(pairs.Select(pair => (int)pair![0]!));
            parts++;
            if (answer.Status == HttpStatusCode.OK) break;
            answer.Expect(HttpStatusCode.PartialContent);
            var last = (string)pairs[^1]![1]!;
            Assert.Equal($"DateTime {timeAt}-{last}/*", answer.Header("Content-Range"));
            timeAt = last;
        }

        // The end of a part begins the next one.
        Assert.Equal(Enumerable.Range(0, Count), values.Distinct());
        Assert.Equal(Count + parts - 1, values.Count);
        Assert.True(parts > 1, "the broker gives 60 000 instances at once");
    }

    private async Task BackwardsAsync()
    {
        var answer = await GetAsync($"temporal/entities/{Id}?timerel=before&timeAt={Text(Count)}&lastN=59000&format=temporalValues");
        answer.Expect(HttpStatusCode.PartialContent);
        var pairs = answer.Json["n"]!["values"]!.AsArray();
        Assert.Equal(Count - 1, (int)pairs[0]![0]!);
        Assert.Equal($"DateTime {Text(Count)}-{(string)pairs[^1]![1]!}/59000", answer.Header("Content-Range"));
        var few = await GetAsync($"temporal/entities/{Id}?lastN=3&format=temporalValues");
        few.Expect(HttpStatusCode.OK);
        Assert.Equal(3, few.Json["n"]!["values"]!.AsArray().Count);
    }

    private async Task LoadAsync()
    {
        for (var start = 0; start < Count; start += 10_000)
        {
            var body = new StringBuilder($$$"""{"id":"{{{Id}}}","type":"{{{Type}}}","n":[""");
            for (var i = start; i < start + 10_000; i++)
            {
                if (i > start) body.Append(',');
                body.Append(CultureInfo.InvariantCulture, $$$"""{"type":"Property","value":{{{i}}},"observedAt":"{{{Text(i)}}}"}""");
            }

            (await PostAsync("temporal/entities", body.Append("]}").ToString())).Expect(start == 0 ? HttpStatusCode.Created : HttpStatusCode.NoContent);
        }
    }

    private static string Text(int second) => First.AddSeconds(second).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
