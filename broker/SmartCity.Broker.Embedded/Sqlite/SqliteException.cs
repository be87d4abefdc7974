using SQLitePCL;

namespace SmartCity.Broker.Embedded.Sqlite;

/// <summary>SQLite has refused: an outage or a damaged file, never a wrong request.</summary>
internal sealed class SqliteException(int code, string message) : Exception(message)
{
    /// <summary>The primary result code.</summary>
    public int Code { get; } = code & 0xff;

    public bool IsDamage => Code is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>What an operator or a client is told: the reason, without SQLite's own words where there are plainer ones.</summary>
    public string Reason => Code switch
    {
        raw.SQLITE_FULL => "the disk is full or the database has reached its size limit",
        raw.SQLITE_IOERR => $"the disk does not accept the data ({Message})",
        raw.SQLITE_READONLY => "the database file is read-only",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => $"the database file is damaged ({Message})",
        _ => Message,
    };
}
