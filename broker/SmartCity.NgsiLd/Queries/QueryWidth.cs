namespace SmartCity.NgsiLd.Queries;

/// <summary>How wide a query may be where it goes beyond this broker (ETSI GS CIM 009 5.7.2.4, 5.7.4.4).</summary>
public static class QueryWidth
{
    /// <summary>BadRequestData where the query says neither type, nor Attribute, nor place, nor local.</summary>
    public static Result<EntityQuery> Narrow(bool local, EntityQuery query) => local || IsNarrow(query)
        ? query
        : NgsiLdError.BadRequestData("the query is too wide: it needs one of type, attrs, q, georel or local=true");

    /// <summary>Whether the query says a type, an Attribute or a place.</summary>
    public static bool IsNarrow(EntityQuery query)
    {
        foreach (var selector in query.Selectors)
        {
            if (selector.Type is not null) return true;
        }

        return QueriedNames.Of(query).Any();
    }
}
