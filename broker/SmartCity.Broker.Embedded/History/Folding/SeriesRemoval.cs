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

    /// <summary>Rewrites the blocks in which they are.</summary>
    public void RemoveInstances(long series, HashSet<long> numbers, List<long> runs)
    {
        foreach (var run in runs)
        {
            var blocks = new HashSet<long>();
            foreach (var number in numbers) blocks.UnionWith(tables.BlocksWith(series, number, [run]));
            foreach (var block in blocks) Rewrite(block, run, series, numbers);
        }

        SeriesBounds.Renew(tables, series, runs);
    }

    private void Rewrite(long block, long run, long series, HashSet<long> without)
    {
        var statement = tables.OpenBlock(block);
        var rows = new BlockReader(statement.Blob(0)).Rows(names);
        statement.Reset();
        var left = Array.FindAll(rows, row => !without.Contains(row.Number));
        if (left.Length == rows.Length) return;
        tables["DELETE FROM block WHERE id = ?"].Bind(1, block).Run();
        if (left.Length > 0) _insertion.Write(run, series, left);
    }
}
