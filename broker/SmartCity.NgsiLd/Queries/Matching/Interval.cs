namespace SmartCity.NgsiLd.Queries.Matching;

/// <summary>What an operator and its values leave of an ordered set: all comparisons but those of texts and patterns.</summary>
internal readonly struct Interval<T>(T? low, bool lowIncluded, T? high, bool highIncluded)
    where T : struct, IComparable<T>
{
    public static Interval<T> Of(QOperator op, T value) => op switch
    {
        QOperator.Greater => new(value, false, null, false),
        QOperator.GreaterOrEqual => new(value, true, null, false),
        QOperator.Less => new(null, false, value, false),
        QOperator.LessOrEqual => new(null, false, value, true),
        _ => new(value, true, value, true),
    };

    public bool Includes(T value)
    {
        if (low is { } least)
        {
            var order = value.CompareTo(least);
            if (order < 0 || (order == 0 && !lowIncluded)) return false;
        }

        if (high is { } most)
        {
            var order = value.CompareTo(most);
            if (order > 0 || (order == 0 && !highIncluded)) return false;
        }

        return true;
    }
}
