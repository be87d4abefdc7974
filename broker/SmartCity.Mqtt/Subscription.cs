namespace SmartCity.Mqtt;

/// <summary>A filter with its handler; it lives as long as the client and is made anew at each connection.</summary>
internal sealed class Subscription(string filter, MqttQos qos, MqttHandler handler)
{
    private readonly TaskCompletionSource _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal string Filter { get; } = filter;

    internal MqttQos Qos { get; } = qos;

    internal MqttHandler Handler { get; } = handler;

    /// <summary>The first answer of the broker.</summary>
    internal Task Task => _granted.Task;

    internal void Grant() => _granted.TrySetResult();

    internal void Fail(MqttException reason)
    {
        _granted.TrySetException(reason);
        _ = _granted.Task.Exception; // Nobody waits for those that were made before the connection.
    }
}
