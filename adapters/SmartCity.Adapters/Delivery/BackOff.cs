namespace SmartCity.Adapters.Delivery;

/// <summary>Pauses that double up to a limit, each shortened by chance so that many clients do not come back at once.</summary>
internal sealed class BackOff(TimeSpan shortest, TimeSpan longest, TimeProvider time)
{
    private TimeSpan _length;

    internal async Task<TimeSpan> PauseAsync(CancellationToken stop)
    {
        _length = _length == TimeSpan.Zero ? shortest : TimeSpan.FromTicks(Math.Min(longest.Ticks, _length.Ticks * 2));
        var pause = _length * (0.5 + (Random.Shared.NextDouble() / 2));
        await Task.Delay(pause, time, stop);
        return pause;
    }

    internal void Reset() => _length = TimeSpan.Zero;
}
