using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Storage;

/// <summary>
/// The temporal evolution of Entities (ETSI GS CIM 009 4.5.6): what the current ones have been, recorded with each commit, and what
/// was written straight into the history. Of an Attribute, each datasetId has an evolution of its own, a <em>series</em>; so has the
/// scope, under the name <see cref="TemporalEntity.Scope"/>. An evolution outlives its Entity, and may never have had one.
/// <para>
/// Reads see everything that was acknowledged before they began. Each call has a view of its own: what is written between two
/// calls shows in the second. Nothing is held open between calls, so that slow clients hold up nobody.
/// </para>
/// </summary>
public interface ITemporalStore
{
    /// <summary>
    /// Makes a write and waits until it is durable, in order with those of current Entities. A tenant comes into being with its
    /// first upsert. createdAt and modifiedAt of instances are those of the commit, unless it is a copy.
    /// </summary>
    /// <returns>What it came to; ResourceNotFound where the evolution, Attribute or instance that it speaks of is not there;
    /// InternalError where the store cannot keep it.</returns>
    ValueTask<Result<TemporalOutcome>> CommitAsync(string tenant, TemporalWrite write, CancellationToken cancellation);

    /// <summary>Null where nothing of the Entity was ever recorded, or all of it is deleted.</summary>
    ValueTask<TemporalHead?> FindAsync(string tenant, string entityId, CancellationToken cancellation);

    /// <summary>
    /// Entities that have an instance in the range, in the order in which they came into the history, which never changes.
    /// May be stopped at any time and costs only what was taken from it.
    /// </summary>
    IAsyncEnumerable<TemporalHead> ListAsync(string tenant, TemporalSelection selection, CancellationToken cancellation);

    /// <summary>
    /// Some instances of a series, in the order of the range's time property (equal ones in the order in which they were
    /// recorded). No series gives an empty page.
    /// </summary>
    ValueTask<InstancePage> ReadAsync(
        string tenant, TemporalSeries series, InstanceRange range, InstancePaging paging, CancellationToken cancellation);

    /// <summary>
    /// Shows all instances of a series in the range, except deletions, to a visitor, without making records of them: for
    /// aggregates. They come in blocks that are in order each, mostly one after the other. The visitor is called on
    /// one thread at a time, and is done with when the call returns.
    /// </summary>
    ValueTask VisitAsync(
        string tenant, TemporalSeries series, InstanceRange range, IInstanceVisitor visitor, CancellationToken cancellation);
}
