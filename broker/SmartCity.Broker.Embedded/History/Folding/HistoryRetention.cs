using SmartCity.Broker.Embedded.History.Loose;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Embedded.Naming;

namespace SmartCity.Broker.Embedded.History.Folding;

/// <summary>
/// Forgets what is kept no longer, some evolutions at a time. An old block goes whole; of one that is old in part, the old part goes
/// once it is a quarter of it, so that no block is rewritten again and again. What is loose goes at once.
/// </summary>
internal sealed class HistoryRetention(
    HistoryTables tables, NameTable names, Tenants tenants, HistoryOptions options, TimeProvider time)
{
    private const int EntitiesAtOnce = 50;

    private readonly SeriesRemoval _removal = new(tables, names);
    private readonly LooseWriter _loose = new(names);
    private DateTimeOffset _lastRound;
    private long _last;
    private bool _isUnderWay;

    /// <summary>Does one step; false where nothing is to be done.</summary>
    public bool Step()
    {
        if (!_isUnderWay)
        {
            if (options.Rules.Count == 0 || time.GetUtcNow() - _lastRound < options.RetentionInterval) return false;
            (_lastRound, _last, _isUnderWay) = (time.GetUtcNow(), 0, true);
        }

        var entities = tables.EntitiesAfter(_last, EntitiesAtOnce);
        _isUnderWay = entities.Count > 0;
        if (!_isUnderWay) return false;
        _last = entities[^1].Id;
        tables.InTransaction(() =>
        {
            var runs = tables.Runs();
            foreach (var entity in entities) Forget(entity, runs);
        });
        return true;
    }

    private void Forget(FoldedEntity entity, List<long> runs)
    {
        var tenant = tenants.Find(entity.Tenant)?.Name ?? "";
        if (options.RuleFor(tenant, entity.Types.Select(type => names.FromFile(type).Iri))?.Keep is not { } keep) return;
        var until = time.GetUtcNow().UtcTicks - keep.Ticks;
        var left = ForgetLoose(entity, until);
        foreach (var series in tables.SeriesOf(entity.Id))
        {
            if (Math.Min(series.Observed.First, series.Modified.First) >= until || !_removal.RemoveBefore(series.Id, until, runs)) left++;
        }

        if (left == 0) _removal.RemoveEvolution(entity.Id, runs);
    }

    /// <returns>Zero where nothing loose is left.</returns>
    private int ForgetLoose(FoldedEntity entity, long until)
    {
        if (entity.Loose.Length == 0) return 0;
        if (LooseReader.Earliest(entity.Loose) >= until) return 1;
        var left = new List<SeriesRows>();
        foreach (var series in EntityDelta.Of(entity.Loose, [], names).Added)
        {
            series.Rows.RemoveAll(row => row.Time < until);
            if (series.Rows.Count > 0) left.Add(series);
        }

        tables.WriteLoose(entity.Id, _loose.Write(left));
        return left.Count;
    }
}
