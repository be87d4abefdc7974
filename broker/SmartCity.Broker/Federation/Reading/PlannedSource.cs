using System.Collections.Immutable;
using SmartCity.Broker.Federation.Http;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>What one source is asked for, and what of its answers is taken.</summary>
/// <param name="match">The source with those of its parts that matter.</param>
/// <param name="selection">What of Entities is asked for.</param>
/// <param name="isWhole">Whether all that is registered of Attributes is asked for.</param>
internal sealed class PlannedSource(MatchedSource match, SourceSelection selection, bool isWhole)
{
    /// <summary>Of the ids in one URL: with what else is in it, no more than all servers take.</summary>
    private const int IdCharacters = 2000;

    public ContextSource Source => match.Source;

    public ContextSourceRegistration Registration => match.Registration;

    public RegistrationMode Mode => Registration.Mode;

    public SourceSelection Selection => selection with { WithTimes = WithTimes };

    /// <summary>Whether it matters, or is to be shown, when Attributes were modified. Decided before the source is asked.</summary>
    public bool WithTimes { get; set; }

    /// <summary>Which Entities are asked for: one request each. None where an Entity is retrieved by its id.</summary>
    public ImmutableArray<EntityQuery> Queries { get; init; } = [];

    public bool Offers(ContextSourceOperations operation) => match.Offers(operation);

    /// <summary>Whether an Entity of this id may be registered, whatever its type.</summary>
    public bool Covers(string id) =>
        match.Information.Any(part => part.Entities.IsEmpty || part.Entities.Any(info => info.Covers(id)));

    /// <summary>
    /// What of an answered Entity the registration covers; null where that is nothing. Where fewer Attributes were asked for than are
    /// registered, an Entity without any of them may be there all the same.
    /// </summary>
    public Entity? Cut(Entity entity)
    {
        var covered = Registration.Covered(match.Information, entity);
        if (covered.IsDefault || (covered.IsEmpty && isWhole && match.Information.All(part => part.HasAttributeNames))) return null;
        return covered.Length == entity.Attributes.Length ? entity : entity with { Attributes = covered };
    }

    /// <summary>The same queries about Entities of given ids only.</summary>
    public IEnumerable<EntityQuery> QueriesOf(IReadOnlyCollection<string> ids)
    {
        foreach (var query in Queries)
        {
            var selectors = query.Selectors.Among(ids);
            if (selectors.IsEmpty) continue;
            foreach (var part in Divided(match, query with { Selectors = selectors })) yield return part;
        }
    }

    /// <summary>
    /// A query as a source can be asked it: several selectors, and more ids than a URL takes, are a matter of the batch query, which not
    /// every source offers.
    /// </summary>
    public static IEnumerable<EntityQuery> Divided(MatchedSource match, EntityQuery query)
    {
        if (query.Selectors.IsEmpty || match.Offers(ContextSourceOperations.QueryBatch)) return [query];
        ImmutableArray<EntitySelector> selectors = QueryText.One(query.Selectors) is { } one ? [one] : query.Selectors;
        return selectors.SelectMany(selector => selector.InParts(IdCharacters)).Select(selector => query with { Selectors = [selector] });
    }
}
