namespace SmartCity.Mqtt;

/// <summary>
/// A connection to one MQTT broker that is kept up: after a loss it reconnects with back-off and subscribes again.
/// </summary>
public interface IMqttClient : IAsyncDisposable
{
    /// <summary>True between the broker's CONNACK and the loss of the connection.</summary>
    bool IsConnected { get; }

    /// <summary>Tells of connections made, lost and refused. Raised on the network thread: return at once.</summary>
    event Action<MqttEvent>? Happened;

    /// <summary>
    /// Completes when the broker has accepted the connection and, unless <see cref="MqttOptions.AcknowledgeWhenHandled"/>
    /// is set, has granted the subscriptions made so far. May be called once.
    /// </summary>
    /// <exception cref="MqttException">
    /// The broker refuses the connection, or it cannot be reached and <see cref="MqttOptions.RetryFirstConnect"/> is off.
    /// </exception>
    Task ConnectAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Completes when the broker has acknowledged the message (QoS 1 and 2) or when it is written (QoS 0). A message with
    /// QoS 1 or 2 waits for a lost connection to come back; cancelling withdraws it unless it was already sent. Messages go
    /// out in the order of the calls.
    /// </summary>
    /// <exception cref="MqttException">The broker refuses the message, or QoS 0 meets no connection.</exception>
    Task PublishAsync(MqttMessage message, CancellationToken cancellationToken = default);

    /// <summary>
    /// Calls the handler for each message that the filter matches. Before <see cref="ConnectAsync"/> it only registers,
    /// so that a kept session loses nothing; afterwards it completes when the broker has granted the subscription.
    /// </summary>
    /// <exception cref="MqttException">The broker refuses the subscription, or the filter is not valid.</exception>
    Task SubscribeAsync(
        string topicFilter, MqttQos qos, MqttHandler handler, CancellationToken cancellationToken = default);
}

/// <summary>
/// Takes one message. Called on the network thread in the order of arrival, so it returns quickly and does long work in
/// the task it returns. See <see cref="MqttOptions.AcknowledgeWhenHandled"/>.
/// </summary>
public delegate ValueTask MqttHandler(MqttMessage message);
