namespace SmartCity.NgsiLd.Subscriptions;

/// <summary>The names of what a notification may be (ETSI GS CIM 009 5.2.15).</summary>
public static class NotificationMediaTypes
{
    private static readonly string[] Names = ["application/json", "application/ld+json", "application/geo+json"];

    public static string Name(this NotificationMediaType type) => Names[(int)type];

    /// <summary>Null where the name is none of them.</summary>
    public static NotificationMediaType? Find(string name) =>
        Array.IndexOf(Names, name) is >= 0 and var index ? (NotificationMediaType)index : null;
}
