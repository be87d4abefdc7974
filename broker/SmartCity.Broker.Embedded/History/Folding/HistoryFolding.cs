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
/// <item>find each evolution; go through those that are there in the order of their rows, so that no page is written twice, and then
/// through those that are new in the order in which they came;</item>
/// <item>undo what was deleted of it, and write its row, with the instances that stay loose;</item>
/// <item>write those of series that have grown, series by series, as a run;</item>
/// <item>move the mark.</item>
/// </list>
/// </summary>
internal sealed class HistoryFolding(HistoryTables tables, NameTable names)
{
    private const long NoRow = long.MaxValue;

    private readonly SeriesRemoval _removal = new(tables, names);
    private readonly Growth _growth = new();
    private readonly LooseWriter _loose = new(names);
    private readonly RunWriting _run = new(tables, names);
    private readonly List<(long Row, int Came, int Tenant, string Id, List<UnfoldedEntry> Entries)> _found = [];

    public void Fold(Generation generation)
    {
        _run.Begin();
        tables.InTransaction(() =>
        {
            var foldedTo = tables.Mark(HistoryTables.FoldedTo);
            var runs = tables.Runs();
            Find(generation);
            foreach (var (row, _, tenant, id, entries) in _found)
            {
                // After a restart the log may begin before the mark.
                var newer = entries[0].Number > foldedTo ? entries : entries.FindAll(entry => entry.Number > foldedTo);
                if (newer.Count > 0) Fold(tenant, id, row == NoRow ? null : tables.FindEntity(row), newer, runs);
            }

            _found.Clear();
            _run.Write();
            tables["UPDATE mark SET value = ? WHERE name = ?"].Bind(1, Math.Max(foldedTo, generation.UpTo)).Bind(2, HistoryTables.FoldedTo).Run();
        });
    }

    private void Find(Generation generation)
    {
        _found.Clear();
        foreach (var ((tenant, id), entries) in generation.Entities)
        {
            _found.Add((tables.FindEntityId(tenant, id) ?? NoRow, _found.Count, tenant, id, entries));
        }

        _found.Sort((a, b) => a.Row != b.Row ? a.Row.CompareTo(b.Row) : a.Came.CompareTo(b.Came));
    }

    private void Fold(int tenant, string id, FoldedEntity? folded, List<UnfoldedEntry> entries, List<long> runs)
    {
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
