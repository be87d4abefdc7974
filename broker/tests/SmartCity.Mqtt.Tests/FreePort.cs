using System.Net;
using System.Net.Sockets;

namespace SmartCity.Mqtt.Tests;

/// <summary>
/// Ports for those who begin to listen later, and for those who never do. They lie below 32768, where the system takes the ports of
/// whoever calls: a port from there may be taken again before its owner listens, and one who calls it may even be given it, and so meet
/// himself. No port is given twice.
/// </summary>
internal static class FreePort
{
    private const int First = 26_000, Count = 6_000;
    private static int s_next = Random.Shared.Next(Count);

    internal static int Next()
    {
        for (var attempt = 0; attempt < Count; attempt++)
        {
            var port = First + ((Interlocked.Increment(ref s_next) & int.MaxValue) % Count);
            if (IsFree(port)) return port;
        }

        throw new InvalidOperationException($"no port from {First} on is free");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Any, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
