using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>A query as it was asked.</summary>
/// <param name="Call">The request.</param>
/// <param name="Parameters">Those of the URL, and the members of the document.</param>
/// <param name="Query">Which Entities are meant.</param>
internal sealed record BoundQuery(Call Call, QueryParameters Parameters, EntityQuery Query);

/// <summary>Binds queries, whatever their answer is: Entities, evolutions, or EntityMaps of either (ETSI GS CIM 009 5.7.2, 5.7.4, 5.14.4, 5.14.5).</summary>
internal sealed class QueryBinder(CallBinder binder, Limits limits)
{
    /// <summary>One whose parameters are in the URL (6.4.3.2, 6.18.3.2).</summary>
    public async ValueTask<Bound<BoundQuery>> BindAsync(Exchange exchange, Parameters known)
    {
        if (!QueryParameters.Read(exchange, known, limits).TryGet(out var parameters, out var error)) return error;
        if (!EntityQueries.Local(exchange, parameters).TryGet(out var local, out error)) return error;
        if (!(await binder.BindAsync(exchange, local)).TryGet(out var call, out var refusal)) return refusal;
        return EntityQueries.Read(parameters, call).Map(query => new BoundQuery(call, parameters, query));
    }

    /// <summary>One that is a document, with paging and form in the URL (6.23.3.1, 6.24.3.1).</summary>
    public async ValueTask<Bound<BoundQuery>> BindDocumentAsync(Exchange exchange, Parameters known, bool isTemporal = false)
    {
        if (!QueryParameters.Read(exchange, known, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Flag(Parameters.Local).TryGet(out var local, out error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, local)).TryGet(out var document, out var refusal)) return refusal;
        var (call, body) = document;
        parameters = parameters.Copy();
        if (!QueryDocument.Read(body, parameters, call.Context, limits, isTemporal).TryGet(out var selectors, out error)) return error;
        if (!EntityQueries.Localize(call, selectors, parameters).TryGet(out call, out error)) return error;
        return EntityQueries.Read(parameters, call, selectors).Map(query => new BoundQuery(call, parameters, query));
    }
}
