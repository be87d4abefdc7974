using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Subscriptions;

/// <summary>
/// The operations on Subscriptions (ETSI GS CIM 009 5.8.1 - 5.8.5), or on those to registrations (5.11.2 - 5.11.6). The context of the
/// request that creates one is that of its notifications, where it names none.
/// </summary>
public interface ISubscriptionOperations : IResourceOperations<Subscription, SubscriptionView>
{
    /// <summary>ETSI GS CIM 009 5.8.4, 5.11.5.</summary>
    ValueTask<Result<ResourcePage<SubscriptionView>>> QueryAsync(Call call, PageRequest page, CancellationToken cancellation);
}

/// <summary>A Subscription and how it stands.</summary>
public readonly record struct SubscriptionView(Subscription Subscription, SubscriptionState State);
