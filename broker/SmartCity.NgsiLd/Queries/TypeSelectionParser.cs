using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Queries;

/// <summary>
/// The Entity Type Selection Language (ETSI GS CIM 009 4.17): from text to its tree. Parentheses may nest, and empty items of a
/// list are passed over.
/// </summary>
public static class TypeSelectionParser
{
    private const string TypeEnds = ",|;()<>\"{}";

    /// <summary>
    /// BadRequestData with the place and the reason where the text is not valid; TooComplexQuery where it is too long or nests
    /// too deep.
    /// </summary>
    public static Result<TypeSelection> Parse(string text, Context context)
    {
        if (TextCursor.Refuse(text, "type") is { } error) return error;
        var cursor = new TextCursor(text, "type");
        return cursor.Finish(Or(cursor, context));
    }

    private static TypeSelection? Or(TextCursor cursor, Context context)
    {
        var terms = new List<TypeSelection>();
        do
        {
            cursor.SkipBlanks();
            if (cursor.AtEnd || cursor.Current is ',' or '|' or ')') continue;
            if (And(cursor, context) is not { } term) return null;
            terms.Add(term);
        }
        while (cursor.TryTake(',') || cursor.TryTake('|'));

        if (terms.Count == 0) cursor.Fail("a type is expected");
        return terms.Count switch { 0 => null, 1 => terms[0], _ => new TypeOr([.. terms]) };
    }

    private static TypeSelection? And(TextCursor cursor, Context context)
    {
        var terms = new List<TypeSelection>();
        do
        {
            if (Term(cursor, context) is not { } term) return null;
            terms.Add(term);
        }
        while (cursor.TryTake(';'));
        return terms.Count == 1 ? terms[0] : new TypeAnd([.. terms]);
    }

    private static TypeSelection? Term(TextCursor cursor, Context context)
    {
        if (cursor.TryTake('('))
        {
            if (!cursor.Enter()) return null;
            var inner = Or(cursor, context);
            return inner is not null && cursor.Leave(')') ? inner : null;
        }

        if (cursor.TryTake('*')) return new TypeAny();
        return NameText.ReadUntil(cursor, TypeEnds, "a type is expected") is { } type ? new TypeIs(context.Expand(type)) : null;
    }

    /// <summary>Writes a compacted type so that it reads back.</summary>
    internal static string WriteType(string type) => NameText.WriteUntil(type, TypeEnds);
}
