namespace SmartCity.Mqtt;

/// <param name="Topic">A topic name, without wildcards.</param>
/// <param name="Payload">Owned by whoever holds the message; not reused.</param>
/// <param name="Qos">Of the publication, or as received.</param>
/// <param name="Retain">Asks the broker to keep the message; on a received one: it was kept before the subscription.</param>
public readonly record struct MqttMessage(
    string Topic, ReadOnlyMemory<byte> Payload, MqttQos Qos = MqttQos.AtMostOnce, bool Retain = false);

/// <summary>Quality of service (MQTT 5.0, 4.3).</summary>
public enum MqttQos
{
    AtMostOnce = 0,
    AtLeastOnce = 1,
    ExactlyOnce = 2,
}
