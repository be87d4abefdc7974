using System.Collections.Concurrent;
using SmartCity.Broker.Embedded.Files;
using SmartCity.Broker.Embedded.Folding;
using SmartCity.Broker.Embedded.Log;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.Broker.Embedded.Sqlite;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Loading;

/// <summary>What a database file says, in memory.</summary>
/// <param name="Names">Of types and Attributes.</param>
/// <param name="Tenants">With their Entities.</param>
/// <param name="Head">Number of the newest change.</param>
/// <param name="Numbered">The greatest number that was given to a change or to a write into the history.</param>
/// <param name="BlocksTo">Changes up to this number are in the blocks.</param>
/// <param name="HistoryTo">See <see cref="Marks.History"/>.</param>
/// <param name="TailBytes">Of log that is not in the blocks.</param>
/// <param name="BlockBytes">Of all blocks.</param>
internal sealed record LoadedStore(NameTable Names, Tenants Tenants, long Head, long Numbered, long BlocksTo, long HistoryTo, long TailBytes, long BlockBytes);

/// <summary>
/// Reads a file: blocks first, then the log that is not in them yet. It only reads, so that a damaged file stays as it is.
/// </summary>
internal sealed class Loader(SqliteConnection connection, int valueIndexes)
{
    // For each tenant and block, the number of the change up to which it is current.
    private readonly Dictionary<(int Tenant, int Block), long> _currentTo = [];
    private readonly Dictionary<int, int> _loadedEnd = [];
    private readonly Tenants _tenants = new(valueIndexes);
    private NameTable _names = null!;
    private long _blockBytes;

    public LoadedStore Load()
    {
        _names = NameTable.Load(connection);
        LoadTenants();
        var blocksTo = Mark(Marks.Blocks);
        var historyTo = Mark(Marks.History);
        LoadBlocks();
        foreach (var space in _tenants.All) _loadedEnd[space.Number] = space.End;
        var (head, bytes) = Replay(blocksTo);
        long[] numbered = [head, blocksTo, historyTo, connection.Scalar("SELECT max(first + count - 1) FROM history_log")];
        return new(_names, _tenants, head == 0 ? numbered.Max() : head, numbered.Max(), blocksTo, historyTo, bytes, _blockBytes);
    }

    private void LoadTenants()
    {
        using var rows = connection.Prepare("SELECT id, name FROM tenant");
        while (rows.Step()) _tenants.Restore((int)rows.Int64(0), rows.Text(1));
    }

    private long Mark(string name)
    {
        using var rows = connection.Prepare("SELECT value FROM mark WHERE name = ?");
        return rows.Bind(1, name).Step() ? rows.Int64(0) : 0;
    }

    /// <summary>One thread reads and unpacks while this one indexes.</summary>
    private void LoadBlocks()
    {
        using var unpacked = new BlockingCollection<LoadedBlock>(64);
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(() =>
        {
            try
            {
                using var rows = connection.Prepare("SELECT tenant, first, current_to, entities FROM block");
                while (rows.Step())
                {
                    _blockBytes += rows.Blob(3).Length;
                    var entities = BlockFormat.Read(rows.Blob(3), _names);
                    unpacked.Add(new((int)rows.Int64(0), (int)rows.Int64(1), rows.Int64(2), entities), stop.Token);
                }
            }
            finally
            {
                unpacked.CompleteAdding();
            }
        });
        try
        {
            foreach (var block in unpacked.GetConsumingEnumerable()) Restore(block);
        }
        catch
        {
            stop.Cancel();
            // Its failure, if any, is that it was stopped.
            reading.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
            throw;
        }

        reading.GetAwaiter().GetResult();
    }

    private void Restore(LoadedBlock block)
    {
        var space = Space(block.Tenant);
        _currentTo[(block.Tenant, block.First / DirtyBlocks.BlockSize)] = block.CurrentTo;
        foreach (var (offset, entity) in block.Entities) space.Restore(block.First + offset, entity);
    }

    private (long Head, long Bytes) Replay(long blocksTo)
    {
        var (head, bytes) = (0L, 0L);
        using var rows = connection.Prepare("SELECT first, count, changes FROM change_log ORDER BY first");
        while (rows.Step())
        {
            var number = rows.Int64(0);
            head = number + rows.Int64(1) - 1;
            if (head <= blocksTo) continue;
            var changes = rows.Blob(2);
            bytes += changes.Length;
            Replay(changes, number);
        }

        return (head, bytes);
    }

    private void Replay(ReadOnlySpan<byte> changes, long number)
    {
        var group = new GroupDecoder(changes, _names);
        for (; group.TryReadOutcome(out var tenant, out var id, out var after); number++)
        {
            var space = Space(tenant);
            if (space.Find(id, out var ordinal) is not null && number <= CurrentTo(space, ordinal)) continue;
            if (after is not null) space.Put(after);
            else space.Remove(id);
        }
    }

    /// <summary>
    /// A block may have been written after a change, and then knows better about the Entities that came from it; not about those
    /// that the replay itself has put there.
    /// </summary>
    private long CurrentTo(EntitySpace space, int ordinal) => ordinal < _loadedEnd[space.Number]
        ? _currentTo.GetValueOrDefault((space.Number, ordinal / DirtyBlocks.BlockSize)) : 0;

    private EntitySpace Space(int tenant) =>
        _tenants.Find(tenant) ?? throw new InvalidDataException($"The tenant number {tenant} has no name.");

    private readonly record struct LoadedBlock(int Tenant, int First, long CurrentTo, List<(int Offset, PackedEntity Entity)> Entities);
}
