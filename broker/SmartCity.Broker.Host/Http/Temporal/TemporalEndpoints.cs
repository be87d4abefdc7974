using SmartCity.Broker.Host.Http.Entities;
using SmartCity.Broker.Storage;
using SmartCity.Broker.Temporal;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Host.Http.Temporal;

/// <summary>/temporal/entities, what is below it, and /temporal/entityOperations/query (ETSI GS CIM 009 6.18 - 6.22, 6.24).</summary>
internal sealed class TemporalEndpoints(ITemporalOperations temporal, MappedTemporal mapped, CallBinder binder, QueryBinder queries, Limits limits)
{
    private const string Root = "/ngsi-ld/v1";
    private const string Collection = "/temporal/entities";
    private const string One = Collection + "/{entityId}";
    private const string Attributes = One + "/attrs";
    private const string Attribute = Attributes + "/{attrId}";
    private const string Instance = Attribute + "/{instanceId}";
    private const string Query = "/temporal/entityOperations/query";

    private readonly EntityReaderOptions _reading = new() { MaxDepth = limits.JsonDepth };

    public IEnumerable<Route> Routes =>
    [
        new("POST", Root + Collection, UpsertAsync),
        new("GET", Root + Collection, exchange => QueryAsync(exchange, needsTime: true)),
        new("POST", Root + Query, exchange => PostQueryAsync(exchange, needsTime: true)),
        new("GET", Root + One, RetrieveAsync),
        new("DELETE", Root + One, DeleteAsync),
        new("POST", Root + Attributes, AppendAsync),
        new("DELETE", Root + Attribute, DeleteAttributeAsync),
        new("PATCH", Root + Instance, ReplaceInstanceAsync),
        new("DELETE", Root + Instance, DeleteInstanceAsync),
        // Where other programs have a temporal service of its own: it answers without a temporal query, too.
        new("GET", Collection, exchange => QueryAsync(exchange, needsTime: false)),
        new("GET", One, RetrieveAsync),
        new("POST", Query, exchange => PostQueryAsync(exchange, needsTime: false)),
    ];

