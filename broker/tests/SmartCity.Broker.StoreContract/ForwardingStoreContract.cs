using System.Text;
using SmartCity.Broker.Storage;
using Xunit;

namespace SmartCity.Broker.StoreContract;

/// <summary>Forwarded subscriptions as documents, by key.</summary>
public abstract class ForwardingStoreContract : StoreContract
{
    [Fact]
    public async Task What_was_saved_is_loaded_after_a_restart()
    {
        await Store.Forwardings.SaveAsync(Of("b", "{}"), Soon);
        await Store.Forwardings.SaveAsync(Of("a", "[1]"), Soon);
        await Store.ReopenAsync();
        Assert.Equal([("a", "[1]"), ("b", "{}")], (await Store.Forwardings.LoadAsync(Soon)).Select(Row).Order());
    }

    [Fact]
    public async Task One_of_the_same_key_replaces_the_old_one()
    {
        await Store.Forwardings.SaveAsync(Of("a", "{}"), Soon);
        await Store.Forwardings.SaveAsync(Of("a", "[]"), Soon);
        Assert.Equal(("a", "[]"), Row(Assert.Single(await Store.Forwardings.LoadAsync(Soon))));
    }

    [Fact]
    public async Task A_deleted_one_is_gone_and_may_be_deleted_again()
    {
        await Store.Forwardings.SaveAsync(Of("a", "{}"), Soon);
        await Store.Forwardings.DeleteAsync("a", Soon);
        await Store.Forwardings.DeleteAsync("a", Soon);
        Assert.Empty(await Store.Forwardings.LoadAsync(Soon));
        await Store.ReopenAsync();
        Assert.Empty(await Store.Forwardings.LoadAsync(Soon));
    }

    private static StoredForwarding Of(string key, string document) => new(key, Encoding.UTF8.GetBytes(document));

    private static (string, string) Row(StoredForwarding stored) => (stored.Key, Encoding.UTF8.GetString(stored.Document.Span));
}
