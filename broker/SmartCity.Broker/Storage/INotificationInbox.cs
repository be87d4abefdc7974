using System.Collections.Immutable;

namespace SmartCity.Broker.Storage;

/// <summary>
/// Notifications of Context Sources that were taken and are still to be passed on (ETSI GS CIM 009 5.8.6): what a source has been
/// told to be taken survives a crash.
/// </summary>
public interface INotificationInbox
{
    /// <summary>Those that were not released, oldest first.</summary>
    ValueTask<ImmutableArray<KeptNotification>> LoadAsync(CancellationToken cancellation);

    /// <summary>Durable when it returns; those that are kept at the same time wait for the disk together.</summary>
    /// <param name="notification">Its number is passed over.</param>
    /// <param name="cancellation">Stops before it begins.</param>
    /// <returns>Its number.</returns>
    ValueTask<long> KeepAsync(KeptNotification notification, CancellationToken cancellation);

    /// <summary>Says that a notification has been passed on: it may be forgotten, some time later.</summary>
    void Release(long number);
}

/// <param name="Number">Given when it is kept.</param>
/// <param name="Key">Of the route by which it has come.</param>
/// <param name="Identity">Tells what is sent on because of it from other notifications of the subscription, again after a crash.</param>
/// <param name="Link">Its Link headers; null for none.</param>
/// <param name="Body">UTF-8 JSON.</param>
public sealed record KeptNotification(long Number, string Key, long Identity, string? Link, ReadOnlyMemory<byte> Body);
