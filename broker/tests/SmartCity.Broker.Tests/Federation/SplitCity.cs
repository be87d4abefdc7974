using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using SmartCity.Broker.Tests.Http;
using Xunit;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>Four brokers: one that holds all, and three that hold parts, of which the first knows the two others.</summary>
public sealed class SplitCity : IAsyncLifetime
{
    private readonly List<HttpHost> _parts = [];
    private HttpHost _whole = null!;

    public async Task InitializeAsync()
    {
        _whole = await HttpHost.StartAsync();
        for (var i = 0; i < 3; i++) _parts.Add(await HttpHost.StartAsync(new() { Alias = $"part-{i}" }));
    }

    public async Task DisposeAsync()
    {
        await _whole.DisposeAsync();
        foreach (var part in _parts) await part.DisposeAsync();
    }

    /// <summary>Gives the data to the one, and the parts to the others.</summary>
    public async Task FillAsync(string tenant, SplitData data)
    {
        foreach (var entity in data.Whole) await WriteAsync(_whole, tenant, entity);
        for (var i = 0; i < _parts.Count; i++)
        {
            foreach (var entity in data.Stale[i]) await WriteAsync(_parts[i], tenant, entity);
        }

        for (var i = 0; i < _parts.Count; i++)
        {
            foreach (var entity in data.Parts[i]) await WriteAsync(_parts[i], tenant, entity);
        }

        for (var i = 1; i < _parts.Count; i++)
        {
            var registration = data.Registration(i, $"urn:ngsi-ld:ContextSourceRegistration:{i}", _parts[i].Address.ToString().TrimEnd('/'), tenant);
            var answer = await _parts[0].SendAsync("POST", "/ngsi-ld/v1/csourceRegistrations", registration.ToJsonString(), Tenant(tenant));
            Assert.True(answer.Status == HttpStatusCode.Created, answer.Body);
        }
    }

    public Task<(HttpStatusCode Status, string? Count, JsonNode? Body)> WholeAsync(string tenant, Question question) => AskAsync(_whole, tenant, question);

    public Task<(HttpStatusCode Status, string? Count, JsonNode? Body)> PartsAsync(string tenant, Question question) => AskAsync(_parts[0], tenant, question);

    /// <summary>The ids of all pages, following the links.</summary>
    public async Task<List<string>> PagesAsync(string tenant, string target)
    {
        var ids = new List<string>();
        for (string? next = target; next is not null;)
        {
            var answer = await _parts[0].SendAsync("GET", next, null, Tenant(tenant));
            Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
            Assert.Null(answer["NGSILD-Warning"]);
            ids.AddRange(JsonNode.Parse(answer.Body)!.AsArray().Select(entity => entity!["id"]!.GetValue<string>()));
            var links = (answer["Link"] ?? "").Split(", <").Select(link => link.TrimStart('<'));
            next = links.FirstOrDefault(link => link.Contains("rel=\"next\"", StringComparison.Ordinal))?.Split('>')[0];
        }

        return ids;
    }

    private static async Task<(HttpStatusCode Status, string? Count, JsonNode? Body)> AskAsync(HttpHost host, string tenant, Question question)
    {
        var answer = await host.SendAsync(question.Body is null ? "GET" : "POST", question.Target, question.Body, Tenant(tenant));
        Assert.True(answer["NGSILD-Warning"] is null, answer["NGSILD-Warning"]);
        return (answer.Status, answer["NGSILD-Results-Count"], answer.Status == HttpStatusCode.OK ? Sorted(JsonNode.Parse(answer.Body)) : null);
    }

    private static async Task WriteAsync(HttpHost host, string tenant, JsonObject entity)
    {
        var answer = await host.SendAsync(
            "POST", "/ngsi-ld/v1/entityOperations/upsert?options=update", new JsonArray(entity.DeepClone()).ToJsonString(), Tenant(tenant));
        Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.NoContent, answer.Body);
    }

    private static (string, string) Tenant(string tenant) => ("NGSILD-Tenant", tenant);

    // Neither Entities nor instances have an order.
    private static JsonNode? Sorted(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToList()) members[name] = Sorted(value?.DeepClone());
                return members;
            case JsonArray items when items.All(item => item is JsonObject):
                var sorted = items.Select(item => Sorted(item!.DeepClone())!).OrderBy(Key, StringComparer.Ordinal);
                return new JsonArray([.. sorted]);
            default:
                return node;
        }
    }

    private static string Key(JsonNode item) =>
        item["id"]?.ToString() ?? item["datasetId"]?.ToString() ?? item["value"]?.ToJsonString() ?? string.Create(CultureInfo.InvariantCulture, $"{item}");
}

/// <param name="Target">With the parameters.</param>
/// <param name="Body">Null for GET.</param>
public sealed record Question(string Target, string? Body = null)
{
    public override string ToString() => Body is null ? Target : $"{Target} {Body}";
}
