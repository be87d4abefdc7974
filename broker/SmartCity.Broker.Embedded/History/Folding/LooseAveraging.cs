using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Loose;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.Broker.Embedded.Naming;

namespace SmartCity.Broker.Embedded.History.Folding;

/// <summary>Moves loose numbers that are to be averaged into blocks, where averaging finds them.</summary>
internal sealed class LooseAveraging(HistoryTables tables, NameTable names)
{
    private readonly LooseWriter _loose = new(names);
    private readonly RunWriting _run = new(tables, names);

    /// <param name="entities">Evolutions, each with the time before which its numbers are averaged, UTC ticks.</param>
    public void Move(List<(FoldedEntity Entity, long Until)> entities)
    {
        if (!entities.Exists(one => HasOld(one.Entity, one.Until))) return;
        _run.Begin();
        tables.InTransaction(() =>
        {
            foreach (var (entity, until) in entities)
            {
                if (HasOld(entity, until)) Move(entity, until);
            }

            _run.Write();
        });
    }

    private static bool HasOld(FoldedEntity entity, long until) =>
        entity.Loose.Length > 0 && LooseReader.Earliest(entity.Loose) < until;

    private void Move(FoldedEntity entity, long until)
    {
        var (left, isChanged) = (new List<SeriesRows>(), false);
        foreach (var series in EntityDelta.Of(entity.Loose, [], names).Added)
        {
            var old = series.Rows.FindAll(row => IsOld(in row, until));
            if (old.Count > 0)
            {
                _run.Add(entity.Id, series with { Rows = old });
                series.Rows.RemoveAll(row => IsOld(in row, until));
                isChanged = true;
            }

            if (series.Rows.Count > 0) left.Add(series);
        }

        if (isChanged) tables.WriteLoose(entity.Id, _loose.Write(left));
    }

    private static bool IsOld(in InstanceRow row, long until) => row.Time < until && InstanceMean.IsNumber(row);
}
