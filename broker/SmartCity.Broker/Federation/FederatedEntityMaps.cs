using SmartCity.Broker.EntityMaps;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Ordering;

namespace SmartCity.Broker.Federation;

/// <summary>EntityMaps of what is found here and at registered sources (ETSI GS CIM 009 5.14).</summary>
/// <param name="own">EntityMaps of this broker, which keep those of all.</param>
/// <param name="entities">Finds what they name.</param>
public sealed class FederatedEntityMaps(LocalEntityMaps own, FederatedEntities entities) : IEntityMapOperations
{
    public async ValueTask<Result<EntityMap>> CreateAsync(
        Call call, EntityQuery query, EntityOrdering? ordering, TimeSpan? lifetime, CancellationToken cancellation)
    {
        if (!(await entities.MapAsync(call, query, lifetime, cancellation)).TryGet(out var map, out var error)) return error;
        return map ?? await own.CreateAsync(call, query, ordering, lifetime, cancellation);
    }

    public ValueTask<Result<EntityMapContent>> RetrieveAsync(Call call, string id, CancellationToken cancellation) =>
        own.RetrieveAsync(call, id, cancellation);

    public ValueTask<Result<EntityMap>> UpdateAsync(Call call, string id, DateTimeOffset? expiresAt, CancellationToken cancellation) =>
        own.UpdateAsync(call, id, expiresAt, cancellation);

    public ValueTask<Result<EntityMap>> DeleteAsync(Call call, string id, CancellationToken cancellation) =>
        own.DeleteAsync(call, id, cancellation);
}
