using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// A subscription at work: what waits for its endpoint, what has become of what was sent, and where in the change log it stands.
/// </summary>
internal sealed class Subscriber
{
    // However much waits for others, a few may always wait for each.
    private const int AlwaysRoomFor = 16;

    // Timers go no further; whoever throttles for months is asked again then.
    private const double LongestWait = 4_000_000;

    private readonly Lock _lock = new();
    private readonly Queue<Delivery> _outstanding = new();
    private readonly DeliveryOrder _order;
    private readonly Senders _senders;
    private readonly NotificationSettings _settings;
    private readonly TimeProvider _clock;
    private SubscriptionProgress _progress;
    private Delivery? _open;
    private HeldChanges? _held;
    private TaskCompletionSource? _room;
    private DateTimeOffset? _lastMade;
    private DateTimeOffset _restsUntil;
    private DateTimeOffset _failedAt;
    private int _failuresInARow;
    private int _waiting;
    private int _sending;
    private int _starting;
    private bool _isDirty;
    private bool _isGone;

    public Subscriber(
        string tenant, Watch watch, SubscriptionProgress progress, Senders senders, NotificationSettings settings, TimeProvider clock)
    {
        Tenant = tenant;
        Watch = watch;
        Cursor = progress.Position;
        _progress = progress;
        _lastMade = progress.LastNotification;
        _senders = senders;
        _settings = settings;
        _clock = clock;
        _order = new(settings.InFlight);
        Standing = progress.LastSuccess is null ? EndpointStanding.Untried : EndpointStanding.Answers;
        if (progress.LastFailure is not { } failure || progress.LastSuccess > failure) return;
        (_failuresInARow, _failedAt) = (1, failure);
    }

    public string Tenant { get; }

    public string Id => Watch.Subscription.Id;

    /// <summary>Replaced whole by an update.</summary>
    public volatile Watch Watch;

    /// <summary>Deleted: nothing is sent any more.</summary>
    public bool IsGone => Volatile.Read(ref _isGone);

    /// <summary>The broker stops: what waits is left for the next start.</summary>
    public volatile bool IsHalted;

    /// <summary>Notifications that are being sent.</summary>
    public int InFlight;

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

    /// <summary>What is known of its endpoint.</summary>
    public EndpointStanding Standing { get; private set; }

    /// <summary>For those with a timeInterval.</summary>
    public ToldPeriod Period { get; } = new();

    /// <summary>Whether there is no room for one more notification.</summary>
    public bool IsFull
    {
        get
        {
            lock (_lock) return _held?.IsFull ?? !HasRoom;
        }
    }

    public bool HasCooldown => Watch.Subscription.Notification.Endpoint.Cooldown is not null;

    private int MostSending => Standing == EndpointStanding.Silent ? 1 : _settings.InFlight;

    public void Report(Exception bug) => Faulted?.Invoke(bug);

    public bool IsActiveAt(DateTimeOffset now) => !IsGone && Watch.Subscription.StatusAt(now) == SubscriptionStatus.Active;

    /// <summary>Whether a notification that waits may go: not where the subscription has ended, or its endpoint cools down.</summary>
    public bool MaySendAt(DateTimeOffset now) => IsActiveAt(now) && !IsCoolingAt(now);

    /// <summary>Whether an endpoint that has failed is left alone: what would be told now is never told (ETSI GS CIM 009 5.2.15).</summary>
    public bool IsCoolingAt(DateTimeOffset now)
    {
        if (Watch.Subscription.Notification.Endpoint.Cooldown is not { } milliseconds) return false;
        lock (_lock) return _failuresInARow > 0 && (now - _failedAt).TotalMilliseconds < milliseconds;
    }

    public SubscriptionState StateAt(DateTimeOffset now)
    {
        lock (_lock)
        {
            return new(
                Watch.Subscription.StatusAt(now), _progress.TimesSent, _progress.TimesFailed,
                _progress.LastNotification, _progress.LastSuccess, _progress.LastFailure);
        }
    }

