using System.Text;

namespace SmartCity.NgsiLd.Queries.Text;

/// <summary>
/// Translates the bracket expressions of POSIX regular expressions (IEEE 1003.2: <c>[[:digit:]]</c>, <c>[[.-.]]</c>,
/// <c>[[=e=]]</c>) into what .NET reads; everything else is the same in both for the patterns that clients send.
/// </summary>
internal static class PosixPattern
{
    public static Result<string> Translate(string text)
    {
        if (!text.Contains('[', StringComparison.Ordinal)) return text;
        var output = new StringBuilder(text.Length + 16);
        var i = 0;
        while (i < text.Length)
        {
            var c = text[i++];
            output.Append(c);
            if (c == '\\' && i < text.Length) output.Append(text[i++]);
            else if (c == '[' && Bracket(text, ref i, output) is { } reason) return Error(text, reason);
        }

        return output.ToString();
    }

    /// <summary>From behind <c>[</c> to behind its <c>]</c>; the reason where it is not valid.</summary>
    private static string? Bracket(string text, ref int i, StringBuilder output)
    {
        if (i < text.Length && text[i] == '^') output.Append(text[i++]);
        for (var first = true; i < text.Length; first = false)
        {
            var c = text[i++];
            switch (c)
            {
                case ']' when !first:
                    output.Append(c);
                    return null;
                case ']':
                    output.Append("\\]");
                    break;
                case '\\' when i < text.Length:
                    output.Append(c).Append(text[i++]);
                    break;
                case '[' when i < text.Length && text[i] is ':' or '.' or '=':
                    if (Named(text, ref i, output) is { } reason) return reason;
                    break;
                case '[':
                    // .NET would read a subtraction of classes where POSIX reads the character.
                    output.Append("\\[");
                    break;
                default:
                    output.Append(c);
                    break;
            }
        }

        return "a [ has no ]";
    }

    private static string? Named(string text, ref int i, StringBuilder output)
    {
        var mark = text[i];
        var end = text.IndexOf($"{mark}]", i + 1, StringComparison.Ordinal);
        if (end < 0) return $"[{mark} has no {mark}]";
        var name = text[(i + 1)..end];
        i = end + 2;
        var set = mark == ':' ? Class(name) : name.Length == 1 ? Literal(name[0]) : null;
        if (set is null) return $"[{mark}{name}{mark}] is not known";
        output.Append(set);
        return null;
    }

    private static string Literal(char c) => c is '-' or ']' or '[' or '^' or '\\' ? $"\\{c}" : $"{c}";

    private static string? Class(string name) => name switch
    {
        "alpha" => @"\p{L}",
        "digit" => "0-9",
        "alnum" => @"\p{L}\p{Nd}",
        "upper" => @"\p{Lu}",
        "lower" => @"\p{Ll}",
        "space" => @"\s",
        "blank" => @" \t",
        "punct" => @"\p{P}\p{S}",
        "cntrl" => @"\p{Cc}",
        "xdigit" => "0-9A-Fa-f",
        "print" => @"\p{L}\p{M}\p{N}\p{P}\p{S} ",
        "graph" => @"\p{L}\p{M}\p{N}\p{P}\p{S}",
        "word" => @"\w",
        _ => null,
    };

    private static NgsiLdError Error(string text, string reason) =>
        NgsiLdError.BadRequestData($"the pattern '{text}' is not valid: {reason}");
}
