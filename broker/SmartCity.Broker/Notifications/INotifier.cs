using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Notifications;

/// <summary>A way to deliver notifications: one per protocol binding (ETSI GS CIM 009 6.3.8, 7.2).</summary>
public interface INotifier
{
    /// <summary>Whether endpoints with this URI scheme are its own.</summary>
    bool Serves(string scheme);

    /// <summary>What is wrong with an endpoint of its own, naming the member; null where nothing is.</summary>
    string? Objection(Endpoint endpoint);

    /// <summary>Prepares what all notifications of a subscription have in common. It connects to nothing.</summary>
    INotificationChannel Open(NotificationTarget target);
}

/// <summary>The way to one subscription's endpoint. Used by many senders at once.</summary>
public interface INotificationChannel
{
    /// <summary>
    /// Delivers one notification; an endpoint's failure is an outcome, never an exception.
    /// </summary>
    /// <param name="body">The notification as UTF-8 JSON; untouched until the call completes.</param>
    /// <param name="deadline">Ends the attempt: the outcome is then <see cref="DeliveryOutcome.TimedOut"/>.</param>
    ValueTask<DeliveryOutcome> SendAsync(ReadOnlyMemory<byte> body, CancellationToken deadline);
}

/// <summary>What became of a notification.</summary>
public enum DeliveryOutcome
{
    Delivered,

    /// <summary>The endpoint answered that it does not take it.</summary>
    Refused,

    /// <summary>No connection, or one that broke.</summary>
    Unreachable,

    TimedOut,
}
