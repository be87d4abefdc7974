using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Notifications;

/// <summary>What a subscription to registrations is told (ETSI GS CIM 009 5.11.7), and what throttling holds back of it.</summary>
internal sealed class SourceFollower : IDisposable
{
    private const string NewlyMatching = "newlyMatching";
    private const string Updated = "updated";
    private const string NoLongerMatching = "noLongerMatching";

    private readonly Lock _lock = new();
    private readonly Subscriber _subscriber;
    private readonly Watch _watch;
    private readonly NotificationSettings _settings;
    private readonly TimeProvider _clock;
    private readonly RegistrationMatcher _matcher;

    // By id, what was told last and what is to be told; the number is that of the first change which is not told.
    private readonly Dictionary<string, RegistrationChange> _held = new(StringComparer.Ordinal);
    private readonly ITimer _release;
    private DateTimeOffset? _lastMade;
    private long _lastIdentity;
    private bool _isReleasing;
    private bool _isGone;

    public SourceFollower(Subscriber subscriber, Watch watch, DateTimeOffset? lastMade, NotificationSettings settings, TimeProvider clock)
    {
        _subscriber = subscriber;
        _watch = watch;
        _lastMade = lastMade;
        _settings = settings;
        _clock = clock;
        _matcher = new(SourceSubscriptionQuery.Of(watch.Subscription));
        _release = clock.CreateTimer(_ => Release(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Tenant => _subscriber.Tenant;

    /// <summary>Whether neither an update nor a deletion has put an end to it.</summary>
    public bool IsCurrent => !_subscriber.IsGone && ReferenceEquals(_subscriber.Watch, _watch);

    /// <summary>The first change that throttling holds back; null where it holds back none.</summary>
    public long? HeldFrom
    {
        get
        {
            lock (_lock) return _held.Count == 0 ? null : _held.Values.Min(change => change.Number);
        }
    }

    public void Dispose()
    {
        lock (_lock) _isGone = true;
        _release.Dispose();
    }

    /// <summary>All that match: on subscription, after an update of it, and each time the interval has passed; nothing where none does.</summary>
    /// <param name="all">The registrations of the tenant.</param>
    /// <param name="isFirst">Whether the subscription has yet to be told of what there is: if need be, after the next start.</param>
    public void TellAll(ImmutableArray<ContextSource> all, bool isFirst)
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            if (_isGone || !_subscriber.MaySendAt(now)) return;
            var shown = new List<Shown>();
            foreach (var source in all)
            {
                if (source.Registration.ExpiresAt?.Value <= now) continue;
                var information = _matcher.Match(source.Facts);
                if (!information.IsEmpty) shown.Add(new(source, information));
            }

            // What is held back is told hereby.
            _held.Clear();
            Send(NewlyMatching, shown, now, isFirst ? 0 : null);
        }
    }

    /// <summary>A change, at once or when throttling allows it. Those with an interval look at the clock, not at changes.</summary>
    public void Tell(RegistrationChange change)
    {
        if (_watch.Subscription.TimeInterval is not null) return;
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            if (_isGone || !_subscriber.MaySendAt(now) || ReasonFor(change, out _) is null) return;
            var id = (change.After ?? change.Before)!.Id;
            _held[id] = _held.TryGetValue(id, out var earlier) ? earlier with { After = change.After } : change;
            if (!_isReleasing) ReleaseHeld(now);
        }
    }

    private void Release()
    {
        lock (_lock)
        {
            _isReleasing = false;
            if (!_isGone) ReleaseHeld(_clock.GetUtcNow());
        }
    }

    /// <summary>Sends what has the same reason in one notification; where throttling forbids another one, the rest waits.</summary>
    private void ReleaseHeld(DateTimeOffset now)
    {
        while (_held.Count > 0)
        {
            if (_watch.Subscription.Throttling is { } seconds && _lastMade is { } last && (now - last).TotalSeconds < seconds)
            {
                _isReleasing = true;
                _release.Change(TimeSpan.FromSeconds(seconds) - (now - last), Timeout.InfiniteTimeSpan);
                return;
            }

            // Until all of it is told, the subscription stands before the first of it.
            var first = _held.Values.Min(change => change.Number);
            string? reason = null;
            var shown = new List<Shown>();
            foreach (var (id, change) in _held.ToList())
            {
                var own = ReasonFor(change, out var one);
                reason ??= own;
                if (own is not null && own != reason) continue;
                _held.Remove(id);
                if (own is not null) shown.Add(one);
            }

            if (reason is not null && _subscriber.MaySendAt(now)) Send(reason, shown, now, first);
        }
    }

    /// <summary>ETSI GS CIM 009 5.3.3; null where it is no matter.</summary>
    private string? ReasonFor(RegistrationChange change, out Shown shown)
    {
        var before = change.Before is { } old ? _matcher.Match(old.Facts) : [];
        var after = change.After is { } current ? _matcher.Match(current.Facts) : [];
        shown = after.IsEmpty ? new(change.Before!, before) : new(change.After!, after);
        return (before.IsEmpty, after.IsEmpty) switch
        {
            (true, false) => NewlyMatching,
            (false, false) => Updated,
            (false, true) => NoLongerMatching,
            _ => null,
        };
    }

    private void Send(string reason, List<Shown> shown, DateTimeOffset now, long? number)
    {
        foreach (var part in shown.Chunk(_settings.PeriodicEntities))
        {
            // One change is told under the same id again after a crash; what comes together with others may come otherwise then.
            var isOne = shown.Count == 1 && number > 0;
            if (!isOne) _lastIdentity = Math.Max(_lastIdentity + 1, now.ToUnixTimeMilliseconds());
            var delivery = new Delivery(number ?? 0, now) { TriggerReason = reason, Identity = isOne ? number : _lastIdentity };
            foreach (var one in part) delivery.Add(Write(one));
            _subscriber.TrySend(delivery, now, isLogged: number is not null);
            _lastMade = now;
        }
    }

    private byte[] Write(in Shown shown)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            RegistrationWriter.Write(
                json, shown.Source.Registration, shown.Information, shown.Source.State.Figures, _watch.Context,
                _watch.Subscription.Notification.SysAttrs, includeContext: false);
        }

        return output.WrittenSpan.ToArray();
    }

    private readonly record struct Shown(ContextSource Source, ImmutableArray<RegistrationInfo> Information);
}
