using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Notifications;

/// <summary>Every subscription at work, by tenant. Whoever uses it holds <see cref="Gate"/>.</summary>
internal sealed class Subscribers
{
    private readonly Dictionary<string, Tenant> _tenants = new(StringComparer.Ordinal);
    private readonly Dictionary<(Context, string), SharedRendering> _renderings = [];

    public Lock Gate { get; } = new();

    public int Count { get; private set; }

    public IEnumerable<Subscriber> All => _tenants.Values.SelectMany(tenant => tenant.Ordered);

    /// <summary>A tenant's subscribers in the order in which they came.</summary>
    public IReadOnlyList<Subscriber> Of(string tenant) => _tenants.TryGetValue(tenant, out var found) ? found.Ordered : [];

    public Subscriber? Find(string tenant, string id) =>
        _tenants.TryGetValue(tenant, out var found) ? found.ById.GetValueOrDefault(id) : null;

    public void Add(Subscriber subscriber)
    {
        if (!_tenants.TryGetValue(subscriber.Tenant, out var tenant)) _tenants[subscriber.Tenant] = tenant = new();
        tenant.ById.Add(subscriber.Id, subscriber);
        tenant.Ordered.Add(subscriber);
        Count++;
        Enlist(tenant, subscriber, subscriber.Watch);
    }

    public void Replace(Subscriber subscriber, Watch watch)
    {
        var tenant = _tenants[subscriber.Tenant];
        Delist(tenant, subscriber, subscriber.Watch);
        subscriber.Watch = watch;
        Enlist(tenant, subscriber, watch);
    }

    public void Remove(Subscriber subscriber)
    {
        var tenant = _tenants[subscriber.Tenant];
        subscriber.Leave();
        tenant.ById.Remove(subscriber.Id);
        tenant.Ordered.Remove(subscriber);
        Count--;
        Delist(tenant, subscriber, subscriber.Watch);
    }

    /// <summary>Those that might care about a change.</summary>
    public void Collect(string tenant, EntityChange change, List<Subscriber> candidates)
    {
        if (_tenants.TryGetValue(tenant, out var found)) found.Index.Collect(change, candidates);
    }

    /// <summary>The rendering that a subscription shares with those that ask for the same.</summary>
    public Rendering RenderingFor(Subscription subscription, Context context) =>
        _renderings.TryGetValue((context, Rendering.KeyOf(subscription, context)), out var shared)
            ? shared.Rendering
            : new(subscription, context);

    private void Enlist(Tenant tenant, Subscriber subscriber, Watch watch)
    {
        // Periodic ones look at the clock, not at changes (ETSI GS CIM 009 5.8.6).
        if (watch.Subscription.TimeInterval is null) tenant.Index.Add(subscriber, watch.Subscription);
        var key = (watch.Context, Rendering.KeyOf(watch.Subscription, watch.Context));
        var users = _renderings.TryGetValue(key, out var shared) ? shared.Users : 0;
        _renderings[key] = new(shared.Rendering ?? watch.Rendering, users + 1);
    }

    private void Delist(Tenant tenant, Subscriber subscriber, Watch watch)
    {
        if (watch.Subscription.TimeInterval is null) tenant.Index.Remove(subscriber, watch.Subscription);
        var key = (watch.Context, Rendering.KeyOf(watch.Subscription, watch.Context));
        var shared = _renderings[key];
        if (shared.Users == 1) _renderings.Remove(key);
        else _renderings[key] = shared with { Users = shared.Users - 1 };
    }

    private readonly record struct SharedRendering(Rendering Rendering, int Users);

    private sealed class Tenant
    {
        public Dictionary<string, Subscriber> ById { get; } = new(StringComparer.Ordinal);

        public List<Subscriber> Ordered { get; } = [];

        public SubscriptionIndex Index { get; } = new();
    }
}
