using SmartCity.Broker.Storage;

namespace SmartCity.Broker.StoreContract;

/// <summary>A store as the contract sees it: its ports, and a restart.</summary>
public abstract class StoreUnderTest : IAsyncDisposable
{
    public abstract IEntityStore Entities { get; }

    public abstract IChangeLog Log { get; }

    public abstract ITemporalStore Temporal { get; }

    public abstract ISubscriptionStore Subscriptions { get; }

    public abstract IRegistrationStore Registrations { get; }

    /// <summary>Those to registrations, which are kept apart.</summary>
    public abstract ISubscriptionStore SourceSubscriptions { get; }

    public abstract IRegistrationLog RegistrationLog { get; }

    public abstract IForwardingStore Forwardings { get; }

    public abstract INotificationInbox Inbox { get; }

    public abstract IContextStore Contexts { get; }

    public abstract ISnapshotStore Snapshots { get; }

    /// <summary>Stops the store and starts it again on what it has kept.</summary>
    public abstract Task ReopenAsync();

    public abstract ValueTask DisposeAsync();
}
