using System.Collections.Immutable;
using SmartCity.NgsiLd.Queries;
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
    /// The registrations that match what a request is about (ETSI GS CIM 009 5.12), whatever operations they offer. Work grows with
    /// those that match, and not with those that there are.
    /// </summary>
    RegistrationMatches Match(Call call, RegistrationQuery query);
}

/// <summary>What a request is about, as registrations are matched by it (ETSI GS CIM 009 5.12).</summary>
public sealed record RegistrationQuery
{
    /// <summary>Any of them; empty for every Entity.</summary>
    public ImmutableArray<EntitySelector> Selectors { get; init; } = [];

    /// <summary>Expanded; any of them; empty for every Attribute.</summary>
    public ImmutableArray<string> AttributeNames { get; init; } = [];

    /// <summary><c>@none</c> for default instances; empty for all.</summary>
    public ImmutableArray<string> DatasetIds { get; init; } = [];

    /// <summary>A source that may have what lies there matches; null for anywhere.</summary>
    public GeoQuery? Geo { get; init; }

    /// <summary>Null for any. A source that names no scope may have all.</summary>
    public ScopeQuery? Scope { get; init; }

    /// <summary>Null where current state is asked for, and then no registration of temporal evolutions matches.</summary>
    public RegistrationTime? Time { get; init; }

    /// <summary>Context source filter over the further members of a registration (csf); null for none.</summary>
    public QExpression? Csf { get; init; }
}

/// <summary>The time that a temporal query is about (ETSI GS CIM 009 5.10.2.4).</summary>
/// <param name="IsManagement">Whether it is about createdAt, modifiedAt or deletedAt, and not about observedAt.</param>
/// <param name="From">Null for from ever.</param>
/// <param name="To">Null for open.</param>
public readonly record struct RegistrationTime(bool IsManagement, DateTimeOffset? From, DateTimeOffset? To);

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
