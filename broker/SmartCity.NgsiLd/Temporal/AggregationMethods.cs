namespace SmartCity.NgsiLd.Temporal;

/// <summary>ETSI GS CIM 009 4.5.19.1, in the order in which answers show them.</summary>
[Flags]
public enum AggregationMethods
{
    None = 0,
    TotalCount = 1,
    DistinctCount = 2,
    Sum = 4,
    Avg = 8,
    Min = 0x10,
    Max = 0x20,
    Stddev = 0x40,
    Sumsq = 0x80,

    /// <summary>Those that any value has.</summary>
    Counts = TotalCount | DistinctCount,
}

/// <summary>What to compute of the values of each period (ETSI GS CIM 009 4.5.19, 5.2.44).</summary>
/// <param name="Methods">At least one.</param>
/// <param name="Period">Zero for the whole time range of the query.</param>
public readonly record struct Aggregation(AggregationMethods Methods, PeriodDuration Period)
{
    private static readonly (string Name, AggregationMethods Method)[] Known =
    [
        ("totalCount", AggregationMethods.TotalCount),
        ("distinctCount", AggregationMethods.DistinctCount),
        ("sum", AggregationMethods.Sum),
        ("avg", AggregationMethods.Avg),
        ("min", AggregationMethods.Min),
        ("max", AggregationMethods.Max),
        ("stddev", AggregationMethods.Stddev),
        ("sumsq", AggregationMethods.Sumsq),
    ];

    /// <summary>Every error is BadRequestData.</summary>
    /// <param name="methods">aggrMethods: names separated by commas; null where it is absent.</param>
    /// <param name="period">aggrPeriodDuration; null for PT0S.</param>
    public static Result<Aggregation> Parse(string? methods, string? period)
    {
        var asked = AggregationMethods.None;
        foreach (var word in (methods ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Find(word) is not { } method)
                return NgsiLdError.BadRequestData($"aggrMethods has '{word}', which is none of {string.Join(", ", Known.Select(known => known.Name))}");
            asked |= method;
        }

        if (asked == AggregationMethods.None)
            return NgsiLdError.BadRequestData("aggrMethods is missing, which aggregatedValues needs (ETSI GS CIM 009 6.18.3.2)");
        if (period is null) return new Aggregation(asked, default);
        return PeriodDuration.Parse(period).TryGet(out var duration, out var error) ? new Aggregation(asked, duration) : error;
    }

    /// <summary>The methods one by one, in the order of <see cref="AggregationMethods"/>, with their names.</summary>
    public IEnumerable<(string Name, AggregationMethods Method)> Each
    {
        get
        {
            var methods = Methods;
            return Known.Where(known => (methods & known.Method) != 0);
        }
    }

    private static AggregationMethods? Find(string word)
    {
        foreach (var (name, method) in Known)
        {
            if (word == name) return method;
        }

        return null;
    }
}
