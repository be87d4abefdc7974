using System.Collections.Immutable;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>From the parameters of a query to the query (ETSI GS CIM 009 5.7.2.4, 6.4.3.2).</summary>
internal static class EntityQueries
{
    /// <summary>
    /// The local parameter, which the type <c>*</c> implies and must not contradict. Of a Snapshot it means nothing
    /// (ETSI GS CIM 009 6.3.18).
    /// </summary>
    public static Result<bool> Local(Exchange exchange, QueryParameters parameters)
    {
        if (!parameters.Flag(Parameters.Local).TryGet(out var local, out var error)) return error;
        if (exchange.Snapshot is not null) return true;
        if (parameters[Parameters.Type] != "*") return local;
        return parameters[Parameters.Local] == "false"
            ? NgsiLdError.BadRequestData("type is '*', which implies local=true, but local is false")
            : true;
    }

    /// <summary>The same for the types of a query document.</summary>
    public static Result<Call> Localize(Call call, ImmutableArray<EntitySelector> selectors, QueryParameters parameters)
    {
        if (call.Snapshot is not null || !selectors.Any(selector => selector.Type is TypeAny)) return call;
        return parameters[Parameters.Local] == "false"
            ? NgsiLdError.BadRequestData("entities.type is '*', which implies local=true, but local is false")
            : call with { Local = true };
    }

    public static Result<EntityQuery> Read(QueryParameters parameters, Call call) =>
        Selectors(parameters, call.Context).TryGet(out var selectors, out var error) ? Read(parameters, call, selectors) : error;

    /// <param name="parameters">Everything but what <paramref name="selectors"/> say.</param>
    /// <param name="call">The request.</param>
    /// <param name="selectors">Which Entities by id and type.</param>
    public static Result<EntityQuery> Read(QueryParameters parameters, Call call, ImmutableArray<EntitySelector> selectors)
    {
        var context = call.Context;
        if (!parameters.Flag(Parameters.SplitEntities).TryGet(out var split, out var error)) return error;
        if (!Q(parameters, context).TryGet(out var q, out error)) return error;
        if (!Geo(parameters, context).TryGet(out var geo, out error)) return error;
        if (!Scope(parameters).TryGet(out var scope, out error)) return error;
        QExpression? csf = null;
        if (parameters.NonEmpty(Parameters.Csf) is { } filter && !QParser.Parse(filter, context).TryGet(out csf, out error)) return error;

        return QueryWidth.Narrow(call.Local, new EntityQuery
        {
            Selectors = selectors,
            AttributeNames = parameters.Names(Parameters.Attrs, context),
            Q = q,
            Geo = geo,
            Scope = scope,
            DatasetIds = parameters.List(Parameters.DatasetId),
            Csf = csf,
            SplitEntities = parameters.NonEmpty(Parameters.SplitEntities) is null ? null : split,
        });
    }

    public static bool HasAny(PackedEntity entity, ImmutableArray<string> names)
    {
        foreach (var attribute in entity.Attributes)
        {
            if (names.Contains(attribute.Name.Iri)) return true;
        }

        return false;
    }

    private static Result<ImmutableArray<EntitySelector>> Selectors(QueryParameters parameters, Context context)
    {
        var ids = parameters.List(Parameters.Id);
        foreach (var id in ids)
        {
            if (!EntityIds.IsUri(id)) return NgsiLdError.BadRequestData($"id has '{id}', which is no URI");
        }

        TypeSelection? type = null;
        if (parameters.NonEmpty(Parameters.Type) is { } text && !TypeSelectionParser.Parse(text, context).TryGet(out type, out var error)) return error;

        // id takes precedence over idPattern (ETSI GS CIM 009 5.2.33).
        IdPattern? pattern = null;
        if (parameters.NonEmpty(Parameters.IdPattern) is { } regex && !IdPattern.Parse(regex).TryGet(out pattern, out error)) return error;
        if (!ids.IsEmpty) pattern = null;

        ImmutableArray<EntitySelector> any = [];
        return ids.IsEmpty && type is null && pattern is null ? any : [new EntitySelector { Ids = ids, Type = type, IdPattern = pattern }];
    }

    private static Result<QExpression?> Q(QueryParameters parameters, Context context)
    {
        if (parameters.NonEmpty(Parameters.Q) is not { } text) return (QExpression?)null;
        return QParser.Parse(text, context).TryGet(out var q, out var error)
            ? ExpandedValues.In(q, parameters.Names(Parameters.ExpandValues, context), context)
            : error;
    }

    // geoproperty alone asks nothing (ETSI GS CIM 009 6.4.3.2).
    private static Result<GeoQuery?> Geo(QueryParameters parameters, Context context)
    {
        if (!parameters.Has(Parameters.Georel | Parameters.Geometry | Parameters.Coordinates)) return (GeoQuery?)null;
        var parsed = GeoQueryParser.Parse(
            parameters.NonEmpty(Parameters.Georel),
            parameters.NonEmpty(Parameters.Geometry),
            parameters.NonEmpty(Parameters.Coordinates),
            parameters.NonEmpty(Parameters.Geoproperty),
            context);
        return parsed.TryGet(out var geo, out var error) ? geo : error;
    }

    private static Result<ScopeQuery?> Scope(QueryParameters parameters)
    {
        if (parameters.NonEmpty(Parameters.ScopeQ) is not { } text) return (ScopeQuery?)null;
        return ScopeQueryParser.Parse(text).TryGet(out var scope, out var error) ? scope : error;
    }
}
