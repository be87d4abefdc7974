using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.Broker.Embedded.Loading;
using SmartCity.Broker.Embedded.Writing;

namespace SmartCity.Broker.Embedded.History.Folding;

/// <summary>
/// Keeps the history's file: folds, merges, forgets, averages, gives space back, writes its write-ahead log back, in transactions of its own.
/// One thread at a time.
/// </summary>
internal sealed class HistoryKeeper : IDisposable
{
    private const int StepsToCheckpoint = 8;
    private const int LeastToGiveBack = 1024;
    private const int PagesAtOnce = 512;

    private readonly HistoryTables _tables;
    private readonly UnfoldedHistory _unfolded;
    private readonly HistoryFolding _folding;
    private readonly RunMerging _merging;
    private readonly HistoryRetention _retention;
    private readonly HistoryAveraging _averaging;
    private readonly Writer _writer;
    private readonly EmbeddedStoreOptions _options;
    private long _foldedTo;
    private long _steps;

    public HistoryKeeper(HistoryFile file, UnfoldedHistory unfolded, LoadedStore loaded, Writer writer, EmbeddedStoreOptions options, TimeProvider time)
    {
        _tables = file.OpenWriter();
        _unfolded = unfolded;
        _folding = new HistoryFolding(_tables, loaded.Names);
        _merging = new RunMerging(_tables, loaded.Names);
        _retention = new HistoryRetention(_tables, loaded.Names, loaded.Tenants, options.Recording, time);
        _averaging = new HistoryAveraging(_tables, loaded.Names, loaded.Tenants, options.Recording, time);
        _writer = writer;
        _options = options;
        _foldedTo = _tables.Mark(HistoryTables.FoldedTo);
    }

    /// <summary>Changes and writes up to this number are durable in the history's file.</summary>
    public long FoldedTo => Volatile.Read(ref _foldedTo);

    /// <summary>Does what is due.</summary>
    public void Run(CancellationToken cancellation)
    {
        if (IsDue) Fold();
        while (!cancellation.IsCancellationRequested && (_merging.Step() || _retention.Step() || _averaging.Step() || GiveBack()))
        {
            if (++_steps % StepsToCheckpoint == 0) _tables.Connection.Checkpoint();
            if (IsDue) Fold();
        }
    }

    /// <summary>Folds whatever there is.</summary>
    public void Fold()
    {
        var generation = _unfolded.StartFolding();
        if (generation.UpTo > FoldedTo)
        {
            _folding.Fold(generation);
            Volatile.Write(ref _foldedTo, generation.UpTo);
            _tables.Connection.Checkpoint();
        }

        _unfolded.Folded();
    }

    /// <summary>Gives pages that are no longer used back to the file system, some at a time, where they are many.</summary>
    private bool GiveBack()
    {
        var free = _tables.Connection.Scalar("PRAGMA freelist_count");
        if (free < LeastToGiveBack || free * 4 < _tables.Connection.Scalar("PRAGMA page_count")) return false;
        using var vacuum = _tables.Connection.Prepare($"PRAGMA incremental_vacuum({PagesAtOnce})");
        while (vacuum.Step()) continue;
        return true;
    }

    public void Dispose() => _tables.Dispose();

    private bool IsDue => _unfolded.Bytes >= _options.FoldBytes || (_unfolded.Bytes > 0 && _writer.Idle >= _options.FoldIdle);
}
