using SmartCity.Broker.Contexts;
using SmartCity.Broker.Discovery;
using SmartCity.Broker.Embedded;
using SmartCity.Broker.Entities;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Federation.Discovery;
using SmartCity.Broker.Federation.Subscriptions;
using SmartCity.Broker.Federation.Temporal;
using SmartCity.Broker.Host.Http;
using SmartCity.Broker.Host.Http.Contexts;
using SmartCity.Broker.Host.Http.Entities;
using SmartCity.Broker.Host.Http.EntityMaps;
using SmartCity.Broker.Host.Http.Info;
using SmartCity.Broker.Host.Http.Operational;
using SmartCity.Broker.Host.Http.Registrations;
using SmartCity.Broker.Host.Http.Snapshots;
using SmartCity.Broker.Host.Http.Subscriptions;
using SmartCity.Broker.Host.Http.Temporal;
using SmartCity.Broker.Host.Http.Types;
using SmartCity.Broker.Host.Notifications;
using SmartCity.Broker.Host.Settings;
using SmartCity.Broker.Notifications;
using SmartCity.Broker.Outbound;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Snapshots;
using SmartCity.Broker.Subscriptions;
using SmartCity.Broker.Temporal;

namespace SmartCity.Broker.Host;

/// <summary>Everything that runs behind the web server, put together by hand.</summary>
internal sealed class Hub : IAsyncDisposable
{
    private readonly HubSettings _settings;
    private readonly TimeProvider _clock;
    private readonly SourceIdentity _identity;
    private readonly EmbeddedStore _store;
    private readonly KeptContexts _keptContexts;
    private readonly OutboundGate _gate;
    private readonly ContextResolver _contexts;
    private readonly LocalContexts _ownContexts;
    private readonly LocalEntityMaps _ownEntityMaps;
    private readonly FederatedEntityMaps _entityMaps;
    private readonly LocalEntities _ownEntities;
    private readonly ContextSourceClient _sources;
    private readonly FederatedEntities _entities;
    private readonly EntityLinking _linking;
    private readonly FederatedDiscovery _discovery;
    private readonly FederatedTemporal _temporal;
    private readonly ContextRegistry _registry;
    private readonly LocalRegistrations _registrations;
    private readonly LocalSubscriptions _subscriptions;
    private readonly SubscriptionForwarding _forwarding;
    private readonly ReceivedNotifications _received;
    private readonly KnownSnapshots _knownSnapshots;
    private readonly LocalSnapshots _snapshots;
    private readonly ChangeDispatcher _dispatcher;
    private readonly SourceDispatcher _sourceDispatcher;
    private readonly LocalSubscriptions _sourceSubscriptions;
    private readonly HttpNotifier _notifier;
    private readonly MqttNotifier _mqttNotifier;

    private Hub(
        HubSettings settings, EmbeddedStore store, PreloadedContexts preloaded, TimeProvider clock, Action<Exception> onFault)
    {
        var notifications = settings.Notifications;
        _settings = settings;
        _clock = clock;
        var alias = settings.Alias ?? SourceIdentity.AliasFor(Environment.MachineName, Path.GetFullPath(settings.Data));
        _identity = new SourceIdentity(alias, clock.GetUtcNow());
        _store = store;
        _keptContexts = new KeptContexts(store.Contexts, settings.Limits, clock);
        _gate = new OutboundGate(settings.OutboundPolicy.Value, settings.Outbound);
        _contexts = new ContextResolver(preloaded, _keptContexts, _gate, settings.Limits, clock);
        _ownContexts = new LocalContexts(_keptContexts, _contexts, preloaded, settings.Limits, clock);
        _registry = new ContextRegistry(_identity, clock);
        _registrations = new LocalRegistrations(store.Registrations, store, _registry, _gate.Policy, settings.Limits, clock, onFault);
        _ownEntityMaps = new LocalEntityMaps(store, new EntityMapTable(settings.EntityMaps, clock));
        _ownEntities = new LocalEntities(store, _ownEntityMaps);
        _sources = new ContextSourceClient(_gate, _contexts, _identity, settings.Federation, settings.Limits, clock);
        _entities = new FederatedEntities(_ownEntities, _ownEntityMaps, _registry, _sources, settings.Federation, clock);
        _entityMaps = new FederatedEntityMaps(_ownEntityMaps, _entities, _registry, _sources, settings.Federation, clock);
        _linking = new EntityLinking(_entities, new(settings.Limits.LinkedEntities, settings.Limits.LinkedBytes));
        _discovery = new FederatedDiscovery(new LocalDiscovery(store), _registry, _sources, settings.Federation, clock);
        _temporal = new FederatedTemporal(
            new LocalTemporal(store.Temporal, store, settings.Limits), store.Temporal, store, _registry, _sources, settings.Federation, settings.Limits, clock);
        _notifier = new HttpNotifier(notifications, _gate);
        _mqttNotifier = new MqttNotifier(notifications, _gate, clock);
        _dispatcher = new ChangeDispatcher(store, store, _entities, notifications, clock, onFault);
        _knownSnapshots = new KnownSnapshots(clock);
        _subscriptions = new LocalSubscriptions(
            store, store, _contexts, _dispatcher, [_notifier, _mqttNotifier], _knownSnapshots, settings.Limits, clock);
        _sourceDispatcher = new SourceDispatcher(
            _registrations, _registry, store.RegistrationLog, store.SourceSubscriptions, _dispatcher, notifications, clock, onFault);
        _sourceSubscriptions = new LocalSubscriptions(
            store.SourceSubscriptions, store, _contexts, _sourceDispatcher, [_notifier, _mqttNotifier], _knownSnapshots, settings.Limits, clock);
        _forwarding = new SubscriptionForwarding(
            store.Forwardings, _registrations, _registry, _subscriptions, _dispatcher, _sources, settings.Federation, settings.PublicUrl, clock, onFault);
        _received = new ReceivedNotifications(_forwarding, _dispatcher, _entities, _sources, store.Inbox, _contexts, settings.Limits, clock, onFault);
        _snapshots = new LocalSnapshots(
            store.Snapshots, _knownSnapshots, new(_entities, _linking, _temporal, _subscriptions, store, store.Temporal),
            [_notifier, _mqttNotifier], notifications, settings.Snapshots, settings.Limits, clock, onFault);
    }

