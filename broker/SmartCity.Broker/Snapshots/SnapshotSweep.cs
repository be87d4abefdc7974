namespace SmartCity.Broker.Snapshots;

/// <summary>Removes Snapshots that have expired, and notes down when the others were used, now and then.</summary>
/// <param name="known">Those that there are.</param>
/// <param name="states">Ends them.</param>
/// <param name="background">Where it runs.</param>
/// <param name="interval">How often.</param>
/// <param name="clock">Expiry.</param>
internal sealed class SnapshotSweep(
    KnownSnapshots known, SnapshotStates states, SnapshotBackground background, TimeSpan interval, TimeProvider clock)
{
    /// <summary>Goes on until the broker stops.</summary>
    public async Task RunAsync()
    {
        using var timer = new PeriodicTimer(interval, clock);
        while (!background.IsStopping)
        {
            try
            {
                var now = clock.GetUtcNow();
                foreach (var kept in known.All().Where(kept => kept.IsExpiredAt(now)))
                {
                    await states.EndAsync(kept, background.Stopping).ConfigureAwait(false);
                }

                await states.NoteUsesAsync().ConfigureAwait(false);
                await timer.WaitForNextTickAsync(background.Stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (background.IsStopping)
            {
                return;
            }
#pragma warning disable CA1031 // An outage: the next round tries again.
            catch (Exception outage)
#pragma warning restore CA1031
            {
                background.OnFault(outage);
                await background.PauseAsync().ConfigureAwait(false);
            }
        }
    }
}
