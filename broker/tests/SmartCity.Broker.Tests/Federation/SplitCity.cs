using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
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

    /// <summary>Questions in a run; <c>SMARTCITY_GENERATED</c> says of how many cities.</summary>
    public static int Cities(int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("SMARTCITY_GENERATED"), out var cities) ? cities : otherwise;

    /// <summary>The tenant of a seed, in which the one broker has the data and the three have the parts.</summary>
    public async Task<string> FillAsync(int seed, SplitData data, string suffix = "")
    {
        var tenant = string.Create(CultureInfo.InvariantCulture, $"city{seed}{suffix}");
        await WriteAsync(_whole, tenant, data, data.Whole);
        for (var i = 0; i < _parts.Count; i++) await WriteAsync(_parts[i], tenant, data, data.Stale[i]);
        for (var i = 0; i < _parts.Count; i++) await WriteAsync(_parts[i], tenant, data, data.Parts[i]);
        for (var i = 1; i < _parts.Count; i++)
        {
            var registration = data.Registration(i, $"urn:ngsi-ld:ContextSourceRegistration:{i}", _parts[i].Address.ToString().TrimEnd('/'), tenant);
            var answer = await _parts[0].SendAsync("POST", "/ngsi-ld/v1/csourceRegistrations", registration.ToJsonString(), Tenant(tenant));
            Assert.True(answer.Status == HttpStatusCode.Created, answer.Body);
        }

        return tenant;
    }

    /// <summary>Asks both sides each question; where they differ, says of which few Entities that comes.</summary>
    /// <param name="seed">Of the city.</param>
    /// <param name="split">Makes its data, without the Entities of some numbers.</param>
    /// <param name="questions">What is asked.</param>
    /// <returns>How many questions there was something to tell.</returns>
    public async Task<int> CompareAsync(int seed, Func<ImmutableHashSet<int>, SplitData> split, IEnumerable<Question> questions)
    {
        var tenant = await FillAsync(seed, split([]));
        var told = 0;
        foreach (var question in questions)
        {
            var (difference, isTold) = await DifferenceAsync(tenant, question);
            if (difference is not null) Assert.Fail($"seed {seed}: {question}\n{await ShrunkAsync(seed, split, question, difference)}");
            if (isTold) told++;
        }

        return told;
    }

    private async Task<string> ShrunkAsync(int seed, Func<ImmutableHashSet<int>, SplitData> split, Question question, string difference)
    {
        ImmutableHashSet<int> without = [];
        var data = split(without);
        for (int number = 0, count = data.Whole.Count; number < count; number++)
        {
            var fewer = split(without.Add(number));
            // A tenant in which nothing is does not exist.
            if (fewer.Whole.Count == 0) continue;
            if ((await DifferenceAsync(await FillAsync(seed, fewer, $"_{number}"), question)).Difference is not { } still) continue;
            (without, data, difference) = (without.Add(number), fewer, still);
        }

        return $"{difference}\nof {data}";
    }

    private async Task<(string? Difference, bool IsTold)> DifferenceAsync(string tenant, Question question)
    {
        var expected = await WholeAsync(tenant, question);
        var actual = await PartsAsync(tenant, question);
        return expected.Status == actual.Status && expected.Count == actual.Count && JsonNode.DeepEquals(expected.Body, actual.Body)
            ? (null, expected.Body is JsonArray { Count: > 0 } or JsonObject)
            : ($"whole: {Text(expected)}\nparts: {Text(actual)}", true);
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
        var answer = await host.SendAsync(
            question.Body is null ? "GET" : "POST", question.Target, question.Body, Tenant(tenant), ("Accept", question.MediaType));
        Assert.True(answer["NGSILD-Warning"] is null, answer["NGSILD-Warning"]);
        return (answer.Status, answer["NGSILD-Results-Count"], answer.Status == HttpStatusCode.OK ? Sorted(JsonNode.Parse(answer.Body)) : null);
    }

    private static async Task WriteAsync(HttpHost host, string tenant, SplitData data, List<JsonObject> entities)
    {
        foreach (var (target, body) in data.Writes(entities))
        {
            var answer = await host.SendAsync("POST", target, body.ToJsonString(), Tenant(tenant));
            Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.NoContent, answer.Body);
        }
    }

    private static string Text((HttpStatusCode Status, string? Count, JsonNode? Body) answer) => $"{answer.Status} {answer.Count} {answer.Body?.ToJsonString()}";

    private static (string, string) Tenant(string tenant) => ("NGSILD-Tenant", tenant);

    // Neither Entities nor those instances have an order that differ in their datasetId; each broker gives instances an id of its own. Sums
    // that are not of whole numbers depend on the order in which they are added up.
    private static JsonNode? Sorted(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                members.Remove("instanceId");
                foreach (var (name, value) in members.ToList()) members[name] = Sorted(value?.DeepClone());
                return members;
            case JsonArray items when items.All(item => item is JsonObject):
                var sorted = items.Select(item => Sorted(item!.DeepClone())!).OrderBy(Key, StringComparer.Ordinal);
                return new JsonArray([.. sorted]);
            case JsonArray items:
                return new JsonArray([.. items.Select(item => Sorted(item?.DeepClone()))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                return Math.Round(value.GetValue<double>(), 9);
            default:
                return node;
        }
    }

    private static string Key(JsonNode item) => (item["id"] ?? item["datasetId"])?.ToString() ?? "";
}

/// <param name="Target">With the parameters.</param>
/// <param name="Body">Null for GET.</param>
/// <param name="MediaType">Of the answer.</param>
public sealed record Question(string Target, string? Body = null, string MediaType = "application/json")
{
    public override string ToString() => $"{Target} {Body} as {MediaType}";
}
