using SmartCity.Broker.Notifications;
using SmartCity.Broker.Outbound;
using SmartCity.NgsiLd.Subscriptions;
using Endpoint = SmartCity.NgsiLd.Subscriptions.Endpoint;

namespace SmartCity.Broker.Host.Notifications;

/// <summary>Notifications over MQTT (ETSI GS CIM 009 7.2).</summary>
internal sealed class MqttNotifier(NotificationSettings settings, OutboundGate gate, TimeProvider clock) : INotifier, IAsyncDisposable
{
    private readonly MqttGuard _guard = new(gate, clock);

    public MqttConnections Connections { get; } = new(settings, clock);

    public bool Serves(string scheme) => scheme is "mqtt" or "mqtts";

    public string? Objection(Endpoint endpoint)
    {
        if (gate.Policy.Objection(new Uri(endpoint.Uri)) is { } objection) return $"notification.endpoint.uri: {objection}";
        if (endpoint.Accept == NotificationMediaType.GeoJson)
        {
            return "notification.endpoint.accept: notifications by MQTT are application/json or application/ld+json";
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var info in endpoint.ReceiverInfo)
        {
            if (info.Key.Length == 0 || NotificationTarget.IsReserved(info)) return $"notification.endpoint.receiverInfo: \"{info.Key}\" cannot be set";
            if (!names.Add(info.Key)) return $"notification.endpoint.receiverInfo has \"{info.Key}\" twice";
        }

        return MqttAddress.Parse(endpoint).TryGet(out _, out var error) ? null : error.Detail;
    }

    public INotificationChannel Open(NotificationTarget target)
    {
        var address = MqttAddress.Parse(target.Endpoint).Value;
        var authorities = address.Server.UseTls ? settings.MqttAuthorities : null;
        return new MqttChannel(Connections, address with { Server = address.Server with { CaFile = authorities, Guard = _guard } }, target);
    }

    public ValueTask DisposeAsync() => Connections.DisposeAsync();
}
