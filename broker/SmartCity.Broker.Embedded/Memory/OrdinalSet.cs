namespace SmartCity.Broker.Embedded.Memory;

/// <summary>
/// A set of ordinals: a short sorted list while it is small, then per chunk a sorted list or a bitmap. One writer; readers need
/// no lock and may miss or see what is being changed just now.
/// </summary>
internal sealed class OrdinalSet
{
    private const int SmallCount = 64;
    private const int SparseCount = 128;

    // int[] (sorted, replaced when it changes) or object?[] by chunk: ushort[] (likewise) or ulong[] (changed in place).
    private object _content = Array.Empty<int>();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Add(int ordinal)
    {
        if (_content is int[] small)
        {
            var at = Array.BinarySearch(small, ordinal);
            if (at >= 0) return;
            if (small.Length < SmallCount)
            {
                Volatile.Write(ref _content, With(small, ~at, ordinal));
                Volatile.Write(ref _count, _count + 1);
                return;
            }

            Spread(small);
        }

        if (AddToChunk(ordinal)) Volatile.Write(ref _count, _count + 1);
    }

    public void Remove(int ordinal)
    {
        if (_content is int[] small)
        {
            var at = Array.BinarySearch(small, ordinal);
            if (at < 0) return;
            Volatile.Write(ref _content, Without(small, at));
            Volatile.Write(ref _count, _count - 1);
        }
        else if (RemoveFromChunk(ordinal))
        {
            Volatile.Write(ref _count, _count - 1);
        }
    }

    /// <summary>Adds the members of a chunk to a bitmap.</summary>
    public void UnionInto(int chunk, Span<ulong> words)
    {
        var content = Volatile.Read(ref _content);
        if (content is int[] small)
        {
            var first = chunk << Chunks.Shift;
            var at = Array.BinarySearch(small, first);
            for (at = at < 0 ? ~at : at; at < small.Length && small[at] < first + Chunks.Size; at++)
            {
                Set(words, small[at] & Chunks.Mask);
            }

            return;
        }

        var chunks = (object?[])content;
        switch (chunk < chunks.Length ? Volatile.Read(ref chunks[chunk]) : null)
        {
            case ushort[] sparse:
                foreach (var member in sparse) Set(words, member);
                break;
            case ulong[] bitmap:
                for (var i = 0; i < Chunks.Words; i++) words[i] |= Volatile.Read(ref bitmap[i]);
                break;
        }
    }

    private static void Set(Span<ulong> words, int bit) => words[bit >> 6] |= 1UL << bit;

    private void Spread(int[] small)
    {
        // Filled before it is seen: a reader must not miss what was there all the time.
        var chunks = new object?[Chunks.Of(small[^1]) + 1];
        foreach (var chunk in small.GroupBy(Chunks.Of))
        {
            chunks[chunk.Key] = chunk.Select(ordinal => (ushort)(ordinal & Chunks.Mask)).ToArray();
        }

        Volatile.Write(ref _content, chunks);
    }

    private bool AddToChunk(int ordinal)
    {
        var chunks = (object?[])_content;
        var chunk = Chunks.Of(ordinal);
        if (chunk >= chunks.Length)
        {
            var larger = new object?[Math.Max(chunk + 1, chunks.Length * 2)];
            chunks.CopyTo(larger, 0);
            Volatile.Write(ref _content, larger);
            chunks = larger;
        }

        var member = (ushort)(ordinal & Chunks.Mask);
        switch (chunks[chunk])
        {
            case null:
                Volatile.Write(ref chunks[chunk], new[] { member });
                return true;
            case ushort[] sparse when sparse.Length < SparseCount:
                var at = Array.BinarySearch(sparse, member);
                if (at >= 0) return false;
                Volatile.Write(ref chunks[chunk], With(sparse, ~at, member));
                return true;
            case ushort[] sparse:
                if (Array.BinarySearch(sparse, member) >= 0) return false;
                var dense = new ulong[Chunks.Words];
                foreach (var known in sparse) Set(dense, known);
                Set(dense, member);
                Volatile.Write(ref chunks[chunk], dense);
                return true;
            default:
                var bitmap = (ulong[])chunks[chunk]!;
                var word = bitmap[member >> 6];
                if ((word & 1UL << member) != 0) return false;
                Volatile.Write(ref bitmap[member >> 6], word | 1UL << member);
                return true;
        }
    }

    private bool RemoveFromChunk(int ordinal)
    {
        var chunks = (object?[])_content;
        var chunk = Chunks.Of(ordinal);
        if (chunk >= chunks.Length) return false;
        var member = (ushort)(ordinal & Chunks.Mask);
        switch (chunks[chunk])
        {
            case ushort[] sparse:
                var at = Array.BinarySearch(sparse, member);
                if (at < 0) return false;
                Volatile.Write(ref chunks[chunk], sparse.Length == 1 ? null : Without(sparse, at));
                return true;
            case ulong[] bitmap:
                var word = bitmap[member >> 6];
                if ((word & 1UL << member) == 0) return false;
                Volatile.Write(ref bitmap[member >> 6], word & ~(1UL << member));
                if (word == 1UL << member && IsEmpty(bitmap)) Volatile.Write(ref chunks[chunk], null);
                return true;
            default:
                return false;
        }
    }

    private static bool IsEmpty(ulong[] bitmap)
    {
        foreach (var word in bitmap)
        {
            if (word != 0) return false;
        }

        return true;
    }

    private static T[] With<T>(T[] sorted, int at, T member)
    {
        var longer = new T[sorted.Length + 1];
        Array.Copy(sorted, longer, at);
        longer[at] = member;
        Array.Copy(sorted, at, longer, at + 1, sorted.Length - at);
        return longer;
    }

    private static T[] Without<T>(T[] sorted, int at)
    {
        var shorter = new T[sorted.Length - 1];
        Array.Copy(sorted, shorter, at);
        Array.Copy(sorted, at + 1, shorter, at, shorter.Length - at);
        return shorter;
    }
}
