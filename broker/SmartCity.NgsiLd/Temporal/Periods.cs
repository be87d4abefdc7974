namespace SmartCity.NgsiLd.Temporal;

/// <summary>
/// The periods of an aggregation (ETSI GS CIM 009 4.5.19): one after the other from timeAt on, and backwards from it where what
/// came before timeAt is asked for. Boundaries are counted from timeAt, so that months from the 31st on do not drift. All
/// times are UTC ticks.
/// </summary>
public sealed class Periods
{
    private readonly PeriodDuration _duration;
    private readonly DateTime _origin;
    private readonly long _from;
    private readonly long _to;

    // The period that was asked for last: instances come in order.
    private long _index;
    private long _start = long.MaxValue;
    private long _end = long.MinValue;

    /// <param name="duration">How long one is; zero for a single one.</param>
    /// <param name="query">The interval.</param>
    /// <param name="first">The earliest instance: where the query names no beginning, the first period begins with it.</param>
    public Periods(PeriodDuration duration, TemporalQuery query, long first)
    {
        _duration = duration;
        _from = query.From == long.MinValue ? first : query.From;
        _to = query.To;
        _origin = new DateTime(query.Relation == TimeRelation.Before ? _to : _from, DateTimeKind.Utc);
    }

    /// <summary>The period that an instant of the interval is in: ascending with time, negative before timeAt.</summary>
    public long IndexOf(long ticks)
    {
        if (_duration.IsZero) return 0;
        if (ticks >= _start && ticks < _end) return _index;
        _index = Find(ticks);
        (_start, _end) = (Boundary(_index), Boundary(_index + 1));
        return _index;
    }

    /// <summary>Where a period begins and ends: never later than the interval of the query.</summary>
    /// <param name="index">The period.</param>
    /// <param name="last">The latest instance: ends a single period where the query names no end.</param>
    public (long Start, long End) Bounds(long index, long last) => _duration.IsZero
        ? (_from, _to == long.MaxValue ? last : _to)
        : (Boundary(index), Math.Min(Boundary(index + 1), _to));

    private long Find(long ticks)
    {
        if (_duration.Months == 0)
        {
            var (whole, rest) = Math.DivRem(ticks - _origin.Ticks, _duration.Ticks);
            return rest < 0 ? whole - 1 : whole;
        }

        // Months have 28 to 31 days: a guess that is never far off.
        var average = _duration.Months * 30.436875 * TimeSpan.TicksPerDay + _duration.Ticks;
        var index = (long)Math.Floor((ticks - _origin.Ticks) / average);
        while (Boundary(index) > ticks) index--;
        while (Boundary(index + 1) <= ticks) index++;
        return index;
    }

    private long Boundary(long index)
    {
        var months = (decimal)_duration.Months * index;
        var years = _origin.Year + months / 12;
        if (years < 1) return DateTime.MinValue.Ticks;
        if (years >= 9999) return DateTime.MaxValue.Ticks;
        var start = _duration.Months == 0 ? _origin : _origin.AddMonths((int)months);
        var ticks = start.Ticks + (decimal)_duration.Ticks * index;
        return ticks >= DateTime.MaxValue.Ticks ? DateTime.MaxValue.Ticks : ticks <= 0 ? 0 : (long)ticks;
    }
}
