using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Snapshots;

/// <summary>Every operation of the Core API and the Temporal API is to be had of a Snapshot (ETSI GS CIM 009 5.5.15, 6.3.22).</summary>
public class SnapshotOperationTests : SnapshotTest
{
    /// <summary>Each is a method, a path, a body and a status; {Id} and {Type} are the test's, {New} is an Entity that is only in the Snapshot.</summary>
    private static readonly string[] Operations =
    [
        "POST entities {\"id\":\"{New}\",\"type\":\"{Type}\",\"n\":{\"type\":\"Property\",\"value\":1}} 201",
        "POST entities {\"id\":\"{New}\",\"type\":\"{Type}\"} 409",
        "GET entities/{New} - 200",
        "GET entities?type={Type} - 200",
        "GET entities?type={Type}&count=true&limit=1 - 200",
        "POST entities/{New}/attrs {\"m\":{\"type\":\"Property\",\"value\":1}} 204",
        "PATCH entities/{New}/attrs {\"m\":{\"type\":\"Property\",\"value\":2}} 204",
        "PATCH entities/{New}/attrs/m {\"value\":3} 204",
        "PUT entities/{New}/attrs/m {\"type\":\"Property\",\"value\":4} 204",
        "DELETE entities/{New}/attrs/m - 204",
        "DELETE entities/{New}/attrs/m - 404",
        "PATCH entities/{New} {\"n\":{\"type\":\"Property\",\"value\":7}} 204",
        "PUT entities/{New} {\"id\":\"{New}\",\"type\":\"{Type}\",\"n\":{\"type\":\"Property\",\"value\":8}} 204",
        "GET types - 200",
        "GET types/{Type} - 200",
        "GET attributes - 200",
        "GET attributes/n - 200",
        "POST entityOperations/create [{\"id\":\"{New}:2\",\"type\":\"{Type}\"}] 201",
        "POST entityOperations/upsert [{\"id\":\"{New}:2\",\"type\":\"{Type}\",\"n\":{\"type\":\"Property\",\"value\":1}}] 204",
        "POST entityOperations/update [{\"id\":\"{New}:2\",\"type\":\"{Type}\",\"n\":{\"type\":\"Property\",\"value\":2}}] 204",
        "POST entityOperations/merge [{\"id\":\"{New}:2\",\"type\":\"{Type}\",\"n\":{\"type\":\"Property\",\"value\":3}}] 204",
        "POST entityOperations/query {\"type\":\"Query\",\"entities\":[{\"type\":\"{Type}\"}]} 200",
        "POST entityOperations/delete [\"{New}:2\"] 204",
        "POST temporal/entities {\"id\":\"{New}\",\"type\":\"{Type}\",\"n\":[{\"type\":\"Property\",\"value\":1,\"observedAt\":\"2026-01-01T00:00:00Z\"}]} 204",
        "POST temporal/entities/{New}/attrs {\"n\":[{\"type\":\"Property\",\"value\":2,\"observedAt\":\"2026-01-01T01:00:00Z\"}]} 204",
        "GET temporal/entities/{New} - 200",
        "GET temporal/entities?type={Type}&timerel=after&timeAt=2025-01-01T00:00:00Z - 200",
        "POST temporal/entityOperations/query {\"type\":\"Query\",\"entities\":[{\"type\":\"{Type}\"}],\"temporalQ\":{\"timerel\":\"after\",\"timeAt\":\"2025-01-01T00:00:00Z\"}} 200",
        "DELETE temporal/entities/{New}/attrs/n - 204",
        "DELETE temporal/entities/{New} - 204",
        "DELETE temporal/entities/{New} - 404",
        "GET subscriptions - 200",
        "DELETE entities/{New} - 204",
        "DELETE entities/{New} - 404",
        "DELETE entities?type={Type} - 204",
        "GET entities/{Id} - 404",
    ];

