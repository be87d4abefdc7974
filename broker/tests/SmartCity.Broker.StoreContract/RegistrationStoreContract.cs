using System.Text;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.StoreContract;

/// <summary>Registrations as documents, and how requests to their sources went.</summary>
public abstract class RegistrationStoreContract : DocumentStoreContract<ContextSourceFigures>
{
    protected override ContextSourceFigures None => default;

    protected override ContextSourceFigures Progress(string id, long number) => new(number, 1, Noon, null);

    protected override async Task<IReadOnlyList<StoredDocument>> LoadAsync() =>
    [
        .. (await Store.Registrations.LoadAsync(Soon))
            .Select(stored => new StoredDocument(stored.Tenant, stored.Id, Encoding.UTF8.GetString(stored.Document.Span), stored.Figures)),
    ];

    protected override async Task SaveAsync(string tenant, string id, string document) =>
        await Store.Registrations.SaveAsync(new(tenant, id, Encoding.UTF8.GetBytes(document)), Soon);

    protected override async Task DeleteAsync(string id) => await Store.Registrations.DeleteAsync("", id, Soon);

    protected override void Record(params IEnumerable<(string Id, ContextSourceFigures Progress)> all) =>
        Store.Registrations.Record([.. all.Select(one => new RegistrationProgress("", one.Id, one.Progress))]);
}
