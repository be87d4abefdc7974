using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// A subscription at work: what waits for its endpoint, what has become of what was sent, and where in the change log it stands.
/// </summary>
internal sealed class Subscriber
{
    private readonly Lock _lock = new();
    private readonly Queue<Delivery> _outstanding = new();
    private readonly Lane[] _lanes;
    private readonly NotificationSettings _settings;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _room = new(0);
    private SubscriptionProgress _progress;
    private DateTimeOffset? _lastMade;
    private DateTimeOffset _restsUntil;
    private int _failuresInARow;
    private bool _awaitsRoom;
    private bool _isDirty;

    public Subscriber(string tenant, Watch watch, SubscriptionProgress progress, NotificationSettings settings, TimeProvider clock)
    {
        Tenant = tenant;
        Watch = watch;
        Cursor = progress.Position;
        _progress = progress;
        _lastMade = progress.LastNotification;
        _settings = settings;
        _clock = clock;
        _lanes = new Lane[settings.InFlight];
        for (var i = 0; i < _lanes.Length; i++) _lanes[i] = new Lane(this, settings, clock);
    }

    public string Tenant { get; }

    public string Id => Watch.Subscription.Id;

    /// <summary>Replaced whole by an update.</summary>
    public volatile Watch Watch;

    /// <summary>Nothing is sent any more.</summary>
    public volatile bool IsGone;

    /// <summary>The broker stops: what waits is left for the next start.</summary>
    public volatile bool IsHalted;

    /// <summary>Notifications that are being sent.</summary>
    public int InFlight;

    /// <summary>The last periodic notification has had no outcome yet: the next one is left out.</summary>
    public volatile bool IsPeriodicUnderWay;

    /// <summary>The last change that was considered for it. Written by the one who reads the log for it.</summary>
    public long Cursor { get; set; }

    /// <summary>Has fallen behind, and reads the log on its own. Guarded by the dispatcher.</summary>
    public bool IsLagging { get; set; }

    /// <summary>The index's mark.</summary>
    public long Round { get; set; }

    /// <summary>Whether something has happened since <see cref="TakeProgress"/>, for the first time.</summary>
    public event Action<Subscriber>? Progressed;

    /// <summary>Hears of bugs.</summary>
    public event Action<Exception>? Faulted;

    public void Report(Exception bug) => Faulted?.Invoke(bug);

    public bool IsActiveAt(DateTimeOffset now) => !IsGone && Watch.Subscription.StatusAt(now) == SubscriptionStatus.Active;

    public SubscriptionState StateAt(DateTimeOffset now)
    {
        lock (_lock)
        {
            return new(
                Watch.Subscription.StatusAt(now), _progress.TimesSent, _progress.TimesFailed,
                _progress.LastNotification, _progress.LastSuccess, _progress.LastFailure);
        }
    }

    /// <summary>Whether throttling or a cooldown forbids a notification now: the change is then never told (5.2.12, 5.2.15).</summary>
    public bool IsSilentAt(DateTimeOffset now)
    {
        var subscription = Watch.Subscription;
        lock (_lock)
        {
            if (subscription.Throttling is { } seconds && _lastMade is { } last && (now - last).TotalSeconds < seconds) return true;
            return subscription.Notification.Endpoint.Cooldown is { } milliseconds
                && _failuresInARow > 0
                && _progress.LastFailure is { } failure
                && (now - failure).TotalMilliseconds < milliseconds;
        }
    }

    public bool HasRoom
    {
        get
        {
            lock (_lock) return _outstanding.Count < _settings.Waiting;
        }
    }

    /// <summary>Queues a notification; those with the same order key are sent one after another.</summary>
    /// <param name="delivery">The notification.</param>
    /// <param name="order">A hash of the Entity's id.</param>
    public void Enqueue(Delivery delivery, int order)
    {
        var lane = _lanes[order & (_lanes.Length - 1)];
        lock (_lock)
        {
            if (delivery.IsPeriodic) IsPeriodicUnderWay = true;
            else _outstanding.Enqueue(delivery);
            _lastMade = delivery.NotifiedAt;
        }

        lane.Add(delivery);
    }

