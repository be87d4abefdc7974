using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.EntityMaps;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Federation;

/// <summary>
/// The operations on current Entities of this broker and of all registered sources (ETSI GS CIM 009 4.3.6): the one decorator. What is
/// local, or of a tenant without registrations, goes straight through.
/// </summary>
/// <param name="own">This broker's own Entities.</param>
public sealed class FederatedEntities(IEntityOperations own) : IEntityOperations
{
    public ValueTask<Result<WriteOutcome>> CreateAsync(Call call, Entity entity, CancellationToken cancellation) =>
        own.CreateAsync(call, entity, cancellation);

    public ValueTask<Result<WriteOutcome>> ReplaceAsync(
        Call call, string id, EntityGuard guard, Entity entity, CancellationToken cancellation) =>
        own.ReplaceAsync(call, id, guard, entity, cancellation);

    public ValueTask<Result<WriteOutcome>> MergeAsync(
        Call call, string id, EntityGuard guard, Entity fragment, MergeOptions options, CancellationToken cancellation) =>
        own.MergeAsync(call, id, guard, fragment, options, cancellation);

    public ValueTask<Result<WriteOutcome>> AppendAsync(
        Call call, string id, EntityGuard guard, Entity fragment, bool noOverwrite, CancellationToken cancellation) =>
        own.AppendAsync(call, id, guard, fragment, noOverwrite, cancellation);

    public ValueTask<Result<WriteOutcome>> UpdateAsync(
        Call call, string id, EntityGuard guard, Entity fragment, CancellationToken cancellation) =>
        own.UpdateAsync(call, id, guard, fragment, cancellation);

    public ValueTask<Result<WriteOutcome>> DeleteAsync(Call call, string id, EntityGuard guard, CancellationToken cancellation) =>
        own.DeleteAsync(call, id, guard, cancellation);

    public ValueTask<Result<WriteOutcome>> PartialUpdateAttributeAsync(
        Call call, string id, EntityGuard guard, string name, ImmutableArray<Attribute> fragment, CancellationToken cancellation) =>
        own.PartialUpdateAttributeAsync(call, id, guard, name, fragment, cancellation);

    public ValueTask<Result<WriteOutcome>> ReplaceAttributeAsync(
        Call call, string id, EntityGuard guard, string name, ImmutableArray<Attribute> instances, CancellationToken cancellation) =>
        own.ReplaceAttributeAsync(call, id, guard, name, instances, cancellation);

    public ValueTask<Result<WriteOutcome>> DeleteAttributeAsync(
        Call call, string id, EntityGuard guard, string name, string? datasetId, bool all, CancellationToken cancellation) =>
        own.DeleteAttributeAsync(call, id, guard, name, datasetId, all, cancellation);

    public ValueTask<Result<BatchOutcome>> BatchAsync(
        Call call, BatchKind kind, ImmutableArray<BatchItem> items, MergeOptions options, CancellationToken cancellation) =>
        own.BatchAsync(call, kind, items, options, cancellation);

    public ValueTask<Result<PurgeOutcome>> PurgeAsync(
        Call call, EntityQuery query, PurgeExtent extent, EntityMapRequest? map, CancellationToken cancellation) =>
        own.PurgeAsync(call, query, extent, map, cancellation);

    public ValueTask<Result<RetrievedEntity>> RetrieveAsync(
        Call call, string id, EntityGuard guard, ShownAttributes shown, CancellationToken cancellation) =>
        own.RetrieveAsync(call, id, guard, shown, cancellation);

    public ValueTask<Result<FoundEntities>> FindManyAsync(
        Call call, IReadOnlyList<string> ids, CancellationToken cancellation) =>
        own.FindManyAsync(call, ids, cancellation);

    public ValueTask<Result<EntityAnswer>> QueryAsync(Call call, EntityQuery query, EntityPaging paging, CancellationToken cancellation) =>
        own.QueryAsync(call, query, paging, cancellation);
}
