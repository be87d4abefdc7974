using System.Globalization;
using System.Text;
using FsCheck.Fluent;
using SmartCity.Broker.Embedded;
using SmartCity.Broker.Storage;
using SmartCity.Broker.StoreContract;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;
using Xunit;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Tests.Embedded;

/// <summary>Old numbers become averages, and everything else stays.</summary>
public sealed class HistoryAveragingTests : RuledHistory
{
    private const int Hour = 60;
    private const int Day = 24 * Hour;
    private const string Daily = "average by 1 day after 30 days";
    private const string Id = "urn:1";

    private readonly Clock _clock = new();

    private protected override TimeProvider Time => _clock;

    [Fact]
    public async Task Numbers_of_a_day_become_their_average_and_all_else_stays()
    {
        var numbers = new List<Attribute>();
        for (var minute = 0; minute < 20 * Day; minute += 15) numbers.Add(Evolutions.At(minute, minute / 15) with { UnitCode = "KMH" });
        for (var day = 0; day < 20; day++) numbers.Add(Evolutions.At(day * Day + Hour, 1000 + day, dataset: "urn:d"));
        for (var day = 0; day < 20; day++)
        {
            numbers.Add(Writes.Text(Writes.Speed, "fast") with { ObservedAt = Evolutions.Time(day * Day + 7) });
            numbers.Add(Writes.Text(Writes.Colour, "red") with { ObservedAt = Evolutions.Time(day * Day + 7) });
        }

        var entity = Evolutions.Of(Id, [.. numbers]);
        var deletion = new AttributeInstance(Evolutions.At(5, 7)) { DeletedAt = Evolutions.Time(5) };
        List<StoredInstance> before;
        await using (var store = await OpenAsync(""))
        {
            await WriteAsync(store, entity with { Instances = [.. entity.Instances, deletion] });
            before = await ReadAsync(store);
            Assert.Equal(20 * 96 + 21, before.Count);
        }

        for (var i = 0; i < 3; i++) await (await OpenAsync(Daily)).DisposeAsync();
        List<StoredInstance> after;
        await using (var store = await OpenAsync(Daily))
        {
            await Eventually(async () => (await ReadAsync(store)).Count == 41 && (await ReadAsync(store, dataset: "urn:d"))[^1].At() == Evolutions.Time(19 * Day));
            after = await ReadAsync(store);
            Assert.Equal(20, (await ReadAsync(store, Writes.Colour)).Count);
            Assert.Equal(Enumerable.Range(1000, 20), (await ReadAsync(store, dataset: "urn:d")).Select(one => int.Parse(Evolutions.Value(one), CultureInfo.InvariantCulture)));
        }

        Assert.Equal("fast", Evolutions.Value(Assert.Single(after, one => one.At() == Evolutions.Time(7))).Trim('"'));
        Assert.Single(after, one => one.DeletedAt is not null);
        for (var day = 0; day < 20; day++)
        {
            var average = Assert.Single(after, one => one.At() == Evolutions.Time(day * Day));
            var last = before.FindLast(one => one.At() == Evolutions.Time(day * Day + 23 * Hour + 45));
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{day * 96 + 47.5}"), Evolutions.Value(average));
            Assert.Equal(("KMH", last.Id), (Encoding.UTF8.GetString(average.Attribute.UnitCode), average.Id));
        }

        await using (var again = await OpenAsync(Daily))
        {
            await Task.Delay(300);
            Assert.Equal(Shown(after), Shown(await ReadAsync(again)));
        }
    }

    [Fact]
    public async Task Only_periods_that_are_wholly_beyond_the_bound_are_averaged()
    {
        _clock.Now = Evolutions.Start.AddDays(12).AddHours(12.5);
        await using var store = await OpenAsync("type=urn:other average by 1 hour after 1 day; average by 1 hour after 2 days keep 3000 days");
        await WriteAsync(store, Evolutions.Of(Id, [.. Enumerable.Range(0, 12 * 72).Select(i => (Attribute)Evolutions.At(i * 20, i % 3))]));
        // Up to day 10, 12:00.
        await Eventually(async () => (await ReadAsync(store)).Count == 10 * 24 + 12 + (12 * 72 - (10 * 72 + 36)));
        await Task.Delay(200);
        var read = await ReadAsync(store);
        Assert.Equal(Enumerable.Range(0, 252).Select(hour => Evolutions.Time(hour * Hour)), read.Take(252).Select(one => one.At()));
        Assert.All(read.Take(252), one => Assert.Equal("1", Evolutions.Value(one)));
        Assert.Equal(Evolutions.Time(10 * Day + 12 * Hour + 20), read[253].At());
        _clock.Now = _clock.Now.AddDays(5);
        await Eventually(async () => (await ReadAsync(store)).Count == 12 * 24);
    }

    [Fact]
    public async Task What_comes_late_weighs_as_much_as_the_average()
    {
        await using var store = await OpenAsync(Daily);
        await WriteAsync(store, Evolutions.Of(Id, [.. Enumerable.Range(0, 30 * 24).Select(hour => (Attribute)Evolutions.At(hour * Hour, 10))]));
        await Eventually(async () => (await ReadAsync(store)).Count == 30);
        await WriteAsync(store, Evolutions.Of(Id, Evolutions.At(3 * Day + 1, 100), Evolutions.At(40 * Day + 1, 7)));
        await Eventually(async () => (await ReadAsync(store)).Count == 31);
        var values = (await ReadAsync(store)).ConvertAll(Evolutions.Value);
        Assert.Equal(["10", "10", "10", "55", "10"], values[..5]);
        Assert.Equal("7", values[30]);
    }

