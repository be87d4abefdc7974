using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Linking;

/// <summary>Linked Entity retrieval (ETSI GS CIM 009 4.5.23).</summary>
public class LinkedEntityTests : BrokerTest
{
    private readonly string _vehicle, _parking, _company, _alice, _bob, _nobody;

    public LinkedEntityTests()
    {
        (_vehicle, _parking, _company) = (NewId(":v"), NewId(":p"), NewId(":c"));
        (_alice, _bob, _nobody) = (NewId(":alice"), NewId(":bob"), NewId(":nobody"));
    }

    /// <summary>
    /// The vehicle of annex C.2.2: it is parked where a company operates that owns the parking, Alice and Bob sit in it, and Alice
    /// drives it.
    /// </summary>
    private async Task CityAsync()
    {
        await CreateAsync(_vehicle, $$"""
            {"type":"{{Type}}Vehicle","brandName":{"type":"Property","value":"Mercedes"},
             "isParked":{"type":"Relationship","object":"{{_parking}}","objectType":"{{Type}}Parking","observedAt":"2017-07-29T12:00:04Z",
               "providedBy":{"type":"Relationship","object":"{{_bob}}"} },
             "passengers":{"type":"Relationship","object":["{{_alice}}","{{_nobody}}","{{_bob}}"]},
             "route":{"type":"ListRelationship","objectList":[{"object":"{{_bob}}"},{"object":"{{_company}}"}]} }
            """);
        await CreateAsync(_parking, $$"""
            {"type":"{{Type}}Parking","name":{"type":"Property","value":"Top Parking"},"operatedBy":{"type":"Relationship","object":"{{_company}}"},
             "sign":{"type":"LanguageProperty","languageMap":{"fr":"ici","nl":"hier"} },
             "location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1.0,2.0]} } }
            """);
        await CreateAsync(_company, $$"""{"name":{"type":"Property","value":"Corp"},"owns":{"type":"Relationship","object":"{{_parking}}"} }""");
        await CreateAsync(_alice, $$"""{"name":{"type":"Property","value":"Alice"},"drives":{"type":"Relationship","object":"{{_vehicle}}"} }""");
        await CreateAsync(_bob, """{"name":{"type":"Property","value":"Bob"}}""");
    }

    private static string Escape(string text) => Uri.EscapeDataString(text);

    private async Task<JsonNode> GetVehicleAsync(string query, params (string, string)[] headers) =>
        (await GetAsync($"entities/{_vehicle}?{query}", headers)).Expect(HttpStatusCode.OK).Json;

