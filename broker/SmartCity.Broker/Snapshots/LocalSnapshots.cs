using System.Collections.Immutable;
using SmartCity.Broker.Notifications;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Snapshots;

namespace SmartCity.Broker.Snapshots;

/// <summary>
/// The Snapshots that this broker keeps. What a Snapshot holds is in a space of the ordinary stores; this decides on the Snapshots
/// themselves, and has the rest done in the background:
/// <code>
///            create, clone              delete, expire
/// (nothing) ──────────────▶ preparing ─────────────────▶ gone ──clear──▶ (nothing)
///                               │ fill, copy               ▲
///                               ▼                          │
///                  success, partial, empty, failure ───────┘
/// </code>
/// Each arrow is durable before anybody hears of it. What a stop interrupts is not resumed, since it would freeze another moment: after
/// the next start such a Snapshot has failed. What was being removed is removed on.
/// </summary>
public sealed class LocalSnapshots : ISnapshotOperations, IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly ISnapshotStore _store;
    private readonly IEntityStore _entities;
    private readonly KnownSnapshots _known;
    private readonly SnapshotWork _work;
    private readonly SnapshotNotifier _notifier;
    private readonly SnapshotSettings _settings;
    private readonly Limits _limits;
    private readonly TimeProvider _clock;
    private readonly Action<Exception> _onFault;
    private readonly CancellationTokenSource _stopping = new();

    // Writes are rare, and each decides on what the one before has done.
    private readonly SemaphoreSlim _writing = new(1);
    private List<KeptSnapshot> _interrupted = [];
    private Task _sweeping = Task.CompletedTask;

    /// <param name="store">Keeps the Snapshots.</param>
    /// <param name="known">Those that there are; filled here.</param>
    /// <param name="sources">What they are made of.</param>
    /// <param name="notifiers">The ways there are to endpoints.</param>
    /// <param name="notifications">How endpoints are notified.</param>
    /// <param name="settings">How many, how much, how long.</param>
    /// <param name="limits">How deep JSON may nest, and links may lead.</param>
    /// <param name="clock">Expiry.</param>
    /// <param name="onFault">Hears of bugs and outages in the background.</param>
    public LocalSnapshots(
        ISnapshotStore store, KnownSnapshots known, SnapshotSources sources, ImmutableArray<INotifier> notifiers,
        NotificationSettings notifications, SnapshotSettings settings, Limits limits, TimeProvider clock, Action<Exception> onFault)
    {
        _store = store;
        _entities = sources.Store;
        _known = known;
        _work = new(sources, settings);
        _notifier = new(notifiers, notifications, clock, _stopping.Token);
        _settings = settings;
        _limits = limits;
        _clock = clock;
        _onFault = onFault;
    }

    /// <summary>Reads what the store holds. Called once, before subscriptions are put to work.</summary>
    /// <exception cref="InvalidDataException">A stored Snapshot cannot be read.</exception>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        foreach (var stored in await _store.LoadAsync(cancellation).ConfigureAwait(false))
        {
            if (!SnapshotDocument.Read(stored.Document).TryGet(out var snapshot, out var error))
            {
                throw new InvalidDataException($"The stored Snapshot {stored.Id} cannot be read: {error.Detail}");
            }

            var kept = new KeptSnapshot(stored.Space, stored.Tenant, snapshot) { IsGone = stored.IsDeleted };
            _known.Add(kept);
            if (kept.IsGone || snapshot.Status == SnapshotStatus.Preparing) _interrupted.Add(kept);
        }
    }

    /// <summary>Starts to remove what has expired, and what a stop has interrupted. Called once, after everything is loaded.</summary>
    public void Start()
    {
        foreach (var kept in _interrupted)
        {
            kept.Work = kept.IsGone
                ? Task.Run(() => RemoveAsync(kept))
                : Task.Run(() => ConcludeAsync(kept, NgsiLdError.Internal("the broker was stopped while the Snapshot was prepared")));
        }

        _interrupted = [];
        _sweeping = Task.Run(SweepAsync);
    }

    public ValueTask<Result<Snapshot>> CreateAsync(Call call, ReadOnlyMemory<byte> body, CancellationToken cancellation) => AddAsync(
        call, SnapshotReader.Read(body, SnapshotInput.Creation, call.Context, _limits.JsonDepth), source: null, cancellation);

    public async ValueTask<Result<Snapshot>> CloneAsync(Call call, string id, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var read = SnapshotReader.Read(body, SnapshotInput.Clone, call.Context, _limits.JsonDepth);
        if (!read.TryGet(out _, out var error)) return error;
        if (!(await FindAsync(call, id, cancellation).ConfigureAwait(false)).TryGet(out var source, out error)) return error;
        return await AddAsync(call with { Header = null }, read, source, cancellation).ConfigureAwait(false);
    }

    public async ValueTask<Result<Snapshot>> RetrieveAsync(Call call, string id, CancellationToken cancellation) =>
        (await FindAsync(call, id, cancellation).ConfigureAwait(false)).Map(kept => kept.Now);

    public async ValueTask<Result<Snapshot>> UpdateAsync(
        Call call, string id, ReadOnlyMemory<byte> fragment, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!(await FindAsync(call, id, cancellation).ConfigureAwait(false)).TryGet(out var kept, out var error)) return error;
            var merged = SnapshotReader.Merge(kept.Now, fragment, call.Context, _limits.JsonDepth);
            if (!merged.TryGet(out var snapshot, out error)) return error;
            if (_notifier.Objection(snapshot) is { } objection) return objection;
            var now = _clock.GetUtcNow();
            // A lifetime counts from when it is given, even where it is the same as before; otherwise the end stays.
            var expiresAt = ReferenceEquals(snapshot.Lifetime, kept.Stored.Lifetime) ? snapshot.ExpiresAt : now + LifetimeOf(snapshot);
            snapshot = snapshot with { ModifiedAt = now, ExpiresAt = expiresAt };
            if (await SaveAsync(kept, snapshot, call.Context, cancellation).ConfigureAwait(false) is { } refusal) return refusal;
            _notifier.Notify(kept);
            return kept.Now;
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask<Result<Snapshot>> DeleteAsync(Call call, string id, CancellationToken cancellation)
    {
        if (!(await FindAsync(call, id, cancellation).ConfigureAwait(false)).TryGet(out var kept, out var error)) return error;
        return await EndAsync(kept, cancellation).ConfigureAwait(false) ? kept.Now : NgsiLdError.NotFound($"there is no Snapshot {id}");
    }

    public async ValueTask<Result<SnapshotPurge>> PurgeAsync(Call call, SnapshotFilter filter, CancellationToken cancellation)
    {
        if (await _entities.MissingTenantAsync(call, cancellation).ConfigureAwait(false) is { } missing) return missing;
        var now = _clock.GetUtcNow();
        var meant = _known.All(call.Tenant).Where(kept => !kept.IsExpiredAt(now) && filter.Matches(kept.Now)).ToList();
        if (meant.Count == 0) return NgsiLdError.NotFound("there is no Snapshot that q is about");
        var deleted = ImmutableArray.CreateBuilder<string>();
        var errors = ImmutableArray.CreateBuilder<(string, NgsiLdError)>();
        foreach (var kept in meant)
        {
            var id = kept.Stored.Id;
            try
            {
                if (await EndAsync(kept, cancellation).ConfigureAwait(false)) deleted.Add(id);
                else errors.Add((id, NgsiLdError.NotFound($"there is no Snapshot {id}")));
            }
#pragma warning disable CA1031 // One that cannot be deleted must not keep the client from knowing which are.
            catch (Exception outage) when (outage is not OperationCanceledException)
#pragma warning restore CA1031
            {
                _onFault(outage);
                errors.Add((id, NgsiLdError.Internal($"the Snapshot {id} could not be deleted; the broker's log has the reason")));
            }
        }

        return new SnapshotPurge(deleted.ToImmutable(), errors.ToImmutable());
    }

    /// <summary>Stops filling and removing; the next start goes on from there.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _sweeping.ConfigureAwait(false);
        await Task.WhenAll(_known.Everything().SelectMany(kept => (Task[])[kept.Work, kept.Notified])).ConfigureAwait(false);
        await NoteUsesAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async ValueTask<Result<Snapshot>> AddAsync(Call call, Result<Snapshot> read, KeptSnapshot? source, CancellationToken cancellation)
    {
        if (!read.Then(Check).TryGet(out var given, out var error)) return error;
        if (await _entities.MissingTenantAsync(call, cancellation).ConfigureAwait(false) is { } missing) return missing;
        var now = _clock.GetUtcNow();
        var snapshot = given with
        {
            Id = given.Id.Length > 0 ? given.Id : $"urn:ngsi-ld:Snapshot:{Guid.CreateVersion7(now)}",
            Status = SnapshotStatus.Preparing,
            CreatedAt = now,
            ModifiedAt = now,
            LastUsedAt = now,
            ExpiresAt = now + LifetimeOf(given),
        };
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_known.Find(call.Tenant, snapshot.Id) is not null) return NgsiLdError.AlreadyExists($"the Snapshot {snapshot.Id} exists already");
            var others = _known.All(call.Tenant);
            if (others.Count(kept => !kept.IsExpiredAt(now)) >= _settings.PerTenant)
            {
                return NgsiLdError.NotSupported($"this broker keeps no more than {_settings.PerTenant} Snapshots of a tenant at the same time");
            }

            // One of the same id that has expired makes way at once.
            if (others.Find(kept => kept.Stored.Id == snapshot.Id) is { } old) await EndHeldAsync(old, cancellation).ConfigureAwait(false);
            var added = new KeptSnapshot(_known.FreeSpace(call.Tenant), call.Tenant, snapshot);
            if (await SaveAsync(added, snapshot, call.Context, cancellation).ConfigureAwait(false) is { } refusal) return refusal;
            _known.Add(added);
            added.Work = Task.Run(() => PrepareAsync(call, added, source), CancellationToken.None);
            return snapshot;
        }
        finally
        {
            _writing.Release();
        }
    }

    private Result<Snapshot> Check(Snapshot snapshot)
    {
        var count = snapshot.Queries.Length + snapshot.TemporalQueries.Length;
        if (count > _settings.Queries) return NgsiLdError.BadRequestData($"the Snapshot has {count} queries; {_settings.Queries} are allowed");
        foreach (var query in snapshot.Queries)
        {
            if (NgsiLd.Queries.Join.Refuse(query.Join.Level, _limits.JoinLevels, "joinLevel") is { } tooDeep) return tooDeep;
        }

        return _notifier.Objection(snapshot) is { } objection ? objection : snapshot;
    }

    private TimeSpan LifetimeOf(Snapshot snapshot)
    {
        var longest = TimeSpan.FromDays(_settings.LongestDays);
        var lifetime = snapshot.Lifetime?.Value ?? TimeSpan.FromDays(_settings.Days);
        return lifetime < longest ? lifetime : longest;
    }

    private async ValueTask<Result<KeptSnapshot>> FindAsync(Call call, string id, CancellationToken cancellation)
    {
        if (!Iri.IsAbsolute(id)) return NgsiLdError.BadRequestData("the Snapshot id is not a URI");
        if (_known.Find(call.Tenant, id) is { } kept) return kept;
        return await _entities.MissingTenantAsync(call, cancellation).ConfigureAwait(false) ?? NgsiLdError.NotFound($"there is no Snapshot {id}");
    }

    /// <summary>Makes a Snapshot's state durable. The caller writes.</summary>
    private async ValueTask<NgsiLdError?> SaveAsync(KeptSnapshot kept, Snapshot snapshot, Context context, CancellationToken cancellation)
    {
        if (!SnapshotDocument.Write(snapshot, context).TryGet(out var document, out var error)) return error;
        // What it came to is the broker's: only what the client says is bounded.
        if (snapshot.Status == SnapshotStatus.Preparing && document.Length > _settings.DocumentBytes)
        {
            return NgsiLdError.BadRequestData($"the Snapshot takes {document.Length} bytes; {_settings.DocumentBytes} are allowed");
        }

        await _store.SaveAsync(new(kept.Space, kept.Tenant, snapshot.Id, kept.IsGone, document), cancellation).ConfigureAwait(false);
        kept.Stored = snapshot;
        return null;
    }

    private async Task PrepareAsync(Call call, KeptSnapshot kept, KeptSnapshot? source)
    {
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(kept.Stopping.Token, _stopping.Token);
            var prepared = source is null
                ? await _work.FillAsync(call, kept, either.Token).ConfigureAwait(false)
                : await _work.CopyAsync(source, kept, either.Token).ConfigureAwait(false);
            if (prepared.TryGet(out var snapshot, out var error)) await ConcludeAsync(kept, snapshot).ConfigureAwait(false);
            else await ConcludeAsync(kept, error).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (kept.Stopping.IsCancellationRequested || _stopping.IsCancellationRequested)
        {
            // Deleted, or the broker stops.
        }
#pragma warning disable CA1031 // A bug or an outage fails the Snapshot, not the broker.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _onFault(fault);
            await ConcludeAsync(kept, NgsiLdError.Internal("the broker has failed; its log has the reason")).ConfigureAwait(false);
        }
    }

    /// <summary>What cannot be prepared holds nothing.</summary>
    private async Task ConcludeAsync(KeptSnapshot kept, NgsiLdError error)
    {
        if (!await ClearAsync(kept).ConfigureAwait(false)) return;
        var snapshot = kept.Stored;
        var failed = ExecutionResult.Failed(error);
        await ConcludeAsync(kept, snapshot with
        {
            Status = SnapshotStatus.Failure,
            Details = [.. snapshot.Queries.Select(_ => failed)],
            TemporalDetails = [.. snapshot.TemporalQueries.Select(_ => failed)],
        }).ConfigureAwait(false);
    }

    private async Task ConcludeAsync(KeptSnapshot kept, Snapshot prepared)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (kept.IsGone) return;
            // Meanwhile the rest may have been updated.
            var snapshot = kept.Now with
            {
                Status = prepared.Status,
                Details = prepared.Details,
                TemporalDetails = prepared.TemporalDetails,
                ModifiedAt = _clock.GetUtcNow(),
            };
            if (await SaveAsync(kept, snapshot, Context.Core, CancellationToken.None).ConfigureAwait(false) is null) _notifier.Notify(kept);
        }
