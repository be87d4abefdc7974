using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.EntityMaps;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Tests.Snapshots;

/// <summary>Operations whose queries are answered otherwise than by what is there.</summary>
internal sealed class ScriptedEntities(
    IEntityOperations own, Func<EntityQuery, CancellationToken, ValueTask<Result<EntityAnswer>?>> script, Action<Call>? hear = null)
    : IEntityOperations
{
    public async ValueTask<Result<EntityAnswer>> QueryAsync(Call call, EntityQuery query, EntityPaging paging, CancellationToken cancellation)
    {
        hear?.Invoke(call);
        return await script(query, cancellation) is { } scripted ? scripted : await own.QueryAsync(call, query, paging, cancellation);
    }

    public ValueTask<Result<FoundEntities>> FindManyAsync(Call call, IReadOnlyList<string> ids, CancellationToken cancellation) =>
        own.FindManyAsync(call, ids, cancellation);

    public ValueTask<Result<WriteOutcome>> CreateAsync(Call call, Entity entity, CancellationToken cancellation) => throw Unasked;

    public ValueTask<Result<WriteOutcome>> ReplaceAsync(Call call, string id, EntityGuard guard, Entity entity, CancellationToken cancellation) =>
        throw Unasked;

    public ValueTask<Result<WriteOutcome>> MergeAsync(
        Call call, string id, EntityGuard guard, Entity fragment, MergeOptions options, CancellationToken cancellation) => throw Unasked;

    public ValueTask<Result<WriteOutcome>> AppendAsync(
        Call call, string id, EntityGuard guard, Entity fragment, bool noOverwrite, CancellationToken cancellation) => throw Unasked;

    public ValueTask<Result<WriteOutcome>> UpdateAsync(Call call, string id, EntityGuard guard, Entity fragment, CancellationToken cancellation) =>
        throw Unasked;

    public ValueTask<Result<WriteOutcome>> DeleteAsync(Call call, string id, EntityGuard guard, CancellationToken cancellation) => throw Unasked;

    public ValueTask<Result<WriteOutcome>> PartialUpdateAttributeAsync(
        Call call, string id, EntityGuard guard, string name, ImmutableArray<Attribute> fragment, CancellationToken cancellation) => throw Unasked;

    public ValueTask<Result<WriteOutcome>> ReplaceAttributeAsync(
        Call call, string id, EntityGuard guard, string name, ImmutableArray<Attribute> instances, CancellationToken cancellation) => throw Unasked;

    public ValueTask<Result<WriteOutcome>> DeleteAttributeAsync(
        Call call, string id, EntityGuard guard, string name, string? datasetId, bool all, CancellationToken cancellation) => throw Unasked;

    public ValueTask<Result<BatchOutcome>> BatchAsync(
        Call call, BatchKind kind, ImmutableArray<BatchItem> items, MergeOptions options, CancellationToken cancellation) => throw Unasked;

    public ValueTask<Result<PurgeOutcome>> PurgeAsync(
        Call call, EntityQuery query, PurgeExtent extent, EntityMapRequest? map, CancellationToken cancellation) => throw Unasked;

    public ValueTask<Result<RetrievedEntity>> RetrieveAsync(
        Call call, string id, EntityGuard guard, ShownAttributes shown, EntityMapRequest? map, CancellationToken cancellation) => throw Unasked;

    private static InvalidOperationException Unasked => new("A Snapshot is filled by queries alone.");
}
