using System.Collections.Immutable;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Storage;

/// <summary>Context Source Registrations, kept as documents whose form is the registration code's own, and how requests to their sources went.</summary>
public interface IRegistrationStore
{
    ValueTask<ImmutableArray<StoredRegistration>> LoadAsync(CancellationToken cancellation);

    /// <summary>Adds or replaces, figures apart; durable when it returns. A tenant comes into being with its first registration.</summary>
    /// <returns>The number of the change, higher than those of all changes before it.</returns>
    ValueTask<long> SaveAsync(StoredRegistration registration, CancellationToken cancellation);

    /// <summary>Durable when it returns.</summary>
    /// <returns>The number of the change.</returns>
    ValueTask<long> DeleteAsync(string tenant, string id, CancellationToken cancellation);

    /// <summary>Keeps figures of many registrations, without hurry: durable some time later. Those of a deleted one are ignored.</summary>
    void Record(ImmutableArray<RegistrationProgress> progress);
}

/// <param name="Tenant">Whose it is.</param>
/// <param name="Id">A URI.</param>
/// <param name="Document">The registration as UTF-8 JSON.</param>
public sealed record StoredRegistration(string Tenant, string Id, ReadOnlyMemory<byte> Document)
{
    /// <summary>As recorded last; saving passes them over.</summary>
    public ContextSourceFigures Figures { get; init; }
}

/// <summary>How requests to a source went.</summary>
public sealed record RegistrationProgress(string Tenant, string Id, ContextSourceFigures Figures);
