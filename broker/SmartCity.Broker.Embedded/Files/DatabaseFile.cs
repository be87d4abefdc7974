using SmartCity.Broker.Embedded.Sqlite;

namespace SmartCity.Broker.Embedded.Files;

/// <summary>
/// The main file of a store and the claim on its folder.
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
            SqliteFile.CheckOrCreate(path, FileKind.Current);
            return new DatabaseFile(path, claim);
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    public SqliteConnection OpenReader() => SqliteConnection.Open(Path, readOnly: true);

    public SqliteConnection OpenWriter() => OpenWriter(Path);

    /// <summary>A connection that waits for the disk, and leaves writing back to whoever has asked for it.</summary>
    public static SqliteConnection OpenWriter(string path)
    {
        var connection = SqliteConnection.Open(path, readOnly: false);
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
}
