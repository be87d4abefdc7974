using System.Buffers;
using System.Net;
using SmartCity.Broker.Outbound;
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

    // Headers by which HTTP frames a message, beside those by which every notification is labelled.
    private static readonly HashSet<string> FramingHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Encoding", "Content-Length", "Expect", "Host", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    private readonly OutboundPolicy _policy;
    private readonly HttpMessageInvoker _http;
    private readonly bool _anySuccess;

    public HttpNotifier(NotificationSettings settings, OutboundGate gate)
    {
        _anySuccess = settings.AnySuccess;
        _policy = gate.Policy;
        _http = gate.CreateClient(OutboundUse.Notifications);
    }

    public bool Serves(string scheme) => scheme is "http" or "https";

    public string? Objection(Endpoint endpoint)
    {
        if (_policy.Objection(new Uri(endpoint.Uri)) is { } objection) return $"notification.endpoint.uri: {objection}";
        foreach (var info in endpoint.ReceiverInfo)
        {
            if (!IsHeader(info)) return $"notification.endpoint.receiverInfo: \"{info.Key}\" is not a header that can be set";
        }

        return null;
    }

    public INotificationChannel Open(NotificationTarget target) => new Channel(_http, _anySuccess, target);

    public void Dispose() => _http.Dispose();

    /// <summary>RFC 7230 3.2.</summary>
    private static bool IsHeader(KeyValue info) =>
        info.Key.Length > 0
        && !info.Key.AsSpan().ContainsAnyExcept(TokenCharacters)
        && !FramingHeaders.Contains(info.Key)
        && !NotificationTarget.IsReserved(info)
        && !info.Value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private sealed class Channel : INotificationChannel
    {
        private readonly HttpMessageInvoker _http;
        private readonly bool _anySuccess;
        private readonly Uri _uri;
        private readonly string _mediaType;
        private readonly KeyValue[] _headers;

        public Channel(HttpMessageInvoker http, bool anySuccess, NotificationTarget target)
        {
            var metadata = target.Metadata;
            _http = http;
            _anySuccess = anySuccess;
            _uri = new(target.Endpoint.Uri);
            _mediaType = metadata[0].Value;
            _headers = [.. metadata.Skip(1)];
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
                // The standard takes 200 for success, and nothing else (ETSI GS CIM 009 5.8.6).
                var isTaken = response.StatusCode == HttpStatusCode.OK || (_anySuccess && response.IsSuccessStatusCode);
                return isTaken ? DeliveryOutcome.Delivered : DeliveryOutcome.Refused;
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
