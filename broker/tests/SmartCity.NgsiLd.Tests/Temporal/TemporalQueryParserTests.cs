using SmartCity.NgsiLd.Temporal;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Temporal;

/// <summary>From the parameters of a temporal query to its interval (ETSI GS CIM 009 4.11).</summary>
public class TemporalQueryParserTests
{
    private const string Noon = "2026-01-31T12:00:00Z";
    private const string Later = "2026-01-31T13:00:00.5Z";

    private static readonly long NoonTicks = new DateTime(2026, 1, 31, 12, 0, 0).Ticks;

    public static TheoryData<string?, string?, string?, long, long> Sound => new()
    {
        { null, null, null, long.MinValue, long.MaxValue },
        { "before", Noon, null, long.MinValue, NoonTicks },
        { "after", Noon, null, NoonTicks, long.MaxValue },
        { "between", Noon, Later, NoonTicks, NoonTicks + TimeSpan.TicksPerHour + (TimeSpan.TicksPerSecond / 2) },
    };

    [Theory]
    [MemberData(nameof(Sound))]
    public void A_relation_is_an_interval_that_includes_its_start_and_excludes_its_end(
        string? timerel, string? timeAt, string? endTimeAt, long from, long to)
    {
        var query = TemporalQueryParser.Parse(timerel, timeAt, endTimeAt, null, null).Value;

        Assert.Equal((from, to), (query.From, query.To));
        Assert.Equal(TimeProperty.ObservedAt, query.Property);
        Assert.Null(query.LastN);
    }

    public static TheoryData<string?, string?, string?, string?, string?, string> Wrong => new()
    {
        { "during", Noon, null, null, null, "timerel is 'during', which is none of before, after and between" },
        { "before", null, null, null, null, "timerel is given without timeAt" },
        { null, Noon, null, null, null, "timeAt is given without timerel" },
        { null, null, Noon, null, null, "endTimeAt is given without timerel" },
        { "after", "2026-01-31", null, null, null, "timeAt is '2026-01-31', which is no DateTime in UTC" },
        { "after", "2026-01-31T12:00:00+01:00", null, null, null, "timeAt is '2026-01-31T12:00:00+01:00', which is no DateTime in UTC" },
        { "between", Noon, null, null, null, "timerel is between, which needs endTimeAt" },
        { "between", Noon, "soon", null, null, "endTimeAt is 'soon', which is no DateTime in UTC" },
        { "between", Later, Noon, null, null, $"endTimeAt is {Noon}, which is not after timeAt, {Later}" },
        { "between", Noon, Noon, null, null, $"endTimeAt is {Noon}, which is not after timeAt, {Noon}" },
        { "after", Noon, Later, null, null, "endTimeAt is given, which timerel=after has no use for" },
        { "after", Noon, null, "expiresAt", null, "timeproperty is 'expiresAt', which is none of" },
        { "after", Noon, null, null, "0", "lastN is '0', which is no number from 1 to 2147483647" },
        { "after", Noon, null, null, "-1", "lastN is '-1'" },
        { "after", Noon, null, null, "3000000000", "lastN is '3000000000'" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_no_temporal_query_is_bad_data(
        string? timerel, string? timeAt, string? endTimeAt, string? timeproperty, string? lastN, string detail)
    {
        var error = TemporalQueryParser.Parse(timerel, timeAt, endTimeAt, timeproperty, lastN).Error;

        Assert.Equal(NgsiLdErrorKind.BadRequestData, error?.Kind);
        Assert.StartsWith(detail, error?.Detail, StringComparison.Ordinal);
    }
}
