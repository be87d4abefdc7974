using System.Collections.Concurrent;
using System.Net;

namespace SmartCity.Broker.Outbound;

/// <summary>
/// The one way out: clients for requests that the broker makes on somebody else's word, and addresses for other protocols, all under
/// one policy.
/// </summary>
/// <param name="policy">Where it may go.</param>
/// <param name="settings">Bounds.</param>
/// <param name="lookup">Finds addresses; null for the system's resolver.</param>
public sealed class OutboundGate(OutboundPolicy policy, OutboundSettings settings, HostLookup? lookup = null)
{
    private const int MostTold = 1000;

    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.OrdinalIgnoreCase);
    private readonly HostLookup _lookup = lookup ?? new(settings);

    public OutboundPolicy Policy => policy;

    /// <summary>How long finding addresses and connecting to one may take.</summary>
    public TimeSpan ConnectTimeout => settings.ConnectTimeout;

    /// <summary>
    /// A client for one use, with connections of its own; whoever asks for it disposes of it. It follows no redirects, keeps
    /// no cookies, knows no proxy of the environment, and decompresses nothing but contexts. How long a request may take is the caller's to say by a
    /// cancellation, and how much of an answer is read by <see cref="BoundedBody"/>. Where the policy forbids a connection, the
    /// <see cref="HttpRequestException"/> has an <see cref="OutboundDeniedException"/> inside, see <see cref="Reason"/>.
    /// </summary>
    public HttpMessageInvoker CreateClient(OutboundUse use) => new(OutboundHandler.Create(use, this, settings));

    /// <summary>The addresses of a host that may be reached, at least one; found and judged now.</summary>
    /// <exception cref="OutboundDeniedException">There are addresses, but the policy forbids each.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">There is no such host, or nobody who knows.</exception>
    public async ValueTask<IPAddress[]> FindAsync(string host, CancellationToken cancellation)
    {
        var all = await _lookup.FindAsync(host, cancellation).ConfigureAwait(false);
        var allowed = Array.FindAll(all, address => policy.Objection(address) is null);
        if (allowed.Length == 0 && all.Length > 0)
        {
            var verb = IPAddress.TryParse(host, out _) ? "is" : "leads to";
            throw Denied(host, $"{host} {verb} {policy.Objection(all[0])}");
        }

        return allowed;
    }

    /// <summary>Why a request failed, in words for whoever gave the URL.</summary>
    public static string Reason(Exception failure) =>
        failure is HttpRequestException { InnerException: OutboundDeniedException denied } ? denied.Message : failure.Message;

    /// <summary>The exception for a host that may not be connected to; the operator hears of it once.</summary>
    internal OutboundDeniedException Denied(string host, string reason)
    {
        if (settings.Denied is not null)
        {
            // Names are the clients' to invent.
            if (_told.Count >= MostTold) _told.Clear();
            if (_told.TryAdd(host, true)) settings.Denied(reason);
        }

        return new(reason);
    }
}
