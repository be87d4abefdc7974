namespace SmartCity.NgsiLd.Queries;

/// <summary>The Scope Query Language (ETSI GS CIM 009 4.19): from text to its tree.</summary>
public static class ScopeQueryParser
{
    /// <summary>BadRequestData with the place and the reason where the text is not valid.</summary>
    public static Result<ScopeQuery> Parse(string text) => throw new NotImplementedException();
}
