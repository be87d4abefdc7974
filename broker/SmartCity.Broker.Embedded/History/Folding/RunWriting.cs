using System.Runtime.InteropServices;
using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Loose;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.Naming;

namespace SmartCity.Broker.Embedded.History.Folding;

/// <summary>Gathers instances of series that get blocks for them, and writes them as a run.</summary>
internal sealed class RunWriting(HistoryTables tables, NameTable names)
{
    private readonly BlockInsertion _insertion = new(tables, names);
    private readonly List<(long Series, List<InstanceRow> Rows)> _added = [];

    /// <summary>Forgets what a transaction that failed had gathered.</summary>
    public void Begin() => _added.Clear();

    /// <summary>Finds the series, or makes it.</summary>
    public void Add(long entity, in SeriesRows rows)
    {
        var (observed, modified) = (Span.None, Span.None);
        foreach (ref readonly var row in CollectionsMarshal.AsSpan(rows.Rows))
        {
            if (row.ObservedAt != InstanceRow.None) observed = observed.With(row.ObservedAt);
            modified = modified.With(row.ModifiedAt);
        }

        var attribute = names.ToFile(rows.Attribute);
        var find = tables["SELECT id FROM series WHERE entity = ? AND attribute = ? AND dataset = ?"]
            .Bind(1, entity).Bind(2, attribute).Bind(3, rows.Dataset);
        var series = find.Step() ? find.Int64(0) : 0;
        find.Reset();
        if (series == 0)
        {
            tables["INSERT INTO series(entity, attribute, dataset) VALUES(?, ?, ?)"].Bind(1, entity).Bind(2, attribute).Bind(3, rows.Dataset).Run();
            series = tables.Connection.LastRowId;
        }

        SeriesBounds.Widen(tables, series, observed, modified);
        _added.Add((series, rows.Rows));
    }

    public void Write()
    {
        if (_added.Count == 0) return;
        _added.Sort((a, b) => a.Series.CompareTo(b.Series));
        tables["INSERT INTO run(level) VALUES(0)"].Run();
        var run = tables.Connection.LastRowId;
        foreach (var (series, rows) in _added) _insertion.Insert(run, series, rows);
        _added.Clear();
    }
}
