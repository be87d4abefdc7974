using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using SmartCity.Broker.Storage;
using SmartCity.Broker.Temporal;
using SmartCity.Broker.Tests.Notifications;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;
using Xunit;
using Property = SmartCity.NgsiLd.Entities.Property;

namespace SmartCity.Broker.Tests.Temporal;

/// <summary>
/// Answers that may hold few instances (ETSI GS CIM 009 6.3.10): over any history, a client that goes on from the end of each part
/// sees all of it, and each part holds every instance of its range, whatever the Entity and Attribute.
/// </summary>
public sealed class PartialAnswerTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Attributes = ["urn:n:a", "urn:n:b"];
    private static readonly string?[] Datasets = [null, null, "urn:d:1"];

    // Few instants, so that many instances share one; entity, Attribute, dataset and second.
    private static readonly Gen<(int Entity, string Name, string? Dataset, int Second)[]> Histories =
        (from entity in Gen.Choose(0, 2)
         from name in Gen.Elements(Attributes)
         from dataset in Gen.Elements(Datasets)
         from second in Gen.Choose(0, 30)
         select (entity, name, dataset, second)).NonEmptyListOf().Select(list => list.Take(80).ToArray());

    [Fact]
    public void Parts_forwards_hold_everything_once_put_together() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(150), Prop.ForAll(Histories.ToArbitrary(), Gen.Choose(1, 20).ToArbitrary(), (history, limit) =>
        {
            var all = Expected(history);
            var (seen, from) = (new HashSet<string>(), Begin);
            for (var part = 0; part < 100; part++)
            {
                var page = Ask(history, limit, new() { Relation = TimeRelation.After, TimeAt = from });
                var instances = Instances(page);
                seen.UnionWith(instances);
                if (page.Range is not { } range) return seen.SetEquals(all.Select(one => one.Text));
                var inRange = all.Where(one => one.Time >= from && one.Time.UtcTicks <= range.End).Select(one => one.Text);
                Assert.Equal(inRange.Order(), instances.Order());
                Assert.Equal((from.UtcTicks, null), (range.Start, range.Size));
                // Where one instant alone is too much, the next part begins behind it.
                from = range.End == from.UtcTicks ? from.AddTicks(1) : new(range.End, TimeSpan.Zero);
            }

            return false;
        }));

    [Fact]
    public void Parts_backwards_hold_the_latest_first() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(150), Prop.ForAll(Histories.ToArbitrary(), Gen.Choose(1, 20).ToArbitrary(), Gen.Choose(1, 10).ToArbitrary(), (history, limit, lastN) =>
        {
            var page = Ask(history, limit, new() { Relation = TimeRelation.Before, TimeAt = Begin.AddHours(1), LastN = lastN });
            var instances = Instances(page);
            var last = Expected(history).GroupBy(one => one.Series)
                .SelectMany(group => group.OrderByDescending(one => one.Time).Take(lastN)).ToList();
            if (page.Range is not { } range)
            {
                // Which of several at the same instant is left out is open.
                Assert.Equal(last.Count, instances.Count);
                return true;
            }

            Assert.Equal((Begin.AddHours(1).UtcTicks, lastN), (range.Start, range.Size));
            Assert.Equal(last.Count(one => one.Time.UtcTicks >= range.End), instances.Count);
            foreach (var attribute in page.Evolutions.SelectMany(evolution => evolution.Attributes))
            {
                var times = attribute.Instances.Select(instance => instance.Attribute.ObservedAtTicks).ToList();
                Assert.Equal(times.OrderDescending(), times);
            }

            return true;
        }));

    private static EvolutionPage Ask((int Entity, string Name, string? Dataset, int Second)[] history, int limit, TemporalQuery time)
    {
        var store = new MemoryHistory(TimeProvider.System);
        foreach (var group in history.Select((one, number) => (one, number)).GroupBy(one => one.one.Entity))
        {
            var entity = new TemporalEntity
            {
                Id = $"urn:e:{group.Key}",
                Types = ["urn:t:T"],
                Instances = [.. group.Select(one => Instance(one.one, one.number))],
            };
            Assert.True(store.CommitAsync("", new TemporalUpsert(entity), default).AsTask().Result.IsSuccess);
        }

        var operations = new LocalTemporal(store, new MemoryStore(TimeProvider.System), Limits.Default with { TemporalInstances = limit });
        var request = new TemporalRequest { Time = time, Shown = new TemporalRepresentation() };
        return operations.QueryAsync(new Call { Context = Context.Core }, request, new(0, 100, false), default).AsTask().Result.Value;
    }

    private static AttributeInstance Instance((int Entity, string Name, string? Dataset, int Second) one, int number) => new(new Property
    {
        Name = one.Name,
        Value = JsonValue.Of(number.ToString(CultureInfo.InvariantCulture)),
        DatasetId = one.Dataset,
        ObservedAt = new(Begin.AddSeconds(one.Second), Timestamp.Format(Begin.AddSeconds(one.Second))),
    });

    private static List<(string Text, string Series, DateTimeOffset Time)> Expected((int Entity, string Name, string? Dataset, int Second)[] history) =>
        [.. history.Select((one, number) => ($"{number}", $"{one.Entity} {one.Name}", Begin.AddSeconds(one.Second)))];

    private static List<string> Instances(EvolutionPage page) =>
        [.. page.Evolutions.SelectMany(evolution => evolution.Attributes).SelectMany(attribute => attribute.Instances)
            .Select(instance => System.Text.Encoding.UTF8.GetString(instance.Attribute.Value))];
}
