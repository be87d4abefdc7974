using System.Net;
using System.Text;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Http;

public class NegotiationTests : BrokerTest
{
    private const string One = """{"a":{"type":"Property","value":1}}""";

    [BrokerTheory, Clause("6.3.4"), Clause("6.3.6")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/*", "application/json")]
    [InlineData("application/json", "application/json")]
    [InlineData("application/ld+json", "application/ld+json")]
    [InlineData("application/ld+json, application/json", "application/json")]
    [InlineData("application/ld+json, application/json;q=0.5", "application/ld+json")]
    [InlineData("text/html, application/geo+json", "application/geo+json")]
    public async Task The_Accept_header_decides(string accept, string mediaType)
    {
        await CreateAsync(One);
        foreach (var path in new[] { $"entities/{Id}", $"entities?type={Type}" })
        {
            var answer = (await GetAsync(path, Accept(accept))).Expect(HttpStatusCode.OK);
            Assert.Equal(mediaType, answer.MediaType);
            var body = answer.Json is System.Text.Json.Nodes.JsonArray array ? array[0]! : answer.Json;
            Assert.Equal(mediaType == "application/json", body["@context"] is null);
            Assert.Equal(mediaType == "application/json", answer.Header("Link").Contains("json-ld#context", StringComparison.Ordinal));
        }
    }

    [BrokerFact, Clause("6.3.4"), Clause("6.3.2")]
    public async Task What_cannot_be_given_is_406()
    {
        await CreateAsync(One);
        var answer = (await GetAsync($"entities/{Id}", Accept("text/html"))).Expect(HttpStatusCode.NotAcceptable);
        Assert.Contains("application/ld+json", answer.Body, StringComparison.Ordinal);
        (await GetAsync("types", Accept(GeoJson))).Expect(HttpStatusCode.NotAcceptable);
    }

    [BrokerFact, Clause("6.3.4"), Clause("6.3.2")]
    public async Task What_cannot_be_read_is_415()
    {
        var answer = (await PostAsync("entities", Entity(Id, One), "text/plain")).Expect(HttpStatusCode.UnsupportedMediaType);
        Assert.Empty(answer.Body);
        (await PostAsync("entities", Entity(Id, One), "application/merge-patch+json")).Expect(HttpStatusCode.UnsupportedMediaType);
        await CreateAsync(One);
        (await PatchAsync($"entities/{Id}/attrs/a", """{"value":2}""", "application/merge-patch+json")).Expect(HttpStatusCode.NoContent);
        (await PostAsync("entities", Entity(NewId(), One), "application/json; charset=utf-8")).Expect(HttpStatusCode.Created);
    }

    [BrokerFact, Clause("6.3.4"), Clause("6.3.2")]
    public async Task A_request_without_length_is_411()
    {
        // The client of .NET always sends a length: this one is written by hand.
        Assert.StartsWith("HTTP/1.1 411 ", await SendRawAsync(HttpMethod.Post, "entities", "Content-Type: application/json"), StringComparison.Ordinal);
    }

    [BrokerFact, Clause("6.3.4")]
    public async Task A_body_in_chunks_is_taken()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Target.Url + "/ngsi-ld/v1/entities");
        request.Content = new StringContent(Entity(Id, One), Encoding.UTF8, "application/json");
        request.Headers.TransferEncodingChunked = true;
        (await SendAsync(request)).Expect(HttpStatusCode.Created);
    }

    [BrokerTheory, Clause("6.3.2"), Clause("6.2")]
    [InlineData("PUT", "entities")]
    [InlineData("PATCH", "entities")]
    [InlineData("POST", "entities/urn:x:1")]
    [InlineData("GET", "entities/urn:x:1/attrs")]
    [InlineData("GET", "entityOperations/create")]
    [InlineData("PUT", "subscriptions")]
    [InlineData("POST", "types")]
    public async Task A_wrong_verb_is_405_and_the_right_ones_are_named(string method, string path)
    {
        var answer = (await SendAsync(new HttpMethod(method), path, method == "GET" ? null : "{}", "application/json")).Expect(HttpStatusCode.MethodNotAllowed);
        Assert.NotEmpty(answer.Header("Allow"));
    }

    [BrokerFact, Clause("6.3.3"), Clause("5.5.3"), Clause("6.3.6")]
    public async Task An_error_is_JSON_whatever_is_accepted() =>
        (await GetAsync($"entities/{Id}", Accept(LdJson))).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");

    [BrokerTheory, Clause("6.3.20")]
    [InlineData("options=nonsense")]
    [InlineData("format=nonsense")]
    public async Task An_unknown_option_is_refused(string query)
    {
        await CreateAsync(One);
        (await GetAsync($"entities/{Id}?{query}")).ExpectError(HttpStatusCode.BadRequest, "InvalidRequest");
    }

    [BrokerTheory, Clause("6.2")]
    [InlineData("entities/?local=true&limit=1")]
    [InlineData("types/")]
    [InlineData("subscriptions/?limit=1")]
    public async Task A_slash_at_the_end_does_not_matter(string path) =>
        (await GetAsync(path)).Expect(HttpStatusCode.OK);
}
