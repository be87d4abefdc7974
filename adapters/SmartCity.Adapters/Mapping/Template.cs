using System.Text;

namespace SmartCity.Adapters.Mapping;

/// <summary>Text with <c>{path}</c> in it; <c>{{</c> and <c>}}</c> are braces.</summary>
internal sealed record Template
{
    private readonly IReadOnlyList<(string? Literal, MessagePath? Path)> _parts;

    private Template(string text, IReadOnlyList<(string? Literal, MessagePath? Path)> parts)
    {
        Text = text;
        _parts = parts;
    }

    internal string Text { get; }

    internal IEnumerable<MessagePath> Paths => _parts.Where(p => p.Path is not null).Select(p => p.Path!);

    /// <summary>The text before the first placeholder.</summary>
    internal string Beginning => _parts.Count > 0 ? _parts[0].Literal ?? "" : "";

    /// <summary>Null where a brace is not closed or holds no path; <paramref name="error"/> says so.</summary>
    internal static Template? Parse(string text, out string? error)
    {
        var parts = new List<(string?, MessagePath?)>();
        var literal = new StringBuilder();
        error = null;
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (c is '{' or '}' && at + 1 < text.Length && text[at + 1] == c)
            {
                literal.Append(c);
                at++;
                continue;
            }

            if (c == '}') error = $"'{text}' has a '}}' without a '{{'";
            if (c != '{')
            {
                literal.Append(c);
                continue;
            }

            var end = text.IndexOf('}', at);
            var path = end < 0 ? null : MessagePath.Parse(text[(at + 1)..end]);
            if (path is null)
            {
                error = $"'{text}' has a '{{' without a path and a '}}'";
                return null;
            }

            if (literal.Length > 0) parts.Add((literal.ToString(), null));
            literal.Clear();
            parts.Add((null, path));
            at = end;
        }

        if (error is not null) return null;
        if (literal.Length > 0) parts.Add((literal.ToString(), null));
        return new Template(text, parts);
    }

    /// <returns>Null where a value is missing; <paramref name="missing"/> names it.</returns>
    internal string? Fill(Message message, EmptyValues empty, bool asUri, out MessagePath? missing)
    {
        var filled = new StringBuilder();
        missing = null;
        foreach (var (literal, path) in _parts)
        {
            if (path is null)
            {
                filled.Append(literal);
                continue;
            }

            var value = message.Find(path);
            if (empty.IsEmpty(value))
            {
                missing = path;
                return null;
            }

            var text = value.Text.Trim();
            if (asUri) AppendUri(filled, text);
            else filled.Append(text);
        }

        return filled.ToString();
    }

    /// <summary>Percent-encodes what a URI may not hold (RFC 3986, 2), and the delimiters of query and fragment.</summary>
    private static void AppendUri(StringBuilder uri, string text)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && (Rune.IsLetterOrDigit(rune) || "-._~:@!$'()*+,;=/".Contains((char)rune.Value, StringComparison.Ordinal)))
            {
                uri.Append((char)rune.Value);
                continue;
            }

            var length = rune.EncodeToUtf8(utf8);
            foreach (var b in utf8[..length]) uri.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
