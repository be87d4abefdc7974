using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Clients;

/// <summary>What tools and web pages ask before they ask: the verbs of a resource, and whether a page may call.</summary>
public class BrowserTests : BrokerTest
{
    private static readonly (string, string) Origin = ("Origin", "http://dashboard.example");

    [BrokerTheory, Clause("6.3.2"), Clause("6.4"), Clause("6.5"), Clause("6.6"), Clause("6.7")]
    [InlineData("entities", "GET POST", false)]
    [InlineData("entities/", "GET POST", false)]
    [InlineData("entities/urn:x:1", "GET PUT PATCH DELETE", true)]
    [InlineData("entities/urn:x:1/attrs", "POST PATCH", true)]
    [InlineData("entities/urn:x:1/attrs/speed", "PUT PATCH DELETE", true)]
    [InlineData("subscriptions/urn:x:1", "GET PATCH DELETE", true)]
    [InlineData("jsonldContexts/urn:x:1", "GET DELETE", false)]
    public async Task OPTIONS_tells_verbs_and_what_PATCH_takes(string path, string verbs, bool patch)
    {
        var answer = await SendAsync(HttpMethod.Options, path);
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.NoContent, $"{answer.Status}");
        var allowed = answer.Header("Allow").Split(',', StringSplitOptions.TrimEntries);
        foreach (var verb in verbs.Split(' ')) Assert.Contains(verb, allowed);
        if (patch) Assert.Contains("application/merge-patch+json", answer.Header("Accept-Patch"), StringComparison.Ordinal);
        else Assert.Empty(answer.Header("Accept-Patch"));
    }

    [BrokerTheory, Clause("6.3.2")]
    [InlineData("entities/urn:x:1", "PATCH")]
    [InlineData("entities", "POST")]
    [InlineData("entityOperations/upsert", "POST")]
    [InlineData("subscriptions/urn:x:1", "DELETE")]
    public async Task A_web_page_may_ask_for_leave(string path, string method)
    {
        (string, string)[] headers = [Origin, ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", "content-type,link,ngsild-tenant")];
        var answer = await SendAsync(HttpMethod.Options, path, headers: headers);
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.NoContent, $"{answer.Status}");
        Assert.True(answer.Header("Access-Control-Allow-Origin") is "*" or "http://dashboard.example");
        Assert.Contains(method, answer.Header("Access-Control-Allow-Methods"), StringComparison.Ordinal);
        foreach (var header in (string[])["content-type", "link", "ngsild-tenant"])
        {
            Assert.Contains(header, answer.Header("Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        }
    }

    [BrokerFact, Clause("6.3.2")]
    public async Task A_web_page_reads_answers_errors_and_their_headers()
    {
        await CreateAsync("{}");
        foreach (var path in (string[])[$"entities/{Id}", $"entities?type={Type}&count=true", $"entities/{NewId()}"])
        {
            var answer = await GetAsync(path, Origin);
            Assert.True(answer.Header("Access-Control-Allow-Origin") is "*" or "http://dashboard.example");
            foreach (var header in (string[])["Link", "Location", "NGSILD-Results-Count", "NGSILD-Tenant"])
            {
                Assert.Contains(header, answer.Header("Access-Control-Expose-Headers"), StringComparison.OrdinalIgnoreCase);
            }
        }

        Assert.Empty((await GetAsync($"entities/{Id}")).Header("Access-Control-Allow-Origin"));
    }
}
