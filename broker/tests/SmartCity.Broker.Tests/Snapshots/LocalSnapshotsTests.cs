using SmartCity.Broker.Entities;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Storage;
using SmartCity.Broker.StoreContract;
using SmartCity.Broker.Tests.Notifications;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Snapshots;
using Xunit;

namespace SmartCity.Broker.Tests.Snapshots;

/// <summary>Snapshots across restarts, with failing sources, and at their limits.</summary>
public sealed class LocalSnapshotsTests
{
    private const string Id = "urn:s:1";

    [Fact]
    public async Task What_is_prepared_outlives_a_restart()
    {
        await using var city = await FrozenCity.OpenAsync();
        await city.FillAsync(3);
        var snapshot = await city.FreezeAsync(FrozenCity.Vehicles(Id, ",\"snapshotLifetime\":\"P2D\",\"endpoint\":\"http://a.example/n\""));
        Assert.Equal(SnapshotStatus.Success, snapshot.Status);
        await Task.Delay(5);
        var space = city.Known.Use("", Id).Value;
        var used = (await city.Snapshots.RetrieveAsync(city.Call, Id, default)).Value;
        await city.RestartAsync();
        var again = (await city.Snapshots.RetrieveAsync(city.Call, Id, default)).Value;
        Assert.Equal((SnapshotStatus.Success, "P2D", "http://a.example/n"), (again.Status, again.Lifetime?.Text, again.Endpoint));
        Assert.Equal((snapshot.CreatedAt, snapshot.ExpiresAt, used.LastUsedAt), (again.CreatedAt, again.ExpiresAt, again.LastUsedAt));
        Assert.True(again.LastUsedAt > snapshot.LastUsedAt);
        Assert.Equal(ExecutionOutcome.Success, Assert.Single(again.Details).Outcome);
        Assert.Equal(Writes.Vehicle, Assert.Single(SnapshotNames.Of(again)));
        Assert.Equal((space, 3), (city.Known.Use("", Id).Value, await city.CountAsync(space)));
        Assert.Equal(Id, city.Known.SnapshotOf(space));
    }

