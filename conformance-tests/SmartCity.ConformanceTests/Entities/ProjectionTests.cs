using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Entities;

/// <summary>Which parts of an Entity are shown, and in which language; by retrieval, query and posted query alike.</summary>
public class ProjectionTests : BrokerTest
{
    private async Task ShowsAsync(string members, string query, string shown)
    {
        await CreateAsync(members);
        (await GetAsync($"entities/{Id}?{query}")).Expect(HttpStatusCode.OK).ExpectJson(shown);
        (await GetAsync($"entities?type={Type}&{query}")).Expect(HttpStatusCode.OK).ExpectJson($"[{shown}]");
    }

    [BrokerTheory, Clause("4.21"), Clause("5.7.1"), Clause("5.7.2")]
    [InlineData("pick=a", """{"a":1}""")]
    [InlineData("pick=a,b", """{"a":1,"b":2}""")]
    [InlineData("pick=a%7Cb", """{"a":1,"b":2}""")]
    [InlineData("pick=id,type,a", """{"id":"$id","type":"$type","a":1}""")]
    [InlineData("pick=scope", """{"scope":"/x"}""")]
    [InlineData("pick=a,none", """{"a":1}""")]
    [InlineData("omit=a", """{"id":"$id","type":"$type","scope":"/x","b":2,"c":3}""")]
    [InlineData("omit=a,b%7Cscope", """{"id":"$id","type":"$type","c":3}""")]
    [InlineData("omit=id,type,scope", """{"a":1,"b":2,"c":3}""")]
    [InlineData("omit=none", """{"id":"$id","type":"$type","scope":"/x","a":1,"b":2,"c":3}""")]
    [InlineData("pick=a,b&omit=b", """{"a":1}""")]
    public Task Members(string query, string shown) => ShowsAsync(
        """{"scope":"/x","a":{"type":"Property","value":1},"b":{"type":"Property","value":2},"c":{"type":"Property","value":3}}""",
        query + "&format=simplified",
        shown.Replace("$id", Id, StringComparison.Ordinal).Replace("$type", Type, StringComparison.Ordinal));

