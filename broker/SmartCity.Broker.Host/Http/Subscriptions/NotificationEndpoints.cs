using SmartCity.Broker.Federation.Subscriptions;

namespace SmartCity.Broker.Host.Http.Subscriptions;

/// <summary>
/// Where Context Sources tell of Entities to which this broker has subscribed for its clients (ETSI GS CIM 009 5.8.6, 6.3.8): one address for each
/// Subscription that was forwarded, told to its source alone. Whatever tenant the source names is its own.
/// </summary>
internal sealed class NotificationEndpoints(ReceivedNotifications received, Limits limits)
{
    public IEnumerable<Route> Routes => [new("POST", "/ngsi-ld/ex/v1/notifications/{key}", TakeAsync)];

    private async ValueTask<Reply> TakeAsync(Exchange exchange)
    {
        if (!(await exchange.ReadBodyAsync(limits.BodyBytes)).TryGet(out var body, out var refusal)) return refusal;
        var headers = exchange.Http.Request.Headers.Link;
        var taken = await received.TakeAsync(exchange.First, body, headers.Count > 0 ? headers.ToString() : null, CancellationToken.None);
        if (!taken.TryGet(out var isTaken, out var error)) return error;
        return EmptyReply.Of(isTaken ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
