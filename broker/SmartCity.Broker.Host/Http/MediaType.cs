namespace SmartCity.Broker.Host.Http;

/// <summary>ETSI GS CIM 009 6.3.4, in its order of preference.</summary>
internal enum MediaType
{
    Json,
    LdJson,
    GeoJson,

    /// <summary>Temporal evolutions only: an extension.</summary>
    Csv,
}

internal static class MediaTypes
{
    public static string Text(this MediaType type) => type switch
    {
        MediaType.Json => "application/json",
        MediaType.LdJson => "application/ld+json",
        MediaType.GeoJson => "application/geo+json",
        _ => "text/csv",
    };
}
