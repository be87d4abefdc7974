using System.Text;
using SmartCity.NgsiLd.Registrations;
using Xunit;

namespace SmartCity.Broker.StoreContract;

/// <summary>Registrations as documents, and how requests to their sources went.</summary>
public abstract class RegistrationStoreContract : StoreContract
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_was_saved_is_loaded_after_a_restart()
    {
        await Save("", "urn:r:1", "{\"a\":1}");
        await Save("t", "urn:r:1", "{\"a\":2}");
        await Save("", "urn:r:1", "{\"a\":3}");
        await Store.ReopenAsync();
        var all = await Store.Registrations.LoadAsync(Soon);
        Assert.Equal(
            [("", "urn:r:1", "{\"a\":3}"), ("t", "urn:r:1", "{\"a\":2}")],
            all.Select(r => (r.Tenant, r.Id, Encoding.UTF8.GetString(r.Document.Span))).Order());
        Assert.All(all, r => Assert.Equal(default, r.Figures));
    }

    [Fact]
    public async Task Figures_outlive_an_update_and_a_restart_but_no_deletion()
    {
        await Save("", "urn:r:1", "{}");
        Store.Registrations.Record([new("", "urn:r:1", Figures(5)), new("", "urn:r:2", Figures(6))]);
        Store.Registrations.Record([new("", "urn:r:1", Figures(7))]);
        await Save("", "urn:r:1", "{\"a\":1}");
        await Store.ReopenAsync();
        Assert.Equal(Figures(7), Assert.Single(await Store.Registrations.LoadAsync(Soon)).Figures);
        await Store.Registrations.DeleteAsync("", "urn:r:1", Soon);
        Store.Registrations.Record([new("", "urn:r:1", Figures(8))]);
        Assert.Empty(await Store.Registrations.LoadAsync(Soon));
        await Save("", "urn:r:1", "{}");
        Assert.Equal(default, Assert.Single(await Store.Registrations.LoadAsync(Soon)).Figures);
    }

    [Fact]
    public async Task A_tenant_comes_into_being_with_its_first_registration()
    {
        await Save("t", "urn:r:1", "{}");
        Assert.True(await Store.Entities.TenantExistsAsync("t", Soon));
        await Store.ReopenAsync();
        Assert.True(await Store.Entities.TenantExistsAsync("t", Soon));
    }

    private async Task Save(string tenant, string id, string document) =>
        await Store.Registrations.SaveAsync(new(tenant, id, Encoding.UTF8.GetBytes(document)), Soon);

    private static ContextSourceFigures Figures(long sent) => new(sent, 1, Noon, null);
}
