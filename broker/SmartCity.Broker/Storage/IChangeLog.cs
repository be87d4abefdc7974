using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Storage;

/// <summary>
/// Every committed change in commit order, numbered from 1: written with the change itself, so that nothing is told that was not
/// kept, and nothing kept is left untold.
/// </summary>
public interface IChangeLog
{
    /// <summary>The number of the newest change; 0 where there is none.</summary>
    long Head { get; }

    /// <summary>
    /// Waits for changes after a number and gives some of them, oldest first; numbers may have gaps.
    /// </summary>
    /// <returns>How many were put into the buffer, at least one.</returns>
    ValueTask<int> ReadAsync(long after, Memory<LoggedChange> buffer, CancellationToken cancellation);

    /// <summary>Says that no reader needs changes up to this number any more: they may be forgotten.</summary>
    void Release(long upTo);
}

/// <param name="Number">Position in the log.</param>
/// <param name="Tenant">Whose change it is.</param>
/// <param name="Change">After a restart its Before holds only the Attributes that changed.</param>
public readonly record struct LoggedChange(long Number, string Tenant, EntityChange Change);
