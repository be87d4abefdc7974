using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.Broker.Entities;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>/entityOperations/create, upsert, update, merge and delete (ETSI GS CIM 009 6.14 - 6.17, 6.31).</summary>
internal sealed class BatchEndpoints(IEntityOperations entities, CallBinder binder, Limits limits)
{
    private const string Root = "/ngsi-ld/v1/entityOperations/";

    public IEnumerable<Route> Routes =>
    [
        new("POST", Root + "create", exchange => WriteAsync(exchange, Options.None, static _ => BatchKind.Create)),
        new("POST", Root + "upsert", exchange => WriteAsync(exchange, Options.Replace | Options.Update, UpsertKind)),
        new("POST", Root + "update", exchange => WriteAsync(exchange, Options.NoOverwrite, UpdateKind)),
        new("POST", Root + "merge", exchange => WriteAsync(exchange, Options.None, static _ => BatchKind.Merge, Parameters.Lang | Parameters.ObservedAt)),
        new("POST", Root + "delete", DeleteAsync),
    ];

    private async ValueTask<Reply> WriteAsync(
        Exchange exchange, Options known, Func<Options, BatchKind> kindOf, Parameters more = Parameters.None)
    {
        if (!WriteInput.Read(exchange, WriteInput.Known | more, limits, known).TryGet(out var input, out var error)) return error;
        if (!input.Merge().TryGet(out var merge, out error)) return error;
        if (!(await binder.BindBatchAsync(exchange, input.Local)).TryGet(out var batch, out var refusal)) return refusal;
        if (batch.Type == MediaType.LdJson && !batch.MentionsContext)
        {
            return NgsiLdError.BadRequestData("the body has no @context, which application/ld+json requires of each element");
        }

        var kind = kindOf(input.Options);
        var form = kind is BatchKind.Create or BatchKind.UpsertReplace or BatchKind.UpsertUpdate ? EntityInput.Entity : EntityInput.Fragment;
        var items = ImmutableArray.CreateBuilder<BatchItem>(batch.Items.Length);
        foreach (var item in batch.Items) items.Add(await ReadAsync(batch, kind, item, form, input.Reading));
        var result = await entities.BatchAsync(batch.Call, kind, items.MoveToImmutable(), merge, CancellationToken.None);
        return result.TryGet(out var outcome, out error) ? new BatchReply(outcome) : error;
    }

    private async ValueTask<Reply> DeleteAsync(Exchange exchange)
    {
        if (!WriteInput.Read(exchange, Parameters.Local, limits).TryGet(out var input, out var error)) return error;
        if (!(await binder.BindBatchAsync(exchange, input.Local)).TryGet(out var batch, out var refusal)) return refusal;
        var items = ImmutableArray.CreateBuilder<BatchItem>(batch.Items.Length);
        foreach (var item in batch.Items)
        {
            if (ReadString(item) is not { } id) return NgsiLdError.BadRequestData("the array has an element that is not a string: each is the id of an Entity");
            items.Add(EntityIds.IsUri(id) ? new(id, null) : new(id, null, NgsiLdError.BadRequestData($"'{id}' is no URI")));
        }

        var result = await entities.BatchAsync(
            batch.Call, BatchKind.Delete, items.MoveToImmutable(), MergeOptions.None, CancellationToken.None);
        return result.TryGet(out var outcome, out error) ? new BatchReply(outcome) : error;
    }

    private async ValueTask<BatchItem> ReadAsync(
        Batch batch, BatchKind kind, ReadOnlyMemory<byte> item, EntityInput form, EntityReaderOptions reading)
    {
        if (!(await binder.ContextOfAsync(batch, item)).TryGet(out var context, out var error))
        {
            return new(EntityReader.FindId(item) ?? "", null, error);
        }

        if (EntityReader.Read(item, context, form, reading).TryGet(out var entity, out error)) return new(entity.Id, entity);
        // What would be no Entity may be an update of one: NGSI-LD Null tells (ETSI GS CIM 009 5.6.8.4, 5.6.2.4).
        var mayUpdate = kind == BatchKind.UpsertUpdate && item.Span.IndexOf(NgsiLdNull.Json) >= 0;
        return mayUpdate && EntityReader.Read(item, context, EntityInput.Fragment, reading).TryGet(out var fragment, out _)
            ? new(fragment.Id, null, error) { Update = fragment }
            : new(EntityReader.FindId(item) ?? "", null, error);
    }

    private static BatchKind UpsertKind(Options options) =>
        (options & Options.Update) != 0 ? BatchKind.UpsertUpdate : BatchKind.UpsertReplace;

    private static BatchKind UpdateKind(Options options) =>
        (options & Options.NoOverwrite) != 0 ? BatchKind.UpdateNoOverwrite : BatchKind.Update;

    private static string? ReadString(ReadOnlyMemory<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json.Span);
            return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        }
        catch (Exception invalid) when (invalid is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
