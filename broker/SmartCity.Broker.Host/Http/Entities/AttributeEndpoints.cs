using SmartCity.Broker.Entities;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Json;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>/entities/{entityId}/attrs and /entities/{entityId}/attrs/{attrId} (ETSI GS CIM 009 6.6, 6.7).</summary>
internal sealed class AttributeEndpoints(IEntityOperations entities, CallBinder binder, Limits limits)
{
    private const string All = "/ngsi-ld/v1/entities/{entityId}/attrs";
    private const string One = All + "/{attrId}";
    private const Parameters Guarded = WriteInput.Known | Parameters.Type;

    public IEnumerable<Route> Routes =>
    [
        new("POST", All, AppendAsync),
        new("PATCH", All, UpdateAsync),
        new("PATCH", One, PartialUpdateAsync),
        new("PUT", One, ReplaceAsync),
        new("DELETE", One, DeleteAsync),
    ];

    private async ValueTask<Reply> AppendAsync(Exchange exchange)
    {
        if (!WriteInput.Read(exchange, Guarded, limits, Options.NoOverwrite).TryGet(out var input, out var error)) return error;
        // ETSI GS CIM 009 6.3.4 would have it with PATCH alone; ngsijs appends with it, and what that means is plain.
        if (!(await binder.BindDocumentAsync(exchange, input.Local, mergePatch: true)).TryGet(out var document, out var refusal)) return refusal;
        var (call, body) = document;
        if (!WriteInput.Guard(input.Parameters, call.Context).TryGet(out var guard, out error)) return error;
        if (!EntityReader.Read(body, call.Context, EntityInput.Fragment, input.Reading).TryGet(out var fragment, out error)) return error;
        var noOverwrite = (input.Options & Options.NoOverwrite) != 0;
        return Done(await entities.AppendAsync(call, exchange.First, guard, fragment, noOverwrite, CancellationToken.None));
    }

    private async ValueTask<Reply> UpdateAsync(Exchange exchange)
    {
        if (!WriteInput.Read(exchange, Guarded, limits).TryGet(out var input, out var error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, input.Local)).TryGet(out var document, out var refusal)) return refusal;
        var (call, body) = document;
        if (!WriteInput.Guard(input.Parameters, call.Context).TryGet(out var guard, out error)) return error;
        if (!EntityReader.Read(body, call.Context, EntityInput.Fragment, input.Reading).TryGet(out var fragment, out error)) return error;
        return Done(await entities.UpdateAsync(call, exchange.First, guard, fragment, CancellationToken.None));
    }

    private async ValueTask<Reply> PartialUpdateAsync(Exchange exchange)
    {
        if (!WriteInput.Read(exchange, Guarded, limits).TryGet(out var input, out var error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, input.Local)).TryGet(out var document, out var refusal)) return refusal;
        var (call, body) = document;
        if (!WriteInput.Guard(input.Parameters, call.Context).TryGet(out var guard, out error)) return error;
        if (!AttributeName.Read(exchange.Second, call.Context).TryGet(out var name, out error)) return error;
        var read = EntityReader.ReadAttribute(body, name, call.Context, EntityInput.Fragment, input.Reading);
        if (!read.TryGet(out var fragment, out error)) return error;
        return Done(await entities.PartialUpdateAttributeAsync(call, exchange.First, guard, name, fragment, CancellationToken.None));
    }

    private async ValueTask<Reply> ReplaceAsync(Exchange exchange)
    {
        if (!WriteInput.Read(exchange, Guarded, limits).TryGet(out var input, out var error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, input.Local)).TryGet(out var document, out var refusal)) return refusal;
        var (call, body) = document;
        if (!WriteInput.Guard(input.Parameters, call.Context).TryGet(out var guard, out error)) return error;
        if (!AttributeName.Read(exchange.Second, call.Context).TryGet(out var name, out error)) return error;
        var read = EntityReader.ReadAttribute(body, name, call.Context, EntityInput.Entity, input.Reading);
        if (!read.TryGet(out var instances, out error)) return error;
        return Done(await entities.ReplaceAttributeAsync(call, exchange.First, guard, name, instances, CancellationToken.None));
    }

    private async ValueTask<Reply> DeleteAsync(Exchange exchange)
    {
        const Parameters Known = Parameters.Local | Parameters.Type | Parameters.DatasetId | Parameters.DeleteAll;
        if (!WriteInput.Read(exchange, Known, limits).TryGet(out var input, out var error)) return error;
        if (!input.Parameters.Flag(Parameters.DeleteAll).TryGet(out var all, out error)) return error;
        var datasetId = input.Parameters.NonEmpty(Parameters.DatasetId);
        if (datasetId == "@none") datasetId = null;
        if (datasetId is not null && !EntityIds.IsUri(datasetId)) return NgsiLdError.BadRequestData($"datasetId is '{datasetId}', which is no URI");
        if (!(await binder.BindAsync(exchange, input.Local)).TryGet(out var call, out var refusal)) return refusal;
        if (!WriteInput.Guard(input.Parameters, call.Context).TryGet(out var guard, out error)) return error;
        if (!AttributeName.Read(exchange.Second, call.Context).TryGet(out var name, out error)) return error;
        return Done(await entities.DeleteAttributeAsync(call, exchange.First, guard, name, datasetId, all, CancellationToken.None));
    }

    private static Reply Done(Result<WriteOutcome> result)
    {
        if (!result.TryGet(out var outcome, out var error)) return error;
        return outcome.NotUpdated.IsEmpty ? EmptyReply.NoContent : new UpdateReply(outcome.Updated, outcome.NotUpdated);
    }
}
