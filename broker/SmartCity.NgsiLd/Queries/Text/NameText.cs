using System.Text;

namespace SmartCity.NgsiLd.Queries.Text;

/// <summary>
/// Names of types and Attributes in query texts (ETSI GS CIM 009 4.6.2): terms and prefixed names as they are; an IRI too, as
/// it is where that is clear, else in angle brackets. (The standard has terms only, and none for an IRI without a term.)
/// </summary>
internal static class NameText
{
    /// <summary>Null, with an error at the cursor, where no name is next.</summary>
    /// <param name="cursor">Stands before the name or blanks.</param>
    /// <param name="colons">Whether a name may have colons: otherwise they mean something else there.</param>
    public static string? Read(TextCursor cursor, bool colons)
    {
        cursor.SkipBlanks();
        if (cursor.Current == '<') return ReadBracketed(cursor);
        var start = cursor.Position;
        var iri = false;
        while (!cursor.AtEnd && IsNameCharacter(cursor.Current, colons, iri))
        {
            iri |= colons && cursor.Rest.StartsWith("://", StringComparison.Ordinal);
            cursor.Position++;
        }

        var name = cursor.Text[start..cursor.Position];
        if (name.Length > 0 && (char.IsLetter(name[0]) || char.IsSurrogate(name[0]) || name[0] is '_' or '@')) return name;
        cursor.Position = start;
        cursor.Fail("a name is expected");
        return null;
    }

    /// <param name="output">Gets the name.</param>
    /// <param name="name">Compacted.</param>
    /// <param name="colons">Whether a name may have colons there.</param>
    /// <param name="last">Whether nothing follows it: then the dots of an IRI belong to it.</param>
    public static void Write(StringBuilder output, string name, bool colons, bool last)
    {
        var cursor = new TextCursor(name, "name");
        var plain = Read(cursor, colons) is not null && cursor.AtEnd && name[0] != '<';
        if (plain && (last || !name.Contains("://", StringComparison.Ordinal))) output.Append(name);
        else output.Append('<').Append(name).Append('>');
    }

    /// <summary>
    /// A name in a list, where nothing but the list's own characters ends it; null, with an error, where none is next.
    /// </summary>
    public static string? ReadUntil(TextCursor cursor, ReadOnlySpan<char> ends, string reason)
    {
        cursor.SkipBlanks();
        if (cursor.Current == '<') return ReadBracketed(cursor);
        var start = cursor.Position;
        var name = cursor.TakeUntil(ends);
        if (IsListed(name)) return name;
        cursor.Position = start;
        cursor.Fail(reason);
        return null;
    }

    public static string WriteUntil(string name, ReadOnlySpan<char> ends) =>
        IsListed(name) && name.AsSpan().IndexOfAny(ends) < 0 ? name : $"<{name}>";

    /// <summary>A term as ETSI GS CIM 009 4.6.2 has it, roughly, or what may be a URI.</summary>
    private static bool IsListed(string name) =>
        name.Length > 0 && (char.IsLetter(name[0]) || char.IsSurrogate(name[0]) || name[0] is '_' or '@')
        && !name.AsSpan().ContainsAny(" \t\r\n\\^`*=");

    private static string? ReadBracketed(TextCursor cursor)
    {
        var end = cursor.Rest.IndexOf('>');
        if (end < 2)
        {
            cursor.Fail("a name in '<' and '>' is expected");
            return null;
        }

        var name = cursor.Rest[1..end].ToString();
        cursor.Position += end + 1;
        return name;
    }

    private static bool IsNameCharacter(char c, bool colons, bool iri) =>
        char.IsLetter(c) || char.IsNumber(c) || char.IsSurrogate(c) || c is '_' or '-' or '@' or '$'
        || (c == ':' && colons) || (c is '.' or '/' or '#' or '%' && iri);
}
