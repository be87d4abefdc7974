using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Temporal;
using Xunit;
using static SmartCity.Broker.StoreContract.Evolutions;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.StoreContract;

/// <summary>What <see cref="ITemporalStore"/> promises.</summary>
public abstract class TemporalContract : StoreContract
{
    private static readonly TemporalSeries Speed = new("urn:1", Writes.Speed, null);

    [Fact]
    public async Task What_was_never_written_is_not_there()
    {
        Assert.Null(await Store.Temporal.FindAsync("", "urn:1", Soon));
        Assert.Null(await Store.Temporal.FindAsync("no tenant", "urn:1", Soon));
        Assert.Empty((await Read(Speed)).Instances);
        Assert.Empty(await List(new()));
    }

    [Fact]
    public async Task Changes_of_current_Entities_are_recorded_each_once()
    {
        await Commit(Writes.Create(Writes.Entity("urn:1", Writes.Number(Writes.Speed, 1), Writes.Text(Writes.Colour, "red"))));
        for (var i = 0; i < 5; i++) await Commit(Writes.Increment("urn:1", Writes.Speed));
        await Commit(Writes.Delete("urn:1"));
        Assert.Equal(["1", "2", "3", "4", "5", "6", "\"urn:ngsi-ld:null\""], await Values(Speed));
        Assert.Equal(["\"red\"", "\"urn:ngsi-ld:null\""], await Values(Speed with { Attribute = Writes.Colour }));
        var head = (await Store.Temporal.FindAsync("", "urn:1", Soon))!;
        Assert.Equal([Writes.Vehicle], head.Types.AsEnumerable());
        Assert.Equal([Speed, Speed with { Attribute = Writes.Colour }], head.Series.AsEnumerable());
        Assert.NotNull(head.DeletedAt);
        var all = (await Read(Speed)).Instances;
        Assert.Equal(all.Length, all.Select(instance => instance.Id).Distinct().Count());
        Assert.Equal(head.DeletedAt, all[^1].DeletedAt!.Value.Value);
        Assert.All(all.Take(6), instance => Assert.Null(instance.DeletedAt));
        await Commit(Writes.Create(Writes.Entity("urn:1", Writes.Number(Writes.Speed, 7))));
        Assert.Equal(["6", "\"urn:ngsi-ld:null\"", "7"], (await Values(Speed)).TakeLast(3));
        Assert.Null((await Store.Temporal.FindAsync("", "urn:1", Soon))!.DeletedAt);
    }

    [Fact]
    public async Task A_copy_of_an_Entity_is_no_history()
    {
        var entity = PackedEntity.Pack(Writes.Entity("urn:1", Writes.Number(Writes.Speed, 1)) with { Scopes = ["/a"] });
        var copied = new AttributeChange(Writes.Speed, null, AttributeChangeKind.Rewritten);
        await Commit(new EntityWrite("urn:1", (_, now) => new EntityChange { EntityId = "urn:1", Before = null, After = entity, At = now, Attributes = [copied] }));
        Assert.NotNull(await Find("urn:1"));
        Assert.Null(await Store.Temporal.FindAsync("", "urn:1", Soon));
        await Commit(new EntityWrite("urn:1", (before, now) => new EntityChange { EntityId = "urn:1", Before = before, After = null, At = now, Attributes = [copied] }));
        Assert.Null(await Find("urn:1"));
        Assert.Empty(await List(new()));
        await Store.ReopenAsync();
        Assert.Empty(await List(new()));
    }

