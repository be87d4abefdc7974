namespace SmartCity.NgsiLd.Queries;

/// <summary>
/// The Attributes that decide whether an Entity is meant by a query (ETSI GS CIM 009 5.10.2.4): those that it lists, and those of q and of the geo-query.
/// What every Entity has, such as createdAt, is none of them.
/// </summary>
public static class QueriedNames
{
    public static IEnumerable<string> Of(EntityQuery query)
    {
        var names = query.Q is null ? query.AttributeNames : query.AttributeNames.Concat(Paths(query.Q).SelectMany(Of));
        return query.Geo is null ? names : names.Append(query.Geo.Path.Names[0]);
    }

    /// <summary>Whether a filter is of the time at which something was created or modified.</summary>
    public static bool AreTimes(EntityQuery query) => query.Q is { } q && Paths(q).Any(path => path.Names.Any(IsTime));

    private static bool IsTime(string name) => name is "createdAt" or "modifiedAt" or "deletedAt";

    private static IEnumerable<AttributePath> Paths(QExpression q) => q switch
    {
        QAnd and => and.Terms.SelectMany(Paths),
        QOr or => or.Terms.SelectMany(Paths),
        QExists exists => [exists.Path],
        QCompare compare => [compare.Path],
        _ => [],
    };

    private static IEnumerable<string> Of(AttributePath path) => ReservedMembers.IsOfEntity(path.Names[0]) ? [] : [path.Names[0]];
}
