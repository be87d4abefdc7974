using System.Text;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Embedded;
using SmartCity.Broker.Entities;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Notifications;
using SmartCity.Broker.Snapshots;
using SmartCity.Broker.StoreContract;
using SmartCity.Broker.Subscriptions;
using SmartCity.Broker.Temporal;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Snapshots;
using Xunit;

namespace SmartCity.Broker.Tests.Snapshots;

/// <summary>Snapshots over a real store, which may be closed and opened again.</summary>
internal sealed class FrozenCity : IAsyncDisposable
{
    private readonly string _folder;
    private readonly SnapshotSettings _settings;
    private readonly TimeProvider _clock;
    private readonly Func<IEntityOperations, IEntityOperations> _sources;
    private ChangeDispatcher _dispatcher = null!;

    private FrozenCity(string folder, SnapshotSettings settings, TimeProvider clock, Func<IEntityOperations, IEntityOperations> sources) =>
        (_folder, _settings, _clock, _sources) = (folder, settings, clock, sources);

    public EmbeddedStore Store { get; private set; } = null!;

    public LocalSnapshots Snapshots { get; private set; } = null!;

    public LocalSubscriptions Subscriptions { get; private set; } = null!;

    public KnownSnapshots Known { get; private set; } = null!;

    public List<Exception> Faults { get; } = [];

    public Call Call { get; } = new() { Context = Context.Core };

    /// <param name="settings">Bounds.</param>
    /// <param name="clock">Time, if it is not the real one.</param>
    /// <param name="sources">Decorates the operations that queries are asked of.</param>
    /// <param name="folder">What another broker has left behind; deleted in the end.</param>
    public static async Task<FrozenCity> OpenAsync(
        SnapshotSettings? settings = null, TimeProvider? clock = null, Func<IEntityOperations, IEntityOperations>? sources = null,
        string? folder = null)
    {
        folder ??= Directory.CreateTempSubdirectory("smartcity-").FullName;
        var city = new FrozenCity(folder, settings ?? SnapshotSettings.Default, clock ?? TimeProvider.System, sources ?? (own => own));
        await city.StartAsync();
        return city;
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public async Task StopAsync()
    {
        await Snapshots.DisposeAsync();
        await _dispatcher.DisposeAsync();
        await Store.DisposeAsync();
    }

    /// <summary>Puts Entities of the type Vehicle with a speed into the default tenant.</summary>
    public async Task FillAsync(int count)
    {
        var writes = Enumerable.Range(0, count).Select(i => Writes.Put(Writes.Entity($"urn:v:{i}", Writes.Number(Writes.Speed, i))));
        Assert.All(await Store.CommitAsync("", [.. writes], default), result => Assert.True(result.IsSuccess));
    }

    public async Task<Snapshot> FreezeAsync(string document) => await PreparedAsync((await CreateAsync(document)).Value.Id);

    public ValueTask<Result<Snapshot>> CreateAsync(string document) => Snapshots.CreateAsync(Call, Encoding.UTF8.GetBytes(document), default);

    public ValueTask<Result<Snapshot>> CloneAsync(string id, string members = "") =>
        Snapshots.CloneAsync(Call, id, Encoding.UTF8.GetBytes($$"""{"type":"Snapshot"{{members}}}"""), default);

    public async Task<Snapshot> PreparedAsync(string id)
    {
        for (var attempt = 0; attempt < 3000; attempt++)
        {
            var snapshot = (await Snapshots.RetrieveAsync(Call, id, default)).Value;
            if (snapshot.Status != SnapshotStatus.Preparing) return snapshot;
            await Task.Delay(20);
        }

        throw new TimeoutException($"{id} is still being prepared");
    }

    /// <summary>A Snapshot of all Vehicles.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="members">More members.</param>
    public static string Vehicles(string id, string members = "") =>
        $$"""{"id":"{{id}}","type":"Snapshot","snapshotQueries":[{"type":"Query","entities":[{"type":"{{Writes.Vehicle}}"}]}]{{members}}}""";

    /// <summary>How many Entities a space holds.</summary>
    public async Task<long> CountAsync(string space) => (await Store.QueryAsync(space, new(), new(0, 0, true), default)).Total ?? 0;

    /// <summary>How many evolutions a space holds.</summary>
    public async Task<int> EvolutionsAsync(string space)
    {
        var count = 0;
        await foreach (var _ in Store.Temporal.ListAsync(space, new(), default)) count++;
        return count;
    }

    public static async Task SoonAsync(Func<Task<bool>> holds)
    {
        for (var attempt = 0; attempt < 1500; attempt++)
        {
            if (await holds()) return;
            await Task.Delay(20);
        }

        Assert.Fail("it does not come to be so");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
        Assert.Empty(Faults);
    }

    /// <param name="beforeStart">Changes what was kept.</param>
    public async Task StartAsync(Func<EmbeddedStore, Task>? beforeStart = null)
    {
        Store = await EmbeddedStore.OpenAsync(new() { Directory = _folder }, _clock, default);
        var entities = new LocalEntities(Store, new(Store, new(EntityMapSettings.Default, _clock)));
        var temporal = new LocalTemporal(Store.Temporal, Store, Limits.Default);
        _dispatcher = new(Store, Store, entities, NotificationSettings.Default, _clock, Faults.Add);
        Known = new(_clock);
        Subscriptions = new(Store, Store, new NoContexts(), _dispatcher, [new Silence()], Known, Limits.Default, _clock);
        var asked = _sources(entities);
        Snapshots = new(
            Store.Snapshots, Known, new(asked, new(asked, new(1000, 1 << 20)), temporal, Subscriptions, Store, Store.Temporal),
            [new Silence()], NotificationSettings.Default, _settings, Limits.Default, _clock, Faults.Add);
        if (beforeStart is not null) await beforeStart(Store);
        await Snapshots.LoadAsync(default);
        await Subscriptions.LoadAsync(default);
        _dispatcher.Start();
        Snapshots.Start();
    }

    private sealed class NoContexts : IContextResolver
    {
        public ValueTask<Result<Context>> ResolveAsync(ContextReference reference, CancellationToken cancellation) => new(Context.Core);
    }

    private sealed class Silence : INotifier, INotificationChannel
    {
        public bool Serves(string scheme) => scheme == "http";

        public string? Objection(NgsiLd.Subscriptions.Endpoint endpoint) => null;

        public INotificationChannel Open(NotificationTarget target) => this;

        public ValueTask<DeliveryOutcome> SendAsync(ReadOnlyMemory<byte> body, CancellationToken deadline) => new(DeliveryOutcome.Delivered);
    }
}
