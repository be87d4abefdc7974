using System.Collections.Immutable;
using System.Text;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Federation.Writing;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Ordering;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation;

/// <summary>
/// EntityMaps of what is found here and at registered sources (ETSI GS CIM 009 5.14). Those of sources that belong to one of this broker live
/// and end with it, where the sources offer that (4.20); what becomes of them changes nothing for the client.
/// </summary>
/// <param name="own">EntityMaps of this broker, which keep those of all.</param>
/// <param name="entities">Finds what they name.</param>
/// <param name="registry">Knows the sources.</param>
/// <param name="client">Tells them.</param>
/// <param name="settings">How long that may take.</param>
/// <param name="clock">Tells when it is over.</param>
public sealed class FederatedEntityMaps(
    LocalEntityMaps own, FederatedEntities entities, ContextRegistry registry, IContextSourceClient client, FederationSettings settings,
    TimeProvider clock) : IEntityMapOperations
{
    public async ValueTask<Result<MadeEntityMap>> CreateAsync(
        Call call, EntityQuery query, EntityOrdering? ordering, TimeSpan? lifetime, CancellationToken cancellation)
    {
        if (!(await entities.MapAsync(call, query, lifetime, cancellation)).TryGet(out var made, out var error)) return error;
        return made ?? await own.CreateAsync(call, query, ordering, lifetime, cancellation);
    }

    public ValueTask<Result<EntityMapContent>> RetrieveAsync(Call call, string id, CancellationToken cancellation) =>
        own.RetrieveAsync(call, id, cancellation);

    public async ValueTask<Result<EntityMap>> UpdateAsync(Call call, string id, DateTimeOffset? expiresAt, CancellationToken cancellation)
    {
        var updated = await own.UpdateAsync(call, id, expiresAt, cancellation);
        if (!updated.TryGet(out var map, out _) || expiresAt is null) return updated;
        var body = Encoding.UTF8.GetBytes($$"""{"type":"EntityMap","expiresAt":"{{Timestamp.Format(map.ExpiresAt)}}"}""");
        await TellAsync(call, map, ContextSourceOperations.UpdateEntityMap, path => new(HttpMethod.Patch, path, "", body), cancellation);
        return updated;
    }

    public async ValueTask<Result<EntityMap>> DeleteAsync(Call call, string id, CancellationToken cancellation)
    {
        var deleted = await own.DeleteAsync(call, id, cancellation);
        if (!deleted.TryGet(out var map, out _)) return deleted;
        await TellAsync(call, map, ContextSourceOperations.DeleteEntityMap, path => new(HttpMethod.Delete, path), cancellation);
        return deleted;
    }

    private async ValueTask TellAsync(
        Call call, EntityMap map, ContextSourceOperations operation, Func<string, SourceRequest> request, CancellationToken cancellation)
    {
        if (call.Local || map.Links is not { IsEmpty: false } links) return;
        var requests = ImmutableArray.CreateBuilder<Func<CancellationToken, ValueTask<SourceAnswer<SourceDocument>>>>();
        foreach (var (registration, linked) in links.All)
        {
            // One that has been deleted, or changed, is no longer to be told.
            if (registry.Find(call.Tenant, registration) is not { } source || (source.Registration.Operations & operation) == 0) continue;
            requests.Add(stop => client.SendAsync(call, source, request($"/ngsi-ld/v1/entityMaps/{UrlText.Segment(linked.Id)}"), stop));
        }

        await SourceRequests.AllAsync(requests.DrainToImmutable(), settings, clock, cancellation);
    }
}
