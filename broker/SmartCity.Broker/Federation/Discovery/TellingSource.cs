using System.Collections.Immutable;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Discovery;

/// <summary>A source that tells its types and Attributes, and those that it is registered for: by all of its registrations, but asked once.</summary>
internal sealed class TellingSource
{
    private readonly HashSet<string>? _types;
    private readonly HashSet<string>? _attributes;

    private TellingSource(ImmutableArray<MatchedSource> registrations)
    {
        Source = registrations[0].Source;
        var information = registrations.SelectMany(one => one.Information).ToList();
        if (information.All(info => !info.Entities.IsEmpty))
        {
            _types = [.. information.SelectMany(info => info.Entities).SelectMany(entity => entity.Types)];
        }

        if (information.All(info => info.HasAttributeNames))
        {
            _attributes = [.. information.SelectMany(info => info.PropertyNames.Concat(info.RelationshipNames))];
        }
    }

    public ContextSource Source { get; }

    /// <summary>Those that offer an operation: registrations of one endpoint, tenant and headers are of one source.</summary>
    public static ImmutableArray<TellingSource> Of(RegistrationMatches matches, ContextSourceOperations operation) =>
    [
        .. matches.Sources
            .Where(match => match.Offers(operation))
            .GroupBy(match => (match.Registration.Endpoint.TrimEnd('/'), match.Registration.Tenant, string.Join('\n', match.Registration.ContextSourceInfo)))
            .Select(one => new TellingSource([.. one])),
    ];

    public bool HasType(string type) => _types?.Contains(type) != false;

    public bool HasAttribute(string name) => _attributes?.Contains(name) != false;
}
