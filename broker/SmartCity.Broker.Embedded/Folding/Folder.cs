using SmartCity.Broker.Embedded.Files;
using SmartCity.Broker.Embedded.History.Folding;
using SmartCity.Broker.Embedded.Loading;
using SmartCity.Broker.Embedded.Log;
using SmartCity.Broker.Embedded.Writing;

namespace SmartCity.Broker.Embedded.Folding;

/// <summary>
/// Turns the change log into what outlives it: blocks of current Entities; the history sees to itself. Then the log that is in
/// both, and that no reader needs, goes. All in small transactions, between which writers get their turn; a crash anywhere is
/// harmless, since whatever the marks do not cover is folded again, to the same rows.
/// </summary>
internal sealed class Folder
{
    private const int RowsTrimmedAtOnce = 32;

    private readonly BlockFolding _blocks;
    private readonly HistoryKeeper _history;
    private readonly Writer _writer;
    private readonly ChangeLog _log;
    private readonly EmbeddedStoreOptions _options;
    private readonly FoldProgress _blocksProgress;
    private long _trimmedTo;
    private long _trimmedHistoryTo;

    public Folder(Writer writer, LoadedStore loaded, ChangeLog log, HistoryKeeper history, EmbeddedStoreOptions options)
    {
        _writer = writer;
        _log = log;
        _options = options;
        _blocks = new BlockFolding(loaded, writer, log);
        _history = history;
        // What was left unfolded counts from the first moment on.
        _blocksProgress = new(loaded.BlocksTo, -loaded.TailBytes);
        _trimmedHistoryTo = loaded.HistoryTo;
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        var bytes = _writer.BytesLogged;
        var head = _log.Head;
        if (IsDue(_blocksProgress, head, bytes, Math.Max(_options.FoldBytes, _blocks.Bytes / 2)))
        {
            await _blocks.FoldAsync(head, cancellation);
            _blocksProgress.Advance(head, bytes);
        }

        var historyTo = _history.FoldedTo;
        await TrimAsync(Math.Min(_log.Released, Math.Min(_blocksProgress.To, historyTo)), cancellation);
        await TrimHistoryAsync(historyTo, cancellation);
    }

    private bool IsDue(FoldProgress progress, long head, long bytes, long atBytes) =>
        head > progress.To && (bytes - progress.Bytes >= atBytes || _writer.Idle >= _options.FoldIdle);

    private async Task TrimAsync(long upTo, CancellationToken cancellation)
    {
        if (upTo <= _trimmedTo) return;
        await DeleteAsync("change_log", upTo, cancellation);
        _trimmedTo = upTo;
    }

    // The mark comes first: without the rows it alone tells which numbers were given.
    private async Task TrimHistoryAsync(long upTo, CancellationToken cancellation)
    {
        if (upTo <= _trimmedHistoryTo) return;
        await _writer.RunAsync(new TransactionJob(statements => statements["INSERT OR REPLACE INTO mark VALUES(?, ?)"]
            .Bind(1, Marks.History).Bind(2, upTo).Run())
        {
            MakesRoom = true,
        });
        await DeleteAsync("history_log", upTo, cancellation);
        _trimmedHistoryTo = upTo;
    }

    private async Task DeleteAsync(string log, long upTo, CancellationToken cancellation)
    {
        for (var deleted = RowsTrimmedAtOnce; deleted == RowsTrimmedAtOnce;)
        {
            cancellation.ThrowIfCancellationRequested();
            await _writer.RunAsync(new TransactionJob(statements =>
            {
                statements[
                    $"""
                    DELETE FROM {log} WHERE first IN
                    (SELECT first FROM {log} WHERE first + count - 1 <= ? ORDER BY first LIMIT {RowsTrimmedAtOnce})
                    """].Bind(1, upTo).Run();
                deleted = statements.Connection.Changes;
            })
            {
                MakesRoom = true,
            });
        }
    }

    /// <param name="to">Changes up to this number are folded.</param>
    /// <param name="bytes">What the writer had logged by then.</param>
    private sealed class FoldProgress(long to, long bytes)
    {
        public long To { get; private set; } = to;

        public long Bytes { get; private set; } = bytes;

        public void Advance(long to, long bytes) => (To, Bytes) = (to, bytes);
    }
}
