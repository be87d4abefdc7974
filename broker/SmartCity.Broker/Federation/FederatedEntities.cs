using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Federation.Reading;
using SmartCity.Broker.Federation.Writing;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Federation;

/// <summary>
/// The operations on current Entities of this broker and of all registered sources (ETSI GS CIM 009 4.3.6): the one decorator. What is
/// local, or of a tenant without registrations, goes straight through.
/// </summary>
public sealed class FederatedEntities : IEntityOperations
{
    private readonly IEntityOperations _own;
    private readonly IContextRegistry _registry;
    private readonly FederatedWrites _writes;
    private readonly FederatedBatches _batches;
    private readonly FederatedPurge _purge;
    private readonly DistributedRetrieval _retrieval;
    private readonly DistributedQueries _queries;

    /// <param name="own">This broker's own Entities.</param>
    /// <param name="maps">EntityMaps, by which answers of several sources are paged.</param>
    /// <param name="registry">Tells who else has any.</param>
    /// <param name="client">Asks them.</param>
    /// <param name="settings">How long, and how many at once.</param>
    /// <param name="clock">Tells when they have not answered in time.</param>
    public FederatedEntities(
        IEntityOperations own, LocalEntityMaps maps, IContextRegistry registry, IContextSourceClient client, FederationSettings settings,
        TimeProvider clock)
    {
        (_own, _registry) = (own, registry);
        _writes = new(own, registry, client, settings, clock);
        _batches = new(own, registry, client, settings, clock);
        _purge = new(own, maps, registry, client, settings, clock);
        _retrieval = new(own, maps, registry, client, settings, clock);
        _queries = new(own, this, maps, registry, client, settings, clock);
    }

    public ValueTask<Result<WriteOutcome>> CreateAsync(Call call, Entity entity, CancellationToken cancellation) =>
        WriteAsync(call, new(SourceWriteKind.Create, entity.Id) { Entity = entity }, cancellation);

    public ValueTask<Result<WriteOutcome>> ReplaceAsync(
        Call call, string id, EntityGuard guard, Entity entity, CancellationToken cancellation) =>
        WriteAsync(call, new(SourceWriteKind.Replace, id) { Guard = guard, Entity = entity }, cancellation);

    public ValueTask<Result<WriteOutcome>> MergeAsync(
        Call call, string id, EntityGuard guard, Entity fragment, MergeOptions options, CancellationToken cancellation) =>
        WriteAsync(call, new(SourceWriteKind.Merge, id) { Guard = guard, Entity = fragment, Merge = options }, cancellation);

    public ValueTask<Result<WriteOutcome>> AppendAsync(
        Call call, string id, EntityGuard guard, Entity fragment, bool noOverwrite, CancellationToken cancellation) =>
        WriteAsync(call, new(SourceWriteKind.Append, id) { Guard = guard, Entity = fragment, NoOverwrite = noOverwrite }, cancellation);

    public ValueTask<Result<WriteOutcome>> UpdateAsync(
        Call call, string id, EntityGuard guard, Entity fragment, CancellationToken cancellation) =>
        WriteAsync(call, new(SourceWriteKind.Update, id) { Guard = guard, Entity = fragment }, cancellation);

    public ValueTask<Result<WriteOutcome>> DeleteAsync(Call call, string id, EntityGuard guard, CancellationToken cancellation) =>
        WriteAsync(call, new(SourceWriteKind.Delete, id) { Guard = guard }, cancellation);

    public ValueTask<Result<WriteOutcome>> PartialUpdateAttributeAsync(
        Call call, string id, EntityGuard guard, string name, ImmutableArray<Attribute> fragment, CancellationToken cancellation) =>
        WriteAsync(call, new(SourceWriteKind.PartialUpdateAttribute, id) { Guard = guard, AttributeName = name, Instances = fragment }, cancellation);

    public ValueTask<Result<WriteOutcome>> ReplaceAttributeAsync(
        Call call, string id, EntityGuard guard, string name, ImmutableArray<Attribute> instances, CancellationToken cancellation) =>
        WriteAsync(call, new(SourceWriteKind.ReplaceAttribute, id) { Guard = guard, AttributeName = name, Instances = instances }, cancellation);

    public ValueTask<Result<WriteOutcome>> DeleteAttributeAsync(
        Call call, string id, EntityGuard guard, string name, string? datasetId, bool all, CancellationToken cancellation) => WriteAsync(
        call, new(SourceWriteKind.DeleteAttribute, id) { Guard = guard, AttributeName = name, DatasetId = datasetId, All = all }, cancellation);

    public ValueTask<Result<BatchOutcome>> BatchAsync(
        Call call, BatchKind kind, ImmutableArray<BatchItem> items, MergeOptions options, CancellationToken cancellation) => call.Local
        ? _own.BatchAsync(call, kind, items, options, cancellation)
        : _batches.WriteAsync(call, kind, items, options, cancellation);

    public ValueTask<Result<PurgeOutcome>> PurgeAsync(
        Call call, EntityQuery query, PurgeExtent extent, EntityMapRequest? map, CancellationToken cancellation) => IsOwn(call)
        ? _own.PurgeAsync(call, query, extent, map, cancellation)
        : _purge.RunAsync(call, query, extent, map, cancellation);

    public ValueTask<Result<RetrievedEntity>> RetrieveAsync(
        Call call, string id, EntityGuard guard, ShownAttributes shown, EntityMapRequest? map, CancellationToken cancellation) => IsOwn(call)
        ? _own.RetrieveAsync(call, id, guard, shown, map, cancellation)
        : _retrieval.RunAsync(call, id, guard, shown, map, cancellation);

    public ValueTask<Result<FoundEntities>> FindManyAsync(Call call, IReadOnlyList<string> ids, CancellationToken cancellation) => IsOwn(call)
        ? _own.FindManyAsync(call, ids, cancellation)
        : _queries.FindManyAsync(call, ids, cancellation);

    public ValueTask<Result<EntityAnswer>> QueryAsync(Call call, EntityQuery query, EntityPaging paging, CancellationToken cancellation) => IsOwn(call)
        ? _own.QueryAsync(call, query, paging, cancellation)
        : _queries.RunAsync(call, query, paging, cancellation);

    /// <summary>An EntityMap over this broker and all sources (5.14.4); null where there is nothing of sources in it.</summary>
    internal ValueTask<Result<MadeEntityMap?>> MapAsync(Call call, EntityQuery query, TimeSpan? lifetime, CancellationToken cancellation) =>
        IsOwn(call) ? new((MadeEntityMap?)null) : _queries.MapAsync(call, query, lifetime, cancellation);

    private ValueTask<Result<WriteOutcome>> WriteAsync(Call call, SourceWrite write, CancellationToken cancellation) =>
        call.Local ? _own.WriteAsync(call, write, cancellation) : _writes.WriteAsync(call, write, cancellation);

    private bool IsOwn(Call call) => call.Local || !_registry.HasAny(call.Tenant);
}
