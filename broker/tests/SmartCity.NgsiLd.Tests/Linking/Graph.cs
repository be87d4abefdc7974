using System.Buffers;
using System.Text;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Linking;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Tests.Json.Reading;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Linking;

/// <summary>Entities that link to each other, and what is answered when some are asked for.</summary>
internal sealed class Graph(IEnumerable<PackedEntity> entities)
{
    private readonly Dictionary<string, PackedEntity> _entities = entities.ToDictionary(entity => entity.Id);

    public static LinkBounds Wide { get; } = new(10_000, 1 << 24);

    /// <summary>How often ids were asked for.</summary>
    public int Questions { get; private set; }

    /// <param name="entities">Concise JSON with single quotes.</param>
    public static Graph Of(params string[] entities) =>
        new(entities.Select(json => PackedEntity.Pack(Reading.Entity(json.Replace('\'', '"')).Value)));

    public PackedEntity this[string id] => _entities[id];

    public Result<LinkedEntities> Gather(IReadOnlyList<PackedEntity> roots, Representation shown, LinkBounds bounds)
    {
        var linked = new LinkedEntities(roots, shown, bounds);
        while (linked.Next() is { Count: > 0 } ids)
        {
            Questions++;
            Assert.Equal(ids.Distinct(), ids);
            if (linked.Add(ids.Where(_entities.ContainsKey).Select(id => _entities[id])) is { } error) return error;
        }

        return linked;
    }

    /// <summary>The array that a query is answered with.</summary>
    public string Answer(Representation shown, params string[] roots)
    {
        PackedEntity[] asked = [.. roots.Select(id => _entities[id])];
        var linked = Gather(asked, shown, Wide).Value;
        var output = new ArrayBufferWriter<byte>();
        Assert.False(EntityWriter.WriteAll(asked, shown, Context.Core, output, linked).IsTooLarge);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>What retrieving an Entity is answered with, where nothing is flattened.</summary>
    public string Retrieve(Representation shown, string root)
    {
        var linked = Gather([_entities[root]], shown, Wide).Value;
        var output = new ArrayBufferWriter<byte>();
        Assert.False(EntityWriter.Write(_entities[root], shown, Context.Core, output, linked).IsTooLarge);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static Projection? Project(string? text) => text is null ? null : ProjectionParser.Parse(text, Context.Core).Value;
}
