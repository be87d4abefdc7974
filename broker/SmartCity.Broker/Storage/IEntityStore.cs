using System.Collections.Immutable;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Storage;

/// <summary>Current Entities. Reads never wait for a write or a disk; a write is acknowledged once it is durable.</summary>
public interface IEntityStore
{
    /// <summary>Null where there is none, or where it has expired.</summary>
    ValueTask<PackedEntity?> FindAsync(string tenant, string id, CancellationToken cancellation);

    /// <summary>A page in an order that does not change while Entities stay: that of their creation.</summary>
    ValueTask<EntityPage> QueryAsync(string tenant, EntityQuery query, PageRequest page, CancellationToken cancellation);

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
public readonly record struct PageRequest(int Offset, int Limit, bool Count);

/// <param name="Entities">The page.</param>
/// <param name="HasMore">Whether Entities follow it.</param>
/// <param name="Total">Null where it was not asked for.</param>
public sealed record EntityPage(ImmutableArray<PackedEntity> Entities, bool HasMore, long? Total);

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
