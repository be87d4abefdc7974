using System.Text;
using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.History.Folding;

/// <summary>
/// Puts averages in the place of numbers of a series, period by period: one a period and unitCode, at the period's start, which in all
/// else is the last of those that it stands for. A period that is so already stays untouched, so that doing it again changes nothing.
/// </summary>
internal sealed class SeriesAveraging(HistoryTables tables, NameTable names)
{
    private const int BlocksAtOnce = 256;

    private readonly BlockInsertion _insertion = new(tables, names);
    private readonly List<Loaded> _loaded = [];
    private readonly Dictionary<(long Start, string Unit), List<InstanceRow>> _periods = [];
    private readonly List<InstanceRow> _averages = [];
    private readonly HashSet<long> _replaced = [];

    /// <summary>Does a stretch of time.</summary>
    /// <param name="series">May be gone.</param>
    /// <param name="task">What is to be done.</param>
    /// <param name="from">Where it begins, UTC ticks.</param>
    /// <param name="runs">All.</param>
    /// <param name="left">Is lowered by the blocks that were read, and one more.</param>
    /// <returns>Where to go on, UTC ticks.</returns>
    public long Step(long series, AveragingTask task, long from, List<long> runs, ref int left)
    {
        left--;
        var blocks = tables.BlocksOf(series, runs);
        blocks.RemoveAll(block => block.Times.First >= task.Until || block.Times.Last < from);
        blocks.Sort((a, b) => a.Times.First.CompareTo(b.Times.First));
        var stretch = Stretch(blocks, task, from);
        if (stretch.IsNone) return task.Until;
        Load(blocks, stretch);
        left -= _loaded.Count;
        Average(task.Rule, stretch);
        if (_averages.Count > 0) Replace(series, runs);
        _loaded.Clear();
        return stretch.Last;
    }

    /// <summary>The first stretch of whole periods that has something to do in it, and no more blocks than may be held at once.</summary>
    /// <returns>From the start of a period to that of another.</returns>
    private Span Stretch(List<FoldedBlock> blocks, AveragingTask task, long from)
    {
        var (start, end) = (long.MaxValue, long.MinValue);
        foreach (var block in blocks)
        {
            if (!task.IsDue(block, tables)) continue;
            var first = task.Rule.StartOf(Math.Max(block.Times.First, from));
            if (start == long.MaxValue) start = first;
            else if (first > end) break;
            end = Math.Max(end, task.Rule.StartOf(block.Times.Last) + task.Rule.Period.Ticks);
        }

        var inside = 0;
        foreach (var block in blocks)
        {
            if (block.Times.Last < start || ++inside <= BlocksAtOnce) continue;
            end = Math.Min(end, Math.Max(start + task.Rule.Period.Ticks, task.Rule.StartOf(block.Times.First)));
            break;
        }

        return new(start, Math.Min(end, task.Until));
    }

    private void Load(List<FoldedBlock> blocks, Span stretch)
    {
        foreach (var block in blocks)
        {
            if (block.Times.First < stretch.Last && block.Times.Last >= stretch.First) _loaded.Add(new(block, Rows(block.Id)));
        }
    }

    private void Average(AveragingRule rule, Span stretch)
    {
        _averages.Clear();
        _replaced.Clear();
        _periods.Clear();
        foreach (var (_, rows) in _loaded)
        {
            var (shape, unit) = (default(PackedAttribute), "");
            foreach (ref readonly var row in rows.AsSpan())
            {
                if (row.Time < stretch.First || row.Time >= stretch.Last || !InstanceMean.IsNumber(row)) continue;
                if (!shape.IsSamePlace(row.Shape)) (shape, unit) = (row.Shape, Encoding.UTF8.GetString(row.Shape.UnitCode));
                var period = (rule.StartOf(row.Time), unit);
                if (!_periods.TryGetValue(period, out var inside)) _periods[period] = inside = [];
                inside.Add(row);
            }
        }

        foreach (var ((start, _), rows) in _periods)
        {
            if (rows.Count == 1 && rows[0].ObservedAt == start) continue;
            if (!InstanceMean.TryOf(rows, out var average)) continue;
            (average.ObservedAt, average.ObservedDecimals) = (start, 0);
            _averages.Add(average);
            foreach (var row in rows) _replaced.Add(row.Number);
        }
    }

    private void Replace(long series, List<long> runs)
    {
        foreach (var (block, rows) in _loaded)
        {
            var rest = Array.FindAll(rows, row => !_replaced.Contains(row.Number));
            if (rest.Length == rows.Length) continue;
            tables["DELETE FROM block WHERE id = ?"].Bind(1, block.Id).Run();
            if (rest.Length > 0) _insertion.Write(block.Run, series, rest);
        }

        TakeBlockBefore(series);
        _insertion.Insert(BlockInsertion.FullRun, series, _averages);
        SeriesBounds.Renew(tables, series, runs);
    }

    /// <summary>Averages fill up the block before them, since they come a few at a time.</summary>
    private void TakeBlockBefore(long series)
    {
        var first = long.MaxValue;
        foreach (var average in _averages) first = Math.Min(first, average.Time);
        var before = default(FoldedBlock);
        foreach (var block in tables.BlocksOf(series, [BlockInsertion.FullRun]))
        {
            if (block.Times.First <= first && (before.Id == 0 || block.Times.First > before.Times.First)) before = block;
        }

        if (before.Id == 0) return;
        var rows = Rows(before.Id);
        if (BlockInsertion.IsFull(rows)) return;
        tables["DELETE FROM block WHERE id = ?"].Bind(1, before.Id).Run();
        _averages.AddRange(rows);
    }

    private InstanceRow[] Rows(long block)
    {
        var statement = tables.OpenBlock(block);
        var rows = new BlockReader(statement.Blob(0)).Rows(names);
        statement.Reset();
        return rows;
    }

    private readonly record struct Loaded(FoldedBlock Block, InstanceRow[] Rows);
}