#pragma warning disable CA1031 // It stays in preparation, and has failed after the next start.
        catch (Exception outage)
#pragma warning restore CA1031
        {
            _onFault(outage);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>False where somebody else was faster.</summary>
    private async ValueTask<bool> EndAsync(KeptSnapshot kept, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (kept.IsGone) return false;
            await EndHeldAsync(kept, cancellation).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The caller writes.</summary>
    private async ValueTask EndHeldAsync(KeptSnapshot kept, CancellationToken cancellation)
    {
        var now = _clock.GetUtcNow();
        var snapshot = kept.Now;
        // An end that is past tells whoever is notified that it is deleted (ETSI GS CIM 009 5.3.4).
        if (snapshot.ExpiresAt > now) snapshot = snapshot with { ExpiresAt = now.AddTicks(-TimeSpan.TicksPerMillisecond) };
        if (snapshot.Status == SnapshotStatus.Preparing) snapshot = snapshot with { Status = SnapshotStatus.Failure };
        if (!SnapshotDocument.Write(snapshot, Context.Core).TryGet(out var document, out var error)) throw new InvalidDataException(error.Detail);
        await _store.SaveAsync(new(kept.Space, kept.Tenant, snapshot.Id, IsDeleted: true, document), cancellation).ConfigureAwait(false);
        _known.Hide(kept);
        kept.Stored = snapshot;
        await kept.Stopping.CancelAsync().ConfigureAwait(false);
        _notifier.Notify(kept);
        var before = kept.Work;
        kept.Work = Task.Run(
            async () =>
            {
                await before.ConfigureAwait(false);
                await RemoveAsync(kept).ConfigureAwait(false);
            },
            CancellationToken.None);
    }

    private async Task RemoveAsync(KeptSnapshot kept)
    {
        if (!await ClearAsync(kept).ConfigureAwait(false)) return;
        try
        {
            await _store.DeleteAsync(kept.Space, CancellationToken.None).ConfigureAwait(false);
            _known.Forget(kept);
        }
#pragma warning disable CA1031 // It is removed after the next start.
        catch (Exception outage)
#pragma warning restore CA1031
        {
            _onFault(outage);
        }
    }

    /// <summary>Tries until it has gone well; false where the broker stops before.</summary>
    private async Task<bool> ClearAsync(KeptSnapshot kept)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (await _work.ClearAsync(kept, _stopping.Token).ConfigureAwait(false) is not { } error) return true;
                _onFault(new IOException($"The content of the Snapshot {kept.Stored.Id} cannot be removed: {error.Detail}"));
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return false;
            }
#pragma warning disable CA1031 // An outage: it is tried again.
            catch (Exception outage)
#pragma warning restore CA1031
            {
                _onFault(outage);
            }

            await PauseAsync().ConfigureAwait(false);
        }

        return false;
    }

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(_settings.SweepInterval, _clock);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var now = _clock.GetUtcNow();
                foreach (var kept in _known.All().Where(kept => kept.IsExpiredAt(now))) await EndAsync(kept, _stopping.Token).ConfigureAwait(false);
                await NoteUsesAsync().ConfigureAwait(false);
                await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // An outage: the next round tries again.
            catch (Exception outage)
#pragma warning restore CA1031
            {
                _onFault(outage);
                await PauseAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task NoteUsesAsync()
    {
        foreach (var kept in _known.All().Where(kept => kept.HasUnsavedUse))
        {
            await _writing.WaitAsync().ConfigureAwait(false);
            try
            {
                if (!kept.IsGone) await SaveAsync(kept, kept.Now, Context.Core, CancellationToken.None).ConfigureAwait(false);
            }
            finally
            {
                _writing.Release();
            }
        }
    }

    private Task PauseAsync() => Task.Delay(Pause, _clock, _stopping.Token)
        .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
