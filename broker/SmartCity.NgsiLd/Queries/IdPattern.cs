namespace SmartCity.NgsiLd.Queries;

/// <summary>A regular expression over ids (ETSI GS CIM 009 5.2.33), found anywhere in the id unless anchored.</summary>
public sealed record IdPattern
{
    private readonly TextPattern _pattern;

    private IdPattern(TextPattern pattern) => _pattern = pattern;

    public string Text => _pattern.Text;

    /// <summary>BadRequestData where the expression is not valid, TooComplexQuery where it is too large.</summary>
    public static Result<IdPattern> Parse(string text) =>
        TextPattern.Parse(text).TryGet(out var pattern, out var error) ? new IdPattern(pattern) : error;

    public bool Matches(ReadOnlySpan<char> id) => _pattern.IsMatch(id);

    public bool Matches(ReadOnlySpan<byte> idUtf8) => _pattern.IsMatch(idUtf8);
}