    [Fact]
    public async Task An_instance_without_observedAt_counts_when_it_was_modified()
    {
        for (var hour = 0; hour < 4; hour++)
        {
            _clock.Now = Evolutions.Start.AddHours(hour * 8);
            await using var store = await OpenAsync("");
            await WriteAsync(store, Evolutions.Of(Id, Writes.Number(Writes.Speed, hour)));
        }

        _clock.Now = Evolutions.Start.AddYears(1);
        await using var averaging = await OpenAsync("average by 1 day after 30 days");
        await Eventually(async () => (await ReadAsync(averaging)).Count == 2);
        var read = await ReadAsync(averaging);
        Assert.Equal([(Evolutions.Time(0), "1"), (Evolutions.Time(Day), "3")], read.Select(one => (one.At(), Evolutions.Value(one))));
    }

    [Fact]
    public async Task Units_are_not_mixed_and_numbers_of_any_spelling_are_averaged()
    {
        await using var store = await OpenAsync(Daily);
        await WriteAsync(store, Evolutions.Of(
            Id,
            Evolutions.At(1, 10) with { UnitCode = "CEL" }, Evolutions.At(2, 20) with { UnitCode = "CEL" }, Evolutions.At(3, 59) with { UnitCode = "FAH" },
            Spelt(Day + 1, "1e3"), Spelt(Day + 2, "0.5"), Spelt(2 * Day + 1, "-1.50"), Spelt(2 * Day + 2, "1.50"), Spelt(3 * Day + 1, "1.10"),
            Spelt(4 * Day, "1"), Spelt(4 * Day + 1, "1"), Spelt(4 * Day + 2, "2"), Spelt(5 * Day + 1, "1E300"), Spelt(5 * Day + 2, "3E300"),
            Spelt(6 * Day + 1, "999999999999999999"), Spelt(6 * Day + 2, "0.0001")));
        await Eventually(async () => (await ReadAsync(store)).Count == 8);
        var values = (await ReadAsync(store)).ConvertAll(Evolutions.Value);
        Assert.Equal(["15", "59"], values[..2].Order());
        Assert.Equal(["500.25", "0.00", "1.10", "1.333", "2E+300", "5E+17"], values[2..]);
    }

    [Fact]
    public async Task Any_numbers_have_the_average_that_they_have()
    {
        var numbers = Gen.ArrayOf(
            Gen.Choose(0, 40 * Day - 1).SelectMany(minute => Gen.Choose(-1_000_000, 1_000_000).SelectMany(
                mantissa => Gen.Choose(0, 3).Select(decimals => (Minute: minute, Value: mantissa / (decimal)Math.Pow(10, decimals))))));
        var samples = Gen.Sample(numbers, 1500, 12).ToArray();
        await using (var store = await OpenAsync(""))
        {
            for (var i = 0; i < samples.Length; i++)
            {
                // In several writes, so that blocks overlap.
                foreach (var part in samples[i].Chunk(400))
                {
                    await WriteAsync(store, Evolutions.Of($"urn:{i}", [.. part.Select(one => Spelt(one.Minute, one.Value.ToString(CultureInfo.InvariantCulture)))]));
                }
            }
        }

        await using var averaging = await OpenAsync("average by 6 hours after 30 days");
        for (var i = 0; i < samples.Length; i++)
        {
            var expected = samples[i].GroupBy(one => one.Minute / 360).OrderBy(period => period.Key)
                .Select(period => (Evolutions.Time(period.Key * 360), Average([.. period.Select(one => one.Value)]))).ToArray();
            var id = $"urn:{i}";
            await Eventually(async () => (await ReadAsync(averaging, id: id)) is var read
                && read.Count == expected.Length && read.TrueForAll(one => one.At().Value.Ticks % TimeSpan.FromHours(6).Ticks == 0));
            Assert.Equal(expected, (await ReadAsync(averaging, id: id)).Select(one => (one.At(), decimal.Parse(Evolutions.Value(one), CultureInfo.InvariantCulture))));
        }
    }

    private static decimal Average(decimal[] values) => values.Length == 1
        ? values[0] : Math.Round(values.Sum() / values.Length, values.Max(value => value.Scale) + 3, MidpointRounding.AwayFromZero);

    private static Property Spelt(int minute, string number) =>
        Evolutions.At(minute, 0) with { Value = JsonValue.Of(number) };

    private static IEnumerable<(InstanceId, Timestamp, string)> Shown(List<StoredInstance> instances) =>
        instances.Select(one => (one.Id, one.At(), Evolutions.Value(one)));

    private static async Task WriteAsync(EmbeddedStore store, TemporalEntity entity) =>
        await store.Temporal.CommitAsync("", new TemporalUpsert(entity), default);

    private static async Task<List<StoredInstance>> ReadAsync(EmbeddedStore store, string attribute = Writes.Speed, string? dataset = null, string id = Id) =>
        [.. (await store.Temporal.ReadAsync("", new(id, attribute, dataset), InstanceRange.All, new(10_000), default)).Instances];

    /// <summary>Goes on from where it is set; timers are those of the system.</summary>
    private sealed class Clock : TimeProvider
    {
        private TimeSpan _ahead;

        public DateTimeOffset Now
        {
            get => System.GetUtcNow() + _ahead;
            set => _ahead = value - System.GetUtcNow();
        }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

file static class Instances
{
    public static Timestamp At(this StoredInstance instance) => Evolutions.Parse(Encoding.UTF8.GetString(instance.Attribute.ObservedAt));
}
