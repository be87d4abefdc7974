using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Snapshots;

/// <summary>Gathers instances of evolutions and writes them into a Snapshot's space, some at a time.</summary>
/// <param name="content">Writes.</param>
/// <param name="space">Where to.</param>
internal sealed class EvolutionParts(SnapshotContent content, string space)
{
    private const int Most = 20_000;

    private readonly List<TemporalEntity> _parts = [];
    private int _count;

    /// <summary>Null where all went well.</summary>
    public async ValueTask<NgsiLdError?> AddAsync(TemporalHead head, IEnumerable<StoredInstance> instances, CancellationToken cancellation)
    {
        ImmutableArray<AttributeInstance> some = [.. instances.Select(one => new AttributeInstance(one.Attribute.Unpack(), one.DeletedAt))];
        if (some.IsEmpty) return null;
        // Parts are written side by side: those of one Entity come one after the other.
        if (_parts.Any(part => part.Id == head.Id) && await FinishAsync(cancellation).ConfigureAwait(false) is { } error) return error;
        _parts.Add(new() { Id = head.Id, Types = head.Types, Instances = some });
        _count += some.Length;
        return _count >= Most ? await FinishAsync(cancellation).ConfigureAwait(false) : null;
    }

    public async ValueTask<NgsiLdError?> FinishAsync(CancellationToken cancellation)
    {
        if (await content.AddAsync(space, _parts, cancellation).ConfigureAwait(false) is { } error) return error;
        _parts.Clear();
        _count = 0;
        return null;
    }
}
