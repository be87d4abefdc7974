using System.Runtime.InteropServices;
using SmartCity.Broker.Embedded.Sqlite;

namespace SmartCity.Broker.Embedded.History.Tables;

/// <summary>What can be asked of the history's file through one connection. Its statements are prepared once.</summary>
internal sealed class HistoryTables(SqliteConnection connection) : IDisposable
{
    /// <summary>Changes and writes up to this number are folded.</summary>
    public const string FoldedTo = "folded_to";

    /// <summary>What instance ids begin with.</summary>
    public const string StoreId = "store_id";

    private const string EntityColumns = "id, tenant, uri, types, created_at, modified_at, deleted_at, loose";

    private readonly Dictionary<string, SqliteStatement> _statements = [];

    public SqliteConnection Connection => connection;

    public SqliteStatement this[string sql]
    {
        get
        {
            if (!_statements.TryGetValue(sql, out var statement)) _statements[sql] = statement = connection.Prepare(sql);
            return statement;
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        connection.Dispose();
    }

    /// <summary>Zero where there is none.</summary>
    public long Mark(string name)
    {
        var rows = this["SELECT value FROM mark WHERE name = ?"].Bind(1, name);
        var value = rows.Step() ? rows.Int64(0) : 0;
        rows.Reset();
        return value;
    }

    public FoldedEntity? FindEntity(int tenant, string uri)
    {
        var rows = this[$"SELECT {EntityColumns} FROM entity WHERE tenant = ? AND uri = ?"].Bind(1, tenant).Bind(2, uri);
        var found = rows.Step() ? Entity(rows) : null;
        rows.Reset();
        return found;
    }

    public FoldedEntity? FindEntity(long id)
    {
        var rows = this[$"SELECT {EntityColumns} FROM entity WHERE id = ?"].Bind(1, id);
        var found = rows.Step() ? Entity(rows) : null;
        rows.Reset();
        return found;
    }

    /// <summary>Looks into the index only.</summary>
    public long? FindEntityId(int tenant, string uri)
    {
        var rows = this["SELECT id FROM entity WHERE tenant = ? AND uri = ?"].Bind(1, tenant).Bind(2, uri);
        long? found = rows.Step() ? rows.Int64(0) : null;
        rows.Reset();
        return found;
    }

    /// <summary>Some evolutions of a tenant, by ascending id.</summary>
    public List<FoldedEntity> EntitiesAfter(int tenant, long id, int limit)
    {
        var found = new List<FoldedEntity>(limit);
        var rows = this[$"SELECT {EntityColumns} FROM entity WHERE id > ? AND tenant = ? ORDER BY id LIMIT ?"]
            .Bind(1, id).Bind(2, tenant).Bind(3, limit);
        while (rows.Step()) found.Add(Entity(rows));
        rows.Reset();
        return found;
    }

    /// <summary>The same of all tenants.</summary>
    public List<FoldedEntity> EntitiesAfter(long id, int limit)
    {
        var found = new List<FoldedEntity>(limit);
        var rows = this[$"SELECT {EntityColumns} FROM entity WHERE id > ? ORDER BY id LIMIT ?"].Bind(1, id).Bind(2, limit);
        while (rows.Step()) found.Add(Entity(rows));
        rows.Reset();
        return found;
    }

    /// <summary>Does all of it or nothing.</summary>
    public void InTransaction(Action work)
    {
        this["BEGIN IMMEDIATE"].Run();
        try
        {
            work();
            this["COMMIT"].Run();
        }
        catch
        {
            connection.Rollback();
            throw;
        }
    }

    /// <summary>Puts other loose instances in the place of those that are there.</summary>
    public void WriteLoose(long entity, ReadOnlySpan<byte> loose)
    {
        var update = this["UPDATE entity SET loose = ? WHERE id = ?"].Bind(2, entity);
        if (loose.IsEmpty) update.BindNull(1);
        else update.Bind(1, loose);
        update.Run();
    }

    /// <summary>By ascending id.</summary>
    public List<FoldedSeries> SeriesOf(long entity)
    {
        var found = new List<FoldedSeries>();
        var rows = this[
            """
            SELECT id, attribute, dataset, first_observed, last_observed, first_modified, last_modified
            FROM series WHERE entity = ? ORDER BY id
            """].Bind(1, entity);
        while (rows.Step()) found.Add(new(rows.Int64(0), (int)rows.Int64(1), rows.Text(2), SpanAt(rows, 3), SpanAt(rows, 5)));
        rows.Reset();
        return found;
    }

    /// <summary>All runs; the first is 0, that of the full blocks.</summary>
    public List<long> Runs()
    {
        var runs = new List<long> { 0 };
        var rows = this["SELECT id FROM run ORDER BY id"];
        while (rows.Step()) runs.Add(rows.Int64(0));
        rows.Reset();
        return runs;
    }

    /// <summary>The blocks of a series in some runs.</summary>
    public List<FoldedBlock> BlocksOf(long series, List<long> runs)
    {
        var found = new List<FoldedBlock>();
        var rows = this[
            """
            SELECT id, first_observed, last_observed, first_modified, last_modified, unobserved
            FROM block WHERE run = ? AND series = ?
            """];
        foreach (var run in runs)
        {
            rows.Bind(1, run).Bind(2, series);
            while (rows.Step()) found.Add(new(rows.Int64(0), run, SpanAt(rows, 1), SpanAt(rows, 3), rows.Int64(5) > 0));
            rows.Reset();
        }

        return found;
    }

    /// <summary>The blocks of a series in which an instance of this number may be.</summary>
    public List<long> BlocksWith(long series, long number, List<long> runs)
    {
        var found = new List<long>();
        var rows = this["SELECT id FROM block WHERE run = ? AND series = ? AND first_number <= ?3 AND last_number >= ?3"];
        foreach (var run in runs)
        {
            rows.Bind(1, run).Bind(2, series).Bind(3, number);
            while (rows.Step()) found.Add(rows.Int64(0));
            rows.Reset();
        }

        return found;
    }

    /// <summary>The greatest number of an instance of a block.</summary>
    public long LastNumberOf(long block)
    {
        var rows = this["SELECT last_number FROM block WHERE id = ?"].Bind(1, block);
        var number = rows.Step() ? rows.Int64(0) : 0;
        rows.Reset();
        return number;
    }

    /// <summary>The instances of a block; to be reset when they have been read.</summary>
    public SqliteStatement OpenBlock(long id)
    {
        var rows = this["SELECT instances FROM block WHERE id = ?"].Bind(1, id);
        if (!rows.Step()) throw new InvalidDataException($"The block {id} of the history is missing.");
        return rows;
    }

    private static FoldedEntity Entity(SqliteStatement rows) => new(
        rows.Int64(0), (int)rows.Int64(1), rows.Text(2), MemoryMarshal.Cast<byte, int>(rows.Blob(3)).ToArray(),
        rows.Int64(4), rows.Int64(5), rows.IsNull(6) ? null : rows.Int64(6), rows.Blob(7).ToArray());

    private static Span SpanAt(SqliteStatement rows, int column) =>
        rows.IsNull(column) ? Span.None : new(rows.Int64(column), rows.Int64(column + 1));
}
