using System.Collections.Immutable;
using SmartCity.Broker.Embedded.Sqlite;
using SmartCity.Broker.Embedded.Writing;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Embedded.Documents;

/// <summary>What happened to registrations, in the file, until it is released.</summary>
internal sealed class RegistrationChangeTable(Writer writer, Func<SqliteConnection> open) : IRegistrationLog
{
    private long _released;
    private long _forgotten;

    /// <summary>Adds a change to a transaction, before the registration is written. Nothing after it where it is deleted.</summary>
    public static long Add(WriterStatements statements, string tenant, string id, ReadOnlySpan<byte> after)
    {
        var add = statements[
            """
            INSERT INTO registration_change(tenant, id, before, after)
            VALUES(?1, ?2, (SELECT document FROM registration WHERE tenant = ?1 AND id = ?2), ?3)
            """];
        add.Bind(1, tenant).Bind(2, id);
        if (after.IsEmpty) add.BindNull(3);
        else add.Bind(3, after);
        add.Run();
        return statements.Connection.LastRowId;
    }

    public ValueTask<ImmutableArray<StoredRegistrationChange>> LoadChangesAsync(CancellationToken cancellation)
    {
        using var connection = open();
        using var rows = connection.Prepare("SELECT number, tenant, id, before, after FROM registration_change ORDER BY number");
        var changes = ImmutableArray.CreateBuilder<StoredRegistrationChange>();
        while (rows.Step())
        {
            cancellation.ThrowIfCancellationRequested();
            changes.Add(new(rows.Int64(0), rows.Text(1), rows.Text(2), Document(rows, 3), Document(rows, 4)));
        }

        return new(changes.ToImmutable());
    }

    public void Release(long upTo)
    {
        if (upTo > Volatile.Read(ref _released)) Volatile.Write(ref _released, upTo);
    }

    /// <summary>Forgets what has been released since the last call.</summary>
    public async Task ForgetAsync()
    {
        var released = Volatile.Read(ref _released);
        if (released <= _forgotten) return;
        await writer.RunAsync(new TransactionJob(statements =>
            statements["DELETE FROM registration_change WHERE number <= ?"].Bind(1, released).Run())
        {
            JoinsCommits = true,
        });
        _forgotten = released;
    }

    private static ReadOnlyMemory<byte>? Document(SqliteStatement rows, int column) =>
        rows.IsNull(column) ? default(ReadOnlyMemory<byte>?) : rows.Blob(column).ToArray();
}
