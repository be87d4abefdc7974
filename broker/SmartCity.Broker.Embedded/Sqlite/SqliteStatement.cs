using SQLitePCL;

namespace SmartCity.Broker.Embedded.Sqlite;

/// <summary>A prepared statement: bind from 1, step, read columns from 0, reset.</summary>
internal sealed class SqliteStatement(SqliteConnection connection, sqlite3_stmt handle) : IDisposable
{
    public SqliteStatement Bind(int index, long value)
    {
        connection.Check(raw.sqlite3_bind_int64(handle, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, double value)
    {
        connection.Check(raw.sqlite3_bind_double(handle, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, string? value)
    {
        connection.Check(value is null ? raw.sqlite3_bind_null(handle, index) : raw.sqlite3_bind_text(handle, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        // An empty span has no address, which SQLite would take for NULL.
        connection.Check(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(handle, index, 0) : raw.sqlite3_bind_blob(handle, index, value));
        return this;
    }

    public SqliteStatement BindText(int index, ReadOnlySpan<byte> utf8)
    {
        connection.Check(raw.sqlite3_bind_text(handle, index, utf8));
        return this;
    }

    public SqliteStatement BindNull(int index)
    {
        connection.Check(raw.sqlite3_bind_null(handle, index));
        return this;
    }

    /// <summary>True where there is a row.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW) return true;
        if (code == raw.SQLITE_DONE) return false;
        var failure = connection.Failure(code);
        _ = raw.sqlite3_reset(handle);
        throw failure;
    }

    /// <summary>Runs to the end and makes ready for the next use.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    public void Reset() => _ = raw.sqlite3_reset(handle);

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    public double Double(int column) => raw.sqlite3_column_double(handle, column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    public void Dispose() => _ = raw.sqlite3_finalize(handle);
}
