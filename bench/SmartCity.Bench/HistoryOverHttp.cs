using System.Diagnostics;
using System.Net;
using System.Text;

namespace SmartCity.Bench;

/// <summary>
/// What <see cref="HistoryLoad"/> asks of a store, asked of a broker through the temporal API: values of many meters, a few days of one
/// meter in a request, each answered once it is durable; then what people ask of them.
/// </summary>
internal sealed class HistoryOverHttp(HttpClient client, int meters, int days)
{
    private const int Senders = 16;
    private const int DaysAtOnce = 5;

    public static async Task<int> RunAsync(Uri broker, int meters, int days)
    {
        using var client = new HttpClient { BaseAddress = new Uri(broker, "/ngsi-ld/v1/temporal/") };
        var load = new HistoryOverHttp(client, meters, days);
        await load.LoadAsync();
        var random = new Random(1);
        await Spent.MeasureAsync("bytes of a month of raw values of one meter", 300, () =>
        {
            var from = random.Next(Math.Max(1, days - 30));
            return load.GetAsync(random.Next(meters), from, from + 30, "temporalValues");
        });
        await Spent.MeasureAsync("bytes of daily averages of one meter's time", 300, () =>
            load.GetAsync(random.Next(meters), 0, days, "aggregatedValues&aggrMethods=avg&aggrPeriodDuration=P1D"));
        await Spent.MeasureAsync("bytes of daily averages of the time of 100 meters", 10, () =>
        {
            var first = random.Next(Math.Max(1, meters - 100));
            var ids = string.Join(',', Enumerable.Range(first, Math.Min(100, meters)).Select(Meters.Id));
            return load.AskAsync($"entities?type=Meter&id={ids}&limit=100&{Between(0, days)}&format=aggregatedValues&aggrMethods=avg&aggrPeriodDuration=P1D");
        });
        return 0;
    }

    private async Task LoadAsync()
    {
        var clock = Stopwatch.StartNew();
        var (next, perMeter) = (0, (days + DaysAtOnce - 1) / DaysAtOnce);
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next) - 1; i < meters * perMeter; i = Interlocked.Increment(ref next) - 1)
            {
                var (part, meter) = Math.DivRem(i, meters);
                using var body = new StringContent(Evolution(meter, part * DaysAtOnce), Encoding.UTF8, "application/json");
                using var answer = await client.PostAsync(new Uri("entities", UriKind.Relative), body);
                if (answer.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.NoContent))
                {
                    throw new InvalidOperationException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
                }
            }
        })));
        var count = (double)meters * days * Meters.PerDay;
        Console.WriteLine($"{count:F0} instances in {clock.Elapsed.TotalSeconds:F1} s: {count / clock.Elapsed.TotalSeconds:F0} instances/s");
    }

    private string Evolution(int meter, int fromDay)
    {
        var json = new StringBuilder($$"""{"id":"{{Meters.Id(meter)}}","type":"Meter","reading":[""");
        for (var day = fromDay; day < Math.Min(days, fromDay + DaysAtOnce); day++)
        {
            foreach (var (at, value) in Meters.Day(meter, day))
            {
                json.Append($$"""{"type":"Property","value":{{value}},"unitCode":"KWH","observedAt":"{{Meters.Text(at)}}"},""");
            }
        }

        json.Length--;
        return json.Append("]}").ToString();
    }

    private Task<int> GetAsync(int meter, int fromDay, int toDay, string format) =>
        AskAsync($"entities/{Meters.Id(meter)}?{Between(fromDay, toDay)}&format={format}");

    private async Task<int> AskAsync(string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        // 206 would be a part of the answer only.
        if (answer.StatusCode != HttpStatusCode.OK) throw new InvalidOperationException($"{(int)answer.StatusCode} {Encoding.UTF8.GetString(bytes)}");
        return bytes.Length;
    }

    private static string Between(int fromDay, int toDay) =>
        $"timerel=between&timeAt={Meters.Text(Meters.Start.AddDays(fromDay))}&endTimeAt={Meters.Text(Meters.Start.AddDays(toDay))}";
}
