using System.Collections.Immutable;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.NgsiLd.Queries;

/// <summary>
/// The query language q (ETSI GS CIM 009 4.9): from text to its tree. Blanks around operators, bare words for strings and IRIs
/// for names are understood too.
/// </summary>
public static class QParser
{
    private static readonly (string Text, QOperator Operator)[] Operators =
    [
        ("==", QOperator.Equal), ("!=", QOperator.Unequal), ("!~=", QOperator.NotMatches), ("~=", QOperator.Matches),
        (">=", QOperator.GreaterOrEqual), (">", QOperator.Greater), ("<=", QOperator.LessOrEqual), ("<", QOperator.Less),
    ];

    /// <summary>
    /// BadRequestData with the place and the reason where the text is not valid; TooComplexQuery where it is too long or nests
    /// too deep.
    /// </summary>
    public static Result<QExpression> Parse(string text, Context context) => Parse(text, context, []);

    /// <inheritdoc cref="Parse(string, Context)"/>
    /// <param name="text">Such as <c>speed>50;brandName!="Mercedes"</c>, percent-decoded.</param>
    /// <param name="context">Expands names.</param>
    /// <param name="expandValues">
    /// Names, as given, of the Attributes whose values in the text are terms that the context expands: what VocabProperties hold.
    /// </param>
    public static Result<QExpression> Parse(string text, Context context, ImmutableArray<string> expandValues)
    {
        if (TextCursor.Refuse(text, "q") is { } error) return error;
        var cursor = new TextCursor(text, "q");
        var expanded = expandValues.Select(name => context.Expand(name.Trim())).ToHashSet();
        return cursor.Finish(Or(new(cursor, context, expanded)));
    }

    private static QExpression? Or(Input input)
    {
        if (And(input) is not { } first) return null;
        var terms = new List<QExpression> { first };
        while (input.Cursor.TryTake('|'))
        {
            if (And(input) is not { } next) return null;
            terms.Add(next);
        }

        return terms.Count == 1 ? first : new QOr([.. terms]);
    }

    private static QExpression? And(Input input)
    {
        if (Term(input) is not { } first) return null;
        var terms = new List<QExpression> { first };
        while (input.Cursor.TryTake(';'))
        {
            if (Term(input) is not { } next) return null;
            terms.Add(next);
        }

        return terms.Count == 1 ? first : new QAnd([.. terms]);
    }

    private static QExpression? Term(Input input)
    {
        if (!input.Cursor.TryTake('(')) return Comparison(input);
        if (!input.Cursor.Enter()) return null;
        var inner = Or(input);
        return inner is not null && input.Cursor.Leave(')') ? inner : null;
    }

    private static QExpression? Comparison(Input input)
    {
        if (AttributePathParser.Read(input.Cursor, input.Context) is not { } path) return null;
        foreach (var (text, op) in Operators)
        {
            if (!input.Cursor.TryTake(text)) continue;
            var value = QValueParser.Read(input.Cursor, op);
            return value is null ? null : new QCompare(path, op, Expand(value, path, input));
        }

        return new QExists(path);
    }

    private static QValue Expand(QValue value, AttributePath path, Input input)
    {
        if (!input.ExpandValues.Contains(path.Names[0])) return value;
        return value switch
        {
            QString s => new QString(input.Context.Expand(s.Value)),
            QUri u => new QString(input.Context.Expand(u.Uri)),
            QList list => new QList([.. list.Items.Select(item => Expand(item, path, input))]),
            _ => value,
        };
    }

    private readonly record struct Input(TextCursor Cursor, Context Context, HashSet<string> ExpandValues);
}
