using System.Collections.Immutable;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Ordering;

namespace SmartCity.Broker.Storage;

/// <summary>Current Entities. Reads never wait for a write or a disk; a write is acknowledged once it is durable.</summary>
public interface IEntityStore
{
    /// <summary>Null where there is none, or where it has expired.</summary>
    ValueTask<PackedEntity?> FindAsync(string tenant, string id, CancellationToken cancellation);

    /// <summary>Those of the ids that there are and that have not expired, in the order of the ids.</summary>
    ValueTask<ImmutableArray<PackedEntity>> FindManyAsync(string tenant, IReadOnlyList<string> ids, CancellationToken cancellation);

    /// <summary>A page in an order that does not change while Entities stay: that of their creation.</summary>
    ValueTask<EntityPage> QueryAsync(string tenant, EntityQuery query, PageRequest page, CancellationToken cancellation);

    /// <summary>
    /// The positions of all matches, in the order asked for (ETSI GS CIM 009 4.23); equal ones, and all where none is asked for,
    /// in that of creation. A position stays an Entity's until it is deleted, and is no other's while the process lives.
    /// </summary>
    /// <returns>Null where there are more than <paramref name="most"/>.</returns>
    ValueTask<long[]?> RankAsync(string tenant, EntityQuery query, EntityOrdering? ordering, int most, CancellationToken cancellation);

    /// <summary>
    /// A page of Entities at given positions, in the order given. Where one is gone or matches no more, its position is
    /// replaced by <see cref="RankedRequest.CrossedOut"/>.
    /// </summary>
    ValueTask<RankedPage> QueryRankedAsync(
        string tenant, EntityQuery query, long[] positions, RankedRequest request, CancellationToken cancellation);

    /// <summary>
    /// Decides and makes writes, in order, durable together; later ones see what earlier ones did. A tenant comes into being
    /// with its first write.
    /// </summary>
    /// <returns>What each write came to, in order: its change, or the error it decided on, or InternalError where the
    /// store could not keep it (a full disk, say), and then none of the call's changes was made.</returns>
    ValueTask<ImmutableArray<Result<EntityChange>>> CommitAsync(
        string tenant, ImmutableArray<EntityWrite> writes, CancellationToken cancellation);

    /// <summary>Whether something was ever written for the tenant. The default tenant always exists.</summary>
    ValueTask<bool> TenantExistsAsync(string tenant, CancellationToken cancellation);

    /// <summary>The types and Attributes in use (ETSI GS CIM 009 5.7.5 - 5.7.10).</summary>
    ValueTask<NamesInUse> NamesInUseAsync(string tenant, CancellationToken cancellation);
}

/// <summary>
/// A write as a decision: given the Entity as it is (null where there is none) and the commit's time, what becomes of it.
/// It must be pure, since a store may ask again; an error or an empty change writes nothing.
/// </summary>
public readonly record struct EntityWrite(string EntityId, Func<PackedEntity?, DateTimeOffset, Result<EntityChange>> Decide);

/// <param name="Offset">Entities to pass over.</param>
/// <param name="Limit">Entities to give at most; 0 to count only.</param>
/// <param name="Count">Whether the total is wanted.</param>
public readonly record struct PageRequest(int Offset, int Limit, bool Count)
{
    /// <summary>Where the page is; null for where <see cref="Offset"/> says, which changes as others write.</summary>
    public PagePosition? At { get; init; }
}

/// <summary>A place in the order of creation that stays what it is while others write.</summary>
/// <param name="Bound">The position from which on Entities are newer than the first page.</param>
/// <param name="Position">The page starts behind it, or where it goes backwards ends before it.</param>
/// <param name="Backwards">Whether it is the page before the position.</param>
public readonly record struct PagePosition(long Bound, long Position, bool Backwards);

/// <param name="Entities">The page.</param>
/// <param name="HasMore">Whether Entities follow it; where it goes backwards, precede it.</param>
/// <param name="Total">Null where it was not asked for.</param>
public sealed record EntityPage(ImmutableArray<PackedEntity> Entities, bool HasMore, long? Total)
{
    /// <summary>Position of the first Entity; -1 where there is none.</summary>
    public long First { get; init; } = -1;

    /// <summary>Position of the last Entity; -1 where there is none.</summary>
    public long Last { get; init; } = -1;

    /// <summary>What comes into being later has this position or a higher one.</summary>
    public long Bound { get; init; }
}

/// <param name="Start">Index of the first position to look at.</param>
/// <param name="Limit">Entities to give at most.</param>
/// <param name="Backwards">Whether to look at the ones before it; the page is in order all the same.</param>
public readonly record struct RankedRequest(int Start, int Limit, bool Backwards)
{
    /// <summary>The position of what is gone.</summary>
    public const long CrossedOut = -1;
}

/// <param name="Entities">The page.</param>
/// <param name="HasMore">Whether Entities follow it; where it goes backwards, precede it.</param>
/// <param name="First">Index of its first position; -1 where the page is empty.</param>
/// <param name="Last">Index of its last position; -1 where the page is empty.</param>
public sealed record RankedPage(ImmutableArray<PackedEntity> Entities, bool HasMore, int First, int Last);

/// <param name="Types">By name.</param>
/// <param name="Attributes">By name, each counted once for an Entity of several types.</param>
public sealed record NamesInUse(ImmutableArray<TypeUse> Types, ImmutableArray<AttributeUse> Attributes)
{
    public static NamesInUse None { get; } = new([], []);
}

/// <param name="Type">Expanded.</param>
/// <param name="EntityCount">How many Entities have it.</param>
/// <param name="Attributes">What Attributes these carry.</param>
public sealed record TypeUse(string Type, long EntityCount, ImmutableArray<AttributeUse> Attributes);

/// <param name="Name">Expanded.</param>
/// <param name="Kinds">The kinds in which it occurs.</param>
/// <param name="EntityCount">How many Entities, of the type where it is one type's, carry it.</param>
public sealed record AttributeUse(string Name, ImmutableArray<AttributeKind> Kinds, long EntityCount);
