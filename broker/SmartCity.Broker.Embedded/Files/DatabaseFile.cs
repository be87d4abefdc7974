using System.Buffers.Binary;
using SmartCity.Broker.Embedded.Sqlite;

namespace SmartCity.Broker.Embedded.Files;

/// <summary>
/// The one file of a store and the claim on it. A file that is not ours, or not whole, is refused before anything writes to it.
/// </summary>
internal sealed class DatabaseFile : IDisposable
{
    private const string FileName = "smartcity.db";

    private readonly FileStream _claim;

    private DatabaseFile(string path, FileStream claim)
    {
        Path = path;
        _claim = claim;
    }

    public string Path { get; }

    /// <summary>Claims the folder and checks the file, or makes one.</summary>
    /// <exception cref="StoreException">Another process has it, or the file is not a whole one of ours.</exception>
    public static DatabaseFile Claim(EmbeddedStoreOptions options)
    {
        var path = System.IO.Path.Combine(options.Directory, FileName);
        var claim = Lock(options.Directory);
        try
        {
            if (!File.Exists(path)) Create(path);
            else if (Check(path) < Schema.Version) Migrate(path);
            return new DatabaseFile(path, claim);
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    public SqliteConnection OpenReader() => SqliteConnection.Open(Path, readOnly: true);

    public SqliteConnection OpenWriter()
    {
        var connection = SqliteConnection.Open(Path, readOnly: false);
        connection.Execute("PRAGMA synchronous=FULL");
        // Written back by hand, between commits, so that no commit pays for it.
        connection.Execute("PRAGMA wal_autocheckpoint=0");
        connection.Execute("PRAGMA cache_size=-8192");
        // The WAL file is used again from its start, and is cut where a burst has made it large.
        connection.Execute("PRAGMA journal_size_limit=67108864");
        return connection;
    }

    public void Dispose() => _claim.Dispose();

    private static FileStream Lock(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The data folder {directory} cannot be made: {e.Message}", e);
        }

        var path = System.IO.Path.Combine(directory, "smartcity.lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new StoreException(
                $"The data folder {directory} is in use by another process ({e.Message}). Stop that one, or choose another folder.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StoreException($"The data folder {directory} may not be written to: {e.Message}", e);
        }
    }

    /// <summary>Made under another name, so that a crash leaves no half file under the real one.</summary>
    private static void Create(string path)
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
                connection.Execute($"PRAGMA page_size={Schema.PageSize}");
                connection.Execute("PRAGMA journal_mode=WAL");
                connection.Execute("PRAGMA synchronous=FULL");
                connection.Execute(
                    $"BEGIN; PRAGMA application_id={Schema.ApplicationId}; PRAGMA user_version={Schema.Version}; {Schema.Tables} COMMIT");
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
    private static void Migrate(string path)
    {
        try
        {
            using var connection = SqliteConnection.Open(path, readOnly: false);
            connection.Execute("PRAGMA synchronous=FULL");
            connection.Execute($"BEGIN IMMEDIATE; {Steps(connection)} PRAGMA user_version={Schema.Version}; COMMIT");
        }
        catch (SqliteException e)
        {
            throw new StoreException(
                $"The database {path} of an older version cannot be brought to version {Schema.Version}: {e.Reason}. It is left as it is.", e);
        }
    }

    // What the connection says: the header of the file may lag behind the WAL.
    private static string Steps(SqliteConnection connection)
    {
        using var version = connection.Prepare("PRAGMA user_version");
        return version.Step() ? string.Concat(Schema.Migrations.Skip((int)version.Int64(0) - 1)) : "";
    }

    /// <returns>The version of the file.</returns>
    private static int Check(string path)
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
        if (BinaryPrimitives.ReadInt32BigEndian(header[68..]) != Schema.ApplicationId)
            throw Refusal(path, "belongs to another program");
        var version = BinaryPrimitives.ReadInt32BigEndian(header[60..]);
        if (version is < 1 or > Schema.Version)
            throw Refusal(path, $"has version {version}, and this program knows version {Schema.Version}");

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
