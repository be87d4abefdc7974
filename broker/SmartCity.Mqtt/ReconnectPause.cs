using System.Diagnostics;

namespace SmartCity.Mqtt;

/// <summary>
/// Exponential back-off with jitter, so that a thousand clients of a restarted broker do not come back at once.
/// </summary>
internal sealed class ReconnectPause(TimeSpan shortest, TimeSpan longest)
{
    private TimeSpan _length;
    private TimeSpan _jittered;
    private long _begun;

    internal TimeSpan Remaining =>
        _jittered == TimeSpan.Zero ? TimeSpan.Zero : _jittered - Stopwatch.GetElapsedTime(_begun);

    internal void Begin()
    {
        _length = _length == TimeSpan.Zero ? shortest : TimeSpan.FromTicks(Math.Min(longest.Ticks, _length.Ticks * 2));
        _jittered = _length * (0.5 + (Random.Shared.NextDouble() / 2));
        _begun = Stopwatch.GetTimestamp();
    }

    internal void Reset() => _length = _jittered = TimeSpan.Zero;
}
