using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>A server on loopback that speaks HTTP as badly as it is told to: what it writes is bytes.</summary>
internal sealed class RawSource : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<SentRequest, Stream, CancellationToken, Task> _play;
    private readonly Task _accepting;
    private int _connections;
    private int _open;

    /// <param name="play">Writes what comes back; a connection is used again unless it throws or the stream is closed.</param>
    public RawSource(Func<SentRequest, Stream, CancellationToken, Task> play)
    {
        _play = play;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Answers with the same thing always.</summary>
    public RawSource(string response)
        : this((_, stream, stop) => stream.WriteAsync(Encoding.UTF8.GetBytes(response), stop).AsTask())
    {
    }

    public int Port { get; }

    public string Root => $"http://127.0.0.1:{Port}";

    public ConcurrentQueue<SentRequest> Requests { get; } = new();

    /// <summary>How many have been accepted so far.</summary>
    public int Connections => _connections;

    public int OpenConnections => _open;

    public static string Response(string body, int status = 200, string headers = "", string type = "application/json") =>
        $"HTTP/1.1 {status} Whatever\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}";

    public static string NoBody(int status = 204, string headers = "") => $"HTTP/1.1 {status} Whatever\r\n{(status == 204 ? "" : "Content-Length: 0\r\n")}{headers}\r\n";

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                Interlocked.Increment(ref _connections);
                _ = ServeAsync(client);
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or InvalidOperationException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        Interlocked.Increment(ref _open);
        try
        {
            using var _ = client;
            client.NoDelay = true;
            await using var stream = client.GetStream();
            while (await SentRequest.ReadAsync(stream, _stopping.Token) is { } request)
            {
                Requests.Enqueue(request);
                await _play(request, stream, _stopping.Token);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}

/// <param name="Line">Method and target.</param>
/// <param name="Headers">By name, in lower case.</param>
/// <param name="Body">As it came.</param>
internal sealed record SentRequest(string Line, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? this[string header] => Headers.GetValueOrDefault(header.ToLowerInvariant());

    public static async Task<SentRequest?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || !"\r\n\r\n"u8.SequenceEqual([.. head[^4..]]))
        {
            if (await stream.ReadAsync(one, cancellation) == 0) return null;
            head.Add(one[0]);
        }

        var lines = Encoding.UTF8.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines[1..].ToDictionary(line => line[..line.IndexOf(':')].ToLowerInvariant(), line => line[(line.IndexOf(':') + 1)..].Trim());
        var body = new byte[int.Parse(headers.GetValueOrDefault("content-length", "0"), System.Globalization.CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, cancellation);
        return new(lines[0].Replace(" HTTP/1.1", "", StringComparison.Ordinal), headers, Encoding.UTF8.GetString(body));
    }
}
