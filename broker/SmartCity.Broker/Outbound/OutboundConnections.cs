using System.Net.Sockets;

namespace SmartCity.Broker.Outbound;

/// <summary>Makes the connections of one use: finds the addresses of a host, drops those that the policy forbids, and connects to one of the rest.</summary>
/// <param name="gate">Finds and judges addresses.</param>
/// <param name="most">Connections that are open at once.</param>
internal sealed class OutboundConnections(OutboundGate gate, int most)
{
    private readonly SemaphoreSlim _places = new(most);

    /// <summary>Connects to an address that was looked at just now: no second lookup comes between, which might find another one.</summary>
    /// <param name="host">Name or address.</param>
    /// <param name="port">Of it.</param>
    /// <param name="inlineBytes">How large an answer may be to be used on the thread that hears of it (<see cref="InlineConnection"/>).</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OutboundDeniedException">The policy forbids every address that the host has.</exception>
    /// <exception cref="SocketException">There is no such host, or it does not answer.</exception>
    public async ValueTask<Stream> ConnectAsync(string host, int port, int inlineBytes, CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation).ConfigureAwait(false);
        Socket? socket = null;
        try
        {
            var addresses = await gate.FindAsync(host, cancellation).ConfigureAwait(false);
            socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(addresses, port, cancellation).ConfigureAwait(false);
            return inlineBytes > 1 && SocketThread.Use(socket)
                ? new InlineConnection(socket, _places, inlineBytes)
                : new OutboundConnection(socket, _places);
        }
        catch
        {
            socket?.Dispose();
            _places.Release();
            throw;
        }
    }
}
