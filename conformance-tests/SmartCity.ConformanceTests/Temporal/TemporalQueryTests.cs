using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Temporal;

public class TemporalQueryTests : TemporalTest
{
    [BrokerTheory, Clause("5.7.3"), Clause("4.11"), Clause("6.19")]
    [InlineData("", "10 20 30 40 50 60")]
    [InlineData("timerel=before&timeAt=2026-01-01T10:20:00Z", "10 20")]
    [InlineData("timerel=after&timeAt=2026-01-01T10:20:00Z", "30 40 50 60")]
    [InlineData("timerel=between&timeAt=2026-01-01T10:20:00Z&endTimeAt=2026-01-01T10:40:00Z", "30 40")]
    [InlineData("timerel=after&timeAt=2026-01-01T10:20:00Z&timeproperty=observedAt", "30 40 50 60")]
    [InlineData("timerel=before&timeAt=2026-01-02T00:00:00Z&timeproperty=observedAt&lastN=2", "60 50")]
    [InlineData("lastN=1", "60")]
    [InlineData("timerel=before&timeAt=2026-01-01T10:30:00Z&lastN=2", "30 20")]
    [InlineData("timerel=after&timeAt=2026-01-01T10:30:00Z&lastN=10", "60 50 40")]
    [InlineData("timerel=after&timeAt=2025-01-01T00:00:00Z&timeproperty=createdAt", "10 20 30 40 50 60")]
    public async Task Time_selects_instances(string query, string values)
    {
        await EvolveAsync(SixSpeeds);
        Assert.Equal(values, await ValuesAsync("speed", query));
    }

