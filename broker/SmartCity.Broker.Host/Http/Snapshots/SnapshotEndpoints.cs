using System.Text.Json;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Host.Http.Entities;
using SmartCity.Broker.Snapshots;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Snapshots;

namespace SmartCity.Broker.Host.Http.Snapshots;

/// <summary>/snapshots, /snapshots/{snapshotId} and /snapshots/{snapshotId}/clone (ETSI GS CIM 009 6.36 - 6.38).</summary>
internal sealed class SnapshotEndpoints(ISnapshotOperations snapshots, CallBinder binder, Limits limits)
{
    private const string Collection = "/ngsi-ld/v1/snapshots";
    private const string One = Collection + "/{snapshotId}";

    public IEnumerable<Route> Routes =>
    [
        new("POST", Collection, CreateAsync),
        new("DELETE", Collection, PurgeAsync),
        new("GET", One, RetrieveAsync),
        new("PATCH", One, UpdateAsync),
        new("DELETE", One, DeleteAsync),
        new("POST", One + "/clone", CloneAsync),
    ];

    private async ValueTask<Reply> CreateAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Flag(Parameters.Local).TryGet(out var local, out error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, local)).TryGet(out var document, out var refusal)) return refusal;
        return Created(await snapshots.CreateAsync(binder.Lasting(exchange, document.Call), document.Body, CancellationToken.None));
    }

    private async ValueTask<Reply> CloneAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, local: false)).TryGet(out var document, out var refusal)) return refusal;
        return Created(await snapshots.CloneAsync(document.Call, exchange.First, document.Body, CancellationToken.None));
    }

    private async ValueTask<Reply> RetrieveAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindAsync(exchange, local: false)).TryGet(out var call, out var refusal)) return refusal;
        if (!JsonShape.Read(exchange, call.Context).TryGet(out var shape, out refusal)) return refusal;
        return Shown(await snapshots.RetrieveAsync(call, exchange.First, CancellationToken.None), shape);
    }

    private async ValueTask<Reply> UpdateAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, local: false)).TryGet(out var document, out var refusal)) return refusal;
        if (!JsonShape.Read(exchange, document.Call.Context).TryGet(out var shape, out refusal)) return refusal;
        return Shown(await snapshots.UpdateAsync(document.Call, exchange.First, document.Body, CancellationToken.None), shape);
    }

    private async ValueTask<Reply> DeleteAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindAsync(exchange, local: false)).TryGet(out var call, out var refusal)) return refusal;
        var deleted = await snapshots.DeleteAsync(call, exchange.First, CancellationToken.None);
        return deleted.TryGet(out _, out error) ? EmptyReply.NoContent : error;
    }

    private async ValueTask<Reply> PurgeAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Q | Parameters.Local, limits).TryGet(out var parameters, out var error)) return error;
        if (!(await binder.BindAsync(exchange, local: false)).TryGet(out var call, out var refusal)) return refusal;
        if (parameters.NonEmpty(Parameters.Q) is not { } q) return NgsiLdError.BadRequestData("q is missing: it says which Snapshots are purged");
        if (!SnapshotFilter.Parse(q).TryGet(out var filter, out error)) return error;
        var purged = await snapshots.PurgeAsync(call, filter, CancellationToken.None);
        if (!purged.TryGet(out var purge, out error)) return error;
        return new BatchReply(new([], purge.Deleted, [.. purge.Errors.Select(one => new BatchError(one.Id, one.Error))]));
    }

    private static Reply Created(Result<Snapshot> result) =>
        result.TryGet(out var snapshot, out var error) ? EmptyReply.Created(Collection + "/", snapshot.Id) : error;

    private static Reply Shown(Result<Snapshot> result, JsonShape shape) =>
        result.TryGet(out var snapshot, out var error) ? new JsonReply<Snapshot>(snapshot, shape, Write) : error;

    private static void Write(Utf8JsonWriter json, Snapshot snapshot, JsonShape shape) =>
        SnapshotWriter.WriteStatus(json, snapshot, shape.Context, shape.Type == MediaType.LdJson);
}
