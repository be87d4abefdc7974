using SmartCity.Broker.Notifications;
using SmartCity.Mqtt;
using SmartCity.NgsiLd.Subscriptions;
using Endpoint = SmartCity.NgsiLd.Subscriptions.Endpoint;

namespace SmartCity.Broker.Host.Notifications;

/// <summary>Notifications over MQTT (ETSI GS CIM 009 7.2).</summary>
internal sealed class MqttNotifier(NotificationSettings settings, TimeProvider clock) : INotifier, IAsyncDisposable
{
    public MqttConnections Connections { get; } = new(settings, clock);

    public bool Serves(string scheme) => scheme is "mqtt" or "mqtts";

    public string? Objection(Endpoint endpoint)
    {
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

    public INotificationChannel Open(NotificationTarget target) => new MqttChannel(this, target);

    /// <summary>Sends a message to the broker at an address.</summary>
    /// <exception cref="MqttException">It cannot be reached, or refuses.</exception>
    public Task PublishAsync(MqttAddress address, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        var server = address.Server.UseTls ? address.Server with { CaFile = settings.MqttAuthorities } : address.Server;
        return Connections.PublishAsync(server, new(address.Topic, payload, address.Qos), cancellation);
    }

    public ValueTask DisposeAsync() => Connections.DisposeAsync();
}
