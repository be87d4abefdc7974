using SmartCity.Broker.Embedded.Writing;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Embedded.History.Unfolded;

/// <summary>Picks from each group what the history is to have.</summary>
internal sealed class HistoryRecorder
{
    private readonly List<(int Tenant, string Id, UnfoldedEntry Entry)> _entries = [];
    private readonly bool _records;

    /// <param name="unfolded">Where it goes.</param>
    /// <param name="records">Whether changes of current Entities are history.</param>
    public HistoryRecorder(UnfoldedHistory unfolded, bool records)
    {
        Unfolded = unfolded;
        _records = records;
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
            if (_records && UnfoldedChange.Of(last, change) is { } entry) _entries.Add((space.Number, change.EntityId, entry));
        }

        foreach (var (_, tenant, write) in group.Writes) _entries.Add((tenant, write.EntityId, write with { Number = ++last }));
        Unfolded.Add(_entries, last);
        _entries.Clear();
    }
}
