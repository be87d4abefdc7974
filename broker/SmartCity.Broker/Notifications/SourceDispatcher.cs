using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// Tells those who subscribe to registrations what matches them at first, what has changed since, or from time to time what matches
/// (ETSI GS CIM 009 5.11.7): each change at least once, across crashes.
/// </summary>
/// <remarks>
/// Changes stand in a log, and each subscription before the first one that has not had its outcome for it. A restart tells again from there. One that
/// has yet to be told of all that matches, since it is new or was updated, stands before the log.
/// </remarks>
public sealed class SourceDispatcher : SubscriptionWork, IAsyncDisposable
{
    // Of changes that are kept: what throttling holds back for longer, a crash may forget.
    private const long MostKept = 10_000;

    private readonly ContextRegistry _registry;
    private readonly LocalRegistrations _registrations;
    private readonly IRegistrationLog _log;
    private readonly ISubscriptionStore _store;
    private readonly Senders _senders;
    private readonly NotificationSettings _settings;
    private readonly TimeProvider _clock;
    private readonly Action<Exception> _onFault;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<Subscriber> _progressed = new();
    private readonly ConditionalWeakTable<Subscriber, SourceFollower> _followers = [];
    private Task _recording = Task.CompletedTask;
    private readonly List<RegistrationChange> _early = [];
    private bool _isStarted;
    private long _position;

    /// <param name="registrations">What changes.</param>
    /// <param name="registry">What there is.</param>
    /// <param name="log">What has changed.</param>
    /// <param name="store">Keeps what has become of notifications.</param>
    /// <param name="others">Shares the bounds on what is sent at once.</param>
    /// <param name="settings">Bounds.</param>
    /// <param name="clock">Throttling, expiry and periods.</param>
    /// <param name="onFault">Hears of bugs and outages; the dispatcher goes on.</param>
    public SourceDispatcher(
        LocalRegistrations registrations, ContextRegistry registry, IRegistrationLog log, ISubscriptionStore store, ChangeDispatcher others,
        NotificationSettings settings, TimeProvider clock, Action<Exception> onFault)
    {
        _registrations = registrations;
        _registry = registry;
        _log = log;
        _store = store;
        _senders = others.Senders;
        _settings = settings;
        _clock = clock;
        _onFault = onFault;
        registrations.Changed += Tell;
    }

    /// <summary>A new subscription is told what there is before it hears of changes.</summary>
    internal override long Head => -1;

    /// <summary>Tells what was not told before the last stop, and from now on what happens. Subscriptions and registrations are loaded.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        var logged = await _log.LoadChangesAsync(cancellation).ConfigureAwait(false);
        lock (Subscribers.Gate)
        {
            var last = logged.IsEmpty ? 0 : logged[^1].Number;
            foreach (var subscriber in Subscribers.All.Where(subscriber => subscriber.Cursor < 0))
            {
                subscriber.Cursor = last;
                TellAll(subscriber);
            }

            foreach (var stored in logged)
            {
                if (Read(stored) is { } change) TellEach(change);
                _position = stored.Number;
            }

            _isStarted = true;
            // What has expired while this was being read.
            foreach (var change in _early.Where(change => change.Number > last)) Tell(change);
            _early.Clear();
        }

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
        Follow(subscriber, watch, progress.LastNotification);
        if (_isStarted) TellAll(subscriber);
    }

    internal override void Replace(Subscriber subscriber, Watch watch)
    {
        Subscribers.Replace(subscriber, watch);
        Follow(subscriber, watch, null);
        if (_isStarted) TellAll(subscriber);
    }

    /// <summary>For an update, after which all that matches is told (ETSI GS CIM 009 5.11.3.4).</summary>
    internal override SubscriptionProgress ProgressOf(Subscriber subscriber) => subscriber.TakeProgress(0) with { Position = Head };

    private void Follow(Subscriber subscriber, Watch watch, DateTimeOffset? lastNotified)
    {
        if (_followers.TryGetValue(subscriber, out var old)) old.Dispose();
        var follower = new SourceFollower(subscriber, watch, lastNotified, _settings, _clock);
        _followers.AddOrUpdate(subscriber, follower);
        if (watch.Subscription.TimeInterval is { } seconds) _ = RepeatAsync(follower, seconds);
    }

    private void TellAll(Subscriber subscriber)
    {
        if (_followers.TryGetValue(subscriber, out var follower)) follower.TellAll(_registry.Of(subscriber.Tenant), isFirst: true);
        subscriber.MarkDirty();
    }

    private void Tell(RegistrationChange change)
    {
        lock (Subscribers.Gate)
        {
            if (!_isStarted)
            {
                _early.Add(change);
                return;
            }

            TellEach(change);
            _position = Math.Max(_position, change.Number);
        }
    }

    private void TellEach(RegistrationChange change)
    {
        foreach (var subscriber in Subscribers.Of(change.Tenant))
        {
            try
            {
                if (change.Number > subscriber.Cursor && _followers.TryGetValue(subscriber, out var follower)) follower.Tell(change);
            }
#pragma warning disable CA1031 // A bug, which must not undo what has happened to the registration.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _onFault(e);
            }
        }
    }

    /// <summary>Null where nobody can tell any more what has changed.</summary>
    private RegistrationChange? Read(StoredRegistrationChange stored)
    {
        var state = _registry.Find(stored.Tenant, stored.Id)?.State ?? new();
        var (before, after) = (Source(stored.Before), Source(stored.After));
        return before is null && after is null ? null : new(before, after) { Number = stored.Number };

        ContextSource? Source(ReadOnlyMemory<byte>? document)
        {
            if (document is not { } bytes) return null;
            if (RegistrationDocument.Read(bytes).TryGet(out var registration, out var error)) return new(stored.Tenant, registration, state);
            _onFault(new InvalidDataException($"The change {stored.Number} of the registration {stored.Id} cannot be read: {error.Detail}"));
            return null;
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
                follower.TellAll(_registry.Of(follower.Tenant), isFirst: false);
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
        long released;
        lock (Subscribers.Gate)
        {
            while (_progressed.TryDequeue(out var subscriber))
            {
                if (!subscriber.IsGone) progress.Add(subscriber.TakeProgress(DispatchedTo(subscriber)));
            }

            released = _position;
            foreach (var subscriber in Subscribers.All) released = Math.Min(released, subscriber.PositionAfter(DispatchedTo(subscriber)));
            // Whoever is throttled for a year does not keep what happens in it.
            released = Math.Max(released, _position - MostKept);
        }

        if (progress.Count > 0) _store.Record(progress.DrainToImmutable());
        _log.Release(released);
    }

    private long DispatchedTo(Subscriber subscriber) =>
        _followers.TryGetValue(subscriber, out var follower) && follower.HeldFrom is { } held ? Math.Min(held - 1, _position) : _position;
}
