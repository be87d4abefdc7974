using SmartCity.Broker.Embedded.Files;
using SmartCity.Broker.Embedded.Sqlite;
using SmartCity.Broker.Embedded.Writing;

namespace SmartCity.Broker.Embedded.Folding;

/// <summary>
/// Writes the WAL back into the file, mostly beside the writer. Only when nothing is left to write back can the WAL be used
/// from its start again, so the writer does the last bit itself, between two commits.
/// </summary>
internal sealed class WalCheckpoint(DatabaseFile file, Writer writer) : IDisposable
{
    /// <summary>So many bytes of WAL are worth the work.</summary>
    private const long WorthWritingBack = 8 * 1024 * 1024;

    private readonly SqliteConnection _connection = file.OpenWriter();
    private long _written;

    public async Task RunAsync()
    {
        if (writer.BytesLogged - _written < WorthWritingBack && writer.Idle < TimeSpan.FromSeconds(5)) return;
        if (writer.BytesLogged == _written) return;
        _written = writer.BytesLogged;
        await FinishAsync();
    }

    public async Task FinishAsync()
    {
        _connection.Checkpoint();
        await writer.RunAsync(new TransactionJob(statements => statements.Connection.Checkpoint()) { IsBare = true });
    }

    public void Dispose() => _connection.Dispose();
}
