using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;
using Xunit;

namespace SmartCity.Broker.StoreContract;

/// <summary>The change log: order, resumption, waiting.</summary>
public abstract class ChangeLogContract : StoreContract
{
    [Fact]
    public async Task Changes_are_numbered_from_one_in_the_order_of_their_commit()
    {
        Assert.Equal(0, Store.Log.Head);
        await Commit(Writes.Create(Writes.Entity("urn:1", Writes.Number(Writes.Speed, 1))));
        await Commit(Writes.Create(Writes.Entity("urn:2")), Writes.Increment("urn:1", Writes.Speed));
        await Commit(Writes.Delete("urn:2"));
        Assert.Equal(4, Store.Log.Head);
        var log = await ReadLog(0, Store.Log.Head, 3);
        Assert.Equal([1, 2, 3, 4], log.Select(c => c.Number));
        Assert.Equal(["urn:1", "urn:2", "urn:1", "urn:2"], log.Select(c => c.Change.EntityId));
        Assert.True(log[1].Change.IsCreation);
        Assert.True(log[3].Change.IsDeletion);
    }

    [Fact]
    public async Task After_a_restart_changes_are_read_again_with_what_changed()
    {
        await Store.Entities.CommitAsync(
            "a", [Writes.Create(Writes.Entity("urn:1", Writes.Number(Writes.Speed, 1), Writes.Text(Writes.Colour, "red")))], Soon);
        await Store.Entities.CommitAsync("a", [Writes.Increment("urn:1", Writes.Speed)], Soon);
        await Store.Entities.CommitAsync("a", [Writes.Delete("urn:1")], Soon);
        var before = await ReadLog(0, 3);
        await Store.ReopenAsync();
        Assert.Equal(3, Store.Log.Head);
        var after = await ReadLog(0, 3, 1);
        Assert.Equal(before.Select(c => (c.Number, c.Tenant, c.Change.At)), after.Select(c => (c.Number, c.Tenant, c.Change.At)));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(before[i].Change.Attributes.ToArray(), after[i].Change.Attributes.ToArray());
            Assert.Equal(before[i].Change.After?.Bytes.ToArray(), after[i].Change.After?.Bytes.ToArray());
        }

        var (speed, old) = (after[1].Change.After!.Unpack(), after[1].Change.Before!.Unpack());
        Assert.Equal(2, speed.Attributes.Length);
        Assert.Equal("1", ((Property)Assert.Single(old.Attributes)).Value.ToString());
        Assert.Equal(2, after[2].Change.Before!.Unpack().Attributes.Length);
    }

    [Fact]
    public async Task Numbers_go_on_after_a_restart()
    {
        await Commit(Writes.Create(Writes.Entity("urn:1")));
        await Store.ReopenAsync();
        await Commit(Writes.Create(Writes.Entity("urn:2")));
        Assert.Equal([1, 2], (await ReadLog(0, 2)).Select(c => c.Number));
        Assert.Equal([2], (await ReadLog(1, 2)).Select(c => c.Number));
    }

    [Fact]
    public async Task A_reader_waits_for_the_next_change()
    {
        var buffer = new LoggedChange[10];
        var reading = Store.Log.ReadAsync(0, buffer, Soon).AsTask();
        await Task.Delay(50);
        Assert.False(reading.IsCompleted);
        await Commit(Writes.Create(Writes.Entity("urn:1")));
        Assert.Equal(1, await reading);
        Assert.Equal("urn:1", buffer[0].Change.EntityId);
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        using var stop = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.Log.ReadAsync(0, new LoggedChange[1], stop.Token));
    }

    [Fact]
    public async Task A_slow_reader_misses_nothing()
    {
        const int Count = 30_000;
        for (var start = 0; start < Count; start += 5000)
        {
            var first = start;
            await Commit([.. Enumerable.Range(first, 5000).Select(i => Writes.Create(Writes.Entity($"urn:{i}")))]);
        }

        var log = await ReadLog(0, Count, 1000);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"urn:{i}"), log.Select(c => c.Change.EntityId));
        Assert.Equal(Enumerable.Range(1, Count).Select(i => (long)i), log.Select(c => c.Number));
    }

    [Fact]
    public async Task Released_changes_may_be_forgotten_and_later_ones_not()
    {
        for (var i = 0; i < 10; i++) await Commit(Writes.Create(Writes.Entity($"urn:{i}")));
        Store.Log.Release(5);
        Store.Log.Release(2);
        Assert.Equal([6, 7, 8, 9, 10], (await ReadLog(5, 10)).Select(c => c.Number));
        Assert.Equal(10, (await ReadLog(0, 10))[^1].Number);
        await Store.ReopenAsync();
        Assert.Equal([6, 7, 8, 9, 10], (await ReadLog(5, 10)).Select(c => c.Number));
    }
}
