using SmartCity.Broker.Storage;
using Xunit;

namespace SmartCity.Broker.StoreContract;

/// <summary>Subscriptions as documents, and their progress.</summary>
public abstract class SubscriptionStoreContract : StoreContract
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_was_saved_is_loaded_after_a_restart()
    {
        await Save("", "urn:s:1", "{\"a\":1}");
        await Save("t", "urn:s:1", "{\"a\":2}");
        await Save("", "urn:s:1", "{\"a\":3}");
        await Store.ReopenAsync();
        var all = await Store.Subscriptions.LoadAsync(Soon);
        Assert.Equal(
            [("", "urn:s:1", "{\"a\":3}"), ("t", "urn:s:1", "{\"a\":2}")],
            all.Select(s => (s.Tenant, s.Id, System.Text.Encoding.UTF8.GetString(s.Document.Span))).Order());
        Assert.All(all, s => Assert.Null(s.Progress));
    }

    [Fact]
    public async Task A_deleted_one_is_gone_with_its_progress()
    {
        await Save("", "urn:s:1", "{}");
        Store.Subscriptions.Record([Progress("urn:s:1", 5)]);
        await Store.Subscriptions.DeleteAsync("", "urn:s:1", Soon);
        Store.Subscriptions.Record([Progress("urn:s:1", 6)]);
        Assert.Empty(await Store.Subscriptions.LoadAsync(Soon));
        await Save("", "urn:s:1", "{}");
        await Store.ReopenAsync();
        Assert.Null(Assert.Single(await Store.Subscriptions.LoadAsync(Soon)).Progress);
    }

    [Fact]
    public async Task Progress_is_kept_with_the_newest_winning()
    {
        await Save("", "urn:s:1", "{}");
        await Save("", "urn:s:2", "{}");
        Store.Subscriptions.Record([Progress("urn:s:1", 5), Progress("urn:s:2", 6)]);
        Store.Subscriptions.Record([Progress("urn:s:1", 7)]);
        await Store.ReopenAsync();
        var all = await Store.Subscriptions.LoadAsync(Soon);
        Assert.Equal([Progress("urn:s:1", 7), Progress("urn:s:2", 6)], all.Select(s => s.Progress!).OrderBy(p => p.Id));
    }

    [Fact]
    public async Task A_tenant_comes_into_being_with_its_first_subscription()
    {
        await Save("t", "urn:s:1", "{}");
        Assert.True(await Store.Entities.TenantExistsAsync("t", Soon));
        await Store.ReopenAsync();
        Assert.True(await Store.Entities.TenantExistsAsync("t", Soon));
    }

    [Fact]
    public async Task Those_to_registrations_are_kept_apart()
    {
        await Save("", "urn:s:1", "{\"a\":1}");
        await Store.SourceSubscriptions.SaveAsync(new("", "urn:s:1", "{\"a\":2}"u8.ToArray(), null), Soon);
        Store.SourceSubscriptions.Record([Progress("urn:s:1", 0)]);
        await Store.ReopenAsync();
        Assert.Null(Assert.Single(await Store.Subscriptions.LoadAsync(Soon)).Progress);
        var other = Assert.Single(await Store.SourceSubscriptions.LoadAsync(Soon));
        Assert.Equal((Progress("urn:s:1", 0), "{\"a\":2}"), (other.Progress, System.Text.Encoding.UTF8.GetString(other.Document.Span)));
        await Store.SourceSubscriptions.DeleteAsync("", "urn:s:1", Soon);
        Assert.Single(await Store.Subscriptions.LoadAsync(Soon));
        Assert.Empty(await Store.SourceSubscriptions.LoadAsync(Soon));
    }

    private async Task Save(string tenant, string id, string document) =>
        await Store.Subscriptions.SaveAsync(new(tenant, id, System.Text.Encoding.UTF8.GetBytes(document), null), Soon);

    private static SubscriptionProgress Progress(string id, long position) =>
        new("", id, position, 3, 1, Noon, Noon.AddSeconds(1), null);
}
