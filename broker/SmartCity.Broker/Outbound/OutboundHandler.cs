using System.Net;
using System.Text;

namespace SmartCity.Broker.Outbound;

/// <summary>Sockets under the policy: it is asked once for each connection, which costs a request over a kept one nothing.</summary>
internal static class OutboundHandler
{
    private const int KiB = 1024;

    public static HttpMessageHandler Create(OutboundUse use, OutboundGate gate, OutboundSettings settings)
    {
        var connections = new OutboundConnections(gate, settings.Connections);
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            // Each hop would need a look at its URL: whoever has a reason to follow does that.
            AllowAutoRedirect = false,
            // A small answer may unpack to a large one: only where the reader counts what comes out.
            AutomaticDecompression = use == OutboundUse.Contexts ? DecompressionMethods.All : DecompressionMethods.None,
            ConnectTimeout = settings.ConnectTimeout,
            MaxConnectionsPerServer = settings.ConnectionsPerServer,
            MaxResponseDrainSize = 16 * KiB,
            MaxResponseHeadersLength = (settings.HeaderBytes + KiB - 1) / KiB,
            PooledConnectionIdleTimeout = settings.Idle,
            PooledConnectionLifetime = settings.Lifetime,
            // An @context and a Snapshot may have an IRI for a name. The other headers are ASCII, which is written several times as fast.
            RequestHeaderEncodingSelector = static (name, _) => name is "Link" or "NGSILD-Snapshot" or "NGSILD-EntityMap" ? Encoding.UTF8 : null,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            UseCookies = false,
            UseProxy = false,
        };
        if (settings.Proxy is { } proxy)
        {
            handler.UseProxy = true;
            handler.Proxy = new OutboundProxy(new(proxy));
            return new ProxiedHandler(gate, handler);
        }

        // Notifications and contexts are followed by more than a small answer lets expect; TLS begins with what takes long.
        var inlineBytes = use == OutboundUse.ContextSources ? settings.InlineBytes : 0;
        handler.ConnectCallback = (connection, cancellation) =>
        {
            // A pool is for one scheme, host and port.
            var scheme = connection.InitialRequestMessage.RequestUri!.Scheme;
            if (gate.Policy.SchemeObjection(scheme) is { } objection) throw gate.Denied(connection.DnsEndPoint.Host, objection);
            return connections.ConnectAsync(
                connection.DnsEndPoint.Host, connection.DnsEndPoint.Port, scheme == Uri.UriSchemeHttp ? inlineBytes : 0, cancellation);
        };
        return handler;
    }

    /// <summary>For all destinations, those on this machine among them.</summary>
    private sealed class OutboundProxy(Uri address) : IWebProxy
    {
        public ICredentials? Credentials { get; set; } = address.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var password]
            ? new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(string.Concat(password)))
            : null;

        public Uri GetProxy(Uri destination) => address;

        public bool IsBypassed(Uri host) => false;
    }

    /// <summary>The proxy connects, so that its connections say nothing: each URL is looked at instead.</summary>
    private sealed class ProxiedHandler(OutboundGate gate, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var uri = request.RequestUri!;
            if (gate.Policy.Objection(uri) is not { } objection) return base.SendAsync(request, cancellationToken);
            throw new HttpRequestException(objection, gate.Denied(uri.IdnHost, objection));
        }
    }
}
