using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Http;

public class ContextTests : BrokerTest
{
    private const string Terms = """{"@context":{"temp":"https://example.org/vocab/temperature","Cellar":"https://example.org/vocab/Cellar"}}""";

    [BrokerFact, Clause("4.4"), Clause("5.5.7"), Clause("6.3.5")]
    public async Task Terms_of_an_inline_context_are_expanded_and_compacted()
    {
        var entity = Entity(Id, """{"temp":{"type":"Property","value":1},"@context":[{"temp":"https://example.org/vocab/temperature"}]}""");
        (await PostAsync("entities", entity, LdJson)).Expect(HttpStatusCode.Created);
        await ReadsAsync("""{"https://example.org/vocab/temperature":{"type":"Property","value":1}}""");
        await using var server = new Receiver();
        var context = server.Serve("/context.jsonld", Terms);
        var read = (await GetAsync($"entities/{Id}", Link(context))).Expect(HttpStatusCode.OK);
        Assert.Equal(1, (int?)read.Json["temp"]!["value"]);
        Assert.Contains(context, read.Header("Link"), StringComparison.Ordinal);
    }

    [BrokerFact, Clause("6.3.5"), Clause("5.5.7"), Clause("4.4")]
    public async Task A_linked_context_is_fetched()
    {
        await using var server = new Receiver();
        var context = server.Serve($"/{Type}.jsonld", Terms);
        (await PostAsync("entities", Entity(Id, """{"temp":{"type":"Property","value":20}}"""), "application/json", Link(context))).Expect(HttpStatusCode.Created);
        await ReadsAsync("""{"https://example.org/vocab/temperature":{"type":"Property","value":20}}""");
        var found = (await GetAsync($"entities?type={Type}&q=temp==20&pick=temp", Link(context))).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(20, (int?)found[0]!["temp"]!["value"]);
        (await PatchAsync($"entities/{Id}/attrs/temp", """{"value":21}""", "application/json", Link(context))).Expect(HttpStatusCode.NoContent);
        Assert.Empty((await GetAsync($"entities?type={Type}&q=temp>0")).Json.AsArray());
    }

    [BrokerFact, Clause("5.5.5"), Clause("4.4")]
    public async Task Without_a_context_terms_fall_into_the_default_vocabulary()
    {
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        await using var server = new Receiver();
        var context = server.Serve($"/{Type}.jsonld", """{"@context":{"b":"https://uri.etsi.org/ngsi-ld/default-context/a"}}""");
        Assert.Equal(1, (int?)(await GetAsync($"entities/{Id}", Link(context))).Json["b"]!["value"]);
    }

    [BrokerFact, Clause("4.4")]
    public async Task Core_terms_cannot_be_redefined()
    {
        var entity = Entity(Id, """{"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}},"@context":{"location":"https://example.org/other","Property":"https://example.org/P"}}""");
        (await PostAsync("entities", entity, LdJson)).Expect(HttpStatusCode.Created);
        await ReadsAsync("""{"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}}}""");
    }

    [BrokerFact, Clause("6.3.5")]
    public async Task Context_and_content_type_have_to_fit()
    {
        const string WithContext = """{"a":{"type":"Property","value":1},"@context":"https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"}""";
        const string Without = """{"a":{"type":"Property","value":1}}""";
        (await PostAsync("entities", Entity(Id, WithContext))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await PostAsync("entities", Entity(Id, Without), LdJson)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await PostAsync("entities", Entity(Id, WithContext), LdJson, Link(CoreContext))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await PostAsync("entities", Entity(Id, WithContext), LdJson)).Expect(HttpStatusCode.Created);
    }

    [BrokerFact, Clause("6.3.5"), Clause("5.5.6"), Clause("6.3.2")]
    public async Task A_context_that_cannot_be_had_or_is_none_is_an_error()
    {
        await using var server = new Receiver();
        (await GetAsync($"entities?type={Type}", Link("http://localhost:9/none.jsonld"))).ExpectError(HttpStatusCode.GatewayTimeout, "LdContextNotAvailable");
        var wrong = server.Serve("/wrong.jsonld", """{"@context":5}""");
        (await GetAsync($"entities?type={Type}", Link(wrong))).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("6.3.16")]
    public async Task A_context_is_fetched_again_when_it_has_expired()
    {
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        await using var server = new Receiver();
        foreach (var term in (string[])["before", "after"])
        {
            var (shortLived, longLived) = (Serve(term, 1), Serve(term, 3600));
            await EventuallyAsync($"the context is not the one with {term}", async () => await ShowsAsync(shortLived, term));
            Assert.True(await ShowsAsync(longLived, "before"));
        }

        async Task<bool> ShowsAsync(string context, string term) => (await GetAsync($"entities/{Id}", Link(context))).Json[term] is not null;

        string Serve(string term, int seconds) => server.Serve(
            $"/{Type}-{seconds}.jsonld", $$$"""{"@context":{"{{{term}}}":"https://uri.etsi.org/ngsi-ld/default-context/a"}}""", $"max-age={seconds}");
    }

    [BrokerFact, Clause("6.3.5")]
    public async Task Every_Entity_of_a_batch_has_its_own_context()
    {
        var other = NewId();
        Remember("entities/" + Id);
        Remember("entities/" + other);
        var first = Entity(Id, """{"x":{"type":"Property","value":1},"@context":{"x":"https://example.org/one"}}""");
        var second = Entity(other, """{"x":{"type":"Property","value":2},"@context":{"x":"https://example.org/two"}}""");
        (await PostAsync("entityOperations/create", $"[{first},{second}]", LdJson)).Expect(HttpStatusCode.Created);
        await ReadsAsync("""{"https://example.org/one":{"type":"Property","value":1}}""");
        await ReadsAsync("""{"https://example.org/two":{"type":"Property","value":2}}""", other);
    }

    [BrokerFact, Clause("6.3.6")]
    public async Task ld_json_carries_the_context_in_every_Entity()
    {
        await CreateAsync("""{"a":{"type":"Property","value":1}}""");
        var list = (await GetAsync($"entities?type={Type}", Accept(LdJson))).Json.AsArray();
        Assert.All(list, (JsonNode? entity) => Assert.NotNull(entity!["@context"]));
    }
}
