using System.Collections.Immutable;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.NgsiLd.Queries;

/// <summary>
/// A pass over q that expands the texts compared with the Attributes of <c>expandValues</c>, since the values of a VocabProperty
/// are kept expanded (ETSI GS CIM 009 4.9). <c>jsonKeys</c> needs no pass: stored JSON is never expanded.
/// </summary>
public static class ExpandedValues
{
    /// <param name="expression">As parsed.</param>
    /// <param name="names">Expanded names of the Attributes; empty for none.</param>
    /// <param name="context">Expands the values.</param>
    public static QExpression In(QExpression expression, ImmutableArray<string> names, Context context) =>
        Change(expression, names, context.Expand);

    /// <summary>The way back, for whoever reads what was given.</summary>
    public static QExpression OutOf(QExpression expression, ImmutableArray<string> names, Context context) =>
        Change(expression, names, context.Compact);

    private static QExpression Change(QExpression expression, ImmutableArray<string> names, Func<string, string> change) => names.IsEmpty
        ? expression
        : expression switch
        {
            QAnd and => new QAnd([.. and.Terms.Select(term => Change(term, names, change))]),
            QOr or => new QOr([.. or.Terms.Select(term => Change(term, names, change))]),
            QCompare compare when names.Contains(compare.Path.Names[0]) =>
                compare with { Value = Change(compare.Value, change) },
            _ => expression,
        };

    private static QValue Change(QValue value, Func<string, string> change) => value switch
    {
        QString text => new QString(change(text.Value)),
        // A prefixed name looks like a URI.
        QUri uri => new QString(change(uri.Uri)),
        QList list => new QList([.. list.Items.Select(item => Change(item, change))]),
        _ => value,
    };
}
