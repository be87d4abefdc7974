using System.Collections.Immutable;
using SmartCity.Broker.Entities.Decisions;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Entities;

/// <summary>
/// A batch as the writes that it asks for, and back from what they came to (ETSI GS CIM 009 5.6.7 - 5.6.10, 5.6.20): elements
/// are as if they had arrived one by one (5.5.11), so that the store's order is all that an id which occurs twice needs.
/// </summary>
internal sealed class Batch
{
    private readonly ImmutableArray<BatchItem> _items;

    public Batch(BatchKind kind, ImmutableArray<BatchItem> items, MergeOptions options)
    {
        _items = items;
        var writes = ImmutableArray.CreateBuilder<EntityWrite>(items.Length);
        foreach (var item in items)
        {
            if (Error(item) is null) writes.Add(new(item.EntityId, Decision(kind, item, options)));
        }

        Writes = writes.DrainToImmutable();
    }

    /// <summary>Those of the elements that could be read, in order.</summary>
    public ImmutableArray<EntityWrite> Writes { get; }

    /// <summary>InternalError where the store could keep none of them.</summary>
    public Result<BatchOutcome> ToOutcome(ImmutableArray<Result<EntityChange>> results)
    {
        var created = ImmutableArray.CreateBuilder<string>();
        var updated = ImmutableArray.CreateBuilder<string>();
        var errors = ImmutableArray.CreateBuilder<BatchError>();
        var next = 0;
        foreach (var item in _items)
        {
            var error = Error(item);
            if (error is null && results[next++].TryGet(out var change, out error))
            {
                (change.IsCreation ? created : updated).Add(item.EntityId);
                continue;
            }

            if (error is { Kind: NgsiLdErrorKind.InternalError }) return error;
            errors.Add(new(item.EntityId, error!));
        }

        return new BatchOutcome(created.ToImmutable(), updated.ToImmutable(), errors.ToImmutable());
    }

    private static NgsiLdError? Error(BatchItem item) =>
        (item.Update is null ? item.Error : null) ?? (item.EntityId.Length == 0 ? NgsiLdError.BadRequestData("id is missing") : null);

    private static Func<PackedEntity?, DateTimeOffset, Result<EntityChange>> Decision(
        BatchKind kind, BatchItem item, MergeOptions options)
    {
        if (kind == BatchKind.Delete) return new EntityDeletion(item.EntityId, default).Decide;
        if (item.Update is { } update) return new EntityUpdate(update, item.Error!).Decide;
        var entity = item.Entity ?? throw new ArgumentException($"{item.EntityId} has neither an Entity nor an error");
        return kind switch
        {
            BatchKind.Create => new EntityCreation(entity).Decide,
            BatchKind.UpsertReplace => new EntityUpsert(entity, Update: false).Decide,
            BatchKind.UpsertUpdate => new EntityUpsert(entity, Update: true).Decide,
            BatchKind.Update => new AttributesAppend(item.EntityId, default, entity, NoOverwrite: false).Decide,
            BatchKind.UpdateNoOverwrite => new AttributesAppend(item.EntityId, default, entity, NoOverwrite: true).Decide,
            BatchKind.Merge => new EntityMerge(item.EntityId, default, entity, options).Decide,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }
}
