namespace SmartCity.NgsiLd.Queries;

/// <summary>The Attribute Projection Language (ETSI GS CIM 009 4.21): from text to its tree.</summary>
public static class ProjectionParser
{
    /// <summary>BadRequestData with the place and the reason where the text is not valid.</summary>
    public static Result<Projection> Parse(string text, Contexts.Context context) => throw new NotImplementedException();
}