    /// <summary>Completes when at least half of the queue is free.</summary>
    public Task RoomAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_outstanding.Count <= _settings.Waiting / 2) return Task.CompletedTask;
            _awaitsRoom = true;
        }

        return _room.WaitAsync(cancellation);
    }

    /// <summary>How long a sender waits before it tries again; zero where there is nothing to wait for.</summary>
    public TimeSpan RestAt(DateTimeOffset now)
    {
        lock (_lock) return _failuresInARow == 0 || _restsUntil <= now ? TimeSpan.Zero : _restsUntil - now;
    }

    /// <summary>An attempt that will be made again.</summary>
    public void NoteAttempt()
    {
        lock (_lock) Rest();
    }

    /// <summary>Takes note of what became of a notification.</summary>
    /// <param name="delivery">The notification.</param>
    /// <param name="outcome">Null where it was not sent, since the subscription ended meanwhile.</param>
    /// <param name="sentAt">When it was sent.</param>
    public void Complete(Delivery delivery, DeliveryOutcome? outcome, DateTimeOffset sentAt)
    {
        lock (_lock)
        {
            if (outcome is { } known) Count(known, sentAt);
            delivery.IsDone = true;
            if (delivery.IsPeriodic) IsPeriodicUnderWay = false;
            while (_outstanding.TryPeek(out var oldest) && oldest.IsDone) _outstanding.Dequeue();
            if (_awaitsRoom && _outstanding.Count <= _settings.Waiting / 2)
            {
                _awaitsRoom = false;
                _room.Release();
            }
        }

        MarkDirty();
    }

    /// <summary>Passes over changes that are too old to be told any more.</summary>
    public void SkipTo(long number, DateTimeOffset now)
    {
        Cursor = number;
        lock (_lock)
        {
            _progress = _progress with { TimesFailed = _progress.TimesFailed + 1, LastFailure = now };
        }

        MarkDirty();
    }

    /// <summary>Everything up to it has had its outcome.</summary>
    /// <param name="dispatched">How far the dispatcher has got for those that do not lag.</param>
    public long PositionAfter(long dispatched)
    {
        lock (_lock)
        {
            if (_outstanding.TryPeek(out var oldest)) return oldest.Number - 1;
        }

        return IsLagging ? Cursor : Math.Max(Cursor, dispatched);
    }

    /// <summary>Its progress as it is to be kept.</summary>
    public SubscriptionProgress TakeProgress(long dispatched)
    {
        var position = PositionAfter(dispatched);
        lock (_lock)
        {
            _isDirty = false;
            return _progress with { Position = position };
        }
    }

    public void MarkDirty()
    {
        lock (_lock)
        {
            if (_isDirty) return;
            _isDirty = true;
        }

        Progressed?.Invoke(this);
    }

    private void Count(DeliveryOutcome outcome, DateTimeOffset sentAt)
    {
        var delivered = outcome == DeliveryOutcome.Delivered;
        _progress = _progress with
        {
            TimesSent = _progress.TimesSent + 1,
            TimesFailed = _progress.TimesFailed + (delivered ? 0 : 1),
            LastNotification = sentAt,
            LastSuccess = delivered ? sentAt : _progress.LastSuccess,
            LastFailure = delivered ? _progress.LastFailure : sentAt,
        };
        if (delivered) _failuresInARow = 0;
        else if (outcome == DeliveryOutcome.Refused) _failuresInARow++;
        else Rest();
    }

    private void Rest()
    {
        _failuresInARow++;
        var rest = _settings.FirstRest * Math.Pow(2, Math.Min(_failuresInARow - 1, 16));
        _restsUntil = _clock.GetUtcNow() + (rest < _settings.LongestRest ? rest : _settings.LongestRest);
    }
}
