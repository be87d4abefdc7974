using SmartCity.Broker.Contexts;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Notifications;

/// <summary>Where notifications of a subscription go, whatever the protocol.</summary>
/// <param name="Tenant">Empty for the default tenant.</param>
/// <param name="Endpoint">Where to and how.</param>
/// <param name="ContextUri">The @context of the notification, for bodies that do not carry it.</param>
public sealed record NotificationTarget(string Tenant, Endpoint Endpoint, string ContextUri)
{
    private const string TenantName = "NGSILD-Tenant";
    private const string SnapshotName = "NGSILD-Snapshot";

    /// <summary>The Snapshot that the subscription is about (ETSI GS CIM 009 6.3.22); null for none.</summary>
    public string? Snapshot { get; init; }

    /// <summary>
    /// What is said beside each notification: HTTP has it in headers, MQTT in the message's metadata
    /// (ETSI GS CIM 009 6.3.8, 7.2). Content-Type comes first. A Link in receiverInfo takes the place of the broker's own
    /// (5.2.15 names it as one that a subscriber may want).
    /// </summary>
    public IReadOnlyList<KeyValue> Metadata
    {
        get
        {
            var all = new List<KeyValue> { new("Content-Type", Endpoint.Accept.Name()) };
            if (IsContextBeside && !Endpoint.ReceiverInfo.Any(info => IsNamed(info, "Link"))) all.Add(new("Link", ContextLink.To(ContextUri)));
            if (Tenant.Length > 0) all.Add(new(TenantName, Tenant));
            if (Snapshot is not null) all.Add(new(SnapshotName, Snapshot));
            all.AddRange(Endpoint.ReceiverInfo);
            return all;
        }
    }

    private bool IsContextBeside =>
        Endpoint.Accept == NotificationMediaType.Json || (Endpoint.Accept == NotificationMediaType.GeoJson && Endpoint.PrefersBareJson);

    /// <summary>Whether receiverInfo may not say this, since the broker itself does.</summary>
    public static bool IsReserved(KeyValue info) =>
        IsNamed(info, "Content-Type") || IsNamed(info, TenantName) || IsNamed(info, SnapshotName);

    private static bool IsNamed(KeyValue info, string name) => info.Key.Equals(name, StringComparison.OrdinalIgnoreCase);
}
