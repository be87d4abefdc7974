using SmartCity.Broker.Entities;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// Tells subscribers what has changed, at least once each, across crashes (ETSI GS CIM 009 5.8.6).
/// </summary>
/// <remarks>
/// <code>
/// change log ──1──▶ candidates ──2──▶ matches ──3──▶ queue of each subscriber ──4──▶ endpoint
///     ▲                                                  │ full
///     └───────────5── read again from where it stands ◀──┘
/// </code>
/// 1. One reader follows the log. 2. The index names who might care; triggers and queries decide. 3. The Entity is written once
/// for all who want it alike; what one request has changed is queued as one notification, up to a bound. 4. Each subscriber sends on
/// its own, several at once, the notifications of one Entity in order: nobody waits for anybody. 5. A subscriber whose queue is full
/// leaves the common reader and reads the log itself, at the pace of its endpoint, until it has caught up; so does one whose query
/// follows links, since linked Entities have to be looked up. Where each stands (all before has had its outcome) goes to the store from
/// time to time; a restart resumes there, so what had no outcome is sent again. The log is released up to the slowest.
/// </remarks>
public sealed class ChangeDispatcher : SubscriptionWork, IAsyncDisposable
{
    private const int BatchSize = 64;

    private readonly IChangeLog _log;
    private readonly NotificationSettings _settings;
    private readonly TimeProvider _clock;
    private readonly Action<Exception> _onFault;
    private readonly ProgressRecorder _recorder;
    private readonly PeriodicNotifications _periodic;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Links _links;
    private readonly Senders _senders;
    private readonly RequestBoundary _boundary = new();
    private readonly List<Subscriber> _candidates = [];
    private readonly List<Subscriber> _told = [];
    private Task _running = Task.CompletedTask;
    private long _position;

    /// <param name="log">What changes.</param>
    /// <param name="store">Keeps how far each subscription has got.</param>
    /// <param name="entities">Read by periodic notifications, and where links are followed.</param>
    /// <param name="settings">Bounds.</param>
    /// <param name="clock">Throttling, expiry, timeouts and periods.</param>
    /// <param name="onFault">Hears of bugs and outages; the dispatcher goes on.</param>
    public ChangeDispatcher(
        IChangeLog log, ISubscriptionStore store, IEntityOperations entities, NotificationSettings settings, TimeProvider clock,
        Action<Exception> onFault)
    {
        _log = log;
        _settings = settings;
        _clock = clock;
        _onFault = onFault;
        _links = new(entities, settings);
        _senders = new(_links, settings, clock);
        _recorder = new(log, store, Subscribers, () => Interlocked.Read(ref _position));
        _periodic = new(entities, _links, settings, clock, onFault, _stopping.Token);
    }

    internal override long Head => _log.Head;

    /// <summary>Shared with whoever else notifies: bounds are of all subscriptions.</summary>
    internal Senders Senders => _senders;

    /// <summary>Starts to follow the log from where the slowest subscription stands.</summary>
    public void Start()
    {
        lock (Subscribers.Gate)
        {
            _position = Math.Min(_log.Head, Subscribers.All.Select(s => s.Cursor).DefaultIfEmpty(long.MaxValue).Min());
        }

        _running = Task.WhenAll(Task.Run(FollowAsync), Task.Run(RecordAsync));
    }

    /// <summary>Stops to read and send; waits for what is under way, and keeps where each subscription stands.</summary>
    public async Task StopAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        Subscriber[] all;
        lock (Subscribers.Gate)
        {
            all = [.. Subscribers.All];
        }

        foreach (var subscriber in all) subscriber.IsHalted = true;
        await _running.ConfigureAwait(false);
        for (var waited = 0; waited < _settings.StopGrace.TotalMilliseconds; waited += 10)
        {
            if (!all.Any(s => Volatile.Read(ref s.InFlight) > 0)) break;
            await Task.Delay(10).ConfigureAwait(false);
        }

