using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Embedded.Sweeping;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Writing;

/// <summary>
/// The changes of one group before they are durable, laid over what is in memory: each decision sees those before it.
/// </summary>
internal sealed class PendingGroup(Tenants tenants, HistoryRecorder history)
{
    private readonly Dictionary<(int Tenant, string Id), PackedEntity?> _states = [];
    private readonly List<(EntitySpace Space, EntityChange Change)> _changes = [];
    private readonly List<CommitJob> _jobs = [];
    private readonly List<(HistoryJob Job, int Tenant, UnfoldedWrite Write)> _writes = [];

    public IReadOnlyList<CommitJob> Jobs => _jobs;

    public IReadOnlyList<(EntitySpace Space, EntityChange Change)> Changes => _changes;

    /// <summary>Writes into the history. They come after the changes, since nobody can have waited for those.</summary>
    public IReadOnlyList<(HistoryJob Job, int Tenant, UnfoldedWrite Write)> Writes => _writes;

    public bool IsEmpty => _changes.Count == 0 && _writes.Count == 0;

    /// <summary>About how many bytes the group takes.</summary>
    public long Bytes { get; private set; }

    public void Clear()
    {
        _states.Clear();
        _changes.Clear();
        _jobs.Clear();
        _writes.Clear();
        Bytes = 0;
    }

    /// <summary>Runs a call's decisions. If one throws, the call fails and leaves no trace.</summary>
    public void Decide(CommitJob job, DateTimeOffset now)
    {
        var space = tenants.Prepare(job.Tenant);
        var start = _changes.Count;
        try
        {
            for (var i = 0; i < job.Writes.Length; i++)
            {
                var write = job.Writes[i];
                var current = Current(space, write.EntityId);
                if (current?.NextExpiryTicks <= now.UtcTicks) current = Sweep(space, current, now);
                var result = write.Decide(current, now);
                if (result.IsSuccess && !result.Value.IsEmpty) Add(space, result.Value);
                job.Decided(i, result);
            }
        }
#pragma warning disable CA1031 // Whatever it is, it is the caller's, not the writer's.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Undo(start);
            job.Fail(e);
            return;
        }

        _jobs.Add(job);
    }

    /// <summary>Takes a write into the history, unless it was decided on what is no longer so.</summary>
    public void Decide(HistoryJob job, DateTimeOffset now)
    {
        var space = tenants.Prepare(job.Tenant);
        if (IsStale(job, space.Number))
        {
            job.Complete(isKept: false);
            return;
        }

        tenants.Need(space);
        _writes.Add((job, space.Number, job.Write with { At = now.UtcTicks }));
        Bytes += job.Write.Bytes;
    }

    private bool IsStale(HistoryJob job, int tenant)
    {
        if (history.Unfolded.IsStale(tenant, job)) return true;
        if (!job.SawEvolution && _states.ContainsKey((tenant, job.Write.EntityId))) return true;
        foreach (var (_, other, write) in _writes)
        {
            if (other == tenant && write.EntityId == job.Write.EntityId && (write.IsDestructive || !job.SawEvolution)) return true;
        }

        return false;
    }

    private PackedEntity? Current(EntitySpace space, string id) =>
        _states.Count > 0 && _states.TryGetValue((space.Number, id), out var entity) ? entity : space.Find(id);

    // What a decision does not see any more goes by a change of its own, before whatever is decided.
    private PackedEntity? Sweep(EntitySpace space, PackedEntity current, DateTimeOffset now)
    {
        var change = Expired.Remove(current, now);
        Add(space, change);
        return change.After;
    }

    private void Add(EntitySpace space, EntityChange change)
    {
        tenants.Need(space);
        _changes.Add((space, change));
        _states[(space.Number, change.EntityId)] = change.After;
        Bytes += 64 + (change.After?.Bytes.Length ?? 0);
    }

    private void Undo(int start)
    {
        if (_changes.Count == start) return;
        _changes.RemoveRange(start, _changes.Count - start);
        _states.Clear();
        foreach (var (space, change) in _changes) _states[(space.Number, change.EntityId)] = change.After;
    }
}
