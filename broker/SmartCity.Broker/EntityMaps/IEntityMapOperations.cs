using System.Collections.Immutable;
using SmartCity.Broker.Federation;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Ordering;

namespace SmartCity.Broker.EntityMaps;

/// <summary>The operations on EntityMaps (ETSI GS CIM 009 5.14.1 - 5.14.4).</summary>
public interface IEntityMapOperations
{
    /// <summary>ETSI GS CIM 009 5.14.4. TooManyResults where more Entities match than an EntityMap holds.</summary>
    ValueTask<Result<MadeEntityMap>> CreateAsync(
        Call call, EntityQuery query, EntityOrdering? ordering, TimeSpan? lifetime, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.14.1: the EntityMap with the ids of its Entities.</summary>
    ValueTask<Result<EntityMapContent>> RetrieveAsync(Call call, string id, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.14.2. The EntityMap may expire earlier than is asked for.</summary>
    /// <param name="call">The request.</param>
    /// <param name="id">The EntityMap.</param>
    /// <param name="expiresAt">Null to leave it.</param>
    /// <param name="cancellation">Stops waiting.</param>
    ValueTask<Result<EntityMap>> UpdateAsync(Call call, string id, DateTimeOffset? expiresAt, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.14.3.</summary>
    ValueTask<Result<EntityMap>> DeleteAsync(Call call, string id, CancellationToken cancellation);
}

/// <param name="Map">The new EntityMap.</param>
public sealed record MadeEntityMap(EntityMap Map)
{
    /// <summary>Of sources whose part is missing.</summary>
    public ImmutableArray<SourceWarning> Warnings { get; init; } = [];
}

/// <param name="Map">The EntityMap.</param>
/// <param name="Entities">Those that are kept here alone come first.</param>
public sealed record EntityMapContent(EntityMap Map, ImmutableArray<MappedEntity> Entities);

/// <summary>An Entity of an EntityMap, and who has a part of it (ETSI GS CIM 009 5.2.39).</summary>
/// <param name="Id">The Entity.</param>
/// <param name="Registrations">Whose sources have a part of it; <see cref="Here"/> for this broker.</param>
public readonly record struct MappedEntity(string Id, ImmutableArray<string> Registrations)
{
    /// <summary>Stands for this broker where ids of registrations stand.</summary>
    public const string Here = "@none";

    // Of the text, and of the index by id. The lists of registrations are shared by many.
    private const int Overhead = 80;

    internal long Bytes => (Id.Length * sizeof(char)) + Overhead;
}
