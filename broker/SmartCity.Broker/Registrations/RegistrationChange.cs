namespace SmartCity.Broker.Registrations;

/// <summary>What happened to a registration.</summary>
/// <param name="Before">Null where it was created.</param>
/// <param name="After">Null where it was deleted, or has expired.</param>
public sealed record RegistrationChange(ContextSource? Before, ContextSource? After)
{
    /// <summary>Its place among all changes, in which higher numbers come later.</summary>
    public long Number { get; init; }

    public string Tenant => (After ?? Before)!.Tenant;
}
