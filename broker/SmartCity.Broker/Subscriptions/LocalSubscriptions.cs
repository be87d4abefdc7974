using System.Collections.Immutable;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Notifications;
using SmartCity.Broker.Snapshots;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Subscriptions;

/// <summary>
/// Subscriptions to this broker's own Entities, or to its registrations (ETSI GS CIM 009 5.11): kept by the store, put to work by a
/// dispatcher.
/// </summary>
public sealed class LocalSubscriptions : ISubscriptionOperations
{
    private static readonly TimeSpan ContextRetry = TimeSpan.FromMinutes(1);

    private readonly ISubscriptionStore _store;
    private readonly IEntityStore _entities;
    private readonly IContextResolver _contexts;
    private readonly SubscriptionWork _dispatcher;
    private readonly ImmutableArray<INotifier> _notifiers;
    private readonly ISnapshotSpaces _snapshots;
    private readonly Limits _limits;
    private readonly TimeProvider _clock;
    private readonly SubscriptionValidator _validator;

    // Writes are rare, and each decides on what the one before has done.
    private readonly SemaphoreSlim _writing = new(1);

    public LocalSubscriptions(
        ISubscriptionStore store, IEntityStore entities, IContextResolver contexts, SubscriptionWork dispatcher,
        ImmutableArray<INotifier> notifiers, ISnapshotSpaces snapshots, Limits limits, TimeProvider clock)
    {
        _store = store;
        _entities = entities;
        _contexts = contexts;
        _dispatcher = dispatcher;
        _notifiers = notifiers;
        _snapshots = snapshots;
        _limits = limits;
        _clock = clock;
        _validator = new(notifiers, limits, isOfSources: dispatcher is SourceDispatcher);
    }

    /// <summary>
    /// The tenant and the id of a subscription that was created, updated or deleted, once that is durable. Whoever listens must not take long.
    /// </summary>
    public event Action<string, string>? Changed;

    private Lock Gate => _dispatcher.Subscribers.Gate;

    /// <summary>Puts what the store holds to work. Called once, before the dispatcher starts.</summary>
    /// <param name="cancellation">Stops loading, and looking for contexts that could not be had.</param>
    /// <exception cref="InvalidDataException">A stored subscription cannot be read.</exception>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        var loaded = new List<(StoredSubscription Stored, SubscriptionDocument Document)>();
        foreach (var stored in await _store.LoadAsync(cancellation).ConfigureAwait(false))
        {
            if (!SubscriptionDocument.Read(stored.Document).TryGet(out var document, out var error))
            {
                throw new InvalidDataException($"The stored subscription {stored.Id} cannot be read: {error.Detail}");
            }

            loaded.Add((stored, document));
        }

        // Many subscriptions have few contexts; those of a server that does not answer are waited for once, and together.
        var contexts = new Dictionary<string, Task<Result<Context>>>(StringComparer.Ordinal);
        foreach (var (_, document) in loaded)
        {
            var key = document.ContextKey;
            if (!contexts.ContainsKey(key)) contexts[key] = _contexts.ResolveAsync(document.ContextReference, cancellation).AsTask();
        }

        await Task.WhenAll(contexts.Values).ConfigureAwait(false);
        var missing = new List<string>();
        lock (Gate)
        {
            foreach (var (stored, document) in loaded.OrderBy(s => s.Document.Subscription.CreatedAt))
            {
                var resolved = contexts[document.ContextKey].Result;
                // Full names are right under any context, until this one can be had.
                if (!resolved.TryGet(out var context, out _)) context = Context.Core;
                if (!resolved.IsSuccess && document.Subscription.JsonldContext is { } uri) missing.Add(uri);
                var progress = stored.Progress ?? new(stored.Tenant, stored.Id, 0, 0, 0, null, null, null);
                _dispatcher.Add(stored.Tenant, Watch(stored.Tenant, document.Subscription, context), progress);
            }
        }

