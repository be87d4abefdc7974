namespace SmartCity.Mqtt;

/// <param name="Kind">What happened.</param>
/// <param name="Detail">The reason, for a log line.</param>
public sealed record MqttEvent(MqttEventKind Kind, string Detail);

public enum MqttEventKind
{
    Connected,
    ConnectFailed,
    ConnectionLost,
    SubscriptionRefused,

    /// <summary>A handler threw: a bug in the handler. The message counts as handled.</summary>
    HandlerFailed,
}
