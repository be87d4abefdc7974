using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>Current states: whole ones at one place, split by Attribute, or by datasetId, some instances with an older version at another place.</summary>
public sealed class SplitCurrentData(int seed, ImmutableHashSet<int> without) : SplitData(seed, 14, without)
{
    private static readonly string[] Scopes = ["", "/x", "/x/y", "/z"];
    private static readonly string[] Names = ["a", "b", "c", "location", "link", "name", "kind", "list"];
    private static readonly string[] Datasets = ["", "urn:d:1", "urn:d:2"];

    public override IEnumerable<(string Target, JsonNode Body)> Writes(List<JsonObject> some)
    {
        if (some.Count > 0) yield return ("/ngsi-ld/v1/entityOperations/upsert?options=update", new JsonArray([.. some.Select(entity => entity.DeepClone())]));
    }

    protected override void Add(string id, Random random)
    {
        var head = Headed(id, random);
        if (Scopes[random.Next(Scopes.Length)] is { Length: > 0 } scope) head["scope"] = scope;
        var whole = (JsonObject)head.DeepClone();
        var parts = new JsonObject?[3];
        var stale = new JsonObject?[3];
        var (manner, home) = (random.Next(3), random.Next(3));
        foreach (var name in Names.Where(_ => random.Next(3) > 0))
        {
            var place = manner == 0 ? home : random.Next(3);
            foreach (var dataset in Datasets.Where(dataset => random.Next(dataset.Length == 0 ? 4 : 3) > 1))
            {
                if (manner == 2) place = random.Next(3);
                var observed = random.Next(2) == 0 ? random.Next(10, 20) : -1;
                var instance = Instance(random, name, dataset, observed);
                Put(whole, name, instance);
                Put(parts[place] ??= (JsonObject)head.DeepClone(), name, instance);
                if (random.Next(3) > 0) continue;
                // What is observed earlier loses even where it is written later.
                var older = Instance(random, name, dataset, observed < 0 ? -1 : random.Next(10));
                var other = (place + random.Next(1, 3)) % 3;
                var late = observed >= 0 && random.Next(2) == 0;
                Put((late ? parts : stale)[other] ??= (JsonObject)head.DeepClone(), name, older);
            }
        }

        // One that has nothing else is where it can be found by its type alone.
        if (parts.All(part => part is null)) parts[0] = (JsonObject)head.DeepClone();
        Keep(whole, parts, stale);
    }

    private JsonObject Instance(Random random, string name, string dataset, int observed)
    {
        var instance = name switch
        {
            "location" => new JsonObject { ["type"] = "GeoProperty", ["value"] = Point(random) },
            "link" => new JsonObject { ["type"] = "Relationship", ["object"] = Linked(random) },
            "name" => new JsonObject { ["type"] = "LanguageProperty", ["languageMap"] = new JsonObject { ["en"] = $"bridge {random.Next(4)}", ["it"] = "ponte" } },
            "kind" => new JsonObject { ["type"] = "VocabProperty", ["vocab"] = $"kind{random.Next(3)}" },
            "list" => new JsonObject { ["type"] = "ListProperty", ["valueList"] = new JsonArray(random.Next(9), random.Next(9)) },
            _ => new JsonObject { ["type"] = "Property", ["value"] = random.Next(2) == 0 ? random.Next(10) : $"v{random.Next(4)}" },
        };
        if (name.Length == 1 && random.Next(2) == 0) instance["acc"] = new JsonObject { ["type"] = "Property", ["value"] = random.Next(10) };
        if (dataset.Length > 0) instance["datasetId"] = dataset;
        if (observed >= 0) instance["observedAt"] = string.Create(CultureInfo.InvariantCulture, $"2026-01-{observed + 1:00}T00:00:00Z");
        return instance;
    }
}
