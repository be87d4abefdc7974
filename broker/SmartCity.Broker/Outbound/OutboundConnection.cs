using System.Net.Sockets;

namespace SmartCity.Broker.Outbound;

/// <summary>A connection that holds one of the places that there are.</summary>
internal class OutboundConnection(Socket socket, SemaphoreSlim places) : NetworkStream(socket, ownsSocket: true)
{
    private int _isClosed;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        // Also where it was forgotten: a finalizer closes the socket, and the place is free.
        if (Interlocked.Exchange(ref _isClosed, 1) == 0) places.Release();
    }
}
