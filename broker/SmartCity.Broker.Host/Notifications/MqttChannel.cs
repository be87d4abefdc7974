using System.Buffers;
using System.Text.Json;
using SmartCity.Broker.Notifications;
using SmartCity.Mqtt;

namespace SmartCity.Broker.Host.Notifications;

/// <summary>
/// The way to one topic. What HTTP has in headers stands beside the notification in the message (ETSI GS CIM 009 7.2).
/// </summary>
internal sealed class MqttChannel : INotificationChannel
{
    private readonly MqttConnections _connections;
    private readonly MqttAddress _address;
    private readonly byte[] _beforeBody;

    public MqttChannel(MqttConnections connections, MqttAddress address, NotificationTarget target)
    {
        _connections = connections;
        _address = address;
        _beforeBody = BeforeBody(target);
    }

    public async ValueTask<DeliveryOutcome> SendAsync(ReadOnlyMemory<byte> body, CancellationToken deadline)
    {
        // The client keeps the payload for as long as it needs it, so each message has its own.
        byte[] payload = [.. _beforeBody, .. body.Span, (byte)'}'];
        try
        {
            await _connections.PublishAsync(_address.Server, new(_address.Topic, payload, _address.Qos), deadline).ConfigureAwait(false);
            return DeliveryOutcome.Delivered;
        }
        catch (OperationCanceledException)
        {
            return DeliveryOutcome.TimedOut;
        }
        catch (MqttException)
        {
            return DeliveryOutcome.Unreachable;
        }
    }

    private static byte[] BeforeBody(NotificationTarget target)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            foreach (var (key, value) in target.Metadata) json.WriteString(key, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        // ..."metadata":{...}} becomes ..."metadata":{...},"body":
        return [.. output.WrittenSpan[..^1], .. ",\"body\":"u8];
    }
}
