using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>What a selector and a registration both mean: never more than the one asks for, nor than the other covers.</summary>
internal static class NarrowedSelectors
{
    /// <summary>Whether there may be any Entity that both mean.</summary>
    public static bool Suits(this EntityInfo entity, EntitySelector selector) =>
        (selector.Type is null || Coverage.Selects(selector.Type, entity.Types)) && SuitsId(entity, selector);

    /// <summary>Null where both have a pattern: a request tells one.</summary>
    public static EntitySelector? Narrow(this EntityInfo entity, EntitySelector selector)
    {
        // Whatever has these types is selected, since no selection says "not".
        var type = Coverage.All(entity.Types);
        if (entity.Id is { } id) return new() { Ids = [id], Type = type };
        if (entity.IdPattern is not { } pattern) return selector with { Type = type };
        if (!selector.Ids.IsEmpty) return selector with { Ids = [.. selector.Ids.Where(one => pattern.Matches(one))], Type = type };
        return selector.IdPattern is null || selector.IdPattern == pattern ? selector with { IdPattern = pattern, Type = type } : null;
    }

    private static bool SuitsId(EntityInfo entity, EntitySelector selector)
    {
        if (!selector.Ids.IsEmpty) return selector.Ids.Any(id => entity.Id is { } one ? one == id : entity.IdPattern?.Matches(id) != false);
        return selector.IdPattern is null || entity.Id is not { } known || selector.IdPattern.Matches(known);
    }
}
