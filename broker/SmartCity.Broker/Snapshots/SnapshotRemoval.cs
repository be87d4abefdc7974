using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Snapshots;

/// <summary>Takes away what Snapshots hold, however often that has to be tried.</summary>
/// <param name="work">Does it once.</param>
/// <param name="store">Forgets a Snapshot that holds nothing any more.</param>
/// <param name="known">Likewise.</param>
/// <param name="background">Where it runs.</param>
internal sealed class SnapshotRemoval(SnapshotWork work, ISnapshotStore store, KnownSnapshots known, SnapshotBackground background)
{
    /// <summary>Removes what a Snapshot that is gone held, and then the last that is known of it.</summary>
    public async Task RemoveAsync(KeptSnapshot kept)
    {
        if (!await ClearAsync(kept).ConfigureAwait(false)) return;
        try
        {
            await store.DeleteAsync(kept.Space, CancellationToken.None).ConfigureAwait(false);
            known.Forget(kept);
        }
#pragma warning disable CA1031 // It is removed after the next start.
        catch (Exception outage)
#pragma warning restore CA1031
        {
            background.OnFault(outage);
        }
    }

    /// <summary>Tries until it has gone well; false where the broker stops before.</summary>
    public async Task<bool> ClearAsync(KeptSnapshot kept)
    {
        while (!background.IsStopping)
        {
            try
            {
                if (await work.ClearAsync(kept, background.Stopping).ConfigureAwait(false) is not { } error) return true;
                background.OnFault(new IOException($"The content of the Snapshot {kept.Stored.Id} cannot be removed: {error.Detail}"));
            }
            catch (OperationCanceledException) when (background.IsStopping)
            {
                return false;
            }
#pragma warning disable CA1031 // An outage: it is tried again.
            catch (Exception outage)
#pragma warning restore CA1031
            {
                background.OnFault(outage);
            }

            await background.PauseAsync().ConfigureAwait(false);
        }

        return false;
    }
}
