using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// Tells those who subscribe to registrations what matches them at first, what has changed since, or from time to time what matches
/// (ETSI GS CIM 009 5.11.7). A change that the broker does not live to tell is not told: after a restart a client asks.
/// </summary>
public sealed class SourceDispatcher : SubscriptionWork, IAsyncDisposable
{
    private readonly ContextRegistry _registry;
    private readonly LocalRegistrations _registrations;
    private readonly ISubscriptionStore _store;
    private readonly Senders _senders;
    private readonly NotificationSettings _settings;
    private readonly TimeProvider _clock;
    private readonly Action<Exception> _onFault;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<Subscriber> _progressed = new();
    private readonly ConditionalWeakTable<Subscriber, SourceFollower> _followers = [];
    private Task _recording = Task.CompletedTask;
    private bool _isStarted;

    /// <param name="registrations">What changes.</param>
    /// <param name="registry">What there is.</param>
    /// <param name="store">Keeps what has become of notifications.</param>
    /// <param name="others">Shares the bounds on what is sent at once.</param>
    /// <param name="settings">Bounds.</param>
    /// <param name="clock">Throttling, expiry and periods.</param>
    /// <param name="onFault">Hears of bugs and outages; the dispatcher goes on.</param>
    public SourceDispatcher(
        LocalRegistrations registrations, ContextRegistry registry, ISubscriptionStore store, ChangeDispatcher others,
        NotificationSettings settings, TimeProvider clock, Action<Exception> onFault)
    {
        _registrations = registrations;
        _registry = registry;
        _store = store;
        _senders = others.Senders;
        _settings = settings;
        _clock = clock;
        _onFault = onFault;
        registrations.Changed += Tell;
    }

    /// <summary>There is no log to stand in.</summary>
    internal override long Head => 0;

    /// <summary>From now on subscriptions that are added are new, and hear what matches them already.</summary>
    public void Start()
    {
        _isStarted = true;
        _recording = RecordAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _registrations.Changed -= Tell;
        await _stopping.CancelAsync().ConfigureAwait(false);
        lock (Subscribers.Gate)
        {
            foreach (var subscriber in Subscribers.All) subscriber.IsHalted = true;
        }

        await _recording.ConfigureAwait(false);
        Record();
        _stopping.Dispose();
    }

    internal override void Add(string tenant, Watch watch, SubscriptionProgress progress)
    {
        var subscriber = new Subscriber(tenant, watch, progress, _senders, _settings, _clock);
        subscriber.Progressed += _progressed.Enqueue;
        subscriber.Faulted += _onFault;
        Subscribers.Add(subscriber);
        Follow(subscriber, watch, progress.LastNotification, isNew: _isStarted);
    }

    internal override void Replace(Subscriber subscriber, Watch watch)
    {
        Subscribers.Replace(subscriber, watch);
        subscriber.MarkDirty();
        Follow(subscriber, watch, null, isNew: true);
    }

    internal override SubscriptionProgress ProgressOf(Subscriber subscriber) => subscriber.TakeProgress(0);

    private void Follow(Subscriber subscriber, Watch watch, DateTimeOffset? lastNotified, bool isNew)
    {
        if (_followers.TryGetValue(subscriber, out var old)) old.Dispose();
        var follower = new SourceFollower(subscriber, watch, lastNotified, _settings, _clock);
        _followers.AddOrUpdate(subscriber, follower);
        if (isNew) follower.TellAll(_registry.Of(subscriber.Tenant));
        if (watch.Subscription.TimeInterval is { } seconds) _ = RepeatAsync(follower, seconds);
    }

    private void Tell(RegistrationChange change)
    {
        try
        {
            lock (Subscribers.Gate)
            {
                foreach (var subscriber in Subscribers.Of(change.Tenant))
                {
                    if (_followers.TryGetValue(subscriber, out var follower)) follower.Tell(change);
                }
            }
        }
#pragma warning disable CA1031 // A bug, which must not undo what has happened to the registration.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _onFault(e);
        }
    }

    private async Task RepeatAsync(SourceFollower follower, double seconds)
    {
        var interval = TimeSpan.FromSeconds(Math.Max(seconds, _settings.ShortestInterval.TotalSeconds));
        using var timer = new PeriodicTimer(interval, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                if (!follower.IsCurrent) return;
                follower.TellAll(_registry.Of(follower.Tenant));
            }
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
#pragma warning disable CA1031 // A bug: the others go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _onFault(e);
        }
    }

    private async Task RecordAsync()
    {
        using var timer = new PeriodicTimer(_settings.RecordEvery, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false)) Record();
        }
        catch (OperationCanceledException)
        {
            // The last record is made once everything stands still.
        }
    }

    private void Record()
    {
        var progress = ImmutableArray.CreateBuilder<SubscriptionProgress>();
        while (_progressed.TryDequeue(out var subscriber))
        {
            if (!subscriber.IsGone) progress.Add(subscriber.TakeProgress(0));
        }

        if (progress.Count > 0) _store.Record(progress.DrainToImmutable());
    }
}
