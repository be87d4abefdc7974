using System.Collections.Concurrent;
using System.Net;

namespace SmartCity.Broker.Outbound;

/// <summary>
/// Finds the addresses of host names. Each lookup has a thread, because the system's resolver blocks: on threads of the pool a few
/// names whose servers do not answer would stop everything else. There are only so many at once; names that were found the last time have
/// as many to themselves, so that the others delay only each other.
/// </summary>
public sealed class HostLookup
{
    private const int MostKnown = 10_000;

    private readonly Func<string, IPAddress[]> _resolve;
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly SemaphoreSlim _forKnown;
    private readonly SemaphoreSlim _forOthers;

    /// <param name="settings">How many at once.</param>
    /// <param name="resolve">Gives the addresses of a host or throws; null for the system's resolver. It may block.</param>
    public HostLookup(OutboundSettings settings, Func<string, IPAddress[]>? resolve = null)
    {
        _resolve = resolve ?? Dns.GetHostAddresses;
        _forKnown = new(settings.Lookups);
        _forOthers = new(settings.Lookups);
    }

    /// <summary>The addresses of a host: itself where it is one.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">There is no such host, or nobody who knows.</exception>
    public async ValueTask<IPAddress[]> FindAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var address)) return [address];
        var places = _known.ContainsKey(host) ? _forKnown : _forOthers;
        await places.WaitAsync(cancellation).ConfigureAwait(false);
        var lookup = Task.Factory.StartNew(
            () => Resolve(host, places), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await lookup.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            // Not found, or not in time; the thread ends by itself then, in its place.
            _known.TryRemove(host, out _);
            _ = lookup.ContinueWith(static late => late.Exception, TaskScheduler.Default);
            throw;
        }
    }

    private IPAddress[] Resolve(string host, SemaphoreSlim places)
    {
        try
        {
            var found = _resolve(host);
            if (_known.Count < MostKnown) _known[host] = true;
            return found;
        }
        finally
        {
            places.Release();
        }
    }
}
