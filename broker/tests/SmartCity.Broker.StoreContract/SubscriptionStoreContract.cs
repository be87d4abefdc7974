using System.Text;
using SmartCity.Broker.Storage;
using Xunit;

namespace SmartCity.Broker.StoreContract;

/// <summary>Subscriptions as documents, and how far each has got.</summary>
public abstract class SubscriptionStoreContract : DocumentStoreContract<SubscriptionProgress?>
{
    protected override SubscriptionProgress? None => null;

    protected override SubscriptionProgress Progress(string id, long number) => new("", id, number, 3, 1, Noon, Noon.AddSeconds(1), null);

    protected override Task<IReadOnlyList<StoredDocument>> LoadAsync() => LoadAsync(Store.Subscriptions);

    protected override Task SaveAsync(string tenant, string id, string document) => SaveAsync(Store.Subscriptions, tenant, id, document);

    protected override async Task DeleteAsync(string id) => await Store.Subscriptions.DeleteAsync("", id, Soon);

    protected override void Record(params IEnumerable<(string Id, SubscriptionProgress? Progress)> all) =>
        Store.Subscriptions.Record([.. all.Select(one => one.Progress!)]);

    [Fact]
    public async Task Those_to_registrations_are_kept_apart()
    {
        await SaveAsync("", Id, "{\"a\":1}");
        await SaveAsync(Store.SourceSubscriptions, "", Id, "{\"a\":2}");
        Store.SourceSubscriptions.Record([Progress(Id, 0)]);
        await Store.ReopenAsync();
        Assert.Equal([new("", Id, "{\"a\":1}", null)], await LoadAsync());
        Assert.Equal([new("", Id, "{\"a\":2}", Progress(Id, 0))], await LoadAsync(Store.SourceSubscriptions));
        await Store.SourceSubscriptions.DeleteAsync("", Id, Soon);
        Assert.Single(await LoadAsync());
        Assert.Empty(await LoadAsync(Store.SourceSubscriptions));
    }

    private async Task<IReadOnlyList<StoredDocument>> LoadAsync(ISubscriptionStore store) =>
    [
        .. (await store.LoadAsync(Soon))
            .Select(stored => new StoredDocument(stored.Tenant, stored.Id, Encoding.UTF8.GetString(stored.Document.Span), stored.Progress)),
    ];

    private async Task SaveAsync(ISubscriptionStore store, string tenant, string id, string document) =>
        await store.SaveAsync(new(tenant, id, Encoding.UTF8.GetBytes(document), null), Soon);
}
