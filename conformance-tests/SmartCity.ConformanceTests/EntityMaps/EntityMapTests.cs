using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.EntityMaps;

/// <summary>EntityMaps: made by a query or for themselves, used, read, changed and deleted (ETSI GS CIM 009 5.14).</summary>
public class EntityMapTests : BrokerTest
{
    private const string Header = "NGSILD-EntityMap";

    [BrokerFact, Clause("5.14.4"), Clause("6.34"), Clause("4.5.25"), Clause("5.14.1"), Clause("5.2.39"), Clause("6.32")]
    public async Task An_EntityMap_holds_what_a_query_finds_and_may_be_read()
    {
        await FillAsync();
        var made = (await GetAsync($"entityMaps?type={Type}&q=n>1&entityMapLifetime=PT2M&limit=1")).Expect(HttpStatusCode.Created);
        var path = made.Header(Header);
        Assert.Equal(path, made.Location);
        Assert.Equal("EntityMap", (string?)made.Json["type"]);
        Assert.EndsWith((string?)made.Json["id"] ?? "?", Uri.UnescapeDataString(path), StringComparison.Ordinal);
        Assert.Equal("2 3", Names(made));
        Assert.All(made.Json["entityMap"]!.AsObject(), entry => Assert.Equal("""["@none"]""", entry.Value!.ToJsonString()));
        Assert.InRange(Until(made), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3));

