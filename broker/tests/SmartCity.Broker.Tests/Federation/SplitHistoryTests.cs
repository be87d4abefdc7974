using Xunit;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>
/// Random histories split at random over three brokers: the one that knows the others tells, filters, cuts and aggregates as one that holds
/// them all (ETSI GS CIM 009 4.5.5.3, 4.5.7, 5.7.3, 5.7.4). <see cref="SplitCity.Cities"/> of them.
/// </summary>
public sealed class SplitHistoryTests(SplitCity city) : IClassFixture<SplitCity>
{
    private const string Evolutions = "/ngsi-ld/v1/temporal/entities";

    private static readonly string[] Ranges =
    [
        "timerel=after&timeAt=2026-01-01T10:12:00Z", "timerel=before&timeAt=2026-01-01T10:20:00Z", "timerel=after&timeAt=2025-01-01T00:00:00Z",
        "timerel=between&timeAt=2026-01-01T10:05:00Z&endTimeAt=2026-01-01T10:25:00Z",
    ];

    private static readonly string[] Selections = ["type=A", "type=B", "type=A,B", "type=A&idPattern=[135]$", "type=A,B&id=urn:e:1,urn:e:2", "type=(A;B)"];

    private static readonly string[] Filters =
    [
        "", "", "", "q=a>4", "q=a", "q=a==1..6;b", "q=b<3|c==\"v1\"", "q=a.observedAt>2026-01-01T10:15:00Z",
        "georel=near;maxDistance==200000&geometry=Point&coordinates=[0,0]",
    ];

    private static readonly string[] Forms =
    [
        "", "options=temporalValues", "lastN=2", "lastN=3&format=temporalValues", "attrs=a", "pick=id,a,location", "omit=b", "datasetId=urn:d:1",
        "datasetId=@none&lastN=1", "attrs=a,b&lastN=4", "format=aggregatedValues&aggrMethods=sum,avg,totalCount,min,max&aggrPeriodDuration=PT10M",
        "format=aggregatedValues&aggrMethods=stddev,sumsq,distinctCount&aggrPeriodDuration=PT0S", "options=aggregatedValues&aggrMethods=avg&aggrPeriodDuration=PT7M&attrs=a",
    ];

    [Fact]
    public async Task Three_brokers_tell_the_histories_that_one_would_tell()
    {
        var (asked, told) = (0, 0);
        for (var seed = 2000; seed < 2000 + SplitCity.Cities(10); seed++)
        {
            var random = new Random(seed);
            Question[] questions =
            [
                .. new SplitHistoryData(seed, []).Whole.Select(entity => entity["id"]!.GetValue<string>()).Append("urn:e:nowhere").Select(id => Retrieval(random, id)),
                .. Enumerable.Range(0, 20).Select(_ => Query(random)),
            ];
            asked += questions.Length;
            told += await city.CompareAsync(seed, without => new SplitHistoryData(seed, without), questions);
        }

        Assert.True(told * 3 > asked, $"of {asked} questions only {told} have an answer");
    }

    private static Question Retrieval(Random random, string id)
    {
        string[] ranges = ["", .. Ranges];
        return new($"{Evolutions}/{id}?{Parameters(One(random, ranges), One(random, Forms))}");
    }

    private static Question Query(Random random) =>
        new($"{Evolutions}?{Parameters(One(random, Selections), One(random, Ranges), One(random, Filters), One(random, Forms), "count=true&limit=100")}");

    private static string Parameters(params string[] some) => string.Join('&', some.Where(one => one.Length > 0));

    private static string One(Random random, string[] some) => some[random.Next(some.Length)];
}
