namespace SmartCity.NgsiLd.Temporal;

/// <summary>Numbers summed up one by one: the sum with the rounding errors carried along (Neumaier), the spread after Welford.</summary>
internal struct NumberSummary
{
    private double _sum;
    private double _lost;
    private double _mean;
    private double _squaredDeviations;

    public long Count { get; private set; }

    public double Min { get; private set; }

    public double Max { get; private set; }

    public double SumOfSquares { get; private set; }

    public readonly double Sum => _sum + _lost;

    public readonly double Average => Sum / Count;

    /// <summary>Of the values themselves, as of a whole population.</summary>
    public readonly double StandardDeviation => Math.Sqrt(_squaredDeviations / Count);

    public void Add(double value)
    {
        if (Count == 0) (Min, Max) = (value, value);
        else if (value < Min) Min = value;
        else if (value > Max) Max = value;
        Count++;
        var sum = _sum + value;
        _lost += Math.Abs(_sum) >= Math.Abs(value) ? _sum - sum + value : value - sum + _sum;
        _sum = sum;
        SumOfSquares += value * value;
        var deviation = value - _mean;
        _mean += deviation / Count;
        _squaredDeviations += deviation * (value - _mean);
    }
}
