using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Json;

/// <summary>What a body may leave out, and what its NGSI-LD Nulls mean.</summary>
public enum EntityInput
{
    /// <summary>A whole Entity: id and type are required, NGSI-LD Null is an error (create, upsert).</summary>
    Entity,

    /// <summary>A whole Entity whose id may be missing, since the address has it (replace, ETSI GS CIM 009 5.4, 6.5.3.3).</summary>
    Replacement,

    /// <summary>
    /// A whole Entity as another Context Source shows it: its system attributes are kept, and an Attribute whose value is null, which
    /// IoT Agents say of one that was never set, is passed over.
    /// </summary>
    Received,

    /// <summary>A Fragment: id, type and values may be missing, NGSI-LD Null deletes (append, update, merge).</summary>
    Fragment,
}

/// <summary>Limits and meanings that do not depend on the body.</summary>
public sealed record EntityReaderOptions
{
    public static EntityReaderOptions Default { get; } = new();

    /// <summary>How deep JSON may nest. Default 64.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Attributes are given as bare values (ETSI GS CIM 009 4.5.4, options=keyValues). Default false.</summary>
    public bool Simplified { get; init; }
}

/// <summary>
/// Reads Entities and Attributes in normalized, concise and simplified form, which may be mixed
/// (ETSI GS CIM 009 4.5), straight from UTF-8. Invalid JSON is InvalidRequest, invalid data BadRequestData (5.5.4).
/// Values are parts of the body where they are compact: it must stay as it is for as long as what was read is used.
/// </summary>
public static class EntityReader
{
    /// <summary>One Entity or Fragment. A member <c>@context</c> is passed over: whoever calls has resolved it.</summary>
    public static Result<Entity> Read(
        ReadOnlyMemory<byte> utf8, Context context, EntityInput input, EntityReaderOptions options)
    {
        if (Body.CheckText(utf8.Span) is { } wrong) return wrong;
        var buffers = ParserBuffers.Rent();
        try
        {
            return Body.OrBroken(new EntityParser(utf8, context, input, options, buffers).ReadEntity(), utf8.Span);
        }
        catch (JsonException broken)
        {
            return Body.Broken(broken);
        }
        finally
        {
            buffers.Return();
        }
    }

    /// <summary>
    /// One Attribute body: a single object, or an array of instances (PATCH and PUT of /attrs/{attrId}, ETSI GS CIM 009 5.6.4, 5.6.19).
    /// </summary>
    /// <param name="utf8">The body.</param>
    /// <param name="name">The Attribute's name, expanded.</param>
    /// <param name="context">Expands sub-attribute names.</param>
    /// <param name="input">Whether values may be missing.</param>
    /// <param name="options">Limits.</param>
    public static Result<ImmutableArray<Attribute>> ReadAttribute(
        ReadOnlyMemory<byte> utf8, string name, Context context, EntityInput input, EntityReaderOptions options)
    {
        if (Body.CheckText(utf8.Span) is { } wrong) return wrong;
        var buffers = ParserBuffers.Rent();
        try
        {
            return Body.OrBroken(new EntityParser(utf8, context, input, options, buffers).ReadAttributeBody(name), utf8.Span);
        }
        catch (JsonException broken)
        {
            return Body.Broken(broken);
        }
        finally
        {
            buffers.Return();
        }
    }

    /// <summary>
    /// Splits a batch body into its elements without reading them; not an array, or an empty one, or one that holds null is
    /// BadRequestData (ETSI GS CIM 009 5.6.7.4). Each element is read alone, so that one bad Entity spoils no other.
    /// </summary>
    public static Result<ImmutableArray<ReadOnlyMemory<byte>>> SplitArray(ReadOnlyMemory<byte> utf8, EntityReaderOptions options) =>
        Body.OrBroken(Body.SplitArray(utf8, options.MaxDepth), utf8.Span);

    /// <summary>
    /// The JSON of a top-level member <c>@context</c>, or nothing. Invalid JSON is InvalidRequest. The elements of a batch
    /// have one each: split first.
    /// </summary>
    public static Result<ReadOnlyMemory<byte>> FindContext(ReadOnlyMemory<byte> utf8, EntityReaderOptions options) =>
        Body.FindContext(utf8, options.MaxDepth);

    /// <summary>The top-level string member <c>id</c> where there is one: for error reports about bodies that cannot be read.</summary>
    public static string? FindId(ReadOnlyMemory<byte> utf8) => Body.FindId(utf8.Span);
}
