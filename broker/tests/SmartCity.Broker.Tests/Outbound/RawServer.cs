using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmartCity.Broker.Tests.Outbound;

/// <summary>A TCP server on an address of loopback, which says to each connection what it is told to say, HTTP or not.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private int _connections;
    private int _open;

    /// <param name="answer">Is given the head of a request; each connection has one.</param>
    /// <param name="address">Such as 127.0.0.2, which is another machine as far as a policy knows.</param>
    /// <param name="port">0 for a free one.</param>
    public RawServer(Func<string, NetworkStream, CancellationToken, Task> answer, string address = "127.0.0.1", int port = 0)
    {
        _listener = new(IPAddress.Parse(address), port);
        _listener.Start();
        _serving = ServeAsync(answer);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    /// <summary>How many there have been.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public static RawServer Answering(string text, string address = "127.0.0.1", int port = 0) => new(
        async (_, stream, stop) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text), stop), address, port);

    public static string Ok(string body, string headers = "") =>
        $"HTTP/1.1 200 OK\r\nContent-Type: application/ld+json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{headers}\r\n{body}";

    public static string Redirect(string location) =>
        $"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        for (var waited = 0; Volatile.Read(ref _open) > 0 && waited < 3000; waited++) await Task.Delay(10);
        _stop.Dispose();
    }

    private async Task ServeAsync(Func<string, NetworkStream, CancellationToken, Task> answer)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                Interlocked.Increment(ref _open);
                _ = TalkAsync(socket, answer);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                return;
            }
        }
    }

    private async Task TalkAsync(Socket socket, Func<string, NetworkStream, CancellationToken, Task> answer)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var head = new StringBuilder();
            var chunk = new byte[4096];
            while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(chunk, _stop.Token) is > 0 and var count)
            {
                head.Append(Encoding.ASCII.GetString(chunk, 0, count));
            }

            await answer(head.ToString(), stream, _stop.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The other side has had enough.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
