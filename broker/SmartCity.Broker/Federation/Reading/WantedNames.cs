using System.Collections.Immutable;
using SmartCity.Broker.Registrations;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>Which Attributes a source is asked for.</summary>
/// <param name="Names">Expanded; empty for all.</param>
/// <param name="IsWhole">Whether these are all that it has registered.</param>
internal readonly record struct WantedNames(ImmutableArray<string> Names, bool IsWhole)
{
    /// <summary>Those that are wanted and registered, of several parts of a registration together; null where there are none.</summary>
    /// <param name="match">The source.</param>
    /// <param name="wanted">Empty for all.</param>
    public static WantedNames? Of(in MatchedSource match, ImmutableArray<string> wanted)
    {
        var parts = match.Information;
        if (parts.Any(part => !part.HasAttributeNames)) return new(wanted, wanted.IsEmpty);
        ImmutableArray<string> registered = [.. parts.SelectMany(part => part.PropertyNames.Concat(part.RelationshipNames)).Distinct()];
        if (wanted.IsEmpty) return new(registered, true);
        ImmutableArray<string> both = [.. wanted.Where(registered.Contains)];
        return both.IsEmpty ? null : new(both, both.Length == registered.Length);
    }
}
