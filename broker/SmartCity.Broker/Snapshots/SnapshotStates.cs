using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Snapshots;

namespace SmartCity.Broker.Snapshots;

/// <summary>Changes how Snapshots stand, one change at a time: each is durable before anybody hears of it.</summary>
/// <param name="store">Keeps them.</param>
/// <param name="known">Those that there are.</param>
/// <param name="removal">Takes away what those that are gone held.</param>
/// <param name="notifier">Tells of it.</param>
/// <param name="settings">How many, and how much.</param>
/// <param name="clock">When it was.</param>
internal sealed class SnapshotStates(
    ISnapshotStore store, KnownSnapshots known, SnapshotRemoval removal, SnapshotNotifier notifier, SnapshotSettings settings,
    TimeProvider clock)
{
    // Writes are rare, and each decides on what the one before has done.
    private readonly SemaphoreSlim _writing = new(1);

    /// <summary>Takes a new Snapshot in. AlreadyExists where there is one of this id.</summary>
    /// <param name="call">Whose it is, and what names mean.</param>
    /// <param name="snapshot">With its id and times.</param>
    /// <param name="origin">How it will be prepared.</param>
    /// <param name="begin">Begins to, once it is taken in.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public ValueTask<Result<Snapshot>> AddAsync(
        Call call, Snapshot snapshot, SnapshotOrigin origin, Func<KeptSnapshot, Task> begin, CancellationToken cancellation) =>
        InTurnAsync<Result<Snapshot>>(
            async () =>
            {
                if (known.Find(call.Tenant, snapshot.Id) is not null) return NgsiLdError.AlreadyExists($"the Snapshot {snapshot.Id} exists already");
                // One of the same id that has expired makes way at once.
                var old = known.All(call.Tenant).Find(kept => kept.Stored.Id == snapshot.Id);
                if (old is not null) await EndInTurnAsync(old, cancellation).ConfigureAwait(false);
                if (await MakeRoomAsync(call.Tenant, snapshot, origin, cancellation).ConfigureAwait(false) is { } full) return full;
                var added = new KeptSnapshot(known.FreeSpace(call.Tenant), call.Tenant, snapshot, origin);
                if (await SaveAsync(added, snapshot, call.Context, cancellation).ConfigureAwait(false) is { } refusal) return refusal;
                known.Add(added);
                added.Work = begin(added);
                return snapshot;
            },
            cancellation);

    /// <summary>Changes what the client says of a Snapshot, and tells of it.</summary>
    /// <param name="kept">The Snapshot.</param>
    /// <param name="change">From how it stands to how it is to stand.</param>
    /// <param name="context">What names mean.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public ValueTask<Result<Snapshot>> UpdateAsync(
        KeptSnapshot kept, Func<Snapshot, Result<Snapshot>> change, Context context, CancellationToken cancellation) =>
        InTurnAsync<Result<Snapshot>>(
            async () =>
            {
                if (kept.IsGone) return NgsiLdError.NotFound($"there is no Snapshot {kept.Stored.Id}");
                if (!change(kept.Now).TryGet(out var changed, out var error)) return error;
                if (await SaveAsync(kept, changed, context, cancellation).ConfigureAwait(false) is { } refusal) return refusal;
                notifier.Notify(kept);
                return kept.Now;
            },
            cancellation);

    /// <summary>Notes down what preparing a Snapshot came to, unless it is gone, and tells of it.</summary>
    public ValueTask<Result<Snapshot>> ConcludeAsync(KeptSnapshot kept, Snapshot prepared) => UpdateAsync(
        kept,
        // Meanwhile the rest may have been updated.
        snapshot => snapshot with
        {
            Status = prepared.Status,
            Details = prepared.Details,
            TemporalDetails = prepared.TemporalDetails,
            ModifiedAt = clock.GetUtcNow(),
        },
        Context.Core,
        CancellationToken.None);

    /// <summary>Notes down that preparing begins once more.</summary>
    public ValueTask<NgsiLdError?> RestartAsync(KeptSnapshot kept) => InTurnAsync(
        () =>
        {
            kept.Origin = kept.Origin with { Starts = kept.Origin.Starts + 1 };
            kept.Entities = 0;
            return SaveAsync(kept, kept.Now, Context.Core, CancellationToken.None);
        },
        CancellationToken.None);

    /// <summary>Takes room for Entities that a Snapshot is about to be filled with. TooManyResults where there is none.</summary>
    public ValueTask<NgsiLdError?> ReserveAsync(KeptSnapshot kept, long entities, CancellationToken cancellation) => InTurnAsync(
        async () =>
        {
            var others = Others(kept.Tenant).Where(other => other != kept).ToList();
            var excess = others.Sum(other => other.Entities) + entities - settings.TenantEntities;
            if (SnapshotRoom.Make(others, kept.Stored.Priority, kept.Origin, excess, other => other.Entities) is not { } going)
            {
                return new NgsiLdError(
                    NgsiLdErrorKind.TooManyResults, $"the Snapshots of a tenant hold no more than {settings.TenantEntities} Entities together");
            }

            foreach (var one in going) await EndInTurnAsync(one, cancellation).ConfigureAwait(false);
            kept.Entities = entities;
            return null;
        },
        cancellation);

    /// <summary>Deletes a Snapshot; false where somebody else was faster.</summary>
    public ValueTask<bool> EndAsync(KeptSnapshot kept, CancellationToken cancellation) => InTurnAsync(
        async () =>
        {
            if (kept.IsGone) return false;
            await EndInTurnAsync(kept, cancellation).ConfigureAwait(false);
            return true;
        },
        cancellation);

    /// <summary>Notes down when Snapshots were last used.</summary>
    public async Task NoteUsesAsync()
    {
        foreach (var kept in known.All().Where(kept => kept.HasUnsavedUse))
        {
            await InTurnAsync<NgsiLdError?>(
                async () => kept.IsGone ? null : await SaveAsync(kept, kept.Now, Context.Core, CancellationToken.None).ConfigureAwait(false),
                CancellationToken.None).ConfigureAwait(false);
        }
    }

    private IEnumerable<KeptSnapshot> Others(string tenant)
    {
        var now = clock.GetUtcNow();
        return known.All(tenant).Where(kept => !kept.IsExpiredAt(now));
    }

    private async ValueTask<NgsiLdError?> MakeRoomAsync(string tenant, Snapshot newcomer, SnapshotOrigin origin, CancellationToken cancellation)
    {
        var others = Others(tenant).ToList();
        var going = SnapshotRoom.Make(others, newcomer.Priority, origin, others.Count + 1 - settings.PerTenant, _ => 1);
        if (going is null) return NgsiLdError.NotSupported($"this broker keeps no more than {settings.PerTenant} Snapshots of a tenant at the same time");
        foreach (var one in going) await EndInTurnAsync(one, cancellation).ConfigureAwait(false);
        return null;
    }

    private async ValueTask<NgsiLdError?> SaveAsync(KeptSnapshot kept, Snapshot snapshot, Context context, CancellationToken cancellation)
    {
        if (!SnapshotDocument.Write(snapshot, kept.Origin, kept.Entities, context).TryGet(out var document, out var error)) return error;
        // What it came to is the broker's: only what the client says is bounded.
        if (snapshot.Status == SnapshotStatus.Preparing && document.Length > settings.DocumentBytes)
        {
            return NgsiLdError.BadRequestData($"the Snapshot takes {document.Length} bytes; {settings.DocumentBytes} are allowed");
        }

        await store.SaveAsync(new(kept.Space, kept.Tenant, snapshot.Id, kept.IsGone, document), cancellation).ConfigureAwait(false);
        kept.Stored = snapshot;
        return null;
    }

    private async ValueTask EndInTurnAsync(KeptSnapshot kept, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var snapshot = kept.Now;
        // An end that is past tells whoever is notified that it is deleted (ETSI GS CIM 009 5.3.4).
        if (snapshot.ExpiresAt > now) snapshot = snapshot with { ExpiresAt = now.AddTicks(-TimeSpan.TicksPerMillisecond) };
        if (snapshot.Status == SnapshotStatus.Preparing) snapshot = snapshot with { Status = SnapshotStatus.Failure };
        if (!SnapshotDocument.Write(snapshot, kept.Origin, kept.Entities, Context.Core).TryGet(out var document, out var error))
        {
            throw new InvalidDataException(error.Detail);
        }

        await store.SaveAsync(new(kept.Space, kept.Tenant, snapshot.Id, IsDeleted: true, document), cancellation).ConfigureAwait(false);
        known.Hide(kept);
        kept.Stored = snapshot;
        await kept.Stopping.CancelAsync().ConfigureAwait(false);
        notifier.Notify(kept);
        var before = kept.Work;
        kept.Work = Task.Run(
            async () =>
            {
                await before.ConfigureAwait(false);
                await removal.RemoveAsync(kept).ConfigureAwait(false);
            },
            CancellationToken.None);
    }

    private async ValueTask<T> InTurnAsync<T>(Func<ValueTask<T>> change, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await change().ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }
}
