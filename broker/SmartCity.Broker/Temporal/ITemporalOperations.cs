using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Temporal;

/// <summary>
/// The operations on the temporal evolution of Entities (ETSI GS CIM 009 5.6.11 - 5.6.16, 5.7.3, 5.7.4). LocalTemporal decides on
/// this broker's own; distributed operations decorate it.
/// </summary>
public interface ITemporalOperations
{
    /// <summary>ETSI GS CIM 009 5.6.11.</summary>
    ValueTask<Result<TemporalWritten>> UpsertAsync(Call call, TemporalEntity entity, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.6.12.</summary>
    ValueTask<Result<TemporalWritten>> AppendAsync(Call call, string id, TemporalEntity fragment, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.6.13.</summary>
    /// <param name="call">The request.</param>
    /// <param name="id">The Entity.</param>
    /// <param name="name">The Attribute, expanded.</param>
    /// <param name="datasetId">Which instances; null for the default ones.</param>
    /// <param name="all">Every instance, whatever its datasetId.</param>
    /// <param name="cancellation">Stops waiting; a write that is under way is still made.</param>
    ValueTask<Result<TemporalWritten>> DeleteAttributeAsync(
        Call call, string id, string name, string? datasetId, bool all, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.6.14.</summary>
    ValueTask<Result<TemporalWritten>> ReplaceInstanceAsync(
        Call call, string id, string name, string instanceId, AttributeInstance instance, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.6.15.</summary>
    ValueTask<Result<TemporalWritten>> DeleteInstanceAsync(
        Call call, string id, string name, string instanceId, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.6.16.</summary>
    ValueTask<Result<TemporalWritten>> DeleteAsync(Call call, string id, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.7.3.</summary>
    ValueTask<Result<EvolutionPage>> RetrieveAsync(Call call, string id, TemporalRequest request, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.7.4.</summary>
    ValueTask<Result<EvolutionPage>> QueryAsync(
        Call call, TemporalRequest request, PageRequest page, CancellationToken cancellation);

    /// <summary>The Entities that the same query means, in its order, and who has a part of them (ETSI GS CIM 009 5.14.5).</summary>
    /// <param name="call">The request.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="most">How many there may be: with more it ends after one more.</param>
    /// <param name="cancellation">Stops reading.</param>
    ValueTask<Result<FoundEvolutions>> MapAsync(Call call, TemporalRequest request, int most, CancellationToken cancellation);

    /// <summary>
    /// The same Entities, one after the other and each in pieces, with no bound on how many instances there are.
    /// </summary>
    /// <param name="call">The request.</param>
    /// <param name="id">One Entity; null for those that the request selects.</param>
    /// <param name="request">What is asked for, without an aggregation.</param>
    /// <param name="page">Which of the Entities; its Count is passed over.</param>
    /// <param name="cancellation">Stops reading.</param>
    ValueTask<Result<EvolutionExport>> ExportAsync(
        Call call, string? id, TemporalRequest request, PageRequest page, CancellationToken cancellation);
}