    [Fact]
    public async Task What_is_deleted_while_it_is_prepared_is_gone()
    {
        var asked = new TaskCompletionSource();
        await using var city = await FrozenCity.OpenAsync(sources: own => new ScriptedEntities(own, async (_, cancellation) =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            return null;
        }));
        await city.FillAsync(1);
        await city.CreateAsync(FrozenCity.Vehicles(Id));
        await asked.Task;
        Assert.True((await city.Snapshots.DeleteAsync(city.Call, Id, default)).IsSuccess);
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, (await city.Snapshots.RetrieveAsync(city.Call, Id, default)).Error!.Kind);
        await FrozenCity.SoonAsync(async () => (await city.Store.Snapshots.LoadAsync(default)).IsEmpty);
    }

    [Fact]
    public async Task A_deletion_that_a_stop_interrupts_goes_on_after_the_next_start()
    {
        await using var city = await FrozenCity.OpenAsync();
        await city.FillAsync(700);
        await city.FreezeAsync(FrozenCity.Vehicles(Id));
        var space = city.Known.Use("", Id).Value;
        var within = city.Call with { Tenant = space, Snapshot = Id, Local = true };
        var subscription = """{"type":"Subscription","entities":[{"type":"T"}],"notification":{"endpoint":{"uri":"http://a.example/n"}}}"""u8.ToArray();
        Assert.True((await city.Subscriptions.CreateAsync(within, subscription, default)).IsSuccess);
        await city.Store.Temporal.CommitAsync(space, new TemporalUpsert(Evolutions.Of("urn:v:old", Evolutions.At(0, 1))), default);
        await city.RestartAsync();
        // As it is when the broker falls between the deletion and the removal of the first Entity.
        var row = Assert.Single(await city.Store.Snapshots.LoadAsync(default));
        await city.Store.Snapshots.SaveAsync(row with { IsDeleted = true }, default);
        await city.RestartAsync();
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, city.Known.Use("", Id).Error!.Kind);
        await FrozenCity.SoonAsync(async () => (await city.Store.Snapshots.LoadAsync(default)).IsEmpty);
        Assert.Equal((0, 0), (await city.CountAsync(space), await city.EvolutionsAsync(space)));
        Assert.Empty((await city.Store.LoadAsync(default)));
        Assert.Equal(700, await city.CountAsync(""));
    }

    [Fact]
    public async Task A_space_serves_the_next_Snapshot_after_a_rest_and_holds_nothing_of_the_last()
    {
        var clock = new ManualClock();
        await using var city = await FrozenCity.OpenAsync(clock: clock);
        await city.FillAsync(2);
        await city.FreezeAsync(FrozenCity.Vehicles(Id));
        var first = city.Known.Use("", Id).Value;
        await city.Store.CommitAsync(first, [Writes.Increment("urn:v:1", Writes.Speed)], default);
        Assert.Equal(1, await city.EvolutionsAsync(first));
        await city.Snapshots.DeleteAsync(city.Call, Id, default);
        await FrozenCity.SoonAsync(async () => (await city.Store.Snapshots.LoadAsync(default)).IsEmpty);
        Assert.Equal(0, await city.EvolutionsAsync(first));

        await city.FreezeAsync(FrozenCity.Vehicles(Id));
        Assert.NotEqual(first, city.Known.Use("", Id).Value);
        clock.Advance(TimeSpan.FromMinutes(3));
        await city.FreezeAsync("""{"id":"urn:s:2","type":"Snapshot","snapshotQueries":[{"type":"Query","entities":[{"type":"None"}]}]}""");
        Assert.Equal(first, city.Known.Use("", "urn:s:2").Value);
        Assert.Equal((0, 0), (await city.CountAsync(first), await city.EvolutionsAsync(first)));
    }

    [Fact]
    public async Task A_query_that_fails_says_why_and_leaves_the_others_alone()
    {
        var source = new ContextSource("", new ContextSourceRegistration { Id = "urn:r:north", Endpoint = "http://north.example", Information = [] }, new());
        await using var city = await FrozenCity.OpenAsync(sources: own => new ScriptedEntities(own, (query, _) =>
        {
            var warning = new SourceWarning(199, source, "no answer in time");
            return new(query.AttributeNames switch
            {
                [var name] when name.EndsWith("refused", StringComparison.Ordinal) => (Result<EntityAnswer>?)new NgsiLdError(NgsiLdErrorKind.TooManyResults, "too many"),
                [var name] when name.EndsWith("silent", StringComparison.Ordinal) => new EntityAnswer([], false, null) { Warnings = [warning] },
                [var name] when name.EndsWith("partly", StringComparison.Ordinal) =>
                    new EntityAnswer([PackedEntity.Pack(Writes.Entity("urn:v:far", Writes.Number("https://example.org/partly", 1)))], false, null) { Warnings = [warning] },
                _ => null,
            });
        }));
        await city.FillAsync(2);
        string Query(string attribute) => $$"""{"type":"Query","attrs":["{{attribute}}"]}""";
        var queries = string.Join(',', Query(Writes.Speed), Query("https://example.org/refused"), Query("https://example.org/silent"), Query("https://example.org/partly"));
        var snapshot = await city.FreezeAsync($$"""{"id":"{{Id}}","type":"Snapshot","snapshotQueries":[{{queries}}]}""");
        Assert.Equal(SnapshotStatus.Partial, snapshot.Status);
        Assert.Equal(
            [ExecutionOutcome.Success, ExecutionOutcome.Failure, ExecutionOutcome.Failure, ExecutionOutcome.Success],
            snapshot.Details.Select(one => one.Outcome));
        Assert.Null(snapshot.Details[0].Problem);
        Assert.Equal("too many", snapshot.Details[1].Problem!.Detail);
        Assert.Contains("urn:r:north: no answer in time", snapshot.Details[2].Problem!.Detail, StringComparison.Ordinal);
        Assert.Contains("urn:r:north", snapshot.Details[3].Problem!.Detail, StringComparison.Ordinal);
        Assert.Equal(3, await city.CountAsync(city.Known.Use("", Id).Value));
    }

    [Fact]
    public async Task A_bug_fails_the_Snapshot_alone()
    {
        await using var city = await FrozenCity.OpenAsync(sources: own => new ScriptedEntities(own, (_, _) => throw new InvalidOperationException("A bug.")));
        await city.FillAsync(1);
        var snapshot = await city.FreezeAsync(FrozenCity.Vehicles(Id));
        Assert.Equal((SnapshotStatus.Failure, "failure"), (snapshot.Status, Assert.Single(snapshot.Details).Word));
        Assert.IsType<InvalidOperationException>(Assert.Single(city.Faults));
        city.Faults.Clear();
    }

    [Theory]
    [InlineData(3, SnapshotStatus.Success)]
    [InlineData(2, SnapshotStatus.Failure)]
    public async Task A_Snapshot_holds_no_more_Entities_than_it_may(int most, SnapshotStatus status)
    {
        await using var city = await FrozenCity.OpenAsync(new() { Entities = most });
        await city.FillAsync(3);
        var snapshot = await city.FreezeAsync(FrozenCity.Vehicles(Id));
        Assert.Equal(status, snapshot.Status);
        Assert.Equal(status == SnapshotStatus.Failure ? NgsiLdErrorKind.TooManyResults : null, Assert.Single(snapshot.Details).Problem?.Kind);
        Assert.Equal(status == SnapshotStatus.Failure ? 0 : 3, await city.CountAsync(city.Known.Use("", Id).Value));
    }

    [Theory]
    [InlineData(6, SnapshotStatus.Success)]
    [InlineData(5, SnapshotStatus.Failure)]
    public async Task A_Snapshot_holds_no_more_instances_than_it_may(int most, SnapshotStatus status)
    {
        await using var city = await FrozenCity.OpenAsync(new() { Instances = most });
        for (var i = 0; i < 2; i++)
        {
            var evolution = Evolutions.Of($"urn:v:{i}", [.. Enumerable.Range(0, 3).Select(minute => Evolutions.At(minute, minute))]);
            await city.Store.Temporal.CommitAsync("", new TemporalUpsert(evolution), default);
        }

        var snapshot = await city.FreezeAsync($$$"""
            {"id":"{{{Id}}}","type":"Snapshot","snapshotTemporalQueries":[{"type":"Query","entities":[{"type":"{{{Writes.Vehicle}}}"}],
             "temporalQ":{"timerel":"after","timeAt":"2000-01-01T00:00:00Z"}}]}
            """);
        Assert.Equal(status, snapshot.Status);
        Assert.Equal(status == SnapshotStatus.Failure ? NgsiLdErrorKind.TooManyResults : null, Assert.Single(snapshot.TemporalDetails).Problem?.Kind);
    }

    [Fact]
    public async Task There_are_no_more_than_a_tenant_may_have()
    {
        await using var city = await FrozenCity.OpenAsync(new() { PerTenant = 1 });
        await city.FillAsync(1);
        await city.FreezeAsync(FrozenCity.Vehicles(Id));
        Assert.Equal(NgsiLdErrorKind.OperationNotSupported, (await city.CreateAsync(FrozenCity.Vehicles("urn:s:2"))).Error!.Kind);
        Assert.Equal(NgsiLdErrorKind.OperationNotSupported, (await city.CloneAsync(Id)).Error!.Kind);
        await city.Snapshots.DeleteAsync(city.Call, Id, default);
        Assert.True((await city.CreateAsync(FrozenCity.Vehicles("urn:s:2"))).IsSuccess);
    }

    [Fact]
    public async Task What_a_client_says_is_bounded()
    {
        await using var city = await FrozenCity.OpenAsync(new() { Queries = 1, DocumentBytes = 1000 });
        var query = """{"type":"Query","attrs":["a"]}""";
        var two = await city.CreateAsync($$"""{"type":"Snapshot","snapshotQueries":[{{query}},{{query}}]}""");
        Assert.Equal("the Snapshot has 2 queries; 1 are allowed", two.Error!.Detail);
        var large = await city.CreateAsync(FrozenCity.Vehicles(Id, $$""","receiverInfo":[{"key":"a","value":"{{new string('x', 1000)}}"}]"""));
        Assert.Equal(NgsiLdErrorKind.BadRequestData, large.Error!.Kind);
        var deep = await city.CreateAsync("""{"type":"Snapshot","snapshotQueries":[{"type":"Query","attrs":["a"],"join":"flat","joinLevel":99}]}""");
        Assert.Equal(NgsiLdErrorKind.TooComplexQuery, deep.Error!.Kind);
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData(",\"snapshotLifetime\":\"P1D\"", 1)]
    [InlineData(",\"snapshotLifetime\":\"P300D\"", 10)]
    [InlineData(",\"snapshotLifetime\":\"P99999999Y\"", 10)]
    public async Task A_lifetime_has_a_default_and_a_bound(string members, int days)
    {
        var clock = new ManualClock();
        await using var city = await FrozenCity.OpenAsync(new() { Days = 3, LongestDays = 10 }, clock);
        var snapshot = (await city.CreateAsync(FrozenCity.Vehicles(Id, members))).Value;
        Assert.Equal(TimeSpan.FromDays(days), snapshot.ExpiresAt - snapshot.CreatedAt);
    }

    [Fact]
    public async Task Expired_it_is_invisible_at_once_and_removed_soon()
    {
        var clock = new ManualClock();
        await using var city = await FrozenCity.OpenAsync(clock: clock);
        await city.FillAsync(2);
        await city.FreezeAsync(FrozenCity.Vehicles(Id, ",\"snapshotLifetime\":\"PT1M\""));
        var space = city.Known.Use("", Id).Value;
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, city.Known.Use("", Id).Error!.Kind);
        await FrozenCity.SoonAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            return (await city.Store.Snapshots.LoadAsync(default)).IsEmpty;
        });
        Assert.Equal(0, await city.CountAsync(space));
        Assert.True((await city.CreateAsync(FrozenCity.Vehicles(Id))).IsSuccess);
    }

    [Fact]
    public async Task What_takes_too_long_has_failed_and_the_next_one_has_its_place()
    {
        var clock = new ManualClock();
        var (hangs, asked) = (true, new TaskCompletionSource());
        await using var city = await FrozenCity.OpenAsync(new() { AtOnce = 1, Time = TimeSpan.FromMinutes(5) }, clock, own => new ScriptedEntities(own, async (_, cancellation) =>
        {
            asked.TrySetResult();
            if (hangs) await Task.Delay(Timeout.Infinite, cancellation);
            return null;
        }));
        await city.FillAsync(2);
        await city.CreateAsync(FrozenCity.Vehicles(Id));
        await asked.Task;
        await city.CreateAsync(FrozenCity.Vehicles("urn:s:2"));
        hangs = false;
        clock.Advance(TimeSpan.FromMinutes(5));
        var slow = await city.PreparedAsync(Id);
        Assert.Equal((SnapshotStatus.Failure, NgsiLdErrorKind.TooComplexQuery), (slow.Status, Assert.Single(slow.Details).Problem?.Kind));
        Assert.Equal(SnapshotStatus.Success, (await city.PreparedAsync("urn:s:2")).Status);
    }

    [Fact]
    public async Task A_clone_waits_until_its_source_is_prepared()
    {
        var go = new TaskCompletionSource();
        await using var city = await FrozenCity.OpenAsync(new() { AtOnce = 1 }, sources: own => new ScriptedEntities(own, async (_, cancellation) =>
        {
            await go.Task.WaitAsync(cancellation);
            return null;
        }));
        await city.FillAsync(3);
        await city.CreateAsync(FrozenCity.Vehicles(Id));
        var clone = (await city.CloneAsync(Id)).Value.Id;
        Assert.Equal(SnapshotStatus.Preparing, (await city.Snapshots.RetrieveAsync(city.Call, clone, default)).Value.Status);
        go.SetResult();
        Assert.Equal(SnapshotStatus.Success, (await city.PreparedAsync(clone)).Status);
        Assert.Equal(3, await city.CountAsync(city.Known.Use("", clone).Value));
    }

    [Fact]
    public async Task A_clone_of_what_is_deleted_meanwhile_has_failed_and_holds_nothing()
    {
        var go = new TaskCompletionSource();
        await using var city = await FrozenCity.OpenAsync(sources: own => new ScriptedEntities(own, async (_, cancellation) =>
        {
            await go.Task.WaitAsync(cancellation);
            return null;
        }));
        await city.FillAsync(3);
        await city.CreateAsync(FrozenCity.Vehicles(Id));
        var clone = (await city.CloneAsync(Id)).Value.Id;
        await city.Snapshots.DeleteAsync(city.Call, Id, default);
        go.SetResult();
        Assert.Equal(SnapshotStatus.Failure, (await city.PreparedAsync(clone)).Status);
        Assert.Equal(0, await city.CountAsync(city.Known.Use("", clone).Value));
    }
}
