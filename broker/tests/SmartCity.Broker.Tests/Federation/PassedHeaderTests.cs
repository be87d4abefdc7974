using System.Net;
using SmartCity.Broker.Host.Settings;
using SmartCity.Broker.Tests.Http;
using Xunit;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>Which headers of a client a registration may have passed on: all (ETSI GS CIM 009 4.3.6.5), or those that the operator names.</summary>
public sealed class PassedHeaderTests
{
    [Theory]
    [InlineData(null, "Bearer secret", "trace")]
    [InlineData("", null, null)]
    [InlineData(" x-trace , Other", null, "trace")]
    [InlineData("authorization,X-Trace", "Bearer secret", "trace")]
    public async Task The_operator_says_which_headers_registrations_may_take_over(string? passOn, string? authorization, string? trace)
    {
        await using var source = new RawSource(RawSource.Response("[]"));
        await using var host = await HttpHost.StartAsync(new HubSettings { Federation = new() { PassOn = passOn } });
        var registration = $$"""
            {"type":"ContextSourceRegistration","endpoint":"{{source.Root}}","information":[{"entities":[{"type":"Lamp"}]}],
             "contextSourceInfo":[{"key":"Authorization","value":"urn:ngsi-ld:request"},{"key":"X-Trace","value":"urn:ngsi-ld:request"},{"key":"X-Own","value":"own"}]}
            """;
        Assert.Equal(HttpStatusCode.Created, (await host.SendAsync("POST", "/ngsi-ld/v1/csourceRegistrations", registration)).Status);
        (string, string)[] headers = [("Authorization", "Bearer secret"), ("X-Trace", "trace")];
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync("GET", "/ngsi-ld/v1/entities?type=Lamp", null, headers)).Status);
        // In the background as well.
        const string Snapshot = """{"type":"Snapshot","snapshotQueries":[{"type":"Query","entities":[{"type":"Lamp"}]}]}""";
        Assert.Equal(HttpStatusCode.Created, (await host.SendAsync("POST", "/ngsi-ld/v1/snapshots", Snapshot, headers)).Status);
        for (var waited = 0; source.Requests.Count < 2 && waited < 1500; waited++) await Task.Delay(20);

        Assert.Equal(2, source.Requests.Count);
        Assert.All(source.Requests, sent => Assert.Equal((authorization, trace, "own"), (sent["Authorization"], sent["X-Trace"], sent["X-Own"])));
    }
}
