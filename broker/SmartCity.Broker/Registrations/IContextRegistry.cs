using System.Collections.Immutable;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Registrations;

/// <summary>
/// The registrations in force, for those who ask sources: in memory, read without a lock. What is expired, or is in the Via of
/// the request (ETSI GS CIM 009 6.3.18), is told apart here, so that nobody else needs to.
/// </summary>
public interface IContextRegistry
{
    /// <summary>Whether a tenant has any registration in force: false sends a request straight through to what is local.</summary>
    bool HasAny(string tenant);

    /// <summary>
    /// What to divide writes by: of now, once no proxied registration is just about to come into force. That takes no longer than to look
    /// whether this broker has what it claims.
    /// </summary>
    ValueTask<RegistryStamp> StampAsync(CancellationToken cancellation);

    /// <summary>
    /// The registrations that match what a request is about (ETSI GS CIM 009 5.12), whatever operations they offer. Work grows with
    /// those that match, and not with those that there are.
    /// </summary>
    RegistrationMatches Match(Call call, RegistrationQuery query);
}

/// <param name="Sources">In the order of their creation.</param>
/// <param name="Loops">Exclusive and redirect ones that would match, if the request had not passed them already.</param>
public sealed record RegistrationMatches(ImmutableArray<MatchedSource> Sources, ImmutableArray<ContextSource> Loops)
{
    public static RegistrationMatches None { get; } = new([], []);

    public bool IsEmpty => Sources.IsEmpty && Loops.IsEmpty;
}

/// <param name="Source">The source.</param>
/// <param name="Information">Those of its parts that match, never none.</param>
public readonly record struct MatchedSource(ContextSource Source, ImmutableArray<RegistrationInfo> Information)
{
    public ContextSourceRegistration Registration => Source.Registration;

    public bool Offers(ContextSourceOperations operation) => (Registration.Operations & operation) != 0;
}
