using SmartCity.Broker.Entities;
using SmartCity.Broker.Federation;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Json;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>/entities and /entities/{entityId} (ETSI GS CIM 009 6.4, 6.5).</summary>
internal sealed class EntityEndpoints(IEntityOperations entities, EntityLinking linking, CallBinder binder, QueryBinder queries, Limits limits)
{
    private const string Collection = "/ngsi-ld/v1/entities";
    private const string One = Collection + "/{entityId}";

    /// <summary>The parameters of a query (ETSI GS CIM 009 6.4.3.2).</summary>
    public const Parameters Queried = Parameters.Selection | Parameters.Shape | EntityPages.Known | Parameters.Local;

    /// <summary>Those beside a query that is a document (6.23.3.1).</summary>
    public const Parameters QueriedBeside =
        Parameters.Paging | Parameters.Cursor | Parameters.Options | Parameters.Format | Parameters.GeometryProperty | Parameters.Local;

    private const Parameters Guarded = WriteInput.Known | Parameters.Type;

    public IEnumerable<Route> Routes =>
    [
        new("POST", Collection, CreateAsync),
        new("GET", Collection, QueryAsync),
        new("POST", "/ngsi-ld/v1/entityOperations/query", PostQueryAsync),
        new("GET", One, RetrieveAsync),
        new("PUT", One, ReplaceAsync),
        new("PATCH", One, MergeAsync),
        new("DELETE", One, DeleteAsync),
    ];

