using System.Runtime.InteropServices;
using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.Naming;

namespace SmartCity.Broker.Embedded.History.Folding;

/// <summary>Writes instances of a series: full blocks where they stay, the rest into a run.</summary>
internal sealed class BlockInsertion(HistoryTables tables, NameTable names)
{
    /// <summary>Where full blocks stand.</summary>
    public const long FullRun = 0;

    private readonly BlockWriter _writer = new(names);

    /// <param name="run">For what does not fill a block.</param>
    /// <param name="series">Whose they are.</param>
    /// <param name="rows">In any order.</param>
    public void Insert(long run, long series, List<InstanceRow> rows)
    {
        Sort(rows);
        var all = CollectionsMarshal.AsSpan(rows);
        while (!all.IsEmpty)
        {
            var count = Cut(all, out var isFull);
            Write(isFull ? FullRun : run, series, all[..count]);
            all = all[count..];
        }
    }

    /// <summary>Writes one block.</summary>
    public void Write(long run, long series, Span<InstanceRow> rows)
    {
        var (observed, modified) = (Span.None, Span.None);
        var (first, last, unobserved) = (long.MaxValue, long.MinValue, 0);
        foreach (ref readonly var row in rows)
        {
            if (row.ObservedAt == InstanceRow.None) unobserved++;
            else observed = observed.With(row.ObservedAt);
            modified = modified.With(row.ModifiedAt);
            (first, last) = (Math.Min(first, row.Number), Math.Max(last, row.Number));
        }

        var insert = tables["INSERT INTO block VALUES(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"].Bind(1, run).Bind(2, series);
        if (observed.IsNone) insert.BindNull(3).BindNull(4);
        else insert.Bind(3, observed.First).Bind(4, observed.Last);
        insert.Bind(5, modified.First).Bind(6, modified.Last).Bind(7, unobserved).Bind(8, first).Bind(9, last)
            .Bind(10, _writer.Write(rows)).Run();
    }

    /// <summary>Whether there are so many that they fill a block, or more.</summary>
    public static bool IsFull(Span<InstanceRow> rows)
    {
        if (rows.IsEmpty) return false;
        Cut(rows, out var isFull);
        return isFull;
    }

    private static void Sort(List<InstanceRow> rows)
    {
        for (var i = 1; i < rows.Count; i++)
        {
            if (Compare(rows[i - 1], rows[i]) <= 0) continue;
            rows.Sort(Compare);
            return;
        }
    }

    private static int Compare(InstanceRow a, InstanceRow b) =>
        a.Time != b.Time ? a.Time.CompareTo(b.Time) : a.Number.CompareTo(b.Number);

    private static int Cut(Span<InstanceRow> rows, out bool isFull)
    {
        var bytes = 0;
        for (var count = 0; count < rows.Length; count++)
        {
            bytes += rows[count].Size;
            isFull = count + 1 == BlockForm.Full || bytes >= BlockForm.FullBytes;
            if (isFull) return count + 1;
        }

        isFull = false;
        return rows.Length;
    }
}
