namespace SmartCity.Broker.Embedded.Memory;

/// <summary>
/// An array over ordinals that grows by chunks. One writer; any number of readers, without locks: they see the old or the new
/// value of an element, never less.
/// </summary>
internal sealed class ChunkedArray<T>
{
    private T[]?[] _chunks = new T[]?[16];

    public int ChunkCount => Volatile.Read(ref _chunks).Length;

    /// <summary>The elements of a chunk, or null where none was ever set.</summary>
    public T[]? Chunk(int chunk)
    {
        var chunks = Volatile.Read(ref _chunks);
        return chunk < chunks.Length ? Volatile.Read(ref chunks[chunk]) : null;
    }

    /// <summary>The elements of a chunk, which comes into being filled with a value. Writer only.</summary>
    public T[] Grow(int chunk, T fill)
    {
        if (chunk >= _chunks.Length)
        {
            var larger = new T[]?[Math.Max(chunk + 1, _chunks.Length * 2)];
            _chunks.CopyTo(larger, 0);
            Volatile.Write(ref _chunks, larger);
        }

        if (_chunks[chunk] is { } known) return known;
        var elements = new T[Chunks.Size];
        if (!EqualityComparer<T>.Default.Equals(fill, default)) Array.Fill(elements, fill);
        Volatile.Write(ref _chunks[chunk], elements);
        return elements;
    }

    /// <summary>Lets a chunk go that holds nothing any more. Writer only.</summary>
    public void Drop(int chunk) => Volatile.Write(ref _chunks[chunk], null);
}
