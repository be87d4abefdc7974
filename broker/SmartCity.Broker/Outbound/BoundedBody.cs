namespace SmartCity.Broker.Outbound;

/// <summary>Reads the body of an answer, which may be without end.</summary>
public static class BoundedBody
{
    private const int Chunk = 16 * 1024;

    /// <summary>The whole body; null as soon as it turns out to be larger than it may be, whatever its length was said to be.</summary>
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
        return await ReadAsync(stream, most, (int?)length ?? Chunk, cancellation).ConfigureAwait(false);
    }

    /// <summary>The same of a stream, such as one that decompresses.</summary>
    public static ValueTask<ReadOnlyMemory<byte>?> ReadAsync(Stream stream, long most, CancellationToken cancellation) =>
        ReadAsync(stream, most, Chunk, cancellation);

    private static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(Stream stream, long most, int expected, CancellationToken cancellation)
    {
        var bytes = new byte[Math.Min(expected, most) + 1];
        for (var length = 0; ;)
        {
            var count = await stream.ReadAsync(bytes.AsMemory(length), cancellation).ConfigureAwait(false);
            if (count == 0) return bytes.AsMemory(0, length);
            length += count;
            if (length > most) return null;
            if (length == bytes.Length) Array.Resize(ref bytes, (int)Math.Min(Math.Min(length * 2L, most + 1), Array.MaxLength));
        }
    }
}
