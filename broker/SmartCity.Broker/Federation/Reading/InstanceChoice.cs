using System.Collections.Immutable;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>Of instances with the same name and datasetId, the most current one (ETSI GS CIM 009 4.5.5.3).</summary>
/// <param name="nowTicks">What has expired by then is passed over. UTC ticks.</param>
internal sealed class InstanceChoice(long nowTicks)
{
    private readonly List<string> _names = [];
    private readonly Dictionary<string, List<Attribute>> _byName = new(StringComparer.Ordinal);

    public void Add(Attribute instance)
    {
        if (instance.ExpiresAt is { } end && end.Value.UtcTicks <= nowTicks) return;
        if (!_byName.TryGetValue(instance.Name, out var instances))
        {
            _byName.Add(instance.Name, instances = []);
            _names.Add(instance.Name);
        }

        var known = instances.FindIndex(other => other.DatasetId == instance.DatasetId);
        if (known < 0) instances.Add(instance);
        else if (IsNewer(instance, instances[known])) instances[known] = instance;
    }

    /// <summary>Instances of one name side by side.</summary>
    public ImmutableArray<Attribute> ToImmutable() => [.. _names.SelectMany(name => _byName[name])];

    // What is observed is newer than what is not, so that there is one order of all. Of what is equally new, the longer lived stays.
    private static bool IsNewer(Attribute one, Attribute other)
    {
        var order = Nullable.Compare(one.ObservedAt?.Value, other.ObservedAt?.Value);
        if (order == 0) order = one.ModifiedAt.CompareTo(other.ModifiedAt);
        if (order == 0) order = End(one).CompareTo(End(other));
        return order > 0;
    }

    private static DateTimeOffset End(Attribute attribute) => attribute.ExpiresAt?.Value ?? DateTimeOffset.MaxValue;
}
