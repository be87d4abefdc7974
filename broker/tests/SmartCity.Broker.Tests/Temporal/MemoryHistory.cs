using System.Runtime.CompilerServices;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Tests.Temporal;

/// <summary>The port of the history as simple as it can be: lists, sorted at each call.</summary>
internal sealed class MemoryHistory(TimeProvider clock) : ITemporalStore
{
    private readonly Dictionary<(string Tenant, string Id), Evolution> _evolutions = [];
    private long _last;

    public ValueTask<Result<TemporalOutcome>> CommitAsync(string tenant, TemporalWrite write, CancellationToken cancellation)
    {
        lock (_evolutions) return new(Commit(tenant, write));
    }

    public ValueTask<TemporalHead?> FindAsync(string tenant, string entityId, CancellationToken cancellation)
    {
        lock (_evolutions) return new(_evolutions.TryGetValue((tenant, entityId), out var found) ? found.Head() : null);
    }

    public async IAsyncEnumerable<TemporalHead> ListAsync(
        string tenant, TemporalSelection selection, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        Evolution[] all;
        lock (_evolutions) all = [.. _evolutions.Where(entry => entry.Key.Tenant == tenant).Select(entry => entry.Value)];
        var matcher = new EntityMatcher(new EntityQuery { Selectors = selection.Selectors });
        foreach (var evolution in all)
        {
            if (!matcher.Matches(PackedEntity.Pack(new Entity { Id = evolution.Id, Types = [.. evolution.Types] }))) continue;
            var counted = evolution.Instances.Where(instance => selection.AttributeNames.IsEmpty || selection.AttributeNames.Contains(instance.Attribute.Name));
            if (counted.Any(instance => selection.Range is not { } range || instance.IsIn(range))) yield return evolution.Head();
        }
    }

    public ValueTask<InstancePage> ReadAsync(
        string tenant, TemporalSeries series, InstanceRange range, InstancePaging paging, CancellationToken cancellation)
    {
        var all = Of(tenant, series, range);
        if (paging.Backwards) all.Reverse();
        if (paging.AfterTicks is { } ticks)
        {
            all.RemoveAll(instance => paging.Backwards
                ? (instance.Ticks(range), instance.Number).CompareTo((ticks, paging.AfterNumber)) >= 0
                : (instance.Ticks(range), instance.Number).CompareTo((ticks, paging.AfterNumber)) <= 0);
        }

        if (all.Count == 0) return new(InstancePage.Empty);
        var page = all.Take(paging.Limit).ToList();
        return new(new InstancePage([.. page.Select(instance => instance.Store())], all.Count > page.Count, page[^1].Ticks(range)));
    }

    public ValueTask VisitAsync(
        string tenant, TemporalSeries series, InstanceRange range, IInstanceVisitor visitor, CancellationToken cancellation)
    {
        foreach (var instance in Of(tenant, series, range))
        {
            if (instance.DeletedAt is not null) continue;
            var ticks = instance.Ticks(range);
            var attribute = instance.Store().Attribute;
            if (instance.Attribute is Property { Value.Span: var value } && IndexNumber(value, out var number)) visitor.Numbers([ticks], [number]);
            else visitor.Other(ticks, attribute);
        }

        return default;
    }

    private static bool IndexNumber(ReadOnlySpan<byte> json, out double number)
    {
        number = 0;
        return json[0] is (byte)'-' or (>= (byte)'0' and <= (byte)'9') && double.TryParse(json, System.Globalization.CultureInfo.InvariantCulture, out number);
    }

    private List<Instance> Of(string tenant, TemporalSeries series, InstanceRange range)
    {
        lock (_evolutions)
        {
            if (!_evolutions.TryGetValue((tenant, series.EntityId), out var evolution)) return [];
            return [.. evolution.Instances
                .Where(instance => instance.Attribute.Name == series.Attribute && instance.Attribute.DatasetId == series.DatasetId && instance.IsIn(range))
                .OrderBy(instance => instance.Ticks(range)).ThenBy(instance => instance.Number)];
        }
    }

