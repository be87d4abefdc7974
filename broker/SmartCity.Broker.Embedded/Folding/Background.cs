using SmartCity.Broker.Embedded.Sqlite;
using SmartCity.Broker.Embedded.Subscriptions;
using SmartCity.Broker.Embedded.Sweeping;

namespace SmartCity.Broker.Embedded.Folding;

/// <summary>What the store does now and then, one thing after the other. What fails is tried again at the next round.</summary>
internal sealed class Background : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Sweeper _sweeper;
    private readonly Folder _folder;
    private readonly WalCheckpoint _checkpoint;
    private readonly SubscriptionTable _subscriptions;
    private readonly EmbeddedStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly Task _running;

    public Background(
        Sweeper sweeper, Folder folder, WalCheckpoint checkpoint, SubscriptionTable subscriptions,
        EmbeddedStoreOptions options, TimeProvider time)
    {
        _sweeper = sweeper;
        _folder = folder;
        _checkpoint = checkpoint;
        _subscriptions = subscriptions;
        _options = options;
        _time = time;
        _running = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await TryAsync(_subscriptions.SaveProgressAsync);
        await TryAsync(_checkpoint.FinishAsync);
        _folder.Dispose();
        _checkpoint.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(_options.FoldInterval, _time);
        var lastSweep = _time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await TryAsync(_subscriptions.SaveProgressAsync);
                await TryAsync(() => _folder.RunAsync(_stop.Token));
                await TryAsync(_checkpoint.RunAsync);
                if (_time.GetElapsedTime(lastSweep) < _options.SweepInterval) continue;
                lastSweep = _time.GetTimestamp();
                await TryAsync(_sweeper.SweepAsync);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private static async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (SqliteException)
        {
            // A full disk, most likely. Writers are told; here the next round tries again.
        }
    }
}
