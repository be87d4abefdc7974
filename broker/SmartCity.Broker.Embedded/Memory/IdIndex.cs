using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Memory;

/// <summary>
/// From an Entity's id to its ordinal: an open-addressing table of hash and ordinal whose keys are the Entities' own bytes.
/// One writer; readers need no lock.
/// </summary>
internal sealed class IdIndex(ChunkedArray<PackedEntity?> slots)
{
    private const uint Removed = uint.MaxValue;

    // High half: hash. Low half: ordinal + 1; 0 is free, Removed stands where an entry was.
    private ulong[] _table = new ulong[64];
    private int _used;
    private int _live;

    public PackedEntity? Find(ReadOnlySpan<byte> id, out int ordinal)
    {
        var hash = HashOf(id);
        var table = Volatile.Read(ref _table);
        var mask = table.Length - 1;
        for (var at = (int)hash & mask; ; at = (at + 1) & mask)
        {
            var entry = Volatile.Read(ref table[at]);
            var low = (uint)entry;
            if (low == 0) break;
            if ((uint)(entry >> 32) != hash || low == Removed) continue;
            ordinal = (int)(low - 1);
            var chunk = slots.Chunk(Chunks.Of(ordinal));
            if (chunk is null) continue;
            var entity = Volatile.Read(ref chunk[ordinal & Chunks.Mask]);
            if (entity is not null && entity.IdUtf8.SequenceEqual(id)) return entity;
        }

        ordinal = -1;
        return null;
    }

    /// <summary>The slot has been filled; the id is not in the table.</summary>
    public void Add(ReadOnlySpan<byte> id, int ordinal)
    {
        if (_used >= _table.Length / 4 * 3) Rebuild();
        _used++;
        _live++;
        Put(_table, HashOf(id), ordinal);
    }

    public void Remove(ReadOnlySpan<byte> id, int ordinal)
    {
        var hash = HashOf(id);
        var mask = _table.Length - 1;
        for (var at = (int)hash & mask; (uint)_table[at] != 0; at = (at + 1) & mask)
        {
            if ((uint)_table[at] != (uint)ordinal + 1) continue;
            Volatile.Write(ref _table[at], Removed);
            _live--;
            return;
        }
    }

    private void Rebuild()
    {
        var size = 64;
        while (size / 4 * 3 <= _live * 4 / 3) size *= 2;
        var table = new ulong[size];
        foreach (var entry in _table)
        {
            if ((uint)entry is not (0 or Removed)) Put(table, (uint)(entry >> 32), (int)((uint)entry - 1));
        }

        _used = _live;
        Volatile.Write(ref _table, table);
    }

    private static void Put(ulong[] table, uint hash, int ordinal)
    {
        var mask = table.Length - 1;
        var at = (int)hash & mask;
        while ((uint)table[at] != 0) at = (at + 1) & mask;
        Volatile.Write(ref table[at], (ulong)hash << 32 | (uint)(ordinal + 1));
    }

    private static uint HashOf(ReadOnlySpan<byte> id) => (uint)(Hashing.Of(id, Hashing.ProcessSeed) >> 16);
}
