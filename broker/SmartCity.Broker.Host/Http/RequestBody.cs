using System.Buffers;
using System.IO.Pipelines;

namespace SmartCity.Broker.Host.Http;

/// <summary>
/// The bytes of a request body: the connection's own buffer where they arrived in one piece, a pooled one otherwise.
/// </summary>
internal sealed class RequestBody : IDisposable
{
    private readonly PipeReader? _reader;
    private readonly ReadOnlySequence<byte> _sequence;
    private byte[]? _pooled;

    private RequestBody(PipeReader reader, in ReadOnlySequence<byte> sequence)
    {
        if (sequence.IsSingleSegment)
        {
            (_reader, _sequence, Bytes) = (reader, sequence, sequence.First);
            return;
        }

        var length = (int)sequence.Length;
        _pooled = ArrayPool<byte>.Shared.Rent(length);
        sequence.CopyTo(_pooled);
        Bytes = _pooled.AsMemory(0, length);
        reader.AdvanceTo(sequence.End);
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>
    /// 411 where neither Content-Length nor Transfer-Encoding announces a body, 413 above the limit (ETSI GS CIM 009 6.3.2,
    /// 6.3.4): both without a body. What comes in chunks is counted by the server, which throws as soon as it is too much.
    /// </summary>
    public static ValueTask<Bound<RequestBody>> ReadAsync(HttpRequest request, long limit)
    {
        if (request.ContentLength is { } length)
        {
            return length > limit ? new(EmptyReply.Of(StatusCodes.Status413PayloadTooLarge)) : ReadAsync(request.BodyReader, length);
        }

        return request.Headers.TransferEncoding.Count == 0
            ? new(EmptyReply.Of(StatusCodes.Status411LengthRequired))
            : ReadAsync(request.BodyReader, long.MaxValue);
    }

    private static async ValueTask<Bound<RequestBody>> ReadAsync(PipeReader reader, long length)
    {
        while (true)
        {
            var read = await reader.ReadAsync();
            if (read.IsCompleted || read.Buffer.Length >= length) return new RequestBody(reader, read.Buffer);
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public void Dispose()
    {
        _reader?.AdvanceTo(_sequence.End);
        if (_pooled is null) return;
        ArrayPool<byte>.Shared.Return(_pooled);
        _pooled = null;
    }
}
