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
///            create, clone              delete, expire, make way
/// (nothing) ──────────────▶ preparing ───────────────────────────▶ gone ──clear──▶ (nothing)
///                            ▲  │ fill, copy                        ▲
///                    restart └──┤                                   │
///                               ▼                                   │
///                  success, partial, empty, failure ────────────────┘
/// </code>
/// Each arrow is durable before anybody hears of it. What a stop interrupts is begun again after the next start: preparing from an
/// empty space, removing where it was.
/// </summary>
public sealed class LocalSnapshots : ISnapshotOperations, IAsyncDisposable
{
    private readonly ISnapshotStore _store;
    private readonly IEntityStore _entities;
    private readonly KnownSnapshots _known;
    private readonly SnapshotRules _rules;
    private readonly SnapshotRemoval _removal;
    private readonly SnapshotStates _states;
    private readonly SnapshotPreparation _preparation;
    private readonly SnapshotSweep _sweep;
    private readonly SnapshotBackground _background;
    private readonly TimeProvider _clock;
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
        _clock = clock;
        _background = new(clock, onFault);
        var notifier = new SnapshotNotifier(notifiers, notifications, clock, _background.Stopping);
        var work = new SnapshotWork(sources, settings, clock);
        _rules = new(settings, limits, notifier);
        _removal = new(work, store, known, _background);
        _states = new(store, known, _removal, notifier, settings, clock);
        _preparation = new(work, _states, _removal, _background);
        _sweep = new(known, _states, _background, settings.SweepInterval, clock);
    }

    /// <summary>Reads what the store holds. Called once, before subscriptions are put to work.</summary>
    /// <exception cref="InvalidDataException">A stored Snapshot cannot be read.</exception>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        foreach (var stored in await _store.LoadAsync(cancellation).ConfigureAwait(false)) _known.Add(SnapshotDocument.Kept(stored));
    }

    /// <summary>Starts to remove what has expired, and goes on with what a stop has interrupted. Called once, after everything is loaded.</summary>
    public void Start()
    {
        // The oldest first: what is cloned is older than its clones, and they wait for it.
        var all = _known.Everything().OrderBy(kept => kept.Stored.CreatedAt).ToList();
        foreach (var kept in all)
        {
            if (kept.IsGone) kept.Work = Task.Run(() => _removal.RemoveAsync(kept));
            else if (kept.Stored.Status == SnapshotStatus.Preparing) kept.Work = _preparation.Restart(kept, SourceOf(kept, all));
        }

        _sweeping = Task.Run(_sweep.RunAsync);
    }

    public ValueTask<Result<Snapshot>> CreateAsync(Call call, ReadOnlyMemory<byte> body, CancellationToken cancellation) =>
        AddAsync(call, _rules.Read(body, SnapshotInput.Creation, call.Context), source: null, cancellation);

    public async ValueTask<Result<Snapshot>> CloneAsync(Call call, string id, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var read = _rules.Read(body, SnapshotInput.Clone, call.Context);
        if (!read.TryGet(out _, out var error)) return error;
        if (!(await FindAsync(call, id, cancellation).ConfigureAwait(false)).TryGet(out var source, out error)) return error;
        source.Use(_clock.GetUtcNow());
        return await AddAsync(call with { Header = null }, read, source, cancellation).ConfigureAwait(false);
    }

    public async ValueTask<Result<Snapshot>> RetrieveAsync(Call call, string id, CancellationToken cancellation) =>
        (await FindAsync(call, id, cancellation).ConfigureAwait(false)).Map(kept => kept.Now);

    public async ValueTask<Result<Snapshot>> UpdateAsync(
        Call call, string id, ReadOnlyMemory<byte> fragment, CancellationToken cancellation)
    {
        if (!(await FindAsync(call, id, cancellation).ConfigureAwait(false)).TryGet(out var kept, out var error)) return error;
        return await _states.UpdateAsync(
            kept, snapshot => _rules.Merge(snapshot, fragment, call.Context, _clock.GetUtcNow()), call.Context, cancellation).ConfigureAwait(false);
    }

    public async ValueTask<Result<Snapshot>> DeleteAsync(Call call, string id, CancellationToken cancellation)
    {
        if (!(await FindAsync(call, id, cancellation).ConfigureAwait(false)).TryGet(out var kept, out var error)) return error;
        return await _states.EndAsync(kept, cancellation).ConfigureAwait(false) ? kept.Now : NgsiLdError.NotFound($"there is no Snapshot {id}");
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
                if (await _states.EndAsync(kept, cancellation).ConfigureAwait(false)) deleted.Add(id);
                else errors.Add((id, NgsiLdError.NotFound($"there is no Snapshot {id}")));
            }
#pragma warning disable CA1031 // One that cannot be deleted must not keep the client from knowing which are.
            catch (Exception outage) when (outage is not OperationCanceledException)
#pragma warning restore CA1031
            {
                _background.OnFault(outage);
                errors.Add((id, NgsiLdError.Internal($"the Snapshot {id} could not be deleted; the broker's log has the reason")));
            }
        }

        return new SnapshotPurge(deleted.ToImmutable(), errors.ToImmutable());
    }

    /// <summary>Stops preparing and removing; the next start goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _background.StopAsync().ConfigureAwait(false);
        await _sweeping.ConfigureAwait(false);
        await Task.WhenAll(_known.Everything().SelectMany(kept => (Task[])[kept.Work, kept.Notified])).ConfigureAwait(false);
        await _states.NoteUsesAsync().ConfigureAwait(false);
        _background.Dispose();
    }

    private async ValueTask<Result<Snapshot>> AddAsync(Call call, Result<Snapshot> read, KeptSnapshot? source, CancellationToken cancellation)
    {
        if (!read.TryGet(out var given, out var error)) return error;
        if (await _entities.MissingTenantAsync(call, cancellation).ConfigureAwait(false) is { } missing) return missing;
        return await _states.AddAsync(
            call, _rules.Begin(given, _clock.GetUtcNow()), new(call.Local, source?.Space), kept => _preparation.Start(call, kept, source), cancellation)
            .ConfigureAwait(false);
    }

    private async ValueTask<Result<KeptSnapshot>> FindAsync(Call call, string id, CancellationToken cancellation)
    {
        if (!Iri.IsAbsolute(id)) return NgsiLdError.BadRequestData("the Snapshot id is not a URI");
        if (_known.Find(call.Tenant, id) is { } kept) return kept;
        return await _entities.MissingTenantAsync(call, cancellation).ConfigureAwait(false) ?? NgsiLdError.NotFound($"there is no Snapshot {id}");
    }

    // A space may have another tenant's Snapshot by now, but not an older one.
    private static KeptSnapshot? SourceOf(KeptSnapshot clone, List<KeptSnapshot> all) =>
        all.Find(kept => kept.Space == clone.Origin.Source && !kept.IsGone && kept.Stored.CreatedAt <= clone.Stored.CreatedAt);
}
