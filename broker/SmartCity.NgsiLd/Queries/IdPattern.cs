namespace SmartCity.NgsiLd.Queries;

/// <summary>A regular expression over ids (ETSI GS CIM 009 5.2.33), found anywhere in the id unless anchored.</summary>
public sealed record IdPattern
{
    private readonly TextPattern _pattern;

    private IdPattern(TextPattern pattern) => (_pattern, Prefix) = (pattern, PrefixOf(pattern.Text));

    public string Text => _pattern.Text;

    /// <summary>What every id that matches begins with, as far as the expression shows it plainly; empty for anything.</summary>
    public string Prefix { get; }

    /// <summary>BadRequestData where the expression is not valid, TooComplexQuery where it is too large.</summary>
    public static Result<IdPattern> Parse(string text) =>
        TextPattern.Parse(text).TryGet(out var pattern, out var error) ? new IdPattern(pattern) : error;

    public bool Matches(ReadOnlySpan<char> id) => _pattern.IsMatch(id);

    public bool Matches(ReadOnlySpan<byte> idUtf8) => _pattern.IsMatch(idUtf8);

    private static string PrefixOf(string expression)
    {
        if (!expression.StartsWith('^') || expression.Contains('|')) return "";
        const string Special = "\\.[](){}*+?^$";
        var end = 1;
        while (end < expression.Length && !Special.Contains(expression[end])) end++;
        // A quantifier may make the character before it optional.
        if (end < expression.Length && end > 1 && "*?{".Contains(expression[end])) end--;
        return expression[1..end];
    }
}
