using SmartCity.Broker.Embedded.History.Folding;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.Broker.Embedded.Loading;
using SmartCity.Broker.Embedded.Log;
using SmartCity.Broker.Embedded.Sqlite;

namespace SmartCity.Broker.Embedded.History;

/// <summary>
/// Folds, before the store opens, what the log has and the history's file has not: so that nothing is left to replay.
/// </summary>
internal sealed class HistoryCatchUp(
    SqliteConnection connection, HistoryFile file, LoadedStore loaded, UnfoldedHistory unfolded, EmbeddedStoreOptions options)
{
    private const int BytesAtOnce = 16 * 1024 * 1024;

    private readonly HistoryRecorder _recorder = new(unfolded, options);

    public void Run()
    {
        using var tables = file.OpenWriter();
        var folding = new HistoryFolding(tables, loaded.Names);
        var foldedTo = tables.Mark(HistoryTables.FoldedTo);
        if (foldedTo == 0 && loaded.HistoryTo > 0) foldedTo = loaded.HistoryTo;
        if (foldedTo < loaded.HistoryTo)
        {
            throw new StoreException(
                $"The history {file.Path} ends at change {foldedTo}, but the database was at {loaded.HistoryTo} already, and has forgotten what came between. "
                + "Nothing was touched. Restore both files from the same backup, or move the history away to begin a new one.");
        }

        for (var isDone = false; !isDone;)
        {
            foldedTo = Read(foldedTo, out isDone);
            folding.Fold(unfolded.StartFolding());
            unfolded.Folded();
        }

        tables.Connection.Checkpoint();
        unfolded.Add([], loaded.Numbered);
    }

    /// <summary>Reads some of both logs.</summary>
    /// <returns>The number up to which nothing was missed.</returns>
    private long Read(long after, out bool isDone)
    {
        var entries = new List<(int Tenant, string Id, UnfoldedEntry Entry)>();
        var changesTo = ReadRows("change_log", "changes", after, (first, bytes) => ReadChanges(first, bytes, entries));
        var writesTo = ReadRows("history_log", "writes", after, (first, bytes) =>
        {
            foreach (var (tenant, write) in WriteLog.Read(bytes, first, loaded.Names)) entries.Add((tenant, write.EntityId, write));
        });
        var upTo = Math.Min(changesTo, writesTo);
        isDone = upTo == long.MaxValue;
        if (isDone) upTo = loaded.Numbered;
        entries.RemoveAll(entry => entry.Entry.Number > upTo);
        entries.Sort((a, b) => a.Entry.Number.CompareTo(b.Entry.Number));
        unfolded.Add(entries, upTo);
        return upTo;
    }

    private void ReadChanges(long number, ReadOnlySpan<byte> bytes, List<(int Tenant, string Id, UnfoldedEntry Entry)> into)
    {
        var group = new GroupDecoder(bytes, loaded.Names);
        for (; group.TryRead(out var tenant, out var change); number++)
        {
            if (_recorder.Of(loaded.Tenants.Find(tenant)?.Name ?? "", number, change) is { } entry) into.Add((tenant, change.EntityId, entry));
        }
    }

    /// <returns>The number of the last change or write that was read; the greatest of all where there are no more.</returns>
    private long ReadRows(string log, string content, long after, RowReader read)
    {
        var (last, bytes) = (long.MaxValue, 0L);
        using var rows = connection.Prepare(
            $"SELECT first, count, {content} FROM {log} WHERE first + count - 1 > ? ORDER BY first").Bind(1, after);
        while (rows.Step())
        {
            if (bytes >= BytesAtOnce) return last;
            last = rows.Int64(0) + rows.Int64(1) - 1;
            bytes += rows.Blob(2).Length;
            read(rows.Int64(0), rows.Blob(2));
        }

        return long.MaxValue;
    }

    private delegate void RowReader(long first, ReadOnlySpan<byte> content);
}
