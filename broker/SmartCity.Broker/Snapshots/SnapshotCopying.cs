using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Snapshots;

/// <summary>Copies what a Snapshot holds into another one (ETSI GS CIM 009 5.16.2.4). Subscriptions are not content.</summary>
internal sealed class SnapshotCopying(ITemporalStore temporal, SnapshotContent content)
{
    private const int PageSize = 8000;

    /// <summary>Null where all went well.</summary>
    public async ValueTask<NgsiLdError?> RunAsync(string from, KeptSnapshot to, Reservation reserve, CancellationToken cancellation)
    {
        var all = await content.EntitiesAsync(from, cancellation).ConfigureAwait(false);
        if (await reserve(to, all.Count, cancellation).ConfigureAwait(false) is { } full) return full;
        if (await content.AddAsync(to.Space, all, cancellation).ConfigureAwait(false) is { } error) return error;
        var parts = new EvolutionParts(content, to.Space);
        await foreach (var head in temporal.ListAsync(from, new(), cancellation).ConfigureAwait(false))
        {
            foreach (var series in head.Series)
            {
                if (await CopyAsync(from, head, series, parts, cancellation).ConfigureAwait(false) is { } failure) return failure;
            }
        }

        return await parts.FinishAsync(cancellation).ConfigureAwait(false);
    }

    private async ValueTask<NgsiLdError?> CopyAsync(
        string from, TemporalHead head, TemporalSeries series, EvolutionParts parts, CancellationToken cancellation)
    {
        var paging = new InstancePaging(PageSize);
        while (true)
        {
            var page = await temporal.ReadAsync(from, series, InstanceRange.All, paging, cancellation).ConfigureAwait(false);
            if (await parts.AddAsync(head, page.Instances, cancellation).ConfigureAwait(false) is { } error) return error;
            if (!page.HasMore) return null;
            paging = new(PageSize, false, page.LastTicks, page.Instances[^1].Id.Number);
        }
    }
}