    private async ValueTask<Reply> CreateAsync(Exchange exchange)
    {
        if (!WriteInput.Read(exchange, WriteInput.Known, limits).TryGet(out var input, out var error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, input.Local)).TryGet(out var document, out var refusal)) return refusal;
        var read = EntityReader.Read(document.Body, document.Call.Context, EntityInput.Entity, input.Reading);
        if (!read.TryGet(out var entity, out error)) return error;
        var created = await entities.CreateAsync(document.Call, entity, CancellationToken.None);
        if (!created.TryGet(out var outcome, out error)) return error;
        if (outcome.Failures.IsEmpty) return EmptyReply.Created(Collection + "/", entity.Id);
        return new PartialReply(entity.Id, outcome.Failures, Collection + "/" + PathVariable.Encode(entity.Id));
    }

    private async ValueTask<Reply> QueryAsync(Exchange exchange) =>
        (await queries.BindAsync(exchange, Queried)).TryGet(out var bound, out var refusal) ? await AnswerAsync(exchange, bound) : refusal;

    private async ValueTask<Reply> PostQueryAsync(Exchange exchange) =>
        (await queries.BindDocumentAsync(exchange, QueriedBeside)).TryGet(out var bound, out var refusal)
            ? await AnswerAsync(exchange, bound with { Query = bound.Query with { IsBatch = true } })
            : refusal;

    private async ValueTask<Reply> AnswerAsync(Exchange exchange, BoundQuery bound)
    {
        var (call, parameters, query) = bound;
        if (!parameters.Options(Shape.Known | Options.Count).TryGet(out var options, out var error)) return error;
        if (!Shape.Read(exchange, parameters, options, call.Context, limits).TryGet(out var shape, out var refusal)) return refusal;
        if (!EntityPages.Read(exchange, parameters, options, call, limits).TryGet(out var pages, out error)) return error;
        if (!shape.Representation.IncludeContext && !(await binder.NameContextAsync(exchange, call)).TryGet(out call, out error)) return error;
        if (shape.Representation.Join.Refuse(query.Q) is { } tooDeep) return tooDeep;
        var paging = pages.Paging with { Shown = shape.Attributes };
        if (!(await entities.QueryAsync(call, query, paging, CancellationToken.None)).TryGet(out var found, out error)) return error;
        var gathered = await linking.GatherAsync(call, found.Entities, shape.Representation, CancellationToken.None);
        return gathered.TryGet(out var links, out error)
            ? new EntitiesReply(found, links, shape, call.Context, pages.Links(exchange, found, shape.Type))
            : error;
    }

    private async ValueTask<Reply> RetrieveAsync(Exchange exchange)
    {
        const Parameters Known = Parameters.Attrs | Parameters.Type | Parameters.DatasetId | Parameters.Shape | Parameters.Mapping | Parameters.Local;
        if (!QueryParameters.Read(exchange, Known, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Flag(Parameters.Local).TryGet(out var local, out error)) return error;
        if (!parameters.Options(Shape.Known).TryGet(out var options, out error)) return error;
        if (!(await binder.BindAsync(exchange, local)).TryGet(out var call, out var refusal)) return refusal;
        if (!Shape.Read(exchange, parameters, options, call.Context, limits).TryGet(out var shape, out refusal)) return refusal;
        if (!WriteInput.Guard(parameters, call.Context).TryGet(out var guard, out error)) return error;
        if (!EntityMapHeader.Read(exchange, parameters).TryGet(out var wanted, out error)) return error;
        var found = await entities.RetrieveAsync(call, exchange.First, guard, shape.Attributes, wanted, CancellationToken.None);
        if (!found.TryGet(out var retrieved, out error)) return error;
        var entity = retrieved.Entity;

        var attrs = parameters.Names(Parameters.Attrs, call.Context);
        if (!attrs.IsEmpty && !EntityQueries.HasAny(entity, attrs))
        {
            return WarnedError.Of(NgsiLdError.NotFound($"{exchange.First} has none of the Attributes that attrs names"), retrieved.Warnings);
        }

        var gathered = await linking.GatherAsync(call, [entity], shape.Representation, CancellationToken.None);
        return gathered.TryGet(out var links, out error) ? new EntityReply(retrieved, links, shape, call.Context) : error;
    }

    private async ValueTask<Reply> ReplaceAsync(Exchange exchange)
    {
        if (!WriteInput.Read(exchange, Guarded, limits).TryGet(out var input, out var error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, input.Local)).TryGet(out var document, out var refusal)) return refusal;
        var (call, body) = document;
        if (!WriteInput.Guard(input.Parameters, call.Context).TryGet(out var guard, out error)) return error;
        if (!EntityReader.Read(body, call.Context, EntityInput.Replacement, input.Reading).TryGet(out var entity, out error)) return error;
        return Done(exchange, await entities.ReplaceAsync(call, exchange.First, guard, entity, CancellationToken.None));
    }

    private async ValueTask<Reply> MergeAsync(Exchange exchange)
    {
        const Parameters Known = Guarded | Parameters.Lang | Parameters.ObservedAt;
        if (!WriteInput.Read(exchange, Known, limits).TryGet(out var input, out var error)) return error;
        if (!input.Merge().TryGet(out var merge, out error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, input.Local)).TryGet(out var document, out var refusal)) return refusal;
        var (call, body) = document;
        if (!WriteInput.Guard(input.Parameters, call.Context).TryGet(out var guard, out error)) return error;
        if (!EntityReader.Read(body, call.Context, EntityInput.Fragment, input.Reading).TryGet(out var fragment, out error)) return error;
        return Done(exchange, await entities.MergeAsync(call, exchange.First, guard, fragment, merge, CancellationToken.None));
    }

    private async ValueTask<Reply> DeleteAsync(Exchange exchange)
    {
        const Parameters Known = Parameters.Local | Parameters.Type;
        if (!WriteInput.Read(exchange, Known, limits).TryGet(out var input, out var error)) return error;
        if (!(await binder.BindAsync(exchange, input.Local)).TryGet(out var call, out var refusal)) return refusal;
        if (!WriteInput.Guard(input.Parameters, call.Context).TryGet(out var guard, out error)) return error;
        return Done(exchange, await entities.DeleteAsync(call, exchange.First, guard, CancellationToken.None));
    }

    private static Reply Done(Exchange exchange, Result<WriteOutcome> result)
    {
        if (!result.TryGet(out var outcome, out var error)) return error;
        return outcome.Failures.IsEmpty ? EmptyReply.NoContent : new PartialReply(exchange.First, outcome.Failures, location: null);
    }
}
