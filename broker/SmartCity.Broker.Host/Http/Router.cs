using Microsoft.AspNetCore.Http.Features;
using SmartCity.Broker.Host.Http.Entities;
using SmartCity.Broker.Host.Http.Snapshots;
using SmartCity.Broker.Outbound;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Host.Http;

/// <summary>
/// The whole pipeline: find the route, let it answer, send the answer. It stands where ASP.NET's routing and middleware
/// would, because these cost more than a read of an Entity does.
/// </summary>
/// <param name="cors">Which web pages may call.</param>
/// <param name="always">What is there from the start to the end.</param>
/// <param name="starting">What is there only while the broker starts.</param>
/// <param name="logger">Hears of failures.</param>
internal sealed partial class Router(Cors cors, Route[] always, Route[] starting, ILogger<Router> logger)
{
    private readonly RouteTable _starting = new([.. always, .. starting]);
    private volatile RouteTable? _routes;

    public RouteTable Routes => _routes ?? _starting;

    /// <summary>From here on requests are answered; before, whatever is not mapped yet is told that the broker is starting.</summary>
    public void Open(IEnumerable<Route> routes) => _routes = new RouteTable([.. always, .. routes]);

    public async Task HandleAsync(HttpContext http)
    {
        // A request that came while the one before it was answered is begun where that was.
        await SocketThread.Leave();
        var (path, query) = Target(http);
        using var exchange = Exchange(http, path, query, out var resource);
        Reply reply;
        try
        {
            cors.Apply(http);
            reply = await AnswerAsync(exchange, resource);
            await reply.SendAsync(http);
        }
        catch (BadHttpRequestException broken) when (!http.Response.HasStarted)
        {
            // What the server finds wrong while a body arrives: 413 and 408 say it all, the rest is no HTTP.
            reply = broken.StatusCode == StatusCodes.Status400BadRequest
                ? NgsiLdError.InvalidRequest("the request body ends too early or is not valid HTTP")
                : EmptyReply.Of(broken.StatusCode);
            await reply.SendAsync(http);
        }
        catch (Exception failure) when (failure is not (IOException or OperationCanceledException))
        {
            LogFailure(failure, http.Request.Method, path);
            if (http.Response.HasStarted)
            {
                http.Abort();
                return;
            }

            http.Response.Headers.Remove("Link");
            reply = NgsiLdError.Internal("the broker has failed while it handled the request; its log has the reason");
            await reply.SendAsync(http);
        }
    }

    private ValueTask<Reply> AnswerAsync(Exchange exchange, Resource? resource)
    {
        var http = exchange.Http;
        if (resource is null) return new(_routes is null ? Starting(http) : NgsiLdError.NotFound($"there is no resource at {exchange.Path}"));
        if (resource.Find(http.Request.Method) is { } route)
        {
            if (resource.StartsWithId && !EntityIds.IsUri(exchange.First))
            {
                return new(NgsiLdError.BadRequestData($"the id '{exchange.First}' is not a URI"));
            }

            if (exchange.Snapshot is not null && !route.TakesSnapshots)
            {
                return new(NgsiLdError.NotSupported($"{http.Request.Method} {exchange.Path} knows no Snapshots: the header {SnapshotHeader.Name} is not for it"));
            }

            return route.IsWrite && ContentNegotiation.IsGeoJson(http.Request.Headers.Accept)
                ? new(ContentNegotiation.NoGeoJson)
                : route.Handle(exchange);
        }

        http.Response.Headers.Allow = resource.Allow;
        if (http.Request.Method != "OPTIONS") return new(StatusReply.MethodNotAllowed(http.Request.Method, resource.Allow));
        if (resource.AcceptPatch is { } types) http.Response.Headers["Accept-Patch"] = types;
        return new(EmptyReply.NoContent);
    }

    private static StatusReply Starting(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        return StatusReply.Starting();
    }

    private Exchange Exchange(HttpContext http, string path, string query, out Resource? resource)
    {
        resource = null;
        var tenant = Tenants.Read(http);
        var snapshot = SnapshotHeader.Read(http);
        if (Routes.Match(path) is not { } match) return new Exchange(http, path, query) { Tenant = tenant };
        resource = match.Resource;
        return new Exchange(http, path, query)
        {
            First = PathVariable.Decode(path.AsSpan()[match.First]),
            Second = PathVariable.Decode(path.AsSpan()[match.Second]),
            Third = PathVariable.Decode(path.AsSpan()[match.Third]),
            Tenant = tenant,
            Snapshot = snapshot,
        };
    }

    // The target as it was sent; only proxies send more than a path (RFC 9112 3.2.2).
    private static (string Path, string Query) Target(HttpContext http)
    {
        var raw = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!raw.StartsWith('/'))
        {
            var request = http.Request;
            return (request.Path.ToUriComponent(), request.QueryString.HasValue ? request.QueryString.Value![1..] : "");
        }

        var mark = raw.IndexOf('?');
        return mark < 0 ? (raw, "") : (raw[..mark], raw[(mark + 1)..]);
    }

    [LoggerMessage(EventId = 6, Level = LogLevel.Error, Message = "{Method} {Path} has failed")]
    private partial void LogFailure(Exception failure, string method, string path);
}
