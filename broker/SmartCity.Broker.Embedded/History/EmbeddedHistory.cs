using System.Runtime.CompilerServices;
using SmartCity.Broker.Embedded.History.Reading;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.Broker.Embedded.Writing;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.History;

/// <summary>
/// The history of the embedded store: what is folded into its file, and what is not yet laid over it. Reads run on the
/// thread that asks.
/// </summary>
internal sealed class EmbeddedHistory(
    HistoryFile file, UnfoldedHistory unfolded, Tenants tenants, NameTable names, Writer writer, long mostUnfolded,
    TimeProvider time) : ITemporalStore
{
    private const int EntitiesAtOnce = 200;

    public async ValueTask<Result<TemporalOutcome>> CommitAsync(string tenant, TemporalWrite write, CancellationToken cancellation)
    {
        await unfolded.MakeRoomAsync(mostUnfolded, time, cancellation);
        while (true)
        {
            var view = unfolded.View();
            var asOf = view.UpTo;
            if (!Decide(tenant, write, view, out var isThere).TryGet(out var decided, out var error)) return error;
            var job = new HistoryJob(tenant, decided, asOf, isThere);
            await writer.EnqueueAsync(job, cancellation);
            // From here on the write is made, whether or not somebody still waits for it.
            if (!(await job.Done).TryGet(out var isKept, out error)) return error;
            if (isKept) return isThere ? TemporalOutcome.Changed : TemporalOutcome.Created;
        }
    }

    public ValueTask<TemporalHead?> FindAsync(string tenant, string entityId, CancellationToken cancellation)
    {
        var view = unfolded.View();
        using var snapshot = file.Read();
        return new(Find(tenant, entityId, view, snapshot)?.Head());
    }

    public async IAsyncEnumerable<TemporalHead> ListAsync(
        string tenant, TemporalSelection selection, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (tenants.Find(tenant)?.Number is not { } number) yield break;
        var listing = new EvolutionListing(number, selection, names);
        for (var isDone = false; !isDone;)
        {
            cancellation.ThrowIfCancellationRequested();
            await Task.CompletedTask;
            var view = unfolded.View();
            List<TemporalHead> heads;
            using (var snapshot = file.Read()) heads = listing.Next(view, snapshot, EntitiesAtOnce, out isDone);
            foreach (var head in heads) yield return head;
        }
    }

    public ValueTask<InstancePage> ReadAsync(
        string tenant, TemporalSeries series, InstanceRange range, InstancePaging paging, CancellationToken cancellation)
    {
        var view = unfolded.View();
        using var snapshot = file.Read();
        if (FindSeries(tenant, series, view, snapshot) is not { } found) return new(InstancePage.Empty);
        var rows = new SeriesReader(snapshot, names, found, range).Read(paging, out var hasMore);
        return new(InstancePages.Of(series.EntityId, rows, hasMore, new RowOrder(range, paging), file.StoreId));
    }

    public ValueTask VisitAsync(
        string tenant, TemporalSeries series, InstanceRange range, IInstanceVisitor visitor, CancellationToken cancellation)
    {
        var view = unfolded.View();
        using var snapshot = file.Read();
        if (FindSeries(tenant, series, view, snapshot) is { } found) new SeriesScan(snapshot, names, found, range, visitor).Run(cancellation);
        return default;
    }

    private EvolutionView? Find(string tenant, string entityId, UnfoldedView view, HistorySnapshot snapshot)
    {
        if (tenants.Find(tenant)?.Number is not { } number) return null;
        var entries = view.Find(number, entityId, snapshot.FoldedTo);
        return EvolutionView.Of(entityId, snapshot.Tables.FindEntity(number, entityId), entries, snapshot, names);
    }

    private SeriesView? FindSeries(string tenant, TemporalSeries series, UnfoldedView view, HistorySnapshot snapshot)
    {
        if (!Names.TryFind(series.Attribute, out var name)) return null;
        return Find(tenant, series.EntityId, view, snapshot)?.Find(name, series.DatasetId ?? "");
    }

    private Result<UnfoldedWrite> Decide(string tenant, TemporalWrite write, UnfoldedView view, out bool isThere)
    {
        using var snapshot = file.Read();
        var evolution = Find(tenant, write.EntityId, view, snapshot);
        isThere = evolution is not null;
        if (write is TemporalUpsert upsert) return UnfoldedWrite.Adding(upsert.Entity, upsert.Times);
        if (evolution is null) return NgsiLdError.NotFound($"The Entity {write.EntityId} has no temporal evolution.");
        return new WriteDecision(evolution, snapshot, names, file.StoreId).Decide(write);
    }
}
