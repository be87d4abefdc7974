using System.Net;
using System.Net.Sockets;

namespace SmartCity.ConformanceTests.Broker;

/// <summary>HTTP listeners that the broker reaches under the name that the environment tells.</summary>
internal static class Listening
{
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

    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
