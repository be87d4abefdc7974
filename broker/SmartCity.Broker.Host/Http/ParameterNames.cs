namespace SmartCity.Broker.Host.Http;

/// <summary>From the words on the wire to what they mean, and back.</summary>
internal static class ParameterNames
{
    // In these a plus sign means itself: regexes, scopes (ETSI GS CIM 009 4.19) and time zones hold it, and none holds a blank.
    private const Parameters LiteralPlus = Parameters.Id | Parameters.IdPattern | Parameters.ScopeQ | Parameters.ObservedAt | Parameters.DatasetId
        | Parameters.ContainedBy | Parameters.TimeAt | Parameters.EndTimeAt;

    /// <summary>None where there is no such parameter.</summary>
    public static Parameters Find(ReadOnlySpan<char> name) => name switch
    {
        "id" => Parameters.Id,
        "type" => Parameters.Type,
        "idPattern" => Parameters.IdPattern,
        "attrs" => Parameters.Attrs,
        "q" => Parameters.Q,
        "csf" => Parameters.Csf,
        "pick" => Parameters.Pick,
        "omit" => Parameters.Omit,
        "georel" => Parameters.Georel,
        "geometry" => Parameters.Geometry,
        "coordinates" => Parameters.Coordinates,
        "geoproperty" => Parameters.Geoproperty,
        "geometryProperty" => Parameters.GeometryProperty,
        "lang" => Parameters.Lang,
        "scopeQ" => Parameters.ScopeQ,
        "datasetId" => Parameters.DatasetId,
        "expandValues" => Parameters.ExpandValues,
        "jsonKeys" => Parameters.JsonKeys,
        "splitEntities" => Parameters.SplitEntities,
        "local" => Parameters.Local,
        "limit" => Parameters.Limit,
        "offset" => Parameters.Offset,
        "count" => Parameters.Count,
        "options" => Parameters.Options,
        "format" => Parameters.Format,
        "observedAt" => Parameters.ObservedAt,
        "deleteAll" => Parameters.DeleteAll,
        "details" => Parameters.Details,
        "timerel" => Parameters.Timerel,
        "timeAt" => Parameters.TimeAt,
        "endTimeAt" => Parameters.EndTimeAt,
        "timeproperty" => Parameters.Timeproperty,
        "lastN" => Parameters.LastN,
        "aggrMethods" => Parameters.AggrMethods,
        "aggrPeriodDuration" => Parameters.AggrPeriodDuration,
        "pageSize" => Parameters.PageSize,
        "kind" => Parameters.Kind,
        "reload" => Parameters.Reload,
        "join" => Parameters.Join,
        "joinLevel" => Parameters.JoinLevel,
        "containedBy" => Parameters.ContainedBy,
        "orderBy" => Parameters.OrderBy,
        "orderFrom" => Parameters.OrderFrom,
        "orderGeometry" => Parameters.OrderGeometry,
        "collation" => Parameters.Collation,
        "entityMap" => Parameters.EntityMap,
        "entityMapLifetime" => Parameters.EntityMapLifetime,
        "cursor" => Parameters.Cursor,
        "keep" => Parameters.Keep,
        "drop" => Parameters.Drop,
        _ => name.Contains('%') && Uri.UnescapeDataString(name) is var decoded && !decoded.Contains('%') ? Find(decoded) : Parameters.None,
    };

    public static string Text(Parameters one)
    {
        var name = one.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>None where there is no such word.</summary>
    public static Options FindOption(ReadOnlySpan<char> word) => word switch
    {
        "normalized" => Options.Normalized,
        "concise" => Options.Concise,
        "simplified" or "keyValues" => Options.Simplified,
        "temporalValues" => Options.TemporalValues,
        "aggregatedValues" => Options.AggregatedValues,
        "sysAttrs" => Options.SysAttrs,
        "count" => Options.Count,
        "noOverwrite" => Options.NoOverwrite,
        "replace" => Options.Replace,
        "update" => Options.Update,
        _ => Options.None,
    };

    /// <summary>Undoes percent-encoding, and the form encoding of blanks where the parameter may hold one.</summary>
    public static string DecodeValue(Parameters one, ReadOnlySpan<char> value)
    {
        if (value.IndexOfAny('%', '+') < 0) return value.ToString();
        var text = value.ToString();
        if ((one & LiteralPlus) == 0) text = text.Replace('+', ' ');
        return Uri.UnescapeDataString(text);
    }
}
