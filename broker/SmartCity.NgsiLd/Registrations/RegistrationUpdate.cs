namespace SmartCity.NgsiLd.Registrations;

/// <summary>What a Fragment makes of a registration (ETSI GS CIM 009 5.9.3).</summary>
/// <param name="Registration">With the Fragment laid over it.</param>
/// <param name="Mentioned">Names of the Fragment's members: some rules ask what was given, not what came of it.</param>
public sealed record RegistrationUpdate(ContextSourceRegistration Registration, IReadOnlySet<string> Mentioned);
