using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Host.Http.Entities;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Host.Http.EntityMaps;

/// <summary>/entityMaps and /entityMaps/{entityMapId} (ETSI GS CIM 009 6.32, 6.34).</summary>
internal sealed class EntityMapEndpoints(IEntityMapOperations maps, CallBinder binder, QueryBinder queries, Limits limits)
{
    private const string One = EntityMapHeader.Collection + "/{entityMapId}";

    public IEnumerable<Route> Routes =>
    [
        new("GET", EntityMapHeader.Collection, CreateAsync),
        new("POST", EntityMapHeader.Collection, PostCreateAsync),
        new("GET", One, RetrieveAsync),
        new("PATCH", One, UpdateAsync),
        new("DELETE", One, DeleteAsync),
    ];

    private async ValueTask<Reply> CreateAsync(Exchange exchange) =>
        (await queries.BindAsync(exchange, EntityEndpoints.Queried)).TryGet(out var bound, out var refusal) ? await CreateAsync(exchange, bound) : refusal;

    private async ValueTask<Reply> PostCreateAsync(Exchange exchange) =>
        (await queries.BindDocumentAsync(exchange, EntityEndpoints.QueriedBeside)).TryGet(out var bound, out var refusal)
            ? await CreateAsync(exchange, bound)
            : refusal;

    // Pages are passed over, and forms mean nothing here, but have to make sense (ETSI GS CIM 009 5.14.4.3).
    private async ValueTask<Reply> CreateAsync(Exchange exchange, BoundQuery bound)
    {
        var (call, parameters, query) = bound;
        if (!JsonShape.Read(exchange, call.Context).TryGet(out var form, out var refusal)) return refusal;
        if (!parameters.Options(Shape.Known | Options.Count).TryGet(out var options, out var error)) return error;
        if (!Shape.Read(exchange, parameters, options, call.Context, limits).TryGet(out var shape, out refusal)) return refusal;
        if (shape.Representation.Join.Refuse(query.Q) is { } tooDeep) return tooDeep;
        if (!EntityPages.Ordering(parameters, call).TryGet(out var ordering, out error)) return error;
        if (!EntityMapHeader.Lifetime(parameters).TryGet(out var lifetime, out error)) return error;
        Shape.TellVersion(exchange.Http.Response, shape.Representation, isAltered: false);
        if (!(await maps.CreateAsync(call, query, ordering, lifetime, CancellationToken.None)).TryGet(out var made, out error)) return error;
        var read = await maps.RetrieveAsync(call, made.Map.Id, CancellationToken.None);
        return read.TryGet(out var content, out error) ? new EntityMapReply(content, form, made) : error;
    }

    private async ValueTask<Reply> RetrieveAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindAsync(exchange, local: false)).TryGet(out var call, out var refusal)) return refusal;
        if (!JsonShape.Read(exchange, call.Context).TryGet(out var form, out refusal)) return refusal;
        var read = await maps.RetrieveAsync(call, exchange.First, CancellationToken.None);
        return read.TryGet(out var content, out error) ? new EntityMapReply(content, form, made: null) : error;
    }

    private async ValueTask<Reply> UpdateAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, local: false)).TryGet(out var document, out var refusal)) return refusal;
        if (!EntityMapFragment.Read(document.Body, limits).TryGet(out var fragment, out error)) return error;
        return Done(await maps.UpdateAsync(document.Call, exchange.First, fragment.ExpiresAt, CancellationToken.None));
    }

    private async ValueTask<Reply> DeleteAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindAsync(exchange, local: false)).TryGet(out var call, out var refusal)) return refusal;
        return Done(await maps.DeleteAsync(call, exchange.First, CancellationToken.None));
    }

    private static Reply Done(Result<EntityMap> result) => result.TryGet(out _, out var error) ? EmptyReply.NoContent : error;
}
