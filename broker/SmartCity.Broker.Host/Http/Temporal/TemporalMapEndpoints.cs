using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Host.Http.Entities;
using SmartCity.Broker.Host.Http.EntityMaps;
using SmartCity.Broker.Temporal;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Host.Http.Temporal;

/// <summary>/temporal/entityMaps (ETSI GS CIM 009 6.35). What becomes of an EntityMap is at /entityMaps, whatever made it.</summary>
internal sealed class TemporalMapEndpoints(MappedTemporal mapped, IEntityMapOperations maps, CallBinder binder, Limits limits)
{
    private const string Collection = "/ngsi-ld/v1/temporal/entityMaps";

    public IEnumerable<Route> Routes =>
    [
        new("GET", Collection, CreateAsync),
        new("POST", Collection, PostCreateAsync),
    ];

    // Pages and forms are asked for as in a query, and mean nothing here, but have to make sense (ETSI GS CIM 009 5.14.5.3).
    private async ValueTask<Reply> CreateAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, TemporalInput.Queried, limits).TryGet(out var parameters, out var error)) return error;
        if (!EntityQueries.Local(exchange, parameters).TryGet(out var local, out error)) return error;
        if (!(await binder.BindAsync(exchange, local)).TryGet(out var call, out var refusal)) return refusal;
        return EntityQueries.Read(parameters, call).TryGet(out var query, out error)
            ? await CreateAsync(exchange, parameters, call, query)
            : error;
    }

    private async ValueTask<Reply> PostCreateAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, TemporalInput.QueriedBeside, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Flag(Parameters.Local).TryGet(out var local, out error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, local)).TryGet(out var document, out var refusal)) return refusal;
        var (call, body) = document;
        parameters = parameters.Copy();
        if (!QueryDocument.ReadTemporal(body, parameters, call.Context, limits).TryGet(out var selectors, out error)) return error;
        if (!EntityQueries.Localize(call, selectors, parameters).TryGet(out call, out error)) return error;
        return EntityQueries.Read(parameters, call, selectors).TryGet(out var query, out error)
            ? await CreateAsync(exchange, parameters, call, query)
            : error;
    }

    private async ValueTask<Reply> CreateAsync(Exchange exchange, QueryParameters parameters, Call call, EntityQuery query)
    {
        if (Join.None.Refuse(query.Q) is { } linked) return linked;
        if (!JsonShape.Read(exchange, call.Context).TryGet(out var form, out var refusal)) return refusal;
        if (!TemporalShape.Read(exchange, parameters, call.Context, Options.Count).TryGet(out var shape, out refusal)) return refusal;
        if (!TemporalInput.Request(parameters, query, shape, call).TryGet(out var request, out var error)) return error;
        if (request.Time.Relation is null) return TemporalInput.NoTime;
        if (!TemporalInput.Page(parameters, shape.Options, limits).TryGet(out _, out error)) return error;
        if (!EntityMapHeader.Lifetime(parameters).TryGet(out var lifetime, out error)) return error;
        if (!(await mapped.CreateAsync(call, request, lifetime, CancellationToken.None)).TryGet(out var map, out error)) return error;
        var read = await maps.RetrieveAsync(call, map.Id, CancellationToken.None);
        return read.TryGet(out var content, out error) ? new EntityMapReply(content, form, isNew: true) : error;
    }
}
