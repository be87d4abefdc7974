using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Temporal;

/// <summary>EntityMaps of temporal queries (ETSI GS CIM 009 5.14.5).</summary>
public class TemporalMapTests : TemporalTest
{
    private const string Header = "NGSILD-EntityMap";

    [BrokerFact, Clause("5.14.5"), Clause("6.35"), Clause("5.14.1"), Clause("6.32")]
    public async Task A_temporal_query_makes_an_EntityMap()
    {
        await FillAsync();
        var made = (await GetAsync($"temporal/entityMaps?type={Type}&q=speed>25&{Between}&entityMapLifetime=PT2M")).Expect(HttpStatusCode.Created);
        Assert.Equal(made.Header(Header), made.Location);
        Assert.Equal("EntityMap", (string?)made.Json["type"]);
        Assert.Equal("2 3", Names(made));
        Assert.All(made.Json["entityMap"]!.AsObject(), entry => Assert.Equal("""["@none"]""", entry.Value!.ToJsonString()));
        (await GetAsync(made.Header(Header))).Expect(HttpStatusCode.OK).ExpectJson(made.Body);

        var body = $$$"""{"type":"Query","entities":[{"type":"{{{Type}}}"}],"temporalQ":{"timerel":"after","timeAt":"2026-01-01T00:00:00Z"}}""";
        Assert.Equal("1 2 3", Names((await PostAsync("temporal/entityMaps", body)).Expect(HttpStatusCode.Created)));
    }

    [BrokerFact, Clause("5.7.4"), Clause("6.18"), Clause("6.24"), Clause("5.5.14")]
    public async Task A_temporal_query_gives_and_takes_an_EntityMap()
    {
        var third = await FillAsync();
        var query = $"temporal/entities?type={Type}&{Between}&limit=2&count=true";
        var first = (await GetAsync($"{query}&entityMap=true")).Expect(HttpStatusCode.Created);
        var map = first.Header(Header);
        Assert.NotEmpty(map);
        Assert.Equal("1 2", Ends(first));
        Assert.Equal("3", first.Header("NGSILD-Results-Count"));

        // What comes later is not in it; what is gone leaves it.
        await EvolveAsync(SixSpeeds, NewId(":0"));
        (await DeleteAsync($"temporal/entities/{third}")).Expect(HttpStatusCode.NoContent);
        var second = (await GetAsync($"{query}&offset=2", (Header, map))).Expect(HttpStatusCode.OK);
        Assert.Equal(map, second.Header(Header));
        Assert.Equal("", Ends(second));
        var again = (await GetAsync(query, (Header, map))).Expect(HttpStatusCode.OK);
        Assert.Equal("1 2", Ends(again));
        Assert.Equal("2", again.Header("NGSILD-Results-Count"));

        var body = $$$"""{"type":"Query","entities":[{"type":"{{{Type}}}"}],"entityMap":true,"temporalQ":{"timerel":"after","timeAt":"2026-01-01T00:00:00Z"}}""";
        (await PostAsync("temporal/entityOperations/query", body)).Expect(HttpStatusCode.Created);
    }

    [BrokerTheory, Clause("5.14.5"), Clause("6.35")]
    [InlineData("type=$type", "timerel")]
    [InlineData("timerel=after&timeAt=2026-01-01T00:00:00Z", "type")]
    [InlineData("type=$type&timerel=after&timeAt=2026-01-01T00:00:00Z&entityMapLifetime=soon", "entityMapLifetime")]
    [InlineData("type=$type&timerel=after&timeAt=2026-01-01T00:00:00Z&pick=a{b}", "pick")]
    public async Task What_is_missing_or_wrong_is_named(string query, string named)
    {
        var answer = await GetAsync($"temporal/entityMaps?{query.Replace("$type", Type, StringComparison.Ordinal)}");
        answer.ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        Assert.Contains(named, (string?)answer.Json["detail"], StringComparison.Ordinal);
    }

    // Speeds of 20, 30 and 40; gives the id of the last one.
    private async Task<string> FillAsync()
    {
        var id = "";
        for (var i = 1; i <= 3; i++)
        {
            id = NewId($":{i}");
            await EvolveAsync($$"""{"speed":[{"type":"Property","value":{{(i + 1) * 10}},"observedAt":"2026-01-01T10:10:00Z"}]}""", id);
        }

        return id;
    }

    private static string Names(Answer map) => string.Join(' ', map.Json["entityMap"]!.AsObject().Select(entry => entry.Key.Split(':')[^1]));

    private static string Ends(Answer page) => string.Join(' ', page.Json.AsArray().Select(entity => ((string)entity!["id"]!).Split(':')[^1]));
}
