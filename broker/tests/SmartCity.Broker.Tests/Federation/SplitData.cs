using System.Globalization;
using System.Text.Json.Nodes;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>
/// Random Entities, and the same split at random over three places: whole ones, by Attribute, or by datasetId, some instances with an older
/// version at another place. A seed makes one of it.
/// </summary>
public sealed class SplitData
{
    private static readonly string[][] Types = [["A"], ["B"], ["A", "B"]];
    private static readonly string[] Scopes = ["", "/x", "/x/y", "/z"];
    private static readonly string[] Names = ["a", "b", "c", "location", "link"];
    private static readonly string[] Datasets = ["", "urn:d:1", "urn:d:2"];

    private readonly Random _random;

    public SplitData(int seed)
    {
        _random = new Random(seed);
        var count = _random.Next(1, 14);
        for (var i = 0; i < count; i++) Add($"urn:e:{i}", count);
    }

    public List<JsonObject> Whole { get; } = [];

    public List<JsonObject>[] Parts { get; } = [[], [], []];

    /// <summary>What is written before the parts, and loses against them.</summary>
    public List<JsonObject>[] Stale { get; } = [[], [], []];

    public IEnumerable<string> Ids => Whole.Select(entity => entity["id"]!.GetValue<string>());

    public JsonObject Registration(int place, string id, string endpoint, string tenant)
    {
        var information = new JsonObject
        {
            ["entities"] = new JsonArray([.. Types.Select(types => Entity(types, _random.Next(2) == 0 ? "^urn:e:" : null))]),
        };
        if (_random.Next(2) == 0)
        {
            information["propertyNames"] = new JsonArray("a", "b", "c", "location");
            information["relationshipNames"] = new JsonArray("link");
        }

        return new()
        {
            ["id"] = id,
            ["type"] = "ContextSourceRegistration",
            ["endpoint"] = endpoint,
            ["tenant"] = tenant,
            ["information"] = new JsonArray(information),
            ["contextSourceAlias"] = string.Create(CultureInfo.InvariantCulture, $"part-{place}~{tenant}"),
        };
    }

    private static JsonObject Entity(string[] types, string? pattern)
    {
        var entity = new JsonObject { ["type"] = types.Length == 1 ? types[0] : new JsonArray([.. types.Select(type => (JsonNode)type)]) };
        if (pattern is not null) entity["idPattern"] = pattern;
        return entity;
    }

    private void Add(string id, int count)
    {
        var head = Entity(Types[_random.Next(Types.Length)], null);
        head["id"] = id;
        if (Scopes[_random.Next(Scopes.Length)] is { Length: > 0 } scope) head["scope"] = scope;
        var whole = (JsonObject)head.DeepClone();
        var parts = new JsonObject?[3];
        var stale = new JsonObject?[3];
        var (manner, home) = (_random.Next(3), _random.Next(3));
        foreach (var name in Names.Where(_ => _random.Next(3) > 0))
        {
            var place = manner == 0 ? home : _random.Next(3);
            foreach (var dataset in Datasets.Where(dataset => _random.Next(dataset.Length == 0 ? 4 : 3) > 1))
            {
                if (manner == 2) place = _random.Next(3);
                var observed = _random.Next(2) == 0 ? _random.Next(10, 20) : -1;
                var instance = Instance(name, dataset, observed, count);
                Put(whole, name, instance);
                Put(parts[place] ??= (JsonObject)head.DeepClone(), name, instance);
                if (_random.Next(3) > 0) continue;
                // What is observed earlier loses even where it is written later.
                var older = Instance(name, dataset, observed < 0 ? -1 : _random.Next(10), count);
                var other = (place + _random.Next(1, 3)) % 3;
                var late = observed >= 0 && _random.Next(2) == 0;
                Put((late ? parts : stale)[other] ??= (JsonObject)head.DeepClone(), name, older);
            }
        }

        Whole.Add(whole);
        // One that has nothing else is where it can be found by its type alone.
        if (parts.All(part => part is null)) parts[0] = (JsonObject)head.DeepClone();
        for (var i = 0; i < 3; i++)
        {
            if (parts[i] is { } part) Parts[i].Add(part);
            if (stale[i] is { } old) Stale[i].Add(old);
        }
    }

    private JsonObject Instance(string name, string dataset, int observed, int count)
    {
        var instance = name switch
        {
            "location" => new JsonObject
            {
                ["type"] = "GeoProperty",
                ["value"] = new JsonObject { ["type"] = "Point", ["coordinates"] = new JsonArray(_random.Next(-3, 4), _random.Next(-3, 4)) },
            },
            "link" => new JsonObject
            {
                ["type"] = "Relationship",
                ["object"] = string.Create(CultureInfo.InvariantCulture, $"urn:e:{_random.Next(count + 1)}"),
            },
            _ => new JsonObject { ["type"] = "Property", ["value"] = _random.Next(2) == 0 ? _random.Next(10) : $"v{_random.Next(4)}" },
        };
        if (name.Length == 1 && _random.Next(2) == 0) instance["acc"] = new JsonObject { ["type"] = "Property", ["value"] = _random.Next(10) };
        if (dataset.Length > 0) instance["datasetId"] = dataset;
        if (observed >= 0) instance["observedAt"] = string.Create(CultureInfo.InvariantCulture, $"2026-01-{observed + 1:00}T00:00:00Z");
        return instance;
    }

    private static void Put(JsonObject entity, string name, JsonObject instance)
    {
        if (entity[name] is not JsonArray instances) entity[name] = instances = [];
        instances.Add(instance.DeepClone());
    }
}
