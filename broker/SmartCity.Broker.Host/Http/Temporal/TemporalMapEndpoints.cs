using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Host.Http.Entities;
using SmartCity.Broker.Host.Http.EntityMaps;
using SmartCity.Broker.Temporal;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Host.Http.Temporal;

/// <summary>/temporal/entityMaps (ETSI GS CIM 009 6.35). What becomes of an EntityMap is at /entityMaps, whatever made it.</summary>
internal sealed class TemporalMapEndpoints(MappedTemporal mapped, IEntityMapOperations maps, QueryBinder queries)
{
    private const string Collection = "/ngsi-ld/v1/temporal/entityMaps";

    public IEnumerable<Route> Routes =>
    [
        new("GET", Collection, CreateAsync),
        new("POST", Collection, PostCreateAsync),
    ];

    private async ValueTask<Reply> CreateAsync(Exchange exchange) =>
        (await queries.BindAsync(exchange, TemporalInput.Queried)).TryGet(out var bound, out var refusal) ? await CreateAsync(exchange, bound) : refusal;

    private async ValueTask<Reply> PostCreateAsync(Exchange exchange) =>
        (await queries.BindDocumentAsync(exchange, TemporalInput.QueriedBeside, isTemporal: true)).TryGet(out var bound, out var refusal)
            ? await CreateAsync(exchange, bound)
            : refusal;

    // Pages are passed over, and forms mean nothing here, but have to make sense (ETSI GS CIM 009 5.14.5.3).
    private async ValueTask<Reply> CreateAsync(Exchange exchange, BoundQuery bound)
    {
        var (call, parameters, query) = bound;
        if (Join.None.Refuse(query.Q) is { } linked) return linked;
        if (!JsonShape.Read(exchange, call.Context).TryGet(out var form, out var refusal)) return refusal;
        if (!TemporalShape.Read(exchange, parameters, call.Context, Options.Count).TryGet(out var shape, out refusal)) return refusal;
        if (!TemporalInput.Request(parameters, query, shape, call).TryGet(out var request, out var error)) return error;
        if (request.Time.Relation is null) return TemporalInput.NoTime;
        if (!EntityMapHeader.Lifetime(parameters).TryGet(out var lifetime, out error)) return error;
        if (!(await mapped.CreateAsync(call, request, lifetime, CancellationToken.None)).TryGet(out var made, out error)) return error;
        var read = await maps.RetrieveAsync(call, made.Map.Id, CancellationToken.None);
        return read.TryGet(out var content, out error) ? new EntityMapReply(content, form, made) : error;
    }
}
