using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Ordering;
using Xunit;

namespace SmartCity.Broker.StoreContract;

/// <summary>Places that stay what they are: pages by position, ranked Entities, and pages of them, while others write.</summary>
public abstract class OrderContract : StoreContract
{
    private const int Count = 10_000;

    private static readonly EntityQuery Vehicles = new() { Selectors = [new() { Type = new TypeIs(Writes.Vehicle) }] };
    private static readonly EntityQuery Fast =
        new() { Q = new QCompare(AttributePath.Of(Writes.Speed), QOperator.GreaterOrEqual, new QNumber(0, "0")) };

    /// <summary>Exact types, something to verify, and a few that an index lists.</summary>
    public static TheoryData<string> Kinds => ["everything", "types", "values", "ids"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Pages_by_position_go_forwards_and_back_over_each_Entity_once(string kind)
    {
        await Fill();
        var query = Query(kind);
        var all = (await Query(query, limit: Count)).Entities.Select(entity => entity.Id).ToList();
        Assert.NotEmpty(all);
        var pages = new List<ImmutableArray<PackedEntity>>();
        var page = await Query(query, limit: 7);
        pages.Add(page.Entities);
        while (page.HasMore)
        {
            page = await At(query, new(page.Bound, page.Last, false));
            pages.Add(page.Entities);
        }

        Assert.Equal(all, pages.SelectMany(entities => entities).Select(entity => entity.Id));
        for (var i = pages.Count - 2; i >= 0; i--)
        {
            page = await At(query, new(page.Bound, page.First, true));
            Assert.Equal(pages[i].Select(entity => entity.Id), page.Entities.Select(entity => entity.Id));
            Assert.Equal(i > 0, page.HasMore);
        }
    }

    [Fact]
    public async Task A_position_counts_all_where_a_count_is_wanted()
    {
        await Fill();
        var first = await Query(Vehicles, limit: 7);
        var page = await Store.Entities.QueryAsync("", Vehicles, new(0, 7, true) { At = new(first.Bound, first.Last, false) }, Soon);
        Assert.Equal((await Query(Vehicles, count: true)).Total, page.Total);
        Assert.Equal(7, page.Entities.Length);
    }

    [Fact]
    public async Task What_comes_into_being_after_the_first_page_stays_out_of_the_others()
    {
        await Commit([.. Enumerable.Range(0, 20).Select(Vehicle)]);
        var page = await Query(Vehicles, limit: 15);
        await Commit([Writes.Delete("urn:3"), Writes.Delete("urn:16"), Vehicle(3), Vehicle(100)]);
        page = await At(Vehicles, new(page.Bound, page.Last, false));
        Assert.Equal(["urn:15", "urn:17", "urn:18", "urn:19"], page.Entities.Select(entity => entity.Id));
        Assert.False(page.HasMore);
    }

    [Fact]
    public async Task A_rank_is_the_order_asked_for_and_older_ones_first_where_it_leaves_two_equal()
    {
        await Fill();
        foreach (var kind in (string[])["everything", "types", "values", "ids"])
        {
            var query = Query(kind);
            var all = (await Query(query, limit: Count)).Entities;
            var slowest = new EntityOrdering([new(AttributePath.Of(Writes.Speed), OrderDirection.Ascending)]);
            var expected = all.OrderBy(Speed).Select(entity => entity.Id);
            var positions = await Store.Entities.RankAsync("", query, slowest, Count, Soon);
            Assert.Equal(expected, (await Ranked(query, positions!, new(0, Count, false))).Entities.Select(entity => entity.Id));

            positions = await Store.Entities.RankAsync("", query, null, all.Length, Soon);
            Assert.Equal(all.Select(entity => entity.Id), (await Ranked(query, positions!, new(0, Count, false))).Entities.Select(entity => entity.Id));
            Assert.Null(await Store.Entities.RankAsync("", query, null, all.Length - 1, Soon));
        }

        Assert.Empty((await Store.Entities.RankAsync("nobody", Fast, null, 10, Soon))!);
    }

    [Fact]
    public async Task Ranked_pages_fill_up_and_cross_out_what_is_gone_or_matches_no_more()
    {
        await Commit([.. Enumerable.Range(0, 30).Select(Vehicle)]);
        var positions = (await Store.Entities.RankAsync("", Fast, null, 100, Soon))!;
        var first = await Ranked(Fast, positions, new(0, 10, false));
        Assert.Equal((0, 9, true), (first.First, first.Last, first.HasMore));

        await Commit([Writes.Delete("urn:10"), Writes.Put(Writes.Entity("urn:12", Writes.Number(Writes.Speed, -1))), Writes.Delete("urn:13"), Vehicle(13)]);
        var second = await Ranked(Fast, positions, new(10, 10, false));
        Assert.Equal(["urn:11", .. Enumerable.Range(14, 9).Select(i => $"urn:{i}")], second.Entities.Select(entity => entity.Id));
        Assert.Equal((11, 22, true), (second.First, second.Last, second.HasMore));
        Assert.Equal([10, 12, 13], Enumerable.Range(0, 30).Where(i => positions[i] == RankedRequest.CrossedOut));

        var back = await Ranked(Fast, positions, new(21, 10, true));
        Assert.Equal([.. Enumerable.Range(9, 1), 11, .. Enumerable.Range(14, 8)], back.Entities.Select(entity => int.Parse(entity.Id[4..])));
        Assert.Equal((9, 21, true), (back.First, back.Last, back.HasMore));
        Assert.False((await Ranked(Fast, positions, new(8, 10, true))).HasMore);
        Assert.Equal((-1, -1, false), ((await Ranked(Fast, positions, new(30, 10, false))) is var end ? (end.First, end.Last, end.HasMore) : default));
    }

    private static EntityQuery Query(string kind) => kind switch
    {
        "types" => Vehicles,
        "values" => new() { Q = new QCompare(AttributePath.Of(Writes.Speed), QOperator.GreaterOrEqual, new QNumber(40, "40")) },
        "ids" => new() { Selectors = [new() { Ids = [.. Enumerable.Range(0, 50).Select(i => $"urn:{i * 37}")] }] },
        _ => new(),
    };

    private static double Speed(PackedEntity entity) =>
        double.Parse(((Property)entity.Unpack().Attributes.Single()).Value.ToString(), System.Globalization.CultureInfo.InvariantCulture);

    private static EntityWrite Vehicle(int number) => Writes.Put(Writes.Entity($"urn:{number}", Writes.Number(Writes.Speed, number % 50)));

    private async Task Fill()
    {
        await Commit([.. Enumerable.Range(0, Count).Select(i => i % 3 > 0 ? Vehicle(i) : Writes.Put(
            Writes.Entity($"urn:{i}", Writes.Number(Writes.Speed, i % 50)) with { Types = [Writes.Building] }))]);
        await Commit([.. Enumerable.Range(0, Count / 5).Select(i => Writes.Delete($"urn:{i * 5}"))]);
        // A whole chunk of nothing in between.
        await Commit([.. Enumerable.Range(4000, 5000).Where(i => i % 5 > 0).Select(i => Writes.Delete($"urn:{i}"))]);
    }

    private async Task<EntityPage> At(EntityQuery query, PagePosition at) =>
        await Store.Entities.QueryAsync("", query, new(0, 7, false) { At = at }, Soon);

    private async Task<RankedPage> Ranked(EntityQuery query, long[] positions, RankedRequest request) =>
        await Store.Entities.QueryRankedAsync("", query, positions, request, Soon);
}
