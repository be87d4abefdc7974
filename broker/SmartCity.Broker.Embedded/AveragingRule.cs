namespace SmartCity.Broker.Embedded;

/// <summary>
/// Numbers that are old are replaced by their averages: <c>average by 1 hour after 30 days</c>. Periods are those of UTC: parts of a day,
/// or days, of which several are counted from a Monday, so that seven are a week.
/// </summary>
/// <param name="Period">Of which one average is kept: divides a day, or is whole days.</param>
/// <param name="After">So old a period must be as a whole.</param>
public sealed record AveragingRule(TimeSpan Period, TimeSpan After)
{
    /// <summary>What is older than this is averaged.</summary>
    /// <param name="now">UTC ticks.</param>
    /// <returns>The start of a period, UTC ticks.</returns>
    internal long Until(long now) => StartOf(Math.Max(0, now - After.Ticks));

    /// <summary>When the period of a time begins, UTC ticks.</summary>
    internal long StartOf(long time) => time - time % Period.Ticks;
}
