using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Embedded.History.Reading;

internal static class RangeSpans
{
    /// <summary>In which times a block may hold instances of the range; none where it holds none.</summary>
    public static Span SpanOf(this InstanceRange range, in FoldedBlock block) => range.Property switch
    {
        TimeProperty.ObservedAt when range.IsUnbounded && block.HasUnobserved => block.Observed.With(block.Modified),
        TimeProperty.ObservedAt => block.Observed,
        TimeProperty.ModifiedAt => block.Modified,
        // Nothing is created after it was modified last.
        TimeProperty.CreatedAt => new(long.MinValue, block.Modified.Last),
        _ => Span.All,
    };

    public static InstanceRow[] Rows(this HistorySnapshot snapshot, long block, NameTable names)
    {
        var rows = snapshot.Tables.OpenBlock(block);
        try
        {
            return new BlockReader(rows.Blob(0)).Rows(names);
        }
        finally
        {
            rows.Reset();
        }
    }
}
