using System.Buffers;
using System.Net;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// Notifications over HTTP (ETSI GS CIM 009 6.3.8): one POST each, over kept connections. Redirects are not followed, and of
/// an answer no more than its status is used.
/// </summary>
public sealed class HttpNotifier : INotifier, IDisposable
{
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    // Headers by which the broker itself frames and labels a message.
    private static readonly HashSet<string> ReservedHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Content-Type", "Expect", "Host", "Keep-Alive", "NGSILD-Tenant", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade",
    };

    private readonly HttpMessageInvoker _http;

    public HttpNotifier(NotificationSettings settings) => _http = new(new SocketsHttpHandler
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = settings.Timeout,
        MaxConnectionsPerServer = settings.ConnectionsPerServer,
        MaxResponseDrainSize = 16 * 1024,
        MaxResponseHeadersLength = 16,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        // So that an endpoint that moves to another address is found there.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        UseCookies = false,
        UseProxy = false,
    });

    public bool Serves(string scheme) => scheme is "http" or "https";

    public string? Objection(Endpoint endpoint)
    {
        foreach (var info in endpoint.ReceiverInfo)
        {
            if (!IsHeader(info)) return $"notification.endpoint.receiverInfo: \"{info.Key}\" is not a header that can be set";
        }

        return null;
    }

    public INotificationChannel Open(NotificationTarget target) => new Channel(_http, target);

    public void Dispose() => _http.Dispose();

    /// <summary>RFC 7230 3.2.</summary>
    private static bool IsHeader(KeyValue info) =>
        info.Key.Length > 0
        && !info.Key.AsSpan().ContainsAnyExcept(TokenCharacters)
        && !ReservedHeaders.Contains(info.Key)
        && !info.Value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private sealed class Channel : INotificationChannel
    {
        private readonly HttpMessageInvoker _http;
        private readonly Uri _uri;
        private readonly string _mediaType;
        private readonly KeyValuePair<string, string>[] _headers;

        public Channel(HttpMessageInvoker http, NotificationTarget target)
        {
            var endpoint = target.Endpoint;
            _http = http;
            _uri = new(endpoint.Uri);
            _mediaType = MediaTypes.Of(endpoint.Accept);
            var headers = new List<KeyValuePair<string, string>>();
            if (endpoint.Accept == NotificationMediaType.Json || (endpoint.Accept == NotificationMediaType.GeoJson && endpoint.PrefersBareJson))
            {
                headers.Add(new("Link", MediaTypes.Link(target.ContextUri)));
            }

            if (target.Tenant.Length > 0) headers.Add(new("NGSILD-Tenant", target.Tenant));
            foreach (var info in endpoint.ReceiverInfo) headers.Add(new(info.Key, info.Value));
            _headers = [.. headers];
        }

        public async ValueTask<DeliveryOutcome> SendAsync(ReadOnlyMemory<byte> body, CancellationToken deadline)
        {
            var outcome = await TrySendAsync(body, deadline).ConfigureAwait(false);
            // A kept connection may have been closed by the other side just now: that says nothing about the endpoint.
            return outcome == DeliveryOutcome.Unreachable ? await TrySendAsync(body, deadline).ConfigureAwait(false) : outcome;
        }

        private async ValueTask<DeliveryOutcome> TrySendAsync(ReadOnlyMemory<byte> body, CancellationToken deadline)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _uri);
            request.Content = new Body(body, _mediaType);
            foreach (var (name, value) in _headers) request.Headers.TryAddWithoutValidation(name, value);
            try
            {
                using var response = await _http.SendAsync(request, deadline).ConfigureAwait(false);
                // The standard speaks of 200; receivers that answer 201, 202 or 204 have taken the notification as well.
                return response.IsSuccessStatusCode ? DeliveryOutcome.Delivered : DeliveryOutcome.Refused;
            }
            catch (OperationCanceledException)
            {
                return DeliveryOutcome.TimedOut;
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                return DeliveryOutcome.Unreachable;
            }
        }
    }

    private sealed class Body : HttpContent
    {
        private readonly ReadOnlyMemory<byte> _utf8;

        public Body(ReadOnlyMemory<byte> utf8, string mediaType)
        {
            _utf8 = utf8;
            Headers.TryAddWithoutValidation("Content-Type", mediaType);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            stream.WriteAsync(_utf8).AsTask();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            stream.WriteAsync(_utf8, cancellationToken).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = _utf8.Length;
            return true;
        }
    }
}
