using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries.Text;

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
    /// <param name="text">Such as <c>speed>50;brandName!="Mercedes"</c>, percent-decoded.</param>
    /// <param name="context">Expands names.</param>
    public static Result<QExpression> Parse(string text, Context context)
    {
        if (TextCursor.Refuse(text, "q") is { } error) return error;
        var cursor = new TextCursor(text, "q");
        return cursor.Finish(Or(cursor, context));
    }

    private static QExpression? Or(TextCursor cursor, Context context)
    {
        if (And(cursor, context) is not { } first) return null;
        var terms = new List<QExpression> { first };
        while (cursor.TryTake('|'))
        {
            if (And(cursor, context) is not { } next) return null;
            terms.Add(next);
        }

        return terms.Count == 1 ? first : new QOr([.. terms]);
    }

    private static QExpression? And(TextCursor cursor, Context context)
    {
        if (Term(cursor, context) is not { } first) return null;
        var terms = new List<QExpression> { first };
        while (cursor.TryTake(';'))
        {
            if (Term(cursor, context) is not { } next) return null;
            terms.Add(next);
        }

        return terms.Count == 1 ? first : new QAnd([.. terms]);
    }

    private static QExpression? Term(TextCursor cursor, Context context)
    {
        if (!cursor.TryTake('(')) return Comparison(cursor, context);
        if (!cursor.Enter()) return null;
        var inner = Or(cursor, context);
        return inner is not null && cursor.Leave(')') ? inner : null;
    }

    private static QExpression? Comparison(TextCursor cursor, Context context)
    {
        if (AttributePathParser.Read(cursor, context) is not { } path) return null;
        foreach (var (text, op) in Operators)
        {
            if (!cursor.TryTake(text)) continue;
            var value = QValueParser.Read(cursor, op);
            return value is null ? null : new QCompare(path, op, value);
        }

        return new QExists(path);
    }
}
