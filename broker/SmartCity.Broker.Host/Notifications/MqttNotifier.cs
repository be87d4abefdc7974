using System.Collections.Concurrent;
using SmartCity.Broker.Notifications;
using SmartCity.Mqtt;
using SmartCity.NgsiLd.Subscriptions;
using Endpoint = SmartCity.NgsiLd.Subscriptions.Endpoint;

namespace SmartCity.Broker.Host.Notifications;

/// <summary>
/// Notifications over MQTT (ETSI GS CIM 009 7.2): one connection to each MQTT broker and user, shared by all subscriptions,
/// made with the first notification and kept up from then on.
/// </summary>
internal sealed class MqttNotifier : INotifier, IAsyncDisposable
{
    private readonly ConcurrentDictionary<MqttOptions, Lazy<Task<IMqttClient>>> _clients = new();

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

    /// <summary>The connected client of a broker.</summary>
    /// <exception cref="MqttException">It cannot be reached, or refuses; the next call tries again.</exception>
    public async Task<IMqttClient> ConnectAsync(MqttOptions options, CancellationToken cancellation)
    {
        var client = _clients.GetOrAdd(options, static o => new(() => ConnectAsync(o)));
        try
        {
            return await client.Value.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (MqttException)
        {
            _clients.TryRemove(new(options, client));
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            if (client.IsValueCreated && client.Value.IsCompletedSuccessfully) await client.Value.Result.DisposeAsync();
        }
    }

    private static async Task<IMqttClient> ConnectAsync(MqttOptions options)
    {
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
}
