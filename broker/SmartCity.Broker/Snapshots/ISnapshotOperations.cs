using System.Collections.Immutable;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Snapshots;

namespace SmartCity.Broker.Snapshots;

/// <summary>The operations on Snapshots (ETSI GS CIM 009 5.16).</summary>
public interface ISnapshotOperations
{
    /// <summary>ETSI GS CIM 009 5.16.1. It is filled in the background.</summary>
    /// <param name="call">The request; its context expands names. Its headers may be asked for after it is answered.</param>
    /// <param name="body">The Snapshot as UTF-8 JSON.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>AlreadyExists where there is one of this id.</returns>
    ValueTask<Result<Snapshot>> CreateAsync(Call call, ReadOnlyMemory<byte> body, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.16.2. It is copied in the background, once it is prepared.</summary>
    /// <param name="call">The request.</param>
    /// <param name="id">What is cloned.</param>
    /// <param name="body">The clone as UTF-8 JSON.</param>
    /// <param name="cancellation">Stops waiting.</param>
    ValueTask<Result<Snapshot>> CloneAsync(Call call, string id, ReadOnlyMemory<byte> body, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.16.3.</summary>
    ValueTask<Result<Snapshot>> RetrieveAsync(Call call, string id, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.16.4: the Fragment's members replace those that are there.</summary>
    ValueTask<Result<Snapshot>> UpdateAsync(Call call, string id, ReadOnlyMemory<byte> fragment, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.16.5. It is gone at once; what it held is removed in the background.</summary>
    ValueTask<Result<Snapshot>> DeleteAsync(Call call, string id, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.16.7. ResourceNotFound where none is meant.</summary>
    /// <param name="call">The request.</param>
    /// <param name="filter">Which Snapshots.</param>
    /// <param name="cancellation">Stops between two of them.</param>
    ValueTask<Result<SnapshotPurge>> PurgeAsync(Call call, SnapshotFilter filter, CancellationToken cancellation);
}

/// <summary>What a purge of Snapshots came to.</summary>
/// <param name="Deleted">Ids.</param>
/// <param name="Errors">Those that could not be deleted.</param>
public sealed record SnapshotPurge(ImmutableArray<string> Deleted, ImmutableArray<(string Id, NgsiLdError Error)> Errors);
