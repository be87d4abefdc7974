using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using Xunit;

namespace SmartCity.Broker.StoreContract;

/// <summary>Entities one by one: decisions, errors, tenants, types.</summary>
public abstract class EntityStoreContract : StoreContract
{
    private const string Id = "urn:ngsi-ld:Vehicle:1";

    [Fact]
    public async Task What_was_created_is_found_as_it_was()
    {
        var entity = Writes.Entity(Id, Writes.Number(Writes.Speed, 80), Writes.Text(Writes.Colour, "red"));
        var result = Assert.Single(await Commit(Writes.Create(entity)));
        Assert.True(result.Value.IsCreation);
        var found = await Find(Id);
        Assert.Equal(Bytes(result.Value.After!.Unpack()), Bytes(found));
        Assert.Equal(entity.Types.ToArray(), found!.Types.ToArray());
        Assert.Equal(result.Value.At, found.CreatedAt);
    }

    [Fact]
    public async Task What_is_not_there_is_null()
    {
        Assert.Null(await Find(Id));
        Assert.Null(await Find(Id, "nobody"));
    }

    [Fact]
    public async Task A_decision_sees_the_Entity_as_it_is()
    {
        await Commit(Writes.Create(Writes.Entity(Id, Writes.Number(Writes.Speed, 1))));
        for (var i = 0; i < 5; i++) await Commit(Writes.Increment(Id, Writes.Speed));
        Assert.Equal("6", Value(await Find(Id)));
    }

    [Fact]
    public async Task Later_decisions_of_a_call_see_what_earlier_ones_did()
    {
        var entity = Writes.Entity(Id, Writes.Number(Writes.Speed, 1));
        var results = await Commit(
            Writes.Create(entity), Writes.Increment(Id, Writes.Speed), Writes.Create(entity), Writes.Delete(Id),
            Writes.Increment(Id, Writes.Speed), Writes.Create(entity), Writes.Increment(Id, Writes.Speed));
        NgsiLdErrorKind?[] expected =
            [null, null, NgsiLdErrorKind.AlreadyExists, null, NgsiLdErrorKind.ResourceNotFound, null, null];
        Assert.Equal(expected, results.Select(r => r.Error?.Kind));
        Assert.Equal("2", Value(await Find(Id)));
    }

    [Fact]
    public async Task An_error_changes_nothing_and_leaves_the_others_of_its_call_alone()
    {
        var head = Store.Log.Head;
        var results = await Commit(Writes.Delete("urn:none"), Writes.Create(Writes.Entity(Id)), Writes.Delete("urn:none"));
        Assert.Equal([false, true, false], results.Select(r => r.IsSuccess));
        Assert.NotNull(await Find(Id));
        Assert.Equal(head + 1, Store.Log.Head);
    }

    [Fact]
    public async Task An_empty_change_is_not_kept()
    {
        await Commit(Writes.Create(Writes.Entity(Id)));
        var head = Store.Log.Head;
        var result = Assert.Single(await Commit(Writes.Nothing(Id)));
        Assert.True(result.Value.IsEmpty);
        Assert.Equal(head, Store.Log.Head);
    }

