using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;
using Xunit;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Tests.Json;

/// <summary>What the writer tests share: an Entity around Attributes, and comparison by JSON structure.</summary>
internal static class Writing
{
    public const string Default = "https://uri.etsi.org/ngsi-ld/default-context/";
    public const string Core = "https://uri.etsi.org/ngsi-ld/";

    public static readonly DateTimeOffset Created = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Modified = Created.AddTicks(1_234_560);

    public static Entity EntityOf(params ImmutableArray<Attribute> attributes) => new()
    {
        Id = "urn:ngsi-ld:T:1",
        Types = [Default + "T"],
        CreatedAt = Created,
        ModifiedAt = Modified,
        Attributes = attributes,
    };

    public static string Write(Entity entity, Representation representation, Context? context = null)
    {
        var output = new ArrayBufferWriter<byte>();
        EntityWriter.Write(PackedEntity.Pack(entity), representation, context ?? Context.Core, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static string WriteAll(Entity[] entities, Representation representation, Context? context = null)
    {
        var output = new ArrayBufferWriter<byte>();
        EntityWriter.WriteAll([.. entities.Select(PackedEntity.Pack)], representation, context ?? Context.Core, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static Projection Project(params ImmutableArray<string> names) =>
        new([.. names.Select(name => new ProjectedMember(name, null))]);

    public static void AssertJson(string expected, string actual) => Assert.True(
        JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"expected {expected}\nbut was  {actual}");

    /// <summary>Compares one member of a JSON object; null where it is to be absent.</summary>
    public static void AssertMember(string? expected, string member, string actual)
    {
        var found = JsonNode.Parse(actual)!.AsObject()[member];
        Assert.True(
            JsonNode.DeepEquals(expected is null ? null : JsonNode.Parse(expected), found),
            $"expected {expected ?? "nothing"}\nbut was  {found?.ToJsonString() ?? "nothing"}");
    }
}
