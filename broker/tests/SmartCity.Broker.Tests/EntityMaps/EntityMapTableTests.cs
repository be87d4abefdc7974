using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Tests.Notifications;
using Xunit;

namespace SmartCity.Broker.Tests.EntityMaps;

/// <summary>EntityMaps come and go by time, number and size.</summary>
public sealed class EntityMapTableTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void A_map_lives_as_long_as_was_said_and_no_longer()
    {
        var table = Table(new());
        var usual = Add(table, 1);
        var brief = table.Add("", [1], false, TimeSpan.FromMinutes(1))!;
        var longest = table.Add("", [1], false, TimeSpan.FromDays(3650))!;
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromHours(1), longest.ExpiresAt);
        Expect(table, (usual, true), (brief, true), (longest, true));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Expect(table, (usual, true), (brief, false), (longest, true));
        _clock.Advance(TimeSpan.FromMinutes(4));
        Expect(table, (usual, false), (longest, true));
        _clock.Advance(TimeSpan.FromMinutes(55));
        Expect(table, (longest, false));
    }

    [Fact]
    public void A_map_for_paging_lives_on_while_it_is_used()
    {
        var table = Table(new());
        var paging = Add(table, 1, forPaging: true);
        for (var i = 0; i < 10; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(4));
            Expect(table, (paging, true));
        }

        _clock.Advance(TimeSpan.FromMinutes(5));
        Expect(table, (paging, false));
    }

    [Fact]
    public void The_end_of_a_map_may_be_moved_within_what_is_allowed()
    {
        var table = Table(new());
        var map = Add(table, 1);
        table.Prolong(map, _clock.GetUtcNow().AddMinutes(10));
        _clock.Advance(TimeSpan.FromMinutes(9));
        Expect(table, (map, true));
        table.Prolong(map, _clock.GetUtcNow().AddYears(1));
        Assert.Equal(_clock.GetUtcNow().AddHours(1), map.ExpiresAt);
        table.Prolong(map, _clock.GetUtcNow().AddMinutes(-1));
        Expect(table, (map, false));
    }

    [Fact]
    public void Beyond_their_number_the_one_that_was_used_least_recently_goes_first_of_those_for_paging()
    {
        var table = Table(new() { Maps = 3 });
        var asked = Add(table, 1);
        var first = Add(table, 1, forPaging: true);
        var second = Add(table, 1, forPaging: true);
        Expect(table, (first, true));
        var third = Add(table, 1, forPaging: true);
        Expect(table, (second, false), (first, true), (third, true), (asked, true));
        var fourth = Add(table, 1);
        var fifth = Add(table, 1);
        var sixth = Add(table, 1);
        Expect(table, (first, false), (third, false), (asked, false), (fourth, true), (fifth, true), (sixth, true));
    }

    [Fact]
    public void Beyond_their_bytes_old_ones_go_and_what_would_never_fit_is_refused()
    {
        var table = Table(new() { Bytes = 10_000 });
        var first = Add(table, 500);
        var second = Add(table, 500);
        Expect(table, (first, true), (second, true));
        var third = Add(table, 500);
        Expect(table, (first, false), (second, true), (third, true));
        Assert.Null(table.Add("", new long[1250], false, null));
        Expect(table, (second, true), (third, true));
        table.Remove(second);
        table.Remove(second);
        Add(table, 500);
        Expect(table, (third, true));
    }

    [Fact]
    public void A_tenant_sees_its_own_maps_alone()
    {
        var table = Table(new());
        var map = table.Add("a", [1], false, null)!;
        Assert.Null(table.Find("", map.Id));
        Assert.Null(table.Find("b", map.Id));
        Assert.Same(map, table.Find("a", map.Id));
    }

    private static EntityMap Add(EntityMapTable table, int entities, bool forPaging = false) =>
        table.Add("", new long[entities], forPaging, null)!;

    private static void Expect(EntityMapTable table, params (EntityMap Map, bool IsThere)[] maps)
    {
        foreach (var (map, isThere) in maps) Assert.Equal(isThere ? map : null, table.Find("", map.Id));
    }

    private EntityMapTable Table(EntityMapSettings settings) => new(settings, _clock);
}
