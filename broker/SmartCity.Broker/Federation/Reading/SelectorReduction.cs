using System.Collections.Immutable;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>
/// Which Entities a source is asked for: those that are wanted and registered, with the types that are registered even where that
/// seems redundant (ETSI GS CIM 009 4.3.6.1). Whoever has the answer still checks it against the query.
/// </summary>
internal static class SelectorReduction
{
    private static readonly ImmutableArray<EntitySelector> Everything = [new()];

    /// <summary>As few selectors as say it; empty for every Entity, default where none is both wanted and registered.</summary>
    /// <param name="wanted">Any of them; empty for every Entity.</param>
    /// <param name="parts">What is registered.</param>
    public static ImmutableArray<EntitySelector> Reduce(ImmutableArray<EntitySelector> wanted, ImmutableArray<RegistrationInfo> parts)
    {
        if (parts.Any(part => part.Entities.IsEmpty)) return wanted;
        var reduced = new List<EntitySelector>();
        foreach (var selector in wanted.IsEmpty ? Everything : wanted)
        {
            foreach (var part in parts)
            {
                foreach (var info in part.Entities)
                {
                    if (Both(selector, info) is { } both) Add(reduced, both);
                }
            }
        }

        return reduced.Count == 0 ? default : [.. reduced];
    }

    private static EntitySelector? Both(EntitySelector wanted, EntityInfo info)
    {
        if (!RegistrationMatcher.Matches(wanted, info)) return null;
        // Of two patterns only one can be sent, and the source does not know what is registered of it.
        return info.Narrow(wanted) ?? new() { IdPattern = info.IdPattern, Type = TypeSelection.AllOf(info.Types) };
    }

    private static void Add(List<EntitySelector> selectors, EntitySelector added)
    {
        for (var i = 0; i < selectors.Count; i++)
        {
            var known = selectors[i];
            if (known.IdPattern?.Text == added.IdPattern?.Text && known.Ids.SequenceEqual(added.Ids))
            {
                selectors[i] = known with { Type = Any(known.Type!, added.Type!) };
                return;
            }

            if (!known.Ids.IsEmpty && !added.Ids.IsEmpty && known.Type == added.Type)
            {
                selectors[i] = known with { Ids = [.. known.Ids.Union(added.Ids)] };
                return;
            }
        }

        selectors.Add(added);
    }

    private static TypeSelection Any(TypeSelection one, TypeSelection other)
    {
        ImmutableArray<TypeSelection> terms = one is TypeOr or ? or.Terms : [one];
        return terms.Contains(other) ? one : new TypeOr(terms.Add(other));
    }
}