    [Fact]
    public async Task A_copy_of_an_evolution_keeps_its_times()
    {
        static Property Past(int minute, double value) => At(minute, value) with
        {
            CreatedAt = Start.AddHours(minute),
            ModifiedAt = Start.AddHours(minute + 1),
        };
        var unobserved = Writes.Number(Writes.Speed, 9) with { CreatedAt = Start.AddDays(1), ModifiedAt = Start.AddDays(2) };
        var times = new TemporalTimes(Start.AddDays(-3), Start.AddDays(-2), Start.AddDays(-1));
        await Store.Temporal.CommitAsync("", new TemporalUpsert(Of("urn:1", Past(5, 5), Past(2, 2), unobserved)) { Times = times }, Soon);
        await Store.Temporal.CommitAsync("", new TemporalUpsert(Of("urn:1", Past(3, 3))) { Times = times }, Soon);
        await Store.Temporal.CommitAsync("", new TemporalUpsert(Of("urn:2", Past(3, 3))) { Times = times with { DeletedAt = null } }, Soon);
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(times, (await Head()).Times);
            Assert.Equal(times with { DeletedAt = null }, (await Store.Temporal.FindAsync("", "urn:2", Soon))!.Times);
            Assert.Equal(["2", "3", "5", "9"], await Values(Speed));
            var all = (await Store.Temporal.ReadAsync("", Speed, InstanceRange.All with { Property = TimeProperty.ModifiedAt }, new(10), Soon)).Instances;
            Assert.Equal([3, 4, 6, 48], all.Select(one => (int)TimeSpan.FromTicks(one.Attribute.ModifiedAtTicks - Start.UtcTicks).TotalHours));
            Assert.Equal([2, 3, 5, 24], all.Select(one => (int)TimeSpan.FromTicks(one.Attribute.CreatedAtTicks - Start.UtcTicks).TotalHours));
            var hour = new InstanceRange(TimeProperty.ModifiedAt, Start.AddHours(4).UtcTicks, Start.AddHours(5).UtcTicks);
            Assert.Equal("3", Value(Assert.Single((await Store.Temporal.ReadAsync("", Speed, hour, new(10), Soon)).Instances)));
            await Store.ReopenAsync();
        }
    }

    [Fact]
    public async Task Every_member_of_an_instance_comes_back()
    {
        var given = new Property
        {
            Name = Writes.Speed,
            Value = JsonValue.Of("-0.070"),
            UnitCode = "KMH",
            ObservedAt = Parse("2020-01-01T00:00:00.050Z"),
            ExpiresAt = Parse("2999-01-01T00:00:00Z"),
            SubAttributes = [Writes.Number("https://example.org/accuracy", 0.5), Writes.Text("https://example.org/by", "x")],
        };
        Attribute[] others =
        [
            new Relationship { Name = Writes.Owner, Objects = ["urn:a", "urn:b"], IsArray = true, ObjectTypes = [Writes.Building] },
            new GeoProperty { Name = Writes.Location, Value = JsonValue.Of("""{"type":"Point","coordinates":[1,2]}""") },
            new LanguageProperty { Name = Writes.Colour, LanguageMap = JsonValue.Of("""{"en":"red"}"""), DatasetId = "urn:d" },
            new VocabProperty { Name = "https://example.org/v", Vocab = ["https://example.org/w"] },
            new Property { Name = "https://example.org/odd", Value = JsonValue.Of("1.5e300"), ObservedAt = Time(1) },
            new Property { Name = "https://example.org/true", Value = JsonValue.Of("true"), ValueType = "https://example.org/b" },
        ];
        await Write(new TemporalUpsert(Of("urn:1", [given, .. others])));
        foreach (var attribute in (Attribute[])[given, .. others])
        {
            var page = await Read(new("urn:1", attribute.Name, attribute.DatasetId));
            var holder = new PackedInstances();
            holder.Begin([]);
            var instance = Assert.Single(page.Instances);
            var ticks = instance.Attribute.CreatedAtTicks;
            holder.Add(instance.Attribute, [], instance.Attribute.ObservedAtTicks, MomentText.Decimals(instance.Attribute.ObservedAt.Length), ticks, ticks);
            var at = new DateTimeOffset(ticks, TimeSpan.Zero);
            var expected = PackedEntity.Pack(new() { Id = "", Types = [], Attributes = [WithTimes(attribute, at)] });
            Assert.Equal(expected.Bytes, holder.ToEntity().Bytes);
        }
    }

    [Fact]
    public async Task Late_instances_take_their_place()
    {
        Assert.Equal(TemporalOutcome.Created, await Write(new TemporalUpsert(Of("urn:1", At(10, 10), At(30, 30)))));
        Assert.Equal(TemporalOutcome.Changed, await Write(new TemporalUpsert(Of("urn:1", At(20, 20), At(5, 5), At(30, 31)))));
        await Write(new TemporalAppend(Of("urn:1", At(15, 15))));
        Assert.Equal(["5", "10", "15", "20", "30", "31"], await Values(Speed));
        Assert.Equal(["10", "15", "20"], await Values(Speed, Between(10, 30)));
        Assert.Equal(["20", "15"], (await Read(Speed, Between(10, 30), new(2, Backwards: true))).Instances.Select(Value));
        await Store.ReopenAsync();
        Assert.Equal(["5", "10", "15", "20", "30", "31"], await Values(Speed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_follow_each_other_without_gap_or_overlap(bool backwards)
    {
        // Several at the same time, so that a page ends among them.
        for (var batch = 0; batch < 7; batch++)
            await Write(new TemporalUpsert(Of("urn:1", [.. Enumerable.Range(0, 30).Select(i => At(i / 4, batch * 100 + i))])));
        var seen = new List<string>();
        var paging = new InstancePaging(11, backwards);
        for (var more = true; more;)
        {
            var page = await Read(Speed, Between(0, 100), paging);
            seen.AddRange(page.Instances.Select(Value));
            more = page.HasMore;
            Assert.Equal(page.LastTicks, page.Instances[^1].Attribute.ObservedAtTicks);
            paging = paging with { AfterTicks = page.LastTicks, AfterNumber = page.Instances[^1].Id.Number };
        }

        var all = await Values(Speed);
        Assert.Equal(210, all.Count);
        Assert.Equal(backwards ? all.AsEnumerable().Reverse() : all, seen);
    }

    [Fact]
    public async Task Many_instances_come_back_as_they_were_spelt()
    {
        string[] spellings = ["1", "1.0", "-1.50", "0.001", "123456789012345678", "1e3", "-0", "0.1234567890123456789", "12.25"];
        var instances = Enumerable.Range(0, 3000)
            .Select(i => new Property { Name = Writes.Speed, ObservedAt = Time(i * 15), Value = JsonValue.Of(spellings[i * i % 97 % spellings.Length]) })
            .ToArray();
        await Write(new TemporalUpsert(Of("urn:1", instances)));
        Assert.Equal(instances.Select(i => i.Value.ToString()), await Values(Speed));
        await Store.ReopenAsync();
        Assert.Equal(instances.Select(i => i.Value.ToString()), await Values(Speed));
        Assert.Equal(
            instances.Skip(1000).Take(500).Select(i => i.Value.ToString()),
            await Values(Speed, Between(15_000, 22_500)));
    }

    [Fact]
    public async Task Times_other_than_observedAt_select_and_order()
    {
        await Write(new TemporalUpsert(Of("urn:1", At(30, 1))));
        var middle = (await Read(Speed)).Instances[0].Attribute.ModifiedAtTicks + TimeSpan.TicksPerMillisecond;
        await Task.Delay(5);
        await Write(new TemporalUpsert(Of("urn:1", At(10, 2))));
        Assert.Equal(["2", "1"], await Values(Speed));
        foreach (var property in (TimeProperty[])[TimeProperty.ModifiedAt, TimeProperty.CreatedAt])
        {
            Assert.Equal(["1", "2"], await Values(Speed, new(property, 0, long.MaxValue)));
            Assert.Equal(["2"], await Values(Speed, new(property, middle, long.MaxValue)));
            Assert.Equal(["1"], await Values(Speed, new(property, long.MinValue, middle)));
        }

        Assert.Empty(await Values(Speed, new(TimeProperty.DeletedAt, 0, long.MaxValue)));
        await Commit(Writes.Create(Writes.Entity("urn:1", Writes.Number(Writes.Speed, 3))), Writes.Delete("urn:1"));
        Assert.Equal(["\"urn:ngsi-ld:null\""], await Values(Speed, new(TimeProperty.DeletedAt, 0, long.MaxValue)));
        // Without observedAt, in no range of it, but in the one without bounds.
        Assert.Equal(["2", "1"], await Values(Speed, new(TimeProperty.ObservedAt, 0, long.MaxValue)));
        Assert.Equal(["2", "1", "3", "\"urn:ngsi-ld:null\""], await Values(Speed));
    }

    [Fact]
    public async Task Scopes_and_types_evolve()
    {
        var entity = Writes.Entity("urn:1") with { Scopes = ["/a"] };
        await Commit(Writes.Create(entity));
        await Commit(Writes.Put(entity with { Scopes = ["/a", "/b"], ScopeIsArray = true, Types = [Writes.Vehicle, Writes.Building] }));
        await Commit(Writes.Put(entity with { Scopes = [] }));
        var scope = new TemporalSeries("urn:1", TemporalEntity.Scope, null);
        Assert.Equal(["\"/a\"", "[\"/a\",\"/b\"]", "\"urn:ngsi-ld:null\""], await Values(scope));
        foreach (var instance in (await Read(scope)).Instances)
            Assert.Equal(instance.Attribute.ModifiedAtTicks, instance.Attribute.ObservedAtTicks);
        Assert.Equal([Writes.Vehicle, Writes.Building], (await Store.Temporal.FindAsync("", "urn:1", Soon))!.Types.AsEnumerable());
    }

    [Fact]
    public async Task Series_of_datasets_are_apart_and_can_be_deleted_one_by_one()
    {
        await Write(new TemporalUpsert(Of("urn:1", At(1, 1), At(1, 2, dataset: "urn:a"), At(1, 3, Writes.Colour), At(2, 4, dataset: "urn:b"))));
        var (a, b) = (Speed with { DatasetId = "urn:a" }, Speed with { DatasetId = "urn:b" });
        Assert.Equal([Speed, a, b, Speed with { Attribute = Writes.Colour }], (await Head()).Series.AsEnumerable());
        await Write(new TemporalAttributeDeletion("urn:1", Writes.Speed, "urn:a", All: false));
        Assert.Equal([Speed, b, Speed with { Attribute = Writes.Colour }], (await Head()).Series.AsEnumerable());
        Assert.Empty(await Values(a));
        await Fails(new TemporalAttributeDeletion("urn:1", Writes.Speed, "urn:a", All: false));
        await Write(new TemporalUpsert(Of("urn:1", At(7, 7, dataset: "urn:a"))));
        Assert.Equal(["7"], await Values(a));
        await Write(new TemporalAttributeDeletion("urn:1", Writes.Speed, null, All: true));
        Assert.Equal([Speed with { Attribute = Writes.Colour }], (await Head()).Series.AsEnumerable());
        await Write(new TemporalUpsert(Of("urn:1", At(8, 8))));
        Assert.Equal(["8"], await Values(Speed));
    }

    [Fact]
    public async Task An_instance_is_replaced_and_deleted_by_its_id()
    {
        await Write(new TemporalUpsert(Of("urn:1", At(1, 1), At(2, 2), At(3, 3))));
        var before = (await Read(Speed)).Instances;
        await Store.ReopenAsync();
        Assert.Equal(before.Select(i => i.Id), (await Read(Speed)).Instances.Select(i => i.Id));
        await Task.Delay(2);
        await Write(new TemporalReplacement("urn:1", Writes.Speed, before[0].Id, new(At(9, 9))));
        var after = (await Read(Speed)).Instances;
        Assert.Equal(["2", "3", "9"], after.Select(Value));
        Assert.Equal(before[0].Id, after[2].Id);
        Assert.Equal(before[0].Attribute.CreatedAtTicks, after[2].Attribute.CreatedAtTicks);
        Assert.True(after[2].Attribute.ModifiedAtTicks > before[0].Attribute.ModifiedAtTicks);
        await Write(new TemporalInstanceDeletion("urn:1", Writes.Speed, before[1].Id));
        Assert.Equal(["3", "9"], await Values(Speed));
        await Fails(new TemporalInstanceDeletion("urn:1", Writes.Speed, before[1].Id));
        await Fails(new TemporalReplacement("urn:1", Writes.Speed, before[1].Id, new(At(1, 1))));
        await Fails(new TemporalInstanceDeletion("urn:1", Writes.Colour, before[0].Id));
        await Fails(new TemporalInstanceDeletion("urn:1", Writes.Speed, new(before[0].Id.Store + 1, before[0].Id.Number)));
        await Store.ReopenAsync();
        Assert.Equal(["3", "9"], await Values(Speed));
    }

    [Fact]
    public async Task An_evolution_is_deleted_whole_and_its_Entity_stays()
    {
        await Commit(Writes.Create(Writes.Entity("urn:1", Writes.Number(Writes.Speed, 1))));
        var id = (await Read(Speed)).Instances[0].Id;
        await Write(new TemporalDeletion("urn:1"));
        Assert.Null(await Store.Temporal.FindAsync("", "urn:1", Soon));
        Assert.NotNull(await Find("urn:1"));
        TemporalWrite[] missing =
        [
            new TemporalDeletion("urn:1"), new TemporalAppend(Of("urn:1", At(1, 1))), new TemporalInstanceDeletion("urn:1", Writes.Speed, id),
            new TemporalAttributeDeletion("urn:1", Writes.Speed, null, All: true),
        ];
        foreach (var write in missing) await Fails(write);
        await Commit(Writes.Increment("urn:1", Writes.Speed));
        Assert.Equal(["2"], await Values(Speed));
    }

    [Fact]
    public async Task Evolutions_are_listed_in_the_order_in_which_they_came()
    {
        for (var i = 0; i < 450; i++)
            await Write(new TemporalUpsert(Of($"urn:{i}", At(i, i)) with { Types = [i % 2 == 0 ? Writes.Vehicle : Writes.Building] }));
        Assert.Equal(Enumerable.Range(0, 450).Select(i => $"urn:{i}"), await List(new()));
        Assert.Equal(["urn:3", "urn:200"], await List(new() { Selectors = [new() { Ids = ["urn:200", "urn:3", "urn:x"] }] }));
        Assert.Equal(225, (await List(new() { Selectors = [new() { Type = new TypeIs(Writes.Building) }] })).Count);
        Assert.Equal(["urn:10", "urn:11"], await List(new() { Range = Between(10, 12) }));
        Assert.Empty(await List(new() { AttributeNames = [Writes.Colour] }));
        Assert.Equal(["urn:11"], await List(new()
        {
            Range = Between(10, 12),
            AttributeNames = [Writes.Speed],
            Selectors = [new() { IdPattern = IdPattern.Parse("1$").Value }],
        }));
        // In a gap of a series.
        await Write(new TemporalUpsert(Of("urn:0", At(900, 1))));
        Assert.Equal([], await List(new() { Range = Between(500, 600) }));
        Assert.Equal(["urn:0"], await List(new() { Range = Between(500, 901) }));
    }

    [Fact]
    public async Task A_visitor_sees_what_a_reader_sees()
    {
        await Write(new TemporalUpsert(Of("urn:1", [.. Enumerable.Range(0, 1500).Select(i => At(i, i / 4.0))])));
        await Write(new TemporalUpsert(Of("urn:1", [.. Enumerable.Range(0, 20).Select(i => At(i * 50, -i))])));
        await Write(new TemporalUpsert(Of("urn:1", Writes.Text(Writes.Speed, "fast") with { ObservedAt = Time(77) })));
        await Write(new TemporalInstanceDeletion("urn:1", Writes.Speed, (await Read(Speed, Between(100, 101))).Instances[0].Id));
        foreach (var range in (InstanceRange[])[InstanceRange.All, Between(50, 60), Between(0, 700), Between(5000, 6000)])
        {
            var visitor = new Collecting();
            await Store.Temporal.VisitAsync("", Speed, range, visitor, Soon);
            Assert.Equal((await Values(Speed, range)).Order(), visitor.Values.Order());
        }
    }

    [Fact]
    public async Task Tenants_have_histories_of_their_own()
    {
        await Store.Temporal.CommitAsync("other", new TemporalUpsert(Of("urn:1", At(1, 1))), Soon);
        Assert.Null(await Store.Temporal.FindAsync("", "urn:1", Soon));
        Assert.NotNull(await Store.Temporal.FindAsync("other", "urn:1", Soon));
        Assert.True(await Store.Entities.TenantExistsAsync("other", Soon));
        await Store.ReopenAsync();
        Assert.NotNull(await Store.Temporal.FindAsync("other", "urn:1", Soon));
        Assert.Null(await Store.Entities.FindAsync("other", "urn:1", Soon));
    }

    [Fact]
    public async Task Many_writers_of_one_evolution_are_all_heard()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            await Task.Yield();
            return (await Store.Temporal.CommitAsync("", new TemporalUpsert(Of("urn:1", At(i, i))), Soon)).Value;
        }));
        Assert.Single(outcomes, TemporalOutcome.Created);
        Assert.Equal(200, (await Values(Speed)).Count);
        var ids = (await Read(Speed)).Instances.Select(i => i.Id).ToArray();
        var deletions = await Task.WhenAll(ids.Concat(ids).Select(async id =>
        {
            await Task.Yield();
            return (await Store.Temporal.CommitAsync("", new TemporalInstanceDeletion("urn:1", Writes.Speed, id), Soon)).IsSuccess;
        }));
        Assert.Equal(200, deletions.Count(isGone => isGone));
        Assert.Empty(await Values(Speed));
    }

    private async Task<TemporalHead> Head() => (await Store.Temporal.FindAsync("", "urn:1", Soon))!;

    private async Task<TemporalOutcome> Write(TemporalWrite write) => (await Store.Temporal.CommitAsync("", write, Soon)).Value;

    private async Task Fails(TemporalWrite write) =>
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, (await Store.Temporal.CommitAsync("", write, Soon)).Error?.Kind);

    private async Task<InstancePage> Read(TemporalSeries series, InstanceRange? range = null, InstancePaging? paging = null) =>
        await Store.Temporal.ReadAsync("", series, range ?? InstanceRange.All, paging ?? new(10_000), Soon);

    private async Task<List<string>> Values(TemporalSeries series, InstanceRange? range = null) =>
        [.. (await Read(series, range)).Instances.Select(Value)];

    private async Task<List<string>> List(TemporalSelection selection)
    {
        var ids = new List<string>();
        await foreach (var head in Store.Temporal.ListAsync("", selection, Soon)) ids.Add(head.Id);
        return ids;
    }

    private static Attribute WithTimes(Attribute attribute, DateTimeOffset at) => attribute with
    {
        CreatedAt = at,
        ModifiedAt = at,
        SubAttributes = [.. attribute.SubAttributes.Select(sub => WithTimes(sub, at))],
    };

    private sealed class Collecting : IInstanceVisitor
    {
        public List<string> Values { get; } = [];

        public void Numbers(ReadOnlySpan<long> ticks, ReadOnlySpan<double> numbers)
        {
            Assert.Equal(ticks.Length, numbers.Length);
            for (var i = 1; i < ticks.Length; i++) Assert.True(ticks[i] >= ticks[i - 1]);
            foreach (var number in numbers) Values.Add(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        public void Other(long ticks, in PackedAttribute attribute) => Values.Add(System.Text.Encoding.UTF8.GetString(attribute.Value));
    }
}
