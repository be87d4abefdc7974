using SmartCity.Broker.Contexts;
using SmartCity.Broker.Host.Http.Operational;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Host.Http.Contexts;

/// <summary>/jsonldContexts and /jsonldContexts/{contextId} (ETSI GS CIM 009 5.13, 6.29, 6.30).</summary>
internal sealed class ContextEndpoints(IContextOperations contexts, PublicAddress address, CallBinder binder, Limits limits)
{
    private const string Collection = "/ngsi-ld/v1/jsonldContexts";
    private const string One = KeptContexts.Path + "{contextId}";

    public IEnumerable<Route> Routes =>
    [
        new("POST", Collection, AddAsync),
        new("GET", Collection, exchange => new(List(exchange))),
        new("GET", One, exchange => new(Retrieve(exchange))),
        new("DELETE", One, DeleteAsync),
    ];

    private async ValueTask<Reply> AddAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.None, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindContextAsync(exchange)).TryGet(out var sent, out var refusal)) return refusal;
        var added = await contexts.AddAsync(sent.Tenant, sent.Body, CancellationToken.None);
        return added.TryGet(out var id, out error) ? EmptyReply.Created(KeptContexts.Path, id) : error;
    }

    private Reply List(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Details | Parameters.Kind, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Flag(Parameters.Details).TryGet(out var details, out error)) return error;
        if (!KindOf(parameters).TryGet(out var kind, out error)) return error;
        if (!binder.BindWithoutContext(exchange).TryGet(out var call, out var refusal)) return refusal;
        if (!ContentNegotiation.Accepted(exchange.Http.Request.Headers.Accept, geoJson: false).TryGet(out _, out refusal)) return refusal;
        var found = contexts.List(call.Tenant, kind);
        var root = address.Of(exchange.Http.Request);
        return new PlainReply(StatusCodes.Status200OK, json => ContextDocuments.WriteList(json, found, root, details));
    }

    private Reply Retrieve(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Details, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Flag(Parameters.Details).TryGet(out var details, out error)) return error;
        if (!binder.BindWithoutContext(exchange).TryGet(out var call, out var refusal)) return refusal;
        if (!ContentNegotiation.Accepted(exchange.Http.Request.Headers.Accept, geoJson: false).TryGet(out var type, out refusal)) return refusal;
        if (!details) return contexts.Serve(exchange.First).TryGet(out var json, out error) ? new ContextReply(json, type) : error;
        if (!contexts.Find(call.Tenant, exchange.First).TryGet(out var found, out error)) return error;
        var root = address.Of(exchange.Http.Request);
        return new PlainReply(StatusCodes.Status200OK, json => ContextDocuments.Write(json, found, root));
    }

    private async ValueTask<Reply> DeleteAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Reload, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Flag(Parameters.Reload).TryGet(out var reload, out error)) return error;
        if (!binder.BindWithoutContext(exchange).TryGet(out var call, out var refusal)) return refusal;
        var failure = reload
            ? await contexts.ReloadAsync(call.Tenant, exchange.First, CancellationToken.None)
            : await contexts.DeleteAsync(call.Tenant, exchange.First, CancellationToken.None);
        return failure is null ? EmptyReply.NoContent : failure;
    }

    private static Result<ContextKind?> KindOf(QueryParameters parameters) => parameters[Parameters.Kind] switch
    {
        null => (ContextKind?)null,
        nameof(ContextKind.Cached) => ContextKind.Cached,
        nameof(ContextKind.Hosted) => ContextKind.Hosted,
        nameof(ContextKind.ImplicitlyCreated) => ContextKind.ImplicitlyCreated,
        var other => NgsiLdError.BadRequestData($"kind is '{other}', which is none of Cached, Hosted and ImplicitlyCreated"),
    };
}