    [Fact]
    public async Task A_decision_that_throws_fails_its_own_call_alone()
    {
        var others = Enumerable.Range(0, 50).Select(i => Commit(Writes.Create(Writes.Entity($"urn:{i}")))).ToList();
        var bad = Commit(Writes.Create(Writes.Entity(Id)), Writes.Throw(Id));
        others.AddRange(Enumerable.Range(50, 50).Select(i => Commit(Writes.Create(Writes.Entity($"urn:{i}")))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        foreach (var results in await Task.WhenAll(others)) Assert.True(Assert.Single(results).IsSuccess);
        Assert.Null(await Find(Id));
    }

    [Fact]
    public async Task Concurrent_calls_lose_no_update()
    {
        await Commit(Writes.Create(Writes.Entity(Id, Writes.Number(Writes.Speed, 0))));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++) await Commit(Writes.Increment(Id, Writes.Speed));
        })));
        Assert.Equal("200", Value(await Find(Id)));
    }

    [Fact]
    public async Task A_deleted_Entity_can_be_made_again()
    {
        await Commit(Writes.Create(Writes.Entity(Id)));
        var deleted = Assert.Single(await Commit(Writes.Delete(Id)));
        Assert.True(deleted.Value.IsDeletion);
        Assert.Null(await Find(Id));
        Assert.True(Assert.Single(await Commit(Writes.Create(Writes.Entity(Id)))).IsSuccess);
        Assert.NotNull(await Find(Id));
    }

    [Fact]
    public async Task Tenants_do_not_see_each_other()
    {
        await Store.Entities.CommitAsync("a", [Writes.Create(Writes.Entity(Id, Writes.Number(Writes.Speed, 1)))], Soon);
        await Store.Entities.CommitAsync("b", [Writes.Create(Writes.Entity(Id, Writes.Number(Writes.Speed, 2)))], Soon);
        Assert.Null(await Find(Id));
        Assert.Equal("1", Value(await Find(Id, "a")));
        Assert.Equal("2", Value(await Find(Id, "b")));
        Assert.Empty((await Store.Entities.NamesInUseAsync("", Soon)).Types);
        await Store.ReopenAsync();
        Assert.Null(await Find(Id));
        Assert.Equal("1", Value(await Find(Id, "a")));
    }

    [Fact]
    public async Task A_tenant_comes_into_being_with_its_first_write()
    {
        Assert.True(await Store.Entities.TenantExistsAsync("", Soon));
        Assert.False(await Store.Entities.TenantExistsAsync("a", Soon));
        await Store.Entities.CommitAsync("a", [Writes.Delete(Id)], Soon);
        Assert.False(await Store.Entities.TenantExistsAsync("a", Soon));
        await Store.Entities.CommitAsync("a", [Writes.Create(Writes.Entity(Id))], Soon);
        Assert.True(await Store.Entities.TenantExistsAsync("a", Soon));
        await Store.ReopenAsync();
        Assert.True(await Store.Entities.TenantExistsAsync("a", Soon));
    }

    [Fact]
    public async Task Types_tell_what_their_Entities_carry()
    {
        await Commit(
            Writes.Create(Writes.Entity("urn:1", Writes.Number(Writes.Speed, 1))),
            Writes.Create(Writes.Entity("urn:2", Writes.Number(Writes.Speed, 1), Writes.Text(Writes.Colour, "red"))),
            Writes.Create(Writes.Entity("urn:3", Writes.Text(Writes.Colour, "red")) with { Types = [Writes.Vehicle, Writes.Building] }),
            Writes.Create(Writes.Entity("urn:4", Writes.Number("https://example.org/x", 1)) with { Types = ["https://example.org/Gone"] }),
            Writes.Delete("urn:4"));
        var (types, attributes) = await Store.Entities.NamesInUseAsync("", Soon);
        Assert.Equal([Writes.Building, Writes.Vehicle], types.Select(t => t.Type).Order());
        var vehicle = types.Single(t => t.Type == Writes.Vehicle);
        Assert.Equal(3, vehicle.EntityCount);
        Assert.Equal([(Writes.Colour, 2L), (Writes.Speed, 2L)], vehicle.Attributes.Select(a => (a.Name, a.EntityCount)).Order());
        Assert.All(vehicle.Attributes, a => Assert.Equal(AttributeKind.Property, Assert.Single(a.Kinds)));
        // An Entity of two types carries its Attribute once.
        Assert.Equal([(Writes.Colour, 2L), (Writes.Speed, 2L)], attributes.Select(a => (a.Name, a.EntityCount)).Order());
        Assert.Empty((await Store.Entities.NamesInUseAsync("nobody", Soon)).Types);
    }

    [Fact]
    public async Task A_batch_of_ten_thousand_is_kept_whole()
    {
        const int Count = 10_000;
        var results = await Commit([.. Enumerable.Range(0, Count).Select(i => Writes.Create(Writes.Entity($"urn:{i}", Writes.Number(Writes.Speed, i))))]);
        Assert.All(results, r => Assert.True(r.IsSuccess));
        await Store.ReopenAsync();
        foreach (var i in (int[])[0, 1, 4711, Count - 1])
        {
            Assert.Equal($"{i}", Value(await Find($"urn:{i}")));
        }
    }

    [Fact]
    public async Task Everything_is_there_after_a_restart()
    {
        await Commit(Writes.Create(Writes.Entity("urn:1", Writes.Number(Writes.Speed, 1))));
        await Commit(Writes.Create(Writes.Entity("urn:2", Writes.Number(Writes.Speed, 2))));
        await Commit(Writes.Increment("urn:1", Writes.Speed));
        await Commit(Writes.Delete("urn:2"));
        var before = await Find("urn:1");
        for (var round = 0; round < 3; round++)
        {
            await Store.ReopenAsync();
            var after = await Find("urn:1");
            Assert.Equal(Bytes(before), Bytes(after));
            Assert.Null(await Find("urn:2"));
        }
    }

    [Fact]
    public async Task An_expired_Attribute_is_as_if_it_were_not_there()
    {
        var end = DateTimeOffset.UtcNow.AddSeconds(5);
        _ = Timestamp.TryParse(Timestamp.Format(end), out var soon);
        await Commit(
            Writes.Create(Writes.Entity(
                "urn:1", Writes.Number(Writes.Speed, 1) with { ExpiresAt = soon }, Writes.Text(Writes.Colour, "red"))),
            Writes.Create(Writes.Entity("urn:2", Writes.Text(Writes.Colour, "red"))));
        var speedy = new EntityQuery { AttributeNames = [Writes.Speed] };
        Assert.Single((await Query(speedy)).Entities);
        Assert.Equal(2, (await Find("urn:1"))!.Attributes.Length);

        while (DateTimeOffset.UtcNow <= end.AddMilliseconds(1)) await Task.Delay(20);
        Assert.Equal(Writes.Colour, Assert.Single((await Find("urn:1"))!.Attributes).Name);
        Assert.Empty((await Query(speedy)).Entities);
        Assert.Equal([1, 1], (await Query(new EntityQuery())).Entities.Select(entity => entity.Unpack().Attributes.Length));
        var names = await Store.Entities.NamesInUseAsync("", Soon);
        Assert.Equal((Writes.Colour, 2L), names.Attributes.Select(use => (use.Name, use.EntityCount)).Single());
    }

    [Fact]
    public async Task What_is_prolonged_or_made_lasting_stays()
    {
        _ = Timestamp.TryParse(Timestamp.Format(DateTimeOffset.UtcNow.AddMilliseconds(250)), out var soon);
        _ = Timestamp.TryParse("2999-01-01T00:00:00Z", out var future);
        var ends = new Timestamp?[] { soon, future, null };
        Entity Of(int i, Timestamp? end) => Writes.Entity($"urn:{i}", Writes.Number(Writes.Speed, 1) with { ExpiresAt = end });
        await Commit([.. Enumerable.Range(0, 9).Select(i => Writes.Put(Of(i, ends[i / 3])))]);
        await Commit([.. Enumerable.Range(0, 9).Select(i => Writes.Put(Of(i, ends[i % 3])))]);

        await Task.Delay(300);
        Assert.Equal(
            [0, 1, 1, 0, 1, 1, 0, 1, 1], (await Query(new EntityQuery())).Entities.Select(entity => entity.Unpack().Attributes.Length));
        Assert.Equal(6, Assert.Single((await Store.Entities.NamesInUseAsync("", Soon)).Attributes).EntityCount);
        await Store.ReopenAsync();
        Assert.Equal(
            [0, 1, 1, 0, 1, 1, 0, 1, 1], (await Query(new EntityQuery())).Entities.Select(entity => entity.Unpack().Attributes.Length));
    }

    [Fact]
    public async Task Whoever_writes_finds_nothing_of_what_has_expired_and_the_log_tells_that_it_went()
    {
        _ = Timestamp.TryParse(Timestamp.Format(DateTimeOffset.UtcNow.AddMilliseconds(-1)), out var past);
        var one = Writes.Entity("urn:1", Writes.Number(Writes.Speed, 1) with { ExpiresAt = past }, Writes.Text(Writes.Colour, "red"));
        await Commit(Writes.Create(one), Writes.Create(Writes.Entity("urn:2") with { ExpiresAt = past }));

        PackedEntity? seen = null;
        await Commit(
            new EntityWrite("urn:1", (current, now) => Writes.Change("urn:1", seen = current, null, now)),
            Writes.Create(Writes.Entity("urn:2")));

        Assert.Equal(Writes.Colour, Assert.Single(seen!.Unpack().Attributes).Name);
        var log = await ReadLog(0, 6);
        var swept = log.Single(logged => logged.Change is { EntityId: "urn:1", IsCreation: false, IsDeletion: false }).Change;
        Assert.Equal(new AttributeChange(Writes.Speed, null, AttributeChangeKind.Deleted), Assert.Single(swept.Attributes));
        Assert.Equal(swept.At, swept.After!.ModifiedAt);
        Assert.Equal([true, false, true], log.Where(logged => logged.Change.EntityId == "urn:2").Select(logged => logged.Change.IsCreation));
    }

    [Fact]
    public async Task An_expired_Entity_is_as_if_it_were_not_there()
    {
        _ = Timestamp.TryParse("2001-01-01T00:00:00Z", out var past);
        _ = Timestamp.TryParse("2999-01-01T00:00:00Z", out var future);
        await Commit(
            Writes.Create(Writes.Entity("urn:gone") with { ExpiresAt = past }),
            Writes.Create(Writes.Entity("urn:there") with { ExpiresAt = future }));
        Assert.Null(await Find("urn:gone"));
        Assert.NotNull(await Find("urn:there"));
        Assert.True(Assert.Single(await Commit(Writes.Create(Writes.Entity("urn:gone")))).IsSuccess);
        Assert.NotNull(await Find("urn:gone"));
    }

    private static byte[] Bytes(Entity? entity) => PackedEntity.Pack(entity!).Bytes.ToArray();

    private static string Value(Entity? entity) => ((Property)entity!.Attributes[0]).Value.ToString();
}
