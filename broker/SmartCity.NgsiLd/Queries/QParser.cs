namespace SmartCity.NgsiLd.Queries;

/// <summary>The query language q (ETSI GS CIM 009 4.9): from text to its tree.</summary>
public static class QParser
{
    /// <summary>BadRequestData with the place and the reason where the text is not valid.</summary>
    public static Result<QExpression> Parse(string text, Contexts.Context context) => throw new NotImplementedException();
}
