using System.Collections.Immutable;

namespace SmartCity.Broker.Storage;

/// <summary>Subscriptions, kept as documents whose form is the subscription code's own, and how far each has got.</summary>
public interface ISubscriptionStore
{
    ValueTask<ImmutableArray<StoredSubscription>> LoadAsync(CancellationToken cancellation);

    /// <summary>Adds or replaces; durable when it returns. A tenant comes into being with its first subscription.</summary>
    ValueTask SaveAsync(StoredSubscription subscription, CancellationToken cancellation);

    ValueTask DeleteAsync(string tenant, string id, CancellationToken cancellation);

    /// <summary>
    /// Keeps progress of many subscriptions, without hurry: durable some time later. Progress of a deleted subscription is ignored.
    /// </summary>
    void Record(ImmutableArray<SubscriptionProgress> progress);
}

/// <param name="Tenant">Whose it is.</param>
/// <param name="Id">A URI.</param>
/// <param name="Document">The subscription as UTF-8 JSON.</param>
/// <param name="Progress">Null before the first record.</param>
public sealed record StoredSubscription(string Tenant, string Id, ReadOnlyMemory<byte> Document, SubscriptionProgress? Progress);

/// <summary>How far a subscription has got (ETSI GS CIM 009 5.2.14.2), and where in the change log it stands.</summary>
public sealed record SubscriptionProgress(
    string Tenant,
    string Id,
    long Position,
    long TimesSent,
    long TimesFailed,
    DateTimeOffset? LastNotification,
    DateTimeOffset? LastSuccess,
    DateTimeOffset? LastFailure);
