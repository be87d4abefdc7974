using System.Collections.Immutable;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries.Ordering;

namespace SmartCity.Broker.Entities;

/// <summary>Which part of the answer to a query is wanted, and in which order (ETSI GS CIM 009 5.5.9, 4.23).</summary>
/// <param name="Page">By number.</param>
public sealed record EntityPaging(PageRequest Page)
{
    /// <summary>Null for the order of creation.</summary>
    public EntityOrdering? Ordering { get; init; }

    /// <summary>Where an earlier page left off, which says more than its number; null for the first one.</summary>
    public PageCursor? Cursor { get; init; }

    /// <summary>Null where the client does not ask for an EntityMap.</summary>
    public EntityMapRequest? Map { get; init; }

    /// <summary>What of the Entities is shown. The answer may hold more.</summary>
    public ShownAttributes Shown { get; init; } = ShownAttributes.All;

    public static implicit operator EntityPaging(PageRequest page) => new(page);
}

/// <summary>A place between two pages, from which a client goes on while others write.</summary>
/// <param name="Backwards">Whether the page before it is wanted.</param>
public abstract record PageCursor(bool Backwards);

/// <summary>A place in the order of creation.</summary>
/// <param name="At">The place.</param>
public sealed record PositionCursor(PagePosition At) : PageCursor(At.Backwards);

/// <summary>A place in an EntityMap.</summary>
/// <param name="MapId">The EntityMap, which may be gone by now.</param>
/// <param name="Index">The first place to look at; null for where the page's offset says.</param>
/// <param name="Backwards">Whether to look at the ones before it.</param>
public sealed record MapCursor(string MapId, int? Index, bool Backwards) : PageCursor(Backwards);

/// <summary>A part of the answer to a query.</summary>
/// <param name="Entities">In order.</param>
/// <param name="HasMore">Whether Entities follow.</param>
/// <param name="Total">Null where it was not asked for.</param>
public sealed record EntityAnswer(ImmutableArray<PackedEntity> Entities, bool HasMore, long? Total)
{
    /// <summary>Where the next page starts; null where there is none, or where only its number says.</summary>
    public PageCursor? Next { get; init; }

    /// <summary>Where the previous page ends; null where there is none, or where only its number says.</summary>
    public PageCursor? Previous { get; init; }

    /// <summary>Null where the client did not ask for one.</summary>
    public UsedEntityMap? Map { get; init; }

    /// <summary>What there is to tell about sources; empty where all went well.</summary>
    public ImmutableArray<SourceWarning> Warnings { get; init; } = [];
}
