namespace SmartCity.NgsiLd.Queries;

/// <summary>
/// A regular expression over ids (ETSI GS CIM 009 5.2.33), compiled to an engine that cannot explode.
/// </summary>
public sealed class IdPattern
{
    internal IdPattern(string text) => Text = text;

    public string Text { get; }

    /// <summary>BadRequestData where the expression is not valid or too large.</summary>
    public static Result<IdPattern> Parse(string text) => throw new NotImplementedException();

    public bool Matches(ReadOnlySpan<char> id) => throw new NotImplementedException();
}
