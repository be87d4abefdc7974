using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Embedded.History.Reading;

/// <summary>
/// Reads instances of a series in order, from blocks that mostly stand one after the other but may overlap. Whatever is nearer
/// than the next block begins is in its final place; of what is not, no more is held than is wanted.
/// </summary>
internal sealed class SeriesReader(HistorySnapshot snapshot, NameTable names, SeriesView series, InstanceRange range)
{
    private readonly List<Source> _sources = [];

    /// <param name="paging">How many, and from where on.</param>
    /// <param name="hasMore">Whether there are more.</param>
    public List<InstanceRow> Read(InstancePaging paging, out bool hasMore)
    {
        var wanted = paging.Limit + 1;
        var order = new RowOrder(range, paging);
        FindSources(order);
        _sources.Sort((a, b) => order.Compare(a.Nearest, b.Nearest));
        var (final, waiting) = (new List<InstanceRow>(), new List<InstanceRow>());
        foreach (var source in _sources)
        {
            Finish(waiting, final, order, source.Nearest);
            if (final.Count >= wanted) break;
            Load(source, order, waiting);
            waiting.Sort(order);
            if (waiting.Count > wanted - final.Count) waiting.RemoveRange(wanted - final.Count, waiting.Count - (wanted - final.Count));
        }

        final.AddRange(waiting);
        hasMore = final.Count > paging.Limit;
        if (hasMore) final.RemoveRange(paging.Limit, final.Count - paging.Limit);
        return final;
    }

    /// <summary>Whether there is any.</summary>
    public bool Any()
    {
        if (series is { Folded: { } folded, Delta: null or { Removed.Count: 0 } })
        {
            // Bounds are times of instances, so one in the range settles it.
            var span = range.Property == TimeProperty.ObservedAt ? folded.Observed : folded.Modified;
            if (range.IsUnbounded || (range.Property is TimeProperty.ObservedAt or TimeProperty.ModifiedAt && Touches(span))) return true;
        }

        return Read(new(1), out _).Count > 0;
    }

    private bool Touches(Span span) =>
        !span.IsNone && ((span.First >= range.From && span.First < range.To) || (span.Last >= range.From && span.Last < range.To));

    private void FindSources(RowOrder order)
    {
        if (series.Folded is { } folded)
        {
            foreach (var block in snapshot.Tables.BlocksOf(folded.Id, snapshot.Runs))
            {
                var span = range.SpanOf(block);
                if (!span.IsNone && order.Reaches(span)) _sources.Add(new(block.Id, order.IsBackwards ? span.Last : span.First));
            }
        }

        if (series.Delta?.Added is not { Count: > 0 } added) return;
        var all = Span.None;
        foreach (var row in added) all = all.With(order.TimeOf(row));
        _sources.Add(new(0, order.IsBackwards ? all.Last : all.First));
    }

    private void Load(Source source, RowOrder order, List<InstanceRow> into)
    {
        if (source.Block == 0)
        {
            foreach (var row in series.Delta!.Added)
            {
                if (order.Holds(row)) into.Add(row);
            }

            return;
        }

        var removed = series.Delta is { Removed.Count: > 0 } delta ? delta.Removed : null;
        foreach (ref readonly var row in snapshot.Rows(source.Block, names).AsSpan())
        {
            if (order.Holds(row) && removed?.Contains(row.Number) != true) into.Add(row);
        }
    }

    private static void Finish(List<InstanceRow> waiting, List<InstanceRow> final, RowOrder order, long nearest)
    {
        var count = 0;
        while (count < waiting.Count && order.Compare(order.TimeOf(waiting[count]), nearest) < 0) count++;
        for (var i = 0; i < count; i++) final.Add(waiting[i]);
        waiting.RemoveRange(0, count);
    }

    /// <param name="Block">0 for what is not folded yet.</param>
    /// <param name="Nearest">The first time that it may hold, in the order asked for.</param>
    private readonly record struct Source(long Block, long Nearest);
}
