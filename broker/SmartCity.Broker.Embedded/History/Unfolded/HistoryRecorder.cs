using SmartCity.Broker.Embedded.Writing;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Embedded.History.Unfolded;

/// <summary>Picks from each group what the history is to have.</summary>
internal sealed class HistoryRecorder
{
    private readonly List<(int Tenant, string Id, UnfoldedEntry Entry)> _entries = [];
    private readonly EmbeddedStoreOptions _options;
    private readonly bool _hasRules;

    /// <param name="unfolded">Where it goes.</param>
    /// <param name="options">Which changes of current Entities are history.</param>
    public HistoryRecorder(UnfoldedHistory unfolded, EmbeddedStoreOptions options)
    {
        Unfolded = unfolded;
        _options = options;
        _hasRules = options.Recording.Rules.Any(rule => !rule.IsRecorded);
        // The name goes into the file with the first commit, before anything can refer to it.
        Names.Intern(TemporalEntity.Scope);
    }

    public UnfoldedHistory Unfolded { get; }

    /// <summary>Writer only: the group is durable.</summary>
    /// <param name="group">Its changes, and its writes after them.</param>
    /// <param name="last">Number of what came before the group.</param>
    public void Publish(PendingGroup group, long last)
    {
        foreach (var (space, change) in group.Changes)
        {
            last++;
            if (Of(space.Name, last, change) is { } entry) _entries.Add((space.Number, change.EntityId, entry));
        }

        foreach (var (_, tenant, write) in group.Writes) _entries.Add((tenant, write.EntityId, write with { Number = ++last }));
        Unfolded.Add(_entries, last);
        _entries.Clear();
    }

    /// <summary>Null for what is not to be recorded.</summary>
    public UnfoldedEntry? Of(string tenant, long number, EntityChange change)
    {
        if (!_options.History) return null;
        if (_hasRules && _options.Recording.RuleFor(tenant, TypesOf(change.After ?? change.Before!)) is { IsRecorded: false }) return null;
        return UnfoldedChange.Of(number, change);
    }

    private static IEnumerable<string> TypesOf(PackedEntity entity)
    {
        for (var i = 0; i < entity.TypeCount; i++) yield return entity.TypeAt(i).Iri;
    }
}
