using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Federation;

/// <summary>
/// Asks sources, one request each, in their terms: their @context, tenant, headers and version (ETSI GS CIM 009 4.3.6.5, 4.3.6.6,
/// 6.3.19), with Via, and <c>local=true</c> where the registration says so. Bounded in time, size and number; never throws for what a source does.
/// What is sent is exactly what is asked for here: whoever calls has reduced it to what the registration covers.
/// </summary>
public interface IContextSourceClient
{
    /// <summary>
    /// 5.14.4: an EntityMap of the source. One that does not know EntityMaps refuses, or has no such thing.
    /// </summary>
    ValueTask<SourceAnswer<SourceMap>> MapAsync(
        Call call, ContextSource source, EntityQuery query, SourceSelection selection, CancellationToken cancellation);

    /// <summary>5.7.1: the Entity with its system attributes, as far as the source tells them.</summary>
    ValueTask<SourceAnswer<Entity>> RetrieveAsync(Call call, ContextSource source, string id, SourceSelection selection, CancellationToken cancellation);

    /// <summary>5.7.2: one page. What of it cannot be read makes the answer <see cref="SourceOutcome.Invalid"/>.</summary>
    ValueTask<SourceAnswer<SourcePage>> QueryAsync(
        Call call, ContextSource source, EntityQuery query, SourceSelection selection, SourcePaging paging, CancellationToken cancellation);

    /// <summary>A write of one Entity, or of one Attribute of it.</summary>
    ValueTask<SourceAnswer<SourceWritten>> WriteAsync(Call call, ContextSource source, SourceWrite write, CancellationToken cancellation);

    /// <summary>5.6.7 - 5.6.10, 5.6.20. The answer has one element or error for each item, as if they had been written here.</summary>
    ValueTask<SourceAnswer<BatchOutcome>> BatchAsync(
        Call call, ContextSource source, BatchKind kind, ImmutableArray<Entity> items, MergeOptions options, CancellationToken cancellation);

    /// <summary>5.6.21.</summary>
    ValueTask<SourceAnswer<SourceWritten>> PurgeAsync(
        Call call, ContextSource source, EntityQuery query, PurgeExtent extent, CancellationToken cancellation);

    /// <summary>Another write: what became of it.</summary>
    ValueTask<SourceAnswer<SourceWritten>> SendWriteAsync(Call call, ContextSource source, SourceRequest request, CancellationToken cancellation);

    /// <summary>Anything else: the answer as it is, for whoever knows the resource.</summary>
    ValueTask<SourceAnswer<SourceDocument>> SendAsync(Call call, ContextSource source, SourceRequest request, CancellationToken cancellation);

    /// <summary>The @context in which a source is spoken to: the one that its registration names (jsonldContext), or the request's.</summary>
    ValueTask<SourceAnswer<Context>> ContextAsync(Call call, ContextSource source, CancellationToken cancellation);
}

/// <summary>What of Entities is wanted.</summary>
/// <param name="AttributeNames">
/// Expanded; empty for all. Entities that have none of them are not given, see 6.4.3.2, attrs: whoever wants them nevertheless names
/// none.
/// </param>
/// <param name="DatasetIds"><c>@none</c> for default instances; empty for all.</param>
/// <param name="Type">A condition on the Entity beside its id; null for none.</param>
public readonly record struct SourceSelection(ImmutableArray<string> AttributeNames, ImmutableArray<string> DatasetIds, TypeSelection? Type)
{
    public static SourceSelection All { get; } = new([], [], null) { WithTimes = true };

    /// <summary>Whether the system Attributes are wanted, too.</summary>
    public bool WithTimes { get; init; }

    /// <summary>Which EntityMap of its own the source is to use, or to make.</summary>
    public SourceMapUse Map { get; init; }
}

/// <summary>What a source is told of EntityMaps of its own (5.5.14); nothing where it is the default.</summary>
/// <param name="Location">The one to use, as the source has named it; null for none.</param>
/// <param name="IsWanted">Whether it is to make one, if it can, and tell which.</param>
/// <param name="Lifetime">How long that one is wanted; null where nobody has said.</param>
public readonly record struct SourceMapUse(string? Location, bool IsWanted = false, TimeSpan? Lifetime = null);