        (await GetAsync(path)).Expect(HttpStatusCode.OK).ExpectJson(made.Body);
        var ld = (await GetAsync(path, Accept(LdJson))).Expect(HttpStatusCode.OK);
        Assert.Equal(LdJson, ld.MediaType);
        Assert.NotNull(ld.Json["@context"]);
    }

    [BrokerFact, Clause("5.14.4"), Clause("6.34")]
    public async Task A_query_document_makes_one_as_well()
    {
        await FillAsync();
        var body = $$$"""{"type":"Query","entities":[{"type":"{{{Type}}}"}],"q":"n>1","csf":"a==1","splitEntities":false,"ordering":{"orderBy":["n;desc"]},"entityMapLifetime":"PT2M"}""";
        var made = (await PostAsync("entityMaps?local=true", body)).Expect(HttpStatusCode.Created);
        Assert.Equal("3 2", string.Join(' ', made.Json["entityMap"]!.AsObject().Select(entry => entry.Key.Split(':')[^1])));
        Assert.InRange(Until(made), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3));
    }

    [BrokerFact, Clause("5.7.2"), Clause("6.4"), Clause("4.3.6.7"), Clause("5.5.9")]
    public async Task A_query_gives_and_takes_an_EntityMap()
    {
        await FillAsync();
        var first = (await GetAsync($"entities?type={Type}&limit=2&entityMap=true&entityMapLifetime=PT1M")).Expect(HttpStatusCode.Created);
        var map = first.Header(Header);
        Assert.NotEmpty(map);

        // What comes later is not in it; what is gone leaves it.
        await CreateAsync(NewId(":4"), """{"n":{"type":"Property","value":4}}""");
        await DeleteAsync("entities/" + _ids[1]);
        var again = (await GetAsync($"entities?type={Type}&limit=10", (Header, map))).Expect(HttpStatusCode.OK);
        Assert.Equal(map, again.Header(Header));
        Assert.Equal("0 2 3", Ids(again));
        Assert.Equal("0 2 3", Names(await GetAsync(map)));
        var id = Uri.UnescapeDataString(map.Split('/')[^1]);
        Assert.Equal("0 2 3", Ids(await GetAsync($"entities?type={Type}", (Header, id))));
        Assert.Equal("2 3", Ids(await GetAsync($"entities?type={Type}&offset=1&limit=2", (Header, map))));
    }

    [BrokerFact, Clause("5.7.2"), Clause("6.4"), Clause("6.23")]
    public async Task Where_an_EntityMap_is_gone_a_new_one_is_made()
    {
        await FillAsync();
        const string Gone = "urn:ngsi-ld:entitymap:gone";
        var made = (await GetAsync($"entities?type={Type}", (Header, Gone))).Expect(HttpStatusCode.Created);
        Assert.NotEmpty(made.Header(Header));
        Assert.DoesNotContain(Gone, made.Header(Header), StringComparison.Ordinal);
        Assert.Equal("0 1 2 3", Ids(made));

        var body = $$"""{"type":"Query","entities":[{"type":"{{Type}}"}],"entityMap":true}""";
        var posted = (await PostAsync("entityOperations/query", body)).Expect(HttpStatusCode.Created);
        (await PatchAsync(posted.Header(Header), """{"expiresAt":"2020-01-01T00:00:00Z"}""")).Expect(HttpStatusCode.NoContent);
        (await GetAsync(posted.Header(Header))).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync($"entities?type={Type}", (Header, posted.Header(Header)))).Expect(HttpStatusCode.Created);
        (await GetAsync($"entities?type={Type}", (Header, "none"))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.7.1"), Clause("6.5")]
    public async Task A_retrieval_gives_and_takes_an_EntityMap()
    {
        await FillAsync();
        var answer = (await GetAsync($"entities/{_ids[2]}?entityMap=true")).Expect(HttpStatusCode.OK);
        var map = answer.Header(Header);
        Assert.Equal("2", Names(await GetAsync(map)));
        Assert.Equal(map, (await GetAsync($"entities/{_ids[2]}", (Header, map))).Expect(HttpStatusCode.OK).Header(Header));
        Assert.Empty((await GetAsync($"entities/{_ids[2]}")).Header(Header));
    }

    [BrokerFact, Clause("5.14.2"), Clause("6.32")]
    public async Task Its_end_may_be_moved_and_the_rest_is_the_brokers()
    {
        await FillAsync();
        var map = (await GetAsync($"entityMaps?type={Type}")).Expect(HttpStatusCode.Created).Header(Header);
        var end = DateTimeOffset.UtcNow.AddMinutes(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        (await PatchAsync(map, $$$"""{"type":"EntityMap","expiresAt":"{{{end}}}","entityMap":{"urn:x:1":["@none"]},"linkedMaps":{"a":"b"}}""")).Expect(HttpStatusCode.NoContent);
        var read = (await GetAsync(map)).Expect(HttpStatusCode.OK);
        Assert.Equal(end[..19], ((string?)read.Json["expiresAt"])?[..19]);
        Assert.Equal("0 1 2 3", Names(read));
        foreach (var wrong in (string[])["""{"expiresAt":"soon"}""", """{"expiresAt":1}""", """{"type":"Map"}""", "[]", """{"nothing":1}"""])
        {
            (await PatchAsync(map, wrong)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        }
    }

    [BrokerFact, Clause("5.14.3"), Clause("6.32"), Clause("5.14.1"), Clause("5.14.2")]
    public async Task It_may_be_deleted_and_is_then_unknown()
    {
        var map = (await GetAsync($"entityMaps?type={Type}")).Expect(HttpStatusCode.Created).Header(Header);
        Assert.Equal("", Names(await GetAsync(map)));
        (await DeleteAsync(map)).Expect(HttpStatusCode.NoContent);
        (await DeleteAsync(map)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync(map)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await PatchAsync(map, """{"expiresAt":"2100-01-01T00:00:00Z"}""")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Delete, HttpMethod.Patch])
        {
            var body = method == HttpMethod.Patch ? """{"expiresAt":"2100-01-01T00:00:00Z"}""" : null;
            (await SendAsync(method, "entityMaps/nothing", body, "application/json")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        }
    }

    [BrokerTheory, Clause("5.14.4"), Clause("6.34")]
    [InlineData("")]
    [InlineData("?id=urn:x:1")]
    [InlineData("?type=T&q=((")]
    [InlineData("?type=T&csf=((")]
    [InlineData("?type=T&id=nothing")]
    [InlineData("?type=T&georel=near")]
    [InlineData("?type=T&geometryProperty=location")]
    [InlineData("?type=T&orderBy=n")]
    [InlineData("?type=T&splitEntities=maybe")]
    [InlineData("?type=T&entityMapLifetime=long")]
    [InlineData("?type=T&entityMapLifetime=-PT1M")]
    [InlineData("?type=*&local=false")]
    public async Task What_is_no_query_makes_no_EntityMap(string query) =>
        (await GetAsync("entityMaps" + query)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");

    [BrokerTheory, Clause("5.7.2"), Clause("6.4")]
    [InlineData("entityMap=maybe")]
    [InlineData("entityMap=true&entityMapLifetime=long")]
    [InlineData("splitEntities=maybe")]
    [InlineData("csf=((")]
    public async Task What_a_query_cannot_mean_is_refused(string query) =>
        (await GetAsync($"entities?type={Type}&{query}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");

    [BrokerFact, Clause("5.5.14"), Clause("5.7.2"), Clause("5.5.9")]
    public async Task Entities_that_a_request_names_are_taken_from_the_map_and_the_rest_stays_in_it()
    {
        await FillAsync();
        var map = (await GetAsync($"entities?type={Type}&entityMap=true")).Expect(HttpStatusCode.Created).Header(Header);
        var later = NewId(":4");
        await CreateAsync(later, "{}");
        var some = (await GetAsync($"entities?type={Type}&id={_ids[3]},{_ids[1]},{later}&count=true", (Header, map))).Expect(HttpStatusCode.OK);
        Assert.Equal(("1 3", "2"), (Ids(some), some.Header("NGSILD-Results-Count")));
        Assert.Equal("3", Ids(await GetAsync($"entities?type={Type}&id={_ids[3]},{_ids[1]}&limit=1&offset=1", (Header, map))));
        Assert.Equal("0 1 2 3", Names(await GetAsync(map)));
        // What matches no more leaves it all the same.
        (await PatchAsync($"entities/{_ids[1]}/attrs/n", """{"value":100}""")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("3", Ids(await GetAsync($"entities?type={Type}&q=n<50&id={_ids[3]},{_ids[1]}", (Header, map))));
        Assert.Equal("0 2 3", Names(await GetAsync(map)));
    }

    [BrokerFact, Clause("5.14.4"), Clause("6.34"), Clause("6.35"), Clause("6.3.4"), Clause("4.3.6.8")]
    public async Task What_is_said_of_pages_is_passed_over_and_the_form_is_that_of_the_request()
    {
        await FillAsync();
        Assert.Equal("0 1 2 3", Names((await GetAsync($"entityMaps/?type={Type}&limit=1&offset=2&count=true")).Expect(HttpStatusCode.Created)));
        (await GetAsync($"temporal/entityMaps/?type={Type}&timerel=after&timeAt=2020-01-01T00:00:00Z&timeproperty=modifiedAt&limit=1")).Expect(HttpStatusCode.Created);
        (await GetAsync($"entityMaps?type={Type}", Accept(GeoJson))).Expect(HttpStatusCode.NotAcceptable);
        var ld = (await GetAsync($"entityMaps?type={Type}", Accept(LdJson))).Expect(HttpStatusCode.Created);
        Assert.Equal(LdJson, ld.MediaType);
        Assert.NotNull(ld.Json["@context"]);
        var older = (await GetAsync($"entityMaps?type={Type}", ("Prefer", "ngsi-ld=1.8"))).Expect(HttpStatusCode.Created);
        Assert.StartsWith("ngsi-ld=1.8", older.Header("Preference-Applied"), StringComparison.Ordinal);
    }

    [BrokerFact, Clause("5.5.10"), Clause("5.14.1")]
    public async Task An_EntityMap_is_its_tenants_alone()
    {
        await CreateAsync(NewId(), "{}", Tenant);
        var map = (await GetAsync($"entityMaps?type={Type}", TenantHeader(Tenant))).Expect(HttpStatusCode.Created).Header(Header);
        (await GetAsync(map)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync(map, TenantHeader(Tenant))).Expect(HttpStatusCode.OK);
    }

    private readonly List<string> _ids = [];

    private async Task FillAsync()
    {
        for (var i = 0; i < 4; i++)
        {
            _ids.Add(NewId($":{i}"));
            await CreateAsync(_ids[i], $$$"""{"n":{"type":"Property","value":{{{i}}}}}""");
        }
    }

    private static TimeSpan Until(Answer map) => DateTimeOffset.Parse((string)map.Json["expiresAt"]!, null) - DateTimeOffset.UtcNow;

    private static string Names(Answer map) =>
        string.Join(' ', map.Json["entityMap"]!.AsObject().Select(entry => entry.Key.Split(':')[^1]).Order(StringComparer.Ordinal));

    private static string Ids(Answer page) => string.Join(' ', page.Json.AsArray().Select(entity => ((string)entity!["id"]!).Split(':')[^1]));
}
