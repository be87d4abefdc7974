using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Temporal;

public class AggregationTests : TemporalTest
{
    private const string Whole = """ "2026-01-01T10:00:00Z","2026-01-01T11:00:00Z" """;

    [BrokerTheory, Clause("4.5.19"), Clause("6.3.12")]
    [InlineData("avg", "35")]
    [InlineData("sum", "210")]
    [InlineData("min", "10")]
    [InlineData("max", "60")]
    [InlineData("totalCount", "6")]
    [InlineData("distinctCount", "6")]
    [InlineData("sumsq", "9100")]
    [InlineData("stddev", "17.07825127659933")]
    public async Task Each_method_sums_up_numbers(string method, string value)
    {
        await EvolveAsync(SixSpeeds);
        await EvolvedAsync(
            $$$"""{"speed":{"type":"Property","{{{method}}}":[[{{{value}}},{{{Whole}}}]]}}""",
            $"{Between}&format=aggregatedValues&aggrMethods={method}&aggrPeriodDuration=PT0S");
    }

    [BrokerFact, Clause("4.5.19"), Clause("5.7.4")]
    public async Task Periods_begin_with_the_interval_and_gaps_are_left_out()
    {
        await EvolveAsync("""
            {"speed":[{"type":"Property","value":120,"observedAt":"2018-08-01T12:03:00Z"},
                      {"type":"Property","value":80,"observedAt":"2018-08-01T12:05:00Z"},
                      {"type":"Property","value":100,"observedAt":"2018-08-01T12:07:00Z"}]}
            """);
        var query = $"temporal/entities?type={Type}&attrs=speed&timerel=between&timeAt=2018-08-01T12:00:00Z&endTimeAt=2018-08-01T13:00:00Z"
            + "&aggrMethods=max,avg&aggrPeriodDuration=PT4M&format=aggregatedValues";
        (await GetAsync(query)).Expect(HttpStatusCode.OK).ExpectJson($$$"""
            [{"id":"{{{Id}}}","type":"{{{Type}}}","speed":{"type":"Property",
              "max":[[120,"2018-08-01T12:00:00Z","2018-08-01T12:04:00Z"],[100,"2018-08-01T12:04:00Z","2018-08-01T12:08:00Z"]],
              "avg":[[120,"2018-08-01T12:00:00Z","2018-08-01T12:04:00Z"],[90,"2018-08-01T12:04:00Z","2018-08-01T12:08:00Z"]]}}]
            """);
    }

    [BrokerFact, Clause("4.5.19")]
    public async Task Months_and_years_follow_the_calendar()
    {
        await EvolveAsync("""
            {"n":[{"type":"Property","value":1,"observedAt":"2024-01-31T00:00:00Z"},{"type":"Property","value":2,"observedAt":"2024-02-29T00:00:00Z"},
                  {"type":"Property","value":3,"observedAt":"2024-03-30T23:00:00Z"},{"type":"Property","value":4,"observedAt":"2025-01-31T00:00:00Z"}]}
            """);
        await EvolvedAsync("""
            {"n":{"type":"Property","sum":[[1,"2024-01-31T00:00:00Z","2024-02-29T00:00:00Z"],[5,"2024-02-29T00:00:00Z","2024-03-31T00:00:00Z"],
                  [4,"2025-01-31T00:00:00Z","2025-02-28T00:00:00Z"]]}}
            """, "timerel=after&timeAt=2024-01-31T00:00:00Z&format=aggregatedValues&aggrMethods=sum&aggrPeriodDuration=P1M");
        await EvolvedAsync("""
            {"n":{"type":"Property","totalCount":[[3,"2024-01-31T00:00:00Z","2025-01-31T00:00:00Z"],[1,"2025-01-31T00:00:00Z","2026-01-31T00:00:00Z"]]}}
            """, "timerel=after&timeAt=2024-01-31T00:00:00Z&format=aggregatedValues&aggrMethods=totalCount&aggrPeriodDuration=P1Y");
    }

