using System.Collections.Immutable;
using SmartCity.Broker.Embedded.History.Folding;
using SmartCity.Broker.Embedded.Sweeping;

namespace SmartCity.Broker.Embedded.Folding;

/// <summary>
/// What the store does now and then. What fails is tried again at the next round. Folding, which can take long, holds up nothing
/// else.
/// </summary>
internal sealed class Background : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Sweeper _sweeper;
    private readonly Folder _folder;
    private readonly HistoryKeeper _history;
    private readonly WalCheckpoint _checkpoint;
    private readonly ImmutableArray<Func<Task>> _records;
    private readonly EmbeddedStoreOptions _options;
    private readonly TimeProvider _time;
    private long _lastSweep;
    private readonly Task _folding;
    private readonly Task _keeping;
    private readonly Task _running;
    private readonly Task _recording;

    public Background(
        Sweeper sweeper, Folder folder, HistoryKeeper history, WalCheckpoint checkpoint, ImmutableArray<Func<Task>> records,
        EmbeddedStoreOptions options, TimeProvider time)
    {
        _sweeper = sweeper;
        _folder = folder;
        _history = history;
        _checkpoint = checkpoint;
        _records = records;
        _options = options;
        _time = time;
        _lastSweep = time.GetTimestamp();
        _folding = Task.Run(() => RepeatAsync(_options.FoldInterval, () => TryAsync(() => _folder.RunAsync(_stop.Token))));
        _keeping = Task.Run(() => RepeatAsync(_options.FoldInterval, () => TryAsync(KeepHistoryAsync)));
        _running = Task.Run(() => RepeatAsync(_options.FoldInterval, WriteBackAndSweepAsync));
        _recording = Task.Run(() => RepeatAsync(_options.ProgressInterval, RecordAsync));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_folding, _keeping, _running, _recording);
        foreach (var record in _records) await TryAsync(record);
        await TryAsync(_checkpoint.FinishAsync);
        _history.Dispose();
        _checkpoint.Dispose();
        _stop.Dispose();
    }

    private async Task RepeatAsync(TimeSpan interval, Func<Task> work)
    {
        using var timer = new PeriodicTimer(interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token)) await work();
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private Task KeepHistoryAsync()
    {
        _history.Run(_stop.Token);
        return Task.CompletedTask;
    }

    // A full disk is not complained of more often than by the rest.
    private async Task RecordAsync()
    {
        foreach (var record in _records)
        {
            if (await TryAsync(record)) continue;
            await Task.Delay(_options.FoldInterval, _time, _stop.Token);
            return;
        }
    }

    private async Task WriteBackAndSweepAsync()
    {
        await TryAsync(_checkpoint.RunAsync);
        if (_time.GetElapsedTime(_lastSweep) < _options.SweepInterval) return;
        _lastSweep = _time.GetTimestamp();
        await TryAsync(_sweeper.SweepAsync);
    }

    private async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
#pragma warning disable CA1031 // A full disk, most likely, of which writers are told. Nothing here may end the background.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            _options.BackgroundFailed?.Invoke(e);
            return false;
        }
    }
}
