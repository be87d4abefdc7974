using System.Globalization;
using System.Text;
using SmartCity.Broker.Embedded;
using SmartCity.Broker.Embedded.History.Loose;
using SmartCity.Broker.Embedded.Sqlite;
using SmartCity.Broker.Storage;
using SmartCity.Broker.StoreContract;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;
using Xunit;

namespace SmartCity.Broker.Tests.Embedded;

/// <summary>
/// The few instances of an Entity are in its row until a series of them has grown: nobody who reads sees where they are. A store
/// that is opened folds what the one before has left.
/// </summary>
public sealed class LooseHistoryTests : IDisposable
{
    private const string Id = "urn:1";

    private readonly string _folder = Directory.CreateTempSubdirectory("smartcity-").FullName;

    private string HistoryPath => Path.Combine(_folder, "history.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_an_Entity_begins_with_is_one_row()
    {
        await FoldedAsync(store => PutAsync(store, Writes.Number(Writes.Speed, 1), Writes.Text(Writes.Colour, "red") with { DatasetId = "urn:d" }));
        Assert.Equal((1, 0), Count());
        await FoldedAsync(async store =>
        {
            Assert.Equal(["1"], await ValuesAsync(store));
            Assert.Equal(["\"red\""], await ValuesAsync(store, Writes.Colour, "urn:d"));
            var head = await store.Temporal.FindAsync("", Id, default);
            Assert.Equal([Writes.Speed, Writes.Colour], head!.Series.Select(series => series.Attribute));
        });
    }

    [Theory]
    [InlineData(32, 0)]
    [InlineData(33, 1)]
    [InlineData(100, 3)]
    public async Task A_series_that_has_grown_gets_blocks_and_the_others_stay(int changes, int blocks)
    {
        var expected = new List<(string, InstanceId)>();
        for (var i = 0; i < changes; i++)
        {
            await FoldedAsync(async store =>
            {
                await PutAsync(store, Writes.Number(Writes.Speed, i), Writes.Text(Writes.Colour, "red"));
                // As it is before anything is folded.
                expected.Add(Shown((await ReadAsync(store))[^1]));
            });
        }

        Assert.Equal((1, blocks), Count());
        await FoldedAsync(async store =>
        {
            Assert.Equal(expected, (await ReadAsync(store)).Select(Shown));
            Assert.Equal(expected.AsEnumerable().Reverse().Take(40), (await ReadAsync(store, paging: new(40, Backwards: true))).Select(Shown));
            Assert.Equal(["\"red\""], await ValuesAsync(store, Writes.Colour));
        });
    }

    [Fact]
    public async Task A_large_value_does_not_stay_in_the_row()
    {
        var text = new string('x', LooseForm.RowBytes);
        await FoldedAsync(store => PutAsync(store, Writes.Number(Writes.Speed, 1), Writes.Text(Writes.Colour, text)));
        Assert.Equal((1, 1), Count());
        await FoldedAsync(async store =>
        {
            Assert.Equal(["1"], await ValuesAsync(store));
            Assert.Equal([$"\"{text}\""], await ValuesAsync(store, Writes.Colour));
        });
    }

    [Fact]
    public async Task Very_many_Attributes_are_not_all_in_the_row()
    {
        var names = Enumerable.Range(0, 200).Select(i => $"https://example.org/a{i}").ToArray();
        await FoldedAsync(store => PutAsync(store, [.. names.Select((name, i) => Writes.Number(name, i))]));
        Assert.InRange(Count().Blocks, 100, 199);
        await FoldedAsync(async store =>
        {
            for (var i = 0; i < names.Length; i++) Assert.Equal([$"{i}"], await ValuesAsync(store, names[i]));
            Assert.Equal(names.Length, (await store.Temporal.FindAsync("", Id, default))!.Series.Length);
        });
    }

    [Fact]
    public async Task Late_instances_find_their_place_before_and_after_growing()
    {
        var minutes = Enumerable.Range(0, 90).Select(i => i * 37 % 90).ToArray();
        foreach (var some in minutes.Chunk(9))
        {
            await FoldedAsync(store => UpsertAsync(store, [.. some.Select(minute => Evolutions.At(minute, minute))]));
        }

        Assert.Equal(2, Count().Blocks);
        await FoldedAsync(async store =>
        {
            Assert.Equal(Enumerable.Range(0, 90).Select(Text), await ValuesAsync(store));
            Assert.Equal(Enumerable.Range(20, 15).Select(Text), (await ReadAsync(store, range: Evolutions.Between(20, 35))).Select(Evolutions.Value));
            Assert.Equal(["89", "88"], (await ReadAsync(store, paging: new(2, Backwards: true))).Select(Evolutions.Value));
        });
    }

    [Fact]
    public async Task Loose_instances_are_deleted_and_replaced_like_any_others()
    {
        await FoldedAsync(store => UpsertAsync(store, [
            .. Enumerable.Range(0, 8).Select(minute => Evolutions.At(minute, minute)), Evolutions.At(1, 5, Writes.Colour), Evolutions.At(1, 6, dataset: "urn:d")]));
        await FoldedAsync(async store =>
        {
            var read = await ReadAsync(store);
            await CommitAsync(store, new TemporalInstanceDeletion(Id, Writes.Speed, read[3].Id));
            await CommitAsync(store, new TemporalReplacement(Id, Writes.Speed, read[4].Id, new(Evolutions.At(100, 44))));
            await CommitAsync(store, new TemporalAttributeDeletion(Id, Writes.Colour, null, true));
            Assert.False((await store.Temporal.CommitAsync("", new TemporalInstanceDeletion(Id, Writes.Speed, read[3].Id), default)).IsSuccess);
        });
        for (var i = 0; i < 2; i++)
        {
            await FoldedAsync(async store =>
            {
                Assert.Equal(["0", "1", "2", "5", "6", "7", "44"], await ValuesAsync(store));
                Assert.Equal(["6"], await ValuesAsync(store, dataset: "urn:d"));
                Assert.Empty(await ValuesAsync(store, Writes.Colour));
                Assert.Equal(2, (await store.Temporal.FindAsync("", Id, default))!.Series.Length);
            });
        }

        await FoldedAsync(async store =>
        {
            await CommitAsync(store, new TemporalDeletion(Id));
            await UpsertAsync(store, Evolutions.At(9, 9));
        });
        await FoldedAsync(async store => Assert.Equal(["9"], await ValuesAsync(store)));
        Assert.Equal((1, 0), Count());
    }

    [Fact]
    public async Task Deleting_reaches_what_is_loose_and_what_is_in_blocks()
    {
        await FoldedAsync(store => UpsertAsync(store, [.. Enumerable.Range(0, 50).Select(minute => Evolutions.At(minute, minute))]));
        await FoldedAsync(store => UpsertAsync(store, Evolutions.At(7, 1007), Evolutions.At(60, 60)));
        Assert.Equal((1, 1), Count());
        await FoldedAsync(async store =>
        {
            foreach (var one in (await ReadAsync(store)).Where(one => Evolutions.Value(one) is "1007" or "7" or "60"))
                await CommitAsync(store, new TemporalInstanceDeletion(Id, Writes.Speed, one.Id));
        });
        await FoldedAsync(async store => Assert.Equal(Enumerable.Range(0, 50).Where(minute => minute != 7).Select(Text), await ValuesAsync(store)));
        await FoldedAsync(store => UpsertAsync(store, Evolutions.At(61, 61)));
        await FoldedAsync(store => CommitAsync(store, new TemporalAttributeDeletion(Id, Writes.Speed, null, false)));
        await FoldedAsync(async store => Assert.Empty((await store.Temporal.FindAsync("", Id, default))!.Series));
        Assert.Equal((0, 0), Count());
    }

    [Fact]
    public async Task What_is_deleted_keeps_when()
    {
        InstanceId id = default;
        await FoldedAsync(async store =>
        {
            await PutAsync(store, Writes.Number(Writes.Speed, 1));
            await store.CommitAsync("", [Writes.Delete(Id)], default);
            id = (await ReadAsync(store))[1].Id;
        });
        await FoldedAsync(async store =>
        {
            var deletion = (await ReadAsync(store))[1];
            Assert.Equal((id, "\"urn:ngsi-ld:null\""), (deletion.Id, Evolutions.Value(deletion)));
            Assert.Equal((await store.Temporal.FindAsync("", Id, default))!.DeletedAt, deletion.DeletedAt!.Value.Value);
        });
    }

    [Fact]
    public async Task A_history_of_the_first_version_is_brought_to_this_one()
    {
        await FoldedAsync(store => UpsertAsync(store, [.. Enumerable.Range(0, 40).Select(minute => Evolutions.At(minute, minute))]));
        await FoldedAsync(_ => Task.CompletedTask);
        // It knew nothing loose.
        using (var connection = SqliteConnection.Open(HistoryPath, readOnly: false))
        {
            connection.Execute("ALTER TABLE entity DROP COLUMN loose; PRAGMA user_version=1");
        }

        await FoldedAsync(store => UpsertAsync(store, Evolutions.At(40, 40)));
        await FoldedAsync(async store => Assert.Equal(Enumerable.Range(0, 41).Select(Text), await ValuesAsync(store)));
    }

    [Fact]
    public async Task A_history_of_a_later_version_is_refused()
    {
        await FoldedAsync(store => PutAsync(store, Writes.Number(Writes.Speed, 1)));
        using (var connection = SqliteConnection.Open(HistoryPath, readOnly: false)) connection.Execute("PRAGMA user_version=3");
        var refusal = await Assert.ThrowsAsync<StoreException>(OpenAsync);
        Assert.Contains("history.db has version 3, and this program knows version 2", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("02")]
    [InlineData("0100")]
    public void Damaged_bytes_are_told(string hex) =>
        Assert.Throws<InvalidDataException>(() => LooseReader.Earliest(Convert.FromHexString(hex)));

    /// <summary>Does something in a store, and has what it leaves folded.</summary>
    private async Task FoldedAsync(Func<EmbeddedStore, Task> work)
    {
        await using (var store = await OpenAsync()) await work(store);
        await using var folding = await OpenAsync();
    }

    private Task<EmbeddedStore> OpenAsync() => EmbeddedStore.OpenAsync(
        new() { Directory = _folder, FoldInterval = TimeSpan.FromHours(1) }, TimeProvider.System, CancellationToken.None);

    /// <summary>Evolutions with something loose, and blocks.</summary>
    private (int Loose, int Blocks) Count()
    {
        using var connection = SqliteConnection.Open(HistoryPath, readOnly: true);
        return ((int)connection.Scalar("SELECT count(loose) FROM entity"), (int)connection.Scalar("SELECT count(*) FROM block"));
    }

    private static async Task PutAsync(EmbeddedStore store, params Property[] attributes) =>
        await store.CommitAsync("", [PutChanged(Writes.Entity(Id, [.. attributes]))], default);

    // What is as it was is not written again.
    private static EntityWrite PutChanged(Entity entity) => new(entity.Id, (before, now) =>
    {
        if (before is null) return Writes.Put(entity).Decide(null, now);
        var old = before.Unpack();
        var after = PackedEntity.Pack(old with
        {
            ModifiedAt = now,
            Attributes = [.. old.Attributes.Select(one => one.Name == Writes.Speed ? entity.Attributes[0] with { CreatedAt = one.CreatedAt, ModifiedAt = now } : one)],
        });
        return new EntityChange
        {
            EntityId = entity.Id,
            Before = before,
            After = after,
            At = now,
            Attributes = [new(Writes.Speed, null, AttributeChangeKind.Updated)],
        };
    });

    private static async Task CommitAsync(EmbeddedStore store, TemporalWrite write) =>
        Assert.True((await store.Temporal.CommitAsync("", write, default)).IsSuccess);

    private static Task UpsertAsync(EmbeddedStore store, params Property[] instances) =>
        CommitAsync(store, new TemporalUpsert(Evolutions.Of(Id, [.. instances])));

    private static async Task<List<StoredInstance>> ReadAsync(
        EmbeddedStore store, string attribute = Writes.Speed, string? dataset = null, InstanceRange? range = null, InstancePaging? paging = null) =>
        [.. (await store.Temporal.ReadAsync("", new(Id, attribute, dataset), range ?? InstanceRange.All, paging ?? new(10_000), default)).Instances];

    private static async Task<List<string>> ValuesAsync(EmbeddedStore store, string attribute = Writes.Speed, string? dataset = null) =>
        (await ReadAsync(store, attribute, dataset)).ConvertAll(Evolutions.Value);

    private static (string, InstanceId) Shown(StoredInstance instance) =>
        ($"{Evolutions.Value(instance)} {Encoding.UTF8.GetString(instance.Attribute.ObservedAt)} {instance.Attribute.CreatedAtTicks} {instance.Attribute.ModifiedAtTicks}", instance.Id);

    private static string Text(int minute) => minute.ToString(CultureInfo.InvariantCulture);
}
