using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.Naming;

namespace SmartCity.Broker.Embedded.History.Folding;

/// <summary>
/// Merges the runs of a level into one of the next, a few series at a time: each transaction moves what these series have in all of
/// them, so that at any moment, also after a crash, everything is in exactly one place. What fills a block on the way stays there
/// for good; so an instance is rewritten as often as there are levels below its block, however slowly its series grows.
/// </summary>
internal sealed class RunMerging(HistoryTables tables, NameTable names)
{
    /// <summary>So many runs of a level are merged.</summary>
    private const int Fanout = 8;

    /// <summary>Blocks of a run to move at once: some megabytes at most.</summary>
    private const int BlocksAtOnce = 500;

    private readonly BlockInsertion _insertion = new(tables, names);

    /// <summary>Does one step; false where nothing is to be done.</summary>
    public bool Step()
    {
        var into = tables.Connection.Scalar("SELECT into_run FROM run WHERE into_run IS NOT NULL LIMIT 1");
        if (into == 0)
        {
            var level = tables.Connection.Scalar(
                $"SELECT level + 1 FROM run GROUP BY level HAVING count(*) >= {Fanout} ORDER BY level LIMIT 1") - 1;
            if (level < 0) return false;
            tables.InTransaction(() => Begin(level));
            return true;
        }

        tables.InTransaction(() => Move(into));
        return true;
    }

    private void Begin(long level)
    {
        tables["INSERT INTO run(level) VALUES(?)"].Bind(1, level + 1).Run();
        tables["UPDATE run SET into_run = ? WHERE level = ?"].Bind(1, tables.Connection.LastRowId).Bind(2, level).Run();
    }

    private void Move(long into)
    {
        var blocks = new List<Moving>();
        // Of series up to this one, all that there is has been found.
        var upTo = long.MaxValue;
        foreach (var run in Inputs(into))
        {
            var rows = tables["SELECT series, id FROM block WHERE run = ? ORDER BY series LIMIT ?"].Bind(1, run).Bind(2, BlocksAtOnce);
            var count = 0;
            for (; rows.Step(); count++) blocks.Add(new(rows.Int64(0), rows.Int64(1)));
            rows.Reset();
            if (count == BlocksAtOnce) upTo = Math.Min(upTo, blocks[^1].Series);
        }

        if (blocks.Count == 0)
        {
            tables["DELETE FROM run WHERE into_run = ?"].Bind(1, into).Run();
            return;
        }

        blocks.Sort();
        for (var start = 0; start < blocks.Count && blocks[start].Series <= upTo;)
        {
            var end = start + 1;
            while (end < blocks.Count && blocks[end].Series == blocks[start].Series) end++;
            Move(blocks, start, end, into);
            start = end;
        }
    }

    private void Move(List<Moving> blocks, int start, int end, long into)
    {
        if (end == start + 1)
        {
            tables["UPDATE block SET run = ? WHERE id = ?"].Bind(1, into).Bind(2, blocks[start].Block).Run();
            return;
        }

        var rows = new List<InstanceRow>();
        for (var i = start; i < end; i++)
        {
            var statement = tables.OpenBlock(blocks[i].Block);
            rows.AddRange(new BlockReader(statement.Blob(0)).Rows(names));
            statement.Reset();
            tables["DELETE FROM block WHERE id = ?"].Bind(1, blocks[i].Block).Run();
        }

        _insertion.Insert(into, blocks[start].Series, rows);
    }

    private List<long> Inputs(long into)
    {
        var inputs = new List<long>();
        var rows = tables["SELECT id FROM run WHERE into_run = ?"].Bind(1, into);
        while (rows.Step()) inputs.Add(rows.Int64(0));
        rows.Reset();
        return inputs;
    }

    private readonly record struct Moving(long Series, long Block) : IComparable<Moving>
    {
        public int CompareTo(Moving other) =>
            Series != other.Series ? Series.CompareTo(other.Series) : Block.CompareTo(other.Block);
    }
}
