namespace SmartCity.Broker.Snapshots;

/// <summary>What all background work on Snapshots shares: when it stops, whom it tells of faults, and how long it rests after one.</summary>
/// <param name="clock">Rests.</param>
/// <param name="onFault">Hears of bugs and outages.</param>
internal sealed class SnapshotBackground(TimeProvider clock, Action<Exception> onFault) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();

    public CancellationToken Stopping => _stopping.Token;

    public bool IsStopping => _stopping.IsCancellationRequested;

    public void OnFault(Exception fault) => onFault(fault);

    public Task StopAsync() => _stopping.CancelAsync();

    /// <summary>Ends early, and quietly, when the broker stops.</summary>
    public Task PauseAsync() => Task.Delay(Pause, clock, Stopping)
        .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    public void Dispose() => _stopping.Dispose();
}
