namespace SmartCity.Broker.Host.Http;

/// <summary>ETSI GS CIM 009 6.3.4, in its order of preference.</summary>
internal enum MediaType
{
    Json,
    LdJson,
    GeoJson,
}

internal static class MediaTypes
{
    public static string Text(this MediaType type) => type switch
    {
        MediaType.Json => "application/json",
        MediaType.LdJson => "application/ld+json",
        _ => "application/geo+json",
    };
}
