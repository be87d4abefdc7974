using System.Collections.Immutable;
using SmartCity.Broker.EntityMaps;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>Where Entities of an EntityMap are: many are at the same places, and share the list of these.</summary>
internal sealed class RegistrationLists
{
    private readonly Dictionary<string, ImmutableArray<string>> _lists = new(StringComparer.Ordinal);

    public MappedEntity Remote(Candidate candidate)
    {
        ImmutableArray<string> registrations = candidate.Own is null ? candidate.Registrations : [MappedEntity.Here, .. candidate.Registrations];
        var key = string.Join(' ', registrations);
        if (!_lists.TryGetValue(key, out var shared)) _lists.Add(key, shared = registrations);
        return new(candidate.Id, shared);
    }
}
