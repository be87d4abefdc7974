using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Notifications;

/// <summary>How notifications say what they are (ETSI GS CIM 009 6.3.8, 7.2).</summary>
internal static class MediaTypes
{
    public static string Of(NotificationMediaType accept) => accept switch
    {
        NotificationMediaType.LinkedData => "application/ld+json",
        NotificationMediaType.GeoJson => "application/geo+json",
        _ => "application/json",
    };

    public static string Link(string contextUri) =>
        $"<{contextUri}>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"";
}
