using System.Globalization;
using System.Text;

namespace SmartCity.NgsiLd.Queries.Text;

/// <summary>Strings in quotes with the escapes of JSON (RFC 8259 7), in which clients leave control characters as they are.</summary>
internal static class QuotedText
{
    /// <summary>Null, with an error at the cursor, where the string does not end or an escape is not valid.</summary>
    public static string? Read(TextCursor cursor)
    {
        var start = cursor.Position++;
        var output = new StringBuilder();
        while (!cursor.AtEnd)
        {
            var c = cursor.Current;
            cursor.Position++;
            if (c == '"') return output.ToString();
            if (c != '\\') output.Append(c);
            else if (Escape(cursor) is { } escaped) output.Append(escaped);
            else return null;
        }

        cursor.Position = start;
        cursor.Fail("the string has no end");
        return null;
    }

    public static void Write(StringBuilder output, string text)
    {
        output.Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\') output.Append('\\').Append(c);
            else if (char.IsControl(c)) output.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else output.Append(c);
        }

        output.Append('"');
    }

    private static char? Escape(TextCursor cursor)
    {
        var c = cursor.Current;
        cursor.Position++;
        switch (c)
        {
            case '"' or '\\' or '/':
                return c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u' when cursor.Rest.Length >= 4
                && ushort.TryParse(cursor.Rest[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                cursor.Position += 4;
                return (char)code;
            default:
                cursor.Position--;
                cursor.Fail("the escape is not valid");
                return null;
        }
    }
}
