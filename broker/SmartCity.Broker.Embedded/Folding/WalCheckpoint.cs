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

    /// <summary>After such a pause even a little is written back.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private readonly SqliteConnection _connection = file.OpenWriter();
    private long _bytes;
    private long _jobs;

    public async Task RunAsync()
    {
        var hasCommits = writer.BytesLogged > _bytes;
        var isMuch = writer.BytesLogged - _bytes >= WorthWritingBack || writer.JobsDone > _jobs;
        if (isMuch || (hasCommits && writer.Idle >= Quiet)) await FinishAsync();
    }

    public async Task FinishAsync()
    {
        (_bytes, _jobs) = (writer.BytesLogged, writer.JobsDone);
        _connection.Checkpoint();
        await writer.RunAsync(new TransactionJob(statements => statements.Connection.Checkpoint()) { IsBare = true });
    }

    public void Dispose() => _connection.Dispose();
}
