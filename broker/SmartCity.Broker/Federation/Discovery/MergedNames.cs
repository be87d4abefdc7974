using System.Collections.Immutable;

namespace SmartCity.Broker.Federation.Discovery;

/// <summary>Types, or Attributes, of several places as those of one (ETSI GS CIM 009 5.7.11).</summary>
internal sealed class MergedNames<T>(Discoverable<T> kind, ImmutableArray<T> here)
    where T : class
{
    private readonly SortedDictionary<string, T> _byName = new(here.ToDictionary(kind.NameOf), StringComparer.Ordinal);

    /// <summary>By name.</summary>
    public ImmutableArray<T> All => [.. _byName.Values];

    public void Add(TellingSource source, ImmutableArray<T> told)
    {
        foreach (var one in told)
        {
            if (!kind.IsOf(source, kind.NameOf(one)) || kind.Cut(source, one) is not { } cut) continue;
            _byName[kind.NameOf(cut)] = _byName.TryGetValue(kind.NameOf(cut), out var known) ? kind.Join(known, cut) : cut;
        }
    }
}
