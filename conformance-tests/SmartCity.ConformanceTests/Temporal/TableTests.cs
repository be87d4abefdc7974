using System.Net;
using SmartCity.ConformanceTests.Broker;

namespace SmartCity.ConformanceTests.Temporal;

/// <summary>text/csv: an extension, so that it stands under no clause.</summary>
public class TableTests : TemporalTest
{
    [BrokerFact]
    public async Task Instances_are_lines_of_a_table()
    {
        await EvolveAsync("""
            {"speed":[{"type":"Property","value":10,"observedAt":"2026-01-01T10:00:00Z","unitCode":"KMH"},
                      {"type":"Property","value":20.50,"observedAt":"2026-01-01T10:10:00Z","datasetId":"urn:d:1"}],
             "note":[{"type":"Property","value":"say \"hi\", you","observedAt":"2026-01-01T10:00:00Z"},
                     {"type":"Property","value":"=1+2","observedAt":"2026-01-01T10:10:00Z"}]}
            """);
        var answer = (await GetAsync($"temporal/entities?type={Type}&{Between}", Accept("text/csv"))).Expect(HttpStatusCode.OK);
        Assert.Equal("text/csv", answer.MediaType);
        var lines = answer.Body.Split("\r\n");
        Assert.Equal("entityId,type,attribute,datasetId,observedAt,modifiedAt,value,unitCode", lines[0]);
        Assert.Equal(6, lines.Length);
        Assert.Equal("", lines[5]);
        var rows = lines[1..5].Select(line => System.Text.RegularExpressions.Regex.Replace(line, "Z,2[^,]*Z,", "Z,*,")).Order(StringComparer.Ordinal);
        string[] expected =
        [
            $"{Id},{Type},note,,2026-01-01T10:00:00Z,*,\"say \"\"hi\"\", you\",",
            $"{Id},{Type},note,,2026-01-01T10:10:00Z,*,\"'=1+2\",",
            $"{Id},{Type},speed,,2026-01-01T10:00:00Z,*,10,KMH",
            $"{Id},{Type},speed,urn:d:1,2026-01-01T10:10:00Z,*,20.50,",
        ];
        Assert.Equal(expected, rows);
    }

    [BrokerFact]
    public async Task Aggregates_are_lines_of_a_table()
    {
        await EvolveAsync(SixSpeeds);
        var query = $"temporal/entities/{Id}?{Between}&format=aggregatedValues&aggrMethods=avg,max&aggrPeriodDuration=PT30M";
        var answer = (await GetAsync(query, Accept("text/csv"))).Expect(HttpStatusCode.OK);
        Assert.Equal(
            $"entityId,type,attribute,from,to,avg,max\r\n{Id},{Type},speed,2026-01-01T10:00:00Z,2026-01-01T10:30:00Z,20,30\r\n"
            + $"{Id},{Type},speed,2026-01-01T10:30:00Z,2026-01-01T11:00:00Z,50,60\r\n",
            answer.Body);
    }

    [BrokerFact]
    public async Task Only_evolutions_are_tables() =>
        (await GetAsync("entities?type=T", Accept("text/csv"))).Expect(HttpStatusCode.NotAcceptable);

    [BrokerFact]
    public async Task The_path_of_other_temporal_services_answers_as_well()
    {
        await EvolveAsync(SixSpeeds);
        var query = $"/temporal/entities?type={Type}&lastN=2&options=temporalValues,count&pageSize=1";
        var answer = (await GetAsync(query)).Expect(HttpStatusCode.OK);
        Assert.Equal("1", answer.Header("NGSILD-Results-Count"));
        Assert.Equal(2, answer.Json[0]!["speed"]!["values"]!.AsArray().Count);
        (await GetAsync($"/temporal/entities/{Id}")).Expect(HttpStatusCode.OK);
    }
}
