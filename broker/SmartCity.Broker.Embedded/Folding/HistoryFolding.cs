using SmartCity.Broker.Embedded.Files;
using SmartCity.Broker.Embedded.Loading;
using SmartCity.Broker.Embedded.Log;
using SmartCity.Broker.Embedded.Sqlite;
using SmartCity.Broker.Embedded.Writing;

namespace SmartCity.Broker.Embedded.Folding;

/// <summary>
/// Turns changes into history rows, a run at a time: sorted by Entity, Attribute and time, so that they are appended side by
/// side. A run's number is that of its first change, so that folding again gives the same rows.
/// </summary>
internal sealed class HistoryFolding(SqliteConnection connection, LoadedStore loaded, Writer writer) : IDisposable
{
    private const int RunBytes = 16 * 1024 * 1024;
    // Writes wait for a transaction of this many: about two milliseconds.
    private const int RowsAtOnce = 1000;

    private readonly SqliteStatement _log =
        connection.Prepare("SELECT first, count, changes FROM change_log WHERE first + count - 1 > ? AND first <= ? ORDER BY first");

    public async Task FoldAsync(long after, long upTo, CancellationToken cancellation)
    {
        while (after < upTo)
        {
            var rows = new List<HistoryRow>();
            var last = Read(after, upTo, rows);
            if (last <= after) last = upTo;
            rows.Sort();
            for (var start = 0; start < rows.Count; start += RowsAtOnce)
            {
                cancellation.ThrowIfCancellationRequested();
                var end = Math.Min(start + RowsAtOnce, rows.Count);
                await writer.RunAsync(new TransactionJob(Writing(after + 1, rows, start, end)) { MakesRoom = true });
            }

            await FinishAsync(after + 1, rows, last);
            after = last;
        }
    }

    public void Dispose()
    {
        _log.Dispose();
        connection.Dispose();
    }

    private Action<WriterStatements> Writing(long run, List<HistoryRow> rows, int start, int end) => statements =>
    {
        for (var i = start; i < end; i++) rows[i].Write(statements, run, loaded.Names);
    };

    private Task FinishAsync(long run, List<HistoryRow> rows, long last)
    {
        var (from, to) = (long.MaxValue, long.MinValue);
        foreach (var row in rows) (from, to) = (Math.Min(from, row.At), Math.Max(to, row.At));
        return writer.RunAsync(new TransactionJob(statements =>
        {
            if (rows.Count > 0)
            {
                statements["INSERT OR REPLACE INTO history_run VALUES(?, ?, ?)"].Bind(1, run).Bind(2, from).Bind(3, to).Run();
            }

            statements["INSERT OR REPLACE INTO mark VALUES(?, ?)"].Bind(1, Marks.History).Bind(2, last).Run();
        })
        {
            MakesRoom = true,
        });
    }

    /// <summary>Reads a run's worth of changes.</summary>
    /// <returns>The number of the last one.</returns>
    private long Read(long after, long upTo, List<HistoryRow> rows)
    {
        var (last, bytes) = (after, 0L);
        _log.Bind(1, after).Bind(2, upTo);
        try
        {
            while (bytes < RunBytes && _log.Step())
            {
                var number = _log.Int64(0);
                last = number + _log.Int64(1) - 1;
                var changes = _log.Blob(2);
                bytes += changes.Length;
                var group = new GroupDecoder(changes, loaded.Names);
                for (; group.TryRead(out var tenant, out var change); number++) HistoryRow.Add(rows, tenant, number, change, loaded.Names);
            }
        }
        finally
        {
            _log.Reset();
        }

        return last;
    }
}
