using SmartCity.Broker.Entities;
using SmartCity.Broker.Storage;
using SmartCity.Broker.Subscriptions;
using SmartCity.Broker.Temporal;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Snapshots;

namespace SmartCity.Broker.Snapshots;

/// <summary>What a Snapshot is made of: other operations of the broker, and the stores.</summary>
/// <param name="Entities">Answers queries, sources included.</param>
/// <param name="Linking">Gathers what Entities link to.</param>
/// <param name="Temporal">Answers temporal queries, sources included.</param>
/// <param name="Subscriptions">Those to a Snapshot go with it.</param>
/// <param name="Store">Keeps its Entities.</param>
/// <param name="History">Keeps its evolutions.</param>
public sealed record SnapshotSources(
    IEntityOperations Entities, EntityLinking Linking, ITemporalOperations Temporal, ISubscriptionOperations Subscriptions,
    IEntityStore Store, ITemporalStore History);

/// <summary>Takes room for Entities in a Snapshot; an error where there is none.</summary>
internal delegate ValueTask<NgsiLdError?> Reservation(KeptSnapshot kept, long entities, CancellationToken cancellation);

/// <summary>What takes long: to fill, copy and clear Snapshots, a few at a time.</summary>
internal sealed class SnapshotWork(SnapshotSources sources, SnapshotSettings settings, TimeProvider clock)
{
    private const int PageSize = 100;

    private readonly SemaphoreSlim _places = new(settings.AtOnce);
    private readonly SemaphoreSlim _clearing = new(1);
    private readonly SnapshotContent _content = new(sources.Store, sources.History);

    /// <summary>The Snapshot with what its queries came to.</summary>
    public Task<Result<Snapshot>> FillAsync(Call call, KeptSnapshot kept, Reservation reserve, CancellationToken cancellation) => WorkAsync(
        kept,
        async limited =>
        {
            var filling = new SnapshotFilling(sources.Entities, sources.Linking, sources.Temporal, _content, settings);
            return await filling.RunAsync(call, kept, reserve, limited).ConfigureAwait(false);
        },
        cancellation);

    /// <summary>The clone as it is once all is copied.</summary>
    public async Task<Result<Snapshot>> CopyAsync(KeptSnapshot from, KeptSnapshot to, Reservation reserve, CancellationToken cancellation)
    {
        await from.Work.WaitAsync(cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return await WorkAsync(to, limited => CopyPreparedAsync(from, to, reserve, limited), cancellation).ConfigureAwait(false);
    }

    /// <summary>Removes all that a Snapshot holds, subscriptions among it. An error is of the store; trying again goes on.</summary>
    public async Task<NgsiLdError?> ClearAsync(KeptSnapshot kept, CancellationToken cancellation)
    {
        await _clearing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (await UnsubscribeAsync(kept, cancellation).ConfigureAwait(false) is { } error) return error;
            return await _content.ClearAsync(kept.Space, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _clearing.Release();
        }
    }

    private async ValueTask<Result<Snapshot>> CopyPreparedAsync(
        KeptSnapshot from, KeptSnapshot to, Reservation reserve, CancellationToken cancellation)
    {
        if (!from.IsGone && from.Stored.Status == SnapshotStatus.Failure)
            return NgsiLdError.NotFound($"the Snapshot {from.Stored.Id} holds nothing: it has failed");
        var error = await new SnapshotCopying(sources.History, _content).RunAsync(from.Space, to, reserve, cancellation).ConfigureAwait(false);
        // What is deleted loses its content bit by bit.
        if (from.IsGone) error = NgsiLdError.NotFound($"the Snapshot {from.Stored.Id} was deleted before it was copied");
        return error is null ? to.Stored with { Status = SnapshotStatus.Success } : error;
    }

    private async Task<Result<Snapshot>> WorkAsync(
        KeptSnapshot kept, Func<CancellationToken, ValueTask<Result<Snapshot>>> work, CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(settings.Time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            // Where something was left of another Snapshot that had the space.
            return await _content.ClearAsync(kept.Space, cancellation).ConfigureAwait(false) is { } error
                ? error
                : await work(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // Whoever waits for a place must not wait for somebody else's slow sources.
            return new NgsiLdError(NgsiLdErrorKind.TooComplexQuery, $"the Snapshot could not be prepared within {settings.Time}");
        }
        finally
        {
            _places.Release();
        }
    }

    private async ValueTask<NgsiLdError?> UnsubscribeAsync(KeptSnapshot kept, CancellationToken cancellation)
    {
        var call = new Call { Tenant = kept.Space, Snapshot = kept.Stored.Id, Context = Context.Core, Local = true };
        while (true)
        {
            var found = await sources.Subscriptions.QueryAsync(call, new(0, PageSize, false), cancellation).ConfigureAwait(false);
            if (!found.TryGet(out var page, out var error)) return error;
            foreach (var view in page.Items)
            {
                var deleted = await sources.Subscriptions.DeleteAsync(call, view.Subscription.Id, cancellation).ConfigureAwait(false);
                if (!deleted.TryGet(out _, out error) && error.Kind != NgsiLdErrorKind.ResourceNotFound) return error;
            }

            if (!page.HasMore) return null;
        }
    }
}
