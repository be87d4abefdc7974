using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Host.Http.Entities;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Host.Http.EntityMaps;

/// <summary>/entityMaps and /entityMaps/{entityMapId} (ETSI GS CIM 009 6.32, 6.34).</summary>
internal sealed class EntityMapEndpoints(IEntityMapOperations maps, CallBinder binder, Limits limits)
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

    // Pages and forms are asked for as in a query, and mean nothing here, but have to make sense (ETSI GS CIM 009 5.14.4.3).
    private async ValueTask<Reply> CreateAsync(Exchange exchange)
    {
        const Parameters Known = Parameters.Selection | Parameters.Shape | EntityPages.Known | Parameters.Local;
        if (!QueryParameters.Read(exchange, Known, limits).TryGet(out var parameters, out var error)) return error;
        if (!EntityQueries.Local(exchange, parameters).TryGet(out var local, out error)) return error;
        if (!(await binder.BindAsync(exchange, local)).TryGet(out var call, out var refusal)) return refusal;
        return EntityQueries.Read(parameters, call).TryGet(out var query, out error)
            ? await CreateAsync(exchange, call, parameters, query)
            : error;
    }

    private async ValueTask<Reply> PostCreateAsync(Exchange exchange)
    {
        const Parameters Known = Parameters.Paging | Parameters.Cursor | Parameters.Options | Parameters.Format | Parameters.GeometryProperty | Parameters.Local;
        if (!QueryParameters.Read(exchange, Known, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Flag(Parameters.Local).TryGet(out var local, out error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, local)).TryGet(out var document, out var refusal)) return refusal;
        var (call, body) = document;
        parameters = parameters.Copy();
        if (!QueryDocument.Read(body, parameters, call.Context, limits).TryGet(out var selectors, out error)) return error;
        if (!EntityQueries.Localize(call, selectors, parameters).TryGet(out call, out error)) return error;
        return EntityQueries.Read(parameters, call, selectors).TryGet(out var query, out error)
            ? await CreateAsync(exchange, call, parameters, query)
            : error;
    }

    private async ValueTask<Reply> CreateAsync(Exchange exchange, Call call, QueryParameters parameters, EntityQuery query)
    {
        if (!JsonShape.Read(exchange, call.Context).TryGet(out var form, out var refusal)) return refusal;
        if (!parameters.Options(Shape.Known | Options.Count).TryGet(out var options, out var error)) return error;
        if (!Shape.Read(exchange, parameters, options, call.Context, limits).TryGet(out var shape, out refusal)) return refusal;
        if (shape.Representation.Join.Refuse(query.Q) is { } tooDeep) return tooDeep;
        if (!EntityPages.Ordering(parameters, call).TryGet(out var ordering, out error)) return error;
        if (!EntityMapHeader.Lifetime(parameters).TryGet(out var lifetime, out error)) return error;
        var made = await maps.CreateAsync(call, query, ordering, lifetime, CancellationToken.None);
        if (!made.TryGet(out var map, out error)) return error;
        var read = await maps.RetrieveAsync(call, map.Id, CancellationToken.None);
        return read.TryGet(out var content, out error) ? new EntityMapReply(content, form, isNew: true) : error;
    }

    private async ValueTask<Reply> RetrieveAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindAsync(exchange, local: false)).TryGet(out var call, out var refusal)) return refusal;
        if (!JsonShape.Read(exchange, call.Context).TryGet(out var form, out refusal)) return refusal;
        var read = await maps.RetrieveAsync(call, exchange.First, CancellationToken.None);
        return read.TryGet(out var content, out error) ? new EntityMapReply(content, form, isNew: false) : error;
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