/// <param name="Offset">Entities to pass over.</param>
/// <param name="Limit">Entities to give at most; 0 for as many as the source likes.</param>
public readonly record struct SourcePaging(int Offset, int Limit)
{
    /// <summary>What the page before says of this one, see <see cref="SourcePage.Next"/>; null for one that begins at the offset.</summary>
    public string? Next { get; init; }
}

/// <param name="Entities">In the source's order; those that have expired are left out.</param>
/// <param name="HasMore">Whether the source says that more follow.</param>
public sealed record SourcePage(ImmutableArray<Entity> Entities, bool HasMore)
{
    /// <summary>Entities that the source has given, with those that have expired.</summary>
    public int Given { get; init; }

    /// <summary>The parameters by which the source is asked for the page that follows; null where it does not name any.</summary>
    public string? Next { get; init; }
}

/// <summary>An EntityMap of a source.</summary>
/// <param name="Location">How the source names it.</param>
/// <param name="Ids">Of the Entities in it, in its order, each once.</param>
public sealed record SourceMap(string Location, ImmutableArray<string> Ids);

/// <summary>One write; which members are needed depends on the kind.</summary>
public sealed record SourceWrite(SourceWriteKind Kind, string EntityId)
{
    /// <summary>The Entity or Fragment; null for deletions and for single Attributes.</summary>
    public Entity? Entity { get; init; }

    /// <summary>The Attribute, expanded; null where the write is of an Entity.</summary>
    public string? AttributeName { get; init; }

    public ImmutableArray<Attribute> Instances { get; init; } = [];

    public EntityGuard Guard { get; init; }

    public MergeOptions Merge { get; init; } = MergeOptions.None;

    public bool NoOverwrite { get; init; }

    /// <summary>Of a deletion of an Attribute; null for the default instance.</summary>
    public string? DatasetId { get; init; }

    /// <summary>Of a deletion of an Attribute: every instance.</summary>
    public bool All { get; init; }
}

public enum SourceWriteKind
{
    Create,
    Replace,
    Merge,
    Append,
    Update,
    Delete,
    PartialUpdateAttribute,
    ReplaceAttribute,
    DeleteAttribute,
}

/// <summary>What a write came to at a source.</summary>
/// <param name="Created">Whether the Entity is new there.</param>
/// <param name="NotUpdated">Attributes that the source did not write, by expanded names; empty where it wrote all.</param>
public sealed record SourceWritten(bool Created, ImmutableArray<NotUpdatedAttribute> NotUpdated)
{
    /// <summary>What failed at places that the source itself asked (207 with a BatchOperationResult); empty where nothing did.</summary>
    public ImmutableArray<BatchError> Errors { get; init; } = [];

    /// <summary>Whether the source says that nothing at all was done.</summary>
    public bool IsNothing { get; init; }
}

/// <param name="Method">Of HTTP.</param>
/// <param name="Path">Behind the endpoint, such as <c>/ngsi-ld/v1/types</c>, percent-encoded.</param>
/// <param name="Query">With its question mark, percent-encoded, in the source's @context; empty for none.</param>
/// <param name="Body">JSON without @context, in the source's @context; empty for none.</param>
public sealed record SourceRequest(HttpMethod Method, string Path, string Query = "", ReadOnlyMemory<byte> Body = default)
{
    /// <summary>Whether a POST asks and changes nothing: as of GET, an answer may be kept, and 404 is no failure.</summary>
    public bool IsQuery { get; init; }

    /// <summary>Which EntityMap of its own the source is to use, or to make.</summary>
    public SourceMapUse Map { get; init; }
}

/// <param name="Body">JSON, or nothing.</param>
/// <param name="Context">Expands its names.</param>
/// <param name="Location">Null where the source told none.</param>
/// <param name="HasMore">Whether the source says that more follow.</param>
public sealed record SourceDocument(ReadOnlyMemory<byte> Body, Context Context, string? Location, bool HasMore)
{
    /// <summary>Content-Range of a temporal answer (6.3.10); null where there is none.</summary>
    public string? ContentRange { get; init; }

    /// <summary>The parameters by which the source is asked for the page that follows; null where it does not name any.</summary>
    public string? Next { get; init; }
}
