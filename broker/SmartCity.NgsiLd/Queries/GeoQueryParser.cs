namespace SmartCity.NgsiLd.Queries;

/// <summary>The geo-query language (ETSI GS CIM 009 4.10): from its four members to one value.</summary>
public static class GeoQueryParser
{
    /// <summary>BadRequestData names the member that is missing or wrong.</summary>
    /// <param name="georel">Such as <c>near;maxDistance==2000</c>.</param>
    /// <param name="geometry">A GeoJSON geometry type.</param>
    /// <param name="coordinates">A JSON array.</param>
    /// <param name="geoproperty">A path; null for location.</param>
    /// <param name="context">Expands the path.</param>
    public static Result<GeoQuery> Parse(
        string? georel, string? geometry, string? coordinates, string? geoproperty, Contexts.Context context) =>
        throw new NotImplementedException();
}