    [BrokerFact, Clause("5.5.15"), Clause("6.3.22"), Clause("4.3.7")]
    public async Task Every_operation_may_be_about_a_Snapshot_and_says_so()
    {
        await CreateAsync(One);
        var before = (await GetAsync($"entities/{Id}?options=sysAttrs")).Body;
        var status = await FreezeAsync();
        var added = NewId(":new");
        foreach (var operation in Operations)
        {
            var words = operation.Replace("{Id}", Id, StringComparison.Ordinal).Replace("{New}", added, StringComparison.Ordinal)
                .Replace("{Type}", Type, StringComparison.Ordinal).Split(' ');
            var body = words[2] == "-" ? null : words[2];
            var answer = await SendAsync(new(words[0]), words[1], body, body is null ? null : "application/json", In(status));
            Assert.True((int)answer.Status == int.Parse(words[3], System.Globalization.CultureInfo.InvariantCulture), $"{operation} is {answer.Status} {answer.Body}");
            Assert.Equal(IdOf(status), answer.Header("NGSILD-Snapshot"));
        }

        Assert.Equal(before, (await GetAsync($"entities/{Id}?options=sysAttrs")).Expect(HttpStatusCode.OK).Body);
        (await GetAsync($"entities/{added}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync($"temporal/entities/{added}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("5.5.15"), Clause("5.8.1"), Clause("5.8.2"), Clause("5.8.3"), Clause("5.8.4"), Clause("5.8.5")]
    public async Task Subscriptions_to_a_Snapshot_are_kept_in_it()
    {
        var status = await FreezeAsync();
        var (here, id) = (In(status), NewId(":subscription"));
        var subscription = $$$$"""{"id":"{{{{id}}}}","type":"Subscription","entities":[{"type":"{{{{Type}}}}"}],"notification":{"endpoint":{"uri":"http://localhost:9/n"}}}""";
        (await PostAsync("subscriptions", subscription, "application/json", here)).Expect(HttpStatusCode.Created);
        (await PostAsync("subscriptions", subscription, "application/json", here)).ExpectError(HttpStatusCode.Conflict, "AlreadyExists");
        (await PatchAsync($"subscriptions/{id}", """{"description":"tried","localOnly":false}""", "application/json", here)).Expect(HttpStatusCode.NoContent);
        Assert.Equal("tried", (string?)(await GetAsync($"subscriptions/{id}", here)).Expect(HttpStatusCode.OK).Json["description"]);
        Assert.Single((await GetAsync("subscriptions", here)).Expect(HttpStatusCode.OK).Json.AsArray());
        (await GetAsync($"subscriptions/{id}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        var other = await FreezeAsync(Document());
        (await GetAsync($"subscriptions/{id}", In(other))).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await DeleteAsync($"subscriptions/{id}", here)).Expect(HttpStatusCode.NoContent);
        (await GetAsync($"subscriptions/{id}", here)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("5.5.15"), Clause("5.14.1"), Clause("5.14.3"), Clause("5.14.4")]
    public async Task An_EntityMap_of_a_Snapshot_is_kept_in_it()
    {
        await CreateAsync(One);
        var status = await FreezeAsync();
        var here = In(status);
        var made = await GetAsync($"entities?type={Type}&entityMap=true", here);
        made.Expect(HttpStatusCode.Created);
        var map = made.Header("NGSILD-EntityMap");
        Assert.NotEmpty(map);
        (await GetAsync(map, here)).Expect(HttpStatusCode.OK);
        (await GetAsync(map)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await DeleteAsync(map, here)).Expect(HttpStatusCode.NoContent);
        (await GetAsync(map, here)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerTheory, Clause("6.3.22"), Clause("5.5.15")]
    [InlineData("nothing")]
    [InlineData("no uri")]
    public async Task A_Snapshot_is_named_by_a_URI(string name)
    {
        var answer = (await GetAsync($"entities?type={Type}", ("NGSILD-Snapshot", name))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        Assert.Equal(name, answer.Header("NGSILD-Snapshot"));
    }

    [BrokerFact, Clause("5.16.1"), Clause("5.2.23"), Clause("5.2.41")]
    public async Task A_query_may_say_how_an_answer_would_look()
    {
        await CreateAsync(One);
        var old = NewId(":old");
        await EvolveAsync(SixSpeeds, old);
        const string Answers = """ "ordering":{"orderBy":["n;desc"]},"entityMap":true,"entityMapLifetime":"PT1H" """;
        var temporal = Query("\"temporalQ\":{\"timerel\":\"after\",\"timeAt\":\"2025-01-01T00:00:00Z\"},\"aggrParams\":{\"aggrMethods\":\"sum\",\"aggrPeriodDuration\":\"PT1H\"}");
        var status = await FreezeAsync(Document(Query(Answers), $"\"snapshotTemporalQueries\":[{temporal}]"));
        Assert.Equal("success", (string?)status["snapshotStatus"]);
        Assert.Equal("n;desc", (string?)status["snapshotQueries"]![0]!["ordering"]!["orderBy"]![0]);
        Assert.Equal(("True", "PT1H"), (status["snapshotQueries"]![0]!["entityMap"]!.GetValue<bool>().ToString(), (string?)status["snapshotQueries"]![0]!["entityMapLifetime"]));
        Assert.Equal("sum", (string?)status["snapshotTemporalQueries"]![0]!["aggrParams"]!["aggrMethods"]);
        // The evolution itself is kept.
        Assert.Equal("10 20 30 40 50 60", Values((await GetAsync($"temporal/entities/{old}", In(status))).Expect(HttpStatusCode.OK).Json["speed"]));
        foreach (var wrong in (string[])["\"ordering\":[]", "\"entityMap\":\"yes\"", "\"entityMapLifetime\":\"soon\"", "\"aggrParams\":{}"])
        {
            (await PostAsync("snapshots", Document(Query(wrong)))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        }
    }

    [BrokerFact, Clause("4.8"), Clause("5.16.2")]
    public async Task To_clone_it_is_to_use_it()
    {
        var status = await FreezeAsync();
        await Task.Delay(20);
        (await PostAsync($"{PathOf(status)}/clone", """{"type":"Snapshot"}""")).Expect(HttpStatusCode.Created);
        var used = (await GetAsync(PathOf(status))).Json;
        Assert.True(string.CompareOrdinal((string)used["lastUsedAt"]!, (string)status["lastUsedAt"]!) > 0);
    }
}
