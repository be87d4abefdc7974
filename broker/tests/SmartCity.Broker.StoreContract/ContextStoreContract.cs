using System.Text;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Storage;
using Xunit;

namespace SmartCity.Broker.StoreContract;

/// <summary>The contexts that the broker serves.</summary>
public abstract class ContextStoreContract : StoreContract
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_was_saved_is_loaded_after_a_restart()
    {
        await Store.Contexts.SaveAsync(Hosted("urn:c:1", "{}"), Soon);
        await Store.Contexts.SaveAsync(new("urn:c:2", "t", ContextKind.ImplicitlyCreated, true, Noon, Bytes("[null]")), Soon);
        await Store.ReopenAsync();
        Assert.Equal(
            [("urn:c:1", "", ContextKind.Hosted, false, Noon, "{}"), ("urn:c:2", "t", ContextKind.ImplicitlyCreated, true, Noon, "[null]")],
            (await Store.Contexts.LoadAsync(Soon)).Select(Row).Order());
    }

    [Fact]
    public async Task One_of_the_same_id_replaces_the_old_one()
    {
        await Store.Contexts.SaveAsync(Hosted("urn:c:1", "{}"), Soon);
        await Store.Contexts.SaveAsync(Hosted("urn:c:1", "[]") with { IsNeeded = true }, Soon);
        Assert.Equal(("urn:c:1", "", ContextKind.Hosted, true, Noon, "[]"), Row(Assert.Single(await Store.Contexts.LoadAsync(Soon))));
    }

    [Fact]
    public async Task A_deleted_one_is_gone_and_may_be_deleted_again()
    {
        await Store.Contexts.SaveAsync(Hosted("urn:c:1", "{}"), Soon);
        await Store.Contexts.DeleteAsync("urn:c:1", Soon);
        await Store.Contexts.DeleteAsync("urn:c:1", Soon);
        Assert.Empty(await Store.Contexts.LoadAsync(Soon));
        await Store.ReopenAsync();
        Assert.Empty(await Store.Contexts.LoadAsync(Soon));
    }

    private static StoredContext Hosted(string id, string json) => new(id, "", ContextKind.Hosted, false, Noon, Bytes(json));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static (string, string, ContextKind, bool, DateTimeOffset, string) Row(StoredContext stored) =>
        (stored.Id, stored.Tenant, stored.Kind, stored.IsNeeded, stored.CreatedAt, Encoding.UTF8.GetString(stored.Json.Span));
}
