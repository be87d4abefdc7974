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

    public async ValueTask<long> SaveAsync(StoredRegistration registration, CancellationToken cancellation)
    {
        var (tenant, id, document) = registration;
        long number = 0;
        await table.SaveAsync(
            new(tenant, id, document, null), statements => number = RegistrationChangeTable.Add(statements, tenant, id, document.Span), cancellation);
        return number;
    }

    public async ValueTask<long> DeleteAsync(string tenant, string id, CancellationToken cancellation)
    {
        long number = 0;
        await table.DeleteAsync(tenant, id, statements => number = RegistrationChangeTable.Add(statements, tenant, id, default), cancellation);
        return number;
    }

    public void Record(ImmutableArray<RegistrationProgress> progress) => table.Record(
    [
        .. progress.Select(one => new SubscriptionProgress(
            one.Tenant, one.Id, 0, one.Figures.TimesSent, one.Figures.TimesFailed, null, one.Figures.LastSuccess, one.Figures.LastFailure)),
    ]);
}
