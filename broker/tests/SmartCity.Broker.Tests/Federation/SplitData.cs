using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>
/// Random Entities, and the same split at random over three places. A seed makes one of it, and each Entity is made of the seed and its number
/// alone: where one is left out, the others stay as they are.
/// </summary>
public abstract class SplitData
{
    private static readonly string[][] Types = [["A"], ["B"], ["A", "B"]];
    private readonly int _count;
    private readonly Random _registering;

    /// <param name="seed">Decides all.</param>
    /// <param name="most">Entities there may be.</param>
    /// <param name="without">Numbers of those to leave out.</param>
    protected SplitData(int seed, int most, ImmutableHashSet<int> without)
    {
        _registering = new Random(seed);
        _count = _registering.Next(1, most);
        for (var i = 0; i < _count; i++)
        {
            if (!without.Contains(i)) Add(string.Create(CultureInfo.InvariantCulture, $"urn:e:{i}"), new((seed * 1000) + i));
        }
    }

    public List<JsonObject> Whole { get; } = [];

    public List<JsonObject>[] Parts { get; } = [[], [], []];

    /// <summary>What is written before the parts, and loses against them.</summary>
    public List<JsonObject>[] Stale { get; } = [[], [], []];

    /// <summary>Where all of <paramref name="some"/> are written.</summary>
    public abstract IEnumerable<(string Target, JsonNode Body)> Writes(List<JsonObject> some);

    public JsonObject Registration(int place, string id, string endpoint, string tenant)
    {
        var information = new JsonObject
        {
            ["entities"] = new JsonArray([.. Types.Select(types => Typed(types, _registering.Next(2) == 0 ? "^urn:e:" : null))]),
        };
        if (_registering.Next(2) == 0)
        {
            information["propertyNames"] = new JsonArray("a", "b", "c", "location", "name", "kind", "list");
            information["relationshipNames"] = new JsonArray("link");
        }

        var registration = new JsonObject
        {
            ["id"] = id,
            ["type"] = "ContextSourceRegistration",
            ["endpoint"] = endpoint,
            ["tenant"] = tenant,
            ["information"] = new JsonArray(information),
            ["contextSourceAlias"] = string.Create(CultureInfo.InvariantCulture, $"part-{place}~{tenant}"),
        };
        Describe(registration);
        return registration;
    }

    public override string ToString()
    {
        var places = Enumerable.Range(0, 3).Select(place => $"at {place}: {Text(Stale[place])} and then {Text(Parts[place])}");
        return $"{Text(Whole)}, split\n{string.Join('\n', places)}";
    }

    protected abstract void Add(string id, Random random);

    /// <summary>Says in a registration what sort of data it is of.</summary>
    protected virtual void Describe(JsonObject registration)
    {
    }

    /// <summary>The id of one of all the Entities, or of none.</summary>
    protected string Linked(Random random) => string.Create(CultureInfo.InvariantCulture, $"urn:e:{random.Next(_count + 1)}");

    protected static JsonObject Headed(string id, Random random)
    {
        var head = Typed(Types[random.Next(Types.Length)], null);
        head["id"] = id;
        return head;
    }

    protected static JsonObject Point(Random random) =>
        new() { ["type"] = "Point", ["coordinates"] = new JsonArray(random.Next(-3, 4), random.Next(-3, 4)) };

    protected static void Put(JsonObject entity, string name, JsonObject instance)
    {
        if (entity[name] is not JsonArray instances) entity[name] = instances = [];
        instances.Add(instance.DeepClone());
    }

    protected void Keep(JsonObject whole, JsonObject?[] parts, JsonObject?[] stale)
    {
        Whole.Add(whole);
        for (var i = 0; i < 3; i++)
        {
            if (parts[i] is { } part) Parts[i].Add(part);
            if (stale[i] is { } old) Stale[i].Add(old);
        }
    }

    private static string Text(List<JsonObject> entities) => $"[{string.Join(',', entities.Select(entity => entity.ToJsonString()))}]";

    private static JsonObject Typed(string[] types, string? pattern)
    {
        var entity = new JsonObject { ["type"] = types.Length == 1 ? types[0] : new JsonArray([.. types.Select(type => (JsonNode)type)]) };
        if (pattern is not null) entity["idPattern"] = pattern;
        return entity;
    }
}
