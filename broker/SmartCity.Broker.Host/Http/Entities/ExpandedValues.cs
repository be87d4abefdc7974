using System.Collections.Immutable;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>
/// A pass over q that expands the strings compared with the Attributes of <c>expandValues</c>, since the values of a
/// VocabProperty are kept expanded (ETSI GS CIM 009 4.9, 5.7.2.4).
/// </summary>
internal static class ExpandedValues
{
    public static QExpression In(QExpression expression, ImmutableArray<string> names, Context context) => names.IsEmpty
        ? expression
        : expression switch
        {
            QAnd and => new QAnd([.. and.Terms.Select(term => In(term, names, context))]),
            QOr or => new QOr([.. or.Terms.Select(term => In(term, names, context))]),
            QCompare compare when names.Contains(compare.Path.Names[0]) => compare with { Value = Expand(compare.Value, context) },
            _ => expression,
        };

    private static QValue Expand(QValue value, Context context) => value switch
    {
        QString text => new QString(context.Expand(text.Value)),
        QList list => new QList([.. list.Items.Select(item => Expand(item, context))]),
        _ => value,
    };
}
