using System.Net;
using System.Runtime.InteropServices;

namespace SmartCity.Mqtt.Native;

/// <summary>The address at the other end of a socket that the library owns.</summary>
internal static unsafe partial class SocketAddress
{
    private const int InterNetwork = 2;
    private const int InterNetworkV6 = 10;

    /// <summary>Null where the socket is not connected.</summary>
    internal static IPAddress? OfPeer(int socket)
    {
        // struct sockaddr_storage of Linux.
        var bytes = stackalloc byte[128];
        var length = 128u;
        if (GetPeerName(socket, bytes, ref length) != 0) return null;
        return *(ushort*)bytes switch
        {
            InterNetwork => new(new ReadOnlySpan<byte>(bytes + 4, 4)),
            InterNetworkV6 => new(new ReadOnlySpan<byte>(bytes + 8, 16)),
            _ => null,
        };
    }

    [LibraryImport("libc", EntryPoint = "getpeername")]
    private static partial int GetPeerName(int socket, byte* address, ref uint length);
}
