using SmartCity.Broker.Snapshots;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Snapshots;
using Xunit;

namespace SmartCity.Broker.Tests.Snapshots;

/// <summary>Snapshots of lower priority make way (ETSI GS CIM 009 5.5.15).</summary>
public sealed class SnapshotRoomTests
{
    [Theory]
    // Each is number:priority:ends:used:size.
    [InlineData("1:5:9:9:1 2:4:9:9:1 3:3:9:9:1", 5, 1, "3")]
    [InlineData("1:5:9:9:1 2:4:9:9:1 3:3:9:9:1", 5, 2, "3 2")]
    [InlineData("1:5:9:9:1 2:4:9:9:1 3:3:9:9:1", 5, 3, null)]
    [InlineData("1:5:9:9:1 2:5:9:9:1", 5, 1, null)]
    [InlineData("1:5:9:9:1 2:5:9:9:1", 5, 0, "")]
    [InlineData("1:2:9:9:1 2:2:7:9:1 3:2:8:9:1", 3, 2, "2 3")]
    [InlineData("1:2:9:3:1 2:2:9:1:1 3:2:9:2:1", 3, 2, "2 3")]
    [InlineData("1:2:9:9:0 2:3:9:9:50 3:4:9:9:60", 10, 100, "2 3")]
    // Of what a clone is one of nothing goes.
    [InlineData("0:1:9:9:1 2:2:9:9:1", 3, 1, "2")]
    [InlineData("0:1:9:9:1", 3, 1, null)]
    public void The_lowest_priority_goes_first_and_then_what_ends_soonest(string others, int priority, long excess, string? going)
    {
        var at = DateTimeOffset.UnixEpoch;
        var all = others.Split(' ').Select(one => one.Split(':').Select(int.Parse).ToArray()).Select(one => new KeptSnapshot(
            $"#{one[0]}", "", new Snapshot { Id = $"{one[0]}", Priority = one[1], ExpiresAt = at.AddDays(one[2]), LastUsedAt = at.AddDays(one[3]) }, new(false, null))
        {
            Entities = one[4],
        });
        var made = SnapshotRoom.Make(all, priority, new(false, "#0"), excess, kept => kept.Entities);
        Assert.Equal(going, made is null ? null : string.Join(' ', made.Select(kept => kept.Stored.Id)));
    }

    [Fact]
    public async Task At_the_limit_of_a_tenant_one_of_lower_priority_makes_way()
    {
        await using var city = await FrozenCity.OpenAsync(new() { PerTenant = 2 });
        await city.FillAsync(1);
        await city.FreezeAsync(FrozenCity.Vehicles("urn:s:1", ",\"snapshotPriority\":2"));
        await city.FreezeAsync(FrozenCity.Vehicles("urn:s:2", ",\"snapshotPriority\":4"));
        Assert.Equal(NgsiLdErrorKind.OperationNotSupported, (await city.CreateAsync(FrozenCity.Vehicles("urn:s:3", ",\"snapshotPriority\":2"))).Error!.Kind);
        Assert.Equal(SnapshotStatus.Success, (await city.FreezeAsync(FrozenCity.Vehicles("urn:s:3"))).Status);
        Assert.Equal("urn:s:2 urn:s:3", string.Join(' ', city.Known.All().Select(kept => kept.Stored.Id).Order(StringComparer.Ordinal)));
        await FrozenCity.SoonAsync(async () => (await city.Store.Snapshots.LoadAsync(default)).Length == 2);
        // What is cloned stays, whatever its priority.
        Assert.Equal(SnapshotStatus.Success, (await city.PreparedAsync((await city.CloneAsync("urn:s:3", ",\"snapshotPriority\":6")).Value.Id)).Status);
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, city.Known.Use("", "urn:s:2").Error!.Kind);
    }

    [Theory]
    [InlineData(9, SnapshotStatus.Success, 2)]
    [InlineData(5, SnapshotStatus.Failure, 3)]
    public async Task Entities_of_all_Snapshots_of_a_tenant_are_bounded(int priority, SnapshotStatus status, int left)
    {
        await using var city = await FrozenCity.OpenAsync(new() { TenantEntities = 8 });
        await city.FillAsync(3);
        await city.FreezeAsync(FrozenCity.Vehicles("urn:s:1"));
        await city.FreezeAsync(FrozenCity.Vehicles("urn:s:2", ",\"snapshotPriority\":7"));
        await city.RestartAsync();
        var third = await city.FreezeAsync(FrozenCity.Vehicles("urn:s:3", $",\"snapshotPriority\":{priority}"));
        Assert.Equal((status, left), (third.Status, city.Known.All().Count));
        Assert.Equal(status == SnapshotStatus.Failure ? NgsiLdErrorKind.TooManyResults : null, Assert.Single(third.Details).Problem?.Kind);
        Assert.Equal(status == SnapshotStatus.Failure ? 0 : 3, await city.CountAsync(city.Known.Use("", "urn:s:3").Value));
        Assert.Equal(3, await city.CountAsync(city.Known.Use("", "urn:s:2").Value));
    }
}
