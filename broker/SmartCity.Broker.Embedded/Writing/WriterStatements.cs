using SmartCity.Broker.Embedded.Sqlite;

namespace SmartCity.Broker.Embedded.Writing;

/// <summary>What the writer's connection does again and again, prepared once.</summary>
internal sealed class WriterStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> _others = [];

    public SqliteConnection Connection => connection;

    public SqliteStatement Begin { get; } = connection.Prepare("BEGIN IMMEDIATE");

    public SqliteStatement Commit { get; } = connection.Prepare("COMMIT");

    public SqliteStatement AppendLog { get; } =
        connection.Prepare("INSERT INTO change_log(first, count, changes) VALUES(?, ?, ?)");

    public SqliteStatement AppendHistoryLog { get; } =
        connection.Prepare("INSERT INTO history_log(first, count, writes) VALUES(?, ?, ?)");

    public SqliteStatement AddName { get; } = connection.Prepare("INSERT INTO name(id, iri) VALUES(?, ?)");

    public SqliteStatement AddTenant { get; } = connection.Prepare("INSERT INTO tenant(id, name) VALUES(?, ?)");

    /// <summary>Any other statement, remembered by its text.</summary>
    public SqliteStatement this[string sql]
    {
        get
        {
            if (!_others.TryGetValue(sql, out var statement)) _others[sql] = statement = connection.Prepare(sql);
            return statement;
        }
    }

    public void Dispose()
    {
        SqliteStatement[] all = [Begin, Commit, AppendLog, AppendHistoryLog, AddName, AddTenant, .. _others.Values];
        foreach (var statement in all) statement.Dispose();
        connection.Dispose();
    }
}
