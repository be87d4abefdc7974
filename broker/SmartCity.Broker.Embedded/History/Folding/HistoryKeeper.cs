using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.Broker.Embedded.Writing;

namespace SmartCity.Broker.Embedded.History.Folding;

/// <summary>
/// Keeps the history's file: folds, merges, writes its write-ahead log back, in transactions of its own. One thread at a time.
/// </summary>
internal sealed class HistoryKeeper : IDisposable
{
    private readonly HistoryTables _tables;
    private readonly UnfoldedHistory _unfolded;
    private readonly HistoryFolding _folding;
    private readonly RunMerging _merging;
    private readonly Writer _writer;
    private readonly EmbeddedStoreOptions _options;
    private long _foldedTo;
    private long _steps;

    public HistoryKeeper(HistoryFile file, UnfoldedHistory unfolded, NameTable names, Writer writer, EmbeddedStoreOptions options)
    {
        _tables = file.OpenWriter();
        _unfolded = unfolded;
        _folding = new HistoryFolding(_tables, names);
        _merging = new RunMerging(_tables, names);
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
        while (!cancellation.IsCancellationRequested && _merging.Step())
        {
            if (++_steps % 8 == 0) _tables.Connection.Checkpoint();
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

    public void Dispose() => _tables.Dispose();

    private bool IsDue => _unfolded.Bytes >= _options.FoldBytes || (_unfolded.Bytes > 0 && _writer.Idle >= _options.FoldIdle);
}