    [BrokerTheory, Clause("4.11"), Clause("5.7.4"), Clause("5.7.3")]
    [InlineData("timerel=during&timeAt=2026-01-01T10:00:00Z")]
    [InlineData("timerel=before")]
    [InlineData("timeAt=2026-01-01T10:00:00Z")]
    [InlineData("timerel=before&timeAt=yesterday")]
    [InlineData("timerel=between&timeAt=2026-01-01T10:00:00Z")]
    [InlineData("timerel=between&timeAt=2026-01-01T10:00:00Z&endTimeAt=soon")]
    [InlineData("timerel=between&timeAt=2026-01-01T10:00:00Z&endTimeAt=2026-01-01T09:00:00Z")]
    [InlineData("timerel=between&timeAt=2026-01-01T10:00:00Z&endTimeAt=2026-01-01T10:00:00Z")]
    [InlineData("timerel=before&timeAt=2026-01-01T10:00:00Z&timeproperty=birthday")]
    [InlineData("timerel=before&timeAt=2026-01-01T10:00:00Z&lastN=0")]
    [InlineData("timerel=before&timeAt=2026-01-01T10:00:00Z&lastN=many")]
    public async Task A_wrong_temporal_query_is_bad_data(string query)
    {
        await EvolveAsync(SixSpeeds);
        (await GetAsync($"temporal/entities/{Id}?{query}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await GetAsync($"temporal/entities?type={Type}&{query}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.7.3"), Clause("6.19")]
    public async Task What_is_not_there_is_not_found()
    {
        (await GetAsync($"temporal/entities/{Id}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync("temporal/entities/nouri")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        await EvolveAsync(SixSpeeds);
        (await GetAsync($"temporal/entities/{Id}?timerel=after&timeAt=2030-01-01T00:00:00Z")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync($"temporal/entities/{Id}?attrs=load")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync($"temporal/entities/{Id}?what=ever")).ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
    }

    private async Task FourCarsAsync()
    {
        await EvolveAsync("""
            {"speed":[{"type":"Property","value":10,"observedAt":"2026-01-01T10:00:00Z"},{"type":"Property","value":90,"observedAt":"2026-01-01T12:00:00Z"}],
             "brand":[{"type":"Property","value":"Tesla","observedAt":"2026-01-01T10:00:00Z"}],
             "location":[{"type":"GeoProperty","value":{"type":"Point","coordinates":[8,40]},"observedAt":"2026-01-01T10:00:00Z"},
                         {"type":"GeoProperty","value":{"type":"Point","coordinates":[20,40]},"observedAt":"2026-01-01T12:00:00Z"}]}
            """, NewId(":a"));
        await EvolveAsync("""
            {"speed":[{"type":"Property","value":50,"observedAt":"2026-01-01T10:10:00Z"},{"type":"Property","value":70,"observedAt":"2026-01-01T10:20:00Z"}],
             "brand":[{"type":"Property","value":"Fiat","observedAt":"2026-01-01T10:00:00Z"}],
             "location":[{"type":"GeoProperty","value":{"type":"Point","coordinates":[20,40]},"observedAt":"2026-01-01T10:00:00Z"}],
             "scope":[{"type":"Property","value":"/Madrid/Centro","observedAt":"2026-01-01T09:00:00Z"}]}
            """, NewId(":b"));
        await EvolveAsync("""
            {"speed":[{"type":"Property","value":30,"observedAt":"2026-01-01T10:10:00Z"},{"type":"Property","value":35,"observedAt":"2026-01-01T10:30:00Z"}],
             "scope":[{"type":"Property","value":["/Madrid/Centro","/Company"],"observedAt":"2026-01-01T10:20:00Z"}]}
            """, NewId(":c"));
        await EvolveAsync("""{"load":[{"type":"Property","value":1,"observedAt":"2026-01-02T00:00:00Z"}]}""", NewId(":d"));
    }

    [BrokerFact, Clause("5.7.4"), Clause("6.18"), Clause("4.9"), Clause("4.10")]
    public async Task Queries_select_Entities_by_what_they_were_in_the_interval()
    {
        await FourCarsAsync();
        (string Query, string Found)[] table =
        [
            (Between, "a b c"),
            ("timerel=after&timeAt=2026-01-01T00:00:00Z", "a b c d"),
            ("timerel=before&timeAt=2026-01-01T10:00:00Z", "b"),
            ("timerel=after&timeAt=2026-01-01T00:00:00Z&attrs=speed", "a b c"),
            ("timerel=after&timeAt=2026-01-01T00:00:00Z&pick=id,load", "d"),
            ($"{Between}&q=speed>20", "b c"),
            ("timerel=after&timeAt=2026-01-01T00:00:00Z&q=speed>80", "a"),
            ($"{Between}&q=speed>80", ""),
            ($"{Between}&q=brand==\"Tesla\"|speed>60", "a b"),
            ($"{Between}&q=brand==\"Fiat\";speed==50..55", "b"),
            ($"{Between}&q=brand!=\"Fiat\"", "a"),
            ($"{Between}&q=speed.observedAt>2026-01-01T10:25:00Z", "c"),
            ($"{Between}&georel=near;maxDistance==1000&geometry=Point&coordinates=[8,40]", "a"),
            ($"{Between}&georel=near;maxDistance==1000&geometry=Point&coordinates=[20,40]", "b"),
            ("timerel=after&timeAt=2026-01-01T00:00:00Z&georel=near;maxDistance==1000&geometry=Point&coordinates=[20,40]", "a b"),
            ($"{Between}&scopeQ=/Madrid/%23", "b c"),
            ($"{Between}&scopeQ=/Company", "c"),
            ("timerel=between&timeAt=2026-01-01T10:00:00Z&endTimeAt=2026-01-01T10:15:00Z&scopeQ=/Madrid/Centro", "b"),
            ($"{Between}&idPattern=.*:a$", "a"),
        ];
        foreach (var (query, found) in table)
        {
            var escaped = query.Replace("\"", "%22", StringComparison.Ordinal).Replace(">", "%3E", StringComparison.Ordinal);
            Assert.Equal((query, found), (query, await FindEvolutionsAsync(escaped)));
        }
    }

    [BrokerFact, Clause("5.7.4"), Clause("4.19")]
    public async Task Only_instances_that_meet_the_filters_are_shown()
    {
        await FourCarsAsync();
        (string Query, string End, string Values)[] table =
        [
            ($"{Between}&attrs=speed&q=speed%3E60", "b", "70"),
            ($"{Between}&attrs=speed&q=brand==%22Fiat%22", "b", "50 70"),
            // After the scope has become valid (C.5.16).
            ($"{Between}&attrs=speed,scope&scopeQ=/Madrid/Centro", "c", "35"),
            ($"{Between}&attrs=speed,scope&scopeQ=/Madrid/Centro", "b", "50 70"),
        ];
        foreach (var (query, end, values) in table)
        {
            var answer = (await GetAsync($"temporal/entities?type={Type}&{query}")).Expect(HttpStatusCode.OK);
            var entity = answer.Json.AsArray().Single(entity => ((string)entity!["id"]!).EndsWith(":" + end, StringComparison.Ordinal))!;
            Assert.Equal((query, values), (query, Values(entity["speed"])));
            Assert.Null(entity["brand"]);
        }
    }

    [BrokerFact, Clause("5.7.4"), Clause("6.18")]
    public async Task Queries_without_time_or_too_wide_ones_or_with_links_are_bad_data()
    {
        string[] table =
        [
            $"type={Type}",
            Between,
            $"type={Type}&{Between}&q=owner%7Bage%7D%3E5",
            $"type={Type}&{Between}&pick=owner%7Bage%7D",
            $"type={Type}&{Between}&q=speed=",
            $"type={Type}&{Between}&georel=near;maxDistance==-1&geometry=Point&coordinates=[0,0]",
            $"id=nouri&type={Type}&{Between}",
        ];
        foreach (var query in table) (await GetAsync($"temporal/entities?{query}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await GetAsync($"temporal/entities?type={Type}&{Between}&colour=red")).ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
        (await GetAsync($"temporal/entities?type={Type}&{Between}&format=fancy")).ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
    }

    [BrokerFact, Clause("5.7.4"), Clause("5.5.9"), Clause("6.3.10"), Clause("6.3.13")]
    public async Task Pages_of_Entities_link_to_each_other_and_are_counted()
    {
        for (var i = 0; i < 5; i++) await EvolveAsync(SixSpeeds, NewId(":" + i));
        var first = (await GetAsync($"temporal/entities?type={Type}&{Between}&limit=2&count=true&attrs=speed")).Expect(HttpStatusCode.OK);
        Assert.Equal(2, first.Json.AsArray().Count);
        Assert.Equal("5", first.Header("NGSILD-Results-Count"));
        Assert.Contains("rel=\"next\"", first.Header("Link"), StringComparison.Ordinal);
        Assert.DoesNotContain("rel=\"prev\"", first.Header("Link"), StringComparison.Ordinal);
        var all = new List<string>();
        for (var path = $"temporal/entities?type={Type}&{Between}&limit=2"; ;)
        {
            var page = (await GetAsync(path)).Expect(HttpStatusCode.OK);
            all.AddRange(page.Json.AsArray().Select(entity => (string)entity!["id"]!));
            var next = page.Header("Link").Split(',').FirstOrDefault(link => link.Contains("rel=\"next\"", StringComparison.Ordinal));
            if (next is null) break;
            path = next.Split('<', '>')[1];
        }

        Assert.Equal(5, all.Distinct().Count());
        var counted = (await GetAsync($"temporal/entities?type={Type}&{Between}&limit=0&count=true")).Expect(HttpStatusCode.OK);
        Assert.Equal(("5", 0), (counted.Header("NGSILD-Results-Count"), counted.Json.AsArray().Count));
        (await GetAsync($"temporal/entities?type={Type}&{Between}&limit=0")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.7.4"), Clause("5.2.21"), Clause("5.2.44"), Clause("6.24")]
    public async Task A_query_may_be_a_document()
    {
        await FourCarsAsync();
        var body = $$$"""
            {"type":"Query","entities":[{"type":"{{{Type}}}"}],"q":"speed>20","attrs":["speed"],
             "temporalQ":{"timerel":"between","timeAt":"2026-01-01T10:00:00Z","endTimeAt":"2026-01-01T11:00:00Z","lastN":1}}
            """;
        var answer = (await PostAsync("temporal/entityOperations/query", body)).Expect(HttpStatusCode.OK);
        Assert.Equal("35 70", string.Join(" ", answer.Json.AsArray().Select(entity => Values(entity!["speed"])).Order()));
        var aggregated = (await PostAsync("temporal/entityOperations/query?format=aggregatedValues", $$$"""
            {"type":"Query","entities":[{"type":"{{{Type}}}","id":"{{{(string)answer.Json[0]!["id"]!}}}"}],"attrs":["speed"],
             "aggrParams":{"aggrMethods":"max","aggrPeriodDuration":"PT1H"},
             "temporalQ":{"timerel":"between","timeAt":"2026-01-01T10:00:00Z","endTimeAt":"2026-01-01T11:00:00Z"}}
            """)).Expect(HttpStatusCode.OK);
        Assert.Single(aggregated.Json[0]!["speed"]!["max"]!.AsArray());
        string[] wrong =
        [
            $$$"""{"type":"Query","entities":[{"type":"{{{Type}}}"}]}""",
            $$$"""{"type":"Query","entities":[{"type":"{{{Type}}}"}],"temporalQ":{"timerel":"between"}}""",
            $$$"""{"type":"Query","entities":[{"type":"{{{Type}}}"}],"temporalQ":{"what":"ever"}}""",
            $$$"""{"entities":[{"type":"{{{Type}}}"}],"temporalQ":{"timerel":"before","timeAt":"2026-01-01T10:00:00Z"}}""",
        ];
        foreach (var one in wrong) (await PostAsync("temporal/entityOperations/query", one)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.7.3"), Clause("5.7.4"), Clause("4.5.5")]
    public async Task datasetId_selects_instances()
    {
        await EvolveAsync("""
            {"speed":[{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z"},
                      {"type":"Property","value":2,"observedAt":"2026-01-01T10:05:00Z","datasetId":"urn:d:1"},
                      {"type":"Property","value":3,"observedAt":"2026-01-01T10:10:00Z","datasetId":"urn:d:2"}],
             "load":[{"type":"Property","value":4,"observedAt":"2026-01-01T10:00:00Z"}]}
            """);
        Assert.Equal("1 2 3", await ValuesAsync("speed", ""));
        Assert.Equal("2", await ValuesAsync("speed", "datasetId=urn:d:1"));
        Assert.Equal("1 3", await ValuesAsync("speed", "datasetId=@none,urn:d:2"));
        Assert.Equal("3", await ValuesAsync("speed", "lastN=1"));
        var only = await EvolutionAsync("datasetId=urn:d:1");
        Assert.Equal(["speed"], only.Select(member => member.Key));
    }

    [BrokerFact, Clause("5.7.4"), Clause("4.23")]
    public async Task Entities_are_ordered_by_id_alone_and_only_locally()
    {
        var ids = new[] { NewId(":c"), NewId(":a"), NewId(":b") };
        foreach (var id in ids) await EvolveAsync(SixSpeeds, id);
        foreach (var (orderBy, expected) in new[] { ("id", ids.Order(StringComparer.Ordinal)), ("id;desc", ids.OrderDescending(StringComparer.Ordinal)) })
        {
            var answer = (await GetAsync($"temporal/entities?type={Type}&{Between}&local=true&orderBy={orderBy}")).Expect(HttpStatusCode.OK);
            Assert.Equal(expected, answer.Json.AsArray().Select(entity => (string)entity!["id"]!));
        }

        foreach (var query in new[] { "orderBy=id", "local=true&orderBy=speed", "local=true&orderBy=id,speed", "local=true&orderBy=id&collation=not%20one" })
        {
            (await GetAsync($"temporal/entities?type={Type}&{Between}&{query}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        }
    }

    [BrokerFact, Clause("4.21"), Clause("5.7.3")]
    public async Task pick_omit_and_attrs_choose_members()
    {
        await EvolveAsync("""
            {"a":[{"type":"Property","value":1}],"b":[{"type":"Property","value":2}],"scope":[{"type":"Property","value":"/x"}]}
            """);
        (string Query, string Members)[] table =
        [
            ("", "a b id scope type"),
            ("attrs=a", "a id type"),
            ("attrs=a,scope", "a id scope type"),
            ("pick=a", "a"),
            ("pick=id,b", "b id"),
            ("pick=id,scope", "id scope"),
            ("omit=a,scope", "b id type"),
            ("pick=a,b&omit=b", "a"),
        ];
        foreach (var (query, members) in table)
        {
            var evolution = (await GetAsync($"temporal/entities/{Id}?{query}")).Expect(HttpStatusCode.OK).Json.AsObject();
            Assert.Equal((query, members), (query, string.Join(" ", evolution.Select(member => member.Key).Order())));
        }
    }
}
