using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Snapshots;

namespace SmartCity.Broker.Snapshots;

/// <summary>Prepares Snapshots in the background, and says what that came to (ETSI GS CIM 009 5.16.1.4, 5.16.2.4).</summary>
/// <param name="work">Fills and copies.</param>
/// <param name="states">Keeps how they stand.</param>
/// <param name="removal">Empties what cannot be prepared.</param>
/// <param name="background">Where it runs.</param>
internal sealed class SnapshotPreparation(SnapshotWork work, SnapshotStates states, SnapshotRemoval removal, SnapshotBackground background)
{
    /// <summary>
    /// How often a Snapshot is begun, restarts of the broker among it, before it has failed: what makes the broker fall is not to do so
    /// for ever.
    /// </summary>
    private const int MostStarts = 5;

    /// <summary>Begins to fill a Snapshot, or to copy another one into it.</summary>
    public Task Start(Call call, KeptSnapshot kept, KeptSnapshot? source) => Task.Run(
        () => RunAsync(kept, stopping => source is null ? work.FillAsync(call, kept, Reserve, stopping) : work.CopyAsync(source, kept, Reserve, stopping)),
        CancellationToken.None);

    /// <summary>
    /// Begins again what the last stop has interrupted: with the queries as they are kept, and without the headers of the request
    /// that made the Snapshot, since nothing that authorizes is kept.
    /// </summary>
    /// <param name="kept">A Snapshot that is being prepared.</param>
    /// <param name="source">What it is a clone of; null where it is none, or where that is gone.</param>
    public Task Restart(KeptSnapshot kept, KeptSnapshot? source) => Task.Run(
        () => RunAsync(kept, async stopping =>
        {
            if (kept.Origin.Starts >= MostStarts)
                return NgsiLdError.Internal($"the broker was stopped {MostStarts} times while the Snapshot was prepared");
            if (await states.RestartAsync(kept).ConfigureAwait(false) is { } error) return error;
            var call = new Call { Tenant = kept.Tenant, Context = Context.Core, Local = kept.Origin.IsLocal };
            if (kept.Origin.Source is null) return await work.FillAsync(call, kept, Reserve, stopping).ConfigureAwait(false);
            if (source is null) return NgsiLdError.NotFound("the Snapshot was deleted before it was copied");
            return await work.CopyAsync(source, kept, Reserve, stopping).ConfigureAwait(false);
        }),
        CancellationToken.None);

    private ValueTask<NgsiLdError?> Reserve(KeptSnapshot kept, long entities, CancellationToken cancellation) =>
        states.ReserveAsync(kept, entities, cancellation);

    private async Task RunAsync(KeptSnapshot kept, Func<CancellationToken, Task<Result<Snapshot>>> prepare)
    {
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(kept.Stopping.Token, background.Stopping);
            var prepared = await prepare(either.Token).ConfigureAwait(false);
            if (prepared.TryGet(out var snapshot, out var error)) await ConcludeAsync(kept, snapshot).ConfigureAwait(false);
            else await FailAsync(kept, error).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (kept.Stopping.IsCancellationRequested || background.IsStopping)
        {
            // Deleted, or the broker stops: then the next start begins again.
        }
#pragma warning disable CA1031 // A bug or an outage fails the Snapshot, not the broker.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            background.OnFault(fault);
            await FailAsync(kept, NgsiLdError.Internal("the broker has failed; its log has the reason")).ConfigureAwait(false);
        }
    }

    /// <summary>What cannot be prepared holds nothing.</summary>
    private async Task FailAsync(KeptSnapshot kept, NgsiLdError error)
    {
        if (!await removal.ClearAsync(kept).ConfigureAwait(false)) return;
        kept.Entities = 0;
        var snapshot = kept.Stored;
        var failed = ExecutionResult.Failed(error);
        await ConcludeAsync(kept, snapshot with
        {
            Status = SnapshotStatus.Failure,
            Details = [.. snapshot.Queries.Select(_ => failed)],
            TemporalDetails = [.. snapshot.TemporalQueries.Select(_ => failed)],
        }).ConfigureAwait(false);
    }

    private async Task ConcludeAsync(KeptSnapshot kept, Snapshot prepared)
    {
        try
        {
            await states.ConcludeAsync(kept, prepared).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It stays in preparation, and is prepared again after the next start.
        catch (Exception outage)
#pragma warning restore CA1031
        {
            background.OnFault(outage);
        }
    }
}
