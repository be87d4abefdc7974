using SmartCity.Broker.Embedded;
using SmartCity.Broker.Storage;
using SmartCity.Broker.StoreContract;

namespace SmartCity.Broker.Tests.Embedded;

/// <summary>The embedded store in a folder of its own.</summary>
internal sealed class EmbeddedStoreUnderTest : StoreUnderTest
{
    private readonly EmbeddedStoreOptions _options;

    private EmbeddedStoreUnderTest(EmbeddedStoreOptions options) => _options = options;

    public EmbeddedStore Store { get; private set; } = null!;

    public override IEntityStore Entities => Store;

    public override IChangeLog Log => Store;

    public override ITemporalStore Temporal => Store.Temporal;

    public override ISubscriptionStore Subscriptions => Store;

    public override IRegistrationStore Registrations => Store.Registrations;

    public override ISubscriptionStore SourceSubscriptions => Store.SourceSubscriptions;

    public override IRegistrationLog RegistrationLog => Store.RegistrationLog;

    public override IForwardingStore Forwardings => Store.Forwardings;

    public override INotificationInbox Inbox => Store.Inbox;

    public override IContextStore Contexts => Store.Contexts;

    public override ISnapshotStore Snapshots => Store.Snapshots;

    public static Task<StoreUnderTest> OpenAsync() => OpenAsync(options => options);

    /// <summary>Folds as often as it can.</summary>
    public static Task<StoreUnderTest> OpenFoldingAsync() => OpenAsync(options => options with
    {
        FoldInterval = TimeSpan.FromMilliseconds(5),
        FoldBytes = 0,
        FoldIdle = TimeSpan.Zero,
        TailChanges = 16,
        SweepInterval = TimeSpan.FromMilliseconds(50),
    });

    public override async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await EmbeddedStore.OpenAsync(_options, TimeProvider.System, CancellationToken.None);
    }

    public override async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(_options.Directory, recursive: true);
    }

    private static async Task<StoreUnderTest> OpenAsync(Func<EmbeddedStoreOptions, EmbeddedStoreOptions> change)
    {
        var options = change(new EmbeddedStoreOptions { Directory = Directory.CreateTempSubdirectory("smartcity-").FullName });
        var store = new EmbeddedStoreUnderTest(options);
        store.Store = await EmbeddedStore.OpenAsync(options, TimeProvider.System, CancellationToken.None);
        return store;
    }
}
