using System.Collections.Immutable;
using SmartCity.Broker.Embedded.Contexts;
using SmartCity.Broker.Embedded.Documents;
using SmartCity.Broker.Embedded.Files;
using SmartCity.Broker.Embedded.Folding;
using SmartCity.Broker.Embedded.History;
using SmartCity.Broker.Embedded.History.Folding;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.Broker.Embedded.Loading;
using SmartCity.Broker.Embedded.Log;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Embedded.Planning;
using SmartCity.Broker.Embedded.Snapshots;
using SmartCity.Broker.Embedded.Sqlite;
using SmartCity.Broker.Embedded.Sweeping;
using SmartCity.Broker.Embedded.Writing;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Ordering;

namespace SmartCity.Broker.Embedded;

/// <summary>
/// The default store: everything current in memory, everything durable in one SQLite file. Reads never wait for the disk; a
/// write is acknowledged once it is durable. One process at a time.
/// </summary>
public sealed class EmbeddedStore : IEntityStore, IChangeLog, ISubscriptionStore, IAsyncDisposable
{
    /// <summary>So many times as much as is folded at once may wait for it in memory.</summary>
    private const int FoldsInMemory = 4;

    private readonly DatabaseFile _file;
    private readonly HistoryFile _historyFile;
    private readonly UnfoldedHistory _unfolded;
    private readonly long _mostUnfolded;
    private readonly Tenants _tenants;
    private readonly Writer _writer;
    private readonly ChangeLog _log;
    private readonly LogFile _logFile;
    private readonly DocumentTable _subscriptions;
    private readonly Background _background;
    private readonly TimeProvider _time;

    private EmbeddedStore(
        DatabaseFile file, HistoryFile historyFile, LoadedStore loaded, UnfoldedHistory unfolded, EmbeddedStoreOptions options, TimeProvider time)
    {
        _file = file;
        _historyFile = historyFile;
        _unfolded = unfolded;
        _mostUnfolded = Math.Max(options.FoldBytes, 1024 * 1024) * FoldsInMemory;
        _time = time;
        _tenants = loaded.Tenants;
        var tail = new LogTail(options.TailChanges);
        tail.StartAt(loaded.Head);
        _logFile = new LogFile(file.OpenReader(), loaded.Names, loaded.Tenants);
        _log = new ChangeLog(tail, _logFile);
        var recorder = new HistoryRecorder(unfolded, options);
        _writer = new Writer(file.OpenWriter(), loaded.Tenants, loaded.Names, tail, loaded.Numbered, recorder, options, time);
        var keeper = new HistoryKeeper(historyFile, unfolded, loaded, _writer, options, time);
        Temporal = new EmbeddedHistory(historyFile, unfolded, loaded.Tenants, loaded.Names, _writer, _mostUnfolded, time);
        _subscriptions = new DocumentTable(_writer, file.OpenReader, "subscription");
        var registrations = new DocumentTable(_writer, file.OpenReader, "registration");
        var sourceSubscriptions = new DocumentTable(_writer, file.OpenReader, "source_subscription");
        var registrationChanges = new RegistrationChangeTable(_writer, file.OpenReader);
        var received = new ReceivedTable(_writer, file.OpenReader);
        Registrations = new RegistrationTable(registrations);
        RegistrationLog = registrationChanges;
        Inbox = received;
        SourceSubscriptions = sourceSubscriptions;
        Forwardings = new ForwardingTable(_writer, file.OpenReader);
        Contexts = new ContextTable(_writer, file.OpenReader);
        Snapshots = new SnapshotTable(_writer, file.OpenReader);
        _background = new Background(
            new Sweeper(loaded.Tenants, _writer, time),
            new Folder(_writer, loaded, _log, keeper, options),
            keeper,
            new WalCheckpoint(file, _writer),
            [
                _subscriptions.SaveProgressAsync, registrations.SaveProgressAsync, sourceSubscriptions.SaveProgressAsync,
                registrationChanges.ForgetAsync, received.ForgetAsync,
            ],
            options, time);
    }

    public long Head => _log.Head;

    /// <summary>The contexts that the broker serves.</summary>
    public IContextStore Contexts { get; }

    /// <summary>The Snapshots, without what is in them.</summary>
    public ISnapshotStore Snapshots { get; }

    /// <summary>The registered Context Sources.</summary>
    public IRegistrationStore Registrations { get; }

    /// <summary>What happened to them.</summary>
    public IRegistrationLog RegistrationLog { get; }

    /// <summary>Subscriptions to registrations; their place is in <see cref="RegistrationLog"/>.</summary>
    public ISubscriptionStore SourceSubscriptions { get; }

    /// <summary>The subscriptions that sources have from this broker.</summary>
    public IForwardingStore Forwardings { get; }

    /// <summary>What sources have told.</summary>
    public INotificationInbox Inbox { get; }

    /// <summary>What the Entities have been.</summary>
    public ITemporalStore Temporal { get; }

