using System.Net;

namespace SmartCity.Broker.Outbound;

/// <summary>
/// Finds the addresses of host names. Each lookup has a thread, because the system's resolver blocks: on threads of the pool a few
/// names whose servers do not answer would stop everything else. There are only so many at once.
/// </summary>
public sealed class HostLookup
{
    private readonly Func<string, IPAddress[]> _resolve;
    private readonly SemaphoreSlim _places;

    /// <param name="settings">How many at once.</param>
    /// <param name="resolve">Gives the addresses of a host or throws; null for the system's resolver. It may block.</param>
    public HostLookup(OutboundSettings settings, Func<string, IPAddress[]>? resolve = null)
    {
        _resolve = resolve ?? Dns.GetHostAddresses;
        _places = new(settings.Lookups);
    }

    /// <summary>The addresses of a host: itself where it is one.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">There is no such host, or nobody who knows.</exception>
    public async ValueTask<IPAddress[]> FindAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var address)) return [address];
        await _places.WaitAsync(cancellation).ConfigureAwait(false);
        // Whoever gives up waiting leaves the thread to end by itself, in its place.
        return await Task.Factory.StartNew(() => Resolve(host), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(cancellation).ConfigureAwait(false);
    }

    private IPAddress[] Resolve(string host)
    {
        try
        {
            return _resolve(host);
        }
        finally
        {
            _places.Release();
        }
    }
}
