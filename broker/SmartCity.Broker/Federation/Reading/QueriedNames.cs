using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>The Attributes that decide whether an Entity is meant by a query.</summary>
internal static class QueriedNames
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
