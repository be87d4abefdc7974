using System.Runtime.InteropServices;
using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.Broker.Embedded.Naming;

namespace SmartCity.Broker.Embedded.History.Folding;

/// <summary>
/// Brings a generation into the file, in one transaction: whatever it is cut off at, the same generation is folded again, to the
/// same blocks.
/// <list type="number">
/// <item>find or make each evolution and its series, and undo what was deleted;</item>
/// <item>write the new instances, series by series, as a run;</item>
/// <item>move the mark.</item>
/// </list>
/// </summary>
internal sealed class HistoryFolding(HistoryTables tables, NameTable names)
{
    private readonly BlockInsertion _insertion = new(tables, names);
    private readonly SeriesRemoval _removal = new(tables, names);
    private readonly List<(long Series, List<InstanceRow> Rows)> _added = [];

    public void Fold(Generation generation)
    {
        _added.Clear();
        tables.InTransaction(() =>
        {
            var foldedTo = tables.Mark(HistoryTables.FoldedTo);
            var runs = tables.Runs();
            foreach (var ((tenant, id), entries) in generation.Entities)
            {
                // After a restart the log may begin before the mark.
                Fold(tenant, id, EntityDelta.Of([.. entries.Where(entry => entry.Number > foldedTo)]), runs);
            }

            WriteRun();
            tables["UPDATE mark SET value = ? WHERE name = ?"].Bind(1, Math.Max(foldedTo, generation.UpTo)).Bind(2, HistoryTables.FoldedTo).Run();
        });
    }

    private void Fold(int tenant, string id, EntityDelta delta, List<long> runs)
    {
        if (delta.IsEmpty) return;
        var folded = tables.FindEntity(tenant, id);
        if (folded is not null && delta.IsReset)
        {
            _removal.RemoveEvolution(folded.Id, runs);
            folded = null;
        }

        if (!(delta.IsThere ?? folded is not null)) return;
        var entity = WriteEntity(tenant, id, folded, delta);
        if (folded is not null && delta.IsDestructive) Undo(entity, delta, runs);
        foreach (var ((attribute, dataset), series) in delta.Series)
        {
            if (series.Added.Count > 0) Add(entity, names.ToFile(attribute), dataset, series.Added);
        }
    }

    private long WriteEntity(int tenant, string id, FoldedEntity? folded, EntityDelta delta)
    {
        var types = new List<int>(folded?.Types ?? []);
        foreach (var type in delta.Types)
        {
            if (!types.Contains(names.ToFile(type))) types.Add(names.ToFile(type));
        }

        var deletedAt = delta.HasDeletedAt ? delta.DeletedAt : folded?.DeletedAt ?? InstanceRow.None;
        var modifiedAt = delta.ModifiedAt == InstanceRow.None ? folded!.ModifiedAt : delta.ModifiedAt;
        var bytes = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(types));
        var write = folded is null
            ? tables["INSERT INTO entity VALUES(NULL, ?4, ?5, ?1, ?6, ?2, ?3)"]
            : tables["UPDATE entity SET types = ?1, modified_at = ?2, deleted_at = ?3 WHERE id = ?4"];
        write.Bind(1, bytes).Bind(2, modifiedAt);
        if (deletedAt == InstanceRow.None) write.BindNull(3);
        else write.Bind(3, deletedAt);
        if (folded is null) write.Bind(4, tenant).Bind(5, id).Bind(6, delta.CreatedAt);
        else write.Bind(4, folded.Id);
        write.Run();
        return folded?.Id ?? tables.Connection.LastRowId;
    }

    private void Undo(long entity, EntityDelta delta, List<long> runs)
    {
        foreach (var series in tables.SeriesOf(entity))
        {
            var attribute = names.FromFile(series.Attribute);
            if (delta.IsGone(attribute, series.Dataset)) _removal.RemoveSeries(series.Id, runs);
            else if (delta.Find(attribute, series.Dataset) is { Removed.Count: > 0 } some) _removal.RemoveInstances(series.Id, some.Removed, runs);
        }
    }

    private void Add(long entity, int attribute, string dataset, List<InstanceRow> rows)
    {
        var (observed, modified) = (Span.None, Span.None);
        foreach (ref readonly var row in CollectionsMarshal.AsSpan(rows))
        {
            if (row.ObservedAt != InstanceRow.None) observed = observed.With(row.ObservedAt);
            modified = modified.With(row.ModifiedAt);
        }

        var find = tables["SELECT id FROM series WHERE entity = ? AND attribute = ? AND dataset = ?"]
            .Bind(1, entity).Bind(2, attribute).Bind(3, dataset);
        var series = find.Step() ? find.Int64(0) : 0;
        find.Reset();
        if (series == 0)
        {
            tables["INSERT INTO series(entity, attribute, dataset) VALUES(?, ?, ?)"].Bind(1, entity).Bind(2, attribute).Bind(3, dataset).Run();
            series = tables.Connection.LastRowId;
        }

        SeriesBounds.Widen(tables, series, observed, modified);
        _added.Add((series, rows));
    }

    private void WriteRun()
    {
        if (_added.Count == 0) return;
        _added.Sort((a, b) => a.Series.CompareTo(b.Series));
        tables["INSERT INTO run(level) VALUES(0)"].Run();
        var run = tables.Connection.LastRowId;
        foreach (var (series, rows) in _added) _insertion.Insert(run, series, rows);
        _added.Clear();
    }
}
