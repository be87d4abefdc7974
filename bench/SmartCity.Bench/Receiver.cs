using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmartCity.Bench;

/// <summary>
/// A notification endpoint that costs next to nothing: it answers 200 to every request and, at <c>GET /count</c>, how many
/// notifications it has had. One thread, so that it fits beside the load generator.
/// </summary>
internal static class Receiver
{
    private static readonly byte[] Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();
    private static long _received;

    public static async Task RunAsync(int port)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(4096);
        while (true)
        {
            var socket = await listener.AcceptAsync();
            socket.NoDelay = true;
            _ = ServeAsync(socket);
        }
    }

    private static async Task ServeAsync(Socket socket)
    {
        using var connection = socket;
        var buffer = new byte[64 * 1024];
        var filled = 0;
        try
        {
            while (true)
            {
                if (filled == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
                var read = await socket.ReceiveAsync(buffer.AsMemory(filled));
                if (read == 0) return;
                filled += read;
                while (TakeRequest(buffer.AsSpan(0, filled), out var length, out var isCount))
                {
                    buffer.AsSpan(length, filled - length).CopyTo(buffer);
                    filled -= length;
                    if (isCount) await socket.SendAsync(Count());
                    else
                    {
                        Interlocked.Increment(ref _received);
                        await socket.SendAsync(Ok);
                    }
                }
            }
        }
        catch (SocketException)
        {
            // The sender went away; its next connection starts afresh.
        }
    }

    private static byte[] Count()
    {
        var text = Interlocked.Read(ref _received).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\n\r\n{text}");
    }

    private static bool TakeRequest(ReadOnlySpan<byte> bytes, out int length, out bool isCount)
    {
        length = 0;
        isCount = bytes.StartsWith("GET /count"u8);
        var head = bytes.IndexOf("\r\n\r\n"u8);
        if (head < 0) return false;
        length = head + 4;
        var header = Encoding.ASCII.GetString(bytes[..head]);
        var at = header.IndexOf("content-length:", StringComparison.OrdinalIgnoreCase);
        if (at >= 0)
        {
            var value = header.AsSpan(at + "content-length:".Length).TrimStart();
            var end = value.IndexOf('\r');
            length += int.Parse(end < 0 ? value : value[..end], System.Globalization.CultureInfo.InvariantCulture);
        }

        return bytes.Length >= length;
    }
}
