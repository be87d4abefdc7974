namespace SmartCity.Broker.Registrations;

/// <summary>Wakes up when the next registration expires (ETSI GS CIM 009 5.9.2.4).</summary>
internal sealed class RegistrationExpiry : IAsyncDisposable
{
    // Also the longest wait: timers know no longer ones than some weeks, and clocks are set.
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);

    private readonly ContextRegistry _registry;
    private readonly Func<CancellationToken, Task> _remove;
    private readonly TimeProvider _clock;
    private readonly Action<Exception> _onFault;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _isRunning = new(1);
    private readonly ITimer _timer;

    /// <param name="registry">What may expire.</param>
    /// <param name="remove">Removes what has expired.</param>
    /// <param name="clock">Wakes up.</param>
    /// <param name="onFault">Is told of what failed; it is tried again.</param>
    public RegistrationExpiry(ContextRegistry registry, Func<CancellationToken, Task> remove, TimeProvider clock, Action<Exception> onFault)
    {
        _registry = registry;
        _remove = remove;
        _clock = clock;
        _onFault = onFault;
        _timer = clock.CreateTimer(_ => _ = RunAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called when something has changed.</summary>
    public void Plan()
    {
        var now = _clock.GetUtcNow();
        TimeSpan? wait = null;
        foreach (var source in _registry.All)
        {
            if (source.Registration.ExpiresAt is not { } end) continue;
            var left = end.Value <= now ? TimeSpan.Zero : end.Value - now;
            if (!(wait <= left)) wait = left;
        }

        // A millisecond later: timers are not exact.
        if (wait is { } next) Wake((next < Retry ? next : Retry) + TimeSpan.FromMilliseconds(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _isRunning.WaitAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        if (!await _isRunning.WaitAsync(0).ConfigureAwait(false)) return;
        try
        {
            await _remove(_stop.Token).ConfigureAwait(false);
            Plan();
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
#pragma warning disable CA1031 // A full disk, most likely. Nobody asks what has expired meanwhile: the registry knows the time.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _onFault(e);
            Wake(Retry);
        }
        finally
        {
            _isRunning.Release();
        }
    }

    private void Wake(TimeSpan wait)
    {
        try
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The broker stops.
        }
    }
}