        _recorder.Record();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    internal override void Add(string tenant, Watch watch, SubscriptionProgress progress)
    {
        var subscriber = new Subscriber(tenant, watch, progress, _senders, _settings, _clock);
        subscriber.Progressed += _recorder.Note;
        subscriber.Faulted += _onFault;
        Subscribers.Add(subscriber);
        _periodic.Watch(subscriber);
    }

    internal override void Replace(Subscriber subscriber, Watch watch)
    {
        // What came before the update was not for the new one: it starts after all that was considered for the old one.
        subscriber.Cursor = Math.Max(subscriber.Cursor, subscriber.IsLagging ? 0 : _position);
        Subscribers.Replace(subscriber, watch);
        subscriber.Rethrottle();
        subscriber.MarkDirty();
        _periodic.Watch(subscriber);
    }

    /// <summary>Whether the queries of a subscription, links and all, hold of what a source has told and others have added to.</summary>
    internal async ValueTask<bool> HoldsAsync(Subscriber subscriber, EntityChange change, CancellationToken cancellation)
    {
        var watch = subscriber.Watch;
        if (!watch.Holds(change)) return false;
        return watch.Followed is not { } followed || change.After is not { } after
            || await _links.MatchAsync(subscriber.Tenant, watch, followed, after, cancellation).ConfigureAwait(false);
    }

    internal override SubscriptionProgress ProgressOf(Subscriber subscriber)
    {
        lock (Subscribers.Gate) return subscriber.TakeProgress(_position);
    }

