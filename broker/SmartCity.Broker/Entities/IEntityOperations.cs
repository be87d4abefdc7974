using System.Collections.Immutable;
using SmartCity.Broker.EntityMaps;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Entities;

/// <summary>
/// The operations on current Entities (ETSI GS CIM 009 5.6, 5.7.1, 5.7.2). LocalEntities decides on this broker's own;
/// distributed operations decorate it.
/// </summary>
public interface IEntityOperations
{
    /// <summary>ETSI GS CIM 009 5.6.1. AlreadyExists where there is one.</summary>
    ValueTask<Result<WriteOutcome>> CreateAsync(Call call, Entity entity, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.6.18.</summary>
    ValueTask<Result<WriteOutcome>> ReplaceAsync(Call call, string id, EntityGuard guard, Entity entity, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.6.17, 5.5.12.</summary>
    ValueTask<Result<WriteOutcome>> MergeAsync(
        Call call, string id, EntityGuard guard, Entity fragment, MergeOptions options, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.6.3.</summary>
    ValueTask<Result<WriteOutcome>> AppendAsync(
        Call call, string id, EntityGuard guard, Entity fragment, bool noOverwrite, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.6.2.</summary>
    ValueTask<Result<WriteOutcome>> UpdateAsync(Call call, string id, EntityGuard guard, Entity fragment, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.6.6.</summary>
    ValueTask<Result<WriteOutcome>> DeleteAsync(Call call, string id, EntityGuard guard, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.6.4, 5.5.8.</summary>
    ValueTask<Result<WriteOutcome>> PartialUpdateAttributeAsync(
        Call call, string id, EntityGuard guard, string name, ImmutableArray<Attribute> fragment, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.6.19.</summary>
    ValueTask<Result<WriteOutcome>> ReplaceAttributeAsync(
        Call call, string id, EntityGuard guard, string name, ImmutableArray<Attribute> instances, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.6.5.</summary>
    /// <param name="call">The request.</param>
    /// <param name="id">The Entity.</param>
    /// <param name="guard">What else must hold of the Entity.</param>
    /// <param name="name">The Attribute, expanded.</param>
    /// <param name="datasetId">The instance; null for the default one.</param>
    /// <param name="all">Every instance, whatever its datasetId.</param>
    /// <param name="cancellation">Stops waiting; a write that is under way is still made.</param>
    ValueTask<Result<WriteOutcome>> DeleteAttributeAsync(
        Call call, string id, EntityGuard guard, string name, string? datasetId, bool all, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.6.7 - 5.6.10, 5.6.20: one commit, one answer per item, in order.</summary>
    /// <param name="call">The request.</param>
    /// <param name="kind">What to do with each item.</param>
    /// <param name="items">In order; an id may occur again.</param>
    /// <param name="options">For a merge; otherwise <see cref="MergeOptions.None"/>.</param>
    /// <param name="cancellation">Stops waiting; writes that are under way are still made.</param>
    ValueTask<Result<BatchOutcome>> BatchAsync(
        Call call, BatchKind kind, ImmutableArray<BatchItem> items, MergeOptions options, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.6.21, in commits of some Entities each.</summary>
    /// <param name="call">The request.</param>
    /// <param name="query">Which Entities.</param>
    /// <param name="extent">What of them.</param>
    /// <param name="map">The EntityMap to take them from; null for all.</param>
    /// <param name="cancellation">Stops between two commits.</param>
    ValueTask<Result<PurgeOutcome>> PurgeAsync(
        Call call, EntityQuery query, PurgeExtent extent, EntityMapRequest? map, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.7.1.</summary>
    /// <param name="call">The request.</param>
    /// <param name="id">The Entity.</param>
    /// <param name="guard">What else must hold of the Entity.</param>
    /// <param name="shown">What of it is shown. The answer may hold more.</param>
    /// <param name="map">The EntityMap that says where it is; null where the client does not ask for one.</param>
    /// <param name="cancellation">Stops waiting.</param>
    ValueTask<Result<RetrievedEntity>> RetrieveAsync(
        Call call, string id, EntityGuard guard, ShownAttributes shown, EntityMapRequest? map, CancellationToken cancellation);

    /// <summary>Those of the ids that there are: what Linked Entity retrieval follows (ETSI GS CIM 009 4.5.23).</summary>
    ValueTask<Result<FoundEntities>> FindManyAsync(Call call, IReadOnlyList<string> ids, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.7.2. TooManyResults where more are to be ordered than the settings let.</summary>
    ValueTask<Result<EntityAnswer>> QueryAsync(Call call, EntityQuery query, EntityPaging paging, CancellationToken cancellation);
}

/// <summary>What a merge takes from its parameters (ETSI GS CIM 009 5.6.17): it depends on what the target is, not on the body.</summary>
public sealed record MergeOptions
{
    public static MergeOptions None { get; } = new();

    /// <summary>Values are bare (format=simplified): the kinds of existing Attributes stay.</summary>
    public bool Simplified { get; init; }

    /// <summary>Where in a languageMap a bare string goes (lang).</summary>
    public string? Language { get; init; }

    /// <summary>observedAt of merged Attributes that have one and are given none.</summary>
    public Timestamp? ObservedAt { get; init; }
}
