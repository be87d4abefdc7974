using System.Collections.Immutable;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Embedded.Documents;

/// <summary>Registrations and how requests to their sources went, in the file.</summary>
internal sealed class RegistrationTable(DocumentTable table) : IRegistrationStore
{
    public async ValueTask<ImmutableArray<StoredRegistration>> LoadAsync(CancellationToken cancellation)
    {
        var all = await table.LoadAsync(cancellation);
        return [.. all.Select(one => new StoredRegistration(one.Tenant, one.Id, one.Document)
        {
            Figures = one.Progress is { } kept ? new(kept.TimesSent, kept.TimesFailed, kept.LastSuccess, kept.LastFailure) : default,
        })];
    }

    public ValueTask SaveAsync(StoredRegistration registration, CancellationToken cancellation) =>
        table.SaveAsync(new(registration.Tenant, registration.Id, registration.Document, null), cancellation);

    public ValueTask DeleteAsync(string tenant, string id, CancellationToken cancellation) =>
        table.DeleteAsync(tenant, id, cancellation);

    public void Record(ImmutableArray<RegistrationProgress> progress) => table.Record(
    [
        .. progress.Select(one => new SubscriptionProgress(
            one.Tenant, one.Id, 0, one.Figures.TimesSent, one.Figures.TimesFailed, null, one.Figures.LastSuccess, one.Figures.LastFailure)),
    ]);
}
