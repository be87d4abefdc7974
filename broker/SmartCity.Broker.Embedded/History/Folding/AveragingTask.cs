using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Tables;

namespace SmartCity.Broker.Embedded.History.Folding;

/// <summary>What a round of averaging has to do in a series.</summary>
/// <param name="Rule">How.</param>
/// <param name="Until">The start of the first period that is not to be averaged, UTC ticks.</param>
/// <param name="DoneUntil">The same of the round before.</param>
/// <param name="DoneTo">Up to this change or write everything was in the file then.</param>
internal readonly record struct AveragingTask(AveragingRule Rule, long Until, long DoneUntil, long DoneTo)
{
    /// <summary>Whether something of a block may have to be averaged, and is worth it.</summary>
    public bool IsDue(in FoldedBlock block, HistoryTables tables)
    {
        var times = block.Times;
        if (times.First >= Until || !times.IsWorthCutting(Until)) return false;
        return times.Last >= DoneUntil || tables.LastNumberOf(block.Id) >> InstanceRow.PlaceBits > DoneTo;
    }
}
