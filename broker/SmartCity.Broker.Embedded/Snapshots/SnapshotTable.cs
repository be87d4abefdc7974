using System.Collections.Immutable;
using SmartCity.Broker.Embedded.Sqlite;
using SmartCity.Broker.Embedded.Writing;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Embedded.Snapshots;

/// <summary>Snapshots in the file.</summary>
internal sealed class SnapshotTable(Writer writer, Func<SqliteConnection> open) : ISnapshotStore
{
    public ValueTask<ImmutableArray<StoredSnapshot>> LoadAsync(CancellationToken cancellation)
    {
        using var connection = open();
        using var rows = connection.Prepare("SELECT space, tenant, id, deleted, document FROM snapshot ORDER BY space");
        var snapshots = ImmutableArray.CreateBuilder<StoredSnapshot>();
        while (rows.Step())
        {
            cancellation.ThrowIfCancellationRequested();
            snapshots.Add(new(rows.Text(0), rows.Text(1), rows.Text(2), rows.Int64(3) != 0, rows.Blob(4).ToArray()));
        }

        return new(snapshots.ToImmutable());
    }

    public async ValueTask SaveAsync(StoredSnapshot snapshot, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await writer.RunAsync(new TransactionJob(statements =>
            statements["INSERT OR REPLACE INTO snapshot VALUES(?, ?, ?, ?, ?)"]
                .Bind(1, snapshot.Space).Bind(2, snapshot.Tenant).Bind(3, snapshot.Id).Bind(4, snapshot.IsDeleted ? 1 : 0)
                .Bind(5, snapshot.Document.Span).Run()));
    }

    public async ValueTask DeleteAsync(string space, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await writer.RunAsync(new TransactionJob(statements => statements["DELETE FROM snapshot WHERE space = ?"].Bind(1, space).Run()));
    }
}
