using System.Collections.Immutable;
using SmartCity.Broker.Embedded.Sqlite;
using SmartCity.Broker.Embedded.Writing;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Embedded.Documents;

/// <summary>Forwarded subscriptions in the file.</summary>
internal sealed class ForwardingTable(Writer writer, Func<SqliteConnection> open) : IForwardingStore
{
    public ValueTask<ImmutableArray<StoredForwarding>> LoadAsync(CancellationToken cancellation)
    {
        using var connection = open();
        using var rows = connection.Prepare("SELECT key, document FROM forwarding ORDER BY key");
        var forwardings = ImmutableArray.CreateBuilder<StoredForwarding>();
        while (rows.Step())
        {
            cancellation.ThrowIfCancellationRequested();
            forwardings.Add(new(rows.Text(0), rows.Blob(1).ToArray()));
        }

        return new(forwardings.ToImmutable());
    }

    public async ValueTask SaveAsync(StoredForwarding forwarding, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await writer.RunAsync(new TransactionJob(statements =>
            statements["INSERT OR REPLACE INTO forwarding VALUES(?, ?)"].Bind(1, forwarding.Key).Bind(2, forwarding.Document.Span).Run()));
    }

    public async ValueTask DeleteAsync(string key, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await writer.RunAsync(new TransactionJob(statements => statements["DELETE FROM forwarding WHERE key = ?"].Bind(1, key).Run()));
    }
}
