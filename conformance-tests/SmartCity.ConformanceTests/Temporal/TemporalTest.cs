using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;

namespace SmartCity.ConformanceTests.Temporal;

/// <summary>What tests of the temporal API share: evolutions under ids of their own, compared without what the broker gives itself.</summary>
public abstract class TemporalTest : BrokerTest
{
    protected const string Between = "timerel=between&timeAt=2026-01-01T10:00:00Z&endTimeAt=2026-01-01T11:00:00Z";

    /// <summary>Speeds of 10, 20 ... at 10:00, 10:10 ... of 2026-01-01.</summary>
    protected const string SixSpeeds = """
        {"speed":[
          {"type":"Property","value":10,"observedAt":"2026-01-01T10:00:00Z","unitCode":"KMH"},
          {"type":"Property","value":20,"observedAt":"2026-01-01T10:10:00Z","unitCode":"KMH"},
          {"type":"Property","value":30,"observedAt":"2026-01-01T10:20:00Z","unitCode":"KMH"},
          {"type":"Property","value":40,"observedAt":"2026-01-01T10:30:00Z","unitCode":"KMH"},
          {"type":"Property","value":50,"observedAt":"2026-01-01T10:40:00Z","unitCode":"KMH"},
          {"type":"Property","value":60,"observedAt":"2026-01-01T10:50:00Z","unitCode":"KMH"}]}
        """;

    /// <summary>Creates the evolution of an Entity of this test's type.</summary>
    protected async Task EvolveAsync(string members, string? id = null) =>
        (await PostAsync("temporal/entities", Entity(id ?? Id, members))).Expect(HttpStatusCode.Created);

    /// <summary>What is read of the Entity, but id, type and whatever the broker gives instances itself.</summary>
    protected async Task<JsonObject> EvolutionAsync(string query = "", string? id = null)
    {
        var answer = (await GetAsync($"temporal/entities/{id ?? Id}?{query}")).Expect(HttpStatusCode.OK);
        var evolution = answer.Json.AsObject();
        Assert.Equal(id ?? Id, (string?)evolution["id"]);
        return Bare(evolution);
    }

    /// <summary>Asserts what is read of the Entity.</summary>
    protected async Task EvolvedAsync(string expected, string query = "", string? id = null)
    {
        var evolution = await EvolutionAsync(query, id);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), evolution), $"expected {expected}\nread     {evolution.ToJsonString()}");
    }

    /// <summary>The values of an Attribute's instances, in order.</summary>
    protected async Task<string> ValuesAsync(string attribute, string query, string? id = null) =>
        Values((await GetAsync($"temporal/entities/{id ?? Id}?{query}")).Json[attribute]);

    protected static string Values(JsonNode? attribute) =>
        attribute is null ? "" : string.Join(" ", attribute.AsArray().Select(instance => instance!["value"]!.ToJsonString()));

    /// <summary>The ids that a temporal query finds among the Entities of this test's type, in order of their ends.</summary>
    protected async Task<string> FindEvolutionsAsync(string query)
    {
        var answer = (await GetAsync($"temporal/entities?type={Type}&{query}")).Expect(HttpStatusCode.OK);
        return string.Join(" ", answer.Json.AsArray().Select(entity => ((string)entity!["id"]!).Split(':')[^1]).Order());
    }

    protected async Task<string> InstanceIdAsync(string attribute, int index)
    {
        var instances = (await GetAsync($"temporal/entities/{Id}")).Expect(HttpStatusCode.OK).Json[attribute]!.AsArray();
        return (string)instances[index]!["instanceId"]!;
    }

    /// <summary>An evolution without id, type and whatever the broker gives instances itself.</summary>
    protected static JsonObject Bare(JsonObject evolution)
    {
        evolution.Remove("id");
        evolution.Remove("type");
        foreach (var (_, attribute) in evolution)
        {
            foreach (var instance in attribute as JsonArray ?? [])
            {
                if (instance is JsonObject members) members.Remove("instanceId");
            }
        }

        return evolution;
    }
}
