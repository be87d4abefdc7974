using System.Globalization;
using System.Text;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>
/// What the values of one period come to (ETSI GS CIM 009 4.5.19.1). Where they are of several data types, numbers and booleans
/// count for the numeric methods, else times, else texts, else the sizes of arrays.
/// </summary>
internal sealed class PeriodSummary(long period, bool countsDistinct)
{
    private NumberSummary _numbers;
    private NumberSummary _sizes;
    private NumberSummary _times;
    private HashSet<double>? _distinctNumbers;
    private DistinctTexts? _distinct;
    private (byte[] Text, long Order)? _least;
    private (byte[] Text, long Order)? _greatest;

    public long Period => period;

    public long Count { get; private set; }

    public long DistinctCount => (_distinctNumbers?.Count ?? 0) + (_distinct?.Count ?? 0);

    public void Add(double number)
    {
        Count++;
        _numbers.Add(number);
        if (countsDistinct) (_distinctNumbers ??= []).Add(number);
    }

    public void Add(ValueClass kind, ReadOnlySpan<byte> json, ReadOnlySpan<byte> lexical)
    {
        if (kind == ValueClass.Number && JsonText.TryNumber(lexical, out var number))
        {
            Add(number);
            return;
        }

        Count++;
        if (countsDistinct) AddDistinct(kind, json);
        switch (kind)
        {
            case ValueClass.Boolean:
                _numbers.Add(lexical[0] == 't' ? 1 : 0);
                break;
            case ValueClass.Array:
                _sizes.Add(Size(json));
                break;
            case ValueClass.String or ValueClass.DateTime or ValueClass.Date or ValueClass.Time:
                AddOrdered(kind, lexical);
                break;
        }
    }

    /// <summary>False where the method means nothing here, or where the number is beyond what JSON can tell.</summary>
    public bool TryNumber(AggregationMethods method, out double number)
    {
        number = 0;
        if (method == AggregationMethods.TotalCount) number = Count;
        else if (method == AggregationMethods.DistinctCount) number = DistinctCount;
        else if (_numbers.Count > 0) number = Of(_numbers, method);
        else if (_least is null && _sizes.Count > 0 && (ValueClasses.Methods(ValueClass.Array) & method) != 0) number = Of(_sizes, method);
        else return false;
        return double.IsFinite(number);
    }

    /// <summary>The unescaped text of a greatest or least one, or of an average time; false where there is none.</summary>
    public bool TryText(AggregationMethods method, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (_numbers.Count > 0) return false;
        if (method == AggregationMethods.Min && _least is { } least) text = least.Text;
        else if (method == AggregationMethods.Max && _greatest is { } greatest) text = greatest.Text;
        else if (method == AggregationMethods.Avg && _times.Count > 0) text = TimeOfDay((long)_times.Average);
        else return false;
        return true;
    }

    private static double Of(in NumberSummary numbers, AggregationMethods method) => method switch
    {
        AggregationMethods.Sum => numbers.Sum,
        AggregationMethods.Avg => numbers.Average,
        AggregationMethods.Min => numbers.Min,
        AggregationMethods.Max => numbers.Max,
        AggregationMethods.Stddev => numbers.StandardDeviation,
        _ => numbers.SumOfSquares,
    };

    private void AddOrdered(ValueClass kind, ReadOnlySpan<byte> json)
    {
        using var text = new UnescapedText(json);
        var order = 0L;
        if (kind != ValueClass.String)
        {
            var temporal = kind switch { ValueClass.DateTime => QTemporalKind.DateTime, ValueClass.Date => QTemporalKind.Date, _ => QTemporalKind.Time };
            TemporalText.TryTicks(text.Span, temporal, out order);
            if (kind == ValueClass.Time) _times.Add(order);
        }

        if (_least is not { } least || Compare(order, text.Span, least) < 0) _least = (text.Span.ToArray(), order);
        if (_greatest is not { } greatest || Compare(order, text.Span, greatest) > 0) _greatest = (text.Span.ToArray(), order);
    }

    // UTF-8 compares as code points do.
    private static int Compare(long order, ReadOnlySpan<byte> text, (byte[] Text, long Order) other) =>
        order != other.Order ? order.CompareTo(other.Order) : order != 0 ? 0 : text.SequenceCompareTo(other.Text);

    // Of a Relationship each target counts (table 4.5.19.1-3).
    private void AddDistinct(ValueClass kind, ReadOnlySpan<byte> json)
    {
        _distinct ??= new();
        if (kind != ValueClass.Relationship || !JsonText.IsArray(json))
        {
            _distinct.Add(json);
            return;
        }

        foreach (var item in new JsonItems(json)) _distinct.Add(JsonText.IsObject(item) ? StoredValue.Object(item) : item);
    }

    private static int Size(ReadOnlySpan<byte> array)
    {
        var size = 0;
        foreach (var item in new JsonItems(array)) size++;
        return size;
    }

    private static byte[] TimeOfDay(long ticks)
    {
        var time = new DateTime(ticks % TimeSpan.TicksPerDay);
        var format = ticks % TimeSpan.TicksPerSecond == 0 ? "HH:mm:ss'Z'" : "HH:mm:ss.ffffff'Z'";
        return Encoding.UTF8.GetBytes(time.ToString(format, CultureInfo.InvariantCulture));
    }
}
