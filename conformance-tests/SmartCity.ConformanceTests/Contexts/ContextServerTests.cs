using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Contexts;

public class ContextServerTests : BrokerTest
{
    private const string Relation = "http://www.w3.org/ns/json-ld#context";

    private string Terms => $$"""{"{{Type}}speed":"https://example.org/{{Type}}/speed"}""";

    [BrokerTheory, Clause("5.13.2"), Clause("6.29"), Clause("5.13.4"), Clause("6.30")]
    [InlineData("application/ld+json")]
    [InlineData("application/json")]
    public async Task A_context_is_hosted_and_served(string type)
    {
        var location = await HostAsync(Terms, type);
        Assert.StartsWith("/ngsi-ld/v1/jsonldContexts/", location, StringComparison.Ordinal);
        Assert.True(Uri.TryCreate(Uri.UnescapeDataString(location.Split('/')[^1]), UriKind.Absolute, out _), location);
        var served = (await GetAsync(location)).Expect(HttpStatusCode.OK).ExpectJson($$"""{"@context":{{Terms}} }""");
        Assert.Equal("application/json", served.MediaType);
        Assert.Equal("application/ld+json", (await GetAsync(location, Accept(LdJson))).Expect(HttpStatusCode.OK).MediaType);
    }

    [BrokerFact, Clause("5.13.2")]
    public async Task What_stands_beside_the_context_is_dropped()
    {
        var answer = await PostAsync("jsonldContexts", $$"""{"@graph":[],"@context":{{Terms}},"more":1}""", LdJson);
        (await GetAsync(answer.Expect(HttpStatusCode.Created).Location!)).ExpectJson($$"""{"@context":{{Terms}} }""");
    }

    [BrokerTheory, Clause("5.13.2"), Clause("6.29"), Clause("5.5.4")]
    [InlineData("{", "InvalidRequest")]
    [InlineData("{}", "BadRequestData")]
    [InlineData("[]", "BadRequestData")]
    [InlineData("""{"@context":1}""", "BadRequestData")]
    [InlineData("""{"@context":{"a":1}}""", "BadRequestData")]
    [InlineData("""{"@context":{"a":{"@id":"https://example.org/a","@context":{"b":"https://example.org/b"}}} }""", "BadRequestData")]
    public async Task What_is_no_context_is_refused(string body, string error) =>
        (await PostAsync("jsonldContexts", body, LdJson)).ExpectError(HttpStatusCode.BadRequest, error);

    [BrokerFact, Clause("6.29"), Clause("6.3.4")]
    public async Task Another_type_of_body_is_415() =>
        (await PostAsync("jsonldContexts", "{}", "text/plain")).Expect(HttpStatusCode.UnsupportedMediaType);

    [BrokerFact, Clause("5.13.2"), Clause("6.3.5"), Clause("6.3.6")]
    public async Task A_hosted_context_expands_and_compacts_like_any_other()
    {
        var url = await UrlAsync(await HostAsync(Terms));
        (await PostAsync("entities", Entity(Id, $$"""{"{{Type}}speed":{"type":"Property","value":1} }"""), "application/json", Link(url))).Expect(HttpStatusCode.Created);
        var plain = (await GetAsync($"entities/{Id}")).Json.AsObject();
        Assert.Contains($"https://example.org/{Type}/speed", plain.Select(member => member.Key));
        var named = (await GetAsync($"entities/{Id}", Link(url))).Expect(HttpStatusCode.OK);
        Assert.Contains($"{Type}speed", named.Json.AsObject().Select(member => member.Key));
        Assert.Contains($"<{url}>", named.Header("Link"), StringComparison.Ordinal);
        var body = Entity(NewId(), $$"""{"{{Type}}speed":{"type":"Property","value":1},"@context":["{{url}}","{{CoreContext}}"]}""");
        var other = (await PostAsync("entities", body, LdJson)).Expect(HttpStatusCode.Created);
        Assert.Contains($"https://example.org/{Type}/speed", (await GetAsync(other.Location!)).Json.AsObject().Select(member => member.Key));
    }

