using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Registrations;

/// <summary>
/// How requests to a source went (ETSI GS CIM 009 5.2.9): counted by many threads without a lock, read for the registration's document
/// and for the cooldown.
/// </summary>
public sealed class ContextSourceState
{
    /// <summary>Of what a source does wrong the operator hears no oftener.</summary>
    private static readonly TimeSpan FaultPause = TimeSpan.FromMinutes(1);

    private ToldFault? _told;
    private long _timesSent;
    private long _timesFailed;
    private long _lastSuccess;
    private long _lastFailure;
    private long _downSince;
    private int _failed;

    public ContextSourceState()
    {
    }

    /// <summary>As it was when the broker stopped.</summary>
    public ContextSourceState(ContextSourceFigures figures)
    {
        _timesSent = figures.TimesSent;
        _timesFailed = figures.TimesFailed;
        _lastSuccess = figures.LastSuccess?.UtcTicks ?? 0;
        _lastFailure = figures.LastFailure?.UtcTicks ?? 0;
        _failed = _lastFailure > _lastSuccess ? 1 : 0;
    }

    public ContextSourceFigures Figures =>
        new(Interlocked.Read(ref _timesSent), Interlocked.Read(ref _timesFailed), Instant(ref _lastSuccess), Instant(ref _lastFailure))
        {
            IsFailed = Volatile.Read(ref _failed) == 1,
        };

    /// <summary>When it last failed to give any sensible answer; null where it has given one since.</summary>
    public DateTimeOffset? DownSince => Instant(ref _downSince);

    /// <param name="at">When the request ended.</param>
    /// <param name="success">Whether the source did what it was asked to.</param>
    /// <param name="isDown">It failed as it would have done with any request: it may be left alone for a while (5.2.34).</param>
    public void Record(DateTimeOffset at, bool success, bool isDown = false)
    {
        Interlocked.Exchange(ref _downSince, isDown ? at.UtcTicks : 0);
        Interlocked.Increment(ref _timesSent);
        if (!success) Interlocked.Increment(ref _timesFailed);
        Interlocked.Exchange(ref success ? ref _lastSuccess : ref _lastFailure, at.UtcTicks);
        Volatile.Write(ref _failed, success ? 0 : 1);
    }

    /// <summary>
    /// Whether the operator is to be told: a source begins to fail, fails in another way, or answers again. Of what fails all the time, or now and
    /// then, a line a minute at most.
    /// </summary>
    /// <param name="at">When the request ended.</param>
    /// <param name="fault">Why the source is of no use; null where it is.</param>
    public bool IsNews(DateTimeOffset at, string? fault)
    {
        var told = Volatile.Read(ref _told);
        if (fault == told?.Fault) return false;
        if (fault is not null && told is not null && at - told.At < FaultPause) return false;
        // Of all requests that find it out at the same time, one tells.
        return Interlocked.CompareExchange(ref _told, new(fault, fault is null ? told!.At : at), told) == told;
    }

    private static DateTimeOffset? Instant(ref long ticks) =>
        Interlocked.Read(ref ticks) is var known and > 0 ? new DateTimeOffset(known, TimeSpan.Zero) : null;

    /// <param name="Fault">Null after it has answered again.</param>
    /// <param name="At">When the last fault was told.</param>
    private sealed record ToldFault(string? Fault, DateTimeOffset At);
}
