using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Embedded.Naming;

namespace SmartCity.Broker.Embedded.History.Folding;

/// <summary>
/// Averages what is old of all evolutions, again and again, some blocks at a time. The first round looks at everything; a later one
/// at what has grown old or has come late since the one before.
/// </summary>
internal sealed class HistoryAveraging(
    HistoryTables tables, NameTable names, Tenants tenants, HistoryOptions options, TimeProvider time)
{
    private const int EntitiesAtOnce = 50;
    private const int BlocksAtOnce = 256;

    private readonly SeriesAveraging _averaging = new(tables, names);
    private readonly LooseAveraging _loose = new(tables, names);
    private readonly bool _isWanted = options.Rules.Any(rule => rule.Averaging is not null);
    private readonly List<(long Series, AveragingRule Rule)> _waiting = [];
    private long _entity;
    private long _from;
    private Round? _round;
    private Round? _before;

    /// <summary>Does one step; false where nothing is to be done.</summary>
    public bool Step()
    {
        if (_round is null)
        {
            var now = time.GetUtcNow().UtcTicks;
            if (!_isWanted || now - _before?.At < options.RetentionInterval.Ticks) return false;
            _round = new(now, tables.Mark(HistoryTables.FoldedTo));
            (_entity, _from) = (0, long.MinValue);
        }

        if (_waiting.Count > 0)
        {
            Average(_round);
            return true;
        }

        var entities = tables.EntitiesAfter(_entity, EntitiesAtOnce);
        if (entities.Count == 0)
        {
            (_before, _round) = (_round, null);
            return false;
        }

        Find(entities, _round.At);
        _entity = entities[^1].Id;
        return true;
    }

    private void Find(List<FoldedEntity> entities, long now)
    {
        var ruled = new List<(FoldedEntity Entity, AveragingRule Rule)>();
        foreach (var entity in entities)
        {
            var tenant = tenants.Find(entity.Tenant)?.Name ?? "";
            if (options.RuleFor(tenant, entity.Types.Select(type => names.FromFile(type).Iri))?.Averaging is { } rule) ruled.Add((entity, rule));
        }

        _loose.Move(ruled.ConvertAll(one => (one.Entity, one.Rule.Until(now))));
        foreach (var (entity, rule) in ruled)
        {
            foreach (var series in tables.SeriesOf(entity.Id))
            {
                if (Math.Min(series.Observed.First, series.Modified.First) < rule.Until(now)) _waiting.Add((series.Id, rule));
            }
        }
    }

    private void Average(Round round)
    {
        // What is done counts only once the transaction is through.
        var (done, from) = (0, _from);
        tables.InTransaction(() =>
        {
            var runs = tables.Runs();
            for (var left = BlocksAtOnce; left > 0 && done < _waiting.Count;)
            {
                var (series, rule) = _waiting[done];
                var doneUntil = _before is null ? long.MinValue : rule.Until(_before.At);
                var task = new AveragingTask(rule, rule.Until(round.At), doneUntil, _before?.FoldedTo ?? 0);
                from = _averaging.Step(series, task, from, runs, ref left);
                if (from < task.Until) continue;
                (done, from) = (done + 1, long.MinValue);
            }
        });
        _waiting.RemoveRange(0, done);
        _from = from;
    }

    /// <param name="At">When it began, UTC ticks.</param>
    /// <param name="FoldedTo">Up to where the log was folded then.</param>
    private sealed record Round(long At, long FoldedTo);
}
