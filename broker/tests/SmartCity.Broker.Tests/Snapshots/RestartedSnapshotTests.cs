using SmartCity.Broker.StoreContract;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Snapshots;
using Xunit;

namespace SmartCity.Broker.Tests.Snapshots;

/// <summary>Snapshots that a stop of the broker has interrupted are prepared after the next start.</summary>
public sealed class RestartedSnapshotTests
{
    private const string Id = "urn:s:1";

    [Fact]
    public async Task What_a_stop_interrupts_is_prepared_after_the_next_start_from_an_empty_space()
    {
        var (hangs, asked) = (true, new TaskCompletionSource());
        await using var city = await FrozenCity.OpenAsync(sources: own => new ScriptedEntities(own, async (_, cancellation) =>
        {
            asked.TrySetResult();
            if (hangs) await Task.Delay(Timeout.Infinite, cancellation);
            return null;
        }));
        await city.FillAsync(3);
        const string Members = ",\"snapshotLifetime\":\"P2D\",\"snapshotPriority\":7";
        var begun = (await city.CreateAsync(FrozenCity.Vehicles(Id, Members))).Value;
        await asked.Task;
        Assert.Equal(NgsiLdErrorKind.Conflict, city.Known.Use("", Id).Error!.Kind);
        // As it is when the broker falls while it writes.
        var space = city.Known.All().Single().Space;
        await city.Store.CommitAsync(space, [Writes.Put(Writes.Entity("urn:v:half", Writes.Number(Writes.Speed, 1)))], default);
        hangs = false;
        await city.RestartAsync();
        var snapshot = await city.PreparedAsync(Id);
        Assert.Equal((SnapshotStatus.Success, 7, begun.CreatedAt, begun.ExpiresAt), (snapshot.Status, snapshot.Priority, snapshot.CreatedAt, snapshot.ExpiresAt));
        Assert.Equal(3, await city.CountAsync(city.Known.Use("", Id).Value));
        Assert.Equal(3, city.Known.All().Single().Entities);
    }

    [Fact]
    public async Task One_that_is_interrupted_again_and_again_has_failed()
    {
        await using var city = await FrozenCity.OpenAsync(sources: own => new ScriptedEntities(own, async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return null;
        }));
        await city.FillAsync(1);
        await city.CreateAsync(FrozenCity.Vehicles(Id));
        for (var start = 2; start <= 5; start++)
        {
            await city.RestartAsync();
            await FrozenCity.SoonAsync(() => Task.FromResult(city.Known.All().Single().Origin.Starts == start));
        }

        await city.RestartAsync();
        var failed = await city.PreparedAsync(Id);
        Assert.Equal(SnapshotStatus.Failure, failed.Status);
        Assert.Contains("stopped 5 times", Assert.Single(failed.Details).Problem!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, SnapshotStatus.Success)]
    [InlineData(true, SnapshotStatus.Failure)]
    public async Task A_clone_that_is_interrupted_waits_for_its_source_again(bool isSourceGone, SnapshotStatus status)
    {
        var hangs = true;
        await using var city = await FrozenCity.OpenAsync(sources: own => new ScriptedEntities(own, async (_, cancellation) =>
        {
            if (hangs) await Task.Delay(Timeout.Infinite, cancellation);
            return null;
        }));
        await city.FillAsync(3);
        await city.CreateAsync(FrozenCity.Vehicles(Id));
        var clone = (await city.CloneAsync(Id)).Value.Id;
        await city.StopAsync();
        hangs = false;
        await city.StartAsync(beforeStart: async store =>
        {
            if (!isSourceGone) return;
            var row = (await store.Snapshots.LoadAsync(default)).Single(one => one.Id == Id);
            await store.Snapshots.SaveAsync(row with { IsDeleted = true }, default);
        });
        Assert.Equal(status, (await city.PreparedAsync(clone)).Status);
        Assert.Equal(isSourceGone ? 0 : 3, await city.CountAsync(city.Known.Use("", clone).Value));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whom_it_asks_is_known_after_a_restart(bool isLocal)
    {
        var (hangs, seen) = (true, new List<bool>());
        await using var city = await FrozenCity.OpenAsync(sources: own => new ScriptedEntities(
            own,
            async (_, cancellation) =>
            {
                if (hangs) await Task.Delay(Timeout.Infinite, cancellation);
                return null;
            },
            call => seen.Add(call.Local)));
        await city.FillAsync(1);
        Assert.True((await city.Snapshots.CreateAsync(
            city.Call with { Local = isLocal }, System.Text.Encoding.UTF8.GetBytes(FrozenCity.Vehicles(Id)), default)).IsSuccess);
        await FrozenCity.SoonAsync(() => Task.FromResult(seen.Count == 1));
        hangs = false;
        await city.RestartAsync();
        await city.PreparedAsync(Id);
        Assert.Equal([isLocal, isLocal], seen);
    }
}
