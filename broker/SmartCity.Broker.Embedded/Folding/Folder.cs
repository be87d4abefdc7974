using SmartCity.Broker.Embedded.Files;
using SmartCity.Broker.Embedded.Loading;
using SmartCity.Broker.Embedded.Log;
using SmartCity.Broker.Embedded.Writing;

namespace SmartCity.Broker.Embedded.Folding;

/// <summary>
/// Turns the change log into what outlives it: blocks of current Entities, and history. Then the log that is in both, and that
/// no reader needs, goes. All in small transactions, between which writers get their turn; a crash anywhere is harmless, since
/// whatever the marks do not cover is folded again, to the same rows.
/// </summary>
internal sealed class Folder : IDisposable
{
    private const int RowsTrimmedAtOnce = 32;

    private readonly BlockFolding _blocks;
    private readonly HistoryFolding? _history;
    private readonly Writer _writer;
    private readonly ChangeLog _log;
    private readonly EmbeddedStoreOptions _options;
    private readonly FoldProgress _blocksProgress;
    private readonly FoldProgress _historyProgress;
    private long _trimmedTo;

    public Folder(DatabaseFile file, Writer writer, LoadedStore loaded, ChangeLog log, EmbeddedStoreOptions options)
    {
        _writer = writer;
        _log = log;
        _options = options;
        _blocks = new BlockFolding(loaded, writer, log);
        _history = options.History ? new HistoryFolding(file.OpenReader(), loaded, writer) : null;
        // What was left unfolded counts from the first moment on.
        _blocksProgress = new(loaded.BlocksTo, -loaded.TailBytes);
        _historyProgress = new(loaded.HistoryTo, -loaded.TailBytes);
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

        if (_history is null)
        {
            _historyProgress.Advance(head, bytes);
        }
        else if (IsDue(_historyProgress, head, bytes, _options.FoldBytes))
        {
            await _history.FoldAsync(_historyProgress.To, head, cancellation);
            _historyProgress.Advance(head, bytes);
        }

        await TrimAsync(Math.Min(_log.Released, Math.Min(_blocksProgress.To, _historyProgress.To)), cancellation);
    }

    public void Dispose() => _history?.Dispose();

    private bool IsDue(FoldProgress progress, long head, long bytes, long atBytes) =>
        head > progress.To && (bytes - progress.Bytes >= atBytes || _writer.Idle >= _options.FoldIdle);

    private async Task TrimAsync(long upTo, CancellationToken cancellation)
    {
        if (upTo <= _trimmedTo) return;
        for (var deleted = RowsTrimmedAtOnce; deleted == RowsTrimmedAtOnce;)
        {
            cancellation.ThrowIfCancellationRequested();
            await _writer.RunAsync(new TransactionJob(statements =>
            {
                statements[
                    $"""
                    DELETE FROM change_log WHERE first IN
                    (SELECT first FROM change_log WHERE first + count - 1 <= ? ORDER BY first LIMIT {RowsTrimmedAtOnce})
                    """].Bind(1, upTo).Run();
                deleted = statements.Connection.Changes;
            })
            {
                MakesRoom = true,
            });
        }

        _trimmedTo = upTo;
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