    /// <summary>
    /// Takes a change that is to be told: with the others of its request, or with all others until throttling allows
    /// (ETSI GS CIM 009 5.8.6).
    /// </summary>
    /// <param name="number">The change's number.</param>
    /// <param name="change">The change.</param>
    /// <param name="now">When the notification is made.</param>
    /// <returns>False where there is no room for it.</returns>
    public bool TryAdd(long number, EntityChange change, DateTimeOffset now)
    {
        var data = Watch.Subscription.Throttling is null || _open is not null ? Watch.Rendering.Render(change) : null;
        lock (_lock)
        {
            if (_open is null && ThrottledFor(now) is { } wait) return TryHold(number, change, now, wait);
            if (!HasRoom) return false;
            if (_open is null)
            {
                _open = new(number, now);
                _outstanding.Enqueue(_open);
                _lastMade = now;
            }

            Include(_open, change, data ?? Watch.Rendering.Render(change));
            if (_open.Count >= _settings.Entities || _open.Bytes >= _settings.Bytes) Close();
            return true;
        }
    }

    /// <summary>Nothing more comes of the request: what it has changed is sent.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_open is not { } open) return;
            _open = null;
            Schedule(open);
        }
    }

    /// <summary>Sends a notification that comes from the clock.</summary>
    public void Send(Delivery periodic)
    {
        lock (_lock)
        {
            periodic.Lanes = 1;
            Wait(periodic.Count, periodic.Bytes);
            Schedule(periodic);
        }
    }

    /// <summary>Sends a notification of registrations.</summary>
    /// <param name="delivery">The notification.</param>
    /// <param name="now">When it is made.</param>
    /// <param name="isLogged">Whether its number is one of the log, in which it stands until it has had its outcome.</param>
    /// <returns>False where there is no room for it: it is lost, and counts as failed.</returns>
    public bool TrySend(Delivery delivery, DateTimeOffset now, bool isLogged)
    {
        lock (_lock)
        {
            if (HasRoom)
            {
                if (isLogged) _outstanding.Enqueue(delivery);
                Send(delivery);
                return true;
            }
        }

        SkipTo(Cursor, now);
        return false;
    }

    /// <summary>
    /// Takes what a source has told of Entities (ETSI GS CIM 009 5.8.6). Throttling holds as for the broker's own changes.
    /// </summary>
    /// <param name="identity">Tells the notification from others.</param>
    /// <param name="changes">What is told.</param>
    /// <param name="now">When the notification is made.</param>
    /// <param name="ended">Is called when all of it has had its outcome.</param>
    /// <returns>False where there is no room for it.</returns>
    public bool TryTell(long identity, IReadOnlyList<EntityChange> changes, DateTimeOffset now, Action ended)
    {
        var rendered = changes.Select(Watch.Rendering.Render).ToList();
        lock (_lock)
        {
            if (_isGone) return false;
            if (ThrottledFor(now) is { } wait)
            {
                // Its place in the log is that of what comes next.
                if (!changes.All(change => TryHold(Cursor + 1, change, now, wait, identity))) return false;
                _held!.Delivery.Ended += ended;
                return true;
            }

            if (!HasRoom) return false;
            var delivery = new Delivery(0, now) { Identity = identity, Ended = ended };
            for (var i = 0; i < rendered.Count; i++) Include(delivery, changes[i], rendered[i]);
            _lastMade = now;
            Schedule(delivery);
            return true;
        }
    }

    /// <summary>The subscription has been deleted.</summary>
    public void Leave()
    {
        Action? ended;
        lock (_lock)
        {
            _isGone = true;
            _held?.Timer?.Dispose();
            ended = _held?.Delivery.Ended;
            _held = null;
        }

        ended?.Invoke();
    }

    /// <summary>After an update: what throttling has held back waits as long as the new one says.</summary>
    public void Rethrottle()
    {
        lock (_lock)
        {
            if (_held is not { } held) return;
            var wait = RestOfThrottling(_clock.GetUtcNow()) ?? TimeSpan.Zero;
            held.Timer!.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Completes when at least half of the queue is free.</summary>
    public Task RoomAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (!AwaitsRoom) return Task.CompletedTask;
            // What is gathered may itself be what takes the room.
            Close();
            _room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>Gives a sender what is ready, if it still is to send for this subscriber.</summary>
    public bool TryTake(bool isNew, out Delivery delivery)
    {
        lock (_lock)
        {
            if (isNew) _starting--;
            if (!IsHalted && _sending <= MostSending && _order.TryTake(out delivery)) return true;
            delivery = null!;
            _sending--;
            return false;
        }
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
            _order.Done(delivery);
            Wait(-delivery.Count, -delivery.Bytes);
            Finish(delivery);
            StartSenders();
        }

        delivery.Periodic?.TrySetResult();
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

    private bool HasRoom => _waiting < _settings.Waiting && (_waiting < AlwaysRoomFor || _senders.HasRoom);

    private bool AwaitsRoom =>
        _held is { IsFull: true } || _waiting > _settings.Waiting / 2 || (_waiting >= AlwaysRoomFor && !_senders.HasRoom);

    /// <summary>How long throttling forbids a notification; null where it does not.</summary>
    private TimeSpan? ThrottledFor(DateTimeOffset now) => _held is null ? RestOfThrottling(now) : TimeSpan.Zero;

    private TimeSpan? RestOfThrottling(DateTimeOffset now)
    {
        if (Watch.Subscription.Throttling is not { } seconds || _lastMade is not { } last) return null;
        var wait = seconds - (now - last).TotalSeconds;
        return wait > 0 ? TimeSpan.FromSeconds(Math.Min(wait, LongestWait)) : null;
    }

    private bool TryHold(long number, EntityChange change, DateTimeOffset now, TimeSpan wait, long? identity = null)
    {
        if (_held is not null) return _held.TryAdd(change);
        _held = new(new(number, now) { Identity = identity }, _settings.PeriodicEntities);
        _outstanding.Enqueue(_held.Delivery);
        _held.Timer = _clock.CreateTimer(static subscriber => ((Subscriber)subscriber!).Release(), this, wait, Timeout.InfiniteTimeSpan);
        return _held.TryAdd(change);
    }

    /// <summary>Throttling allows the next notification.</summary>
    private void Release()
    {
        lock (_lock)
        {
            if (_held is not { } held || IsHalted) return;
            _held = null;
            held.Timer!.Dispose();
            var now = _clock.GetUtcNow();
            try
            {
                if (MaySendAt(now))
                {
                    foreach (var change in held.Changes)
                    {
                        // What has ended while it was held back is not shown, either.
                        var seen = ChangeDispatcher.StillSeen(change, now) ?? change;
                        Include(held.Delivery, change, Watch.Rendering.Render(seen));
                    }
                }
            }
            catch (Exception bug)
            {
                Report(bug);
            }

            if (held.Delivery.Count > 0)
            {
                _lastMade = held.Delivery.NotifiedAt = now;
                Schedule(held.Delivery);
            }
            else
            {
                Finish(held.Delivery);
            }
        }
    }

    private void Include(Delivery delivery, EntityChange change, byte[] data)
    {
        if (Watch.Rendering.Joins) delivery.Add(data, change);
        else delivery.Add(data);
        delivery.Lanes |= _order.LaneOf(change.EntityId);
        Wait(1, data.Length);
    }

    private void Schedule(Delivery delivery)
    {
        _order.Add(delivery);
        StartSenders();
    }

    private void StartSenders()
    {
        if (IsHalted) return;
        for (var wanted = Math.Min(_order.ReadyCount - _starting, MostSending - _sending); wanted > 0; wanted--)
        {
            _sending++;
            _starting++;
            _senders.Start(this);
        }
    }

    private void Finish(Delivery delivery)
    {
        delivery.IsDone = true;
        delivery.Ended?.Invoke();
        while (_outstanding.TryPeek(out var oldest) && oldest.IsDone) _outstanding.Dequeue();
        if (_room is null || AwaitsRoom) return;
        _room.TrySetResult();
        _room = null;
    }

    private void Wait(int entities, int bytes)
    {
        _waiting += entities;
        _senders.Waits(bytes);
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
        if (outcome is DeliveryOutcome.Delivered or DeliveryOutcome.Refused) Standing = EndpointStanding.Answers;
        if (delivered) _failuresInARow = 0;
        else if (outcome == DeliveryOutcome.Refused) Fail();
        else Rest();
    }

    private void Fail()
    {
        _failuresInARow++;
        _failedAt = _clock.GetUtcNow();
    }

    private void Rest()
    {
        Fail();
        Standing = EndpointStanding.Silent;
        var rest = _settings.FirstRest * Math.Pow(2, Math.Min(_failuresInARow - 1, 16));
        _restsUntil = _failedAt + (rest < _settings.LongestRest ? rest : _settings.LongestRest);
    }
}

/// <summary>What is known of an endpoint.</summary>
internal enum EndpointStanding
{
    /// <summary>Nothing yet.</summary>
    Untried,

    /// <summary>It has answered the last notification, well or not.</summary>
    Answers,

    /// <summary>It could not be reached, or has not answered in time: it is sent to with caution, one at a time.</summary>
    Silent,
}
