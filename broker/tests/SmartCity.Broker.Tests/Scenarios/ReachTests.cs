using System.Net;
using System.Text;
using System.Text.Json;
using SmartCity.Broker.Tests.Outbound;
using Xunit;

namespace SmartCity.Broker.Tests.Scenarios;

/// <summary>What a broker reaches as it is started: at a desk, for a city, and where the environment has a proxy.</summary>
public sealed class ReachTests
{
    private const string Context = """{"@context": {"speed": "https://example.org/speed"}}""";

    [Theory]
    [InlineData("", true)]
    [InlineData("--public-url http://hub.example.org", false)]
    [InlineData("--public-url http://hub.example.org --Outbound:Allow 127.0.0.0/30", true)]
    [InlineData("--Outbound:Allow private", false)]
    [InlineData("--Outbound:Schemes https", false)]
    public async Task Loopback_is_reached_in_development_and_where_it_is_allowed(string options, bool isReached)
    {
        await using var server = RawServer.Answering(RawServer.Ok(Context));
        var (subscribed, named) = await AskAsync([], options.Split(' ', StringSplitOptions.RemoveEmptyEntries), server.Address);

        Assert.Equal(isReached ? HttpStatusCode.Created : HttpStatusCode.BadRequest, subscribed);
        Assert.Equal(isReached ? HttpStatusCode.NotFound : HttpStatusCode.GatewayTimeout, named);
        Assert.Equal(isReached ? 1 : 0, server.Connections);
    }

    [Fact]
    public async Task The_proxy_of_the_environment_is_not_used()
    {
        await using var proxy = RawServer.Answering(RawServer.Ok("{}"));
        await using var server = RawServer.Answering(RawServer.Ok(Context));
        var environment = new Dictionary<string, string>
        {
            ["http_proxy"] = proxy.Address.ToString(),
            ["HTTP_PROXY"] = proxy.Address.ToString(),
            ["all_proxy"] = proxy.Address.ToString(),
            ["no_proxy"] = "",
        };

        var (_, named) = await AskAsync(environment, [], server.Address);

        Assert.Equal((HttpStatusCode.NotFound, 1, 0), (named, server.Connections, proxy.Connections));
    }

    /// <summary>Subscribes for a server, and names an @context of it.</summary>
    private static async Task<(HttpStatusCode Subscribed, HttpStatusCode Named)> AskAsync(
        Dictionary<string, string> environment, string[] options, Uri server)
    {
        var data = Directory.CreateTempSubdirectory("smartcity-reach-").FullName;
        try
        {
            await using var broker = await BrokerProcess.StartAsync(data, environment, options);
            var subscription = JsonSerializer.Serialize(new
            {
                type = "Subscription",
                entities = new[] { new { type = "T" } },
                notification = new { endpoint = new { uri = server } },
            });
            using var body = new StringContent(subscription, Encoding.UTF8, "application/json");
            using var subscribed = await broker.Client.PostAsync(new Uri("/ngsi-ld/v1/subscriptions", UriKind.Relative), body);
            using var query = new HttpRequestMessage(HttpMethod.Get, "/ngsi-ld/v1/entities/urn:x:1");
            query.Headers.Add("Link", $"<{server}>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"");
            using var named = await broker.Client.SendAsync(query);
            return (subscribed.StatusCode, named.StatusCode);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