    [BrokerTheory, Clause("4.21"), Clause("5.7.1"), Clause("5.7.2")]
    [InlineData("pick=a,{b}")]
    [InlineData("pick=a{b")]
    [InlineData("pick=a}")]
    [InlineData("omit=1a")]
    public async Task What_is_no_projection_is_refused(string query)
    {
        await CreateAsync("{}");
        (await GetAsync($"entities/{Id}?{query}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await GetAsync($"entities?type={Type}&{query}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.7.1"), Clause("5.7.2"), Clause("6.5")]
    public async Task The_deprecated_attrs_asks_for_one_of_them_at_least()
    {
        await CreateAllAsync("""{"a":{"a":{"type":"Property","value":1}},"b":{"b":{"type":"Property","value":1}},"c":{}}""");
        Assert.Equal("a", await FindAsync("attrs=a"));
        Assert.Equal("a b", await FindAsync("attrs=a,b"));
        Assert.Equal("", await FindAsync("attrs=none"));
        Assert.Equal("a b c", await FindAsync("pick=id,a"));
        await CreateAsync("""{"a":{"type":"Property","value":1},"b":{"type":"Property","value":2}}""");
        await ReadsAsync("""{"a":{"type":"Property","value":1}}""", query: "?attrs=a,none");
        (await GetAsync($"entities/{Id}?attrs=none")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerTheory, Clause("4.5.5"), Clause("5.7.1"), Clause("5.7.2")]
    [InlineData("datasetId=urn:x:gps", """{"s":{"type":"Property","value":2,"datasetId":"urn:x:gps"}}""")]
    [InlineData("datasetId=@none", """{"s":{"type":"Property","value":1},"t":{"type":"Property","value":4}}""")]
    [InlineData("datasetId=@none,urn:x:gps", """{"s":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:gps"}],"t":{"type":"Property","value":4}}""")]
    [InlineData("datasetId=urn:x:gps,urn:x:cam", """{"s":[{"type":"Property","value":2,"datasetId":"urn:x:gps"},{"type":"Property","value":3,"datasetId":"urn:x:cam"}]}""")]
    [InlineData("datasetId=urn:x:none", "{}")]
    public Task Instances(string query, string shown) => ShowsAsync(
        """
        {"s":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:gps"},{"type":"Property","value":3,"datasetId":"urn:x:cam"}],
         "t":{"type":"Property","value":4}}
        """,
        query, Entity(Id, shown));

    [BrokerFact, Clause("4.5.5"), Clause("5.7.1"), Clause("5.7.2")]
    public async Task A_datasetId_is_a_URI_or_none()
    {
        await CreateAsync("{}");
        (await GetAsync($"entities/{Id}?datasetId=noURI")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await GetAsync($"entities?type={Type}&datasetId=noURI")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerTheory, Clause("4.15"), Clause("5.7.1"), Clause("5.7.2")]
    [InlineData("en", "Square", "en")]
    [InlineData("nl", "Plein", "nl")]
    [InlineData("fr-CH", "Place", "fr-CH")]
    [InlineData("nl,en", "Plein", "nl")]
    [InlineData("nl;q=0.5,en;q=0.9", "Square", "en")]
    [InlineData("ja,fr-CH;q=0.9,en;q=0.8,*;q=0.5", "Place", "fr-CH")]
    [InlineData("ja,en;q=0.8", "Square", "en")]
    public Task The_language_that_is_preferred(string lang, string text, string chosen) => ShowsAsync(
        """{"n":{"type":"LanguageProperty","languageMap":{"en":"Square","nl":"Plein","fr-CH":"Place"}},"a":{"type":"Property","value":1}}""",
        "lang=" + Encode(lang),
        Entity(Id, $$$"""{"n":{"type":"Property","value":"{{{text}}}","lang":"{{{chosen}}}"},"a":{"type":"Property","value":1} }"""));

    [BrokerTheory, Clause("4.15"), Clause("5.7.2")]
    [InlineData("*")]
    [InlineData("ja")]
    [InlineData("ja,ko;q=0.5")]
    public async Task Some_language_there_is_where_none_fits(string lang)
    {
        await CreateAsync("""{"n":{"type":"LanguageProperty","languageMap":{"en":"Square","nl":"Plein"}}}""");
        var n = (await ReadAsync(query: "?lang=" + Encode(lang)))["n"]!;
        Assert.Equal("Property", (string?)n["type"]);
        Assert.Contains($"{n["lang"]} {n["value"]}", (string[])["en Square", "nl Plein"]);
    }

    [BrokerFact, Clause("4.15"), Clause("5.7.2")]
    public async Task The_default_language_stands_in_where_none_fits() =>
        await ShowsAsync(
            """{"n":{"type":"LanguageProperty","languageMap":{"en":"Square","@none":"Agora"}}}""", "lang=ja&pick=n&format=simplified", """{"n":"Agora"}""");

    [BrokerFact, Clause("4.15")]
    public async Task Several_texts_of_one_language_stay_several() =>
        await ShowsAsync(
            """{"n":{"type":"LanguageProperty","languageMap":{"en":["Square","Plaza"]},"p":{"type":"Property","value":1}}}""", "lang=en&pick=n",
            """{"n":{"type":"Property","value":["Square","Plaza"],"lang":"en","p":{"type":"Property","value":1}}}""");

    [BrokerTheory, Clause("4.5.16"), Clause("4.5.17"), Clause("6.3.15"), Clause("5.2.29"), Clause("5.2.30"), Clause("5.2.31"), Clause("5.7.1")]
    [InlineData("", """{"type":"Point","coordinates":[1.5,2.5]}""")]
    [InlineData("geometryProperty=location", """{"type":"Point","coordinates":[1.5,2.5]}""")]
    [InlineData("geometryProperty=operationSpace", """{"type":"Point","coordinates":[3.5,4.5]}""")]
    [InlineData("geometryProperty=operationSpace&datasetId=urn:x:1", """{"type":"Point","coordinates":[5.5,6.5]}""")]
    [InlineData("geometryProperty=a", "null")]
    [InlineData("geometryProperty=none", "null")]
    public async Task The_geometry_of_a_Feature(string query, string geometry)
    {
        await CreateAsync("""
            {"a":{"type":"Property","value":1},"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1.5,2.5]}},
             "operationSpace":[{"type":"GeoProperty","value":{"type":"Point","coordinates":[3.5,4.5]}},
                               {"type":"GeoProperty","value":{"type":"Point","coordinates":[5.5,6.5]},"datasetId":"urn:x:1"}]}
            """);
        foreach (var more in (string[])["", "&options=keyValues", "&options=concise"])
        {
            var feature = (await GetAsync($"entities/{Id}?{query}{more}", Accept(GeoJson))).Expect(HttpStatusCode.OK).Json;
            Assert.Equal(geometry, feature["geometry"]?.ToJsonString() ?? "null");
            Assert.True(feature.AsObject().ContainsKey("geometry"));
            Assert.Equal(Id, (string?)feature["id"]);
            Assert.Equal(Type, (string?)feature["properties"]!["type"]);
            var collection = (await GetAsync($"entities?type={Type}&{query}{more}", Accept(GeoJson))).Expect(HttpStatusCode.OK).Json;
            Assert.Equal(geometry, collection["features"]![0]!["geometry"]?.ToJsonString() ?? "null");
            Assert.Null(collection["features"]![0]!["@context"]);
            Assert.NotNull(collection["@context"]);
        }
    }

    [BrokerFact, Clause("5.7.1"), Clause("5.7.2"), Clause("6.3.15")]
    public async Task Only_GeoJSON_has_a_geometry_property()
    {
        await CreateAsync("{}");
        (await GetAsync($"entities/{Id}?geometryProperty=location")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await GetAsync($"entities?type={Type}&geometryProperty=location", Accept(LdJson))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerTheory, Clause("6.3.6"), Clause("6.3.15"), Clause("5.7.2")]
    [InlineData("", true)]
    [InlineData("body=ld+json", true)]
    [InlineData("body=json", false)]
    public async Task The_context_of_GeoJSON_stands_where_it_is_preferred(string prefer, bool inBody)
    {
        await CreateAsync("{}");
        (string, string)[] headers = prefer.Length == 0 ? [Accept(GeoJson)] : [Accept(GeoJson), ("Prefer", prefer)];
        foreach (var path in (string[])[$"entities/{Id}", $"entities?type={Type}"])
        {
            var answer = (await GetAsync(path, headers)).Expect(HttpStatusCode.OK);
            Assert.Equal(GeoJson, answer.MediaType);
            Assert.Equal(inBody, answer.Json["@context"] is not null);
            Assert.Equal(inBody, !answer.Header("Link").Contains("json-ld#context", StringComparison.Ordinal));
        }
    }

    [BrokerTheory, Clause("6.3.11"), Clause("5.2.2"), Clause("4.8")]
    [InlineData("options=sysAttrs")]
    [InlineData("options=sysAttrs,concise")]
    [InlineData("options=sysAttrs&format=normalized")]
    public async Task System_times_are_shown_of_Entity_and_Attributes(string query)
    {
        await CreateAsync("""{"a":{"type":"Property","value":1,"b":{"type":"Property","value":1}},"r":{"type":"Relationship","object":"urn:x:1"}}""");
        var posted = await PostAsync($"entityOperations/query?{query}", $$"""{"type":"Query","entities":[{"type":"{{Type}}"}]}""");
        foreach (var entity in new[] { (await GetAsync($"entities/{Id}?{query}")).Json, (await GetAsync($"entities?type={Type}&{query}")).Json[0]!, posted.Json[0]! })
        {
            foreach (var part in new[] { entity, entity["a"]!, entity["a"]!["b"]!, entity["r"]! })
            {
                Assert.Matches("^[0-9-]{10}T[0-9:.]+Z$", (string)part["createdAt"]!);
                Assert.Matches("^[0-9-]{10}T[0-9:.]+Z$", (string)part["modifiedAt"]!);
            }
        }
    }

    [BrokerFact, Clause("6.23"), Clause("5.7.2")]
    public async Task A_posted_query_projects_alike()
    {
        await CreateAsync("""
            {"n":{"type":"LanguageProperty","languageMap":{"en":"Square","nl":"Plein"}},"a":{"type":"Property","value":1},
             "s":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:1"}]}
            """);
        await FindsAsync("\"pick\":[\"n\"],\"lang\":\"nl\"", """{"n":"Plein"}""");
        await FindsAsync("\"omit\":[\"id\",\"type\",\"n\"],\"datasetId\":[\"@none\"]", """{"a":1,"s":1}""");
        await FindsAsync("\"attrs\":[\"a\"],\"omit\":[\"id\",\"type\"]", """{"a":1}""");

        async Task FindsAsync(string members, string shown) =>
            (await PostAsync("entityOperations/query?format=simplified", $$"""{"type":"Query","entities":[{"type":"{{Type}}"}],{{members}}}"""))
                .Expect(HttpStatusCode.OK).ExpectJson($"[{shown}]");
    }
}
