namespace SmartCity.Broker.Outbound;

/// <summary>Reads the body of an answer, which may be without end.</summary>
public static class BoundedBody
{
    private const int Chunk = 16 * 1024;

    /// <summary>Bytes that are made ready for a body on its word alone.</summary>
    private const int Trusted = 256 * 1024;

    /// <summary>
    /// The whole body; null as soon as it turns out to be larger than it may be, whatever its length was said to be. Memory is taken as it
    /// comes: who says that much will come, and lets it wait, holds little.
    /// </summary>
    /// <param name="content">Of the answer.</param>
    /// <param name="most">Bytes.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="IOException">The connection breaks.</exception>
    /// <exception cref="HttpRequestException">The same.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, long most, CancellationToken cancellation)
    {
        var length = content.Headers.ContentLength;
        if (length > most) return null;
        await using var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        return await ReadAsync(stream, most, length ?? 0, cancellation).ConfigureAwait(false);
    }

    /// <summary>The same of a stream, such as one that decompresses.</summary>
    public static ValueTask<ReadOnlyMemory<byte>?> ReadAsync(Stream stream, long most, CancellationToken cancellation) =>
        ReadAsync(stream, most, 0, cancellation);

    // Expected is 0 where nobody says.
    private static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(Stream stream, long most, long expected, CancellationToken cancellation)
    {
        var bytes = new byte[Math.Min(expected > 0 ? Math.Min(expected, Trusted) : Chunk, most) + 1];
        for (var length = 0; ;)
        {
            var count = await stream.ReadAsync(bytes.AsMemory(length), cancellation).ConfigureAwait(false);
            if (count == 0) return bytes.AsMemory(0, length);
            length += count;
            if (length > most) return null;
            if (length == bytes.Length) Array.Resize(ref bytes, (int)Math.Min(Larger(length, expected), Math.Min(most, Array.MaxLength - 1L) + 1));
        }
    }

    // What is nearly there gets all of its room at once, and is not copied again.
    private static long Larger(int length, long expected) => expected > length && expected / 4 <= length ? expected + 1 : length * 2L;
}
