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

    private static bool IsHeader(KeyValue info) =>
        SettableHeaders.IsName(info.Key) && SettableHeaders.IsValue(info.Value) && !NotificationTarget.IsReserved(info);

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
            request.Content = new BytesContent(body, _mediaType);
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
}
