using System.Collections.Immutable;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>Finds instances by name and datasetId: by looking along a few, by hash among many.</summary>
internal readonly struct InstanceIndex
{
    private const int Few = 16;

    private readonly ImmutableArray<Attribute> _instances;
    private readonly Dictionary<(string Name, string? DatasetId), Attribute>? _many;

    public InstanceIndex(ImmutableArray<Attribute> instances)
    {
        _instances = instances;
        if (instances.Length <= Few) return;
        _many = new(instances.Length);
        foreach (var instance in instances) _many[(instance.Name, instance.DatasetId)] = instance;
    }

    public Attribute? Find(string name, string? datasetId)
    {
        if (_many is not null) return _many.GetValueOrDefault((name, datasetId));
        foreach (var instance in _instances)
        {
            if (instance.Name == name && instance.DatasetId == datasetId) return instance;
        }

        return null;
    }
}
