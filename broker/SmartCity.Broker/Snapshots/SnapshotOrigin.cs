namespace SmartCity.Broker.Snapshots;

/// <summary>How a Snapshot is prepared, kept with it so that a broker that was stopped meanwhile can begin again.</summary>
/// <param name="IsLocal">Whether its queries ask this broker alone.</param>
/// <param name="Source">The space of the Snapshot that it is a clone of; null where it is none.</param>
/// <param name="Starts">How often preparing it has begun.</param>
internal sealed record SnapshotOrigin(bool IsLocal, string? Source, int Starts = 1);
