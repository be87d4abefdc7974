using System.Text;

namespace SmartCity.NgsiLd.Queries.Text;

/// <summary>
/// Regular expressions in q (ETSI GS CIM 009 4.9, production rule RegExp): bare up to the next logical operator outside of
/// their own brackets; or, as most clients send them, in quotes, where they are free, and only <c>\"</c> is an escape.
/// </summary>
internal static class PatternText
{
    /// <summary>Null, with an error at the cursor, where no valid pattern is next.</summary>
    public static QPattern? Read(TextCursor cursor)
    {
        cursor.SkipBlanks();
        if (!cursor.CountPattern()) return null;
        var text = cursor.Current == '"' ? Quoted(cursor) : Bare(cursor);
        if (text is null) return null;
        if (text.Length == 0) cursor.Fail("a pattern is expected");
        else if (TextPattern.Parse(text).TryGet(out var pattern, out var error)) return new(pattern);
        else cursor.Fail(error);
        return null;
    }

    public static void Write(StringBuilder output, string pattern)
    {
        output.Append('"');
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '"') output.Append('\\');
            output.Append(pattern[i]);
            if (pattern[i] == '\\' && i + 1 < pattern.Length) output.Append(pattern[++i]);
        }

        output.Append('"');
    }

    /// <summary>Where the bracket expression that opens at a place has its closing bracket, or the end.</summary>
    public static int BracketEnd(ReadOnlySpan<char> rest, int open)
    {
        var i = open + 1;
        if (i < rest.Length && rest[i] == '^') i++;
        if (i < rest.Length && rest[i] == ']') i++;
        for (; i < rest.Length && rest[i] != ']'; i++)
        {
            if (rest[i] == '\\')
            {
                i++;
            }
            else if (rest[i] == '[' && i + 1 < rest.Length && rest[i + 1] is ':' or '.' or '=')
            {
                var end = rest[(i + 2)..].IndexOf(']');
                if (end >= 0) i += 2 + end;
            }
        }

        return i;
    }

    private static string? Quoted(TextCursor cursor)
    {
        var rest = cursor.Rest;
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '\\')
            {
                i++;
            }
            else if (rest[i] == '"')
            {
                cursor.Position += i + 1;
                return Unescape(rest[1..i]);
            }
        }

        cursor.Fail("the pattern has no closing quote");
        return null;
    }

    private static string Bare(TextCursor cursor)
    {
        var rest = cursor.Rest;
        var (depth, i) = (0, 0);
        for (; i < rest.Length; i++)
        {
            var c = rest[i];
            if (c == '\\') i++;
            else if (c == '[') i = BracketEnd(rest, i);
            else if (c == '(') depth++;
            else if ((c == ')' && --depth < 0) || (depth == 0 && c is ';' or '|')) break;
        }

        var length = Math.Min(i, rest.Length);
        cursor.Position += length;
        return Unescape(rest[..length].TrimEnd());
    }

    /// <summary>An escaped quote means a quote in any pattern; the tree has it without.</summary>
    private static string Unescape(ReadOnlySpan<char> text)
    {
        var output = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[++i] != '"') output.Append('\\');
            output.Append(text[i]);
        }

        return output.ToString();
    }
}
