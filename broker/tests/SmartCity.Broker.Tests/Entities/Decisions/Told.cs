using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using Xunit;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Tests.Entities.Decisions;

/// <summary>Entities as the JSON in which clients tell them, under the core context, and changes in words.</summary>
internal static class Told
{
    public const string Id = "urn:ngsi-ld:Room:1";

    public const string Vocabulary = "https://uri.etsi.org/ngsi-ld/default-context/";

    public static DateTimeOffset Yesterday { get; } = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset Today { get; } = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    /// <summary>A whole Entity of the id and type that all these tests use, from its other members.</summary>
    public static Entity Entity(string members) =>
        Read("{\"id\":\"urn:ngsi-ld:Room:1\",\"type\":\"Room\"" + (members == "{}" ? "}" : "," + members[1..]), EntityInput.Entity);

    /// <summary>A Fragment from its JSON object.</summary>
    public static Entity Fragment(string json) => Read(json, EntityInput.Fragment);

    /// <summary>The Entity as it is kept since yesterday.</summary>
    public static PackedEntity Kept(string members) =>
        new EntityCreationOf(Entity(members)).At(Yesterday);

    /// <summary>Instances of the Attribute temperature.</summary>
    public static ImmutableArray<Attribute> Attribute(string json, string term = "temperature") =>
        EntityReader.ReadAttribute(
            Encoding.UTF8.GetBytes(json), Vocabulary + term, Context.Core, EntityInput.Fragment, EntityReaderOptions.Default).Value;

    /// <summary>What clients read: every member but id and type, with system times where asked.</summary>
    public static JsonNode Members(PackedEntity? entity, bool sysAttrs = false)
    {
        var output = new ArrayBufferWriter<byte>();
        EntityWriter.Write(entity!, new() { SysAttrs = sysAttrs }, Context.Core, output);
        var json = JsonNode.Parse(output.WrittenSpan)!.AsObject();
        json.Remove("id");
        if (json["type"]!.ToJsonString() == "\"Room\"") json.Remove("type");
        return json;
    }

    /// <summary>Such as <c>temperature Updated, speed[urn:x:gps] Deleted</c>.</summary>
    public static string Words(EntityChange change) => string.Join(", ", change.Attributes.Select(attribute =>
        Term(attribute.Name) + (attribute.DatasetId is null ? "" : $"[{attribute.DatasetId}]") + $" {attribute.Kind}"));

    /// <summary>Decides on an Entity kept since yesterday and asserts what becomes of it.</summary>
    public static void Becomes(string before, Func<PackedEntity?, DateTimeOffset, Result<EntityChange>> decide, string after, string changes)
    {
        var decided = decide(Kept(before), Today);
        Assert.True(decided.IsSuccess, decided.Error?.Detail);
        Assert.Equal(changes, Words(decided.Value));
        var shown = Members(decided.Value.After);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(after), shown), $"expected {after}\nactual   {shown.ToJsonString()}");
    }

    public static void Fails(
        string before, Func<PackedEntity?, DateTimeOffset, Result<EntityChange>> decide, NgsiLdErrorKind kind, string names)
    {
        var error = decide(Kept(before), Today).Error;
        Assert.Equal(kind, error?.Kind);
        Assert.Contains(names, error!.Detail, StringComparison.Ordinal);
    }

    private static string Term(string iri) => iri.StartsWith(Vocabulary, StringComparison.Ordinal) ? iri[Vocabulary.Length..] : Context.Core.Compact(iri);

    private static Entity Read(string json, EntityInput input) =>
        EntityReader.Read(Encoding.UTF8.GetBytes(json), Context.Core, input, EntityReaderOptions.Default).Value;

    private readonly record struct EntityCreationOf(Entity Entity)
    {
        public PackedEntity At(DateTimeOffset now) =>
            new Broker.Entities.Decisions.EntityCreation(Entity).Decide(null, now).Value.After!;
    }
}
