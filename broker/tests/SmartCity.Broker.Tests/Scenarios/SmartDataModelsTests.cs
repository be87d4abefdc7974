using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SmartCity.DataModels;
using Xunit;
using Xunit.Abstractions;

namespace SmartCity.Broker.Tests.Scenarios;

/// <summary>
/// The official normalized examples, each with the contexts that it names, through a broker without internet: a clean one goes
/// in, is found and reads back equal; an unclean one is refused by name and changes nothing.
/// </summary>
public sealed class SmartDataModelsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Official_examples_read_back_equal_or_are_refused_with_member_and_reason()
    {
        if (SharedFolder.Find("smart-data-models") is not { } models)
        {
            output.WriteLine("skipped: there are no official models beside the repository");
            return;
        }

        var work = Directory.CreateTempSubdirectory("smartcity-models-");
        var contexts = work.CreateSubdirectory("contexts").FullName;
        ContextFolder.Write(
            models,
            contexts,
            "http://uri.citydatahub.kr/ngsi-ld/water.jsonld",
            "https://raw.githubusercontent.com/smart-data-models/dataModel.Aeronautics/refs/heads/master/context.jsonld");
        await using var broker = await BrokerProcess.StartAsync(work.CreateSubdirectory("data").FullName, "--contexts", contexts);

        var (clean, unclean) = (0, 0);
        var wrong = new List<string>();
        var files = Directory.EnumerateFiles(models, "example-normalized.jsonld", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var name = Path.GetRelativePath(models, file);
            var example = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
            using var answer = await PostAsync(broker.Client, "/ngsi-ld/v1/entityOperations/upsert", new JsonArray(example.DeepClone()));
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == HttpStatusCode.Created)
            {
                clean++;
                if (await DifferenceAsync(broker.Client, example) is { } difference) wrong.Add($"{name}: {difference}");
                using var deleted = await broker.Client.DeleteAsync($"/ngsi-ld/v1/entities/{Uri.EscapeDataString((string)example["id"]!)}");
                if (deleted.StatusCode != HttpStatusCode.NoContent) wrong.Add($"{name}: delete answers {deleted.StatusCode}");
            }
            else
            {
                unclean++;
                output.WriteLine($"refused {name}: {Detail(text)}");
                if (await RefusalFlawAsync(broker.Client, example, answer.StatusCode, text) is { } flaw) wrong.Add($"{name}: {flaw}");
            }
        }

        output.WriteLine($"[measured] official examples: {clean} clean, read back equal; {unclean} unclean, refused");
        Assert.Empty(wrong);
        Assert.True(clean > unclean, $"{clean} clean, {unclean} unclean");
        Assert.Empty((await GetArrayAsync(broker.Client, "/ngsi-ld/v1/entities?local=true"))!);
        work.Delete(recursive: true);
    }

    private static async Task<string?> DifferenceAsync(HttpClient client, JsonObject example)
    {
        var id = (string)example["id"]!;
        JsonObject[] selectors =
        [
            new() { ["id"] = id, ["type"] = example["type"]!.DeepClone() },
            new() { ["type"] = example["type"]!.DeepClone() },
            new() { ["idPattern"] = $"^{Regex.Escape(id)}$", ["type"] = example["type"]!.DeepClone() },
        ];
        foreach (var selector in selectors)
        {
            var query = new JsonObject { ["type"] = "Query", ["entities"] = new JsonArray(selector) };
            if (example["@context"] is { } context) query["@context"] = context.DeepClone();
            using var answer = await PostAsync(client, "/ngsi-ld/v1/entityOperations/query", query);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode != HttpStatusCode.OK) return $"query {selector.ToJsonString()} answers {answer.StatusCode}: {text}";
            if (JsonNode.Parse(text) is not JsonArray { Count: 1 } found) return $"query {selector.ToJsonString()} finds {text}";
            var expected = (JsonObject)example.DeepClone();
            expected.Remove("@context");
            // Times that a producer claims for the broker are not kept (ETSI GS CIM 009 4.8).
            expected.Remove("createdAt");
            expected.Remove("modifiedAt");
            var actual = found[0]!.AsObject();
            actual.Remove("@context");
            if (!JsonNode.DeepEquals(expected, actual)) return $"reads back as {actual.ToJsonString()}";
        }

        return null;
    }

    private static async Task<string?> RefusalFlawAsync(HttpClient client, JsonObject example, HttpStatusCode status, string batch)
    {
        if (status != HttpStatusCode.MultiStatus && (int)status / 100 != 4) return $"batch answers {status}: {batch}";
        using var answer = await PostAsync(client, "/ngsi-ld/v1/entities", example);
        var text = await answer.Content.ReadAsStringAsync();
        if ((int)answer.StatusCode / 100 != 4) return $"create answers {answer.StatusCode}: {text}";
        if (Detail(text).Length < 10) return $"create says too little: {text}";
        if (example["id"] is not JsonValue id) return null;
        using var found = await client.GetAsync($"/ngsi-ld/v1/entities/{Uri.EscapeDataString(id.ToString())}");
        return found.IsSuccessStatusCode ? "is refused, yet there" : null;
    }

    private static async Task<JsonArray?> GetArrayAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync()) as JsonArray;
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string path, JsonNode body)
    {
        var hasContext = body is JsonArray array ? array[0]!["@context"] is not null : body["@context"] is not null;
        using var content = new StringContent(body.ToJsonString());
        content.Headers.ContentType = new MediaTypeHeaderValue(hasContext ? "application/ld+json" : "application/json");
        return await client.PostAsync(path, content);
    }

    private static string Detail(string answer)
    {
        try
        {
            var node = JsonNode.Parse(answer);
            return (string?)(node?["detail"] ?? node?["errors"]?[0]?["error"]?["detail"]) ?? answer;
        }
        catch (JsonException)
        {
            return answer;
        }
    }
}
