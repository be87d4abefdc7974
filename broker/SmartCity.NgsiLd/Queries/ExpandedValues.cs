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
    public static QExpression In(QExpression expression, ImmutableArray<string> names, Context context) => names.IsEmpty
        ? expression
        : expression switch
        {
            QAnd and => new QAnd([.. and.Terms.Select(term => In(term, names, context))]),
            QOr or => new QOr([.. or.Terms.Select(term => In(term, names, context))]),
            QCompare compare when names.Contains(compare.Path.Names[0]) =>
                compare with { Value = Expand(compare.Value, context) },
            _ => expression,
        };

    private static QValue Expand(QValue value, Context context) => value switch
    {
        QString text => new QString(context.Expand(text.Value)),
        // A prefixed name looks like a URI.
        QUri uri => new QString(context.Expand(uri.Uri)),
        QList list => new QList([.. list.Items.Select(item => Expand(item, context))]),
        _ => value,
    };
}
