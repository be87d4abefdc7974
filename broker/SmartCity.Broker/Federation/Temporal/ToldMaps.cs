using System.Collections.Immutable;

namespace SmartCity.Broker.Federation.Temporal;

/// <summary>What sources have told as EntityMaps of their own: which Entities, and nothing of them.</summary>
internal sealed class ToldMaps
{
    private readonly Dictionary<string, ImmutableArray<string>> _entities = new(StringComparer.Ordinal);
    private readonly HashSet<string> _registrations = new(StringComparer.Ordinal);

    public static ToldMaps None { get; } = new();

    /// <summary>The registrations whose sources have told of an Entity, by its id.</summary>
    public IReadOnlyDictionary<string, ImmutableArray<string>> Entities => _entities;

    /// <summary>Whose sources have told all that there is to tell.</summary>
    public IReadOnlySet<string> Registrations => _registrations;

    public void Add(EvolutionShare share, SourceMap map)
    {
        _registrations.Add(share.Source.Id);
        foreach (var id in map.Ids)
        {
            if (share.Covers(id)) _entities[id] = _entities.GetValueOrDefault(id, []).Add(share.Source.Id);
        }
    }
}
