using SmartCity.Broker.Embedded;
using SmartCity.Broker.Entities;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Ordering;
using Xunit;

namespace SmartCity.Broker.Tests.EntityMaps;

/// <summary>What becomes of pages where EntityMaps are too large, or gone.</summary>
public sealed class PagedQueryTests : IAsyncLifetime
{
    private static readonly Call Call = new() { Context = Context.Core, Local = true };
    private static readonly EntityOrdering Upwards = new([new(AttributePath.Of("urn:n"), OrderDirection.Ascending)]);

    private readonly string _folder = Directory.CreateTempSubdirectory("pages").FullName;
    private EmbeddedStore _store = null!;

    public async Task InitializeAsync()
    {
        _store = await EmbeddedStore.OpenAsync(new() { Directory = _folder }, TimeProvider.System, default);
        for (var i = 0; i < 10; i++)
        {
            var entity = new Entity
            {
                Id = $"urn:e:{i}",
                Types = ["urn:t"],
                Attributes = [new Property { Name = "urn:n", Value = JsonValue.Of($"{9 - i}") }],
            };
            await Entities(new()).CreateAsync(Call, entity, default);
        }
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_page_whose_map_is_gone_is_made_again_from_its_number()
    {
        var entities = Entities(new() { Maps = 1 });
        var first = await Query(entities, Paging(0));
        Assert.Equal([9, 8, 7], Numbers(first));
        await Query(entities, Paging(0));
        var second = await Query(entities, Paging(3) with { Cursor = first.Next });
        Assert.Equal([6, 5, 4], Numbers(second));
        Assert.NotEqual(((MapCursor)first.Next!).MapId, ((MapCursor)second.Next!).MapId);
    }

    [Fact]
    public async Task A_map_too_large_to_be_kept_leaves_pages_to_their_numbers()
    {
        var entities = Entities(new() { Bytes = 100 });
        var page = await Query(entities, Paging(0));
        Assert.Equal([9, 8, 7], Numbers(page));
        Assert.True(page.HasMore);
        Assert.Null(page.Next);
        page = await Query(entities, Paging(9));
        Assert.Equal([0], Numbers(page));
        Assert.False(page.HasMore);
        var asked = await entities.QueryAsync(Call, new(), Paging(0) with { Map = new(null, null) }, default);
        Assert.Equal(NgsiLdErrorKind.TooManyResults, asked.Error!.Kind);
    }

    [Fact]
    public async Task More_than_are_ordered_at_all_are_too_many()
    {
        var entities = Entities(new() { Entities = 9 });
        Assert.Equal(NgsiLdErrorKind.TooManyResults, (await entities.QueryAsync(Call, new(), Paging(0), default)).Error!.Kind);
        var unordered = await Query(entities, new PageRequest(0, 3, false));
        Assert.Equal([0, 1, 2], Numbers(unordered));
    }

    [Fact]
    public async Task An_answer_of_one_page_leaves_nothing_behind()
    {
        var table = new EntityMapTable(new() { Maps = 1 }, TimeProvider.System);
        var entities = new LocalEntities(_store, new(_store, table));
        var kept = await Query(entities, Paging(0));
        var whole = await Query(entities, new(new(0, 100, true)) { Ordering = Upwards });
        Assert.Equal(10, whole.Total);
        Assert.Null(whole.Next);
        Assert.NotNull(table.Find("", ((MapCursor)kept.Next!).MapId));
    }

    [Fact]
    public async Task A_purge_goes_slice_by_slice_and_counts_what_it_takes()
    {
        var entities = Entities(new());
        var some = new EntityQuery { Q = new QCompare(AttributePath.Of("urn:n"), QOperator.Less, new QNumber(4, "4")) };
        Assert.Equal(4, (await entities.PurgeAsync(Call, some, PurgeExtent.Drop(["urn:n"]), null, default)).Value.Count);
        Assert.Equal(0, (await entities.PurgeAsync(Call, some, PurgeExtent.Whole, null, default)).Value.Count);
        var used = (await entities.PurgeAsync(Call, new(), PurgeExtent.Keep(["urn:n"]), new(null, null), default)).Value;
        Assert.Equal(0, used.Count);
        Assert.True(used.Map!.IsNew);
        Assert.Equal(10, (await entities.PurgeAsync(Call, new(), PurgeExtent.Whole, new(used.Map.Map.Id, null), default)).Value.Count);
        Assert.Empty((await Query(entities, new PageRequest(0, 1, false))).Entities);
    }

    [Fact]
    public async Task A_purge_of_more_than_one_slice_leaves_none()
    {
        var entities = Entities(new());
        await Task.WhenAll(Enumerable.Range(0, 1200).Select(i =>
            entities.CreateAsync(Call, new Entity { Id = $"urn:more:{i}", Types = ["urn:more"] }, default).AsTask()));

        var more = new EntityQuery { Selectors = [new() { Type = new TypeIs("urn:more") }] };
        Assert.Equal(1200, (await entities.PurgeAsync(Call, more, PurgeExtent.Whole, null, default)).Value.Count);
        Assert.Equal(10, (await Query(entities, new PageRequest(0, 0, true))).Total);
    }

    private static EntityPaging Paging(int offset) => new(new(offset, 3, false)) { Ordering = Upwards };

    private static int[] Numbers(EntityAnswer page) => [.. page.Entities.Select(entity => int.Parse(entity.Id["urn:e:".Length..]))];

    private static async Task<EntityAnswer> Query(LocalEntities entities, EntityPaging paging) =>
        (await entities.QueryAsync(Call, new(), paging, default)).Value;

    private LocalEntities Entities(EntityMapSettings settings) =>
        new(_store, new(_store, new(settings, TimeProvider.System)));
}
