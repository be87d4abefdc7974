using System.Collections.Immutable;
using SmartCity.Broker.Embedded;
using SmartCity.Broker.Entities;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Storage;
using SmartCity.Broker.Tests.Entities.Decisions;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SQLitePCL;
using Xunit;

namespace SmartCity.Broker.Tests.Entities;

// On the embedded store: what the store's writer and the decisions come to together.
public sealed class LocalEntitiesTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Call Call = new() { Context = Context.Core };
    private static readonly Call Stranger = Call with { Tenant = "stranger" };

    private readonly string _folder = Directory.CreateTempSubdirectory("entities").FullName;
    private EmbeddedStore _store = null!;
    private LocalEntities _entities = null!;

    public async Task InitializeAsync()
    {
        _store = await EmbeddedStore.OpenAsync(new() { Directory = _folder }, TimeProvider.System, None);
        _entities = new(_store, new(_store, new(EntityMapSettings.Default, TimeProvider.System)));
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static Entity Of(string id, string members) => Told.Entity(members) with { Id = id };

    private async Task<string> ShowAsync(string id) =>
        Told.Members((await _entities.RetrieveAsync(Call, id, default, ShownAttributes.All, null, None)).Value.Entity).ToJsonString();

    private Task<BatchOutcome> BatchAsync(BatchKind kind, params (string Id, string Members)[] items) =>
        ItemsAsync(kind, [.. items.Select(item => new BatchItem(item.Id, Of(item.Id, item.Members)))]);

    private async Task<BatchOutcome> ItemsAsync(BatchKind kind, ImmutableArray<BatchItem> items) =>
        (await _entities.BatchAsync(Call, kind, items, MergeOptions.None, None)).Value;

    private static string Words(BatchOutcome outcome) =>
        $"created {string.Join(",", outcome.Created)}; updated {string.Join(",", outcome.Updated)}; " +
        $"errors {string.Join(",", outcome.Errors.Select(error => $"{error.EntityId} {error.Error.Kind}"))}";

    [Fact]
    public async Task A_write_is_read_back()
    {
        Assert.True((await _entities.CreateAsync(Call, Of("urn:x:1", """{"a":1}"""), None)).Value.Created);
        Assert.Equal(NgsiLdErrorKind.AlreadyExists, (await _entities.CreateAsync(Call, Of("urn:x:1", "{}"), None)).Error!.Kind);
        Assert.False((await _entities.MergeAsync(Call, "urn:x:1", default, Told.Fragment("""{"b":2}"""), MergeOptions.None, None)).Value.Created);
        Assert.Equal("""{"a":{"type":"Property","value":1},"b":{"type":"Property","value":2}}""", await ShowAsync("urn:x:1"));
        Assert.True((await _entities.DeleteAsync(Call, "urn:x:1", default, None)).IsSuccess);
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, (await _entities.RetrieveAsync(Call, "urn:x:1", default, ShownAttributes.All, null, None)).Error!.Kind);
    }

    [Fact]
    public async Task Ids_of_body_and_address_have_to_agree()
    {
        await _entities.CreateAsync(Call, Of("urn:x:1", "{}"), None);
        var error = (await _entities.AppendAsync(Call, "urn:x:1", default, Of("urn:x:2", "{}"), false, None)).Error!;
        Assert.Equal((NgsiLdErrorKind.BadRequestData, "id is urn:x:2, but the Entity that is addressed is urn:x:1"), (error.Kind, error.Detail));
    }

    [Theory]
    [InlineData("scope")]
    [InlineData("https://uri.etsi.org/ngsi-ld/scope")]
    [InlineData("id")]
    [InlineData("type")]
    public async Task Members_that_are_no_Attributes_are_not_changed_like_one(string name)
    {
        await _entities.CreateAsync(Call, Of("urn:x:1", """{"scope":"/x"}"""), None);
        var fragment = Told.Attribute("""{"value":1}""");
        Assert.Equal(NgsiLdErrorKind.BadRequestData, (await _entities.PartialUpdateAttributeAsync(Call, "urn:x:1", default, name, fragment, None)).Error!.Kind);
        Assert.Equal(NgsiLdErrorKind.BadRequestData, (await _entities.ReplaceAttributeAsync(Call, "urn:x:1", default, name, fragment, None)).Error!.Kind);
    }

    [Fact]
    public async Task A_guard_hides_Entities_of_other_types()
    {
        await _entities.CreateAsync(Call, Of("urn:x:1", "{}"), None);
        var room = new EntityGuard(new TypeIs(Told.Vocabulary + "Room"));
        var hall = new EntityGuard(new TypeIs(Told.Vocabulary + "Hall"));
        Assert.True((await _entities.RetrieveAsync(Call, "urn:x:1", room, ShownAttributes.All, null, None)).IsSuccess);
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, (await _entities.RetrieveAsync(Call, "urn:x:1", hall, ShownAttributes.All, null, None)).Error!.Kind);
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, (await _entities.DeleteAsync(Call, "urn:x:1", hall, None)).Error!.Kind);
        Assert.True((await _entities.DeleteAsync(Call, "urn:x:1", room, None)).IsSuccess);
    }

    // ETSI GS CIM 009 5.5.10
    [Fact]
    public async Task Only_creating_brings_a_tenant_into_being()
    {
        var fragment = Told.Fragment("""{"a":1}""");
        Assert.Equal(NgsiLdErrorKind.NonexistentTenant, (await _entities.RetrieveAsync(Stranger, "urn:x:1", default, ShownAttributes.All, null, None)).Error!.Kind);
        Assert.Equal(NgsiLdErrorKind.NonexistentTenant, (await _entities.QueryAsync(Stranger, new(), new PageRequest(0, 10, false), None)).Error!.Kind);
        Assert.Equal(NgsiLdErrorKind.NonexistentTenant, (await _entities.UpdateAsync(Stranger, "urn:x:1", default, fragment, None)).Error!.Kind);
        Assert.Equal(NgsiLdErrorKind.NonexistentTenant, (await _entities.BatchAsync(Stranger, BatchKind.Delete, [new("urn:x:1", null)], MergeOptions.None, None)).Error!.Kind);
        Assert.True((await _entities.CreateAsync(Stranger, Of("urn:x:1", "{}"), None)).IsSuccess);
        Assert.True((await _entities.RetrieveAsync(Stranger, "urn:x:1", default, ShownAttributes.All, null, None)).IsSuccess);
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, (await _entities.RetrieveAsync(Call, "urn:x:1", default, ShownAttributes.All, null, None)).Error!.Kind);
    }

    [Fact]
    public async Task A_query_gives_what_there_is()
    {
        await BatchAsync(BatchKind.Create, ("urn:x:1", """{"a":1}"""), ("urn:x:2", "{}"), ("urn:x:3", "{}"));
        var page = (await _entities.QueryAsync(Call, new(), new PageRequest(0, 2, true), None)).Value;
        Assert.Equal(["urn:x:1", "urn:x:2"], page.Entities.Select(entity => entity.Id));
        Assert.Equal((true, 3), (page.HasMore, page.Total));
    }

    // ETSI GS CIM 009 5.5.11: elements are as if they had arrived one by one.
    [Fact]
    public async Task Elements_of_one_id_are_taken_in_order()
    {
        Assert.Equal("created urn:x:1; updated ; errors urn:x:1 AlreadyExists", Words(
            await BatchAsync(BatchKind.Create, ("urn:x:1", """{"a":1}"""), ("urn:x:1", """{"a":2}"""))));
        Assert.Equal("""{"a":{"type":"Property","value":1}}""", await ShowAsync("urn:x:1"));

        Assert.Equal("created urn:x:2; updated urn:x:1,urn:x:2; errors ", Words(await BatchAsync(
            BatchKind.UpsertUpdate, ("urn:x:2", """{"a":1}"""), ("urn:x:1", """{"b":1}"""), ("urn:x:2", """{"b":2}"""))));
        Assert.Equal("""{"a":{"type":"Property","value":1},"b":{"type":"Property","value":2}}""", await ShowAsync("urn:x:2"));

        Assert.Equal("created ; updated urn:x:2,urn:x:2; errors ", Words(
            await BatchAsync(BatchKind.UpsertReplace, ("urn:x:2", """{"c":1}"""), ("urn:x:2", """{"d":2}"""))));
        Assert.Equal("""{"d":{"type":"Property","value":2}}""", await ShowAsync("urn:x:2"));

        Assert.Equal("created ; updated urn:x:2,urn:x:2; errors urn:x:9 ResourceNotFound", Words(
            await BatchAsync(BatchKind.Merge, ("urn:x:2", """{"d":3}"""), ("urn:x:9", """{"d":3}"""), ("urn:x:2", """{"e":4}"""))));
        Assert.Equal("""{"d":{"type":"Property","value":3},"e":{"type":"Property","value":4}}""", await ShowAsync("urn:x:2"));

        Assert.Equal("created ; updated urn:x:2; errors urn:x:9 ResourceNotFound", Words(
            await BatchAsync(BatchKind.Update, ("urn:x:2", """{"d":5}"""), ("urn:x:9", "{}"))));
        await BatchAsync(BatchKind.UpdateNoOverwrite, ("urn:x:2", """{"d":6}"""));
        Assert.Equal("""{"d":{"type":"Property","value":5},"e":{"type":"Property","value":4}}""", await ShowAsync("urn:x:2"));

        Assert.Equal("created ; updated urn:x:2; errors urn:x:2 ResourceNotFound", Words(
            await ItemsAsync(BatchKind.Delete, [new("urn:x:2", null), new("urn:x:2", null)])));
    }

    [Fact]
    public async Task One_bad_element_keeps_the_good_ones()
    {
        var outcome = await ItemsAsync(BatchKind.Create, [
            new("urn:x:1", Of("urn:x:1", "{}")),
            new("urn:x:2", null, NgsiLdError.BadRequestData("type is missing")),
            new("", Of("", "{}")),
            new("urn:x:3", Of("urn:x:3", "{}"))]);
        Assert.Equal("created urn:x:1,urn:x:3; updated ; errors urn:x:2 BadRequestData, BadRequestData", Words(outcome));
        Assert.Equal("created ; updated ; errors urn:x:2 BadRequestData", Words(
            await ItemsAsync(BatchKind.Create, [new("urn:x:2", null, NgsiLdError.BadRequestData("type is missing"))])));
    }

    [Fact]
    public async Task Ten_thousand_Entities_are_one_commit_and_a_bad_one_spoils_no_other()
    {
        const int Count = 10_000;
        var entity = Told.Entity("""{"a":1}""");
        var items = Enumerable.Range(0, Count).Select(i => new BatchItem($"urn:x:{i}", entity with { Id = $"urn:x:{i}" })).ToArray();
        items[4711] = new("urn:x:4711", null, NgsiLdError.BadRequestData("is bad"));

        var outcome = await ItemsAsync(BatchKind.Create, [.. items]);

        Assert.Equal(Count - 1, outcome.Created.Length);
        Assert.Equal(("urn:x:4711", "is bad"), (Assert.Single(outcome.Errors).EntityId, outcome.Errors[0].Error.Detail));
        Assert.Equal(Count - 1, _store.Head);
        // One row of the log is one transaction.
        Assert.Equal([(1L, Count - 1L)], Commits());
    }

    private List<(long First, long Count)> Commits()
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open_v2(Path.Combine(_folder, "smartcity.db"), out var connection, raw.SQLITE_OPEN_READONLY, null));
        using (connection)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(connection, "SELECT first, count FROM change_log ORDER BY first", out var rows));
            using (rows)
            {
                var commits = new List<(long, long)>();
                while (raw.sqlite3_step(rows) == raw.SQLITE_ROW) commits.Add((raw.sqlite3_column_int64(rows, 0), raw.sqlite3_column_int64(rows, 1)));
                return commits;
            }
        }
    }
}
