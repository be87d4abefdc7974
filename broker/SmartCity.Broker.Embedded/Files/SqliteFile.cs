using System.Buffers.Binary;
using SmartCity.Broker.Embedded.Sqlite;

namespace SmartCity.Broker.Embedded.Files;

/// <summary>A file that is not ours, or not whole, is refused before anything writes to it.</summary>
internal static class SqliteFile
{
    /// <summary>Checks the file and brings it to the newest version, or makes one.</summary>
    /// <exception cref="StoreException">It is not a whole one of ours.</exception>
    public static void CheckOrCreate(string path, FileKind kind)
    {
        if (!File.Exists(path)) Create(path, kind);
        else if (Check(path, kind) < kind.Version) Migrate(path, kind);
    }

    /// <summary>Made under another name, so that a crash leaves no half file under the real one.</summary>
    private static void Create(string path, FileKind kind)
    {
        var making = path + ".new";
        foreach (var leftover in (string[])["", "-wal", "-shm"]) File.Delete(making + leftover);
        if (File.Exists(path + "-wal"))
        {
            throw new StoreException(
                $"The database {path} is missing, but its write-ahead log {path}-wal is there. Restore the database, or move the log away.");
        }

        try
        {
            using (var connection = SqliteConnection.Open(making, readOnly: false))
            {
                connection.Execute(kind.Before);
                connection.Execute("PRAGMA journal_mode=WAL");
                connection.Execute("PRAGMA synchronous=FULL");
                connection.Execute(
                    $"BEGIN; PRAGMA application_id={kind.ApplicationId}; PRAGMA user_version={kind.Version}; {kind.Tables} COMMIT");
                connection.Checkpoint(truncate: true);
            }

            File.Move(making, path);
        }
        catch (SqliteException e)
        {
            throw new StoreException($"The database {path} cannot be made: {e.Reason}", e);
        }
    }

    /// <summary>A store of an older program, in one transaction: whatever happens, it is of one version or of the other.</summary>
    private static void Migrate(string path, FileKind kind)
    {
        try
        {
            using var connection = SqliteConnection.Open(path, readOnly: false);
            connection.Execute("PRAGMA synchronous=FULL");
            connection.Execute($"BEGIN IMMEDIATE; {Steps(connection, kind)} PRAGMA user_version={kind.Version}; COMMIT");
        }
        catch (SqliteException e)
        {
            throw new StoreException(
                $"The database {path} of an older version cannot be brought to version {kind.Version}: {e.Reason}. It is left as it is.", e);
        }
    }

    // What the connection says: the header of the file may lag behind the WAL.
    private static string Steps(SqliteConnection connection, FileKind kind)
    {
        using var version = connection.Prepare("PRAGMA user_version");
        return version.Step() ? string.Concat(kind.Migrations.Skip((int)version.Int64(0) - 1)) : "";
    }

    /// <returns>The version of the file.</returns>
    private static int Check(string path, FileKind kind)
    {
        Span<byte> header = stackalloc byte[100];
        long length;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            length = file.Length;
            if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length) header.Clear();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The database {path} cannot be read: {e.Message}", e);
        }

        if (!header.StartsWith("SQLite format 3\0"u8))
            throw Refusal(path, "is not a SQLite database, or its first page is damaged");
        if (BinaryPrimitives.ReadInt32BigEndian(header[68..]) != kind.ApplicationId)
            throw Refusal(path, "belongs to another program");
        var version = BinaryPrimitives.ReadInt32BigEndian(header[60..]);
        if (version < 1 || version > kind.Version)
            throw Refusal(path, $"has version {version}, and this program knows version {kind.Version}");

        var pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[16..]) is var size && size == 1 ? 65536 : size;
        var pages = BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
        // While a WAL is there, pages may still be in it that the header already counts.
        var wal = new FileInfo(path + "-wal");
        if (wal is { Exists: true, Length: > 0 }) return version;
        if (length < pages * (long)pageSize)
            throw Refusal(path, $"is cut off: {length} bytes are left of {pages * (long)pageSize}");
        return version;
    }

    private static StoreException Refusal(string path, string reason) => new(
        $"The database {path} {reason}. It was not touched. Restore it from a backup, or start with another data folder.");
}
