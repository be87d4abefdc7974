using System.Collections.Concurrent;
using System.Collections.Immutable;
using SmartCity.Broker.Embedded.Sqlite;
using SmartCity.Broker.Embedded.Writing;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Embedded.Documents;

/// <summary>
/// Documents with counters in the file: subscriptions, registrations. The counters are gathered and written now and then.
/// </summary>
/// <param name="writer">Makes the writes.</param>
/// <param name="open">Opens the file to read.</param>
/// <param name="name">The table of the documents; the one of the counters is called after it.</param>
internal sealed class DocumentTable(Writer writer, Func<SqliteConnection> open, string name) : ISubscriptionStore
{
    private readonly ConcurrentDictionary<(string Tenant, string Id), SubscriptionProgress> _unsaved = new();

    public async ValueTask<ImmutableArray<StoredSubscription>> LoadAsync(CancellationToken cancellation)
    {
        await SaveProgressAsync();
        using var connection = open();
        using var rows = connection.Prepare(
            $"""
            SELECT s.tenant, s.id, s.document, p.position, p.sent, p.failed, p.last_notification, p.last_success, p.last_failure
            FROM {name} s LEFT JOIN {name}_progress p ON p.tenant = s.tenant AND p.id = s.id
            ORDER BY s.tenant, s.id
            """);
        var subscriptions = ImmutableArray.CreateBuilder<StoredSubscription>();
        while (rows.Step())
        {
            cancellation.ThrowIfCancellationRequested();
            var (tenant, id) = (rows.Text(0), rows.Text(1));
            var progress = rows.IsNull(3) ? null : new SubscriptionProgress(
                tenant, id, rows.Int64(3), rows.Int64(4), rows.Int64(5), Time(rows, 6), Time(rows, 7), Time(rows, 8));
            subscriptions.Add(new(tenant, id, rows.Blob(2).ToArray(), progress));
        }

        return subscriptions.ToImmutable();
    }

    public ValueTask SaveAsync(StoredSubscription subscription, CancellationToken cancellation) =>
        SaveAsync(subscription, static _ => { }, cancellation);

    public ValueTask DeleteAsync(string tenant, string id, CancellationToken cancellation) =>
        DeleteAsync(tenant, id, static _ => { }, cancellation);

    /// <param name="subscription">What is saved.</param>
    /// <param name="first">Done before it, in the same transaction.</param>
    /// <param name="cancellation">Stops before it begins.</param>
    public async ValueTask SaveAsync(StoredSubscription subscription, Action<WriterStatements> first, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var save = new TransactionJob(statements =>
        {
            first(statements);
            statements[$"INSERT OR REPLACE INTO {name} VALUES(?, ?, ?)"]
                .Bind(1, subscription.Tenant).Bind(2, subscription.Id).Bind(3, subscription.Document.Span).Run();
            if (subscription.Progress is not { } progress) return;
            // What was recorded before is older.
            _unsaved.TryRemove((subscription.Tenant, subscription.Id), out _);
            Save(statements, progress);
        })
        {
            Tenant = subscription.Tenant,
        };
        await writer.RunAsync(save);
    }

    /// <param name="tenant">Whose it is.</param>
    /// <param name="id">Which.</param>
    /// <param name="first">Done before it goes, in the same transaction.</param>
    /// <param name="cancellation">Stops before it begins.</param>
    public async ValueTask DeleteAsync(string tenant, string id, Action<WriterStatements> first, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await writer.RunAsync(new TransactionJob(statements =>
        {
            first(statements);
            statements[$"DELETE FROM {name} WHERE tenant = ? AND id = ?"].Bind(1, tenant).Bind(2, id).Run();
            statements[$"DELETE FROM {name}_progress WHERE tenant = ? AND id = ?"].Bind(1, tenant).Bind(2, id).Run();
        }));
    }

    public void Record(ImmutableArray<SubscriptionProgress> progress)
    {
        foreach (var one in progress) _unsaved[(one.Tenant, one.Id)] = one;
    }

    /// <summary>Writes what has been recorded since the last call.</summary>
    public async Task SaveProgressAsync()
    {
        if (_unsaved.IsEmpty) return;
        var taken = _unsaved.ToArray();
        await writer.RunAsync(new TransactionJob(statements =>
        {
            foreach (var (_, progress) in taken) Save(statements, progress);
        })
        {
            JoinsCommits = true,
        });
        // What was recorded meanwhile is newer and stays.
        foreach (var one in taken) _unsaved.TryRemove(one);
    }

    private void Save(WriterStatements statements, SubscriptionProgress progress)
    {
        var save = statements[
            $"""
            INSERT OR REPLACE INTO {name}_progress
            SELECT tenant, id, ?3, ?4, ?5, ?6, ?7, ?8 FROM {name} WHERE tenant = ?1 AND id = ?2
            """];
        save.Bind(1, progress.Tenant).Bind(2, progress.Id)
            .Bind(3, progress.Position).Bind(4, progress.TimesSent).Bind(5, progress.TimesFailed);
        Bind(save, 6, progress.LastNotification);
        Bind(save, 7, progress.LastSuccess);
        Bind(save, 8, progress.LastFailure);
        save.Run();
    }

    private static void Bind(SqliteStatement statement, int index, DateTimeOffset? time)
    {
        if (time is { } some) statement.Bind(index, some.UtcTicks);
        else statement.BindNull(index);
    }

    private static DateTimeOffset? Time(SqliteStatement rows, int column) =>
        rows.IsNull(column) ? null : new DateTimeOffset(rows.Int64(column), TimeSpan.Zero);
}
