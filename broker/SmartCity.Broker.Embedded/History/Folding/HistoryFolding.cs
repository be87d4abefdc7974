using System.Runtime.InteropServices;
using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Loose;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.Broker.Embedded.Naming;

namespace SmartCity.Broker.Embedded.History.Folding;

/// <summary>
/// Brings a generation into the file, in one transaction: whatever it is cut off at, the same generation is folded again, to the
/// same rows.
/// <list type="number">
/// <item>find each evolution, and undo what was deleted;</item>
/// <item>write its row, with the instances that stay loose;</item>
/// <item>write those of series that have grown, series by series, as a run;</item>
/// <item>move the mark.</item>
/// </list>
/// </summary>
internal sealed class HistoryFolding(HistoryTables tables, NameTable names)
{
    private readonly SeriesRemoval _removal = new(tables, names);
    private readonly Growth _growth = new();
    private readonly LooseWriter _loose = new(names);
    private readonly RunWriting _run = new(tables, names);

    public void Fold(Generation generation)
    {
        _run.Begin();
        tables.InTransaction(() =>
        {
            var foldedTo = tables.Mark(HistoryTables.FoldedTo);
            var runs = tables.Runs();
            foreach (var ((tenant, id), entries) in generation.Entities)
            {
                // After a restart the log may begin before the mark.
                var newer = entries[0].Number > foldedTo ? entries : entries.FindAll(entry => entry.Number > foldedTo);
                if (newer.Count > 0) Fold(tenant, id, newer, runs);
            }

            _run.Write();
            tables["UPDATE mark SET value = ? WHERE name = ?"].Bind(1, Math.Max(foldedTo, generation.UpTo)).Bind(2, HistoryTables.FoldedTo).Run();
        });
    }

    private void Fold(int tenant, string id, List<UnfoldedEntry> entries, List<long> runs)
    {
        var folded = tables.FindEntity(tenant, id);
        var delta = EntityDelta.Of(folded?.Loose, entries, names);
        if (folded is not null && delta.IsReset)
        {
            _removal.RemoveEvolution(folded.Id, runs);
            folded = null;
        }

        if (!(delta.IsThere ?? folded is not null)) return;
        if (folded is not null && delta.IsDestructive) Undo(folded.Id, delta, runs);
        _growth.Split(delta.Added);
        var entity = WriteEntity(tenant, id, folded, delta, _loose.Write(_growth.Loose));
        foreach (var series in _growth.Grown) _run.Add(entity, series);
    }

    private long WriteEntity(int tenant, string id, FoldedEntity? folded, EntityDelta delta, ReadOnlySpan<byte> loose)
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
            ? tables["INSERT INTO entity VALUES(NULL, ?5, ?6, ?1, ?7, ?2, ?3, ?4)"]
            : tables["UPDATE entity SET types = ?1, modified_at = ?2, deleted_at = ?3, loose = ?4 WHERE id = ?5"];
        write.Bind(1, bytes).Bind(2, modifiedAt);
        if (deletedAt == InstanceRow.None) write.BindNull(3);
        else write.Bind(3, deletedAt);
        if (loose.IsEmpty) write.BindNull(4);
        else write.Bind(4, loose);
        if (folded is null) write.Bind(5, tenant).Bind(6, id).Bind(7, delta.CreatedAt);
        else write.Bind(5, folded.Id);
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
}