    [BrokerFact, Clause("5.13.3"), Clause("6.29")]
    public async Task Contexts_are_listed_by_kind()
    {
        await using var server = new Receiver();
        var hosted = await HostAsync(Terms);
        var cached = await CacheAsync(server);
        var all = await ListAsync("jsonldContexts");
        Assert.Contains(cached, all);
        Assert.Contains(all, url => url.EndsWith(hosted, StringComparison.Ordinal));
        Assert.Contains(await ListAsync("jsonldContexts?kind=Hosted"), url => url.EndsWith(hosted, StringComparison.Ordinal));
        Assert.DoesNotContain(cached, await ListAsync("jsonldContexts?kind=Hosted"));
        Assert.Contains(cached, await ListAsync("jsonldContexts/?kind=Cached"));
        Assert.DoesNotContain(await ListAsync("jsonldContexts?kind=Cached"), url => url.EndsWith(hosted, StringComparison.Ordinal));
        Assert.DoesNotContain(await ListAsync("jsonldContexts?kind=ImplicitlyCreated"), url => url == cached || url.EndsWith(hosted, StringComparison.Ordinal));
        // Each URL leads to the @context.
        (await GetAsync(all.Single(url => url.EndsWith(hosted, StringComparison.Ordinal)))).ExpectJson($$"""{"@context":{{Terms}} }""");
    }

    [BrokerFact, Clause("5.13.3"), Clause("6.29"), Clause("5.13.1")]
    public async Task Details_tell_what_is_known_of_each()
    {
        await using var server = new Receiver();
        var before = DateTimeOffset.UtcNow.AddMinutes(-5);
        var hosted = await HostAsync(Terms);
        var cached = await CacheAsync(server);
        var list = (await GetAsync("jsonldContexts?details=true")).Expect(HttpStatusCode.OK).Json.AsArray();

        var own = list.Single(one => Uri.UnescapeDataString(hosted).EndsWith((string)one!["localId"]!, StringComparison.Ordinal))!;
        Assert.Equal("Hosted", (string?)own["kind"]);
        Assert.EndsWith(hosted, (string)own["URL"]!, StringComparison.Ordinal);
        Assert.True(DateTimeOffset.Parse((string)own["createdAt"]!, System.Globalization.CultureInfo.InvariantCulture) > before);
        Assert.Null(own["expiresAt"]);

        var foreign = list.Single(one => (string?)one!["URL"] == cached)!;
        Assert.Equal("Cached", (string?)foreign["kind"]);
        Assert.True(Uri.TryCreate((string?)foreign["localId"], UriKind.Absolute, out _));
        Assert.NotNull((string?)foreign["createdAt"]);
        Assert.NotNull((string?)foreign["expiresAt"]);
    }

    [BrokerFact, Clause("5.13.3"), Clause("5.13.4")]
    public async Task Uses_of_a_context_are_counted()
    {
        await using var server = new Receiver();
        var cached = await CacheAsync(server);
        var hits = (int)(await DetailsAsync(cached))["numberOfHits"]!;
        for (var i = 0; i < 3; i++) (await GetAsync($"entities?type={Type}", Link(cached))).Expect(HttpStatusCode.OK);
        var details = await DetailsAsync(cached);
        Assert.True((int)details["numberOfHits"]! >= hits + 3, details.ToJsonString());
        Assert.NotNull((string?)details["lastUsage"]);
    }

