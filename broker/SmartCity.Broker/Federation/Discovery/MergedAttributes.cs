using System.Collections.Immutable;
using SmartCity.Broker.Discovery;

namespace SmartCity.Broker.Federation.Discovery;

/// <summary>Attributes of several places as those of one (ETSI GS CIM 009 5.7.11).</summary>
internal sealed class MergedAttributes(ImmutableArray<CarriedAttribute> here)
{
    private readonly SortedDictionary<string, CarriedAttribute> _attributes =
        new(here.ToDictionary(attribute => attribute.Use.Name), StringComparer.Ordinal);

    public ImmutableArray<CarriedAttribute> All => [.. _attributes.Values];

    public void Add(TellingSource source, ImmutableArray<CarriedAttribute> attributes)
    {
        foreach (var told in attributes)
        {
            if (!source.HasAttribute(told.Use.Name)) continue;
            var attribute = told with { Types = told.Types.RemoveAll(type => !source.HasType(type)) };
            // All that carry it are Entities that the source is not registered for.
            if (!told.Types.IsEmpty && attribute.Types.IsEmpty) continue;
            _attributes[told.Use.Name] = !_attributes.TryGetValue(told.Use.Name, out var known)
                ? attribute
                : new(MergedTypes.Sum(known.Use, attribute.Use), [.. known.Types.Union(attribute.Types).Order(StringComparer.Ordinal)]);
        }
    }
}
