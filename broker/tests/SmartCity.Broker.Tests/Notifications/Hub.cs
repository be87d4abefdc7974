using System.Collections.Immutable;
using System.Text;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Entities;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Host.Notifications;
using SmartCity.Broker.Notifications;
using SmartCity.Broker.Outbound;
using SmartCity.Broker.Snapshots;
using SmartCity.Broker.Subscriptions;
using SmartCity.Broker.Tests.Outbound;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Subscriptions;
using Xunit;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Tests.Notifications;

/// <summary>Entities, subscriptions and the dispatcher together, over one store.</summary>
internal sealed class Hub : IAsyncDisposable
{
    public const string Vocabulary = "https://uri.etsi.org/ngsi-ld/default-context/";

    private readonly HttpNotifier _http;
    private readonly MqttNotifier _mqtt;
    private readonly ChangeDispatcher _dispatcher;
    private readonly LocalEntities _entities;

    private Hub(MemoryStore store, TimeProvider clock, NotificationSettings settings, Limits limits, IReadOnlyDictionary<string, Context> contexts, OutboundGate? gate)
    {
        gate ??= Gates.ToLoopback();
        _http = new(settings, gate);
        _mqtt = new(settings, gate, clock);
        _entities = new(store, new(store, new(EntityMapSettings.Default, clock)));
        _dispatcher = new(store, store, _entities, settings, clock, Faults.Add);
        Subscriptions = new(store, store, new InlineContexts(contexts), _dispatcher, [_http, _mqtt], new KnownSnapshots(clock), limits, clock);
        Store = store;
    }

    public MemoryStore Store { get; }

    public LocalSubscriptions Subscriptions { get; }

    public ChangeDispatcher Dispatcher => _dispatcher;

    public IEntityOperations Entities => _entities;

    public MqttConnections Mqtt => _mqtt.Connections;

    public List<Exception> Faults { get; } = [];

    public static Call Call { get; } = new() { Context = Context.Core };

    public static async Task<Hub> StartAsync(
        MemoryStore? store = null, TimeProvider? clock = null, NotificationSettings? settings = null, Limits? limits = null,
        IReadOnlyDictionary<string, Context>? contexts = null, OutboundGate? gate = null)
    {
        clock ??= TimeProvider.System;
        var hub = new Hub(
            store ?? new(clock), clock, settings ?? NotificationSettings.Default, limits ?? Limits.Default,
            contexts ?? ImmutableDictionary<string, Context>.Empty, gate);
        await hub.Subscriptions.LoadAsync(default);
        hub._dispatcher.Start();
        return hub;
    }

    public async Task<string> SubscribeAsync(string json)
    {
        var created = await Subscriptions.CreateAsync(Call, Encoding.UTF8.GetBytes(json), default);
        Assert.Null(created.Error);
        return created.Value.Id;
    }

    /// <summary>A subscription to Vehicles.</summary>
    public Task<string> SubscribeAsync(string uri, string members, string parameters = "", string endpoint = "") => SubscribeAsync($$"""
        {"type":"Subscription","entities":[{"type":"Vehicle"}],{{members}},
         "notification":{ {{parameters}} "endpoint":{ {{endpoint}} "uri":"{{uri}}" } } }
        """);

    public async Task CreateAsync(string id, params (string Name, string Value)[] values) =>
        Assert.Null((await _entities.CreateAsync(Call, Vehicle(id, values), default)).Error);

    /// <summary>Gives a Vehicle a Relationship; with several objects it has an array of them.</summary>
    public async Task LinkAsync(string id, string name, params string[] objects)
    {
        var vehicle = Vehicle(id, []) with { Attributes = [new Relationship { Name = Vocabulary + name, Objects = [.. objects] }] };
        Assert.Null((await _entities.BatchAsync(Call, BatchKind.UpsertUpdate, [new(id, vehicle)], MergeOptions.None, default)).Error);
    }

    public async Task UpdateAsync(string id, params (string Name, string Value)[] values) =>
        Assert.Null((await _entities.AppendAsync(Call, id, default, Vehicle(id, values), false, default)).Error);

    /// <summary>One batch that gives each Vehicle a speed.</summary>
    public async Task UpsertAsync(IEnumerable<(string Id, string Speed)> speeds)
    {
        var items = speeds.Select(one => new BatchItem(one.Id, Vehicle(one.Id, [("speed", one.Speed)]))).ToImmutableArray();
        var outcome = await _entities.BatchAsync(Call, BatchKind.UpsertUpdate, items, MergeOptions.None, default);
        Assert.Empty(outcome.Value.Errors);
    }

    public async Task DeleteAsync(string id) => Assert.Null((await _entities.DeleteAsync(Call, id, default, default)).Error);

    public async Task DeleteAsync(string id, string attribute) =>
        Assert.Null((await _entities.DeleteAttributeAsync(Call, id, default, Vocabulary + attribute, null, false, default)).Error);

    public async Task<SubscriptionState> StateAsync(string id) => (await Subscriptions.RetrieveAsync(Call, id, default)).Value.State;

    /// <summary>Waits until the state is as wanted, and gives it whether it is or not.</summary>
    public async Task<SubscriptionState> StateAsync(string id, Func<SubscriptionState, bool> wanted)
    {
        var state = await StateAsync(id);
        for (var tries = 0; !wanted(state) && tries < 3000; tries++)
        {
            await Task.Delay(10);
            state = await StateAsync(id);
        }

        return state;
    }

    public Task StopAsync() => _dispatcher.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _dispatcher.DisposeAsync();
        _http.Dispose();
        await _mqtt.DisposeAsync();
    }

    private static Entity Vehicle(string id, (string Name, string Value)[] values)
    {
        var attributes = ImmutableArray.CreateBuilder<Attribute>();
        foreach (var (name, value) in values)
        {
            attributes.Add(new Property { Name = name.Contains(':', StringComparison.Ordinal) ? name : Vocabulary + name, Value = JsonValue.Of(value) });
        }

        return new() { Id = id, Types = [Vocabulary + "Vehicle"], Attributes = attributes.ToImmutable() };
    }

    /// <summary>Contexts that need no network: the core one, those in a body, and some that are known.</summary>
    private sealed class InlineContexts(IReadOnlyDictionary<string, Context> known) : IContextResolver
    {
        public ValueTask<Result<Context>> ResolveAsync(ContextReference reference, CancellationToken cancellation)
        {
            if (reference.IsDefault || reference.Uri == Context.Core.Uri) return new(Context.Core);
            if (reference.Uri is { } uri && known.TryGetValue(uri, out var context)) return new(context);
            if (reference.Uri is not null) return new(new NgsiLdError(NgsiLdErrorKind.LdContextNotAvailable, $"{reference.Uri} is not available"));
            var parsed = ContextDocument.Parse(reference.Json);
            return new(parsed.Then(document => ContextCompiler.Compile(document.Parts.OfType<LocalContext>(), reference.Json)));
        }
    }
}
