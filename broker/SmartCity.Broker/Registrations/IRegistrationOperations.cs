using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Registrations;

/// <summary>
/// The operations on Context Source Registrations (ETSI GS CIM 009 5.9, 5.10). Creating and updating one is Conflict where another one or an Entity
/// is in its way.
/// </summary>
public interface IRegistrationOperations : IResourceOperations<ContextSourceRegistration, RegistrationView>
{
    /// <summary>ETSI GS CIM 009 5.10.2.</summary>
    ValueTask<Result<ResourcePage<RegistrationView>>> QueryAsync(
        Call call, RegistrationQuery query, PageRequest page, CancellationToken cancellation);
}

/// <summary>A registration, or what of it is asked for, and how its source stands.</summary>
public readonly record struct RegistrationView(
    ContextSourceRegistration Registration, ImmutableArray<RegistrationInfo> Information, ContextSourceFigures Figures);
