using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Federation.Temporal;

/// <summary>The evolution of one Entity as sources tell it, put together (ETSI GS CIM 009 4.5.5.3, 5.7.3.4).</summary>
internal sealed class RemoteEvolution(string id, TimeProperty property)
{
    private readonly List<string> _types = [];
    private readonly OrderedDictionary<TemporalSeries, List<(int Source, AttributeInstance Instance)>> _told = [];
    private readonly Dictionary<TemporalSeries, ImmutableArray<StoredInstance>> _merged = [];

    public string Id => id;

    public IReadOnlyList<string> Types => _types;

    /// <summary>Numbers of the sources that have told of it.</summary>
    public SortedSet<int> Sources { get; } = [];

    public IEnumerable<TemporalSeries> Series => _told.Keys;

    public void Add(int source, TemporalEntity evolution)
    {
        Sources.Add(source);
        foreach (var type in evolution.Types)
        {
            if (!_types.Contains(type)) _types.Add(type);
        }

        foreach (var instance in evolution.Instances)
        {
            var series = new TemporalSeries(id, instance.Attribute.Name, instance.Attribute.DatasetId);
            if (!_told.TryGetValue(series, out var all)) _told.Add(series, all = []);
            all.Add((source, instance));
        }
    }

    /// <summary>The instances of a series in order of time; empty where no source has any.</summary>
    public ImmutableArray<StoredInstance> Instances(TemporalSeries series)
    {
        if (!_told.TryGetValue(series, out var told)) return [];
        if (_merged.TryGetValue(series, out var merged)) return merged;
        return _merged[series] = Pack(Merge(told));
    }

    /// <summary>When an instance was, by a time property; null where it does not say.</summary>
    public static long? TimeOf(in StoredInstance instance, TimeProperty property) => property switch
    {
        TimeProperty.CreatedAt => Known(instance.Attribute.CreatedAtTicks),
        TimeProperty.ModifiedAt => Known(instance.Attribute.ModifiedAtTicks),
        TimeProperty.DeletedAt => instance.DeletedAt?.Value.UtcTicks,
        _ => instance.Attribute.ObservedAtTicks is var ticks && ticks != long.MinValue ? ticks : null,
    };

    // One source may have several instances of one time, and may tell one of them twice. Where two sources tell of one time, the one
    // that has written later counts.
    private List<AttributeInstance> Merge(List<(int Source, AttributeInstance Instance)> told)
    {
        var instances = new List<AttributeInstance>(told.Count);
        foreach (var moment in told.GroupBy(one => TimeOf(one.Instance, property)).OrderBy(moment => moment.Key))
        {
            var sources = moment.GroupBy(one => one.Source).ToList();
            var chosen = moment.Key == long.MinValue || property != TimeProperty.ObservedAt
                ? sources
                : [sources.MaxBy(source => source.Max(one => one.Instance.Attribute.ModifiedAt))!];
            foreach (var source in chosen)
            {
                var seen = new HashSet<string>(StringComparer.Ordinal);
                foreach (var (_, instance) in source)
                {
                    if (instance.InstanceId is null || seen.Add(instance.InstanceId)) instances.Add(instance);
                }
            }
        }

        return instances;
    }

    /// <summary>The same of one that a source has told: where it does not say it stands where it was written.</summary>
    public static long TimeOf(in AttributeInstance instance, TimeProperty property) => property switch
    {
        TimeProperty.CreatedAt => instance.Attribute.CreatedAt.UtcTicks,
        TimeProperty.DeletedAt when instance.DeletedAt is { } deletedAt => deletedAt.Value.UtcTicks,
        TimeProperty.ObservedAt when instance.Attribute.ObservedAt is { } observedAt => observedAt.Value.UtcTicks,
        _ => instance.Attribute.ModifiedAt.UtcTicks,
    };

    private static ImmutableArray<StoredInstance> Pack(List<AttributeInstance> instances)
    {
        var packed = PackedEntity.Pack(new Entity { Id = "", Types = [], Attributes = [.. instances.Select(instance => instance.Attribute)] });
        var stored = ImmutableArray.CreateBuilder<StoredInstance>(instances.Count);
        foreach (var attribute in packed.Attributes)
        {
            var instance = instances[stored.Count];
            var isOurs = InstanceId.TryParse(instance.InstanceId, out var id);
            if (!isOurs) id = new(0, stored.Count);
            stored.Add(new(id, attribute, instance.DeletedAt) { ForeignId = isOurs ? null : instance.InstanceId ?? "" });
        }

        return stored.MoveToImmutable();
    }

    private static long? Known(long ticks) => ticks > 0 ? ticks : null;
}
