using SmartCity.Broker.Embedded.Bytes;
using SmartCity.Broker.Embedded.Files;
using SmartCity.Broker.Embedded.Loading;
using SmartCity.Broker.Embedded.Log;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Embedded.Writing;

namespace SmartCity.Broker.Embedded.Folding;

/// <summary>
/// Writes the blocks that have changed, as they are in memory. A block may thereby be newer than the mark; it says how new it
/// is, and a restart replays the rest of the log on top.
/// </summary>
internal sealed class BlockFolding(LoadedStore loaded, Writer writer, ChangeLog log)
{
    private const int RowBytes = 1024 * 1024;
    private const int TransactionBytes = 2 * 1024 * 1024;

    private readonly ByteWriter _bytes = new();
    private readonly List<BlockRows> _rows = [];
    private long _pending;

    /// <summary>About how many bytes all blocks take.</summary>
    public long Bytes { get; private set; } = loaded.BlockBytes;

    public async Task FoldAsync(long upTo, CancellationToken cancellation)
    {
        var total = 0L;
        foreach (var space in loaded.Tenants.All)
        {
            var dirty = space.Dirty.Take();
            var written = 0;
            try
            {
                for (var i = 0; i < dirty.Count; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    Encode(space, dirty[i]);
                    if (_pending < TransactionBytes && i < dirty.Count - 1) continue;
                    total += _pending;
                    await WriteAsync();
                    written = i + 1;
                }
            }
            finally
            {
                space.Dirty.Return(dirty.Skip(written));
                _rows.Clear();
                _pending = 0;
            }
        }

        await writer.RunAsync(new TransactionJob(statements => statements["INSERT OR REPLACE INTO mark VALUES(?, ?)"]
            .Bind(1, Marks.Blocks).Bind(2, upTo).Run())
        {
            MakesRoom = true,
        });
        Bytes = Math.Max(Bytes, total);
    }

    private async Task WriteAsync()
    {
        await writer.RunAsync(new TransactionJob(statements =>
        {
            foreach (var rows in _rows) Write(statements, rows);
        })
        {
            MakesRoom = true,
        });
        _rows.Clear();
        _pending = 0;
    }

    private static void Write(WriterStatements statements, BlockRows rows)
    {
        statements["DELETE FROM block WHERE tenant = ? AND first >= ? AND first < ?"]
            .Bind(1, rows.Tenant).Bind(2, rows.First).Bind(3, rows.First + DirtyBlocks.BlockSize).Run();
        foreach (var (first, entities) in rows.Parts)
        {
            statements["INSERT INTO block(tenant, first, current_to, entities) VALUES(?, ?, ?, ?)"]
                .Bind(1, rows.Tenant).Bind(2, first).Bind(3, rows.CurrentTo).Bind(4, entities).Run();
        }
    }

    private void Encode(EntitySpace space, int block)
    {
        var first = block * DirtyBlocks.BlockSize;
        // Read before the Entities: what is published until then is in them.
        var rows = new BlockRows(space.Number, first, log.Head, []);
        var start = first;
        BlockFormat.Begin(_bytes);
        var isEmpty = true;
        for (var ordinal = first; ordinal < first + DirtyBlocks.BlockSize; ordinal++)
        {
            if (space.At(ordinal) is not { } entity) continue;
            if (!isEmpty && _bytes.Length + entity.Bytes.Length > RowBytes)
            {
                rows.Parts.Add((start, _bytes.Written.ToArray()));
                _pending += _bytes.Length;
                BlockFormat.Begin(_bytes);
                start = ordinal;
            }

            BlockFormat.Add(_bytes, ordinal - start, entity, loaded.Names);
            isEmpty = false;
        }

        if (!isEmpty) rows.Parts.Add((start, _bytes.Written.ToArray()));
        _pending += _bytes.Length;
        _rows.Add(rows);
    }

    private sealed record BlockRows(int Tenant, int First, long CurrentTo, List<(int First, byte[] Entities)> Parts);
}
