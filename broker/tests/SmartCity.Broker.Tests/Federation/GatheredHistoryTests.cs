using SmartCity.Broker.Federation.Temporal;
using SmartCity.Broker.Storage;
using SmartCity.Broker.Tests.Notifications;
using SmartCity.Broker.Tests.Temporal;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;
using Xunit;
using static SmartCity.Broker.Tests.Federation.Asking;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>The history of this broker and what sources tell, read as one (ETSI GS CIM 009 4.5.5.3, 5.7.3.4).</summary>
public sealed class GatheredHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TemporalSeries Speed = new(Id, Name("speed"), null);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Pages_of_any_size_give_each_instance_once_in_order_of_time(bool backwards, bool toldIsNewer)
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var own = Minutes(random);
            var told = Minutes(random);
            var history = await HistoryAsync(own, told, toldIsNewer ? "2999-01-01T00:00:00Z" : "2020-01-01T00:00:00Z");
            var (from, to) = (random.Next(0, 10), random.Next(10, 25));
            // Of one minute that both have, those of the newer one count.
            var expected = (toldIsNewer ? own.Where(minute => !told.Contains(minute)).Concat(told) : told.Where(minute => !own.Contains(minute)).Concat(own))
                .Where(minute => minute >= from && minute < to).Order().ToList();
            if (backwards) expected.Reverse();

            Assert.Equal(expected, await ReadAsync(history, from, to, random, backwards));
        }
    }

    [Fact]
    public async Task A_visit_sees_what_a_reading_sees()
    {
        var history = await HistoryAsync([1, 2, 3], [2, 4], "2020-01-01T00:00:00Z");
        var visitor = new Counting();
        await history.VisitAsync("", Speed, InstanceRange.All, visitor, default);

        Assert.Equal(4, visitor.Count);
    }

    [Fact]
    public async Task Entities_that_only_sources_have_come_last_and_are_selected_like_others()
    {
        var remote = new Dictionary<string, RemoteEvolution>();
        foreach (var (id, type) in (ReadOnlySpan<(string, string)>)[("urn:x:2", "Lamp"), ("urn:x:1", "Lamp"), ("urn:x:3", "Tree")])
        {
            remote.Add(id, new RemoteEvolution(id, TimeProperty.ObservedAt));
            remote[id].Add(0, new() { Id = id, Types = [Name(type)], Instances = [Instance(5, "2020-01-01T00:00:00Z")] });
        }

        var own = new MemoryHistory(new ManualClock());
        await own.CommitAsync("", new TemporalUpsert(new() { Id = "urn:x:9", Types = [Name("Lamp")], Instances = [Instance(1, null)] }), default);
        // Of another type here: together they have both.
        await own.CommitAsync("", new TemporalUpsert(new() { Id = "urn:x:2", Types = [Name("Pole")], Instances = [Instance(1, null)] }), default);
        var history = new GatheredHistory(own, remote);
        var selection = new TemporalSelection { Selectors = Query("Lamp").Selectors, Range = new(TimeProperty.ObservedAt, Ticks(0), Ticks(9)) };
        var found = new List<string>();
        await foreach (var head in history.ListAsync("", selection, default)) found.Add($"{head.Id} {head.Types.Length} {head.Series.Length}");

        Assert.Equal(["urn:x:9 1 1", "urn:x:1 1 1", "urn:x:2 2 1"], found);
        found.Clear();
        await foreach (var head in history.ListAsync("", selection with { Range = new(TimeProperty.ObservedAt, Ticks(6), Ticks(9)) }, default)) found.Add(head.Id);
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("DateTime 2026-01-01T10:00:00Z-2026-01-01T10:10:00Z/*", "2026-01-01T10:10:00Z")]
    [InlineData("DateTime 2026-01-01T10:00:00.5Z-2026-01-01T10:10:00.25Z/10", "2026-01-01T10:10:00.25Z")]
    [InlineData("bytes 0-5/10", null)]
    [InlineData("DateTime x", null)]
    [InlineData(null, null)]
    public void The_end_of_a_part_is_read(string? header, string? end) =>
        Assert.Equal(end is null ? null : DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture), EvolutionQuestion.EndOf(header));

    private static List<int> Minutes(Random random) => [.. Enumerable.Range(0, random.Next(0, 12)).Select(_ => random.Next(0, 25)).Order()];

    private static async Task<GatheredHistory> HistoryAsync(List<int> own, List<int> told, string modifiedAt)
    {
        var store = new MemoryHistory(new ManualClock());
        await store.CommitAsync("", new TemporalUpsert(new() { Id = Id, Types = [Name("Lamp")], Instances = [.. own.Select(minute => Instance(minute, null))] }), default);
        var remote = new RemoteEvolution(Id, TimeProperty.ObservedAt);
        remote.Add(0, new() { Id = Id, Types = [Name("Lamp")], Instances = [.. told.Select(minute => Instance(minute, modifiedAt))] });
        return new(store, new Dictionary<string, RemoteEvolution> { [Id] = remote });
    }

    private static async Task<List<int>> ReadAsync(GatheredHistory history, int from, int to, Random random, bool backwards)
    {
        var read = new List<int>();
        var paging = new InstancePaging(random.Next(1, 6), backwards);
        while (true)
        {
            var page = await history.ReadAsync("", Speed, new(TimeProperty.ObservedAt, Ticks(from), Ticks(to)), paging, default);
            Assert.InRange(page.Instances.Length, 0, paging.Limit);
            read.AddRange(page.Instances.Select(instance => (int)((instance.Attribute.ObservedAtTicks - Start.UtcTicks) / TimeSpan.TicksPerMinute)));
            if (!page.HasMore) return read;
            paging = new(random.Next(1, 6), backwards, page.LastTicks, page.LastNumber);
        }
    }

    private static long Ticks(int minute) => Start.AddMinutes(minute).UtcTicks;

    private static AttributeInstance Instance(int minute, string? modifiedAt)
    {
        var time = Start.AddMinutes(minute);
        return new(new Property
        {
            Name = Name("speed"),
            Value = JsonValue.Of("1"),
            ObservedAt = new(time, Timestamp.Format(time)),
            ModifiedAt = modifiedAt is null ? default : DateTimeOffset.Parse(modifiedAt, System.Globalization.CultureInfo.InvariantCulture),
        });
    }

    private sealed class Counting : IInstanceVisitor
    {
        public int Count { get; private set; }

        public void Numbers(ReadOnlySpan<long> ticks, ReadOnlySpan<double> numbers) => Count += ticks.Length;

        public void Other(long ticks, in PackedAttribute attribute) => Count++;
    }
}
