using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Registrations;

/// <summary>
/// How requests to a source went (ETSI GS CIM 009 5.2.9): counted by many threads without a lock, read for the registration's document
/// and for the cooldown.
/// </summary>
public sealed class ContextSourceState
{
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

    private static DateTimeOffset? Instant(ref long ticks) =>
        Interlocked.Read(ref ticks) is var known and > 0 ? new DateTimeOffset(known, TimeSpan.Zero) : null;
}
