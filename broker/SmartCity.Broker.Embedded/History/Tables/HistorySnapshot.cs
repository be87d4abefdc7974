using System.Collections.Concurrent;

namespace SmartCity.Broker.Embedded.History.Tables;

/// <summary>The history's file at a moment, for one thread. It holds up the reuse of the write-ahead log, so it must be short.</summary>
internal sealed class HistorySnapshot : IDisposable
{
    private readonly ConcurrentBag<HistoryTables> _home;

    public HistorySnapshot(HistoryTables tables, ConcurrentBag<HistoryTables> home)
    {
        Tables = tables;
        _home = home;
        FoldedTo = tables.Mark(HistoryTables.FoldedTo);
        Runs = tables.Runs();
    }

    public HistoryTables Tables { get; }

    /// <summary>Changes and writes up to this number are in it.</summary>
    public long FoldedTo { get; }

    public List<long> Runs { get; }

    public void Dispose()
    {
        Tables["COMMIT"].Run();
        _home.Add(Tables);
    }
}
