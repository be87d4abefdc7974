using System.Net;
using System.Net.Sockets;

namespace SmartCity.ConformanceTests.Broker;

/// <summary>HTTP listeners that the broker reaches under the name that the environment tells.</summary>
internal static class Listening
{
    private const int FirstPort = 20_000, Ports = 12_000;
    private static int s_next = Random.Shared.Next(Ports);

    /// <summary>A started listener on a free port of this machine, and its address, such as <c>http://localhost:40001</c>.</summary>
    public static (HttpListener Listener, string Url) OnFreePort(int attempts = 10)
    {
        var port = FreePort();
        var listener = new HttpListener();
        listener.Prefixes.Add($"http://{(Target.ReceiverHost == "localhost" ? "localhost" : "+")}:{port}/");
        try
        {
            listener.Start();
            return (listener, $"http://{Target.ReceiverHost}:{port}");
        }
        catch (HttpListenerException) when (attempts > 1)
        {
            // Somebody else was quicker.
            return OnFreePort(attempts - 1);
        }
    }

    /// <summary>
    /// Waits for whoever serves a listener that has been closed, but not for long: one that is closed just while it begins to wait for a
    /// request never tells that nothing will come any more.
    /// </summary>
    public static async Task EndAsync(Task serving)
    {
        if (await Task.WhenAny(serving, Task.Delay(TimeSpan.FromSeconds(1))) == serving) await serving;
    }

    /// <summary>
    /// A port that nobody listens on. It lies below 32768, where the system takes the ports of whoever calls, and none is given twice: what
    /// a broker still sends to the receiver of one test never comes to that of another.
    /// </summary>
    public static int FreePort()
    {
        for (var attempt = 0; attempt < Ports; attempt++)
        {
            var port = FirstPort + ((Interlocked.Increment(ref s_next) & int.MaxValue) % Ports);
            try
            {
                using var socket = new TcpListener(IPAddress.Any, port);
                socket.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }

        throw new InvalidOperationException($"no port from {FirstPort} on is free");
    }
}
