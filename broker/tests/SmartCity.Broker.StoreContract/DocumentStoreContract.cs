using Xunit;

namespace SmartCity.Broker.StoreContract;

/// <summary>Documents that clients keep in the broker, and how each has fared, which is written without hurry.</summary>
/// <typeparam name="TProgress">How one has fared.</typeparam>
public abstract class DocumentStoreContract<TProgress> : StoreContract
{
    protected const string Id = "urn:x:1";
    protected const string Other = "urn:x:2";

    protected static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>How one has fared that nothing has been recorded of.</summary>
    protected abstract TProgress None { get; }

    /// <summary>How a document of the default tenant has fared: one of many ways.</summary>
    protected abstract TProgress Progress(string id, long number);

    protected abstract Task<IReadOnlyList<StoredDocument>> LoadAsync();

    protected abstract Task SaveAsync(string tenant, string id, string document);

    protected abstract Task DeleteAsync(string id);

    protected abstract void Record(params IEnumerable<(string Id, TProgress Progress)> all);

    [Fact]
    public async Task What_was_saved_is_loaded_after_a_restart()
    {
        await SaveAsync("", Id, "{\"a\":1}");
        await SaveAsync("t", Id, "{\"a\":2}");
        await SaveAsync("", Id, "{\"a\":3}");
        await Store.ReopenAsync();
        Assert.Equal(
            [new("", Id, "{\"a\":3}", None), new("t", Id, "{\"a\":2}", None)],
            (await LoadAsync()).OrderBy(stored => stored.Tenant));
    }

    [Fact]
    public async Task The_newest_progress_is_kept_over_an_update_and_a_restart()
    {
        await SaveAsync("", Id, "{}");
        await SaveAsync("", Other, "{}");
        Record((Id, Progress(Id, 5)), (Other, Progress(Other, 6)), ("urn:x:3", Progress("urn:x:3", 6)));
        Record((Id, Progress(Id, 7)));
        await SaveAsync("", Id, "{\"a\":1}");
        await Store.ReopenAsync();
        Assert.Equal(
            [new("", Id, "{\"a\":1}", Progress(Id, 7)), new("", Other, "{}", Progress(Other, 6))],
            (await LoadAsync()).OrderBy(stored => stored.Id));
    }

    [Fact]
    public async Task A_deleted_one_is_gone_with_its_progress()
    {
        await SaveAsync("", Id, "{}");
        Record((Id, Progress(Id, 5)));
        await DeleteAsync(Id);
        Record((Id, Progress(Id, 6)));
        Assert.Empty(await LoadAsync());
        await SaveAsync("", Id, "{}");
        await Store.ReopenAsync();
        Assert.Equal([new("", Id, "{}", None)], await LoadAsync());
    }

    [Fact]
    public async Task A_tenant_comes_into_being_with_its_first_one()
    {
        await SaveAsync("t", Id, "{}");
        Assert.True(await Store.Entities.TenantExistsAsync("t", Soon));
        await Store.ReopenAsync();
        Assert.True(await Store.Entities.TenantExistsAsync("t", Soon));
    }

    protected sealed record StoredDocument(string Tenant, string Id, string Document, TProgress Progress);
}
