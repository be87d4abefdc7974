using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmartCity.Broker.Tests.Http.Fuzzing;

/// <summary>A connection on which anything can be sent, HTTP or not.</summary>
internal sealed class RawClient(IPEndPoint server) : IDisposable
{
    private readonly byte[] _buffer = new byte[256 * 1024];
    private Socket? _socket;
    private int _start;
    private int _end;

    /// <summary>Sends bytes and reads one answer. Null where the server closed without one, or had nothing to answer to.</summary>
    /// <param name="request">What is sent.</param>
    /// <param name="whole">Whether the request is complete: if not, nothing more is sent, and the connection half closed.</param>
    public async Task<RawAnswer?> AskAsync(ReadOnlyMemory<byte> request, bool whole)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            var socket = await ConnectAsync(patience.Token);
            // The server may answer, and close, before it has read everything.
            var sending = SendAsync(socket, request, whole, patience.Token);
            var hasBody = !request.Span.StartsWith("HEAD "u8);
            var answer = await ReadAsync(socket, hasBody, patience.Token);
            while (answer is { Status: 100 }) answer = await ReadAsync(socket, hasBody, patience.Token);
            await sending;
            if (answer is null || answer.Closes || !whole) Close();
            return answer;
        }
        catch (SocketException)
        {
            Close();
            return null;
        }
    }

    public void Dispose() => Close();

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> request, bool whole, CancellationToken cancellation)
    {
        try
        {
            while (request.Length > 0) request = request[await socket.SendAsync(request, cancellation)..];
            if (!whole) socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // It has heard enough.
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        if (_socket is not null) return _socket;
        _socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await _socket.ConnectAsync(server, cancellation);
        (_start, _end) = (0, 0);
        return _socket;
    }

    private async Task<RawAnswer?> ReadAsync(Socket socket, bool hasBody, CancellationToken cancellation)
    {
        int head;
        while ((head = _buffer.AsSpan(_start.._end).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await FillAsync(socket, cancellation)) return null;
        }

        var lines = Encoding.Latin1.GetString(_buffer.AsSpan(_start, head)).Split("\r\n");
        _start += head + 4;
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToLookup(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var status = int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture);
        var length = !hasBody ? 0 : headers["Content-Length"].Select(text => int.Parse(text, CultureInfo.InvariantCulture)).FirstOrDefault();
        var body = new byte[length];
        for (var got = 0; got < length;)
        {
            if (_start == _end && !await FillAsync(socket, cancellation)) return null;
            var take = Math.Min(length - got, _end - _start);
            _buffer.AsSpan(_start, take).CopyTo(body.AsSpan(got));
            (_start, got) = (_start + take, got + take);
        }

        return new RawAnswer(status, headers, body);
    }

    private async Task<bool> FillAsync(Socket socket, CancellationToken cancellation)
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var received = await socket.ReceiveAsync(_buffer.AsMemory(_end), cancellation);
        _end += received;
        return received > 0;
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }
}

/// <param name="Status">The status code.</param>
/// <param name="Headers">By name.</param>
/// <param name="Body">Empty where there is none.</param>
internal sealed record RawAnswer(int Status, ILookup<string, string> Headers, byte[] Body)
{
    public bool Closes => Headers["Connection"].Contains("close");
}
