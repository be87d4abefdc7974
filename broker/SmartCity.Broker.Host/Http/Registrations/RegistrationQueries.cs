using System.Collections.Immutable;
using SmartCity.Broker.Host.Http.Entities;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Host.Http.Registrations;

/// <summary>From the parameters of a query for registrations, which are those of a query for Entities, to the query (ETSI GS CIM 009 5.10.2.4, 6.8.3.2).</summary>
internal static class RegistrationQueries
{
    public const Parameters Known = Parameters.Id | Parameters.Type | Parameters.IdPattern | Parameters.Attrs | Parameters.Q | Parameters.Csf
        | Parameters.Pick | Parameters.Omit | Parameters.Georel | Parameters.Geometry | Parameters.Coordinates | Parameters.Geoproperty
        | Parameters.GeometryProperty | Parameters.Lang | Parameters.ScopeQ | Parameters.DatasetId | Parameters.ExpandValues
        | Parameters.Timerel | Parameters.TimeAt | Parameters.EndTimeAt | Parameters.Timeproperty;

    private static NgsiLdError TooWide => NgsiLdError.BadRequestData("the query is too wide: it needs one of type, attrs, q or georel");

    /// <param name="parameters">What is asked for.</param>
    /// <param name="call">A local one: a query for registrations is not forwarded.</param>
    /// <param name="page">
    /// Whoever asks for the number of registrations lists them, and may do so without a condition, though the clause asks for one: clients that show
    /// registrations to people have none. The parameter local is no condition here: this operation is always local (6.3.18).
    /// </param>
    public static Result<RegistrationQuery> Read(QueryParameters parameters, Call call, PageRequest page)
    {
        if (!parameters.Flag(Parameters.Local).TryGet(out _, out var error)) return error;
        if (!EntityQueries.Read(parameters, call).TryGet(out var entities, out error)) return error;
        if (!page.Count && !QueryWidth.IsNarrow(entities)) return TooWide;
        if (!Time(parameters).TryGet(out var time, out error)) return error;
        if (!Picked(parameters, call).TryGet(out var picked, out error)) return error;
        ImmutableArray<string> valued = [.. picked.Concat(QueriedNames.Of(entities with { Geo = null })).Distinct()];
        return new RegistrationQuery
        {
            Selectors = entities.Selectors,
            AttributeNames = valued.IsEmpty ? [] : [.. valued.Concat(QueriedNames.Of(entities)).Distinct()],
            NeedsPlace = valued.IsEmpty && entities.Geo is not null,
            DatasetIds = entities.DatasetIds,
            Geo = entities.Geo,
            Scope = entities.Scope,
            Time = time,
            Csf = entities.Csf,
        };
    }

    private static Result<RegistrationTime?> Time(QueryParameters parameters)
    {
        // timeproperty alone asks nothing (6.8.3.2).
        if (!parameters.Has(Parameters.Timerel | Parameters.TimeAt | Parameters.EndTimeAt)) return (RegistrationTime?)null;
        var parsed = TemporalQueryParser.Parse(
            parameters.NonEmpty(Parameters.Timerel),
            parameters.NonEmpty(Parameters.TimeAt),
            parameters.NonEmpty(Parameters.EndTimeAt),
            parameters.NonEmpty(Parameters.Timeproperty),
            null);
        return parsed.TryGet(out var time, out var error) ? RegistrationTime.Of(time) : error;
    }

    private static Result<ImmutableArray<string>> Picked(QueryParameters parameters, Call call)
    {
        if (parameters.NonEmpty(Parameters.Omit) is { } omit && !ProjectionParser.Parse(omit, call.Context).TryGet(out _, out var error)) return error;
        if (parameters.NonEmpty(Parameters.Pick) is not { } pick) return ImmutableArray<string>.Empty;
        return ProjectionParser.Parse(pick, call.Context).Map(projection =>
            projection.Members.Select(member => member.Name).Where(name => !ReservedMembers.IsProjected(name)).ToImmutableArray());
    }
}