    private async ValueTask<Reply> UpsertAsync(Exchange exchange)
    {
        if (!Local(exchange, Parameters.Local).TryGet(out var local, out var error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, local)).TryGet(out var document, out var refusal)) return refusal;
        var read = TemporalEntityReader.Read(document.Body, document.Call.Context, EntityInput.Entity, _reading);
        if (!read.TryGet(out var entity, out error)) return error;
        if (!(await temporal.UpsertAsync(document.Call, entity, CancellationToken.None)).TryGet(out var outcome, out error)) return error;
        var isNew = outcome.Outcome == TemporalOutcome.Created;
        if (!outcome.Failures.IsEmpty) return Partial(entity.Id, outcome, isNew);
        return isNew ? EmptyReply.Created(Root + Collection + "/", entity.Id) : EmptyReply.NoContent;
    }

    private async ValueTask<Reply> AppendAsync(Exchange exchange)
    {
        if (!Local(exchange, Parameters.Local).TryGet(out var local, out var error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, local)).TryGet(out var document, out var refusal)) return refusal;
        var read = TemporalEntityReader.Read(document.Body, document.Call.Context, EntityInput.Fragment, _reading);
        if (!read.TryGet(out var fragment, out error)) return error;
        return Done(await temporal.AppendAsync(document.Call, exchange.First, fragment, CancellationToken.None));
    }

    private async ValueTask<Reply> DeleteAttributeAsync(Exchange exchange)
    {
        const Parameters Known = Parameters.Local | Parameters.DatasetId | Parameters.DeleteAll;
        if (!QueryParameters.Read(exchange, Known, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Flag(Parameters.Local).TryGet(out var local, out error)) return error;
        if (!parameters.Flag(Parameters.DeleteAll).TryGet(out var all, out error)) return error;
        var datasetId = parameters.NonEmpty(Parameters.DatasetId);
        if (datasetId == "@none") datasetId = null;
        if (datasetId is not null && !EntityIds.IsUri(datasetId)) return NgsiLdError.BadRequestData($"datasetId is '{datasetId}', which is no URI");
        if (!(await binder.BindAsync(exchange, local)).TryGet(out var call, out var refusal)) return refusal;
        if (!TemporalInput.Name(exchange, call).TryGet(out var name, out error)) return error;
        return Done(await temporal.DeleteAttributeAsync(call, exchange.First, name, datasetId, all, CancellationToken.None));
    }

    private async ValueTask<Reply> ReplaceInstanceAsync(Exchange exchange)
    {
        if (!Local(exchange, Parameters.Local).TryGet(out var local, out var error)) return error;
        if (TemporalInput.NoInstanceId(exchange) is { } wrong) return wrong;
        if (!(await binder.BindDocumentAsync(exchange, local)).TryGet(out var document, out var refusal)) return refusal;
        var (call, body) = document;
        if (!TemporalInput.Name(exchange, call).TryGet(out var name, out error)) return error;
        if (!TemporalInput.Instance(body, name, call.Context, _reading).TryGet(out var instance, out error)) return error;
        return Done(await temporal.ReplaceInstanceAsync(call, exchange.First, name, exchange.Third, instance, CancellationToken.None));
    }

    private async ValueTask<Reply> DeleteInstanceAsync(Exchange exchange)
    {
        if (!Local(exchange, Parameters.Local).TryGet(out var local, out var error)) return error;
        if (TemporalInput.NoInstanceId(exchange) is { } wrong) return wrong;
        if (!(await binder.BindAsync(exchange, local)).TryGet(out var call, out var refusal)) return refusal;
        if (!TemporalInput.Name(exchange, call).TryGet(out var name, out error)) return error;
        return Done(await temporal.DeleteInstanceAsync(call, exchange.First, name, exchange.Third, CancellationToken.None));
    }

    private async ValueTask<Reply> DeleteAsync(Exchange exchange)
    {
        if (!Local(exchange, Parameters.Local).TryGet(out var local, out var error)) return error;
        if (!(await binder.BindAsync(exchange, local)).TryGet(out var call, out var refusal)) return refusal;
        var deleted = await temporal.DeleteAsync(call, exchange.First, CancellationToken.None);
        if (!deleted.TryGet(out var outcome, out error)) return error;
        return outcome.Failures.IsEmpty ? EmptyReply.NoContent : Partial(exchange.First, outcome, isNew: false);
    }

    private async ValueTask<Reply> RetrieveAsync(Exchange exchange)
    {
        const Parameters Known = Parameters.Attrs | Parameters.Pick | Parameters.Omit | Parameters.Lang | Parameters.DatasetId
            | Parameters.Format | Parameters.Options | Parameters.Time | Parameters.Mapping | Parameters.Local;
        if (!QueryParameters.Read(exchange, Known, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Flag(Parameters.Local).TryGet(out var local, out error)) return error;
        if (!(await binder.BindAsync(exchange, local)).TryGet(out var call, out var refusal)) return refusal;
        if (!TemporalShape.Read(exchange, parameters, call.Context, Options.None).TryGet(out var shape, out refusal)) return refusal;
        if (!TemporalInput.Request(parameters, new(), shape, call).TryGet(out var request, out error)) return error;
        if (shape.IsTable && request.Aggregation is null)
        {
            var export = await temporal.ExportAsync(call, exchange.First, request, new(0, 1, false), CancellationToken.None);
            return export.TryGet(out var found, out error) ? new ExportReply(found, call.Context) : error;
        }

        if (!EntityMapHeader.Read(exchange, parameters).TryGet(out var wanted, out error)) return error;
        var retrieved = wanted is null
            ? await temporal.RetrieveAsync(call, exchange.First, request, CancellationToken.None)
            : await mapped.RetrieveAsync(call, exchange.First, request, wanted, CancellationToken.None);
        return retrieved.TryGet(out var page, out error)
            ? Reply(page, request, shape, call, isArray: false, "")
            : error;
    }

    private async ValueTask<Reply> QueryAsync(Exchange exchange, bool needsTime) =>
        (await queries.BindAsync(exchange, TemporalInput.Queried)).TryGet(out var bound, out var refusal)
            ? await AnswerAsync(exchange, bound, needsTime)
            : refusal;

    private async ValueTask<Reply> PostQueryAsync(Exchange exchange, bool needsTime) =>
        (await queries.BindDocumentAsync(exchange, TemporalInput.QueriedBeside, isTemporal: true)).TryGet(out var bound, out var refusal)
            ? await AnswerAsync(exchange, bound, needsTime)
            : refusal;

    private async ValueTask<Reply> AnswerAsync(Exchange exchange, BoundQuery bound, bool needsTime)
    {
        var (call, parameters, query) = bound;
        if (!(await binder.NameContextAsync(exchange, call)).TryGet(out call, out var error)) return error;
        // No links are followed into the past (ETSI GS CIM 009 5.7.4.4).
        if (NgsiLd.Queries.Join.None.Refuse(query.Q) is { } linked) return linked;
        if (!TemporalShape.Read(exchange, parameters, call.Context, Options.Count).TryGet(out var shape, out var refusal)) return refusal;
        if (!TemporalInput.Request(parameters, query, shape, call).TryGet(out var request, out error)) return error;
        if (needsTime && request.Time.Relation is null) return TemporalInput.NoTime;
        if (!TemporalInput.Page(parameters, shape.Options, limits).TryGet(out var page, out error)) return error;
        if (shape.IsTable && request.Aggregation is null)
        {
            // A table is whole, unless a part of it is asked for.
            if (!parameters.Has(Parameters.Limit | Parameters.PageSize)) page = page with { Limit = int.MaxValue };
            var export = await temporal.ExportAsync(call, null, request, page, CancellationToken.None);
            return export.TryGet(out var pieces, out error) ? new ExportReply(pieces, call.Context) : error;
        }

        if (!EntityMapHeader.Read(exchange, parameters).TryGet(out var wanted, out error)) return error;
        var answer = wanted is null
            ? await temporal.QueryAsync(call, request, page, CancellationToken.None)
            : await mapped.QueryAsync(call, request, page, wanted, CancellationToken.None);
        return answer.TryGet(out var found, out error)
            ? Reply(found, request, shape, call, isArray: true, Paging.Links(exchange, page, found.HasMore, shape.Type))
            : error;
    }

    private static Reply Reply(EvolutionPage page, TemporalRequest request, TemporalShape shape, Call call, bool isArray, string neighbours) =>
        shape.IsTable && request.Aggregation is { } aggregation
            ? new AggregateTableReply(page, aggregation, call.Context, neighbours)
            : new EvolutionsReply(page, request.Shown, shape.Type, call.Context, isArray, neighbours);

    private Result<bool> Local(Exchange exchange, Parameters known) =>
        QueryParameters.Read(exchange, known, limits).TryGet(out var parameters, out var error) ? parameters.Flag(Parameters.Local) : error;

    private static Reply Done(Result<TemporalWritten> result)
    {
        if (!result.TryGet(out var outcome, out var error)) return error;
        return outcome.NotUpdated.IsEmpty ? EmptyReply.NoContent : new UpdateReply(outcome.Updated, outcome.NotUpdated);
    }

    // 6.18 - 6.22 list no partial success, but 5.6.11.4 - 5.6.16.4 and 6.3.17 know it: it is told as of current Entities.
    private static PartialReply Partial(string id, TemporalWritten outcome, bool isNew) =>
        new(id, outcome.Failures, isNew ? $"{Root}{Collection}/{PathVariable.Encode(id)}" : null);
}
