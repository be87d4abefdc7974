using SmartCity.Broker.Notifications;
using SmartCity.Mqtt;

namespace SmartCity.Broker.Host.Notifications;

/// <summary>
/// One connection to each MQTT broker, user and protocol version, shared by all subscriptions: made with the first notification, kept
/// up, and closed when nothing has gone that way for a while, as when its last subscription has ended.
/// </summary>
internal sealed class MqttConnections : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<MqttOptions, Connection> _open = [];
    private readonly NotificationSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ITimer _sweeping;

    public MqttConnections(NotificationSettings settings, TimeProvider clock)
    {
        _settings = settings;
        _clock = clock;
        var period = settings.MqttIdle / 4;
        _sweeping = clock.CreateTimer(_ => CloseIdle(), null, period, period);
    }

    public int Count
    {
        get
        {
            lock (_lock) return _open.Count;
        }
    }

    /// <summary>Completes when the message is where its quality of service wants it.</summary>
    /// <exception cref="MqttException">The broker cannot be reached, or refuses; the next call tries again.</exception>
    public async Task PublishAsync(MqttOptions server, MqttMessage message, CancellationToken cancellation)
    {
        var connection = Take(server);
        try
        {
            var client = await connection.Client.WaitAsync(cancellation).ConfigureAwait(false);
            await client.PublishAsync(message, cancellation).ConfigureAwait(false);
        }
        catch (MqttException) when (IsLost(connection))
        {
            Abandon(server, connection);
            throw;
        }
        finally
        {
            GiveBack(connection);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _sweeping.DisposeAsync().ConfigureAwait(false);
        Connection[] all;
        lock (_lock)
        {
            all = [.. _open.Values];
            _open.Clear();
        }

        await Task.WhenAll(all.Select(CloseAsync)).ConfigureAwait(false);
    }

    private Connection Take(MqttOptions server)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(server, out var connection))
            {
                if (_open.Count >= _settings.MqttConnections) throw new MqttException("There are too many MQTT connections already");
                _open[server] = connection = new(ConnectAsync(server));
            }

            connection.Users++;
            return connection;
        }
    }

    private static bool IsLost(Connection connection) =>
        !connection.Client.IsCompletedSuccessfully || !connection.Client.Result.IsConnected;

    /// <summary>The next one makes a connection of its own: this one may have been refused for good.</summary>
    private void Abandon(MqttOptions server, Connection connection)
    {
        lock (_lock)
        {
            connection.IsAbandoned = true;
            if (_open.GetValueOrDefault(server) == connection) _open.Remove(server);
        }
    }

    private void GiveBack(Connection connection)
    {
        bool isLast;
        lock (_lock)
        {
            connection.Users--;
            connection.UsedAt = _clock.GetTimestamp();
            isLast = connection is { IsAbandoned: true, Users: 0 };
        }

        if (isLast) _ = CloseAsync(connection);
    }

    private void CloseIdle()
    {
        List<Connection> idle;
        lock (_lock)
        {
            idle = [.. _open.Values.Where(one => one.Users == 0 && _clock.GetElapsedTime(one.UsedAt) >= _settings.MqttIdle)];
            foreach (var server in _open.Where(one => idle.Contains(one.Value)).Select(one => one.Key).ToList()) _open.Remove(server);
        }

        foreach (var connection in idle) _ = CloseAsync(connection);
    }

    private static async Task CloseAsync(Connection connection)
    {
        try
        {
            var client = await connection.Client.ConfigureAwait(false);
            await client.DisposeAsync().ConfigureAwait(false);
        }
        catch (MqttException)
        {
            // It was never made.
        }
    }

    private static async Task<IMqttClient> ConnectAsync(MqttOptions options)
    {
        // Off the caller's thread, who holds the lock.
        await Task.Yield();
        var client = new MosquittoClient(options);
        try
        {
            await client.ConnectAsync().ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private sealed class Connection(Task<IMqttClient> client)
    {
        public Task<IMqttClient> Client => client;

        public int Users { get; set; }

        public bool IsAbandoned { get; set; }

        public long UsedAt { get; set; }
    }
}
