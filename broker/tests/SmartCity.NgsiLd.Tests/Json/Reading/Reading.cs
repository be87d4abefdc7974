using System.Buffers;
using System.Text;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using Xunit;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Tests.Json.Reading;

/// <summary>Reads JSON that tests write as text.</summary>
internal static class Reading
{
    public static EntityReaderOptions Simplified { get; } = new() { Simplified = true };

    public static Result<Entity> Entity(string json, EntityReaderOptions? options = null, Context? context = null) =>
        EntityReader.Read(Encoding.UTF8.GetBytes(json), context ?? Context.Core, EntityInput.Entity, options ?? EntityReaderOptions.Default);

    public static Result<Entity> Fragment(string json, EntityReaderOptions? options = null) =>
        EntityReader.Read(Encoding.UTF8.GetBytes(json), Context.Core, EntityInput.Fragment, options ?? EntityReaderOptions.Default);

    /// <summary>An Entity with these members beside id and type.</summary>
    public static Result<Entity> EntityWith(string members, EntityReaderOptions? options = null, Context? context = null) =>
        Entity($$"""{"id": "urn:x:1", "type": "T", {{members}}}""", options, context);

    public static Result<Entity> FragmentWith(string members, EntityReaderOptions? options = null) =>
        Fragment($"{{{members}}}", options);

    /// <summary>The normalized form of what was read, without id and type: what stands between the braces.</summary>
    public static string Normalized(Result<Entity> read, Context? context = null)
    {
        var json = Written(read, Representation.Default, context);
        const string Start = "{\"id\":\"urn:x:1\",\"type\":\"T\",";
        return json.StartsWith(Start, StringComparison.Ordinal) ? json[Start.Length..^1] : json;
    }

    public static string Written(Result<Entity> read, Representation representation, Context? context = null)
    {
        var output = new ArrayBufferWriter<byte>();
        EntityWriter.Write(PackedEntity.Pack(read.Value), representation, context ?? Context.Core, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static Attribute Only(Result<Entity> read) => Assert.Single(read.Value.Attributes);
}
