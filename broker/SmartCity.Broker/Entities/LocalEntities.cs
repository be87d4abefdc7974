using System.Collections.Immutable;
using SmartCity.Broker.Entities.Decisions;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Entities;

/// <summary>The operations on the Entities that this broker keeps itself: it decides, the store keeps.</summary>
public sealed class LocalEntities(IEntityStore store, LocalEntityMaps maps) : IEntityOperations
{
    private readonly PagedQuery _queries = new(store, maps);
    private readonly Purge _purge = new(store, maps);

    public ValueTask<Result<WriteOutcome>> CreateAsync(Call call, Entity entity, CancellationToken cancellation) =>
        CommitAsync(call, new(entity.Id, new EntityCreation(entity).Decide), cancellation);

    public ValueTask<Result<WriteOutcome>> ReplaceAsync(
        Call call, string id, EntityGuard guard, Entity entity, CancellationToken cancellation) =>
        ChangeAsync(call, id, entity, new EntityReplacement(id, guard, entity).Decide, cancellation);

    public ValueTask<Result<WriteOutcome>> MergeAsync(
        Call call, string id, EntityGuard guard, Entity fragment, MergeOptions options, CancellationToken cancellation) =>
        ChangeAsync(call, id, fragment, new EntityMerge(id, guard, fragment, options).Decide, cancellation);

    public ValueTask<Result<WriteOutcome>> AppendAsync(
        Call call, string id, EntityGuard guard, Entity fragment, bool noOverwrite, CancellationToken cancellation) =>
        ChangeAsync(call, id, fragment, new AttributesAppend(id, guard, fragment, noOverwrite).Decide, cancellation);

    public ValueTask<Result<WriteOutcome>> UpdateAsync(
        Call call, string id, EntityGuard guard, Entity fragment, CancellationToken cancellation) =>
        ChangeAsync(call, id, fragment, new AttributesUpdate(id, guard, fragment).Decide, cancellation);

    public ValueTask<Result<WriteOutcome>> DeleteAsync(Call call, string id, EntityGuard guard, CancellationToken cancellation) =>
        ChangeAsync(call, id, fragment: null, new EntityDeletion(id, guard).Decide, cancellation);

    public async ValueTask<Result<WriteOutcome>> PartialUpdateAttributeAsync(
        Call call, string id, EntityGuard guard, string name, ImmutableArray<Attribute> fragment, CancellationToken cancellation)
    {
        if (EntityMembers.RefuseAsAttribute(name) is { } error) return error;
        var update = new AttributePartialUpdate(id, guard, name, fragment);
        return await ChangeAsync(call, id, fragment: null, update.Decide, cancellation);
    }

    public async ValueTask<Result<WriteOutcome>> ReplaceAttributeAsync(
        Call call, string id, EntityGuard guard, string name, ImmutableArray<Attribute> instances, CancellationToken cancellation)
    {
        if (EntityMembers.RefuseAsAttribute(name) is { } error) return error;
        var replacement = new AttributeReplacement(id, guard, name, instances);
        return await ChangeAsync(call, id, fragment: null, replacement.Decide, cancellation);
    }

    public async ValueTask<Result<WriteOutcome>> DeleteAttributeAsync(
        Call call, string id, EntityGuard guard, string name, string? datasetId, bool all, CancellationToken cancellation)
    {
        if (!EntityMembers.IsScope(name) && EntityMembers.RefuseAsAttribute(name) is { } error) return error;
        var deletion = new AttributeDeletion(id, guard, name, datasetId, all);
        return await ChangeAsync(call, id, fragment: null, deletion.Decide, cancellation);
    }

    public async ValueTask<Result<BatchOutcome>> BatchAsync(
        Call call, BatchKind kind, ImmutableArray<BatchItem> items, MergeOptions options, CancellationToken cancellation)
    {
        var creates = kind is BatchKind.Create or BatchKind.UpsertReplace or BatchKind.UpsertUpdate;
        if (!creates && await store.MissingTenantAsync(call, cancellation) is { } missing) return missing;

        var batch = new Batch(kind, items, options);
        ImmutableArray<EntityWrite> writes = call.Stamp is { } stamp ? [.. batch.Writes.Select(write => Stamped(write, stamp))] : batch.Writes;
        var results = writes.IsEmpty ? [] : await store.CommitAsync(call.Tenant, writes, cancellation);
        return batch.ToOutcome(results);
    }

    public async ValueTask<Result<PurgeOutcome>> PurgeAsync(
        Call call, EntityQuery query, PurgeExtent extent, EntityMapRequest? map, CancellationToken cancellation)
    {
        if (await store.MissingTenantAsync(call, cancellation) is { } missing) return missing;
        return await _purge.RunAsync(call, query, extent, map, cancellation);
    }

    public async ValueTask<Result<RetrievedEntity>> RetrieveAsync(
        Call call, string id, EntityGuard guard, ShownAttributes shown, EntityMapRequest? map, CancellationToken cancellation)
    {
        var entity = await store.FindAsync(call.Tenant, id, cancellation);
        if (guard.Lets(entity))
        {
            if (map is null) return new RetrievedEntity(entity, []);
            var one = new EntityQuery { Selectors = [new() { Ids = [id] }] };
            return (await maps.UseAsync(call, one, null, map, cancellation)).Map(used => new RetrievedEntity(entity, []) { Map = used });
        }

        return await store.MissingTenantAsync(call, cancellation) ?? guard.NotFound(id);
    }

    public async ValueTask<Result<FoundEntities>> FindManyAsync(
        Call call, IReadOnlyList<string> ids, CancellationToken cancellation) =>
        new FoundEntities(await store.FindManyAsync(call.Tenant, ids, cancellation), []);

    public async ValueTask<Result<EntityAnswer>> QueryAsync(
        Call call, EntityQuery query, EntityPaging paging, CancellationToken cancellation)
    {
        if (await store.MissingTenantAsync(call, cancellation) is { } missing) return missing;
        return await _queries.RunAsync(call, query, paging, cancellation);
    }

    private async ValueTask<Result<WriteOutcome>> ChangeAsync(
        Call call,
        string id,
        Entity? fragment,
        Func<PackedEntity?, DateTimeOffset, Result<EntityChange>> decide,
        CancellationToken cancellation)
    {
        if (EntityMembers.RefuseOtherId(id, fragment) is { } error) return error;
        if (await store.MissingTenantAsync(call, cancellation) is { } missing) return missing;
        return await CommitAsync(call, new(id, decide), cancellation);
    }

    private async ValueTask<Result<WriteOutcome>> CommitAsync(Call call, EntityWrite write, CancellationToken cancellation)
    {
        var results = await store.CommitAsync(call.Tenant, [call.Stamp is { } stamp ? Stamped(write, stamp) : write], cancellation);
        return results[0].Map(change => new WriteOutcome(change));
    }

    private static EntityWrite Stamped(EntityWrite write, RegistryStamp stamp) =>
        write with { Decide = (before, now) => stamp.IsOutdated ? RegistryStamp.Outdated : write.Decide(before, now) };
}
