using System.Net;
using System.Net.Http.Headers;
using System.Text;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Http;

/// <summary>Texts that are strange, and contexts that reach too far.</summary>
public class BodyTests : BrokerTest
{
    private async Task<Answer> PostBytesAsync(byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Target.Url + "/ngsi-ld/v1/entities") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await SendAsync(request);
    }

    [BrokerFact, Clause("4.6.1"), Clause("5.5.4")]
    public async Task A_body_is_UTF_8()
    {
        var entity = Entity(Id, """{"a":{"type":"Property","value":"ä"}}""").Replace("\\u00E4", "ä", StringComparison.OrdinalIgnoreCase);
        (await PostBytesAsync(Encoding.Latin1.GetBytes(entity))).ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
        (await PostBytesAsync(Encoding.UTF8.GetBytes(entity))).Expect(HttpStatusCode.Created);
        Assert.Equal("ä", (string?)(await ReadAsync())["a"]!["value"]);
    }

    [BrokerFact, Clause("5.5.4")]
    public async Task Nesting_has_an_end()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 5000)) + string.Concat(Enumerable.Repeat("]", 5000));
        var answer = await PostAsync("entities", $$"""{"id":"{{Id}}","type":"{{Type}}","a":{"type":"Property","value":{{deep}} } }""");
        Assert.Contains(answer.Status, (HttpStatusCode[])[HttpStatusCode.Created, HttpStatusCode.BadRequest]);
    }

    [BrokerFact, Clause("5.5.6"), Clause("5.5.2")]
    public async Task A_query_beyond_measure_is_answered_or_said_to_be_too_complex()
    {
        var q = string.Join('|', Enumerable.Range(0, 1500).Select(i => $"a=={i}"));
        var answer = await PostAsync("entityOperations/query", $$"""{"type":"Query","entities":[{"type":"{{Type}}"}],"q":"{{q}}"}""");
        if (answer.Status != HttpStatusCode.OK) answer.ExpectError(HttpStatusCode.Forbidden, "TooComplexQuery");
    }

    [BrokerTheory, Clause("4.6.4"), Clause("4.6.1")]
    [InlineData("<script>alert('x');</script>")]
    [InlineData("\"=;()<>'")]
    [InlineData("Straße – 東京 🚲 \u0000\u001f\\/")]
    [InlineData("a\tb\nc")]
    [InlineData("")]
    public async Task Texts_come_back_as_they_went_in(string text)
    {
        var json = System.Text.Json.JsonSerializer.Serialize(text);
        await CreateAsync($$"""{"a":{"type":"Property","value":{{json}}},"b":{"type":"LanguageProperty","languageMap":{"en":{{json}} } },"c":{"type":"JsonProperty","json":{"x":{{json}} } } }""");
        var read = await ReadAsync();
        Assert.Equal(text, (string?)read["a"]!["value"]);
        Assert.Equal(text, (string?)read["b"]!["languageMap"]!["en"]);
        Assert.Equal(text, (string?)read["c"]!["json"]!["x"]);
    }

    [BrokerTheory, Clause("4.4"), Clause("5.5.7")]
    [InlineData("""{"a":{"@id":"https://example.org/a","@context":{"b":"https://example.org/b"}}}""")]
    [InlineData("""5""")]
    [InlineData("""{"a":5}""")]
    [InlineData("""{"a":"no IRI at all"}""")]
    [InlineData("""[{"a":"https://example.org/a"},5]""")]
    public async Task What_is_no_context_or_a_scoped_one_is_refused(string context)
    {
        (await PostAsync("entities", Entity(Id, $$$"""{"a":{"type":"Property","value":1},"@context":{{{context}}} }"""), LdJson))
            .ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerTheory, Clause("4.4"), Clause("5.5.7"), Clause("5.2.3"), Clause("6.3.5")]
    [InlineData("""["$core",{"a":"https://example.org/a"}]""")]
    [InlineData("""[{"a":"https://example.org/a"},"$core"]""")]
    [InlineData("""{"a":"https://example.org/a"}""")]
    [InlineData("""{"ex":"https://example.org/","a":"ex:a"}""")]
    [InlineData("""{"a":{"@id":"https://example.org/a"}}""")]
    [InlineData("""{"a":{"@id":"https://example.org/a","@type":"@id"}}""")]
    [InlineData("""{"@vocab":"https://example.org/"}""")]
    [InlineData("""[{"ex":"https://example.org/"},{"a":"ex:a"}]""")]
    public async Task Terms_are_expanded_however_the_context_says_it(string context)
    {
        var entity = Entity(Id, $$$"""{"a":{"type":"Property","value":1},"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}},"@context":{{{context}}} }""");
        (await PostAsync("entities", entity.Replace("$core", CoreContext, StringComparison.Ordinal), LdJson)).Expect(HttpStatusCode.Created);
        var read = await ReadTermsAsync();
        Assert.Contains("https://example.org/a", read);
        Assert.Contains("location", read);
    }

    [BrokerFact, Clause("5.5.6"), Clause("6.3.5"), Clause("6.3.2")]
    public async Task A_context_named_in_a_body_that_cannot_be_had_is_an_error_of_that_body()
    {
        const string Nowhere = """{"a":{"type":"Property","value":1},"@context":["http://localhost:9/none.jsonld"]}""";
        (await PostAsync("entities", Entity(Id, Nowhere), LdJson)).ExpectError(HttpStatusCode.GatewayTimeout, "LdContextNotAvailable");
        (await PostAsync("entityOperations/query", $$"""{"type":"Query","entities":[{"type":"{{Type}}"}],"@context":"http://localhost:9/none.jsonld"}""", LdJson))
            .ExpectError(HttpStatusCode.GatewayTimeout, "LdContextNotAvailable");
        var other = NewId();
        Remember("entities/" + other);
        var good = Entity(other, $$"""{"a":{"type":"Property","value":1},"@context":"{{CoreContext}}"}""");
        var answer = (await PostAsync("entityOperations/create", $"[{Entity(Id, Nowhere)},{good}]", LdJson)).Expect(HttpStatusCode.MultiStatus);
        Assert.Equal($"""["{other}"]""", answer.Json["success"]!.ToJsonString());
        Assert.EndsWith("LdContextNotAvailable", (string?)Assert.Single(answer.Json["errors"]!.AsArray())!["error"]!["type"], StringComparison.Ordinal);
    }

    [BrokerFact, Clause("5.5.7"), Clause("6.23"), Clause("6.3.5")]
    public async Task A_posted_query_brings_its_context()
    {
        (await PostAsync("entities", $$$"""{"id":"{{{Id}}}","type":"T","a":{"type":"Property","value":1},"@context":{"T":"https://example.org/{{{Type}}}","a":"https://example.org/a"}}""", LdJson))
            .Expect(HttpStatusCode.Created);
        var found = await PostAsync("entityOperations/query", $$$"""
            {"type":"Query","entities":[{"type":"Mine"}],"q":"b==1","pick":["type","b"],
             "@context":{"Mine":"https://example.org/{{{Type}}}","b":"https://example.org/a"}}
            """, LdJson);
        found.Expect(HttpStatusCode.OK).ExpectJson("""[{"type":"Mine","b":{"type":"Property","value":1}}]""");
        (await PostAsync("entityOperations/query", """{"type":"Query","entities":[{"type":"Mine"}],"q":"b==1"}""")).Expect(HttpStatusCode.OK).ExpectJson("[]");
    }

    [BrokerFact, Clause("5.5.7"), Clause("4.5.20")]
    public async Task Vocabularies_are_compacted_by_the_context_of_the_request()
    {
        await using var server = new Receiver();
        var context = server.Serve($"/{Type}.jsonld", """{"@context":{"Male":"https://example.org/Male","gender":"https://example.org/gender"}}""");
        (await PostAsync("entities", Entity(Id, """{"gender":{"type":"VocabProperty","vocab":"Male"}}"""), "application/json", Link(context))).Expect(HttpStatusCode.Created);
        await ReadsAsync("""{"https://example.org/gender":{"type":"VocabProperty","vocab":"https://example.org/Male"}}""");
        var read = (await GetAsync($"entities/{Id}?format=simplified", Link(context))).Expect(HttpStatusCode.OK);
        Assert.Equal("""{"vocab":"Male"}""", read.Json["gender"]!.ToJsonString());
        Assert.Equal(Id.Split(':')[^1], await FindAsync("q=gender==Male&expandValues=gender", Link(context)));
    }

    private async Task<IEnumerable<string>> ReadTermsAsync() => (await ReadAsync()).Select(member => member.Key);
}