    /// <summary>Opens the store, reads the contexts, and starts to notify.</summary>
    /// <exception cref="StoreException">The store cannot be opened; it is left as it is.</exception>
    public static async Task<Hub> OpenAsync(
        HubSettings settings, TimeProvider clock, Action<Exception> onFault, CancellationToken cancellation)
    {
        var preloaded = settings.Contexts is { } folder ? PreloadedContexts.Load(folder) : PreloadedContexts.None;
        var store = await EmbeddedStore.OpenAsync(settings.Store with { Directory = settings.Data }, clock, cancellation);
        var hub = new Hub(settings, store, preloaded, clock, onFault);
        await hub._keptContexts.LoadAsync(cancellation);
        // Who subscribes to registrations hears of those that have expired meanwhile.
        await hub._sourceSubscriptions.LoadAsync(cancellation);
        await hub._registrations.LoadAsync(cancellation);
        await hub._sourceDispatcher.StartAsync(cancellation);
        await hub._snapshots.LoadAsync(cancellation);
        await hub._subscriptions.LoadAsync(cancellation);
        hub._dispatcher.Start();
        await hub._forwarding.StartAsync(cancellation);
        await hub._received.StartAsync(cancellation);
        hub._snapshots.Start();
        return hub;
    }

    public IEnumerable<Http.Route> Routes()
    {
        var limits = _settings.Limits;
        var address = new PublicAddress(_settings.PublicUrl);
        var mappedTemporal = new MappedTemporal(_temporal, _ownEntityMaps);
        var binder = new CallBinder(_contexts, _ownContexts, _registry, _knownSnapshots, new(_settings.Federation.PassOn), address, limits);
        var queries = new QueryBinder(binder, limits);
        return
        [
            .. OperationalEndpoints.Routes(ready: true),
            .. new InfoEndpoints(_identity, _store, binder, limits, _clock).Routes,
            .. new EntityEndpoints(_entities, _linking, binder, queries, limits).Routes,
            .. new PurgeEndpoints(_entities, binder, limits).Routes,
            .. new EntityMapEndpoints(_entityMaps, binder, queries, limits).Routes,
            .. new AttributeEndpoints(_entities, binder, limits).Routes,
            .. new BatchEndpoints(_entities, binder, limits).Routes,
            .. new TemporalEndpoints(_temporal, mappedTemporal, binder, queries, limits).Routes,
            .. new TemporalMapEndpoints(mappedTemporal, _entityMaps, queries).Routes,
            .. new TypeEndpoints(_discovery, binder, limits).Routes,
            .. new SubscriptionEndpoints(SubscriptionEndpoints.OfEntities, _subscriptions, _identity, address, binder, limits).Routes,
            .. new SubscriptionEndpoints(SubscriptionEndpoints.OfSources, _sourceSubscriptions, _identity, address, binder, limits).Routes,
            .. new NotificationEndpoints(_received, limits).Routes,
            .. new RegistrationEndpoints(_registrations, binder, limits).Routes,
            .. new SnapshotEndpoints(_snapshots, binder, limits).Routes,
            .. new ContextEndpoints(_ownContexts, address, binder, limits).Routes,
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _snapshots.DisposeAsync();
        await _sourceDispatcher.DisposeAsync();
        await _received.DisposeAsync();
        await _forwarding.DisposeAsync();
        await _dispatcher.DisposeAsync();
        _notifier.Dispose();
        await _mqttNotifier.DisposeAsync();
        _sources.Dispose();
        await _registrations.DisposeAsync();
        await _store.DisposeAsync();
        _contexts.Dispose();
    }
}
