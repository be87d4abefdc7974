namespace SmartCity.NgsiLd.Queries;

/// <summary>The Entity Type Selection Language (ETSI GS CIM 009 4.17): from text to its tree.</summary>
public static class TypeSelectionParser
{
    /// <summary>BadRequestData with the place and the reason where the text is not valid.</summary>
    public static Result<TypeSelection> Parse(string text, Contexts.Context context) => throw new NotImplementedException();
}
