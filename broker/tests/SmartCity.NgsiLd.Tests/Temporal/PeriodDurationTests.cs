using SmartCity.NgsiLd.Temporal;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Temporal;

/// <summary>ISO 8601 durations, and the periods that they make (ETSI GS CIM 009 4.5.19.1).</summary>
public class PeriodDurationTests
{
    public static TheoryData<string, int, string> Sound => new()
    {
        { "PT0S", 0, "00:00" },
        { "P0D", 0, "00:00" },
        { "PT15M", 0, "00:15" },
        { "PT1.5S", 0, "00:00:01.5" },
        { "PT1,5S", 0, "00:00:01.5" },
        { "P1D", 0, "1.00:00" },
        { "P2W", 0, "14.00:00" },
        { "P1M", 1, "00:00" },
        { "P1Y", 12, "00:00" },
        { "P3Y6M4DT12H30M5S", 42, "4.12:30:05" },
        { "P1DT12H", 0, "1.12:00" },
        { "PT36H", 0, "1.12:00" },
    };

    [Theory]
    [MemberData(nameof(Sound))]
    public void A_duration_is_months_and_a_rest(string text, int months, string rest)
    {
        var expected = new PeriodDuration(months, TimeSpan.Parse(rest, System.Globalization.CultureInfo.InvariantCulture).Ticks);
        Assert.Equal(expected, PeriodDuration.Parse(text).Value);
    }

    public static TheoryData<string> Wrong =>
    [
        "", "P", "PT", "1D", "P1", "P1H", "PT1D", "P1D1M", "P1M1M", "P1W1D", "P1D1W", "P1YT", "P-1D", "-P1D", "+P1D", "P1.5D", "P1D ",
        "p1d", "PT1S1H", "PT.S", "PT1.S", "PTS", "P0003-06-04T12:30:05", "P1DT1HT1M", "P99999999999999999999D", "PT1H30",
        "P10000000Y", "P100000000D",
    ];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_none_is_bad_data(string text)
    {
        var error = PeriodDuration.Parse(text).Error;

        Assert.Equal(NgsiLdErrorKind.BadRequestData, error?.Kind);
        Assert.StartsWith($"aggrPeriodDuration is '{text}', which is", error?.Detail, StringComparison.Ordinal);
    }

    public static TheoryData<string?, string> Methods => new()
    {
        { null, "aggrMethods is missing" },
        { "", "aggrMethods is missing" },
        { ",", "aggrMethods is missing" },
        { "median", "aggrMethods has 'median', which is none of totalCount, distinctCount, sum, avg, min, max, stddev, sumsq" },
        { "avg,Sum", "aggrMethods has 'Sum'" },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void Unknown_methods_are_bad_data(string? methods, string detail)
    {
        var error = Aggregation.Parse(methods, null).Error;

        Assert.Equal(NgsiLdErrorKind.BadRequestData, error?.Kind);
        Assert.StartsWith(detail, error?.Detail, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Instants => new()
    {
        // Months are counted from the first one, so that they do not drift.
        { "P1M", "2024-01-31T00:00:00Z", "2024-02-28T23:59:59Z 0 2024-01-31/2024-02-29; 2024-02-29T00:00:00Z 1 2024-02-29/2024-03-31; 2024-03-31T00:00:00Z 2 2024-03-31/2024-04-30" },
        { "P1Y", "2024-02-29T00:00:00Z", "2025-02-28T00:00:00Z 1 2025-02-28/2026-02-28; 2028-02-29T00:00:00Z 4 2028-02-29/2029-02-28" },
        { "P1W", "2026-01-01T00:00:00Z", "2026-01-08T00:00:00Z 1 2026-01-08/2026-01-15" },
        // Days of central Europe begin at 23:00 UTC in winter. A day is 24 hours, whatever the clocks do.
        { "P1D", "2026-03-27T23:00:00Z", "2026-03-29T22:30:00Z 1 2026-03-28T23/2026-03-29T23; 2026-03-29T23:00:00Z 2 2026-03-29T23/2026-03-30T23" },
        { "P1MT1H", "2026-01-01T00:00:00Z", "2026-02-01T00:59:59Z 0 2026-01-01/2026-02-01T01; 2026-02-01T01:00:00Z 1 2026-02-01T01/2026-03-01T02" },
    };

    [Theory]
    [MemberData(nameof(Instants))]
    public void Periods_follow_the_calendar(string duration, string timeAt, string expected)
    {
        var query = TemporalQueryParser.Parse("after", timeAt, null, null, null).Value;
        var periods = new Periods(PeriodDuration.Parse(duration).Value, query, 0);
        foreach (var line in expected.Split("; "))
        {
            var words = line.Split(' ');
            var index = periods.IndexOf(Ticks(words[0]));
            var (start, end) = periods.Bounds(index, 0);
            Assert.Equal(line, $"{words[0]} {index} {Text(start)}/{Text(end)}");
        }
    }

    [Fact]
    public void What_comes_before_timeAt_has_periods_that_end_there()
    {
        var query = TemporalQueryParser.Parse("before", "2026-03-31T00:00:00Z", null, null, null).Value;
        var periods = new Periods(PeriodDuration.Parse("P1M").Value, query, Ticks("2026-01-15T00:00:00Z"));

        Assert.Equal((Ticks("2026-02-28T00:00:00Z"), Ticks("2026-03-31T00:00:00Z")), periods.Bounds(periods.IndexOf(Ticks("2026-03-30T23:00:00Z")), 0));
        Assert.Equal(-2, periods.IndexOf(Ticks("2026-02-27T23:00:00Z")));
    }

    [Fact]
    public void The_last_period_ends_with_the_interval()
    {
        var query = TemporalQueryParser.Parse("between", "2026-01-01T00:00:00Z", "2026-01-10T00:00:00Z", null, null).Value;
        var periods = new Periods(PeriodDuration.Parse("P1W").Value, query, 0);

        Assert.Equal((Ticks("2026-01-08T00:00:00Z"), Ticks("2026-01-10T00:00:00Z")), periods.Bounds(1, 0));
    }

    [Theory]
    [InlineData(null, "2026-01-02T00:00:00Z", "2026-01-05T00:00:00Z")]
    [InlineData("after", "2026-01-01T00:00:00Z", "2026-01-05T00:00:00Z")]
    [InlineData("before", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z")]
    public void A_single_period_spans_what_is_asked_for(string? timerel, string start, string end)
    {
        var query = TemporalQueryParser.Parse(timerel, timerel is null ? null : "2026-01-01T00:00:00Z", null, null, null).Value;
        var periods = new Periods(default, query, Ticks("2026-01-02T00:00:00Z"));

        Assert.Equal((Ticks(start), Ticks(end)), periods.Bounds(periods.IndexOf(Ticks("2026-01-03T00:00:00Z")), Ticks("2026-01-05T00:00:00Z")));
    }

    private static long Ticks(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).UtcTicks;

    private static string Text(long ticks)
    {
        var time = new DateTime(ticks);
        return time.ToString(time.Hour == 0 ? "yyyy-MM-dd" : "yyyy-MM-ddTHH", System.Globalization.CultureInfo.InvariantCulture);
    }
}
