using System.Collections.Concurrent;
using System.Threading.Channels;
using SmartCity.Broker.Notifications;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Storage;
using SmartCity.Broker.Subscriptions;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Federation.Subscriptions;

/// <summary>
/// Keeps the copies of Subscriptions that sources have in step with Subscriptions and registrations (ETSI GS CIM 009 5.8.1.4, 5.8.2.4, 5.8.5.4).
/// </summary>
/// <remarks>
/// <code>
/// a Subscription changes ──┐                                        ┌─▶ store: what a source has, or may have
///                          ├─▶ what is wanted ──▶ pairs out of step ─┤
/// a registration changes ──┘        ▲                               └─▶ source: POST, PATCH, DELETE
///                                   └──────── later, after a failure ◀┘
/// </code>
/// All is decided by one loop, and nothing waits for a source: what it is told is decided anew each time that it answers. What is wanted
/// is computed from scratch when the broker starts, so that whatever has happened meanwhile is made up for. A pause is told to those who have a
/// copy already, or are just getting it; nobody else gets one meanwhile.
/// </remarks>
public sealed class SubscriptionForwarding : IAsyncDisposable
{
    // However many Subscriptions there are, a source is told a few things at once.
    private const int AtOnceToOne = 2;

    private readonly IForwardingStore _store;
    private readonly ContextRegistry _registry;
    private readonly Subscribers _subscribers;
    private readonly FederationSettings _settings;
    private readonly string? _address;
    private readonly TimeProvider _clock;
    private readonly Action<Exception> _onFault;
    private readonly ForwardingStep _step;
    private readonly Channel<Action> _work = Channel.CreateUnbounded<Action>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, ForwardedPair> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Tenant, string Id), Dictionary<string, ForwardedPair>> _pairs = [];
    private readonly HashSet<ForwardedPair> _due = [];
    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(string Tenant, string Id), DateTimeOffset> _ends = new();
    private readonly ITimer _timer;
    private int _busy;
    private Task _running = Task.CompletedTask;

    /// <param name="store">Remembers what sources have.</param>
    /// <param name="registrations">Tells of changes.</param>
    /// <param name="registry">Tells who matches.</param>
    /// <param name="subscriptions">Tell of changes.</param>
    /// <param name="dispatcher">Has the Subscriptions.</param>
    /// <param name="client">Tells sources.</param>
    /// <param name="settings">Whether Entities may be split, how many requests at once, and pauses.</param>
    /// <param name="address">Where sources find this broker; null for where the client that subscribed has found it.</param>
    /// <param name="clock">For pauses, and for what expires.</param>
    /// <param name="onFault">Hears of bugs and outages; forwarding goes on.</param>
    public SubscriptionForwarding(
        IForwardingStore store, LocalRegistrations registrations, ContextRegistry registry, LocalSubscriptions subscriptions,
        ChangeDispatcher dispatcher, IContextSourceClient client, FederationSettings settings, string? address, TimeProvider clock,
        Action<Exception> onFault)
    {
        _store = store;
        _registry = registry;
        _subscribers = dispatcher.Subscribers;
        _settings = settings;
        _address = address;
        _clock = clock;
        _onFault = onFault;
        _step = new(store, client, registry);
        _timer = clock.CreateTimer(_ => Post(static () => { }), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        subscriptions.Changed += (tenant, id) => Post(() => Decide(tenant, id));
        registrations.Changed += change => Post(() => Decide(change));
    }

    /// <summary>Starts with what the store holds, once Subscriptions and registrations are loaded.</summary>
    /// <exception cref="InvalidDataException">What is stored cannot be read.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        foreach (var stored in await _store.LoadAsync(cancellation).ConfigureAwait(false))
        {
            if (!Forwarding.Read(stored).TryGet(out var kept, out var error))
            {
                throw new InvalidDataException($"The forwarded subscription {stored.Key} cannot be read: {error.Detail}");
            }

            var pair = PairOf(kept.Tenant, kept.SubscriptionId, Forwarding.PlaceOf(kept.Source));
            pair.Kept = kept;
            _byKey[kept.Key] = pair;
        }

        // Before anybody sends something.
        DecideAll();
        Post(static () => { });
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _work.Writer.TryComplete();
        await _running.ConfigureAwait(false);
        while (Volatile.Read(ref _busy) > 0) await Task.Delay(10).ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Whose notifications come with a key; null where no source should send any.</summary>
    internal ForwardedPair? Find(string key) =>
        _byKey.TryGetValue(key, out var pair) && pair.Wanted is not null ? pair : null;

    private void Post(Action work) => _work.Writer.TryWrite(work);

    private async Task RunAsync()
    {
        try
        {
            while (await _work.Reader.WaitToReadAsync(_stopping.Token).ConfigureAwait(false))
            {
                while (_work.Reader.TryRead(out var work)) Do(work);
                Do(Advance);
            }
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
    }

    private void Do(Action work)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031 // A bug: whatever it concerns, the others are kept in step.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            _onFault(bug);
        }
    }

    private void DecideAll()
    {
        List<(string, string)> all;
        lock (_subscribers.Gate)
        {
            all = [.. _subscribers.All.Select(subscriber => (subscriber.Tenant, subscriber.Id)), .. _pairs.Keys];
        }

        foreach (var (tenant, id) in all.Distinct()) Decide(tenant, id);
    }

    private void Decide(RegistrationChange change)
    {
        List<Watch> watches;
        lock (_subscribers.Gate)
        {
            watches = [.. _subscribers.Of(change.Tenant).Select(subscriber => subscriber.Watch)];
        }

        foreach (var watch in watches)
        {
            var id = watch.Subscription.Id;
            var isForwarded = _pairs.TryGetValue((change.Tenant, id), out var pairs)
                && pairs.Values.Any(pair => (pair.Wanted?.Source.Id ?? pair.Kept?.Source.Id) == (change.After ?? change.Before)!.Id);
            if (isForwarded || (change.After is { } after && Matches(watch, after))) Decide(change.Tenant, id);
        }
    }

    private static bool Matches(Watch watch, ContextSource source) =>
        !new RegistrationMatcher(SubscriptionReduction.QueryOf(watch.Subscription)).Match(source.Facts).IsEmpty;

    /// <summary>Finds out anew where a Subscription should be, and whether it is there.</summary>
    private void Decide(string tenant, string id)
    {
        Watch? watch;
        lock (_subscribers.Gate)
        {
            watch = _subscribers.Find(tenant, id)?.Watch;
        }

        var wanted = watch is null ? [] : Wanted(tenant, watch);
        foreach (var (place, copy) in wanted) PairOf(tenant, id, place).Wanted = copy;
        if (!_pairs.TryGetValue((tenant, id), out var pairs)) return;
        foreach (var pair in pairs.Values)
        {
            if (!wanted.ContainsKey(pair.Place)) pair.Wanted = null;
            (pair.IsDue, pair.Failures, pair.RetryAt) = (true, 0, default);
            _due.Add(pair);
        }

        if (wanted.Count > 0 && watch!.Subscription.ExpiresAt is { } end) _ends.Enqueue((tenant, id), end.Value);
    }

    private Dictionary<string, WantedCopy> Wanted(string tenant, Watch watch)
    {
        var wanted = new Dictionary<string, WantedCopy>(StringComparer.Ordinal);
        var subscription = watch.Subscription;
        var status = subscription.StatusAt(_clock.GetUtcNow());
        var isForwarded = status != SubscriptionStatus.Expired && !subscription.IsLocal && !SnapshotSpace.Is(tenant);
        if (!isForwarded || (_address ?? subscription.Address) is not { } address) return wanted;
        var isSplit = subscription.SplitEntities ?? _settings.SplitEntities;
        var query = SubscriptionReduction.QueryOf(subscription);
        foreach (var match in _registry.Match(watch.CallOf(tenant), query).Sources)
        {
            if (match.Registration.Mode == RegistrationMode.Auxiliary || !match.Offers(ContextSourceOperations.CreateSubscription)) continue;
            var place = Forwarding.PlaceOf(match.Registration);
            if (status == SubscriptionStatus.Paused && !(match.Offers(ContextSourceOperations.UpdateSubscription) && Has(tenant, watch, place))) continue;
            if (SubscriptionReduction.Reduce(subscription, match.Registration, match.Information, isSplit) is not { } copy) continue;
            wanted[place] =
                new(copy, match.Source, match.Information, watch.Context, address, subscription.Via, isSplit);
        }

        return wanted;
    }

    private bool Has(string tenant, Watch watch, string place) =>
        _pairs.TryGetValue((tenant, watch.Subscription.Id), out var pairs) && pairs.TryGetValue(place, out var pair) && pair is { IsBusy: true } or { Kept.IsMade: true };

    private ForwardedPair PairOf(string tenant, string id, string place)
    {
        if (!_pairs.TryGetValue((tenant, id), out var pairs)) _pairs[(tenant, id)] = pairs = new(StringComparer.Ordinal);
        if (!pairs.TryGetValue(place, out var pair)) pairs[place] = pair = new(tenant, id, place);
        return pair;
    }

    /// <summary>Tells sources what they do not know yet, as far as they may be told now, and wakes up when that changes.</summary>
    private void Advance()
    {
        var now = _clock.GetUtcNow();
        while (_ends.TryPeek(out var ended, out var end) && end <= now)
        {
            _ends.Dequeue();
            Decide(ended.Tenant, ended.Id);
        }

        DateTimeOffset? next = _ends.TryPeek(out _, out var first) ? first : null;
        foreach (var pair in _due.ToArray())
        {
            if (pair.IsBusy || _busy >= _settings.Concurrency) continue;
            var line = LineOf(pair);
            if (line.Busy >= AtOnceToOne) continue;
            var from = pair.RetryAt > line.RetryAt ? pair.RetryAt : line.RetryAt;
            if (from > now) next = next is { } known && known < from ? known : from;
            else Start(pair, line);
        }

        if (next is not { } at) return;
        // Timers know no longer waits than some weeks.
        var wait = at - now + TimeSpan.FromMilliseconds(1);
        _timer.Change(wait < TimeSpan.FromDays(1) ? wait : TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan);
    }

    private Line LineOf(ForwardedPair pair)
    {
        var place = pair.Place[(pair.Place.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        if (!_lines.TryGetValue(place, out var line)) _lines[place] = line = new();
        return line;
    }

    private void Start(ForwardedPair pair, Line line)
    {
        _due.Remove(pair);
        (pair.IsDue, pair.IsBusy) = (false, true);
        line.Busy++;
        Interlocked.Increment(ref _busy);
        _ = RunAsync(pair, line, pair.Wanted);
    }

    private async Task RunAsync(ForwardedPair pair, Line line, WantedCopy? wanted)
    {
        var outcome = new StepOutcome(SourceOutcome.Invalid);
        try
        {
            outcome = await _step.RunAsync(pair.Tenant, pair.SubscriptionId, pair.Kept, wanted, kept => Keep(pair, kept), _stopping.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // What it has come to is found out at the next start.
        }
#pragma warning disable CA1031 // A full disk, most likely.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _onFault(fault);
        }
        finally
        {
            // First there is room again, and then who needs it is woken.
            Interlocked.Decrement(ref _busy);
            Post(() => End(pair, line, outcome));
        }
    }

    private void Keep(ForwardedPair pair, Forwarding? kept)
    {
        if (pair.Kept is { } old && old.Key != kept?.Key) _byKey.TryRemove(old.Key, out _);
        pair.Kept = kept;
        if (kept is not null) _byKey[kept.Key] = pair;
    }

    private void End(ForwardedPair pair, Line line, StepOutcome outcome)
    {
        pair.IsBusy = false;
        line.Busy--;
        var now = _clock.GetUtcNow();
        if (outcome.IsDown) line.RetryAt = now + Pause(++line.Failures);
        else (line.Failures, line.RetryAt) = (0, default);
        if (pair.IsDue) return;
        if (outcome.IsDone)
        {
            pair.Failures = 0;
            if (pair.Wanted is null && pair.Kept is null) Forget(pair);
            return;
        }

        pair.Failures++;
        // Who refuses has a reason, which does not go away; who cannot be reached may come back.
        var isHopeless = outcome.Kind == SourceOutcome.Loop || (pair.Failures >= _settings.SubscriptionAttempts && !(outcome.IsDown && pair.Wanted is not null));
        if (!isHopeless)
        {
            pair.RetryAt = now + Pause(pair.Failures);
            pair.IsDue = _due.Add(pair);
        }
        else if (pair.Wanted is null)
        {
            Abandon(pair);
        }
    }

    /// <summary>A source that does not delete what it has is not asked for ever: its notifications are refused, which it sees.</summary>
    private void Abandon(ForwardedPair pair)
    {
        if (pair.Kept is { } kept)
        {
            _byKey.TryRemove(kept.Key, out _);
            _ = DeleteAsync(kept.Key);
        }

        Forget(pair);
    }

    private async Task DeleteAsync(string key)
    {
        try
        {
            await _store.DeleteAsync(key, _stopping.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It is tried again after the next start.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _onFault(fault);
        }
    }

    private void Forget(ForwardedPair pair)
    {
        if (!_pairs.TryGetValue((pair.Tenant, pair.SubscriptionId), out var pairs)) return;
        pairs.Remove(pair.Place);
        if (pairs.Count == 0) _pairs.Remove((pair.Tenant, pair.SubscriptionId));
    }

    private TimeSpan Pause(int failures)
    {
        var pause = _settings.SubscriptionPause * Math.Pow(2, Math.Min(failures - 1, 30));
        return pause < _settings.SubscriptionLongestPause ? pause : _settings.SubscriptionLongestPause;
    }

    /// <summary>One place, whatever the registrations.</summary>
    private sealed class Line
    {
        public int Busy { get; set; }

        public int Failures { get; set; }

        public DateTimeOffset RetryAt { get; set; }
    }
}
