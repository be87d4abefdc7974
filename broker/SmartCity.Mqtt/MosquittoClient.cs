using SmartCity.Mqtt.Native;

namespace SmartCity.Mqtt;

/// <summary>
/// <see cref="IMqttClient"/> over libmosquitto. One thread owns the native client and makes every call to it; other
/// threads only put work into its queues, so no lock is ever held over the network.
/// </summary>
public sealed class MosquittoClient : IMqttClient
{
    private static readonly TimeSpan DisposePatience = TimeSpan.FromSeconds(5);

    private readonly NetworkLoop _loop;
    private int _connecting;

    /// <exception cref="MqttLibraryMissingException">libmosquitto is not installed.</exception>
    /// <exception cref="MqttException">The options cannot work, such as a certificate file that cannot be read.</exception>
    public MosquittoClient(MqttOptions options)
    {
        NativeLibraryCheck.EnsurePresent(Mosquitto.Library);
        _loop = new NetworkLoop(options, e => Happened?.Invoke(e));
    }

    public event Action<MqttEvent>? Happened;

    public bool IsConnected => _loop.IsConnected;

    public Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _connecting, 1) == 1)
            throw new InvalidOperationException("The client connects once; it reconnects by itself");

        _loop.Start();
        return _loop.Connected.WaitAsync(cancellationToken);
    }

    public async Task PublishAsync(MqttMessage message, CancellationToken cancellationToken = default)
    {
        if (message.Topic.Length == 0 || message.Topic.AsSpan().ContainsAny('+', '#', '\0'))
            throw new MqttException($"The topic '{message.Topic}' is not valid: it is empty or has a wildcard");
        if (message.Qos == MqttQos.AtMostOnce && !IsConnected)
            throw new MqttException("The MQTT broker is not connected");

        var publication = new Publication(message);
        await using var withdrawal = cancellationToken.Register(() => publication.Cancel(cancellationToken)).ConfigureAwait(false);
        _loop.Enqueue(publication);
        await publication.Task.ConfigureAwait(false);
    }

    public Task SubscribeAsync(
        string topicFilter, MqttQos qos, MqttHandler handler, CancellationToken cancellationToken = default)
    {
        if (!TopicFilter.IsValid(topicFilter)) throw new MqttException($"The topic filter '{topicFilter}' is not valid");

        var subscription = new Subscription(topicFilter, qos, handler);
        _loop.Enqueue(subscription);
        return Volatile.Read(ref _connecting) == 0
            ? Task.CompletedTask
            : subscription.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Waits for running handlers and says goodbye to the broker; publications without an acknowledgement fail.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _loop.Stop();
        // A connect to a silent host cannot be interrupted. The loop's thread then ends by itself and frees what it holds.
        await Task.WhenAny(_loop.Ended, Task.Delay(DisposePatience)).ConfigureAwait(false);
    }
}
