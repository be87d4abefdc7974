using System.Globalization;
using SmartCity.Broker.Federation.Http;
using SmartCity.Broker.Temporal;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Federation.Temporal;

/// <summary>
/// Temporal requests as sources get them (ETSI GS CIM 009 6.18.3.2, 6.19.3.1): instances, whatever is asked for here, since aggregates of
/// several places cannot be put together again.
/// </summary>
internal static class EvolutionQuestion
{
    /// <summary>Entities of a page.</summary>
    public const int Page = 100;

    private const string Collection = "/ngsi-ld/v1/temporal/entities";

    private const string Maps = "/ngsi-ld/v1/temporal/entityMaps";

    /// <summary>For an EntityMap of the same Entities (6.35.3.1).</summary>
    public static SourceRequest Map(EvolutionShare share, EntitySelector selector, TemporalQuery time, Context context)
    {
        var target = new TargetText("");
        QueryText.AddTo(ref target, new EntityQuery { Selectors = [selector] }, share.Attributes, [], context);
        Time(ref target, time, forwardsLastN: false);
        return new(HttpMethod.Get, Maps, target.ToString());
    }

    public static SourceRequest Query(EvolutionShare share, EntitySelector selector, TemporalQuery time, bool forwardsLastN, int offset, Context context)
    {
        var target = new TargetText("");
        QueryText.AddTo(ref target, new EntityQuery { Selectors = [selector] }, share.Attributes, [], context);
        Time(ref target, time, forwardsLastN);
        target.Add("options", "sysAttrs");
        target.Add("limit", Page);
        if (offset > 0) target.Add("offset", offset);
        return new(HttpMethod.Get, Collection, target.ToString());
    }

    /// <summary>The page that follows by the source's own word, see <see cref="SourceDocument.Next"/>.</summary>
    public static SourceRequest Following(string next) => new(HttpMethod.Get, Collection, "?" + next);

    public static SourceRequest Retrieve(EvolutionShare share, string id, TemporalQuery time, bool forwardsLastN, Context context)
    {
        var target = new TargetText("");
        if (!share.Attributes.IsEmpty) target.Add("attrs", QueryText.Names(share.Attributes, context));
        Time(ref target, time, forwardsLastN);
        target.Add("options", "sysAttrs");
        return new(HttpMethod.Get, $"{Collection}/{UrlText.Segment(id)}", target.ToString());
    }

    /// <summary>Whether the last n of each place hold the last n of all: not where some are filtered out afterwards, or aggregated.</summary>
    public static bool ForwardsLastN(TemporalRequest request) =>
        request is { Time.LastN: not null, Aggregation: null, Query: { Q: null, Geo: null, Scope: null, DatasetIds.IsEmpty: true } };

    /// <summary>
    /// Where an answer ends in time that holds a part of the range only, in order of time (6.3.10): what follows is asked for from there on.
    /// Null where the header says no such thing.
    /// </summary>
    public static DateTimeOffset? EndOf(string? contentRange)
    {
        const string Unit = "DateTime ";
        if (contentRange is null || !contentRange.StartsWith(Unit, StringComparison.OrdinalIgnoreCase)) return null;
        var range = contentRange.AsSpan(Unit.Length);
        if (range.IndexOf('/') is var slash and > 0) range = range[..slash];
        var dash = range.IndexOf("Z-");
        return dash > 0 && Timestamp.TryParse(range[(dash + 2)..].Trim().ToString(), out var end) ? end.Value : null;
    }

    /// <summary>As clients write it, without a fraction that says nothing.</summary>
    private static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture);

    private static void Time(ref TargetText target, TemporalQuery time, bool forwardsLastN)
    {
        if (time.Relation is { } relation)
        {
            target.Add("timerel", relation switch { TimeRelation.Before => "before", TimeRelation.After => "after", _ => "between" });
            target.Add("timeAt", Text(time.TimeAt));
            if (relation == TimeRelation.Between) target.Add("endTimeAt", Text(time.EndTimeAt));
        }

        if (time.Property != TimeProperty.ObservedAt)
        {
            target.Add("timeproperty", time.Property switch
            {
                TimeProperty.CreatedAt => "createdAt",
                TimeProperty.ModifiedAt => "modifiedAt",
                _ => "deletedAt",
            });
        }

        if (forwardsLastN) target.Add("lastN", time.LastN?.ToString(CultureInfo.InvariantCulture));
    }
}
