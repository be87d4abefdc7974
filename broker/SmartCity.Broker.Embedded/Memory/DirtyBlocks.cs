namespace SmartCity.Broker.Embedded.Memory;

/// <summary>Which blocks of Entities differ from what the file holds. Marked by the writer, taken by the folder.</summary>
internal sealed class DirtyBlocks
{
    /// <summary>Ordinals of a block.</summary>
    public const int BlockSize = 128;

    private readonly Lock _taking = new();
    private ulong[] _marks = new ulong[16];
    private bool _any;

    public void Mark(int ordinal)
    {
        var block = ordinal / BlockSize;
        lock (_taking)
        {
            if (block >> 6 >= _marks.Length) Array.Resize(ref _marks, Math.Max((block >> 6) + 1, _marks.Length * 2));
            _marks[block >> 6] |= 1UL << block;
            _any = true;
        }
    }

    /// <summary>Numbers of the blocks that were marked, ascending; from now on they are not.</summary>
    public List<int> Take()
    {
        var blocks = new List<int>();
        lock (_taking)
        {
            if (!_any) return blocks;
            for (var i = 0; i < _marks.Length; i++)
            {
                for (var word = _marks[i]; word != 0; word &= word - 1)
                {
                    blocks.Add(i * 64 + System.Numerics.BitOperations.TrailingZeroCount(word));
                }
            }

            Array.Clear(_marks);
            _any = false;
        }

        return blocks;
    }

    /// <summary>Marks again what could not be written.</summary>
    public void Return(IEnumerable<int> blocks)
    {
        foreach (var block in blocks) Mark(block * BlockSize);
    }
}
