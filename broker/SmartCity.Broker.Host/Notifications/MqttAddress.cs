using SmartCity.Mqtt;
using SmartCity.NgsiLd;
using Endpoint = SmartCity.NgsiLd.Subscriptions.Endpoint;

namespace SmartCity.Broker.Host.Notifications;

/// <summary>Where an MQTT endpoint is, and how it wants its messages (ETSI GS CIM 009 7.2).</summary>
/// <param name="Server">The MQTT broker.</param>
/// <param name="Topic">Without wildcards.</param>
/// <param name="Qos">0 where notifierInfo has no MQTT-QoS.</param>
internal sealed record MqttAddress(MqttOptions Server, string Topic, MqttQos Qos)
{
    /// <summary>BadRequestData names the member that is wrong.</summary>
    public static Result<MqttAddress> Parse(Endpoint endpoint)
    {
        var uri = new Uri(endpoint.Uri);
        var topic = Uri.UnescapeDataString(uri.AbsolutePath).TrimStart('/');
        if (topic.Length == 0 || topic.AsSpan().ContainsAny('+', '#', '\0') || uri.Fragment.Length > 0)
        {
            return NgsiLdError.BadRequestData("notification.endpoint.uri names no MQTT topic, or one with a wildcard");
        }

        if (uri.Query.Length > 0) return NgsiLdError.BadRequestData("notification.endpoint.uri has a query, which MQTT does not know");

        var (qos, protocol) = (MqttQos.AtMostOnce, MqttProtocol.V5);
        foreach (var (key, value) in endpoint.NotifierInfo)
        {
            switch (key, value)
            {
                case ("MQTT-QoS", "0"): break;
                case ("MQTT-QoS", "1"): qos = MqttQos.AtLeastOnce; break;
                case ("MQTT-QoS", "2"): qos = MqttQos.ExactlyOnce; break;
                case ("MQTT-QoS", _): return NgsiLdError.BadRequestData("notification.endpoint.notifierInfo: MQTT-QoS is none of 0, 1, 2");
                case ("MQTT-Version", "mqtt5.0"): break;
                case ("MQTT-Version", "mqtt3.1.1"): protocol = MqttProtocol.V311; break;
                case ("MQTT-Version", _):
                    return NgsiLdError.BadRequestData("notification.endpoint.notifierInfo: MQTT-Version is neither mqtt3.1.1 nor mqtt5.0");
                default: break;
            }
        }

        return new MqttAddress(MqttOptions.FromUri(uri) with { Protocol = protocol }, topic, qos);
    }
}
