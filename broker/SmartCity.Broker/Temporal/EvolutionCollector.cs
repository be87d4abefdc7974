using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Temporal;

/// <summary>
/// Gathers the instances of one answer. Where there are more than an answer may hold, the time range shrinks until they fit: every
/// instance within what is left is there, whatever its Entity and Attribute, so that the client can go on from its end
/// (ETSI GS CIM 009 6.3.10). Without lastN the range begins with the earliest instances, with it with the latest.
/// </summary>
internal sealed class EvolutionCollector(EvolutionReader reader, TemporalRequest request, int limit)
{
    private readonly bool _backwards = request.Time.LastN is not null;
    private readonly List<Gathered> _gathered = [];
    private readonly List<TemporalHead> _heads = [];
    private int _count;
    private long _from = request.Time.From;
    private long _to = request.Time.To;
    private bool _isPartial;

    public async ValueTask AddAsync(AdmittedEvolution evolution, CancellationToken cancellation)
    {
        var head = _heads.Count;
        _heads.Add(evolution.Head);
        foreach (var (name, series) in reader.Shown(evolution.Head))
        {
            var gathered = new Gathered(head, name);
            _gathered.Add(gathered);
            if (name == TemporalEntity.Scope) await AddScopeBeforeAsync(evolution, series, gathered, cancellation);
            foreach (var one in series) await AddAsync(evolution, one, gathered, cancellation);
            if (series.Length > 1) gathered.Sort(_backwards);
            if (request.Time.LastN is { } most && gathered.Points.Count > most)
            {
                _count -= gathered.Points.Count - most;
                gathered.Points.RemoveRange(most, gathered.Points.Count - most);
            }
        }
    }

    /// <summary>What was gathered, and which part of the range it is; null where it is all.</summary>
    public (ImmutableArray<Evolution> Evolutions, PartialRange? Range) Finish()
    {
        Shrink();
        var evolutions = ImmutableArray.CreateBuilder<Evolution>(_heads.Count);
        var at = 0;
        for (var head = 0; head < _heads.Count; head++)
        {
            var attributes = ImmutableArray.CreateBuilder<EvolvedAttribute>();
            for (; at < _gathered.Count && _gathered[at].Head == head; at++)
            {
                var (name, points) = (_gathered[at].Name, _gathered[at].Points);
                IEnumerable<StoredInstance> instances = points.Select(point => point.Instance);
                if (_gathered[at].Before is { } before) instances = instances.Prepend(before);
                ImmutableArray<StoredInstance> all = [.. instances];
                if (!all.IsEmpty) attributes.Add(new(name, all, null));
            }

            evolutions.Add(new(_heads[head], attributes.DrainToImmutable()));
        }

        return (evolutions.MoveToImmutable(), _isPartial ? Range() : null);
    }

    private async ValueTask AddAsync(AdmittedEvolution evolution, TemporalSeries series, Gathered gathered, CancellationToken cancellation)
    {
        var most = request.Time.LastN ?? int.MaxValue;
        var taken = 0;
        var atOnce = Math.Min(most, limit + 1);
        await foreach (var piece in reader.ReadAsync(evolution, series, () => (_from, _to), atOnce, _backwards, cancellation))
        {
            foreach (var instance in piece)
            {
                var ticks = reader.TicksOf(instance);
                if (taken == most) return;
                taken++;
                gathered.Points.Add(new(ticks, instance));
                _count++;
            }

            if (_count > 2L * limit) Shrink();
        }
    }

    // Where a scope is asked for, so is the one that held when the interval began (C.5.16).
    private async ValueTask AddScopeBeforeAsync(
        AdmittedEvolution evolution, ImmutableArray<TemporalSeries> series, Gathered gathered, CancellationToken cancellation)
    {
        if (evolution.Timeline is null || _backwards || request.Time.From == long.MinValue) return;
        foreach (var one in series)
        {
            await foreach (var piece in reader.ReadAsync(evolution, one, () => (long.MinValue, request.Time.From), 1, true, cancellation))
            {
                if (!piece.IsEmpty) gathered.Before = piece[0];
                break;
            }
        }
    }

    private void Shrink()
    {
        if (_count <= limit) return;
        var times = new long[_count];
        var at = 0;
        foreach (var gathered in _gathered)
        {
            foreach (var point in gathered.Points) times[at++] = point.Ticks;
        }

        Array.Sort(times);
        _isPartial = true;
        if (_backwards)
        {
            // Instances of one time stay together, even where they alone are too many.
            var first = times.Length - limit;
            _from = times[first];
            if (times[first - 1] == _from && times.AsSpan(first).IndexOfAnyExcept(_from) is var next and > 0) _from = times[first + next];
        }
        else
        {
            var last = times[limit - 1];
            if (times[limit] == last && times.AsSpan(0, limit).LastIndexOfAnyExcept(last) is var before and >= 0) last = times[before];
            _to = last + 1;
        }

        _count = 0;
        foreach (var gathered in _gathered)
        {
            gathered.Points.RemoveAll(point => point.Ticks < _from || point.Ticks >= _to);
            _count += gathered.Points.Count;
        }
    }

    private PartialRange Range()
    {
        var (least, greatest) = (long.MaxValue, long.MinValue);
        foreach (var gathered in _gathered)
        {
            foreach (var point in gathered.Points) (least, greatest) = (Math.Min(least, point.Ticks), Math.Max(greatest, point.Ticks));
        }

        var time = request.Time;
        return _backwards
            ? new(time.To == long.MaxValue ? greatest : time.To, least, time.LastN)
            : new(time.From == long.MinValue ? least : time.From, greatest, null);
    }

    private sealed record Gathered(int Head, string Name)
    {
        public List<Point> Points { get; private set; } = [];

        public StoredInstance? Before { get; set; }

        public void Sort(bool backwards) => Points = backwards
            ? [.. Points.OrderByDescending(point => point.Ticks)]
            : [.. Points.OrderBy(point => point.Ticks)];
    }

    private readonly record struct Point(long Ticks, StoredInstance Instance);
}
