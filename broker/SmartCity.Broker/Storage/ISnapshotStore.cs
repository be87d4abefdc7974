using System.Collections.Immutable;

namespace SmartCity.Broker.Storage;

/// <summary>
/// Snapshots (ETSI GS CIM 009 5.2.41), kept as documents whose form is the snapshot code's own. Their content is kept as that of a
/// tenant is.
/// </summary>
public interface ISnapshotStore
{
    ValueTask<ImmutableArray<StoredSnapshot>> LoadAsync(CancellationToken cancellation);

    /// <summary>Adds or replaces the one of this space; durable when it returns.</summary>
    ValueTask SaveAsync(StoredSnapshot snapshot, CancellationToken cancellation);

    /// <summary>Durable when it returns. Nothing happens where there is none.</summary>
    ValueTask DeleteAsync(string space, CancellationToken cancellation);
}

/// <param name="Space">Where its content is: see <see cref="SnapshotSpace"/>. One Snapshot at a time has it.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Id">A URI. Another one of the same id may follow one that is deleted.</param>
/// <param name="IsDeleted">It is gone, but for content that is still to be removed.</param>
/// <param name="Document">The Snapshot as UTF-8 JSON.</param>
public sealed record StoredSnapshot(string Space, string Tenant, string Id, bool IsDeleted, ReadOnlyMemory<byte> Document);
