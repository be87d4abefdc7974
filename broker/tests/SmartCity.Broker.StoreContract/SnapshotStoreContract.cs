using System.Text;
using SmartCity.Broker.Storage;
using Xunit;

namespace SmartCity.Broker.StoreContract;

/// <summary>Snapshots as documents, by space.</summary>
public abstract class SnapshotStoreContract : StoreContract
{
    [Fact]
    public async Task What_was_saved_is_loaded_after_a_restart()
    {
        await Store.Snapshots.SaveAsync(Of("#1", "", "urn:s:1", "{}"), Soon);
        await Store.Snapshots.SaveAsync(Of("t#1", "t", "urn:s:1", "[1]"), Soon);
        await Store.Snapshots.SaveAsync(Of("#2", "", "urn:s:2", "[2]") with { IsDeleted = true }, Soon);
        await Store.ReopenAsync();
        Assert.Equal(
            [("#1", "", "urn:s:1", false, "{}"), ("#2", "", "urn:s:2", true, "[2]"), ("t#1", "t", "urn:s:1", false, "[1]")],
            (await Store.Snapshots.LoadAsync(Soon)).Select(Row).Order());
    }

    [Fact]
    public async Task One_of_the_same_space_replaces_the_old_one()
    {
        await Store.Snapshots.SaveAsync(Of("#1", "", "urn:s:1", "{}"), Soon);
        await Store.Snapshots.SaveAsync(Of("#1", "", "urn:s:1", "[]") with { IsDeleted = true }, Soon);
        Assert.Equal(("#1", "", "urn:s:1", true, "[]"), Row(Assert.Single(await Store.Snapshots.LoadAsync(Soon))));
    }

    [Fact]
    public async Task One_that_is_deleted_may_have_a_follower_of_its_id()
    {
        await Store.Snapshots.SaveAsync(Of("#1", "", "urn:s:1", "{}") with { IsDeleted = true }, Soon);
        await Store.Snapshots.SaveAsync(Of("#2", "", "urn:s:1", "{}"), Soon);
        Assert.Equal(2, (await Store.Snapshots.LoadAsync(Soon)).Length);
    }

    [Fact]
    public async Task A_deleted_row_is_gone_and_may_be_deleted_again()
    {
        await Store.Snapshots.SaveAsync(Of("#1", "", "urn:s:1", "{}"), Soon);
        await Store.Snapshots.DeleteAsync("#1", Soon);
        await Store.Snapshots.DeleteAsync("#1", Soon);
        Assert.Empty(await Store.Snapshots.LoadAsync(Soon));
        await Store.ReopenAsync();
        Assert.Empty(await Store.Snapshots.LoadAsync(Soon));
    }

    private static StoredSnapshot Of(string space, string tenant, string id, string document) =>
        new(space, tenant, id, false, Encoding.UTF8.GetBytes(document));

    private static (string, string, string, bool, string) Row(StoredSnapshot stored) =>
        (stored.Space, stored.Tenant, stored.Id, stored.IsDeleted, Encoding.UTF8.GetString(stored.Document.Span));
}
