using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Snapshots;

/// <summary>Gathers instances of evolutions and writes them into a Snapshot's space, many at a time.</summary>
/// <param name="content">Writes.</param>
/// <param name="space">Where to.</param>
internal sealed class EvolutionParts(SnapshotContent content, string space)
{
    /// <summary>Instances that are held in memory, but for the last piece.</summary>
    private const int Most = 20_000;

    // Parts are written side by side, so each Entity has one.
    private readonly Dictionary<string, (TemporalHead Head, List<AttributeInstance> Instances)> _parts = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Null where all went well.</summary>
    public async ValueTask<NgsiLdError?> AddAsync(TemporalHead head, ImmutableArray<StoredInstance> instances, CancellationToken cancellation)
    {
        if (instances.IsEmpty) return null;
        if (!_parts.TryGetValue(head.Id, out var part)) _parts[head.Id] = part = (head, []);
        foreach (var instance in instances) part.Instances.Add(new(instance.Attribute.Unpack(), instance.DeletedAt));
        _count += instances.Length;
        return _count >= Most ? await FinishAsync(cancellation).ConfigureAwait(false) : null;
    }

    public async ValueTask<NgsiLdError?> FinishAsync(CancellationToken cancellation)
    {
        var parts = _parts.Values.Select(part =>
        {
            var entity = new TemporalEntity { Id = part.Head.Id, Types = part.Head.Types, Instances = [.. part.Instances] };
            return new TemporalUpsert(entity) { Times = part.Head.Times };
        });
        if (await content.AddAsync(space, [.. parts], cancellation).ConfigureAwait(false) is { } error) return error;
        _parts.Clear();
        _count = 0;
        return null;
    }
}
