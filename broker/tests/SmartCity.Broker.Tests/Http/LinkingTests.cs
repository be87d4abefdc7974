using SmartCity.Broker.Host.Settings;
using Xunit;

namespace SmartCity.Broker.Tests.Http;

/// <summary>How much of a graph one answer may take (ETSI GS CIM 009 4.5.23, 5.5.2).</summary>
public sealed class LinkingTests
{
    private const string Chain = """
        [{"id":"urn:a:1","type":"A","next":{"object":["urn:a:2","urn:a:3"]},"text":"long enough to count"},
         {"id":"urn:a:2","type":"A","next":{"object":"urn:a:4"},"text":"long enough to count"},
         {"id":"urn:a:3","type":"A","next":{"object":"urn:a:4"},"text":"long enough to count"},
         {"id":"urn:a:4","type":"A","next":{"object":"urn:a:5"},"text":"long enough to count"}]
        """;

    /// <summary>The query, the limit that matters, what it is, the status.</summary>
    public static TheoryData<string, string, long, int> Answers => new()
    {
        { "join=flat&joinLevel=4", "JoinLevels", 4, 200 },
        { "join=flat&joinLevel=4", "JoinLevels", 3, 403 },
        { "join=flat&joinLevel=2", "LinkedEntities", 3, 200 },
        { "join=flat&joinLevel=2", "LinkedEntities", 2, 403 },
        { "join=flat&joinLevel=1", "LinkedEntities", 2, 200 },
        { "join=inline&joinLevel=2", "LinkedEntities", 4, 200 },
        { "join=inline&joinLevel=2", "LinkedEntities", 3, 403 },
        { "join=flat&joinLevel=2", "LinkedBytes", 100, 403 },
        { "join=inline&joinLevel=2", "LinkedBytes", 300, 403 },
        { "join=inline&joinLevel=2", "LinkedBytes", 3000, 200 },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_limit_stops_what_would_be_too_much(string query, string limit, long value, int status)
    {
        var (settings, problems) = SettingsReader.Read(new() { ["Limits:" + limit] = value.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        Assert.Empty(problems);
        await using var host = await HttpHost.StartAsync(settings);
        await new Ask("POST /ngsi-ld/v1/entityOperations/create", 201) { Body = Chain }.CheckAsync(host);
        var error = status == 200 ? null : limit == "JoinLevels" ? "TooComplexQuery" : "TooManyResults";
        await new Ask($"GET /ngsi-ld/v1/entities/urn:a:1?{query}", status) { Error = error }.CheckAsync(host);
        await new Ask($"GET /ngsi-ld/v1/entities?id=urn:a:1&type=A&{query}", status) { Error = error }.CheckAsync(host);
    }
}
