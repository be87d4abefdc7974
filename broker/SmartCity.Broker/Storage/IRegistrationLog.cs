using System.Collections.Immutable;

namespace SmartCity.Broker.Storage;

/// <summary>
/// What happened to registrations, written with the registrations themselves: so that whoever subscribes to them is told of all that was
/// acknowledged, across crashes (ETSI GS CIM 009 5.11.7).
/// </summary>
public interface IRegistrationLog
{
    /// <summary>The changes that were not released, oldest first.</summary>
    ValueTask<ImmutableArray<StoredRegistrationChange>> LoadChangesAsync(CancellationToken cancellation);

    /// <summary>Says that nobody needs changes up to this number any more: they may be forgotten, some time later.</summary>
    void Release(long upTo);
}

/// <param name="Number">Position in the log.</param>
/// <param name="Tenant">Whose registration it is.</param>
/// <param name="Id">The registration's.</param>
/// <param name="Before">Null where it was created.</param>
/// <param name="After">Null where it was deleted.</param>
public sealed record StoredRegistrationChange(
    long Number, string Tenant, string Id, ReadOnlyMemory<byte>? Before, ReadOnlyMemory<byte>? After);
