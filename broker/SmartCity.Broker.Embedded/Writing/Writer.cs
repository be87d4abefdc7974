using System.Threading.Channels;
using SmartCity.Broker.Embedded.Bytes;
using SmartCity.Broker.Embedded.Files;
using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.Broker.Embedded.Log;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.Broker.Embedded.Sqlite;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Embedded.Writing;

/// <summary>
/// The one writer, on a thread of its own, since it waits for the disk. A group is whatever has queued up while the last one
/// was on its way to the disk:
/// <list type="number">
/// <item>decide each call in order, over what the group has changed so far;</item>
/// <item>write one row of the change log, and what it refers to, in one transaction, and wait for the disk;</item>
/// <item>publish the changes in memory and in the log's tail, in the same order;</item>
/// <item>complete the callers.</item>
/// </list>
/// Where step 2 fails, nothing has happened, and the callers are told why.
/// </summary>
internal sealed class Writer : IAsyncDisposable
{
    private readonly Channel<WriterJob> _queue;
    private readonly Tenants _tenants;
    private readonly NameTable _names;
    private readonly LogTail _tail;
    private readonly HistoryRecorder _history;
    private readonly TimeProvider _time;
    private readonly int _groupBytes;
    private readonly long _maxPages;
    private readonly WriterStatements _statements;
    private readonly GroupEncoder _encoder;
    private readonly PendingGroup _group;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<TransactionJob> _joining = [];
    private readonly ByteWriter _historyLog = new();

    // Number of the newest change or write into the history.
    private long _last;
    private LoggedChange[] _logged = new LoggedChange[64];
    private DateTimeOffset _now;
    private long _bytesLogged;
    private long _lastWrite;
    private long _jobsDone;

    public Writer(
        SqliteConnection connection, Tenants tenants, NameTable names, LogTail tail, long last, HistoryRecorder history,
        EmbeddedStoreOptions options, TimeProvider time)
    {
        _queue = Channel.CreateBounded<WriterJob>(new BoundedChannelOptions(options.QueuedWrites) { SingleReader = true });
        _tenants = tenants;
        _names = names;
        _tail = tail;
        _last = last;
        _history = history;
        _time = time;
        _groupBytes = options.GroupBytes;
        _maxPages = options.MaxDatabaseBytes / Schema.PageSize;
        if (_maxPages > 0) connection.Execute($"PRAGMA max_page_count={_maxPages}");
        _statements = new WriterStatements(connection);
        _encoder = new GroupEncoder(names);
        _group = new PendingGroup(tenants, history);
        _lastWrite = time.GetTimestamp();
        new Thread(Run) { Name = "SmartCity store writer", IsBackground = true }.Start();
    }

    /// <summary>Bytes that this process has put into the change log.</summary>
    public long BytesLogged => Volatile.Read(ref _bytesLogged);

    /// <summary>Transactions other than commits of Entities: folding, mostly.</summary>
    public long JobsDone => Volatile.Read(ref _jobsDone);

    /// <summary>For how long no Entity has been written.</summary>
    public TimeSpan Idle => _time.GetElapsedTime(Volatile.Read(ref _lastWrite));

    /// <summary>Waits while the queue is full.</summary>
    public ValueTask EnqueueAsync(WriterJob job, CancellationToken cancellation) => _queue.Writer.WriteAsync(job, cancellation);

    /// <summary>Queues work with a transaction of its own and waits until it is durable.</summary>
    public async Task RunAsync(TransactionJob job)
    {
        await EnqueueAsync(job, CancellationToken.None);
        await job.Done;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stopped.Task;
    }

