using System.Collections.Concurrent;
using SmartCity.Broker.Embedded.Files;
using SmartCity.Broker.Embedded.Sqlite;

namespace SmartCity.Broker.Embedded.History.Tables;

/// <summary>
/// The history's file: beside the main one, so that folding, merging and retention never keep a commit waiting. It is only
/// ever behind the log, which keeps what this file does not have durably.
/// </summary>
internal sealed class HistoryFile : IDisposable
{
    private const string FileName = "history.db";

    private readonly ConcurrentBag<HistoryTables> _readers = [];

    private HistoryFile(string path) => Path = path;

    public string Path { get; }

    /// <summary>What the ids of its instances begin with.</summary>
    public uint StoreId { get; private set; }

    /// <exception cref="StoreException">The file is not a whole one of ours; it is left as it is.</exception>
    public static HistoryFile Open(string directory)
    {
        var file = new HistoryFile(System.IO.Path.Combine(directory, FileName));
        SqliteFile.CheckOrCreate(file.Path, FileKind.History);
        try
        {
            using var snapshot = file.Read();
            file.StoreId = (uint)snapshot.Tables.Mark(HistoryTables.StoreId);
            return file;
        }
        catch (SqliteException e)
        {
            throw new StoreException($"The history {file.Path} cannot be read: {e.Reason}.", e);
        }
    }

    public HistoryTables OpenWriter() => new(DatabaseFile.OpenWriter(Path));

    /// <summary>The file as it is now, until the snapshot is disposed of.</summary>
    public HistorySnapshot Read()
    {
        if (!_readers.TryTake(out var tables)) tables = new HistoryTables(SqliteConnection.Open(Path, readOnly: true));
        try
        {
            tables["BEGIN"].Run();
            return new HistorySnapshot(tables, _readers);
        }
        catch
        {
            tables.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        while (_readers.TryTake(out var tables)) tables.Dispose();
    }
}