    /// <summary>Opens a folder's store, or makes one, and reads it into memory.</summary>
    /// <exception cref="StoreException">The folder is in use, or the file in it is damaged or not ours; it is left as it is.</exception>
    public static async Task<EmbeddedStore> OpenAsync(
        EmbeddedStoreOptions options, TimeProvider time, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return await Task.Run(() => Open(options, time), cancellation);
    }

    public ValueTask<PackedEntity?> FindAsync(string tenant, string id, CancellationToken cancellation)
    {
        return new(_tenants.Find(tenant)?.Find(id, _time.GetUtcNow().UtcTicks));
    }

    public ValueTask<ImmutableArray<PackedEntity>> FindManyAsync(
        string tenant, IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        if (_tenants.Find(tenant) is not { } space) return new([]);
        var now = _time.GetUtcNow().UtcTicks;
        var found = ImmutableArray.CreateBuilder<PackedEntity>(ids.Count);
        foreach (var id in ids)
        {
            if (space.Find(id, now) is { } entity) found.Add(entity);
        }

        return new(found.DrainToImmutable());
    }

    public ValueTask<EntityPage> QueryAsync(string tenant, EntityQuery query, PageRequest page, CancellationToken cancellation)
    {
        var space = _tenants.Find(tenant);
        return new(space is null
            ? new EntityPage([], false, page.Count ? 0 : null)
            : new QueryRun(space, query, page, _time.GetUtcNow().UtcTicks).Run());
    }

    public ValueTask<long[]?> RankAsync(
        string tenant, EntityQuery query, EntityOrdering? ordering, int most, CancellationToken cancellation) =>
        new(_tenants.Find(tenant) is { } space ? new RankRun(space, query, ordering, most, _time.GetUtcNow().UtcTicks).Run() : []);

    public ValueTask<RankedPage> QueryRankedAsync(
        string tenant, EntityQuery query, long[] positions, RankedRequest request, CancellationToken cancellation) =>
        new(_tenants.Find(tenant) is { } space
            ? new RankedRun(space, query, positions, request, _time.GetUtcNow().UtcTicks).Run()
            : new RankedPage([], false, -1, -1));

    public async ValueTask<ImmutableArray<Result<EntityChange>>> CommitAsync(
        string tenant, ImmutableArray<EntityWrite> writes, CancellationToken cancellation)
    {
        await _unfolded.MakeRoomAsync(_mostUnfolded, _time, cancellation);
        var job = new CommitJob(tenant, writes);
        await _writer.EnqueueAsync(job, cancellation);
        // From here on the write is made, whether or not somebody still waits for it.
        return await job.Done;
    }

    public ValueTask<bool> TenantExistsAsync(string tenant, CancellationToken cancellation) =>
        new(_tenants.Find(tenant) is not null);

    public ValueTask<NamesInUse> NamesInUseAsync(string tenant, CancellationToken cancellation) =>
        new(_tenants.Find(tenant) is { } space ? NameUses.Of(space, _time.GetUtcNow().UtcTicks) : NamesInUse.None);

    public ValueTask<int> ReadAsync(long after, Memory<LoggedChange> buffer, CancellationToken cancellation) =>
        _log.ReadAsync(after, buffer, cancellation);

    public void Release(long upTo) => _log.Release(upTo);

    public ValueTask<ImmutableArray<StoredSubscription>> LoadAsync(CancellationToken cancellation) =>
        _subscriptions.LoadAsync(cancellation);

    public ValueTask SaveAsync(StoredSubscription subscription, CancellationToken cancellation) =>
        _subscriptions.SaveAsync(subscription, cancellation);

    public ValueTask DeleteAsync(string tenant, string id, CancellationToken cancellation) =>
        _subscriptions.DeleteAsync(tenant, id, cancellation);

    public void Record(ImmutableArray<SubscriptionProgress> progress) => _subscriptions.Record(progress);

    public async ValueTask DisposeAsync()
    {
        await _background.DisposeAsync();
        _logFile.Dispose();
        // The last connection to close writes the WAL back and removes it.
        await _writer.DisposeAsync();
        _historyFile.Dispose();
        _file.Dispose();
    }

    private static EmbeddedStore Open(EmbeddedStoreOptions options, TimeProvider time)
    {
        var file = DatabaseFile.Claim(options);
        HistoryFile? historyFile = null;
        try
        {
            LoadedStore loaded;
            var unfolded = new UnfoldedHistory();
            using (var connection = file.OpenReader())
            {
                loaded = new Loader(connection, options.ValueIndexes).Load();
                historyFile = HistoryFile.Open(options.Directory);
                new HistoryCatchUp(connection, historyFile, loaded, unfolded, options).Run();
            }

            return new EmbeddedStore(file, historyFile, loaded, unfolded, options, time);
        }
        catch (Exception e)
        {
            var path = historyFile?.Path ?? file.Path;
            historyFile?.Dispose();
            file.Dispose();
            throw e switch
            {
                SqliteException sqlite => new StoreException($"The database {path} cannot be read: {sqlite.Reason}.", e),
                InvalidDataException => new StoreException(
                    $"The database {path} is damaged: {e.Message} It was not touched. Restore it from a backup.", e),
                _ => e,
            };
        }
    }
}
