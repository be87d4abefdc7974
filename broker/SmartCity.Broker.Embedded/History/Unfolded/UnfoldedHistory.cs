using SmartCity.Broker.Embedded.Writing;

namespace SmartCity.Broker.Embedded.History.Unfolded;

/// <summary>
/// What the history's file does not have yet, in memory: filled by the writer once it is durable in the log, emptied by folding.
/// While a generation is folded the next one fills. Readers look at both <em>before</em> they look into the file, so that they
/// miss nothing; the file's mark tells them what they have seen twice.
/// </summary>
internal sealed class UnfoldedHistory
{
    private readonly Lock _lock = new();
    private Generation? _folding;
    private Generation _filling = new();
    private long _foldedTo;
    private long _bytes;
    private TaskCompletionSource? _waiting;

    /// <summary>About how much memory it takes.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>
    /// Where folding lags so far behind that memory fills, waits for it, for a second at most: it may be the disk that is full,
    /// of which writers will hear.
    /// </summary>
    public async ValueTask MakeRoomAsync(long atMost, TimeProvider time, CancellationToken cancellation)
    {
        if (Bytes <= atMost) return;
        Task folded;
        lock (_lock)
        {
            _waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            folded = _waiting.Task;
        }

        await Task.WhenAny(folded, Task.Delay(TimeSpan.FromSeconds(1), time, cancellation));
    }

    /// <summary>Entries that were published together.</summary>
    /// <param name="entries">Null for what leaves none.</param>
    /// <param name="upTo">Number of the last change or write of the group.</param>
    public void Add(IReadOnlyList<(int Tenant, string Id, UnfoldedEntry Entry)> entries, long upTo)
    {
        lock (_lock)
        {
            foreach (var (tenant, id, entry) in entries) _filling.Add(tenant, id, entry);
            _filling.UpTo = upTo;
            _bytes = _filling.Bytes + (_folding?.Bytes ?? 0);
        }
    }

    /// <summary>What there is to fold; the same again until <see cref="Folded"/>.</summary>
    public Generation StartFolding()
    {
        lock (_lock)
        {
            if (_folding is not null) return _folding;
            _folding = _filling;
            _filling = new() { UpTo = _folding.UpTo };
            return _folding;
        }
    }

    /// <summary>The file has it.</summary>
    public void Folded()
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            _foldedTo = _folding!.UpTo;
            _folding = null;
            _bytes = _filling.Bytes;
            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.TrySetResult();
    }

    /// <summary>Whether something has happened since a write was decided that may change the decision.</summary>
    public bool IsStale(int tenant, HistoryJob job)
    {
        lock (_lock)
        {
            return _foldedTo > job.AsOf || IsStale(_folding, tenant, job) || IsStale(_filling, tenant, job);
        }
    }

    private static bool IsStale(Generation? generation, int tenant, HistoryJob job)
    {
        if (generation is null || generation.UpTo <= job.AsOf || generation.Find(tenant, job.Write.EntityId) is not { } entries) return false;
        for (var i = entries.Count - 1; i >= 0 && entries[i].Number > job.AsOf; i--)
        {
            if (!job.SawEvolution || entries[i] is UnfoldedWrite { IsDestructive: true }) return true;
        }

        return false;
    }

    public UnfoldedView View()
    {
        lock (_lock) return new UnfoldedView(_lock, _folding, _filling);
    }
}

/// <summary>Both generations as they were at some moment, and what has come to the second since.</summary>
internal readonly struct UnfoldedView(Lock gate, Generation? folding, Generation filling)
{
    /// <summary>Number of the newest change or write.</summary>
    public long UpTo
    {
        get
        {
            lock (gate) return filling.UpTo;
        }
    }

    /// <summary>Entries of an Entity beyond what the file has, oldest first; null for none.</summary>
    public List<UnfoldedEntry>? Find(int tenant, string id, long foldedTo)
    {
        List<UnfoldedEntry>? found = null;
        // The generation that is folded changes no more.
        if (folding is not null && folding.UpTo > foldedTo && folding.Find(tenant, id) is { } older) found = [.. older];
        lock (gate)
        {
            if (filling.Find(tenant, id) is { } newer) (found ??= new(newer.Count)).AddRange(newer);
        }

        found?.RemoveAll(entry => entry.Number <= foldedTo);
        return found is { Count: > 0 } ? found : null;
    }

    /// <summary>Ids of a tenant's Entities that may have entries, in the order in which they came.</summary>
    public List<string> Ids(int tenant)
    {
        var ids = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (folding is not null) Add(folding);
        lock (gate) Add(filling);
        return ids;

        void Add(Generation generation)
        {
            foreach (var (key, _) in generation.Entities)
            {
                if (key.Tenant == tenant && seen.Add(key.Id)) ids.Add(key.Id);
            }
        }
    }
}