    private void Run()
    {
        try
        {
            var queue = _queue.Reader;
            while (queue.TryRead(out var job) || Wait(queue, out job))
            {
                var other = job as TransactionJob;
                if (other is null) CommitGroup(job, out other);
                if (other is not null) Run(other);
            }

            _statements.Dispose();
            _stopped.SetResult();
        }
#pragma warning disable CA1031 // Reported by whoever disposes of the writer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _queue.Writer.TryComplete(e);
            _stopped.SetException(e);
            while (_queue.Reader.TryRead(out var left))
            {
                left.Fail(e);
            }
        }
    }

    private static bool Wait(ChannelReader<WriterJob> queue, out WriterJob job)
    {
        var wait = queue.WaitToReadAsync();
        var more = wait.IsCompleted ? wait.Result : wait.AsTask().GetAwaiter().GetResult();
        if (more && queue.TryRead(out job!)) return true;
        job = null!;
        return more && Wait(queue, out job);
    }

    /// <summary>Takes what is queued up to the next job of another kind, which is handed back.</summary>
    private void CommitGroup(WriterJob first, out TransactionJob? other)
    {
        other = null;
        _group.Clear();
        Decide(first);
        while (_group.Bytes < _groupBytes && _queue.Reader.TryRead(out var next))
        {
            if (next is not TransactionJob work)
            {
                Decide(next);
                continue;
            }

            if (work.JoinsCommits)
            {
                _joining.Add(work);
                continue;
            }

            other = work;
            break;
        }

        if (!_group.IsEmpty && TryKeep(_group.Changes.Count, _group.Writes.Count) is { } error)
        {
            foreach (var job in _group.Jobs) job.Refuse(error);
            foreach (var (job, _, _) in _group.Writes) job.Refuse(error);
        }
        else
        {
            _tenants.Drop();
            Publish();
            foreach (var job in _group.Jobs) job.Complete();
            foreach (var (job, _, _) in _group.Writes) job.Complete(isKept: true);
        }

        // What found no transaction to join.
        foreach (var job in _joining) Run(job);
        _joining.Clear();
    }

    private void Decide(WriterJob job)
    {
        // Time never runs backwards in the log, whatever the clock does.
        var now = _time.GetUtcNow();
        if (now > _now) _now = now;
        if (job is CommitJob commit) _group.Decide(commit, _now);
        else _group.Decide((HistoryJob)job, _now);
    }

    private NgsiLdError? TryKeep(int changes, int writes)
    {
        try
        {
            _names.Adopt();
            _encoder.Begin();
            foreach (var (space, change) in _group.Changes) _encoder.Add(space.Number, change);
            WriteLog.Begin(_historyLog);
            foreach (var (_, tenant, write) in _group.Writes) WriteLog.Add(_historyLog, tenant, write, _names);
            _names.Adopt();
            InTransaction(statements =>
            {
                if (changes > 0) statements.AppendLog.Bind(1, _last + 1).Bind(2, changes).Bind(3, _encoder.Written).Run();
                if (writes > 0)
                {
                    statements.AppendHistoryLog.Bind(1, _last + changes + 1).Bind(2, writes).Bind(3, _historyLog.Written).Run();
                }

                foreach (var job in _joining) job.Run(statements);
            });
            foreach (var job in _joining) job.Complete();
            _joining.Clear();
            Volatile.Write(ref _lastWrite, _time.GetTimestamp());
            Volatile.Write(ref _bytesLogged, _bytesLogged + _encoder.Written.Length + _historyLog.Written.Length);
            return null;
        }
        catch (SqliteException e)
        {
            _tenants.Drop();
            return NgsiLdError.Internal($"The change is not kept: {e.Reason}.");
        }
    }

    private void Publish()
    {
        if (_group.IsEmpty) return;
        _history.Publish(_group, _last);
        var changes = _group.Changes;
        _last += changes.Count + _group.Writes.Count;
        if (_logged.Length < changes.Count) _logged = new LoggedChange[Math.Max(changes.Count, _logged.Length * 2)];
        var number = _last - changes.Count - _group.Writes.Count;
        for (var i = 0; i < changes.Count; i++)
        {
            var (space, change) = changes[i];
            if (change.After is { } entity) space.Put(entity);
            else space.Remove(change.Before!.IdUtf8);
            _logged[i] = new(++number, space.Name, change);
        }

        _tail.Append(_logged.AsSpan(0, changes.Count));
        Array.Clear(_logged, 0, changes.Count);
        if (_logged.Length > 4096) _logged = new LoggedChange[64];
    }

    private void Run(TransactionJob job)
    {
        try
        {
            if (job.Tenant is { } tenant) _tenants.Need(_tenants.Prepare(tenant));
            if (!job.IsBare) Volatile.Write(ref _jobsDone, _jobsDone + 1);
            if (job.IsBare) job.Run(_statements);
            else if (job.MakesRoom && _maxPages > 0) InTransactionWithoutLimit(job.Run);
            else InTransaction(job.Run);
            job.Committed?.Invoke();
            job.Complete();
        }
#pragma warning disable CA1031 // It is whoever waits for the job that must know.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _tenants.Drop();
            job.Fail(e);
        }
    }

    private void InTransactionWithoutLimit(Action<WriterStatements> work)
    {
        _statements.Connection.Execute($"PRAGMA max_page_count={uint.MaxValue - 1}");
        try
        {
            InTransaction(work);
        }
        finally
        {
            _statements.Connection.Execute($"PRAGMA max_page_count={_maxPages}");
        }
    }

    /// <summary>Whatever is written refers to names and tenants; those that are new go with it.</summary>
    private void InTransaction(Action<WriterStatements> work)
    {
        try
        {
            _statements.Begin.Run();
            _names.Save(_statements.AddName);
            foreach (var space in _tenants.New) _statements.AddTenant.Bind(1, space.Number).Bind(2, space.Name).Run();
            work(_statements);
            _statements.Commit.Run();
        }
        catch
        {
            _statements.Connection.Rollback();
            throw;
        }

        _names.Saved();
        _tenants.Keep();
    }
}
