using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Host.Settings;
using SmartCity.Broker.Tests.Http;
using Xunit;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>Sources with more Entities than one page has, or than are kept while a query is answered.</summary>
public sealed class ManyEntitiesTests
{
    private const string Entities = "/ngsi-ld/v1/entities";

    [Theory]
    [InlineData(30, 250, 60, 100, 32 << 20)]
    [InlineData(30, 5200, 300, 1000, 32 << 20)]
    // More than are kept: pages ask for just their own.
    [InlineData(30, 250, 60, 100, 20_000)]
    [InlineData(30, 5200, 300, 1000, 100_000)]
    public async Task Pages_have_each_Entity_of_large_sources_once(int here, int there, int both, int limit, long kept)
    {
        await using var hub = await HttpHost.StartAsync(new HubSettings { Federation = FederationSettings.Default with { GatheredBytes = kept } });
        await using var source = await HttpHost.StartAsync();
        await FillAsync(hub, 0, here + both, "a");
        await FillAsync(source, here, here + both + there, "b");
        await RegisterAsync(hub, source);

        var all = await PagesAsync(hub, $"{Entities}?type=Many&limit={limit}&pick=id,a,b");
        Assert.Equal(here + both + there, all.Count);
        Assert.Equal(all.Count, all.Select(Id).Distinct().Count());
        Assert.Equal(here + both, all.Count(entity => entity!["a"] is not null));
        Assert.Equal(both + there, all.Count(entity => entity!["b"] is not null));

        var back = await PagesAsync(hub, $"{Entities}?type=Many&limit={limit}&offset={all.Count - 7}&pick=id", "prev");
        Assert.Equal(all.Select(Id).Order(StringComparer.Ordinal), back.Select(Id).Order(StringComparer.Ordinal));
        var counted = await hub.SendAsync("GET", Next(await hub.SendAsync("GET", $"{Entities}?type=Many&limit={limit}&count=true"))!);
        Assert.Equal(all.Count.ToString(CultureInfo.InvariantCulture), counted["NGSILD-Results-Count"]);

        // How many a filter means, and where pages of these begin.
        var right = await hub.SendAsync("GET", $"{Entities}?type=Many&limit=0&count=true&q=b==1");
        Assert.Equal(((both + there) / 2).ToString(CultureInfo.InvariantCulture), right["NGSILD-Results-Count"]);
        var tail = await PagesAsync(hub, $"{Entities}?type=Many&limit={limit}&offset={((both + there) / 2) - 3}&q=b==1");
        Assert.Equal(3, tail.Count);

        // A filter over what is here and there.
        var odd = await PagesAsync(hub, $"{Entities}?type=Many&limit={limit}&q=a==1;b==1");
        Assert.Equal(both / 2, odd.Count);
        // What is gone meanwhile is passed over, and once pages have come to what sources add, nothing is added to that.
        var first = await hub.SendAsync("GET", $"{Entities}?type=Many&limit={here + both + 10}&pick=id");
        Assert.Equal(HttpStatusCode.OK, (await hub.SendAsync("GET", Next(first)!)).Status);
        await source.SendAsync("DELETE", $"{Entities}/urn:many:{here + both + 50}");
        await FillAsync(source, 100_000, 100_001, "b");
        var rest = await PagesAsync(hub, Next(first)!.Replace($"limit={here + both + 10}", "limit=1000", StringComparison.Ordinal));
        Assert.Equal(there - 10 - 1, rest.Count);
    }

    [Fact]
    public async Task What_would_have_to_be_gathered_is_bounded()
    {
        await using var hub = await HttpHost.StartAsync(new HubSettings { Federation = FederationSettings.Default with { Candidates = 200 } });
        await using var source = await HttpHost.StartAsync();
        await FillAsync(source, 0, 201, "b");
        await RegisterAsync(hub, source);
        var answer = await hub.SendAsync("GET", $"{Entities}?type=Many");
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("TooManyResults", answer.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await hub.SendAsync("GET", $"{Entities}?type=Many&id=urn:many:7")).Status);
    }

    private static async Task RegisterAsync(HttpHost hub, HttpHost source)
    {
        var registration = $$"""
            {"type":"ContextSourceRegistration","endpoint":"{{source.Address.ToString().TrimEnd('/')}}","information":[{"entities":[{"type":"Many"}]}]}
            """;
        Assert.Equal(HttpStatusCode.Created, (await hub.SendAsync("POST", "/ngsi-ld/v1/csourceRegistrations", registration)).Status);
    }

    // The value is 1 where the number is odd.
    private static async Task FillAsync(HttpHost host, int from, int to, string attribute)
    {
        var batch = new StringBuilder("[");
        for (var i = from; i < to; i++)
        {
            if (i > from) batch.Append(',');
            batch.Append(CultureInfo.InvariantCulture, $$"""{"id":"urn:many:{{i}}","type":"Many","{{attribute}}":{"type":"Property","value":{{i % 2}} } }""");
        }

        Assert.Equal(HttpStatusCode.Created, (await host.SendAsync("POST", "/ngsi-ld/v1/entityOperations/create", batch.Append(']').ToString())).Status);
    }

    private static string Id(JsonNode? entity) => (string)entity!["id"]!;

    private static async Task<List<JsonNode?>> PagesAsync(HttpHost hub, string target, string relation = "next")
    {
        var found = new List<JsonNode?>();
        for (string? next = target; next is not null;)
        {
            var answer = await hub.SendAsync("GET", next);
            Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
            Assert.Null(answer["NGSILD-Warning"]);
            found.AddRange(JsonNode.Parse(answer.Body)!.AsArray());
            next = Next(answer, relation);
        }

        return found;
    }

    private static string? Next(Answer answer, string relation = "next") => (answer["Link"] ?? "").Split(", <").Select(link => link.TrimStart('<'))
        .FirstOrDefault(link => link.Contains($"rel=\"{relation}\"", StringComparison.Ordinal))?.Split('>')[0];
}
