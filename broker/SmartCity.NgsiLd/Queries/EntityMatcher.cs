using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries.Matching;

namespace SmartCity.NgsiLd.Queries;

/// <summary>
/// Whether an Entity is meant by a query, decided in memory (ETSI GS CIM 009 5.7.2). Made once per query and used for many
/// Entities: patterns are compiled, literals decoded, names resolved as soon as something has them. Safe to share between threads.
/// </summary>
public sealed class EntityMatcher
{
    private readonly Condition[] _conditions;

    /// <param name="query">What is asked for.</param>
    /// <param name="findLinked">
    /// Gives the Entity of an id for <c>rel{...}</c>, or null; without it nothing that follows a link matches.
    /// </param>
    public EntityMatcher(EntityQuery query, Func<string, PackedEntity?>? findLinked = null)
    {
        var datasets = DatasetFilter.Of(query.DatasetIds);
        var conditions = new List<Condition>();
        // The cheapest first.
        if (!query.Selectors.IsEmpty) conditions.Add(SelectorCondition.Compile(query.Selectors));
        if (!query.AttributeNames.IsEmpty)
            conditions.Add(new AnyOf([.. query.AttributeNames.Select(name => new Existence([name], datasets, null))]));
        if (query.Scope is not null) conditions.Add(ScopeCondition.Compile(query.Scope));
        if (query.Q is not null) conditions.Add(new QCompiler(datasets, findLinked ?? (_ => null)).Compile(query.Q));
        if (query.Geo is not null) conditions.Add(new GeoCondition(query.Geo, datasets));
        _conditions = [.. conditions];
    }

    public bool Matches(PackedEntity entity)
    {
        foreach (var condition in _conditions)
        {
            if (!condition.Holds(entity)) return false;
        }

        return true;
    }
}
