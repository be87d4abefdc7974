using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>
/// The instances of one Attribute, summed up period by period (ETSI GS CIM 009 4.5.19), in whatever order they are given. Periods
/// without any are left out. Deletions have no value and are not given.
/// </summary>
/// <param name="aggregation">What is asked for.</param>
/// <param name="query">The interval.</param>
/// <param name="first">The earliest instance, UTC ticks: counts where the query names no beginning.</param>
/// <param name="most">Periods at most.</param>
public sealed class SeriesAggregate(Aggregation aggregation, TemporalQuery query, long first, int most)
{
    private readonly Periods _periods = new(aggregation.Period, query, first);
    private readonly Dictionary<long, PeriodSummary> _byPeriod = [];
    private readonly bool _countsDistinct = (aggregation.Methods & AggregationMethods.DistinctCount) != 0;
    private readonly List<PeriodSummary> _summaries = [];
    private PeriodSummary? _current;
    private bool _isSorted = true;
    private long _last;
    private ValueClass _classes;

    /// <summary>How many periods have instances.</summary>
    public int PeriodCount => _summaries.Count;

    /// <summary>Whether there were more periods than allowed: then it means nothing.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>What the Attribute is shown as: Relationship, or Property.</summary>
    public AttributeKind Kind { get; private set; } = AttributeKind.Property;

    /// <summary>Which of the methods that were asked for mean something for the values there are (tables 4.5.19.1-1 to -3).</summary>
    public AggregationMethods Eligible => ValueClasses.Methods(_classes) & aggregation.Methods;

    /// <summary>Adds a number, the common case, without a look at its text.</summary>
    /// <param name="ticks">Its time, UTC.</param>
    /// <param name="number">The value of a Property.</param>
    public void Add(long ticks, double number)
    {
        _classes |= ValueClass.Number;
        PeriodOf(ticks).Add(number);
    }

    /// <summary>Adds a value of any kind.</summary>
    public void Add(long ticks, in PackedAttribute instance)
    {
        var json = instance.Value;
        var kind = ValueClasses.Of(instance.Kind, json, instance.ValueType is not null, out var lexical);
        if (instance.Kind is AttributeKind.Relationship or AttributeKind.ListRelationship) Kind = AttributeKind.Relationship;
        _classes |= kind;
        PeriodOf(ticks).Add(kind, json, lexical);
    }

    /// <summary>Writes one array per method: <c>"avg":[[20.5,start,end],...],...</c> (ETSI GS CIM 009 4.5.19.0).</summary>
    internal void Write(ref Utf8Output output)
    {
        Sort();
        foreach (var (name, method) in aggregation.Each)
        {
            if ((Eligible & method) == 0) continue;
            output.Quoted(name);
            output.Raw(":["u8);
            foreach (var summary in _summaries) Write(ref output, method, summary);
            output.CloseArray();
        }
    }

    /// <summary>Each period with its bounds in UTC ticks, in order.</summary>
    internal IEnumerable<(PeriodSummary Summary, long Start, long End)> Periods()
    {
        Sort();
        foreach (var summary in _summaries)
        {
            var (start, end) = _periods.Bounds(summary.Period, _last);
            yield return (summary, start, end);
        }
    }

    private void Write(ref Utf8Output output, AggregationMethods method, PeriodSummary summary)
    {
        if (summary.TryNumber(method, out var number))
        {
            output.Raw((byte)'[');
            output.Number(number);
        }
        else if (summary.TryText(method, out var text))
        {
            output.Raw((byte)'[');
            output.Quoted(text);
        }
        else
        {
            return;
        }

        var (start, end) = _periods.Bounds(summary.Period, _last);
        output.Raw((byte)',');
        output.DateTime(start);
        output.Raw((byte)',');
        output.DateTime(end);
        output.CloseArray();
    }

    private PeriodSummary PeriodOf(long ticks)
    {
        _last = Math.Max(_last, ticks);
        var period = _periods.IndexOf(ticks);
        if (_current?.Period == period) return _current;
        if (_byPeriod.TryGetValue(period, out var known)) return _current = known;
        if (_summaries.Count >= most)
        {
            IsTooLong = true;
            return _current ??= new PeriodSummary(period, false);
        }

        _isSorted &= _summaries.Count == 0 || _summaries[^1].Period < period;
        _current = new PeriodSummary(period, _countsDistinct);
        _byPeriod.Add(period, _current);
        _summaries.Add(_current);
        return _current;
    }

    private void Sort()
    {
        if (!_isSorted) _summaries.Sort((one, other) => one.Period.CompareTo(other.Period));
        _isSorted = true;
    }
}
