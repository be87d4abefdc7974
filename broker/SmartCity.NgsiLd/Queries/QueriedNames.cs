namespace SmartCity.NgsiLd.Queries;

/// <summary>
/// The Attributes that decide whether an Entity is meant by a query (ETSI GS CIM 009 5.10.2.4): those that it lists, and those of q and of the geo-query.
/// What every Entity has, such as createdAt, is none of them.
/// </summary>
public static class QueriedNames
{
    public static IEnumerable<string> Of(EntityQuery query)
    {
        var names = query.Q is null ? query.AttributeNames : query.AttributeNames.Concat(Of(query.Q));
        return query.Geo is null ? names : names.Append(query.Geo.Path.Names[0]);
    }

    private static IEnumerable<string> Of(QExpression q) => q switch
    {
        QAnd and => and.Terms.SelectMany(Of),
        QOr or => or.Terms.SelectMany(Of),
        QExists exists => Of(exists.Path),
        QCompare compare => Of(compare.Path),
        _ => [],
    };

    private static IEnumerable<string> Of(AttributePath path) => ReservedMembers.IsOfEntity(path.Names[0]) ? [] : [path.Names[0]];
}
