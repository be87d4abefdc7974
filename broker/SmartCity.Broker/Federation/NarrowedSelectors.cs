using System.Collections.Immutable;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation;

/// <summary>What a selector and a registration both mean: never more than the one asks for, nor than the other covers.</summary>
internal static class NarrowedSelectors
{
    /// <summary>The same about Entities of given ids alone; none where none of these is meant.</summary>
    public static ImmutableArray<EntitySelector> Among(this ImmutableArray<EntitySelector> selectors, IReadOnlyCollection<string> ids) =>
        selectors.IsEmpty
            ? [new() { Ids = [.. ids] }]
            : [.. selectors.Select(selector => selector.Among(ids)).Where(selector => !selector.Ids.IsEmpty)];

    /// <summary>The same in several, none with more characters of ids, as they are in a URL; the very same where there are few.</summary>
    public static IEnumerable<EntitySelector> InParts(this EntitySelector selector, int characters)
    {
        var ids = ImmutableArray.CreateBuilder<string>();
        var used = 0;
        foreach (var id in selector.Ids)
        {
            var length = Uri.EscapeDataString(id).Length + 1;
            if (used + length > characters && ids.Count > 0)
            {
                yield return selector with { Ids = ids.DrainToImmutable() };
                used = 0;
            }

            ids.Add(id);
            used += length;
        }

        yield return selector with { Ids = ids.DrainToImmutable() };
    }

    /// <summary>Null where both have a pattern: a request tells one.</summary>
    public static EntitySelector? Narrow(this EntityInfo entity, EntitySelector selector)
    {
        // Whatever has these types is selected, since no selection says "not".
        var type = TypeSelection.AllOf(entity.Types);
        if (entity.Id is { } id) return new() { Ids = [id], Type = type };
        if (entity.IdPattern is not { } pattern) return selector with { Type = type };
        if (!selector.Ids.IsEmpty) return selector with { Ids = [.. selector.Ids.Where(one => pattern.Matches(one)).Distinct()], Type = type };
        return selector.IdPattern is null || selector.IdPattern == pattern ? selector with { IdPattern = pattern, Type = type } : null;
    }

    private static EntitySelector Among(this EntitySelector selector, IReadOnlyCollection<string> ids) => selector with
    {
        Ids = [.. ids.Where(id => selector.Ids.IsEmpty ? selector.IdPattern?.Matches(id) != false : selector.Ids.Contains(id))],
        IdPattern = null,
    };
}
