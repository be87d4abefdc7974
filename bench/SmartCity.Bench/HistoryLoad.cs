using System.Diagnostics;
using SmartCity.Broker.Embedded;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Bench;

/// <summary>
/// Values of every quarter of an hour of many meters, written into the history of a store and read back: how fast, and how many
/// bytes an instance takes. Each meter sends a day at once, some of it late; every write is durable before it counts.
/// </summary>
internal static class HistoryLoad
{
    private const string Type = "https://example.org/Meter";
    private const string Reading = "https://example.org/reading";
    private const int Writers = 16;

    public static async Task<int> RunAsync(string folder, int meters, int days)
    {
        await using var store = await EmbeddedStore.OpenAsync(
            new() { Directory = folder, BackgroundFailed = e => Console.Error.WriteLine(e) }, TimeProvider.System, CancellationToken.None);
        var history = store.Temporal;
        if (await history.FindAsync("", Meters.Id(0), CancellationToken.None) is null) await LoadAsync(history, meters, days);
        Console.WriteLine($"memory after loading: {Environment.WorkingSet >> 20} MiB working set, {GC.GetTotalMemory(true) >> 20} MiB managed");
        var random = new Random(1);
        await Spent.MeasureAsync("a month of raw values of one meter", 300, () => ReadAsync(history, random.Next(meters), random.Next(Math.Max(1, days - 30)), 30));
        await Spent.MeasureAsync("daily averages of one meter's time", 300, () => AverageAsync(history, random.Next(meters), days));
        await Spent.MeasureAsync("daily averages of the time of 100 meters", 10, async () =>
        {
            var sum = 0;
            for (var i = 0; i < Math.Min(100, meters); i++) sum += await AverageAsync(history, (i * 7 + random.Next(meters)) % meters, days);
            return sum;
        });
        await Spent.MeasureAsync("the last 10 values of one meter", 300, () => LastAsync(history, random.Next(meters)));
        await Spent.MeasureAsync("which meters have values in a week", 3, () => ListAsync(history, days / 2));
        Console.WriteLine($"memory at the end: {Environment.WorkingSet >> 20} MiB working set");
        return 0;
    }

    private static async Task LoadAsync(ITemporalStore history, int meters, int days)
    {
        var clock = Stopwatch.StartNew();
        var next = 0;
        var writers = Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next) - 1; i < meters * days; i = Interlocked.Increment(ref next) - 1)
            {
                var (day, meter) = Math.DivRem(i, meters);
                var written = await history.CommitAsync("", new TemporalUpsert(Day(meter, day)), CancellationToken.None);
                if (!written.IsSuccess) throw new InvalidOperationException(written.Error.Detail);
                if (meter == 0 && day % 10 == 0) Console.WriteLine($"day {day}: {(double)i * Meters.PerDay / clock.Elapsed.TotalSeconds:F0} instances/s");
            }
        })).ToArray();
        await Task.WhenAll(writers);
        var count = (double)meters * days * Meters.PerDay;
        Console.WriteLine($"{count:F0} instances in {clock.Elapsed.TotalSeconds:F1} s: {count / clock.Elapsed.TotalSeconds:F0} instances/s");
    }

    private static TemporalEntity Day(int meter, int day) => new()
    {
        Id = Meters.Id(meter),
        Types = [Type],
        Instances =
        [
            .. Meters.Day(meter, day).Select(reading => new AttributeInstance(new Property
            {
                Name = Reading,
                Value = JsonValue.Of(reading.Value),
                UnitCode = "KWH",
                ObservedAt = new(reading.At, Meters.Text(reading.At)),
            })),
        ],
    };

    private static InstanceRange Range(int fromDay, int days) =>
        new(TimeProperty.ObservedAt, Meters.Start.AddDays(fromDay).UtcTicks, Meters.Start.AddDays(fromDay + days).UtcTicks);

    private static async Task<int> ReadAsync(ITemporalStore history, int meter, int fromDay, int days)
    {
        var page = await history.ReadAsync("", new(Meters.Id(meter), Reading, null), Range(fromDay, days), new(10_000), CancellationToken.None);
        return page.Instances.Length;
    }

    private static async Task<int> LastAsync(ITemporalStore history, int meter)
    {
        var page = await history.ReadAsync("", new(Meters.Id(meter), Reading, null), Range(0, 10_000), new(10, Backwards: true), CancellationToken.None);
        return page.Instances.Length;
    }

    private static async Task<int> AverageAsync(ITemporalStore history, int meter, int days)
    {
        var averages = new DailyAverages(days);
        await history.VisitAsync("", new(Meters.Id(meter), Reading, null), Range(0, days), averages, CancellationToken.None);
        return averages.Count;
    }

    private static async Task<int> ListAsync(ITemporalStore history, int day)
    {
        var count = 0;
        await foreach (var _ in history.ListAsync("", new() { Range = Range(day, 7) }, CancellationToken.None)) count++;
        return count;
    }

    private sealed class DailyAverages(int days) : IInstanceVisitor
    {
        private readonly double[] _sums = new double[days];
        private readonly int[] _counts = new int[days];

        public int Count => _counts.Count(count => count > 0);

        public void Numbers(ReadOnlySpan<long> ticks, ReadOnlySpan<double> numbers)
        {
            for (var i = 0; i < ticks.Length; i++)
            {
                var day = (int)((ticks[i] - Meters.Start.UtcTicks) / TimeSpan.TicksPerDay);
                _sums[day] += numbers[i];
                _counts[day]++;
            }
        }

        public void Other(long ticks, in PackedAttribute attribute) => throw new InvalidOperationException("All values are numbers.");
    }
}
