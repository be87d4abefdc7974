using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Registrations;

/// <summary>The operations on Context Source Registrations (ETSI GS CIM 009 5.9, 5.10).</summary>
public interface IRegistrationOperations
{
    /// <summary>ETSI GS CIM 009 5.9.2. AlreadyExists where there is one of this id, Conflict where another or an Entity is in its way.</summary>
    /// <param name="call">The request; its context expands names.</param>
    /// <param name="body">The registration as UTF-8 JSON.</param>
    /// <param name="cancellation">Stops waiting.</param>
    ValueTask<Result<ContextSourceRegistration>> CreateAsync(Call call, ReadOnlyMemory<byte> body, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.10.1.</summary>
    ValueTask<Result<RegistrationView>> RetrieveAsync(Call call, string id, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.10.2, in the order of creation.</summary>
    ValueTask<Result<RegistrationPage>> QueryAsync(Call call, RegistrationQuery query, PageRequest page, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.9.3: the Fragment's members replace those that are there, as RFC 7396 does.</summary>
    ValueTask<Result<ContextSourceRegistration>> UpdateAsync(
        Call call, string id, ReadOnlyMemory<byte> fragment, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.9.4. The source is not asked any more once it returns, but for what is under way.</summary>
    ValueTask<Result<ContextSourceRegistration>> DeleteAsync(Call call, string id, CancellationToken cancellation);
}

/// <summary>A registration, or what of it is asked for, and how its source stands.</summary>
public readonly record struct RegistrationView(
    ContextSourceRegistration Registration, ImmutableArray<RegistrationInfo> Information, ContextSourceFigures Figures);

/// <param name="Registrations">The page.</param>
/// <param name="HasMore">Whether registrations follow it.</param>
/// <param name="Total">Null where it was not asked for.</param>
public sealed record RegistrationPage(ImmutableArray<RegistrationView> Registrations, bool HasMore, long? Total);