    private static void Equal(string expected, JsonNode? found) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), found), $"expected {expected}\nanswered {found?.ToJsonString()}");

    private static string Ids(JsonNode array) => string.Join(' ', array.AsArray().Select(entity => ((string)entity!["id"]!).Split(':')[^1]));

    [BrokerFact, Clause("4.5.23"), Clause("4.5.3"), Clause("4.5.22"), Clause("5.7.1"), Clause("6.5")]
    public async Task Inline_Entities_stand_in_normalized_Relationships()
    {
        await CityAsync();
        var vehicle = await GetVehicleAsync("join=inline");
        Equal($$"""
            {"type":"Relationship","object":"{{_parking}}","objectType":"{{Type}}Parking","observedAt":"2017-07-29T12:00:04Z",
             "entity":{"id":"{{_parking}}","type":"{{Type}}Parking","name":{"type":"Property","value":"Top Parking"},
               "operatedBy":{"type":"Relationship","object":"{{_company}}"},"sign":{"type":"LanguageProperty","languageMap":{"fr":"ici","nl":"hier"} },
               "location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1.0,2.0]} } },
             "providedBy":{"type":"Relationship","object":"{{_bob}}"} }
            """, vehicle["isParked"]);
        var bob = $$"""{"id":"{{_bob}}","type":"{{Type}}","name":{"type":"Property","value":"Bob"} }""";
        Equal($$"""
            {"type":"Relationship","object":["{{_alice}}","{{_nobody}}","{{_bob}}"],
             "entity":[{"id":"{{_alice}}","type":"{{Type}}","name":{"type":"Property","value":"Alice"},"drives":{"type":"Relationship","object":"{{_vehicle}}"} },{{bob}}]}
            """, vehicle["passengers"]);
        Equal($$"""
            {"type":"ListRelationship","objectList":[{"object":"{{_bob}}"},{"object":"{{_company}}"}],
             "entityList":[{{bob}},{"id":"{{_company}}","type":"{{Type}}","name":{"type":"Property","value":"Corp"},
               "owns":{"type":"Relationship","object":"{{_parking}}"} }]}
            """, vehicle["route"]);
    }

    [BrokerFact, Clause("4.5.23"), Clause("4.5.3"), Clause("4.5.22")]
    public async Task Inline_Entities_stand_in_concise_Relationships()
    {
        await CityAsync();
        var vehicle = await GetVehicleAsync("join=inline&format=concise&pick=passengers,name,id,route");
        Equal($$"""
            {"id":"{{_vehicle}}",
             "passengers":{"object":["{{_alice}}","{{_nobody}}","{{_bob}}"],"entity":[{"id":"{{_alice}}","name":"Alice"},{"id":"{{_bob}}","name":"Bob"}]},
             "route":{"objectList":["{{_bob}}","{{_company}}"],"entityList":[{"id":"{{_bob}}","name":"Bob"},{"id":"{{_company}}","name":"Corp"}]} }
            """, vehicle);
    }

    [BrokerFact, Clause("4.5.23"), Clause("4.5.4")]
    public async Task Simplified_Entities_stand_in_place_of_the_objects()
    {
        await CityAsync();
        var vehicle = await GetVehicleAsync("join=inline&joinLevel=2&format=simplified");
        Equal($$"""
            {"id":"{{_parking}}","type":"{{Type}}Parking","name":"Top Parking","sign":{"languageMap":{"fr":"ici","nl":"hier"} },
             "location":{"type":"Point","coordinates":[1.0,2.0]},
             "operatedBy":{"id":"{{_company}}","type":"{{Type}}","name":"Corp","owns":"{{_parking}}"} }
            """, vehicle["isParked"]);
        Equal($$"""
            [{"id":"{{_alice}}","type":"{{Type}}","name":"Alice","drives":"{{_vehicle}}"},"{{_nobody}}",{"id":"{{_bob}}","type":"{{Type}}","name":"Bob"}]
            """, vehicle["passengers"]);
    }

    [BrokerFact, Clause("4.5.23"), Clause("4.5.5"), Clause("4.5.4")]
    public async Task Each_instance_of_a_Relationship_shows_its_own_Entity()
    {
        await CreateAsync(_bob, """{"name":{"type":"Property","value":"Bob"}}""");
        await CreateAsync($$"""
            {"to":[{"type":"Relationship","object":"{{_bob}}"},{"type":"Relationship","object":"{{_nobody}}","datasetId":"urn:d:1"},
                   {"type":"Relationship","object":["{{_bob}}"],"datasetId":"urn:d:2"}]}
            """);
        var bob = $$"""{"id":"{{_bob}}","type":"{{Type}}","name":"Bob"}""";
        await ReadsAsync($$"""{"to":{"dataset":{"@none":{{bob}},"urn:d:1":"{{_nobody}}","urn:d:2":[{{bob}}]} } }""", query: "?join=inline&format=keyValues");
        await ReadsAsync($$"""{"to":{"object":["{{_bob}}"],"datasetId":"urn:d:2","entity":[{{bob}}]} }""", query: "?join=inline&format=concise&datasetId=urn:d:2");
    }

    [BrokerFact, Clause("4.5.23"), Clause("5.7.1")]
    public async Task A_flattened_Entity_is_an_array_with_each_linked_one_once()
    {
        await CityAsync();
        var flat = await GetVehicleAsync("join=flat&format=concise");
        Assert.Equal("v p alice bob c", Ids(flat));
        Assert.Equal(_parking, (string?)flat[0]!["isParked"]!["object"]);
        Assert.Null(flat[0]!["isParked"]!["entity"]);
        Equal($$"""{"id":"{{_bob}}","type":"{{Type}}","name":"Bob"}""", flat[3]);
        // An array even where nothing is linked.
        Assert.Equal("bob", Ids((await GetAsync($"entities/{_bob}?join=flat")).Expect(HttpStatusCode.OK).Json));
    }

    [BrokerFact, Clause("4.5.23"), Clause("5.7.2")]
    public async Task joinLevel_says_how_far_links_are_followed_and_cycles_end()
    {
        string a = NewId(":a"), b = NewId(":b"), c = NewId(":c");
        await CreateAsync(a, $$"""{"next":{"type":"Relationship","object":"{{b}}"} }""");
        await CreateAsync(b, $$"""{"next":{"type":"Relationship","object":["{{c}}","{{b}}"]} }""");
        await CreateAsync(c, $$"""{"next":{"type":"Relationship","object":"{{a}}"} }""");
        (string Level, string Found)[] table = [("", "a b"), ("&joinLevel=1", "a b"), ("&joinLevel=2", "a b c"), ("&joinLevel=9", "a b c")];
        foreach (var (level, found) in table)
        {
            Assert.Equal(found, Ids((await GetAsync($"entities/{a}?join=flat{level}")).Expect(HttpStatusCode.OK).Json));
        }

        var inline = (await GetAsync($"entities/{a}?join=inline&joinLevel=9&format=simplified")).Expect(HttpStatusCode.OK).Json;
        Equal($$"""{"id":"{{b}}","type":"{{Type}}","next":[{"id":"{{c}}","type":"{{Type}}","next":"{{a}}"},"{{b}}"]}""", inline["next"]);
    }

    [BrokerFact, Clause("4.5.23"), Clause("5.7.1"), Clause("5.7.2")]
    public async Task What_contained_the_Entity_is_neither_shown_nor_followed()
    {
        await CityAsync();
        Assert.Equal("v alice c", Ids(await GetVehicleAsync($"join=flat&joinLevel=1&containedBy={_parking},{_bob}")));
        var inline = await GetVehicleAsync($"join=inline&joinLevel=2&containedBy={_parking},{_bob}&format=simplified");
        Assert.Equal(_parking, (string?)inline["isParked"]);
        Assert.Equal(_bob, (string?)inline["passengers"]![2]);
        Assert.Equal("Alice", (string?)inline["passengers"]![0]!["name"]);
        (await GetAsync($"entities/{_vehicle}?join=inline&containedBy=noURI")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.7.2"), Clause("6.4"), Clause("4.5.23")]
    public async Task A_query_joins_what_its_Entities_link_to()
    {
        await CityAsync();
        var second = NewId(":w");
        await CreateAsync(second, $$"""{"type":"{{Type}}Vehicle","isParked":{"type":"Relationship","object":"{{_parking}}"} }""");
        var inline = (await GetAsync($"entities?type={Type}Vehicle&join=inline&format=simplified")).Expect(HttpStatusCode.OK).Json.AsArray();
        // Both show it: each is shown for itself.
        Assert.Equal(["Top Parking", "Top Parking"], inline.Select(vehicle => (string)vehicle!["isParked"]!["name"]!));
        var flat = await GetAsync($"entities?type={Type}Vehicle&join=flat&count=true");
        Assert.Equal("v w p alice bob c", Ids(flat.Expect(HttpStatusCode.OK).Json));
        Assert.Equal("2", flat.Header("NGSILD-Results-Count"));
        Assert.Equal("v w", Ids((await GetAsync($"entities?type={Type}Vehicle&join=@none&joinLevel=2")).Expect(HttpStatusCode.OK).Json));
        // Entities that were asked for are not appended.
        Assert.Equal("p c", Ids((await GetAsync($"entities?type={Type}Parking&join=flat&joinLevel=5")).Expect(HttpStatusCode.OK).Json));
    }

    [BrokerFact, Clause("6.23"), Clause("5.7.2"), Clause("4.5.23")]
    public async Task A_posted_query_joins_too()
    {
        await CityAsync();
        const string pick = "isParked{name,operatedBy{name}}", q = "isParked{operatedBy{name}}==\\\"Corp\\\"";
        (await PostAsync("entityOperations/query?options=keyValues", $$"""
            {"type":"Query","entities":[{"type":"{{Type}}Vehicle"}],"join":"inline","joinLevel":2,"containedBy":["{{_bob}}"],"pick":["id","{{pick}}"],"q":"{{q}}"}
            """)).Expect(HttpStatusCode.OK).ExpectJson($$"""[{"id":"{{_vehicle}}","isParked":{"name":"Top Parking","operatedBy":{"name":"Corp"} } }]""");
        string[] wrong = ["\"join\":\"sideways\"", "\"join\":\"flat\",\"joinLevel\":0", "\"join\":\"flat\",\"joinLevel\":\"1\"", "\"pick\":[\"isParked{name}\"]"];
        foreach (var members in wrong)
        {
            (await PostAsync("entityOperations/query", $$"""{"type":"Query","entities":[{"type":"{{Type}}Vehicle"}],{{members}} }"""))
                .ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        }
    }

    [BrokerFact, Clause("4.9"), Clause("5.7.2")]
    public async Task q_asks_for_what_linked_Entities_are()
    {
        await CityAsync();
        (string Q, string Found)[] table =
        [
            ("isParked{name}==\"Top Parking\"", "v"),
            ("isParked{name}==\"Other\"", ""),
            ("isParked{nothing}", ""),
            ($"isParked{{{Type}Parking:name}}", "v"),
            ($"isParked{{{Type},{Type}Parking:name}}", "v"),
            ($"isParked{{{Type}:name}}", ""),
            ("passengers{name}==\"Bob\"", "v"),
            ("passengers{drives{brandName}}==\"Mercedes\"", "v"),
            ("route{name}==\"Corp\"", "v"),
            ("isParked{operatedBy{name}}~=Co.*;brandName", "v"),
            ("isParked{sign[nl]}==\"hier\"", "v"),
            ("brandName{name}", ""),
        ];
        foreach (var (q, found) in table)
        {
            var answer = await GetAsync($"entities?type={Type}Vehicle&join=inline&joinLevel=2&pick=id&q={Escape(q)}");
            Assert.Equal((q, found), (q, Ids(answer.Expect(HttpStatusCode.OK).Json)));
        }
    }

    [BrokerTheory, Clause("5.7.2"), Clause("4.9")]
    [InlineData("q=isParked{name}")]
    [InlineData("q=isParked{name}&join=@none")]
    [InlineData("q=isParked{operatedBy{name}}==\"x\"&join=inline")]
    [InlineData("q=speed|(brand;isParked{operatedBy{name}})&join=flat&joinLevel=1")]
    public async Task A_q_that_reaches_further_than_links_are_followed_is_too_deep(string query) =>
        (await GetAsync($"entities?type={Type}&{Uri.EscapeDataString(query).Replace("%3D", "=", StringComparison.Ordinal).Replace("%26", "&", StringComparison.Ordinal)}"))
            .ExpectError(HttpStatusCode.BadRequest, "BadRequestData");

    [BrokerFact, Clause("4.21"), Clause("5.7.1"), Clause("5.7.2")]
    public async Task Projections_reach_into_linked_Entities()
    {
        await CityAsync();
        (string Query, string Expected)[] table =
        [
            ("pick=isParked{name}", """{"isParked":{"name":"Top Parking"}}"""),
            ("pick=isParked{name|operatedBy{name}}|brandName", """{"brandName":"Mercedes","isParked":{"name":"Top Parking","operatedBy":{"name":"Corp"}}}"""),
            ("pick=brandName,name,isParked", """{"brandName":"Mercedes","isParked":{"name":"Top Parking"}}"""),
            ("pick=isParked&omit=isParked{name}", """{"isParked":{}}"""),
            ("pick=isParked,name,operatedBy,id&omit=id", """{"isParked":{"name":"Top Parking","operatedBy":{"name":"Corp"}}}"""),
        ];
        foreach (var (query, expected) in table)
        {
            Equal(expected, await GetVehicleAsync("join=inline&joinLevel=2&options=keyValues&" + query.Replace("|", "%7C", StringComparison.Ordinal)));
        }

        // Only Attributes that are shown are followed.
        Assert.Equal("v p", Ids(await GetVehicleAsync("join=flat&joinLevel=2&pick=id,isParked{id}")));
        Assert.Equal("v p c", Ids(await GetVehicleAsync("join=flat&joinLevel=2&pick=id,isParked{id,operatedBy}")));
        Assert.Equal("v p", Ids(await GetVehicleAsync("join=flat&joinLevel=1&omit=passengers,route")));
    }

    [BrokerTheory, Clause("4.21"), Clause("5.7.1"), Clause("5.7.2")]
    [InlineData("pick=isParked{name}")]
    [InlineData("omit=isParked{name}&join=@none")]
    [InlineData("pick=isParked{operatedBy{name}}&join=inline")]
    [InlineData("omit=isParked{operatedBy{name}}&join=flat&joinLevel=1")]
    public async Task A_projection_that_reaches_further_than_links_are_followed_is_refused(string query)
    {
        await CreateAsync("{}");
        (await GetAsync($"entities/{Id}?{query}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await GetAsync($"entities?type={Type}&{query}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerTheory, Clause("4.5.23"), Clause("6.4"), Clause("6.5")]
    [InlineData("join=sideways")]
    [InlineData("join=inline&joinLevel=0")]
    [InlineData("join=inline&joinLevel=-1")]
    [InlineData("join=inline&joinLevel=1.5")]
    [InlineData("join=flat&joinLevel=many")]
    public async Task What_is_no_join_is_refused(string query)
    {
        await CreateAsync("{}");
        (await GetAsync($"entities/{Id}?{query}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await GetAsync($"entities?type={Type}&{query}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("4.15"), Clause("4.5.23"), Clause("6.3.11")]
    public async Task The_language_and_system_attributes_are_those_of_linked_Entities_too()
    {
        await CityAsync();
        var vehicle = await GetVehicleAsync("join=inline&lang=nl&options=sysAttrs");
        var parking = vehicle["isParked"]!["entity"]!;
        Assert.Equal("hier", (string?)parking["sign"]!["value"]);
        Assert.Equal("nl", (string?)parking["sign"]!["lang"]);
        Assert.NotNull(parking["createdAt"]);
        Assert.NotNull(parking["name"]!["modifiedAt"]);
    }

    [BrokerFact, Clause("4.5.16"), Clause("4.5.17"), Clause("5.7.1"), Clause("4.5.23")]
    public async Task Flattened_GeoJSON_is_a_collection()
    {
        await CityAsync();
        var answer = (await GetAsync($"entities/{_vehicle}?join=flat&options=keyValues", Accept(GeoJson))).Expect(HttpStatusCode.OK);
        Assert.Equal("FeatureCollection", (string?)answer.Json["type"]);
        var features = answer.Json["features"]!;
        Assert.Equal("v p alice bob c", Ids(features));
        Assert.Equal("Top Parking", (string?)features[1]!["properties"]!["name"]);
        Equal("""{"type":"Point","coordinates":[1.0,2.0]}""", features[1]!["geometry"]);

        var inline = (await GetAsync($"entities/{_vehicle}?join=inline", Accept(GeoJson))).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("Feature", (string?)inline["type"]);
        Assert.Equal(_parking, (string?)inline["properties"]!["isParked"]!["entity"]!["id"]);
    }

    [BrokerFact, Clause("4.5.23"), Clause("4.5.1")]
    public async Task The_context_stands_in_each_Entity_of_the_array_but_not_in_inline_ones()
    {
        await CityAsync();
        var flat = await GetVehicleAsync("join=flat", Accept(LdJson));
        Assert.All(flat.AsArray(), entity => Assert.NotNull(entity!["@context"]));
        var inline = await GetVehicleAsync("join=inline", Accept(LdJson));
        Assert.NotNull(inline["@context"]);
        Assert.Null(inline["isParked"]!["entity"]!["@context"]);
    }

    [BrokerFact, Clause("4.5.23"), Clause("5.6.9")]
    public async Task A_flattened_answer_can_be_sent_back_as_a_batch()
    {
        await CityAsync();
        var flat = await GetAsync($"entities/{_vehicle}?join=flat&joinLevel=2");
        (await PostAsync("entityOperations/update", flat.Expect(HttpStatusCode.OK).Body)).Expect(HttpStatusCode.NoContent);
        Equal(flat.Body, await GetVehicleAsync("join=flat&joinLevel=2"));
    }
}
