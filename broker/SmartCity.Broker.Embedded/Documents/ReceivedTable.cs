using System.Collections.Concurrent;
using System.Collections.Immutable;
using SmartCity.Broker.Embedded.Sqlite;
using SmartCity.Broker.Embedded.Writing;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Embedded.Documents;

/// <summary>
/// Notifications of sources in the file. Those that come while the disk is busy are written together; where Entities are being
/// committed they go along.
/// </summary>
internal sealed class ReceivedTable(Writer writer, Func<SqliteConnection> open) : INotificationInbox
{
    private readonly ConcurrentQueue<Keeping> _waiting = new();
    private readonly ConcurrentDictionary<long, bool> _released = new();
    private int _isQueued;

    public ValueTask<ImmutableArray<KeptNotification>> LoadAsync(CancellationToken cancellation)
    {
        using var connection = open();
        using var rows = connection.Prepare("SELECT number, key, identity, link, body FROM received ORDER BY number");
        var kept = ImmutableArray.CreateBuilder<KeptNotification>();
        while (rows.Step())
        {
            cancellation.ThrowIfCancellationRequested();
            kept.Add(new(rows.Int64(0), rows.Text(1), rows.Int64(2), rows.IsNull(3) ? null : rows.Text(3), rows.Blob(4).ToArray()));
        }

        return new(kept.ToImmutable());
    }

    public async ValueTask<long> KeepAsync(KeptNotification notification, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var keeping = new Keeping(notification);
        _waiting.Enqueue(keeping);
        if (Interlocked.Exchange(ref _isQueued, 1) == 0) _ = WriteAsync();
        return await keeping.Done.Task;
    }

    public void Release(long number) => _released[number] = true;

    /// <summary>Forgets what has been released since the last call.</summary>
    public async Task ForgetAsync()
    {
        if (_released.IsEmpty) return;
        var released = _released.Keys.ToArray();
        await writer.RunAsync(new TransactionJob(statements =>
        {
            foreach (var number in released) statements["DELETE FROM received WHERE number = ?"].Bind(1, number).Run();
        })
        {
            JoinsCommits = true,
        });
        foreach (var number in released) _released.TryRemove(number, out _);
    }

    private async Task WriteAsync()
    {
        var taken = new List<Keeping>();
        try
        {
            await writer.RunAsync(new TransactionJob(statements => Write(statements, taken)) { JoinsCommits = true });
            foreach (var one in taken) one.Done.SetResult(one.Number);
        }
#pragma warning disable CA1031 // It is those who wait that must know.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _isQueued, 0);
            while (_waiting.TryDequeue(out var left)) taken.Add(left);
            foreach (var one in taken) one.Done.SetException(e);
        }
    }

    /// <summary>Where the transaction that it has joined fails, it is done again: what was taken then is taken still.</summary>
    private void Write(WriterStatements statements, List<Keeping> taken)
    {
        foreach (var one in taken) Add(statements, one);
        // Whoever comes from here on starts the next one.
        Interlocked.Exchange(ref _isQueued, 0);
        while (_waiting.TryDequeue(out var next))
        {
            taken.Add(next);
            Add(statements, next);
        }
    }

    private static void Add(WriterStatements statements, Keeping keeping)
    {
        var notification = keeping.Notification;
        statements["INSERT INTO received(key, identity, link, body) VALUES(?, ?, ?, ?)"]
            .Bind(1, notification.Key).Bind(2, notification.Identity).Bind(3, notification.Link).Bind(4, notification.Body.Span).Run();
        keeping.Number = statements.Connection.LastRowId;
    }

    private sealed class Keeping(KeptNotification notification)
    {
        public KeptNotification Notification => notification;

        public TaskCompletionSource<long> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Number { get; set; }
    }
}