    private async Task FollowAsync()
    {
        var buffer = new LoggedChange[BatchSize];
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var count = await _log.ReadAsync(_position, buffer, _stopping.Token).ConfigureAwait(false);
                lock (Subscribers.Gate)
                {
                    for (var i = 0; i < count; i++) Dispatch(buffer[i]);
                    // A request's changes are all there at once.
                    if (_position >= _log.Head) CloseAll();
                }

                Array.Clear(buffer);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                _onFault(e);
                await PauseAsync().ConfigureAwait(false);
            }
        }
    }

    private void Dispatch(in LoggedChange logged)
    {
        if (_boundary.IsCrossedBy(logged)) CloseAll();
        _candidates.Clear();
        Subscribers.Collect(logged.Tenant, logged.Change, _candidates);
        if (_candidates.Count > 0)
        {
            var now = _clock.GetUtcNow();
            foreach (var subscriber in _candidates)
            {
                if (subscriber.IsLagging || logged.Number <= subscriber.Cursor) continue;
                if (TryOffer(subscriber, logged, now, _told)) continue;
                // What came since its last match did not concern it, or it would have moved its cursor.
                subscriber.Cursor = logged.Number - 1;
                subscriber.IsLagging = true;
                subscriber.Close();
                _ = Task.Run(() => CatchUpAsync(subscriber));
            }
        }

        Interlocked.Exchange(ref _position, logged.Number);
    }

    private void CloseAll()
    {
        foreach (var subscriber in _told) subscriber.Close();
        _told.Clear();
    }

    /// <summary>
    /// Considers a change for a subscriber; false where it would notify, and the queue is full, or links have to be followed first.
    /// </summary>
    /// <param name="subscriber">Who might be told.</param>
    /// <param name="logged">The change.</param>
    /// <param name="now">The time.</param>
    /// <param name="told">Takes the subscriber where it is told.</param>
    /// <param name="linksMatch">What following the links of the query has come to; null where they were not followed.</param>
    private bool TryOffer(
        Subscriber subscriber, in LoggedChange logged, DateTimeOffset now, List<Subscriber>? told, bool? linksMatch = null)
    {
        var watch = subscriber.Watch;
        try
        {
            if (StillSeen(logged.Change, now) is { } change
                && subscriber.MaySendAt(now)
                && change.At >= watch.Subscription.CreatedAt
                && watch.Matches(change)
                && linksMatch != false)
            {
                if (linksMatch is null && watch.Followed is not null && change.After is not null) return false;
                if (!subscriber.TryAdd(logged.Number, change, now)) return false;
                if (told is not null && (told.Count == 0 || !ReferenceEquals(told[^1], subscriber))) told.Add(subscriber);
            }

            subscriber.Cursor = logged.Number;
        }
        catch (Exception e)
        {
            _onFault(e);
            subscriber.SkipTo(logged.Number, now);
        }

        return true;
    }

    // What has expired in the meantime is not shown (ETSI GS CIM 009 4.22); that it is gone is a change that comes later.
    internal static EntityChange? StillSeen(EntityChange change, DateTimeOffset now)
    {
        if (change.After is not { } after || after.NextExpiryTicks > now.UtcTicks) return change;
        return after.At(now.UtcTicks) is { } left ? change with { After = left } : null;
    }

    private async Task CatchUpAsync(Subscriber subscriber)
    {
        var buffer = new LoggedChange[BatchSize];
        var boundary = new RequestBoundary();
        while (!_stopping.IsCancellationRequested && !subscriber.IsGone)
        {
            try
            {
                await subscriber.RoomAsync(_stopping.Token).ConfigureAwait(false);
                var oldest = Interlocked.Read(ref _position) - _settings.MaxLag;
                if (subscriber.Cursor < oldest) subscriber.SkipTo(oldest, _clock.GetUtcNow());
                var count = await _log.ReadAsync(subscriber.Cursor, buffer, _stopping.Token).ConfigureAwait(false);
                await OfferAsync(subscriber, buffer.AsMemory(0, count), boundary).ConfigureAwait(false);
                // What waits for room must not hold on to Entities.
                Array.Clear(buffer);
                lock (Subscribers.Gate)
                {
                    if (subscriber.Cursor < _position) continue;
                    subscriber.Close();
                    subscriber.IsLagging = false;
                    return;
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                _onFault(e);
                await PauseAsync().ConfigureAwait(false);
            }
        }
    }

    private async ValueTask OfferAsync(Subscriber subscriber, ReadOnlyMemory<LoggedChange> changes, RequestBoundary boundary)
    {
        for (var i = 0; i < changes.Length; i++)
        {
            var logged = changes.Span[i];
            if (boundary.IsCrossedBy(logged)) subscriber.Close();
            if (logged.Tenant != subscriber.Tenant)
            {
                subscriber.Cursor = logged.Number;
                continue;
            }

            var now = _clock.GetUtcNow();
            var linksMatch = await LinksMatchAsync(subscriber, logged.Change, now).ConfigureAwait(false);
            if (!TryOffer(subscriber, logged, now, told: null, linksMatch)) break;
        }

        // It may wait long for the rest: what it has goes.
        if (subscriber.Cursor < changes.Span[^1].Number || subscriber.Cursor >= _log.Head) subscriber.Close();
    }

    /// <summary>Whether the query holds behind links; null where it follows none, or the change does not matter anyway.</summary>
    private async ValueTask<bool?> LinksMatchAsync(Subscriber subscriber, EntityChange change, DateTimeOffset now)
    {
        var watch = subscriber.Watch;
        if (watch.Followed is not { } followed || StillSeen(change, now) is not { After: { } after } seen || !watch.Matches(seen)) return null;
        return await _links.MatchAsync(subscriber.Tenant, watch, followed, after, _stopping.Token).ConfigureAwait(false);
    }

    private async Task RecordAsync()
    {
        using var timer = new PeriodicTimer(_settings.RecordEvery, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false)) _recorder.Record();
        }
        catch (OperationCanceledException)
        {
            // The last record is made once everything stands still.
        }
    }

    private Task PauseAsync() => Task.Delay(TimeSpan.FromSeconds(1), _clock, _stopping.Token)
        .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
