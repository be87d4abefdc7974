using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>
/// Histories of half an hour: whole ones at one place, split by Attribute, or by instance; some instances stand at another place for the same
/// time with another value, which was written earlier.
/// </summary>
public sealed class SplitHistoryData(int seed, ImmutableHashSet<int> without) : SplitData(seed, 8, without)
{
    private static readonly string[] Names = ["a", "b", "c", "location"];
    private static readonly string[] Datasets = ["", "urn:d:1"];

    public override IEnumerable<(string Target, JsonNode Body)> Writes(List<JsonObject> some) =>
        some.Select(entity => ("/ngsi-ld/v1/temporal/entities", (JsonNode)entity));

    protected override void Describe(JsonObject registration)
    {
        registration["operations"] = new JsonArray("retrieveTemporal", "queryTemporal");
        registration["observationInterval"] = new JsonObject { ["startAt"] = "2020-01-01T00:00:00Z" };
    }

    protected override void Add(string id, Random random)
    {
        var head = Headed(id, random);
        var whole = (JsonObject)head.DeepClone();
        var parts = new JsonObject?[3];
        var stale = new JsonObject?[3];
        var (manner, home) = (random.Next(3), random.Next(3));
        foreach (var name in Names.Where(_ => random.Next(4) > 0))
        {
            var place = manner == 0 ? home : random.Next(3);
            foreach (var dataset in Datasets.Where(dataset => dataset.Length == 0 || random.Next(3) == 0))
            {
                // Instances of one time have no order; where datasetIds do not count, those of all are one series.
                foreach (var minute in Enumerable.Range(0, 30).Where(minute => minute % 2 == dataset.Length % 2 && random.Next(3) == 0))
                {
                    if (manner == 2) place = random.Next(3);
                    var instance = Instance(random, name, dataset, minute);
                    Put(whole, name, instance);
                    Put(parts[place] ??= (JsonObject)head.DeepClone(), name, instance);
                    if (random.Next(5) > 0) continue;
                    var other = (place + random.Next(1, 3)) % 3;
                    Put(stale[other] ??= (JsonObject)head.DeepClone(), name, Instance(random, name, dataset, minute));
                }
            }
        }

        if (parts.All(part => part is null))
        {
            // Without a single instance there is no history.
            Put(whole, "a", Instance(random, "a", "", 0));
            parts[home] = (JsonObject)whole.DeepClone();
        }

        Keep(whole, parts, stale);
    }

    private static JsonObject Instance(Random random, string name, string dataset, int minute)
    {
        var instance = name switch
        {
            "location" => new JsonObject { ["type"] = "GeoProperty", ["value"] = Point(random) },
            "c" => new JsonObject { ["type"] = "Property", ["value"] = $"v{random.Next(4)}" },
            _ => new JsonObject { ["type"] = "Property", ["value"] = random.Next(10) },
        };
        if (dataset.Length > 0) instance["datasetId"] = dataset;
        instance["observedAt"] = string.Create(CultureInfo.InvariantCulture, $"2026-01-01T10:{minute:00}:00Z");
        return instance;
    }
}
