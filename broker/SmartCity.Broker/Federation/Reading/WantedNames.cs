using System.Collections.Immutable;
using SmartCity.Broker.Registrations;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>Which Attributes a source is asked for.</summary>
/// <param name="Names">Expanded; empty for all.</param>
/// <param name="IsWhole">Whether these are all that it has registered.</param>
internal readonly record struct WantedNames(ImmutableArray<string> Names, bool IsWhole)
{
    /// <summary>
    /// Those that are registered, of several parts of a registration together; null where none of them is wanted. Where it must be told
    /// that there is an Entity, even without what is wanted, no fewer are asked for: sources tell of those only that have one of them.
    /// </summary>
    /// <param name="match">The source.</param>
    /// <param name="wanted">Empty for all.</param>
    /// <param name="isFilter">Whether Entities that have none of them are not wanted.</param>
    public static WantedNames? Of(in MatchedSource match, ImmutableArray<string> wanted, bool isFilter)
    {
        if (Of(match, wanted) is not { } names) return null;
        // What is nowhere else is told by nobody else, and nothing else depends on it.
        return isFilter || ForwardingPlan.IsProxied(match.Registration) ? names : Of(match, []);
    }

    private static WantedNames? Of(in MatchedSource match, ImmutableArray<string> wanted)
    {
        var parts = match.Information;
        if (parts.Any(part => !part.HasAttributeNames)) return new(wanted, wanted.IsEmpty);
        ImmutableArray<string> registered = [.. parts.SelectMany(part => part.PropertyNames.Concat(part.RelationshipNames)).Distinct()];
        if (wanted.IsEmpty) return new(registered, true);
        ImmutableArray<string> both = [.. wanted.Where(registered.Contains)];
        return both.IsEmpty ? null : new(both, both.Length == registered.Length);
    }
}