        if (missing.Count > 0) _ = FindMissingAsync([.. missing.Distinct()], cancellation);
    }

    /// <summary>Asks for contexts that could not be had at start-up until they can.</summary>
    private async Task FindMissingAsync(List<string> missing, CancellationToken cancellation)
    {
        try
        {
            while (missing.Count > 0)
            {
                await Task.Delay(ContextRetry, _clock, cancellation).ConfigureAwait(false);
                foreach (var uri in missing.ToArray())
                {
                    var resolved = await _contexts.ResolveAsync(ContextReference.Link(uri), cancellation).ConfigureAwait(false);
                    if (!resolved.TryGet(out var context, out _)) continue;
                    missing.Remove(uri);
                    lock (Gate)
                    {
                        foreach (var subscriber in _dispatcher.Subscribers.All.Where(s => s.Watch.Subscription.JsonldContext == uri).ToList())
                        {
                            _dispatcher.Replace(subscriber, Watch(subscriber.Tenant, subscriber.Watch.Subscription, context));
                        }
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
    }

    public async ValueTask<Result<Subscription>> CreateAsync(Call call, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var now = _clock.GetUtcNow();
        var read = SubscriptionReader.Read(body, call.Context, _limits.JsonDepth)
            .Then(_validator.Check)
            .Then(subscription => NotEnded(subscription, now));
        if (!read.TryGet(out var given, out var error)) return error;
        var named = given with
        {
            Id = given.Id.Length > 0 ? given.Id : $"urn:ngsi-ld:Subscription:{Guid.CreateVersion7(now)}",
            CreatedAt = now,
            ModifiedAt = now,
            Address = call.Address,
            Via = call.Via,
        };
        var found = await NotificationContextAsync(named, call.Context, cancellation).ConfigureAwait(false);
        if (!found.TryGet(out var context, out error)) return error;
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            lock (Gate)
            {
                if (_dispatcher.Subscribers.Find(call.Tenant, named.Id) is not null)
                {
                    return NgsiLdError.AlreadyExists($"the subscription {named.Id} exists already");
                }

                if (_dispatcher.Subscribers.Count >= _limits.Subscriptions)
                {
                    return NgsiLdError.NotSupported($"this broker keeps no more than {_limits.Subscriptions} subscriptions");
                }
            }

            var progress = Fresh(call.Tenant, named.Id);
            var kept = await KeepAsync(call.Tenant, named, context, progress, cancellation).ConfigureAwait(false);
            if (!kept.TryGet(out var subscription, out error)) return error;
            lock (Gate)
            {
                _dispatcher.Add(call.Tenant, Watch(call.Tenant, subscription, context), progress);
            }

            Changed?.Invoke(call.Tenant, subscription.Id);
            return subscription;
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask<Result<SubscriptionView>> RetrieveAsync(Call call, string id, CancellationToken cancellation)
    {
        var found = await FindAsync(call, id, cancellation).ConfigureAwait(false);
        return found.Map(subscriber => View(subscriber, _clock.GetUtcNow()));
    }

    public async ValueTask<Result<ResourcePage<SubscriptionView>>> QueryAsync(Call call, PageRequest page, CancellationToken cancellation)
    {
        if (await _entities.MissingTenantAsync(call, cancellation).ConfigureAwait(false) is { } error) return error;
        var now = _clock.GetUtcNow();
        lock (Gate)
        {
            var all = _dispatcher.Subscribers.Of(call.Tenant);
            var shown = all.Skip(page.Offset).Take(page.Limit).Select(subscriber => View(subscriber, now)).ToImmutableArray();
            return new ResourcePage<SubscriptionView>(shown, (long)page.Offset + page.Limit < all.Count, page.Count ? all.Count : null);
        }
    }

    public async ValueTask<Result<Subscription>> UpdateAsync(
        Call call, string id, ReadOnlyMemory<byte> fragment, CancellationToken cancellation)
    {
        // A @context may take seconds to fetch: nobody else waits for it.
        var found = await FindAsync(call, id, cancellation).ConfigureAwait(false);
        var asked = found.Then(there => Merge(call, there, fragment));
        if (!asked.TryGet(out var update, out var error)) return error;
        Context? named = null;
        if (update.Mentioned.Contains("jsonldContext"))
        {
            var fetched = await NotificationContextAsync(update.Subscription, call.Context, cancellation).ConfigureAwait(false);
            if (!fetched.TryGet(out named, out error)) return error;
        }

        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            found = await FindAsync(call, id, cancellation).ConfigureAwait(false);
            asked = found.Then(there => Merge(call, there, fragment));
            if (!asked.TryGet(out update, out error)) return error;
            var subscriber = found.Value;
            var context = named ?? subscriber.Watch.Context;
            var kept = await KeepAsync(call.Tenant, update.Subscription, context, _dispatcher.ProgressOf(subscriber), cancellation)
                .ConfigureAwait(false);
            if (!kept.TryGet(out var subscription, out error)) return error;
            lock (Gate)
            {
                _dispatcher.Replace(subscriber, Watch(call.Tenant, subscription, context));
            }

            Changed?.Invoke(call.Tenant, id);
            return subscription;
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask<Result<Subscription>> DeleteAsync(Call call, string id, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var found = await FindAsync(call, id, cancellation).ConfigureAwait(false);
            if (!found.TryGet(out var subscriber, out var error)) return error;
            await _store.DeleteAsync(call.Tenant, id, cancellation).ConfigureAwait(false);
            lock (Gate)
            {
                _dispatcher.Subscribers.Remove(subscriber);
            }

            Changed?.Invoke(call.Tenant, id);
            return subscriber.Watch.Subscription;
        }
        finally
        {
            _writing.Release();
        }
    }

    private Result<SubscriptionUpdate> Merge(Call call, Subscriber subscriber, ReadOnlyMemory<byte> fragment)
    {
        var now = _clock.GetUtcNow();
        var old = subscriber.Watch.Subscription;
        if (!SubscriptionReader.Merge(old, fragment, call.Context, _limits.JsonDepth).TryGet(out var update, out var error)) return error;
        var mentioned = update.Mentioned;
        var updated = update.Subscription with { ModifiedAt = now };
        // A new end alone revives what had ended, even what was paused before (ETSI GS CIM 009 5.8.2.4).
        if (mentioned.Contains("expiresAt") && !mentioned.Contains("isActive") && old.StatusAt(now) == SubscriptionStatus.Expired)
        {
            updated = updated with { IsActive = true };
        }

        return _validator.Check(updated)
            .Then(subscription => mentioned.Contains("expiresAt") ? NotEnded(subscription, now) : subscription)
            .Map(subscription => update with { Subscription = subscription });
    }

    private static Result<Subscription> NotEnded(Subscription subscription, DateTimeOffset now) =>
        subscription.ExpiresAt is { } end && end.Value <= now
            ? NgsiLdError.BadRequestData("expiresAt is in the past")
            : subscription;

    /// <summary>A new subscription hears of what changes after it.</summary>
    private SubscriptionProgress Fresh(string tenant, string id) => new(tenant, id, _dispatcher.Head, 0, 0, null, null, null);

    private static SubscriptionView View(Subscriber subscriber, DateTimeOffset now) =>
        new(subscriber.Watch.Subscription, subscriber.StateAt(now));

    /// <summary>The @context that jsonldContext names, or else that of the request (ETSI GS CIM 009 5.8.1.4).</summary>
    private async ValueTask<Result<Context>> NotificationContextAsync(
        Subscription subscription, Context requested, CancellationToken cancellation) =>
        subscription.JsonldContext is not { } uri || uri == requested.Uri
            ? requested
            : await _contexts.ResolveAsync(ContextReference.Link(uri), cancellation).ConfigureAwait(false);

    /// <summary>Makes a subscription durable, and gives it as it is kept.</summary>
    private async ValueTask<Result<Subscription>> KeepAsync(
        string tenant, Subscription subscription, Context context, SubscriptionProgress progress, CancellationToken cancellation)
    {
        subscription = subscription with { JsonldContext = subscription.JsonldContext ?? context.Uri };
        var document = new SubscriptionDocument(subscription, context.Json.ToArray());
        if (!document.Write(context).TryGet(out var bytes, out var failure)) return failure;
        if (bytes.Length > _limits.SubscriptionBytes)
        {
            return NgsiLdError.BadRequestData($"the subscription takes {bytes.Length} bytes; {_limits.SubscriptionBytes} are allowed");
        }

        await _store.SaveAsync(new(tenant, subscription.Id, bytes, progress), cancellation).ConfigureAwait(false);
        return subscription;
    }

    /// <summary>The caller holds the gate.</summary>
    private Watch Watch(string tenant, Subscription subscription, Context context)
    {
        var endpoint = subscription.Notification.Endpoint;
        var scheme = new Uri(endpoint.Uri).Scheme;
        var contextUri = subscription.JsonldContext ?? Context.Core.Uri!;
        var target = new NotificationTarget(SnapshotSpace.TenantOf(tenant), endpoint, contextUri) { Snapshot = _snapshots.SnapshotOf(tenant) };
        var channel = _notifiers.First(notifier => notifier.Serves(scheme)).Open(target);
        var rendering = _dispatcher.Subscribers.RenderingFor(subscription, context);
        return new(tenant, subscription, context, rendering, channel);
    }

    private async ValueTask<Result<Subscriber>> FindAsync(Call call, string id, CancellationToken cancellation)
    {
        if (!Iri.IsAbsolute(id)) return NgsiLdError.BadRequestData("the subscription id is not a URI");
        if (await _entities.MissingTenantAsync(call, cancellation).ConfigureAwait(false) is { } error) return error;
        lock (Gate)
        {
            if (_dispatcher.Subscribers.Find(call.Tenant, id) is { } subscriber) return subscriber;
        }

        return NgsiLdError.NotFound($"there is no subscription {id}");
    }
}
