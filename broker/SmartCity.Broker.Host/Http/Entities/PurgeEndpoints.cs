using SmartCity.Broker.Entities;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>DELETE /entities (ETSI GS CIM 009 5.6.21, 6.4.3.3).</summary>
internal sealed class PurgeEndpoints(IEntityOperations entities, CallBinder binder, Limits limits)
{
    public IEnumerable<Route> Routes => [new("DELETE", "/ngsi-ld/v1/entities", PurgeAsync)];

    private async ValueTask<Reply> PurgeAsync(Exchange exchange)
    {
        const Parameters Known = Parameters.Id | Parameters.Type | Parameters.IdPattern | Parameters.Q | Parameters.Csf | Parameters.ScopeQ
            | Parameters.Georel | Parameters.Geometry | Parameters.Coordinates | Parameters.Geoproperty | Parameters.GeometryProperty
            | Parameters.Keep | Parameters.Drop | Parameters.ExpandValues | Parameters.JsonKeys | Parameters.SplitEntities | Parameters.Local;
        if (!QueryParameters.Read(exchange, Known, limits).TryGet(out var parameters, out var error)) return error;
        if (!EntityQueries.Local(exchange, parameters).TryGet(out var local, out error)) return error;
        if (!EntityMapHeader.Read(exchange, parameters).TryGet(out var map, out error)) return error;
        if (!(await binder.BindAsync(exchange, local)).TryGet(out var call, out var refusal)) return refusal;
        if (!Names(parameters, Parameters.Keep, call.Context).TryGet(out var keep, out error)) return error;
        if (!Names(parameters, Parameters.Drop, call.Context).TryGet(out var drop, out error)) return error;
        if (keep.Length > 0 && drop.Length > 0) return NgsiLdError.BadRequestData("keep and drop are both given: one says what the other leaves");
        // drop is the list of Attribute names by which a purge may be narrow enough (ETSI GS CIM 009 5.6.21.4).
        if (drop.Length > 0 && !drop.Contains("scope"))
        {
            parameters = parameters.Copy();
            parameters.Set(Parameters.Attrs, parameters[Parameters.Drop]!, limits);
        }

        if (!EntityQueries.Read(parameters, call).TryGet(out var query, out error)) return error;
        if (Join.None.Refuse(query.Q) is { } linked) return linked;

        var extent = keep.Length > 0 ? PurgeExtent.Keep(keep) : drop.Length > 0 ? PurgeExtent.Drop(drop) : PurgeExtent.Whole;
        var purged = await entities.PurgeAsync(call, query, extent, map, CancellationToken.None);
        if (!purged.TryGet(out var outcome, out error)) return error;
        EntityMapHeader.Tell(exchange.Http.Response, outcome.Map);
        return outcome.Failures.IsEmpty ? EmptyReply.NoContent : new PurgeReply(outcome.Ids, outcome.Failures);
    }

    private static Result<string[]> Names(QueryParameters parameters, Parameters one, Context context)
    {
        if (parameters.NonEmpty(one) is not { } text) return Array.Empty<string>();
        if (!ProjectionParser.Parse(text, context).TryGet(out var list, out var error)) return error;
        foreach (var member in list.Members)
        {
            if (member.Linked is not null) return NgsiLdError.BadRequestData($"{ParameterNames.Text(one)} reaches into linked Entities");
            if (member.Name is "id" or "type") return NgsiLdError.BadRequestData($"{ParameterNames.Text(one)} has {member.Name}, which is no Attribute");
        }

        return list.Members.Select(member => member.Name).ToArray();
    }
}
