using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Registrations;

/// <summary>A registration at work: what was registered, and how the source behind it stands. One object as long as neither changes.</summary>
/// <param name="tenant">Whose registration it is, on this broker.</param>
/// <param name="registration">What was registered.</param>
/// <param name="state">Outlives updates of the registration.</param>
public sealed class ContextSource(string tenant, ContextSourceRegistration registration, ContextSourceState state)
{
    public string Tenant { get; } = tenant;

    public ContextSourceRegistration Registration { get; } = registration;

    public ContextSourceState State { get; } = state;

    /// <summary>The registration as matching sees it.</summary>
    public RegistrationFacts Facts { get; } = new(registration);

    public string Id => Registration.Id;
}
