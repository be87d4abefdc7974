using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>What tests of EntityMaps over several sources share.</summary>
public abstract class LinkedMapTest : FederationTest
{
    protected const string Header = "NGSILD-EntityMap";

    /// <summary>An EntityMap that scripted sources name.</summary>
    protected const string Theirs = "urn:ngsi-ld:entitymap:theirs";

    /// <summary>The id in a Location, or in the header.</summary>
    protected static string IdIn(string location) => Uri.UnescapeDataString(location.Split('/')[^1]);

    /// <summary>The one EntityMap that is linked for a registration; null for none.</summary>
    protected static string? LinkOf(Answer map, string registration) => (string?)map.Json["linkedMaps"]!.AsObject()[IdIn(registration)];

    /// <summary>The ends of ids, each with who has a part of it: <c>here</c>, or the ends of registrations' paths.</summary>
    protected static string Holds(Answer map, params (string Registration, string Name)[] names) => string.Join(' ', map.Json["entityMap"]!.AsObject()
        .OrderBy(entry => entry.Key.Split(':')[^1], StringComparer.Ordinal)
        .Select(entry => $"{entry.Key.Split(':')[^1]}={string.Join('+', entry.Value!.AsArray().Select(place => Named((string)place!, names)))}"));

    /// <summary>The ends of the ids of a page.</summary>
    protected static string Ids(Answer page) =>
        string.Join(' ', page.Json.AsArray().Select(entity => ((string)entity!["id"]!).Split(':')[^1]).Order(StringComparer.Ordinal));

    /// <summary>Simple Entities of this test: their JSON, of those whose ids a request names, or all.</summary>
    internal SourceReply Entities(SourceCall call, params string[] ids)
    {
        var asked = call.Parameter("id") is { Length: > 0 } named ? named.Split(',') : ids;
        var body = string.Join(',', ids.Where(asked.Contains).Select((id, i) => Entity(id, $$$"""{"n":{"type":"Property","value":{{{i}}}}}""")));
        return SourceReply.Json($"[{body}]");
    }

    /// <summary>An EntityMap of this test as a source gives it.</summary>
    internal static SourceReply Map(params string[] ids) =>
        SourceReply.Json(new JsonObject
        {
            ["id"] = Theirs,
            ["type"] = "EntityMap",
            ["expiresAt"] = "2100-01-01T00:00:00Z",
            ["entityMap"] = new JsonObject(ids.Select(id => KeyValuePair.Create(id, (JsonNode?)new JsonArray("@none")))),
            ["linkedMaps"] = new JsonObject(),
        }.ToJsonString()) with
        { Status = HttpStatusCode.Created };

    private static string Named(string place, (string Registration, string Name)[] names) =>
        place == "@none" ? "here" : names.FirstOrDefault(name => IdIn(name.Registration) == place).Name ?? place;
}
