using System.Collections.Immutable;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Temporal;

/// <param name="Evolutions">What was found.</param>
/// <param name="HasMore">Whether Entities follow.</param>
/// <param name="Total">How many Entities there are; null where it was not asked for.</param>
/// <param name="Range">Null where every instance that was asked for is there (ETSI GS CIM 009 6.3.10).</param>
public sealed record EvolutionPage(ImmutableArray<Evolution> Evolutions, bool HasMore, long? Total, PartialRange? Range)
{
    /// <summary>Of sources whose part is missing.</summary>
    public ImmutableArray<SourceWarning> Warnings { get; init; } = [];

    /// <summary>Who has a part of an Entity that is retrieved, as in an EntityMap.</summary>
    public ImmutableArray<string> Places { get; init; } = [MappedEntity.Here];

    /// <summary>Null where the client did not ask for one.</summary>
    public UsedEntityMap? Map { get; init; }
}

/// <summary>What a temporal query means, to be kept in an EntityMap.</summary>
/// <param name="Entities">In the order of the query.</param>
public sealed record FoundEvolutions(ImmutableArray<MappedEntity> Entities)
{
    /// <summary>Of sources whose part is missing.</summary>
    public ImmutableArray<SourceWarning> Warnings { get; init; } = [];
}

/// <summary>One Entity and what is shown of its Attributes.</summary>
public sealed record Evolution(TemporalHead Head, ImmutableArray<EvolvedAttribute> Attributes);

/// <summary>One Attribute: its instances, or what they come to.</summary>
/// <param name="Name">Expanded.</param>
/// <param name="Instances">In order; empty where there is an aggregate.</param>
/// <param name="Aggregate">Null where there are instances.</param>
public sealed record EvolvedAttribute(string Name, ImmutableArray<StoredInstance> Instances, SeriesAggregate? Aggregate);

/// <summary>Some instances of one Attribute, in order.</summary>
public readonly record struct EvolutionPiece(TemporalHead Head, string Name, ImmutableArray<StoredInstance> Instances);

/// <summary>Which part of the time range an answer holds (ETSI GS CIM 009 6.3.10).</summary>
/// <param name="Start">UTC ticks.</param>
/// <param name="End">UTC ticks; before the start where pages go backwards.</param>
/// <param name="Size">lastN; null where it was not asked for.</param>
public sealed record PartialRange(long Start, long End, int? Size);

/// <param name="Pieces">Read as they are asked for.</param>
public sealed record EvolutionExport(IAsyncEnumerable<EvolutionPiece> Pieces)
{
    /// <summary>Of sources whose part is missing.</summary>
    public ImmutableArray<SourceWarning> Warnings { get; init; } = [];
}
