using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.Naming;

namespace SmartCity.Broker.Embedded.History.Folding;

/// <summary>Takes evolutions, series and single instances out of the file.</summary>
internal sealed class SeriesRemoval(HistoryTables tables, NameTable names)
{
    private readonly BlockInsertion _insertion = new(tables, names);

    public void RemoveEvolution(long entity, List<long> runs)
    {
        foreach (var series in tables.SeriesOf(entity)) RemoveSeries(series.Id, runs);
        tables["DELETE FROM entity WHERE id = ?"].Bind(1, entity).Run();
    }

    public void RemoveSeries(long series, List<long> runs)
    {
        foreach (var run in runs) tables["DELETE FROM block WHERE run = ? AND series = ?"].Bind(1, run).Bind(2, series).Run();
        tables["DELETE FROM series WHERE id = ?"].Bind(1, series).Run();
    }

    /// <summary>Removes what is older than a time, UTC ticks, as far as that is worth it.</summary>
    /// <returns>Whether nothing of the series is left.</returns>
    public bool RemoveBefore(long series, long until, List<long> runs)
    {
        var isChanged = false;
        foreach (var run in runs)
        {
            foreach (var block in tables.BlocksOf(series, [run]))
            {
                if (!block.Times.IsWorthCutting(until)) continue;
                Rewrite(block.Id, run, series, row => row.Time >= until);
                isChanged = true;
            }
        }

        return isChanged && !SeriesBounds.Renew(tables, series, runs);
    }

    /// <summary>Rewrites the blocks in which they are.</summary>
    public void RemoveInstances(long series, HashSet<long> numbers, List<long> runs)
    {
        foreach (var run in runs)
        {
            var blocks = new HashSet<long>();
            foreach (var number in numbers) blocks.UnionWith(tables.BlocksWith(series, number, [run]));
            foreach (var block in blocks) Rewrite(block, run, series, row => !numbers.Contains(row.Number));
        }

        SeriesBounds.Renew(tables, series, runs);
    }

    private void Rewrite(long block, long run, long series, Predicate<InstanceRow> keep)
    {
        var statement = tables.OpenBlock(block);
        var rows = new BlockReader(statement.Blob(0)).Rows(names);
        statement.Reset();
        var left = Array.FindAll(rows, keep);
        if (left.Length == rows.Length) return;
        tables["DELETE FROM block WHERE id = ?"].Bind(1, block).Run();
        if (left.Length > 0) _insertion.Write(run, series, left);
    }
}
