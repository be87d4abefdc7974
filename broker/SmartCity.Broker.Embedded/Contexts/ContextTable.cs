using System.Collections.Immutable;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Embedded.Sqlite;
using SmartCity.Broker.Embedded.Writing;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Embedded.Contexts;

/// <summary>The contexts that the broker serves, in the file.</summary>
internal sealed class ContextTable(Writer writer, Func<SqliteConnection> open) : IContextStore
{
    public ValueTask<ImmutableArray<StoredContext>> LoadAsync(CancellationToken cancellation)
    {
        using var connection = open();
        using var rows = connection.Prepare("SELECT id, tenant, kind, needed, created, json FROM context ORDER BY id");
        var contexts = ImmutableArray.CreateBuilder<StoredContext>();
        while (rows.Step())
        {
            cancellation.ThrowIfCancellationRequested();
            contexts.Add(new(
                rows.Text(0), rows.Text(1), (ContextKind)rows.Int64(2), rows.Int64(3) != 0, new(rows.Int64(4), TimeSpan.Zero),
                rows.Blob(5).ToArray()));
        }

        return new(contexts.ToImmutable());
    }

    public async ValueTask SaveAsync(StoredContext context, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await writer.RunAsync(new TransactionJob(statements =>
            statements["INSERT OR REPLACE INTO context VALUES(?, ?, ?, ?, ?, ?)"]
                .Bind(1, context.Id).Bind(2, context.Tenant).Bind(3, (long)context.Kind).Bind(4, context.IsNeeded ? 1 : 0)
                .Bind(5, context.CreatedAt.UtcTicks).Bind(6, context.Json.Span).Run()));
    }

    public async ValueTask DeleteAsync(string id, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await writer.RunAsync(new TransactionJob(statements => statements["DELETE FROM context WHERE id = ?"].Bind(1, id).Run()));
    }
}