    [BrokerTheory, Clause("5.13.3"), Clause("6.29")]
    [InlineData("jsonldContexts?kind=Other")]
    [InlineData("jsonldContexts?kind=cached")]
    [InlineData("jsonldContexts?details=perhaps")]
    [InlineData("jsonldContexts/urn:x:1?details=perhaps")]
    public async Task A_parameter_that_means_nothing_is_refused(string path) =>
        (await GetAsync(path)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");

    [BrokerFact, Clause("5.13.4"), Clause("6.30")]
    public async Task A_cached_context_is_described_but_not_served()
    {
        await using var server = new Receiver();
        var cached = await CacheAsync(server);
        var details = await DetailsAsync(cached);
        var localId = (string)details["localId"]!;
        (await GetAsync(PathOf(localId))).ExpectError(HttpStatusCode.UnprocessableEntity, "OperationNotSupported");
        (await GetAsync(PathOf(cached))).ExpectError(HttpStatusCode.UnprocessableEntity, "OperationNotSupported");
        Assert.Equal(cached, (string?)(await GetAsync(PathOf(localId) + "?details=true")).Expect(HttpStatusCode.OK).Json["URL"]);
    }

    [BrokerFact, Clause("5.13.4"), Clause("6.30")]
    public async Task A_hosted_context_is_described()
    {
        var location = await HostAsync(Terms);
        var details = (await GetAsync(location + "?details=true")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("Hosted", (string?)details["kind"]);
        Assert.EndsWith((string)details["localId"]!, Uri.UnescapeDataString(location), StringComparison.Ordinal);
        (await GetAsync(location + "?details=false")).ExpectJson($$"""{"@context":{{Terms}} }""");
    }

    [BrokerTheory, Clause("5.13.4"), Clause("5.13.5"), Clause("6.30")]
    [InlineData("urn:ngsi-ld:Context:unknown")]
    [InlineData("unknown")]
    [InlineData("http%3A%2F%2Flocalhost%3A9%2Funknown.jsonld")]
    public async Task An_unknown_id_is_404(string id)
    {
        (await GetAsync($"jsonldContexts/{id}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync($"jsonldContexts/{id}?details=true")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await DeleteAsync($"jsonldContexts/{id}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await DeleteAsync($"jsonldContexts/{id}?reload=true")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("5.13.5"), Clause("6.30")]
    public async Task A_deleted_context_is_gone()
    {
        var location = await HostAsync(Terms);
        var url = await UrlAsync(location);
        (await GetAsync($"entities?type={Type}", Link(url))).Expect(HttpStatusCode.OK);
        (await DeleteAsync(location)).Expect(HttpStatusCode.NoContent);
        (await GetAsync(location)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await DeleteAsync(location)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        Assert.DoesNotContain(url, await ListAsync("jsonldContexts"));
        (await GetAsync($"entities?type={Type}", Link(url))).ExpectError(HttpStatusCode.GatewayTimeout, "LdContextNotAvailable");
    }

    [BrokerFact, Clause("5.13.5")]
    public async Task Deleting_an_array_leaves_its_children()
    {
        var child = await HostAsync(Terms);
        var parent = await HostAsync($"[\"{await UrlAsync(child)}\"]");
        (await DeleteAsync(parent)).Expect(HttpStatusCode.NoContent);
        (await GetAsync(child)).Expect(HttpStatusCode.OK);
    }

    [BrokerFact, Clause("5.13.5"), Clause("6.30"), Clause("5.13.1")]
    public async Task What_is_forgotten_is_fetched_again()
    {
        await using var server = new Receiver();
        var cached = await CacheAsync(server);
        (await DeleteAsync(PathOf(cached))).Expect(HttpStatusCode.NoContent);
        Assert.DoesNotContain(cached, await ListAsync("jsonldContexts?kind=Cached"));
        (await GetAsync($"entities?type={Type}", Link(cached))).Expect(HttpStatusCode.OK);
        Assert.Equal(2, server.Asked("/c.jsonld"));
    }

    [BrokerFact, Clause("5.13.5"), Clause("6.30")]
    public async Task A_cached_context_is_reloaded()
    {
        await using var server = new Receiver();
        var cached = await CacheAsync(server);
        await CreateAsync($$"""{"https://example.org/{{Type}}/v2":{"type":"Property","value":1} }""");
        server.Serve("/c.jsonld", $$"""{"@context":{"{{Type}}speed":"https://example.org/{{Type}}/v2"} }""", "max-age=3600");
        Assert.DoesNotContain($"{Type}speed", (await GetAsync($"entities/{Id}", Link(cached))).Body, StringComparison.Ordinal);
        (await DeleteAsync(PathOf((string)(await DetailsAsync(cached))["localId"]!) + "?reload=true")).Expect(HttpStatusCode.NoContent);
        Assert.Contains($"{Type}speed", (await GetAsync($"entities/{Id}", Link(cached))).Body, StringComparison.Ordinal);
        Assert.Equal(2, server.Asked("/c.jsonld"));
    }

    [BrokerTheory, Clause("5.13.5"), Clause("6.30")]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"@context":{"a":{"@id":"https://example.org/a","@context":{}}} }""")]
    public async Task A_reload_that_fails_is_504_and_changes_nothing(string served)
    {
        await using var server = new Receiver();
        var cached = await CacheAsync(server);
        server.Serve("/c.jsonld", served);
        (await DeleteAsync(PathOf(cached) + "?reload=true")).ExpectError(HttpStatusCode.GatewayTimeout, "LdContextNotAvailable");
        Assert.Contains(cached, await ListAsync("jsonldContexts?kind=Cached"));
        (await GetAsync($"entities?type={Type}", Link(cached))).Expect(HttpStatusCode.OK);
    }

    [BrokerFact, Clause("5.13.5"), Clause("6.30")]
    public async Task Only_a_cached_context_is_reloaded()
    {
        var location = await HostAsync(Terms);
        (await DeleteAsync(location + "?reload=true")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await DeleteAsync(location + "?reload=perhaps")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await GetAsync(location)).Expect(HttpStatusCode.OK);
        (await DeleteAsync(location + "?reload=false")).Expect(HttpStatusCode.NoContent);
    }

    [BrokerFact, Clause("5.13.1"), Clause("6.3.6"), Clause("5.13.4")]
    public async Task A_context_of_a_body_gets_a_URL_where_a_Link_has_to_name_it()
    {
        var query = $$"""{"type":"Query","entities":[{"type":"{{Type}}"}],"@context":[{{Terms}},"{{CoreContext}}"]}""";
        await CreateAsync($$"""{"https://example.org/{{Type}}/speed":{"type":"Property","value":1} }""");
        var answer = (await PostAsync("entityOperations/query", query, LdJson)).Expect(HttpStatusCode.OK);
        Assert.Contains($"{Type}speed", answer.Body, StringComparison.Ordinal);
        var url = LinkedContext(answer.Header("Link"));
        Remember(new Uri(url).AbsolutePath);
        var served = (await GetAsync(url, Accept(LdJson))).Expect(HttpStatusCode.OK);
        Assert.Contains($"https://example.org/{Type}/speed", served.Body, StringComparison.Ordinal);
        Assert.Contains($"{Type}speed", (await GetAsync($"entities/{Id}", Link(url))).Body, StringComparison.Ordinal);
        Assert.Contains(url, await ListAsync("jsonldContexts?kind=ImplicitlyCreated"));
        // The same @context again is the same URL.
        Assert.Equal(url, LinkedContext((await PostAsync("entityOperations/query", query, LdJson)).Header("Link")));
    }

    [BrokerFact, Clause("5.13.1"), Clause("5.8.1"), Clause("5.8.6"), Clause("6.3.8")]
    public async Task A_notification_names_the_context_that_came_with_the_subscription()
    {
        await using var receiver = new Receiver();
        var body = $$"""
            {"id":"{{NewId()}}","type":"Subscription","entities":[{"type":"{{Type}}"}],
             "notification":{"endpoint":{"uri":"{{receiver.Url}}/notify","accept":"application/json"} },
             "@context":[{{Terms}},"{{CoreContext}}"]}
            """;
        var location = (await PostAsync("subscriptions", body, LdJson)).Expect(HttpStatusCode.Created).Location!;
        await CreateAsync($$"""{"https://example.org/{{Type}}/speed":{"type":"Property","value":1} }""");
        var notification = await receiver.NextAsync();
        Assert.Contains($"{Type}speed", notification.Body, StringComparison.Ordinal);
        var url = LinkedContext(notification.Header("Link"));
        Remember(new Uri(url).AbsolutePath);
        Assert.Equal(url, (string?)(await GetAsync(location)).Json["jsonldContext"]);
        Assert.Contains($"https://example.org/{Type}/speed", (await GetAsync(url)).Expect(HttpStatusCode.OK).Body, StringComparison.Ordinal);
        Assert.Equal("ImplicitlyCreated", (string?)(await GetAsync(url + "?details=true")).Expect(HttpStatusCode.OK).Json["kind"]);
    }

    [BrokerFact, Clause("6.3.16"), Clause("5.13.1")]
    public async Task A_cached_context_ends_when_its_server_said()
    {
        await using var server = new Receiver();
        var (longLived, shortLived) = (Serve("/long.jsonld", 3600), Serve("/short.jsonld", 1));
        await EventuallyAsync("it is not asked for again", async () =>
        {
            foreach (var url in (string[])[longLived, shortLived]) (await GetAsync($"entities?type={Type}", Link(url))).Expect(HttpStatusCode.OK);
            return server.Asked("/short.jsonld") > 1;
        });
        Assert.Equal(1, server.Asked("/long.jsonld"));

        string Serve(string path, int seconds) => server.Serve(path, $$"""{"@context":{{Terms}} }""", $"max-age={seconds}");
    }

    [BrokerFact, Clause("6.3.16"), Clause("5.13.3")]
    public async Task Details_tell_when_a_cached_context_ends()
    {
        await using var server = new Receiver();
        var details = await DetailsAsync(await CacheAsync(server));
        var (created, expires) = (Time(details["createdAt"]), Time(details["expiresAt"]));
        Assert.InRange((expires - created).TotalSeconds, 3590, 3610);
    }

    [BrokerTheory, Clause("6.29"), Clause("6.30"), Clause("6.3.2")]
    [InlineData("PUT", "jsonldContexts")]
    [InlineData("DELETE", "jsonldContexts")]
    [InlineData("PATCH", "jsonldContexts/urn:x:1")]
    [InlineData("POST", "jsonldContexts/urn:x:1")]
    public async Task A_wrong_verb_is_405(string method, string path) =>
        Assert.NotEmpty((await SendAsync(new HttpMethod(method), path, "{}", "application/json")).Expect(HttpStatusCode.MethodNotAllowed).Header("Allow"));

    private async Task<string> HostAsync(string context, string type = LdJson) =>
        (await PostAsync("jsonldContexts", $$"""{"@context":{{context}} }""", type)).Expect(HttpStatusCode.Created).Location!;

    /// <summary>Has the broker fetch a context, which it may keep for an hour.</summary>
    private async Task<string> CacheAsync(Receiver server)
    {
        var url = server.Serve("/c.jsonld", $$"""{"@context":{{Terms}} }""", "max-age=3600");
        (await GetAsync($"entities?type={Type}", Link(url))).Expect(HttpStatusCode.OK);
        Remember(PathOf(url));
        return url;
    }

    private async Task<string> UrlAsync(string location) =>
        (string)(await GetAsync(location + "?details=true")).Expect(HttpStatusCode.OK).Json["URL"]!;

    private async Task<JsonNode> DetailsAsync(string url) =>
        (await GetAsync(PathOf(url) + "?details=true")).Expect(HttpStatusCode.OK).Json;

    private async Task<string[]> ListAsync(string path) =>
        [.. (await GetAsync(path)).Expect(HttpStatusCode.OK).Json.AsArray().Select(url => (string)url!)];

    private static string PathOf(string id) => "/ngsi-ld/v1/jsonldContexts/" + Uri.EscapeDataString(id);

    private static string LinkedContext(string link)
    {
        Assert.Contains(Relation, link, StringComparison.Ordinal);
        return link[(link.IndexOf('<', StringComparison.Ordinal) + 1)..link.IndexOf('>', StringComparison.Ordinal)];
    }

    private static DateTimeOffset Time(JsonNode? node) => DateTimeOffset.Parse((string)node!, System.Globalization.CultureInfo.InvariantCulture);
}