    [BrokerTheory, Clause("4.5.19")]
    [InlineData("\"b\",\"a\",\"b\"", "\"min\":[[\"a\",#]],\"max\":[[\"b\",#]],\"distinctCount\":[[2,#]],\"totalCount\":[[3,#]]")]
    [InlineData("true,false,true", "\"avg\":[[0.6666666666666666,#]],\"sum\":[[2,#]],\"min\":[[0,#]],\"max\":[[1,#]],\"sumsq\":[[2,#]],\"distinctCount\":[[2,#]],\"totalCount\":[[3,#]],\"stddev\":[[0.4714045207910317,#]]")]
    [InlineData("[1],[1,2,3],[]", "\"avg\":[[1.3333333333333333,#]],\"sum\":[[4,#]],\"min\":[[0,#]],\"max\":[[3,#]],\"distinctCount\":[[3,#]],\"totalCount\":[[3,#]]")]
    [InlineData("{\"a\":1},{\"a\":1},{\"a\":2}", "\"distinctCount\":[[2,#]],\"totalCount\":[[3,#]]")]
    [InlineData("{\"@type\":\"DateTime\",\"@value\":\"2020-01-02T00:00:00Z\"},{\"@type\":\"DateTime\",\"@value\":\"2020-01-01T00:00:00Z\"}", "\"min\":[[\"2020-01-01T00:00:00Z\",#]],\"max\":[[\"2020-01-02T00:00:00Z\",#]],\"distinctCount\":[[2,#]],\"totalCount\":[[2,#]]")]
    [InlineData("{\"@type\":\"Time\",\"@value\":\"10:00:00Z\"},{\"@type\":\"Time\",\"@value\":\"11:00:00Z\"}", "\"avg\":[[\"10:30:00Z\",#]],\"min\":[[\"10:00:00Z\",#]],\"max\":[[\"11:00:00Z\",#]],\"distinctCount\":[[2,#]],\"totalCount\":[[2,#]]")]
    public async Task What_a_method_means_depends_on_the_data_type(string values, string expected)
    {
        var minute = 0;
        var instances = System.Text.Json.Nodes.JsonNode.Parse($"[{values}]")!.AsArray()
            .Select(value => $$$"""{"type":"Property","value":{{{value!.ToJsonString()}}},"observedAt":"2026-01-01T10:{{{minute++:00}}}:00Z"}""");
        await EvolveAsync($$$"""{"x":[{{{string.Join(",", instances)}}}]}""");
        await EvolvedAsync(
            $$$"""{"x":{"type":"Property",{{{expected.Replace("#", Whole, StringComparison.Ordinal)}}}}}""",
            $"{Between}&format=aggregatedValues&aggrMethods=avg,distinctCount,max,min,stddev,sum,sumsq,totalCount");
    }

    [BrokerFact, Clause("4.5.19")]
    public async Task Relationships_are_counted()
    {
        await EvolveAsync("""
            {"r":[{"type":"Relationship","object":"urn:x:1","observedAt":"2026-01-01T10:00:00Z"},
                  {"type":"Relationship","object":["urn:x:1","urn:x:2"],"observedAt":"2026-01-01T10:10:00Z"}]}
            """);
        await EvolvedAsync(
            $$$"""{"r":{"type":"Relationship","totalCount":[[2,{{{Whole}}}]],"distinctCount":[[2,{{{Whole}}}]]}}""",
            $"{Between}&options=aggregatedValues&aggrMethods=totalCount,distinctCount,avg");
    }

    [BrokerFact, Clause("5.7.4"), Clause("4.5.19")]
    public async Task A_requested_Attribute_that_no_method_suits_is_an_invalid_request()
    {
        await EvolveAsync("""{"name":[{"type":"Property","value":"x","observedAt":"2026-01-01T10:00:00Z"}],"n":[{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z"}]}""");
        var query = $"{Between}&format=aggregatedValues&aggrMethods=avg";
        (await GetAsync($"temporal/entities?type={Type}&{query}&attrs=name")).ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
        await EvolvedAsync($$$"""{"n":{"type":"Property","avg":[[1,{{{Whole}}}]]}}""", query);
    }

    [BrokerTheory, Clause("4.5.19"), Clause("6.18")]
    [InlineData("aggrMethods=avg&aggrPeriodDuration=1D")]
    [InlineData("aggrMethods=avg&aggrPeriodDuration=P")]
    [InlineData("aggrMethods=avg&aggrPeriodDuration=PT")]
    [InlineData("aggrMethods=avg&aggrPeriodDuration=P1H")]
    [InlineData("aggrMethods=avg&aggrPeriodDuration=P1M1Y")]
    [InlineData("aggrMethods=avg&aggrPeriodDuration=P1W1D")]
    [InlineData("aggrMethods=avg&aggrPeriodDuration=P0003-06-04T12:30:05")]
    [InlineData("aggrMethods=avg&aggrPeriodDuration=-P1D")]
    [InlineData("aggrMethods=median")]
    [InlineData("aggrMethods=avg,median")]
    [InlineData("aggrPeriodDuration=PT1H")]
    public async Task Wrong_aggregations_are_bad_data(string query)
    {
        await EvolveAsync(SixSpeeds);
        (await GetAsync($"temporal/entities/{Id}?{Between}&format=aggregatedValues&{query}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }
}
