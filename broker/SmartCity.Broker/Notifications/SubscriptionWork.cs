using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Notifications;

/// <summary>What puts subscriptions to work: it sees what happens, and tells those who want to know.</summary>
public abstract class SubscriptionWork
{
    private protected SubscriptionWork()
    {
    }

    internal Subscribers Subscribers { get; } = new();

    /// <summary>Where a new subscription stands: it hears of what comes after.</summary>
    internal abstract long Head { get; }

    /// <summary>Takes a subscription to work. The caller holds the gate.</summary>
    internal abstract void Add(string tenant, Watch watch, SubscriptionProgress progress);

    /// <summary>Puts what an update made of a subscription in its place. The caller holds the gate.</summary>
    internal abstract void Replace(Subscriber subscriber, Watch watch);

    internal abstract SubscriptionProgress ProgressOf(Subscriber subscriber);
}
