using FsCheck;
using FsCheck.Fluent;
using SmartCity.Broker.Storage;
using Xunit;
using static SmartCity.Broker.StoreContract.Evolutions;
using Property = SmartCity.NgsiLd.Entities.Property;

namespace SmartCity.Broker.StoreContract;

/// <summary>
/// Generated sequences of changes, writes into the history and restarts, compared with the simplest model there is: lists.
/// </summary>
public abstract class GeneratedHistoryContract : StoreContract
{
    private const int Ids = 4;

    private static readonly string[] Datasets = ["", "urn:a"];

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (6, Of(StepKind.Change)),
        (2, Of(StepKind.DeleteEntity)),
        (6, Of(StepKind.Upsert)),
        (3, Of(StepKind.Append)),
        (2, Of(StepKind.DeleteAttribute)),
        (3, Of(StepKind.DeleteInstance)),
        (3, Of(StepKind.Replace)),
        (1, Of(StepKind.DeleteEvolution)),
        (1, Of(StepKind.Reopen)));

    // What an evolution should be: by dataset, in the order in which instances came.
    private readonly Dictionary<string, Dictionary<string, List<Expected>>> _model = [];
    private readonly Dictionary<string, int> _current = [];
    private long _came;

    private enum StepKind
    {
        Change,
        DeleteEntity,
        Upsert,
        Append,
        DeleteAttribute,
        DeleteInstance,
        Replace,
        DeleteEvolution,
        Reopen,
    }

    [Fact]
    public async Task Any_sequence_of_writes_reads_back_as_the_model_says()
    {
        foreach (var sequence in Gen.Sample(Gen.ListOf(Steps), 80, 15))
        {
            foreach (var step in sequence) await Apply(step);
            await Compare();
        }

        await Store.ReopenAsync();
        await Compare();
    }

    private static Gen<Step> Of(StepKind kind) =>
        Gen.Choose(0, int.MaxValue).Select(seed => new Step(kind, $"urn:{seed % Ids}", new Random(seed)));

    private async Task Apply(Step step)
    {
        var (id, random) = (step.Id, step.Random);
        var evolution = _model.GetValueOrDefault(id);
        var dataset = Datasets[random.Next(2)];
        switch (step.Kind)
        {
            case StepKind.Change:
                _current[id] = _current.GetValueOrDefault(id) + 1;
                await Commit(Writes.Put(Writes.Entity(id, Writes.Number(Writes.Speed, _current[id]))));
                Series(id, "").Add(new(long.MaxValue, _came++, $"{_current[id]}"));
                break;
            case StepKind.DeleteEntity when _current.Remove(id):
                await Commit(Writes.Delete(id));
                Series(id, "").Add(new(long.MaxValue, _came++, "\"urn:ngsi-ld:null\""));
                break;
            case StepKind.Upsert or StepKind.Append:
                var instances = new Property[random.Next(1, random.Next(10) == 0 ? 700 : 5)];
                for (var i = 0; i < instances.Length; i++) instances[i] = At(random.Next(500), random.Next(-50, 50) / 4.0, dataset: Name(Datasets[random.Next(2)]));
                var written = await Store.Temporal.CommitAsync(
                    "", step.Kind == StepKind.Upsert ? new TemporalUpsert(Evolutions.Of(id, instances)) : new TemporalAppend(Evolutions.Of(id, instances)), Soon);
                Assert.Equal(step.Kind == StepKind.Upsert || evolution is not null, written.IsSuccess);
                if (!written.IsSuccess) break;
                Assert.Equal(evolution is null ? TemporalOutcome.Created : TemporalOutcome.Changed, written.Value);
                foreach (var instance in instances) Series(id, instance.DatasetId ?? "").Add(Expected.Of(instance, _came++));
                break;
            case StepKind.DeleteAttribute:
                var all = random.Next(2) == 0;
                var deleted = await Store.Temporal.CommitAsync("", new TemporalAttributeDeletion(id, Writes.Speed, Name(dataset), all), Soon);
                var isThere = evolution is not null && (all ? evolution.Count > 0 : evolution.ContainsKey(dataset));
                Assert.Equal(isThere, deleted.IsSuccess);
                if (all) evolution?.Clear();
                else evolution?.Remove(dataset);
                break;
            case StepKind.DeleteEvolution:
                var gone = await Store.Temporal.CommitAsync("", new TemporalDeletion(id), Soon);
                Assert.Equal(_model.Remove(id), gone.IsSuccess);
                break;
            case StepKind.DeleteInstance or StepKind.Replace when evolution?.ContainsKey(dataset) == true:
                await ApplyToOne(step, evolution, dataset);
                break;
            case StepKind.Reopen:
                await Store.ReopenAsync();
                break;
            default:
                break;
        }
    }

    private async Task ApplyToOne(Step step, Dictionary<string, List<Expected>> evolution, string dataset)
    {
        var expected = evolution[dataset];
        expected.Sort();
        var index = step.Random.Next(expected.Count);
        var page = await Store.Temporal.ReadAsync("", new(step.Id, Writes.Speed, Name(dataset)), InstanceRange.All, new(index + 1), Soon);
        var id = page.Instances[index].Id;
        var came = expected[index].Came;
        expected.RemoveAt(index);
        if (step.Kind == StepKind.Replace)
        {
            var other = Datasets[step.Random.Next(2)];
            var by = At(step.Random.Next(500), step.Random.Next(100), dataset: Name(other));
            Assert.True((await Store.Temporal.CommitAsync("", new TemporalReplacement(step.Id, Writes.Speed, id, new(by)), Soon)).IsSuccess);
            Series(step.Id, other).Add(Expected.Of(by, came));
        }
        else
        {
            Assert.True((await Store.Temporal.CommitAsync("", new TemporalInstanceDeletion(step.Id, Writes.Speed, id), Soon)).IsSuccess);
        }

        if (expected.Count == 0) evolution.Remove(dataset);
    }

    private async Task Compare()
    {
        var listed = new List<string>();
        await foreach (var head in Store.Temporal.ListAsync("", new(), Soon)) listed.Add(head.Id);
        Assert.Equal(_model.Keys.Order(), listed.Order());
        foreach (var (id, evolution) in _model)
        {
            var head = (await Store.Temporal.FindAsync("", id, Soon))!;
            Assert.Equal(evolution.Keys.Order(), head.Series.Select(series => series.DatasetId ?? "").Order());
            foreach (var (dataset, expected) in evolution)
            {
                expected.Sort();
                var series = new TemporalSeries(id, Writes.Speed, Name(dataset));
                Assert.Equal(expected.Select(e => e.Value), await Values(series, InstanceRange.All, new(7)));
                Assert.Equal(expected.Select(e => e.Value).Reverse(), await Values(series, InstanceRange.All, new(100, Backwards: true)));
                var range = Between(100, 200);
                Assert.Equal(
                    expected.Where(e => e.Time >= range.From && e.Time < range.To).Select(e => e.Value),
                    await Values(series, range, new(30)));
            }
        }
    }

    private async Task<List<string>> Values(TemporalSeries series, InstanceRange range, InstancePaging paging)
    {
        var values = new List<string>();
        while (true)
        {
            var page = await Store.Temporal.ReadAsync("", series, range, paging, Soon);
            values.AddRange(page.Instances.Select(Value));
            if (!page.HasMore) return values;
            paging = paging with { AfterTicks = page.LastTicks, AfterNumber = page.Instances[^1].Id.Number };
        }
    }

    private List<Expected> Series(string id, string dataset)
    {
        if (!_model.TryGetValue(id, out var evolution)) _model[id] = evolution = [];
        if (!evolution.TryGetValue(dataset, out var series)) evolution[dataset] = series = [];
        return series;
    }

    private static string? Name(string dataset) => dataset.Length == 0 ? null : dataset;

    private sealed record Step(StepKind Kind, string Id, Random Random);

    /// <param name="Time">UTC ticks; beyond all others where there is no observedAt, since these stand at their modifiedAt.</param>
    /// <param name="Came">Orders equal ones.</param>
    /// <param name="Value">JSON.</param>
    private readonly record struct Expected(long Time, long Came, string Value) : IComparable<Expected>
    {
        public static Expected Of(Property instance, long came) =>
            new(instance.ObservedAt!.Value.Value.UtcTicks, came, instance.Value.ToString());

        public int CompareTo(Expected other) => Time != other.Time ? Time.CompareTo(other.Time) : Came.CompareTo(other.Came);
    }
}
