using SQLitePCL;

namespace SmartCity.Broker.Embedded.Sqlite;

/// <summary>One connection to one file. Not safe for use by several threads at once.</summary>
internal sealed class SqliteConnection : IDisposable
{
    // Keeps SQLite from writing the WAL back when a connection closes that only wanted to look.
    private const int NoCheckpointOnClose = 1006;

    private readonly sqlite3 _handle;

    private SqliteConnection(sqlite3 handle) => _handle = handle;

    public static SqliteConnection Open(string path, bool readOnly)
    {
        SqliteLibrary.EnsureLoaded();
        var flags = (readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE)
            | raw.SQLITE_OPEN_NOMUTEX;
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null);
        var connection = new SqliteConnection(handle);
        if (code != raw.SQLITE_OK)
        {
            var failure = connection.Failure(code);
            connection.Dispose();
            throw failure;
        }

        _ = raw.sqlite3_busy_timeout(handle, 10_000);
        if (readOnly) _ = raw.sqlite3_db_config(handle, NoCheckpointOnClose, 1, out _);
        return connection;
    }

    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Rows that the last statement has changed.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>Of the row that was inserted last.</summary>
    public long LastRowId => raw.sqlite3_last_insert_rowid(_handle);

    public SqliteStatement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_handle, sql, out var statement));
        return new SqliteStatement(this, statement);
    }

    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    public long Scalar(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    /// <summary>Undoes what is open, if anything is: some errors have already done so.</summary>
    public void Rollback()
    {
        if (InTransaction) Execute("ROLLBACK");
    }

    /// <summary>Writes the WAL back into the file, without waiting for readers or a writer.</summary>
    /// <returns>Frames in the WAL that are not written back yet.</returns>
    public int Checkpoint(bool truncate = false)
    {
        var mode = truncate ? raw.SQLITE_CHECKPOINT_TRUNCATE : raw.SQLITE_CHECKPOINT_PASSIVE;
        var code = raw.sqlite3_wal_checkpoint_v2(_handle, null, mode, out var frames, out var done);
        if (code is not (raw.SQLITE_OK or raw.SQLITE_BUSY)) throw Failure(code);
        return Math.Max(0, frames - done);
    }

    public void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE)) throw Failure(code);
    }

    public SqliteException Failure(int code) => new(code, raw.sqlite3_errmsg(_handle).utf8_to_string());

    public void Dispose() => _ = raw.sqlite3_close_v2(_handle);
}