    private Result<TemporalOutcome> Commit(string tenant, TemporalWrite write)
    {
        var key = (tenant, write.EntityId);
        var now = clock.GetUtcNow();
        if (!_evolutions.TryGetValue(key, out var evolution))
        {
            if (write is not TemporalUpsert upsert) return NgsiLdError.NotFound($"there is no {write.EntityId}");
            evolution = _evolutions[key] = new Evolution(upsert.EntityId, now) { ModifiedAt = now };
            Add(evolution, upsert.Entity, now);
            return TemporalOutcome.Created;
        }

        evolution.ModifiedAt = now;
        switch (write)
        {
            case TemporalUpsert { Entity: var entity }:
                Add(evolution, entity, now);
                return TemporalOutcome.Changed;
            case TemporalAppend { Entity: var entity }:
                Add(evolution, entity, now);
                return TemporalOutcome.Changed;
            case TemporalDeletion:
                _evolutions.Remove(key);
                return TemporalOutcome.Changed;
            case TemporalAttributeDeletion deletion:
                var removed = evolution.Instances.RemoveAll(instance => instance.Attribute.Name == deletion.Attribute
                    && (deletion.All || instance.Attribute.DatasetId == deletion.DatasetId));
                return removed > 0 ? TemporalOutcome.Changed : NgsiLdError.NotFound("there is no such Attribute");
            case TemporalInstanceDeletion deletion:
                return evolution.Instances.RemoveAll(instance => instance.Is(deletion.Attribute, deletion.Id)) > 0
                    ? TemporalOutcome.Changed
                    : NgsiLdError.NotFound("there is no such instance");
            case TemporalReplacement replacement:
                var at = evolution.Instances.FindIndex(instance => instance.Is(replacement.Attribute, replacement.Id));
                if (at < 0) return NgsiLdError.NotFound("there is no such instance");
                var created = evolution.Instances[at].Attribute.CreatedAt;
                evolution.Instances[at] = new(
                    replacement.Id.Number,
                    Own(replacement.Instance.Attribute) with { CreatedAt = created, ModifiedAt = now },
                    replacement.Instance.DeletedAt);
                return TemporalOutcome.Changed;
            default:
                throw new ArgumentException("The write is of an unknown kind.", nameof(write));
        }
    }

    private void Add(Evolution evolution, TemporalEntity entity, DateTimeOffset now)
    {
        evolution.Types.UnionWith(entity.Types);
        foreach (var (attribute, deletedAt) in entity.Instances)
        {
            evolution.Instances.Add(new(++_last, Own(attribute) with { CreatedAt = now, ModifiedAt = now }, deletedAt));
        }
    }

    // What was read shares the bytes of the body.
    private static NgsiLd.Entities.Attribute Own(NgsiLd.Entities.Attribute attribute) =>
        PackedEntity.Pack(new Entity { Id = "", Types = [], Attributes = [attribute] }).Unpack().Attributes[0];

    private sealed record Instance(long Number, NgsiLd.Entities.Attribute Attribute, Timestamp? DeletedAt)
    {
        public bool Is(string name, InstanceId id) => Attribute.Name == name && id == new InstanceId(1, Number);

        public bool IsIn(InstanceRange range) => range.IsUnbounded || (Time(range) is { } ticks && ticks >= range.From && ticks < range.To);

        public long Ticks(InstanceRange range) => Time(range) ?? Attribute.ModifiedAt.UtcTicks;

        public StoredInstance Store()
        {
            var packed = PackedEntity.Pack(new Entity { Id = "", Types = [], Attributes = [Attribute] });
            return new(new InstanceId(1, Number), packed.Attributes.First, DeletedAt);
        }

        private long? Time(InstanceRange range) => range.Property switch
        {
            TimeProperty.ObservedAt => Attribute.ObservedAt?.Value.UtcTicks,
            TimeProperty.CreatedAt => Attribute.CreatedAt.UtcTicks,
            TimeProperty.ModifiedAt => Attribute.ModifiedAt.UtcTicks,
            _ => DeletedAt?.Value.UtcTicks,
        };
    }

    private sealed class Evolution(string id, DateTimeOffset createdAt)
    {
        public string Id => id;

        public DateTimeOffset CreatedAt { get; } = createdAt;

        public HashSet<string> Types { get; } = [];

        public List<Instance> Instances { get; } = [];

        public DateTimeOffset ModifiedAt { get; set; }

        public TemporalHead Head() => new()
        {
            Id = id,
            Types = [.. Types],
            CreatedAt = CreatedAt,
            ModifiedAt = ModifiedAt,
            Series = [.. Instances
                .Select(instance => new TemporalSeries(id, instance.Attribute.Name, instance.Attribute.DatasetId)).Distinct()
                .GroupBy(series => series.Attribute).SelectMany(group => group)],
        };
    }
}
