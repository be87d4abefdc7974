using System.Collections.Immutable;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Queries;

/// <summary>
/// The Scope Query Language (ETSI GS CIM 009 4.19): from text to its tree. Parentheses may nest, empty items of a list are
/// passed over; the whole may stand in quotes, and a first slash may be missing, as in the standard's own examples.
/// </summary>
public static class ScopeQueryParser
{
    /// <summary>
    /// BadRequestData with the place and the reason where the text is not valid; TooComplexQuery where it is too long or nests
    /// too deep.
    /// </summary>
    public static Result<ScopeQuery> Parse(string text)
    {
        if (TextCursor.Refuse(text, "scopeQ") is { } error) return error;
        var trimmed = text.Trim();
        if (trimmed is ['"', .. var inner, '"']) trimmed = inner;
        var cursor = new TextCursor(trimmed, "scopeQ");
        return cursor.Finish(Or(cursor));
    }

    private static ScopeQuery? Or(TextCursor cursor)
    {
        var terms = new List<ScopeQuery>();
        do
        {
            cursor.SkipBlanks();
            if (cursor.AtEnd || cursor.Current is ',' or '|' or ')') continue;
            if (And(cursor) is not { } term) return null;
            terms.Add(term);
        }
        while (cursor.TryTake(',') || cursor.TryTake('|'));

        if (terms.Count == 0) cursor.Fail("a scope is expected");
        return terms.Count switch { 0 => null, 1 => terms[0], _ => new ScopeOr([.. terms]) };
    }

    private static ScopeQuery? And(TextCursor cursor)
    {
        var terms = new List<ScopeQuery>();
        do
        {
            if (Term(cursor) is not { } term) return null;
            terms.Add(term);
        }
        while (cursor.TryTake(';'));
        return terms.Count == 1 ? terms[0] : new ScopeAnd([.. terms]);
    }

    private static ScopeQuery? Term(TextCursor cursor)
    {
        if (!cursor.TryTake('(')) return Pattern(cursor);
        if (!cursor.Enter()) return null;
        var inner = Or(cursor);
        return inner is not null && cursor.Leave(')') ? inner : null;
    }

    private static ScopePattern? Pattern(TextCursor cursor)
    {
        cursor.SkipBlanks();
        var levels = ImmutableArray.CreateBuilder<string>();
        cursor.TryTake('/');
        do
        {
            var start = cursor.Position;
            var level = cursor.TakeUntil("/,|;()");
            if (!IsLevel(level) || levels.LastOrDefault() == "#")
            {
                cursor.Position = start;
                cursor.Fail(levels.LastOrDefault() == "#" ? "'#' is not the last level" : "the level of a scope is expected");
                return null;
            }

            levels.Add(level);
        }
        while (cursor.TryTake('/'));
        return new(levels.ToImmutable());
    }

    private static bool IsLevel(string level)
    {
        if (level is "+" or "#") return true;
        foreach (var c in level)
        {
            var allowed = char.IsLetter(c) || char.IsNumber(c) || char.IsSurrogate(c) || c is '_' or '-' or '.' or ':';
            if (!allowed) return false;
        }

        return level.Length > 0;
    }
}
