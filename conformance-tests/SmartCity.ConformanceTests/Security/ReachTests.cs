using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;
using SmartCity.ConformanceTests.Subscriptions;

namespace SmartCity.ConformanceTests.Security;

/// <summary>
/// A client may not have the broker call whom it likes. The secrets that a cloud serves to its machines at a link-local address are
/// nobody's subscriber and nobody's @context, however the address is written.
/// </summary>
public class ReachTests : SubscriberTest
{
    public static TheoryData<string> Secrets =>
    [
        "http://169.254.169.254/latest/meta-data/", "http://2852039166/", "http://0xa9fea9fe/", "http://0251.0376.0251.0376/", "http://169.254.43518/",
        "http://[::ffff:169.254.169.254]/", "http://[::ffff:a9fe:a9fe]/", "http://[64:ff9b::a9fe:a9fe]/", "http://[2002:a9fe:a9fe::]/",
        "http://[fe80::a9fe:a9fe]/",
    ];

    [BrokerTheory, Clause("5.8.1"), Clause("5.5.3")]
    [MemberData(nameof(Secrets))]
    public async Task An_endpoint_at_a_link_local_address_is_refused(string uri)
    {
        var answer = await PostAsync("subscriptions", Subscription(uri));

        answer.ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        Assert.Contains("notification.endpoint.uri", (string?)answer.Json["detail"], StringComparison.Ordinal);
    }

    [BrokerFact, Clause("5.8.2"), Clause("5.5.3")]
    public async Task An_update_to_a_link_local_address_is_refused()
    {
        var location = await SubscribeAsync("http://localhost:9/");

        var answer = await PatchAsync(location, """{"notification":{"endpoint":{"uri":"http://169.254.169.254/"} } }""");

        answer.ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        var kept = (await GetAsync(location)).Expect(HttpStatusCode.OK).Json["notification"]!["endpoint"]!["uri"];
        Assert.Equal("http://localhost:9/", (string?)kept);
    }

    [BrokerTheory, Clause("5.5.3")]
    [MemberData(nameof(Secrets))]
    public async Task A_source_at_a_link_local_address_is_refused(string uri)
    {
        var registration = $$"""
            {"id":"{{NewId(":registration")}}","type":"ContextSourceRegistration","information":[{"entities":[{"type":"{{Type}}","idPattern":"^urn:ngsi-ld:{{Type}}:"}]}],"endpoint":"{{uri}}"}
            """;

        var answer = await PostAsync("csourceRegistrations", registration);

        answer.ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        Assert.Contains("endpoint", (string?)answer.Json["detail"], StringComparison.Ordinal);
    }

    [BrokerTheory, Clause("5.5.5"), Clause("6.3.5")]
    [MemberData(nameof(Secrets))]
    public async Task A_context_at_a_link_local_address_is_not_available(string url)
    {
        var body = JsonNode.Parse(Entity(Id, "{}"))!.AsObject();
        body["@context"] = new JsonArray(url, CoreContext);

        (await PostAsync("entities", body.ToJsonString(), LdJson)).ExpectError(HttpStatusCode.GatewayTimeout, "LdContextNotAvailable");
    }

    [BrokerTheory, Clause("5.5.5"), Clause("6.3.5")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("//169.254.169.254/")]
    [InlineData("http://[::ffff:a9fe:a9fe]/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/around")]
    public async Task A_context_that_redirects_there_is_not_available(string location)
    {
        await using var server = new Receiver { Status = HttpStatusCode.Found, Redirect = location };
        var link = ("Link", $"<{server.Url}/around>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"");

        (await GetAsync($"entities/{Id}", link)).ExpectError(HttpStatusCode.GatewayTimeout, "LdContextNotAvailable");
    }

    [BrokerFact, Clause("5.8.6"), Clause("6.3.8")]
    public async Task A_notification_does_not_follow_a_redirect()
    {
        await using var elsewhere = new Receiver();
        await using var receiver = new Receiver { Status = HttpStatusCode.TemporaryRedirect, Redirect = elsewhere.Url };
        var location = await SubscribeAsync(receiver.Url);
        (await PostAsync("entities", Entity(Id, """{"a":{"type":"Property","value":1} }"""))).Expect(HttpStatusCode.Created);

        await receiver.NextAsync();

        await StandsAsync(location, notification => (int?)notification["timesFailed"] == 1);
        await elsewhere.NothingAsync();
    }
}
